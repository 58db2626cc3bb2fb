"""Read and write what is remembered of Google: doubts, what was said, classes, turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, Put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Check:
    """An object to be looked at again: since when (seconds), and the how manieth time."""

    program: str
    member: str
    due: int
    attempt: int


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """What was said on a card, or on a program's class.

    Attributes
    ----------
    revision
        Rises by one with every write; 0 where nothing was written so far.
    notified
        Instants of notifications.
    messages
        State and instant of each message, by its id.
    """

    revision: int
    notified: tuple[int, ...]
    messages: Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class SentClass:
    """What is known of a program's class: its fingerprint, the program version, when (seconds)."""

    fingerprint: str
    version: int
    at: int


@dataclass(frozen=True, slots=True)
class Turns:
    """How far an issuer's turns are spoken for, in microseconds: by all, and by campaigns."""

    free: int
    campaigns: int


class TurnsTaken(Exception):  # noqa: N818
    """Somebody else took turns meanwhile; ``turns`` is how far they are spoken for now."""

    def __init__(self, turns: Turns | None) -> None:
        super().__init__("turns taken")
        self.turns = turns


def put_check(tables: Tables, check: Check) -> None:
    """Wish to look at an object; it stands in the index until it is done."""
    item = {"wp": keys.GOOGLE_CHECKS, "wt": check.due, "n": check.attempt}
    tables.write(Put(keys.google_check_key(check.program, check.member), item))


def read_check(tables: Tables, program: str, member: str) -> Check | None:
    """Return what is wished of an object."""
    item = tables.get(keys.google_check_key(program, member))
    return Check(program, member, item["wt"], item["n"]) if item else None


def remove_check(tables: Tables, check: Check) -> None:
    """Forget a wish, unless there has been another since."""
    key = keys.google_check_key(check.program, check.member)
    try:
        tables.write(Delete(key, Equals("wt", check.due)))
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind != "condition":
            raise


def due_checks(tables: Tables, before: int, limit: int) -> list[tuple[str, str]]:
    """Return programs and members whose objects were due by that second, oldest first."""
    return [keys.owner(one.key.pk) for one in tables.waiting(keys.GOOGLE_CHECKS, before, limit)]


def read_history(tables: Tables, program: str, member: str | None) -> HistoryRecord:
    """Read what was said on a card, or on the program's class (``member`` None)."""
    item = tables.get(keys.google_history_key(program, member))
    if item is None:
        return HistoryRecord(0, (), {})
    messages = {name: (state, at) for name, (state, at) in item["m"].items()}
    return HistoryRecord(item["r"], tuple(item["n"]), messages)


def put_history(tables: Tables, program: str, member: str | None, history: HistoryRecord) -> bool:
    """Write a record over the one with the revision before; False: it was not written."""
    item = {
        "r": history.revision,
        "n": list(history.notified),
        "m": {name: list(mark) for name, mark in history.messages.items()},
    }
    unchanged = Equals("r", history.revision - 1) if history.revision > 1 else Absent()
    try:
        tables.write(Put(keys.google_history_key(program, member), item, unchanged))
    except Cancelled:
        return False
    return True


def read_class(tables: Tables, program: str) -> SentClass | None:
    """Return what is known of a program's class."""
    item = tables.get(keys.google_class_key(program))
    return SentClass(item["h"], item["v"], item["at"]) if item else None


def put_class(tables: Tables, program: str, sent: SentClass) -> None:
    """Remember what a program's class is like."""
    item = {"h": sent.fingerprint, "v": sent.version, "at": sent.at}
    tables.write(Put(keys.google_class_key(program), item))


def read_closed(tables: Tables, issuer: str) -> dict[str, int]:
    """Return what an issuer may not use, by the second when Google last said so."""
    item = tables.get(keys.google_closed_key(issuer))
    return {name: int(at) for name, at in item["m"].items()} if item else {}


def put_closed(tables: Tables, issuer: str, closed: Mapping[str, int]) -> None:
    """Remember what an issuer may not use. The last writer wins: who is late learns it anew."""
    tables.write(Put(keys.google_closed_key(issuer), {"m": dict(closed)}))


def move_turns(tables: Tables, issuer: str, seen: Turns | None, moved: Turns) -> None:
    """Take turns off an issuer's line, which was last seen so (None: nobody has taken any).

    Raises
    ------
    TurnsTaken
        The line is not as it was seen; it tells how it is, at the cost of no read.
    Cancelled, OutcomeUnknown
        Throttled or a conflict; or nobody knows.
    """
    unchanged = Equals("t", seen.free) if seen else Absent()
    item = {"t": moved.free, "c": moved.campaigns}
    try:
        # Said again after a lost answer it is refused by itself: a turn that nobody uses.
        tables.write_alone(Put(keys.google_pace_key(issuer), item, unchanged))
    except Cancelled as cancelled:
        reason = cancelled.reasons[0]
        if reason.kind != "condition":
            raise
        stands = reason.item
        raise TurnsTaken(Turns(stands["t"], stands["c"]) if stands else None) from None
