"""Everything that has happened to a member, the newest first, and why an order earned what it did.

What the ledger holds and what staff did without moving any value are two lists; a page is merged of
both, and its cursor says how far it has come in each.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from loyalty.core.account import fold
from loyalty.core.decide import decide
from loyalty.core.decide.order import RecordOrder
from loyalty.core.instants import instant
from loyalty.core.order import OrderKey, Posted
from loyalty.store import cursor as cursors
from loyalty.store import deed_log, feedback_book, membership, reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from loyalty.core.account import Entry, Posting
    from loyalty.core.feedback import Feedback
    from loyalty.core.order import Order
    from loyalty.core.trace import Step
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program
    from loyalty.store.deed_log import Deed
    from loyalty.store.program_versions import Programs

_UNDO = re.compile(r"undo-(.+)-([0-9]{1,9})(?:\.[0-9]+)?")
_PLACE = re.compile(r"([0-9]{1,12})\|([A-Za-z0-9_-]*)")
_FIRST = "999999999999|"
_ANSWERS = frozenset({"answer", "reply", "resolve"})
_QUIET = frozenset({"note", "record", "card", *_ANSWERS})
"""Acts of staff that post nothing: all others stand in the ledger themselves."""
_SPENT_ON = {"cause": "give", "draw": "enter"}
"""What was done with points that were spent on no reward, by the kind of the fact."""
UNDO_WITHIN = timedelta(minutes=10)
"""How long somebody may take back what they gave."""
_SPENDING = {
    "redemption": "redemption", "undo": "redemption",
    "hold": "hold", "capture": "hold", "release": "hold",
}  # fmt: skip
"""Kinds of facts that spend, reserve or give back, and by which the reward is told."""
_VALUE = {"lot": 1, "pending": 1, "held": 1, "debt": -1}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line.

    Attributes
    ----------
    seq
        The entry's number; 0 for what posted nothing.
    what
        The entry's kind, or the act's; of points for a cause ``give``, for a draw ``enter``.
    moved
        By pot: what the member has more of, debt counted.
    order
        Source and id, where it is about one.
    said
        The reason or the note that somebody typed.
    undoes
        Number of the entry that it takes back; 0 for none.
    by_hand
        Whether somebody gave it, or set it right, who may take it back.
    reward
        Id of the reward that was had, reserved or given back for it; empty for none.
    """

    at: datetime
    seq: int
    what: str
    actor: str
    moved: Mapping[str, int]
    order: tuple[str, str] | None
    said: str | None
    undoes: int = 0
    by_hand: bool = False
    reward: str = ""


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Lines, the newest first; ``next`` is where to go on, None at the end."""

    lines: tuple[Happening, ...]
    next: str | None


class Timeline:
    """Reads what has happened."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def page(self, program: str, member: str, cursor: str, limit: int) -> TimelinePage:
        """Return the next lines of a member; ``cursor`` is empty at the beginning.

        Raises
        ------
        Refusal
            ``invalid_cursor``.
        """
        tables = self._books.tables
        place = cursors.read(cursor, _PLACE) if cursor else _FIRST
        below, _, act = place.partition("|")
        entries = reading.read_entries_below(tables, program, member, int(below), limit + 1)
        acts = deed_log.of_member(tables, program, member, act, limit + 1)
        merged: list[Entry | Deed] = sorted((*entries, *acts.deeds), key=_instant, reverse=True)
        shown = merged[:limit]
        for one in shown:
            if isinstance(one, deed_log.Deed):
                act = deed_log.cursor_of(one)
            else:
                below = str(one.seq)
        more = len(merged) > limit
        return TimelinePage(
            tuple(self._lines(program, member, shown)),
            cursors.written(f"{below}|{act}") if more else None,
        )

    def why(self, program: str, member: str, seq: int) -> tuple[Program, tuple[Step, ...]] | None:
        """Return why an order's entry came out as it did: the steps, and the rules that decided.

        The decision is made once more, on the account as the entries before it left it. None where
        it is no order's, or the order has changed since, so that it would come out otherwise.
        """
        tables = self._books.tables
        entries = reading.read_entries(tables, program, member)[:seq]
        order_name = order_named(entries[-1]) if len(entries) == seq and seq > 0 else None
        if order_name is None:
            return None
        *before, entry = entries
        order = reading.read_order(tables, OrderKey(program, *order_name))
        if order is None:
            return None
        return retold(self._books.programs, (*before, entry), order)

    def _reward(self, program: str, fact: str) -> str:
        """Return the id of the reward that an entry's fact is about; empty for none."""
        name = _spent_by(fact)
        spent = reading.read_fact_named(self._books.tables, program, name) if name else None
        return str(spent.answer.get("reward") or "") if spent else ""

    def _lines(
        self, program: str, member: str, shown: Iterable[Entry | Deed]
    ) -> Iterable[Happening]:
        found = list(shown)
        acts = [_act_of(one) for one in found]
        known = [act for act in acts if act is not None]
        notes = membership.read_notes(self._books.tables, program, member, known)
        named = [one[2] for one in known if one[0] in _ANSWERS]
        asked = feedback_book.read_many(self._books.tables, program, member, named)
        for one, act in zip(found, acts, strict=True):
            said = notes.get(act) if act else None
            if act and act[0] in _ANSWERS and act[2] in asked:
                said = _words_of(act[0], asked[act[2]])
            if isinstance(one, deed_log.Deed):
                if one.kind in _QUIET:
                    actor = f"key:{one.key}"
                    yield Happening(one.at, 0, one.kind, actor, {}, None, said)
            else:
                moved = moved_value(one.postings)
                order = order_named(one)
                what = _SPENT_ON.get(one.fact.partition("#")[0], one.kind)
                undone = _UNDO.fullmatch(act[2]) if act and act[0] == "adjust" else None
                yield Happening(
                    instant(one.at), one.seq, what, one.actor, moved, order, said,
                    undoes=int(undone[2]) if undone and undone[1] == member else 0,
                    by_hand=act is not None and act[0] in {"gift", "adjust"} and undone is None,
                    reward=self._reward(program, one.fact),
                )  # fmt: skip


def undo_of(member: str, seq: int, attempt: int = 0) -> str:
    """Return the id of the act that takes a member's entry back: it can be taken back once.

    ``attempt``: how often it was declined before.
    """
    return f"undo-{member}-{seq}{f'.{attempt}' if attempt else ''}"


def _spent_by(fact: str) -> str:
    """Return the fact by which what another fact ends, or gives back, was spent or reserved."""
    kind, _, rest = fact.partition("#")
    return f"{_SPENDING[kind]}#{rest}" if kind in _SPENDING else ""


def _words_of(act: str, one: Feedback) -> str | None:
    """Return the words of an answer, or of what the shop has said to it, as they are now."""
    if act == "reply":
        return one.reply or None
    if act == "resolve":
        return None
    score = [] if one.score is None else [str(one.score)]
    return ": ".join([*score, *([one.words] if one.words else [])]) or None


def retold(
    programs: Programs, entries: Sequence[Entry], order: Order
) -> tuple[Program, tuple[Step, ...]] | None:
    """Return why the last of these entries, an order's, came out as it did; None if it would not.

    ``entries``: all of the account up to that one.
    """
    *before, entry = entries
    if any(order_named(one) == order_named(entry) for one in before):
        return None
    now = instant(entry.at)
    rules = programs.in_force(entry.program, order.instant(now))
    fresh = replace(order, context=None, posted=Posted(), entry=0)
    command = RecordOrder(fresh, rules, entry.actor)
    again = decide(rules, fold(entry.program, entry.member, before), command, now)
    if again.entry is None or again.entry.postings != entry.postings:
        return None
    return rules, again.trace


def moved_value(postings: Iterable[Posting]) -> dict[str, int]:
    """Return what an entry has changed of each pot's value, without what only moved inside it."""
    moved: dict[str, int] = defaultdict(int)
    for one in postings:
        moved[one.pot] += _VALUE.get(one.measure, 0) * int(one.amount)
    return {pot: points for pot, points in moved.items() if points}


def _instant(one: Entry | Deed) -> tuple[datetime, int]:
    if isinstance(one, deed_log.Deed):
        return one.at, 0
    return instant(one.at), one.seq


def _act_of(one: Entry | Deed) -> tuple[str, str, str] | None:
    """Return kind, key and id of the act behind a line, by which its reason is kept."""
    if isinstance(one, deed_log.Deed):
        return one.kind, one.key, one.id
    parts = one.fact.split("#", 2)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 and parts[0] != "order" else None  # noqa: PLR2004


def order_named(entry: Entry) -> tuple[str, str] | None:
    """Return source and id of the order that an entry is about; None where it is about none."""
    kind, _, rest = entry.fact.partition("#")
    if kind != "order":
        return None
    source, _, name = rest.rpartition("#")[0].partition("#")
    return source, name
