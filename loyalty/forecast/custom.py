"""What is usual in a program: the prior of every member's forecast, two numbers. Pure.

Regularity is 1 for visits at random and grows the more the gaps of one member are alike; it is
read off two gaps in a row (Wheat and Morrison, "Estimating purchase regularity with two
interpurchase times", Journal of Marketing Research 27, 1990): the share of the first in both
follows Beta(k, k), whose variance is 1 / (4 (2k + 1)). Both numbers lean on a default until the
program has gaps of its own, so that a shop of sixty members has a forecast too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

USUAL_GAPS = {
    "bakery": 4,
    "barber": 28,
    "coffee": 4,
    "nails": 21,
    "restaurant": 21,
    "salon": 35,
    "shop": 7,
}
"""Days between two visits by trade, before a program has visits of its own."""

_UNKNOWN_TRADE = 14
_DEFAULT_WEIGHS = 10  # gaps
_REGULARITY, _REGULARITY_WEIGHS = 1.5, 20  # pairs of gaps
_LEAST_REGULAR, _MOST_REGULAR = 0.3, 40.0


@dataclass(frozen=True, slots=True)
class Custom:
    """What is usual: the median gap in days, and how regular gaps are."""

    gap: float
    regularity: float


def usual(trade: str | None = None) -> Custom:
    """Return what is assumed of a program without visits."""
    return Custom(float(USUAL_GAPS.get(trade or "", _UNKNOWN_TRADE)), _REGULARITY)


def of(members: Iterable[Sequence[int]], trade: str | None = None) -> Custom:
    """Return what is usual among members, each the ascending days of their visits."""
    gaps: list[int] = []
    shares: list[float] = []
    for days in members:
        own = [later - sooner for sooner, later in pairwise(days)]
        gaps += own
        shares += [first / (first + second) for first, second in pairwise(own)]
    default = usual(trade)
    if not gaps:
        return default
    weight = len(gaps) / (len(gaps) + _DEFAULT_WEIGHS)
    gap = exp(weight * log(median(gaps)) + (1 - weight) * log(default.gap))
    # A share's mean is 1/2 by the law it follows, so its variance is taken around that.
    spread = sum((share - 0.5) ** 2 for share in shares)
    assumed = 1 / (4 * (2 * _REGULARITY + 1))
    variance = (spread + _REGULARITY_WEIGHS * assumed) / (len(shares) + _REGULARITY_WEIGHS)
    regularity = (1 - 4 * variance) / (8 * variance)
    return Custom(gap, min(_MOST_REGULAR, max(_LEAST_REGULAR, regularity)))
