"""The net promoter score, with how far it can be off. Pure.

Promoters answer 9 or 10, detractors 0 to 6; the score is 100 times the difference of their shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HIGHEST_ANSWER = 10
_PROMOTER, _PASSIVE = 9, 7
_NORMAL = 1.96
_ENOUGH = 50
_MORE = (0.75, 1.5, 0.75)
"""Promoters, passives and detractors that are added to few answers (Rocks, 2016: add three)."""


@dataclass(frozen=True, slots=True)
class Score:
    """From -100 to 100; ``low`` and ``high`` hold the true one in 95 of 100 cases."""

    value: float
    low: float
    high: float
    n: int


def score(answers: Sequence[int]) -> Score | None:
    """Return the score of answers from 0 to 10; None without any.

    Raises
    ------
    ValueError
        One is outside.
    """
    if not all(0 <= one <= HIGHEST_ANSWER for one in answers):
        raise ValueError("An answer is from 0 to 10.")
    if not answers:
        return None
    counts = [
        sum(one >= _PROMOTER for one in answers),
        sum(_PASSIVE <= one < _PROMOTER for one in answers),
        sum(one < _PASSIVE for one in answers),
    ]
    n = len(answers)
    more = _MORE if n < _ENOUGH else (0.0, 0.0, 0.0)
    whole = n + sum(more)
    promoters, _, detractors = (
        (number + extra) / whole for number, extra in zip(counts, more, strict=True)
    )
    middle = promoters - detractors
    width = _NORMAL * sqrt((promoters + detractors - middle**2) / whole)
    return Score(
        value=100 * (counts[0] - counts[2]) / n,
        low=max(-100.0, 100 * (middle - width)),
        high=min(100.0, 100 * (middle + width)),
        n=n,
    )
