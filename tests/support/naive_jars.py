"""Caps of periods as jars in a row: what is beyond a jar's brim lies in a bowl beside it.

Units are poured into the jar of the day; of what comes to lie in there, so much is poured into the
jar of the week, of the month, of the year. What is taken away comes out of the bowl first. Nothing
is worked out of sums: who wants to know what is credited looks into the jar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from tests.support import naive_rules as rules

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.program.rules import Program

Place = tuple[str, str, date]
"""Where a jar stands: pot, length, the period's first day."""

_LIDS = timedelta(days=80)
"""So long after its last day a jar is closed."""
_SHELF = 24
"""So many closed jars of one kind are kept, the youngest."""


@dataclass
class Jar:
    """A jar of a size, and a bowl."""

    inside: Fraction = Fraction(0)
    bowl: Fraction = Fraction(0)
    size: int = 0

    def pour(self, units: Fraction) -> None:
        while units:
            if self.inside < self.size:
                drop = min(units, self.size - self.inside)
                self.inside += drop
            else:
                drop = units
                self.bowl += drop
            units -= drop

    def take(self, units: Fraction) -> None:
        spilled = min(units, self.bowl)
        self.bowl -= spilled
        self.inside -= units - spilled

    def grow(self, size: int) -> None:
        """Put the content into a larger jar, and pour in what the bowl holds."""
        if size > self.size:
            self.size, lying, self.bowl = size, self.bowl, Fraction(0)
            self.pour(lying)

    def join(self, other: Jar) -> None:
        """Pour two jars of one period together, into one that holds at least what both held."""
        self.inside, bowls = self.inside + other.inside, self.bowl + other.bowl
        self.size, self.bowl = max(self.size, other.size, ceil(self.inside)), Fraction(0)
        self.pour(bowls)


def fill(  # noqa: PLR0917
    jars: dict[Place, Jar],
    program: Program,
    pot: str,
    when: datetime,
    units: Fraction,
    now: datetime,
) -> Fraction:
    """Pour what an order is worth more, or take what it is worth less; return what is thrown."""
    day, today = (rules.here(at, program.zone).date() for at in (when, now))
    thrown = Fraction(0)
    for length in ("day", "week", "month", "year"):
        for cap in program.caps:
            if (cap.pot, cap.period) == (pot, length):
                day = rules.first_day(day, length)
                jar = jars.setdefault((pot, length, day), Jar())
                lay = jar.inside
                if not _closed(day, length, today):
                    jar.grow(cap.points)
                if units > 0:
                    jar.pour(units)
                else:
                    jar.take(-units)
                units = jar.inside - lay
                thrown += _tidy(jars, pot, length, day, today)
    return thrown


def _closed(day: date, length: str, today: date) -> bool:
    return rules.last_day(day, length) + _LIDS < today


def _tidy(jars: dict[Place, Jar], pot: str, length: str, used: date, today: date) -> Fraction:
    """Throw closed jars away, but for those that nothing more fits into; return their bowls."""
    closed = sorted(
        place
        for place in jars
        if place[:2] == (pot, length) and place[2] != used and _closed(place[2], length, today)
    )
    brimming = [place for place in closed if jars[place].bowl or not jars[place].size]
    away = [place for place in closed if place not in brimming[-_SHELF:]]
    thrown = sum((jars[place].bowl for place in away), Fraction(0))
    for place in away:
        del jars[place]
    for place in [place for place, jar in jars.items() if jar == Jar()]:
        del jars[place]
    return thrown
