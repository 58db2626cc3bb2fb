"""The net promoter score, with how far it can be off. Pure.

Promoters answer 9 or 10, detractors 0 to 6; the score is 100 times the difference of their shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING

from loyalty.figures.figure import FEWEST_MEMBERS, Missing
from loyalty.figures.liability import rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyalty.store.answer_lines import AnswerLine

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


@dataclass(frozen=True, slots=True)
class Promoters:
    """What answers came to.

    Attributes
    ----------
    value, low, high
        The score and the ends of its interval in whole points; None where they rest on fewer than
        thirty members.
    n, members
        Answers, and members who gave them.
    """

    value: int | None
    low: int | None
    high: int | None
    n: int
    members: int
    promoters: int
    passives: int
    detractors: int
    missing: Missing | None = None


def promoters(lines: Iterable[AnswerLine]) -> Promoters:
    """Return what answers to that question come to; other answers are not counted."""
    found = [(one.member, one.score) for one in lines if one.asks == "nps"]
    answers = [one for _, one in found if one is not None]
    for_it = sum(one >= _PROMOTER for one in answers)
    against = sum(one < _PASSIVE for one in answers)
    members = len({member for member, _ in found})
    counts = (len(answers), members, for_it, len(answers) - for_it - against, against)
    told = score(answers)
    if told is None or members < FEWEST_MEMBERS:
        return Promoters(None, None, None, *counts, missing="too_few")
    low, high = (rounded(Fraction(one)) for one in (told.low, told.high))
    value = rounded(Fraction(100 * (for_it - against), len(answers)))
    return Promoters(value, low, high, *counts)
