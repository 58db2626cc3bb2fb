"""Decide on moving in: what a member had in another system, and taking that back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core import tier_review, tiers
from loyalty.core.calendar import month

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.core.account import Measure, Posting
    from loyalty.core.draft import Decision, Draft

_FIGURES: Mapping[str, Measure] = {
    "spend": "spend",
    "visits": "visits",
    "points": "earned",
    "referrals": "referrals",
}
"""The figure of an account by the metric of a level."""


@dataclass(frozen=True, slots=True)
class MoveIn:
    """Take over what a member had elsewhere.

    Attributes
    ----------
    value
        Pot, bucket (0: as the program says of value that is given today), amount.
    spend, visits
        Minor units and visits of the time before. They count towards the level from today on.
    level
        Number of the level that they had. It is reached by figures, as every level is: what is
        missing of them is given.
    """

    fact: str
    actor: str
    value: tuple[tuple[str, int, int], ...] = ()
    spend: int = 0
    visits: int = 0
    level: int = 0


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Take back what an import has posted, as far as it is still there."""

    fact: str
    actor: str
    posted: tuple[Posting, ...]


def move_in(draft: Draft, command: MoveIn) -> Decision:
    """Decide on taking over; value whose time is over is not given."""
    now = int(draft.now.timestamp())
    given: Counter[str] = Counter()
    for pot, bucket, amount in command.value:
        if draft.program.pot(pot) is None:
            raise LookupError(pot)
        ends = bucket or draft.home(pot, draft.now)[1]
        if ends > now:
            draft.credit("import", pot, amount, ends)
            given[pot] += amount
    _qualify(draft, command)
    answer = {"outcome": "imported", "given": dict(sorted(given.items()))}
    return draft.close(kind="import", fact=command.fact, actor=command.actor, answer=answer)


def _qualify(draft: Draft, command: MoveIn) -> None:
    """Post the figures of the time before, dated today: nobody falls on the day they move in."""
    rules, number = draft.program.tiers, month(draft.now, draft.program.zone)
    draft.post("import", "", "spend", command.spend, at=number)
    draft.post("import", "", "visits", command.visits, at=number)
    if rules is None:
        return
    level = min(command.level, len(rules.levels) - 1)
    missing = tiers.missing(rules, draft.account, number, level)
    if missing:
        # Any one of the metrics will do; the first is what the program thinks of first.
        metric, amount = missing[0]
        measure = _FIGURES[metric]
        at = 0 if measure == "referrals" else number
        draft.post("import", "", measure, amount, at=at)
    if draft.account.latest(tiers.VISIT) is None and (level or command.spend or command.visits):
        # A quiet time begins now for those who never come again.
        draft.post("import", "", "counter", 1, at=number, ref=tiers.VISIT)
    tier_review.review(draft, int(draft.now.timestamp()))


def take_back(draft: Draft, command: TakeBack) -> Decision:
    """Decide on taking back. The answer tells what was taken, and what is spent or expired by now.

    What is left in a bucket is taken whatever else came into it: without the import there would
    have been so much less to spend.
    """
    before = draft.account
    taken: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for one in command.posted:
        if one.measure == "lot":
            left = dict(draft.account.pot(one.pot).lots).get(one.bucket, 0)
            part = min(left, int(one.amount))
            draft.post("import", one.pot, "lot", -part, one.bucket)
            taken[one.pot] += part
            gone[one.pot] += int(one.amount) - part
        elif one.measure == "debt":
            gone[one.pot] -= int(one.amount)
        elif one.measure in _FIGURES.values():
            draft.post("import", "", one.measure, -one.amount, at=one.at)
    tier_review.undo(draft, before)
    tier_review.review(draft, int(draft.now.timestamp()))
    answer = {
        "outcome": "taken_back",
        "taken": {pot: amount for pot, amount in sorted(taken.items()) if amount},
        "gone": {pot: amount for pot, amount in sorted(gone.items()) if amount},
    }
    return draft.close(kind="import", fact=command.fact, actor=command.actor, answer=answer)
