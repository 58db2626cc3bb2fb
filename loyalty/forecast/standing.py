"""Where a member stands today: expected, slipping away, gone; and when to write. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from loyalty.forecast.next_visit import WINDOW, NextVisit, expect

if TYPE_CHECKING:
    from loyalty.forecast.custom import Custom
    from loyalty.forecast.rhythm import Rhythm

LEAD = 3
"""Days before the likeliest week at which a member is reminded, unless the owner says otherwise."""

_GONE_BELOW = 0.1
_GONE_WITHIN = 3  # times the own median gap
_COMES_ANYWAY, _COMES_SOON = 0.6, 3  # probability, days


@dataclass(frozen=True, slots=True)
class Standing:
    """A member on one day. Days are ordinals (``date.toordinal``).

    Attributes
    ----------
    due
        The day by which half of those like this member have come.
    early, late
        The days between which four in five of them come.
    week
        The probability of a visit within the next seven days.
    slipping
        Later than nine in ten of those who come back.
    gone
        Less than one in ten comes within three times the own gap from today.
    nudge
        The day to write, None when it has passed or when the member comes without.
    """

    due: int
    early: int
    late: int
    week: float
    slipping: bool
    gone: bool
    nudge: int | None


def standing(rhythm: Rhythm, custom: Custom, today: int, lead: int = LEAD) -> Standing:
    """Say where a member stands at the end of a day on which no visit came after ``rhythm``."""
    idle = max(0, today - rhythm.last)
    expected, due, (early, late), best = _by_then(rhythm, custom)
    within = expected.within(idle, _GONE_WITHIN * due)
    return Standing(
        due=rhythm.last + due,
        early=rhythm.last + early,
        late=rhythm.last + late,
        week=expected.within(idle, WINDOW),
        slipping=idle > late,
        gone=idle > late and within < _GONE_BELOW,
        nudge=_nudge(expected, rhythm.last, idle, max(early, best - lead)),
    )


@lru_cache(maxsize=4096)
def _by_then(rhythm: Rhythm, custom: Custom) -> tuple[NextVisit, int, tuple[int, int], int]:
    """Return the curve, its median, its band, and its best window: no day changes these.

    They are most of the work, and campaigns ask about the same members day by day.
    """
    expected = expect(rhythm, custom)
    band = expected.band
    return expected, expected.due, band, expected.best_window(band[1] + WINDOW)


def _nudge(expected: NextVisit, last: int, idle: int, day: int) -> int | None:
    if day < idle or expected.within(day, _COMES_SOON) > _COMES_ANYWAY:
        return None
    return last + day
