"""Members in eleven groups by recency, frequency and money, and the five that an owner sees. Pure.

The names are those of Shopify's Admin API (``CustomerRfmGroup``), which says in words what each
means and not where one ends: the bounds below are ours. Ranks are taken inside the program.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from loyalty.figures.records import Visit

Group = Literal[
    "champions",
    "loyal",
    "active",
    "new",
    "promising",
    "needs_attention",
    "at_risk",
    "previously_loyal",
    "almost_lost",
    "dormant",
    "prospects",
]
Seen = Literal["regulars", "new", "occasional", "slipping_away", "gone"]

SHOWN: Mapping[Group, Seen] = {
    "champions": "regulars",
    "loyal": "regulars",
    "new": "new",
    "promising": "new",
    "active": "occasional",
    "needs_attention": "occasional",
    "at_risk": "slipping_away",
    "previously_loyal": "slipping_away",
    "almost_lost": "gone",
    "dormant": "gone",
    "prospects": "gone",
}

YEAR = 365
_QUINTILES, _TERCILES = 5, 3
_ENOUGH_FOR_QUINTILES = 100
_VERY_RECENT, _RECENT, _LATELY = 5, 3, 4
_MOST, _STRONG, _SOME = Fraction(4), Fraction(3), Fraction(2)


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's ranks from 1 to 5 (the best), and the group that they make."""

    recency: int
    frequency: int
    money: int
    group: Group

    @property
    def shown(self) -> Seen:
        """Return which of the five groups an owner sees."""
        return SHOWN[self.group]


PROSPECT = Standing(1, 1, 1, "prospects")


def standings(
    visits: Iterable[Visit],
    members: Collection[str],
    end: int,
    rhythms: Mapping[str, float] | None = None,
) -> dict[str, Standing]:
    """Return the group of each member at the beginning of the day ``end``.

    Parameters
    ----------
    members
        All of the program; who never came is a prospect.
    rhythms
        Days between two visits of members whose own rhythm is known. Where it is given, idle days
        are held against it: a monthly customer is not lost beside a daily one. Whoever has none yet
        is held against the middle one of the others.
    """
    last: dict[str, int] = {}
    often: dict[str, int] = {}
    money: dict[str, int] = {}
    for visit in visits:
        if visit.day < end and visit.member in members:
            last[visit.member] = max(visit.day, last.get(visit.member, 0))
            if visit.day >= end - YEAR:
                often[visit.member] = often.get(visit.member, 0) + 1
                money[visit.member] = money.get(visit.member, 0) + visit.net
    idle = {member: Fraction(end - 1 - day) for member, day in last.items()}
    if rhythms:
        usual = sorted(rhythms.values())[len(rhythms) // 2]
        idle = {one: days / Fraction(rhythms.get(one, usual)) for one, days in idle.items()}
    ranks = [
        _ranks({member: -days for member, days in idle.items()}),
        _ranks({member: Fraction(often.get(member, 0)) for member in last}),
        _ranks({member: Fraction(money.get(member, 0)) for member in last}),
    ]
    found = dict.fromkeys(members, PROSPECT)
    for member in last:
        recency, frequency, spent = (rank[member] for rank in ranks)
        found[member] = Standing(
            recency, frequency, spent, _group(recency, Fraction(frequency + spent, 2))
        )
    return found


def _ranks(values: Mapping[str, Fraction]) -> dict[str, int]:
    """Return everybody's fifth, 1 to 5; of few members the third, told as 1, 3 and 5.

    Who ties shares the lower rank.
    """
    ordered = sorted(values.values())
    parts = _QUINTILES if len(ordered) >= _ENOUGH_FOR_QUINTILES else _TERCILES
    step = (_QUINTILES - 1) // (parts - 1)
    return {
        member: 1 + step * (bisect_left(ordered, value) * parts // len(ordered))
        for member, value in values.items()
    }


def _group(recency: int, strength: Fraction) -> Group:
    """Return the group of a recency and of the mean of frequency and money."""
    if recency < _RECENT:
        if strength >= _MOST:
            return "previously_loyal"
        if strength >= _STRONG:
            return "at_risk"
        return "almost_lost" if strength >= _SOME else "dormant"
    if strength >= _MOST:
        return "champions" if recency == _VERY_RECENT else "loyal"
    if strength < _SOME:
        return "new" if recency == _VERY_RECENT else "promising"
    return "active" if recency >= _LATELY else "needs_attention"
