"""How one member comes, in eight numbers: all that the forecast needs to know of the past. Pure.

A gap is the time between two visits in days, at least 1: visits of one day are one. What a gap
says fades with every later one, in a short memory and in a long one: the short one follows changed
habits, the long one knows steady ones better, and the forecast listens to both alike. Being
forgotten is why the numbers depend on the order of visits: a visit that is told late, taken back,
or comes with another account in a merge means ``of`` all days that are left, from the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORT, LONG = 0.7, 0.9
"""What is left of a gap's weight after the next one, in either memory."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Faded sums over gaps: of 1, of the gap in days, of its natural logarithm."""

    gaps: float = 0.0
    days: float = 0.0
    logs: float = 0.0

    def then(self, gap: int, kept: float) -> Memory:
        """Return the sums with a gap more."""
        return Memory(kept * self.gaps + 1, kept * self.days + gap, kept * self.logs + log(gap))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The gaps of a member so far, the newest of them counting most.

    Attributes
    ----------
    last
        The day of the newest visit, as ``date.toordinal``, in the zone of its location.
    repeats
        Gaps, each counted whole.
    short, long
        What is remembered of the gaps.
    """

    last: int
    repeats: int = 0
    short: Memory = Memory()
    long: Memory = Memory()

    def followed_by(self, day: int) -> Rhythm:
        """Return the rhythm with a visit more, which is not before the newest one.

        A further visit of the newest day changes nothing.
        """
        gap = day - self.last
        if gap < 0:
            raise ValueError("a visit before the newest one: take all days anew")
        if gap == 0:
            return self
        return Rhythm(
            last=day,
            repeats=self.repeats + 1,
            short=self.short.then(gap, SHORT),
            long=self.long.then(gap, LONG),
        )


def of(days: Iterable[int]) -> Rhythm:
    """Return the rhythm of these days of visits, one at least, in any order."""
    first, *later = sorted(days)
    rhythm = Rhythm(first)
    for day in later:
        rhythm = rhythm.followed_by(day)
    return rhythm
