"""When a member comes next, and whether at all: the curve over the days since the last visit.

The gaps of a member are taken as gamma distributed with one of thirteen shapes, weighed by how
well each explains the member's own gaps and by how regular gaps are in the program; the rate
behind them has a gamma prior around the program's median gap, and every visit may have been the
last one (beta prior). Regularity as in Platzer and Reutterer, "Ticking away the moments"
(Marketing Science 35, 2016), dropout as in Batislam, Denizel and Filiztekin (International Journal
of Research in Marketing 24, 2007), in closed form: nothing is fitted, per shop or at all. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, lgamma, log
from typing import TYPE_CHECKING

from loyalty.forecast.survival import not_yet

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.forecast.custom import Custom
    from loyalty.forecast.rhythm import Memory, Rhythm

SHAPES = (0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 18.0, 27.0, 40.0)
"""How regular a member may be: below 1 in bursts, 1 at random, 40 by the calendar."""

_FIRST_STRENGTH = 1.0
_FIRST_PAST = 1.7  # of the program's median gap
_WENT, _STAYED = 0.5, 1.5
_NEGLIGIBLE = 1e-3
_HORIZON = 4000  # days; later is never

BAND = (0.1, 0.9)
"""The shares of those who come back between whose days a visit is expected."""

WINDOW = 7
"""Days of the window in which a visit is most likely."""


@dataclass(frozen=True, slots=True)
class _Part:
    weight: float
    shape: float
    strength: float
    past: float


@dataclass(frozen=True, slots=True)
class NextVisit:
    """What is expected of one member after the last visit; days are counted from that day.

    Attributes
    ----------
    stays
        The probability that the member comes back at all.
    """

    stays: float
    _parts: tuple[_Part, ...]

    def away(self, day: float) -> float:
        """Return the probability that somebody who comes back has not come by then."""
        return sum(
            part.weight * not_yet(day, part.shape, part.strength, part.past) for part in self._parts
        )

    def by(self, day: float) -> float:
        """Return the probability of a visit by then, of everybody."""
        return self.stays * (1 - self.away(day))

    def within(self, idle: int, days: int) -> float:
        """Return the probability of a visit within so many days, after so many without one."""
        away = self.away(idle)
        missing = 1 - self.stays * (1 - away)
        return self.stays * (away - self.away(idle + days)) / missing if missing > 0 else 0.0

    def share(self, share: float) -> int:
        """Return the day by which this share of those who come back has come, at least 1."""
        return _first(lambda day: self.away(day) <= 1 - share)

    @property
    def due(self) -> int:
        """The day by which half of those who come back has come."""
        return self.share(0.5)

    @property
    def band(self) -> tuple[int, int]:
        """The days between which four in five of those who come back do (``BAND``)."""
        return self.share(BAND[0]), self.share(BAND[1])

    def best_window(self, horizon: int) -> int:
        """Return the first day of the ``WINDOW`` days with most visits, not beyond a horizon."""
        curve = [self.away(day) for day in range(horizon + 1)]
        starts = range(1, max(2, horizon - WINDOW + 2))
        return max(starts, key=lambda day: curve[day - 1] - curve[min(horizon, day + WINDOW - 1)])


def expect(rhythm: Rhythm, custom: Custom) -> NextVisit:
    """Return what is expected after the newest visit of a rhythm."""
    memories = (rhythm.short, rhythm.long) if rhythm.repeats > 1 else (rhythm.long,)
    parts = [
        replace(part, weight=part.weight / len(memories))
        for memory in memories
        for part in _parts(memory, custom)
    ]
    stays = (_STAYED + rhythm.repeats) / (_WENT + _STAYED + rhythm.repeats)
    return NextVisit(stays, tuple(parts))


def _parts(memory: Memory, custom: Custom) -> list[_Part]:
    """Return the shapes that explain the gaps of a memory, and how well each does."""
    first_past = _FIRST_PAST * custom.gap
    explained = []
    for shape in SHAPES:
        strength = _FIRST_STRENGTH + shape * memory.gaps
        past = first_past + shape * memory.days
        fit = (
            -0.5 * log(shape / custom.regularity) ** 2
            + (shape - 1) * memory.logs
            + memory.gaps * (shape * log(shape) - lgamma(shape))
            + lgamma(strength)
            - strength * log(past)
        )
        explained.append(_Part(fit, shape, strength, past))
    best = max(part.weight for part in explained)
    weighed = [replace(part, weight=exp(part.weight - best)) for part in explained]
    kept = [part for part in weighed if part.weight > _NEGLIGIBLE]
    together = sum(part.weight for part in kept)
    return [replace(part, weight=part.weight / together) for part in kept]


def _first(reached: Callable[[int], bool]) -> int:
    """Return the first day from 1 on for which something holds that never ceases to hold."""
    low, high = 0, 1
    while not reached(high) and high < _HORIZON:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
