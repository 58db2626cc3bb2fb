"""Points as money: what is owed, what of it is expected to be used, what a sale defers. Pure.

A point that gives a discount which a customer would not have without the sale is a material right:
a part of the price is put off until it is used or gone (IFRS 15 B39 to B43 and Illustrative Example
52; ASC 606-10-55-41 to 45). Whether it is one is for the accountant to say. Amounts are in minor
units; halves are rounded up.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyalty.program.rules import PointsAsMoney

PRIOR = Fraction(4, 5)
"""Which part of points is expected to be used where nothing is known yet."""

FEWEST_LOTS = 200
"""Of fewer lots the part that will be used is a range, with what the owner expects at one end."""


def rounded(amount: Fraction) -> int:
    """Return an amount in whole minor units."""
    return floor(amount + Fraction(1, 2))


def value_of_point(rule: PointsAsMoney) -> Fraction:
    """Return what one point pays, in minor units."""
    return Fraction(rule.amount, rule.points)


def deferred(price: int, goods: int, points: int, value: Fraction, used: Fraction) -> Fraction:
    """Return which part of a price is put off for the points that came with it.

    Parameters
    ----------
    price, goods
        What was paid, and what the goods cost where they are sold alone.
    value, used
        What one point pays, and which part of all points is expected to be used.
    """
    alone = points * value * used
    return price * alone / (alone + goods) if alone else Fraction(0)


def recognised(put_off: int, used: int, expected: int) -> int:
    """Return how much of what was put off counts as revenue by now, from the beginning.

    Another expectation changes this, and never what was put off.
    """
    return rounded(put_off * min(Fraction(1), Fraction(used, expected))) if expected else put_off


@dataclass(frozen=True, slots=True)
class Expectation:
    """Which part of points will have been used once all are used or gone: one number or a range."""

    low: Fraction
    high: Fraction
    lots: int


def expectation(
    granted: Mapping[int, int],
    used: Mapping[tuple[int, int], int],
    now: int,
    months: int,
    *,
    lots: int,
    prior: Fraction = PRIOR,
) -> Expectation:
    """Estimate it by how lots of the past were used as they grew older (chain ladder).

    Parameters
    ----------
    granted
        Points by the number of the month in which they were given.
    used
        Points used, by that month and by their age in whole months.
    now
        The number of the present month, which is not over.
    months
        After so many nothing is left: all are used or gone.
    lots
        How many lots that is of.
    """
    ages = range(months + 1)
    known = {month: min(months, now - 1 - month) for month in granted if month < now}
    sums = {
        (month, age): sum(used.get((month, one), 0) for one in range(age + 1))
        for month, oldest in known.items()
        for age in range(oldest + 1)
    }
    factors = [_factor(sums, known, age) for age in ages[1:]]
    ultimate = Fraction(0)
    for month, oldest in known.items():
        grown = Fraction(sums[month, oldest])
        for factor in factors[oldest:]:
            grown *= factor
        ultimate += min(Fraction(granted[month]), grown)
    whole = sum(granted[month] for month in known)
    if not whole:
        return Expectation(prior, prior, lots)
    found = ultimate / whole
    if lots < FEWEST_LOTS:
        return Expectation(min(found, prior), max(found, prior), lots)
    return Expectation(found, found, lots)


def _factor(sums: Mapping[tuple[int, int], int], known: Mapping[int, int], age: int) -> Fraction:
    """Return how much what was used grew from the age before to this one."""
    old = [month for month, oldest in known.items() if oldest >= age]
    before = sum(sums[month, age - 1] for month in old)
    return Fraction(sum(sums[month, age] for month in old), before) if before else Fraction(1)


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed to customers.

    Attributes
    ----------
    by_month
        Minor units of all that is spendable, pending or held, by the number of the month in which
        it ends; None: never.
    low, high
        Of the whole, what is expected to be used.
    """

    by_month: Mapping[int | None, int]
    low: int
    high: int

    @property
    def whole(self) -> int:
        """Return what is owed."""
        return sum(self.by_month.values())


def owed(points: Mapping[int | None, int], value: Fraction, expected: Expectation) -> Owed:
    """Return what so many points, by the month of their end, are worth."""
    months: Sequence[int | None] = sorted(points, key=lambda month: (month is None, month or 0))
    by_month = {month: rounded(points[month] * value) for month in months if points[month]}
    whole = sum(by_month.values())
    return Owed(by_month, rounded(whole * expected.low), rounded(whole * expected.high))
