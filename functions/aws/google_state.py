"""What we remember of Google in the state table: doubts, messages, classes.

Each class here is thin: what is decided with it stands in passes.google.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from loyalty.store import items
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, Put, Update
from passes.google.messages import History, Mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.store.tables import Tables

FIRST_CHECK: Final = 60
"""Seconds after a doubt until Google is looked at: as passes.google.messages.SETTLED."""
LONGEST_CHECK: Final = 3600
MOST_CHECKS: Final = 8


@dataclass(frozen=True, slots=True)
class Check:
    """An object to be looked at again: since when (seconds), and the how manieth time."""

    program: str
    member: str
    due: int
    attempt: int


class TableChecks:
    """Remembers objects that a request may reach late, until somebody has looked at them."""

    def __init__(self, tables: Tables, clock: Callable[[], datetime]) -> None:
        self._tables = tables
        self._clock = clock

    def want(self, program: str, member: str, attempt: int = 0) -> Check | None:
        """Ask for a look in a minute, later with every attempt; None after too many."""
        if attempt >= MOST_CHECKS:
            return None
        wait = min(LONGEST_CHECK, FIRST_CHECK * 2**attempt)
        due = int(self._clock().timestamp()) + wait
        item = items.google_check_item(due, attempt)
        self._tables.write(Put(items.google_check_key(program, member), item))
        return Check(program, member, due, attempt)

    def find(self, program: str, member: str) -> Check | None:
        """Return what is wanted of this object."""
        item = self._tables.get(items.google_check_key(program, member))
        return Check(program, member, item["wt"], item["n"]) if item else None

    def done(self, check: Check) -> None:
        """Forget it, unless another doubt has arisen since."""
        key = items.google_check_key(check.program, check.member)
        try:
            self._tables.write(Delete(key, Equals("wt", check.due)))
        except Cancelled as cancelled:
            if cancelled.reasons[0].kind != "condition":
                raise

    def due(self, before: int, limit: int) -> list[tuple[str, str]]:
        """Return programs and members whose objects were due by that second, oldest first."""
        found = self._tables.waiting(items.GOOGLE_CHECKS, before, limit)
        return [items.owner(key.pk) for key in found]


class TableHistory:
    """The record of one card, or of a program's class (`member` None).

    See ``passes.google.messages.HistoryStore``.
    """

    def __init__(self, tables: Tables, program: str, member: str | None = None) -> None:
        self._tables = tables
        self._key = items.google_told_key(program, member)

    def read(self) -> History:
        """Read it; nobody was told anything where there is none."""
        item = self._tables.get(self._key)
        if item is None:
            return History()
        revision, notified, messages = items.to_google_told(item)
        marks = {name: Mark(state, at) for name, (state, at) in messages.items()}  # type: ignore[arg-type]
        return History(revision, notified, marks)

    def write(self, history: History) -> bool:
        """Write it if it still has the revision before this one."""
        marks = {name: (mark.state, mark.at) for name, mark in history.messages.items()}
        item = items.google_told_item(history.revision, history.notified, marks)
        unchanged = Equals("r", history.revision - 1) if history.revision > 1 else Absent()
        try:
            self._tables.write(Put(self._key, item, unchanged))
        except Cancelled:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SentClass:
    """What is known of a program's class: its fingerprint, the program version, when (seconds)."""

    fingerprint: str
    version: int
    at: int


class TableClasses:
    """Remembers each program's class as Google was last sent it."""

    def __init__(self, tables: Tables, clock: Callable[[], datetime]) -> None:
        self._tables = tables
        self._clock = clock

    def sent(self, program: str) -> SentClass | None:
        """Return it; None when none was sent, as far as we know."""
        item = self._tables.get(items.google_class_key(program))
        return SentClass(item["h"], item["v"], item["at"]) if item else None

    def remember(self, program: str, fingerprint: str, version: int) -> None:
        """Remember what was sent, after Google has answered."""
        at = int(self._clock().timestamp())
        item = {"h": fingerprint, "v": version, "at": at}
        self._tables.write(Put(items.google_class_key(program), item))

    def draw_anew(self, program: str) -> None:
        """Let all saved cards of a program be drawn anew, in a while and at a gentle pace."""
        second = int(self._clock().timestamp())
        known = Equals("pk", items.program_key(program).pk)
        values = items.changed_program(second)
        self._tables.write(Update(items.program_key(program), values, condition=known))
