"""How staff look for cards and ask for more: how often, what was refused and why. Pure."""

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
    from loyalty.store.happenings import Declined, Looked

WITHIN = 2 * 3600 * 1_000_000
"""Microseconds within which a sale should follow."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Of one key or person, on a day or in thirty.

    Attributes
    ----------
    scans
        How often they looked for a card by its code.
    refused, why
        How often there was none, and by the code of the refusal.
    without_sale
        Cards that were found, no sale of whose member was heard of within two hours, and on which
        nothing moved on that day.
    declined, reasons
        How often they asked to spend or to give and were refused, and by why.
    """

    scans: int = 0
    refused: int = 0
    why: Mapping[str, int] = field(default_factory=dict)
    without_sale: int = 0
    declined: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)


Shift = tuple[str, int]
"""A key or person, and a day of the program's zone (``date.toordinal``): what limits count by."""


def of_shifts(  # noqa: PLR0917
    end: int,
    zone: str,
    looked: Iterable[Looked],
    declined: Iterable[Declined],
    sales: Iterable[SaleLine],
    moves: Iterable[Moves],
) -> dict[Shift, Looks]:
    """Return how staff have looked for cards, and were refused, in the thirty days before one."""
    first: defaultdict[str, list[int]] = defaultdict(list)
    for sale in sales:
        if sale.member is not None and sale.sold:
            first[sale.member].append(microseconds(sale.first))
    for instants in first.values():
        instants.sort()
    moved = {(one.member, one.day) for one in moves}
    scans: Counter[Shift] = Counter()
    without: Counter[Shift] = Counter()
    why: defaultdict[Shift, Counter[str]] = defaultdict(Counter)
    reasons: defaultdict[Shift, Counter[str]] = defaultdict(Counter)
    for one in looked:
        on = _day(one.at, zone)
        if not end - MONTH <= on < end:
            continue
        shift = one.who, on
        scans[shift] += 1
        if one.refused:
            why[shift][one.refused] += 1
            continue
        heard = first.get(one.member, [])
        place = bisect_left(heard, one.at)
        followed = place < len(heard) and heard[place] <= one.at + WITHIN
        without[shift] += not followed and (one.member, on) not in moved
    for refusal in declined:
        on = _day(refusal.at, zone)
        if end - MONTH <= on < end:
            reasons[refusal.who, on][refusal.reason] += 1
    return {
        shift: Looks(
            scans[shift],
            sum(why[shift].values()),
            dict(sorted(why[shift].items())),
            without[shift],
            sum(reasons[shift].values()),
            dict(sorted(reasons[shift].items())),
        )
        for shift in sorted({*scans, *reasons})
    }


def of_staff(shifts: Mapping[Shift, Looks]) -> dict[str, Looks]:
    """Return the same of all their days together, by who."""
    found: dict[str, Looks] = {}
    for (who, _), one in shifts.items():
        so_far = found.get(who, Looks())
        found[who] = Looks(
            so_far.scans + one.scans,
            so_far.refused + one.refused,
            _summed(so_far.why, one.why),
            so_far.without_sale + one.without_sale,
            so_far.declined + one.declined,
            _summed(so_far.reasons, one.reasons),
        )
    return found


def _summed(some: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted((Counter(some) + Counter(more)).items()))


def _day(at: int, zone: str) -> int:
    return day(datetime.fromtimestamp(at / 1_000_000, UTC), zone)
