"""Did a campaign work? What its members did beside what those who were held out did. Pure.

Shares by Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, method 10), money by
Welch's with CUPED before it (Deng et al., WSDM 2013). All intervals hold in 95 of 100 cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, inf, sqrt
from statistics import NormalDist, fmean
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

Z: Final = NormalDist().inv_cdf(0.975)
_POWER: Final = 16
"""Of ``n = 16 variance / effect**2`` a side: seen in 80 of 100 cases (Lehr's rule)."""
_UNEVEN: Final = 0.001
_CUT, _LONG_TAIL, _TIMES = 0.995, 0.99, 10
FEWEST_FOR_MONEY: Final = 200
"""Held out at least, before anything is said of money: what people spend is skewed."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A difference and its interval; ``proven`` where the interval leaves 0 out."""

    value: float
    low: float
    high: float

    @property
    def proven(self) -> bool:
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Member:
    """One assigned member: what they brought in within the window, and in as long before it.

    Minor units; 0 for who did not come. ``came`` tells that they came within the window.
    """

    money: int
    before: int
    came: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a campaign.

    Attributes
    ----------
    treated, control
        How many were assigned.
    even
        Whether the sides are as large as they were drawn: else something went wrong in between,
        and nothing of the rest is to be believed.
    came
        The difference between the shares that came.
    money
        Minor units a member; None where too few were held out.
    gain
        Minor units in all, after the cost of rewards; None like ``money``.
    cut
        Whether a few very large amounts were cut off at the 99.5th of a hundred.
    """

    treated: int
    control: int
    even: bool
    came: Effect
    money: Effect | None
    gain: Effect | None
    cut: bool


def measured(
    treated: Sequence[Member],
    control: Sequence[Member],
    share: float,
    costs: tuple[int, int] = (0, 0),
) -> Result:
    """Return what came of a campaign whose window is over.

    Parameters
    ----------
    share
        Of the audience that was held out, as it was drawn: between 0 and 1.
    costs
        Of rewards, in minor units: of those who got it, and of those held out.
    """
    came = shares(
        sum(one.came for one in treated),
        len(treated),
        sum(one.came for one in control),
        len(control),
    )
    money = gain = None
    cut = False
    if len(control) >= FEWEST_FOR_MONEY and len(treated) >= FEWEST_FOR_MONEY:
        (one, other), cut = _winsorised(
            [each.money for each in treated], [each.money for each in control]
        )
        one, other = cuped(
            (one, [each.before for each in treated]), (other, [each.before for each in control])
        )
        money = welch(one, other)
        extra = costs[1] * len(treated) / len(control) - costs[0]
        gain = Effect(
            *(part * len(treated) + extra for part in (money.value, money.low, money.high))
        )
    even = uneven(len(treated), len(control), share) >= _UNEVEN
    return Result(len(treated), len(control), even, came, money, gain, cut)


def shares(came: int, of: int, came_without: int, of_without: int) -> Effect:
    """Return the difference of two shares, with Newcombe's interval; of nobody nothing is known."""
    if not of or not of_without:
        return Effect(0, -1, 1)
    one, other = came / of, came_without / of_without
    low, high = _wilson(came, of)
    low_without, high_without = _wilson(came_without, of_without)
    value = one - other
    return Effect(
        value,
        value - sqrt((one - low) ** 2 + (high_without - other) ** 2),
        value + sqrt((high - one) ** 2 + (other - low_without) ** 2),
    )


def _wilson(came: int, of: int) -> tuple[float, float]:
    share, squared = came / of, Z * Z
    middle = share + squared / (2 * of)
    wide = Z * sqrt(share * (1 - share) / of + squared / (4 * of * of))
    return (middle - wide) / (1 + squared / of), (middle + wide) / (1 + squared / of)


def welch(one: Sequence[float], other: Sequence[float]) -> Effect:
    """Return the difference of two means with Welch's interval."""
    value = fmean(one) - fmean(other)
    parts = [_variance(each) / len(each) for each in (one, other)]
    error = sqrt(sum(parts))
    if not error:
        return Effect(value, value, value)
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(each) - 1) for part, each in zip(parts, (one, other), strict=True)
    )
    wide = _student(freedom) * error
    return Effect(value, value - wide, value + wide)


def _student(freedom: float) -> float:
    """Return the 97.5th percentile of Student's t, by Cornish and Fisher's expansion."""
    z = Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def cuped(
    one: tuple[Sequence[float], Sequence[float]], other: tuple[Sequence[float], Sequence[float]]
) -> tuple[list[float], list[float]]:
    """Return both sides' values less what they would have been by what was before.

    Each side is (values, the same of as long before assignment).
    """
    values, before = [*one[0], *other[0]], [*one[1], *other[1]]
    middle, spread = fmean(before), _variance(before)
    if not spread:
        return [*one[0]], [*other[0]]
    usual = fmean(values)
    together = sum((y - usual) * (x - middle) for y, x in zip(values, before, strict=True))
    theta = together / (len(values) - 1) / spread
    return (
        [y - theta * (x - middle) for y, x in zip(*one, strict=True)],
        [y - theta * (x - middle) for y, x in zip(*other, strict=True)],
    )


def _winsorised(
    one: Sequence[float], other: Sequence[float]
) -> tuple[tuple[list[float], list[float]], bool]:
    """Cut off a few very large amounts, by the limit of both sides together."""
    ordered = sorted([*one, *other])
    usual = ordered[int(_LONG_TAIL * (len(ordered) - 1))]
    if ordered[-1] <= _TIMES * usual:
        return ([*one], [*other]), False
    most = ordered[int(_CUT * (len(ordered) - 1))]
    return ([min(each, most) for each in one], [min(each, most) for each in other]), True


def uneven(treated: int, control: int, share: float) -> float:
    """Return how probable it is that so uneven sides were drawn: chi squared, one degree."""
    total = treated + control
    held = total * share
    if not 0 < held < total:
        return 1.0
    squared = (control - held) ** 2 / held + (treated - (total - held)) ** 2 / (total - held)
    return erfc(sqrt(squared / 2))


def smallest_share(share: float, treated: int, control: int) -> float:
    """Return the smallest difference of shares that would be seen in 80 of 100 cases.

    ``share``: how many come anyway. Lehr's rule for sides of different size.
    """
    return _smallest(share * (1 - share), treated, control)


def smallest_money(variance: float, treated: int, control: int, explained: float = 0.0) -> float:
    """Return the same of money a member; ``explained`` is what CUPED takes off, from 0 to 1."""
    return _smallest(variance * (1 - explained), treated, control)


def _smallest(variance: float, treated: int, control: int) -> float:
    if not treated or not control:
        return inf
    return sqrt(_POWER * variance * (1 / treated + 1 / control) / 2)


def _variance(values: Sequence[float]) -> float:
    middle = fmean(values)
    return sum((one - middle) ** 2 for one in values) / (len(values) - 1)
