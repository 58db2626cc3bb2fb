"""Answers as figures count them: one line an answer, by the day (UTC) it was first given.

A line is written with the answer, under a key of its own, and again when that is changed: so what
comes twice counts once. It names a member by id and holds no words. It stays when they leave, as
lines of sales do: then the id leads to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from loyalty.core.calendar import MONTHS_IN_A_YEAR
from loyalty.store import keys
from loyalty.store.tables import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.core.feedback import Feedback
    from loyalty.store.tables import Tables, Write

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer: whose, to what, where, when first (second of UTC), and its score, if any."""

    member: str
    campaign: str
    asks: str
    place: str
    at: int
    score: int | None


def put(one: Feedback) -> Write:
    """Return the write of an answer's line."""
    second = one.answered // _SECOND
    month, day = _month_and_day(datetime.fromtimestamp(second, UTC))
    key = keys.answer_line_key(one.program, one.member, one.id, month, day)
    score = {} if one.score is None else {"s": one.score}
    return Put(key, {"c": one.campaign, "k": one.asks, "p": one.place, "at": second, **score})


def between(tables: Tables, program: str, first: int, last: int) -> Iterator[AnswerLine]:
    """Return the answers first given from a second to another one, that one left out."""
    at, end = datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)
    month = at.replace(day=1, hour=0, minute=0, second=0)
    while month < end:
        partition = keys.answers_partition(program, _month_and_day(month)[0])
        for item in tables.query("state", partition):
            if first <= item["at"] < last:
                yield AnswerLine(
                    item["sk"].split("#")[1], item["c"], item["k"], item["p"], item["at"],
                    item.get("s"),
                )  # fmt: skip
        month = (month + timedelta(days=32)).replace(day=1)


def _month_and_day(at: datetime) -> tuple[int, int]:
    return at.year * MONTHS_IN_A_YEAR + at.month - 1, at.day
