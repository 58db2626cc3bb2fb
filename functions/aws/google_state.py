"""What we remember of Google in the state table: doubts, messages, classes.

Each class here is thin: what is decided with it stands in passes.google.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from functions.aws.observability import count, logger
from loyalty.store import google_state, program_marks
from loyalty.store.google_state import Check, HistoryRecord, SentClass
from passes.google.messages import History, Mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.store.tables import Tables
    from passes.google.failures import NotAllowlistedError

FIRST_CHECK: Final = 60
"""Seconds after a doubt until Google is looked at: as passes.google.messages.SETTLED."""
LONGEST_CHECK: Final = 3600
MOST_CHECKS: Final = 8


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
        check = Check(program, member, int(self._clock().timestamp()) + wait, attempt)
        google_state.put_check(self._tables, check)
        return check

    def find(self, program: str, member: str) -> Check | None:
        """Return what is wanted of this object."""
        return google_state.read_check(self._tables, program, member)

    def done(self, check: Check) -> None:
        """Forget it, unless another doubt has arisen since."""
        google_state.remove_check(self._tables, check)

    def due(self, before: int, limit: int) -> list[tuple[str, str]]:
        """Return programs and members whose objects were due by that second, oldest first."""
        return google_state.due_checks(self._tables, before, limit)


class TableHistory:
    """The record of one card, or of a program's class (`member` None).

    See ``passes.google.messages.HistoryStore``.
    """

    def __init__(self, tables: Tables, program: str, member: str | None = None) -> None:
        self._tables = tables
        self._program = program
        self._member = member

    def read(self) -> History:
        """Read it; nobody was told anything where there is none."""
        history = google_state.read_history(self._tables, self._program, self._member)
        marks = {name: Mark(state, at) for name, (state, at) in history.messages.items()}  # type: ignore[arg-type]
        return History(history.revision, history.notified, marks)

    def write(self, history: History) -> bool:
        """Write it if it still has the revision before this one."""
        marks = {name: (mark.state, mark.at) for name, mark in history.messages.items()}
        record = HistoryRecord(history.revision, history.notified, marks)
        return google_state.put_history(self._tables, self._program, self._member, record)


class TableClosed:
    """Remembers what the issuer may not use at Google (see ``passes.google.client.Closed``).

    All processes share it through one item. Every `TRIED_AGAIN` one request asks Google anew, so
    that the day on which it opens the feature needs nobody's hand.
    """

    TRIED_AGAIN: Final = 86_400
    KEPT: Final = 60
    """Seconds that a process believes what it read."""

    def __init__(self, tables: Tables, issuer: str, clock: Callable[[], datetime]) -> None:
        self._tables = tables
        self._issuer = issuer
        self._clock = clock
        self._known: dict[str, int] = {}
        self._read_at: int | None = None

    def members(self) -> frozenset[str]:
        """Return the members that are not sent."""
        now = int(self._clock().timestamp())
        if self._read_at is None or now - self._read_at >= self.KEPT:
            self._known = google_state.read_closed(self._tables, self._issuer)
            self._read_at = now
        return frozenset(name for name, at in self._known.items() if now < at + self.TRIED_AGAIN)

    def refused(self, error: NotAllowlistedError) -> None:
        """Remember a refusal, and tell the owner: log, metric, and ``loyalty status``."""
        logger.error(
            "google does not let this issuer use a feature: ask Google to open it, or live without",
            extra={"member": error.member, "reason": error.reason, "google_says": error.sentence},
        )
        count("GoogleFeatureClosed")
        now = int(self._clock().timestamp())
        self._known = {**self._known, error.member: now}
        self._read_at = now
        google_state.put_closed(self._tables, self._issuer, self._known)


class TableClasses:
    """Remembers each program's class as Google was last sent it."""

    def __init__(self, tables: Tables, clock: Callable[[], datetime]) -> None:
        self._tables = tables
        self._clock = clock

    def sent(self, program: str) -> SentClass | None:
        """Return it; None when none was sent, as far as we know."""
        return google_state.read_class(self._tables, program)

    def remember(self, program: str, fingerprint: str, version: int) -> None:
        """Remember what was sent, after Google has answered."""
        sent = SentClass(fingerprint, version, self._now())
        google_state.put_class(self._tables, program, sent)

    def draw_anew(self, program: str) -> None:
        """Let all saved cards of a program be drawn anew, in a while and at a gentle pace."""
        program_marks.mark_changed(self._tables, program, self._now())

    def _now(self) -> int:
        return int(self._clock().timestamp())
