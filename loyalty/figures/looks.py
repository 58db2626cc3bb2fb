"""How staff look for cards: how often, what was refused and why, what no sale came of. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from loyalty.core.calendar import day
from loyalty.core.instants import microseconds
from loyalty.figures.charts import MONTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.store.figure_lines import Moves, SaleLine
    from loyalty.store.happenings import Looked

WITHIN = 2 * 3600 * 1_000_000
"""Microseconds within which a sale should follow."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Of one key or person, in thirty days.

    Attributes
    ----------
    scans
        How often they looked for a card by its code.
    refused, why
        How often there was none, and by the code of the refusal.
    without_sale
        Cards that were found, no sale of whose member was heard of within two hours, and on which
        nothing moved on that day.
    """

    scans: int = 0
    refused: int = 0
    why: Mapping[str, int] = field(default_factory=dict)
    without_sale: int = 0


def of_staff(
    end: int, zone: str, looked: Iterable[Looked], sales: Iterable[SaleLine], moves: Iterable[Moves]
) -> dict[str, Looks]:
    """Return how staff have looked for cards before a day (``date.toordinal``), by who."""
    first: defaultdict[str, list[int]] = defaultdict(list)
    for sale in sales:
        if sale.member is not None and sale.sold:
            first[sale.member].append(microseconds(sale.first))
    for instants in first.values():
        instants.sort()
    moved = {(one.member, one.day) for one in moves}
    scans: Counter[str] = Counter()
    without: Counter[str] = Counter()
    why: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in looked:
        on = day(datetime.fromtimestamp(one.at / 1_000_000, UTC), zone)
        if not end - MONTH <= on < end:
            continue
        scans[one.who] += 1
        if one.refused:
            why[one.who][one.refused] += 1
            continue
        heard = first.get(one.member, [])
        place = bisect_left(heard, one.at)
        followed = place < len(heard) and heard[place] <= one.at + WITHIN
        without[one.who] += not followed and (one.member, on) not in moved
    return {
        who: Looks(number, sum(why[who].values()), dict(sorted(why[who].items())), without[who])
        for who, number in sorted(scans.items())
    }
