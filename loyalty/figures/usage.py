"""How points were used as they grew older: what expecting their use in future rests on. Pure.

Value of one bucket is used oldest first; what a refund undoes was never given, newest first.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.figures.points import USED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_GONE = frozenset({"expire", "close"})


@dataclass(frozen=True, slots=True)
class Change:
    """A change of what a member has in one bucket of a pot, in a month (since year 0)."""

    month: int
    cause: str
    bucket: int
    amount: int


@dataclass(frozen=True, slots=True)
class Usage:
    """Of a pot: given by month, used by that month and age in months, and how many lots."""

    granted: Mapping[int, int]
    used: Mapping[tuple[int, int], int]
    lots: int


def usage(members: Iterable[Iterable[Change]]) -> Usage:
    """Return how the points of these members were used; each member's changes in their order."""
    granted: Counter[int] = Counter()
    used: Counter[tuple[int, int]] = Counter()
    count = 0
    for changes in members:
        lots: dict[int, deque[list[int]]] = defaultdict(deque)
        for one in changes:
            lot = lots[one.bucket]
            if one.amount > 0 and one.cause in USED:
                # Given back: it was not used after all, by whoever used it last.
                used[one.month, 0] -= one.amount
                granted[one.month] += 0
                lot.appendleft([one.month, one.amount])
            elif one.amount > 0:
                granted[one.month] += one.amount
                lot.append([one.month, one.amount])
                count += 1
            else:
                for month, taken in _taken(lot, -one.amount, newest=one.cause == "reverse"):
                    if one.cause in USED:
                        used[month, one.month - month] += taken
                    elif one.cause not in _GONE:
                        granted[month] -= taken
    return Usage(
        {month: number for month, number in granted.items() if number > 0},
        {place: number for place, number in used.items() if number},
        count,
    )


def _taken(lot: deque[list[int]], points: int, *, newest: bool) -> Iterable[tuple[int, int]]:
    while points > 0 and lot:
        part = lot[-1] if newest else lot[0]
        taken = min(points, part[1])
        points -= taken
        part[1] -= taken
        if not part[1]:
            lot.pop() if newest else lot.popleft()
        yield part[0], taken
