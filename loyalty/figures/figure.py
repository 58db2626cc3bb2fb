"""A figure: a number with what it means, when it was true, and how much it rests on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

FEWEST_MEMBERS = 30
"""Of fewer members (or sales) a share or a mean says nothing."""

FEWEST_IN_A_CELL = 5
"""The same of one cell of a table."""

Missing = Literal["too_few", "not_over"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number.

    Attributes
    ----------
    name
        What it is called; its definition is the phrase ``figure.<name>`` of each language.
    value
        Exact; money in minor units, shares from 0 to 1. None where it is ``missing``.
    n
        Members, visits or sales that it rests on.
    as_of
        The local day up to whose beginning it is true; records that come later may change it.
    missing
        Why there is none: ``too_few`` to say, or its time is ``not_over``.
    """

    name: str
    value: Fraction | None
    n: int
    as_of: int
    missing: Missing | None = None


def count(name: str, number: int, as_of: int) -> Figure:
    """Return a number of members, visits or sales: it says itself how few they are."""
    return Figure(name, Fraction(number), number, as_of)


def ratio(name: str, part: int, whole: int, as_of: int, n: int | None = None) -> Figure:
    """Return a part of a whole, or a sum over a number; None of too few.

    ``n``: what it rests on, where that is not the whole.
    """
    basis = whole if n is None else n
    if basis < FEWEST_MEMBERS or not whole:
        return Figure(name, None, basis, as_of, "too_few")
    return Figure(name, Fraction(part, whole), basis, as_of)


def cell(name: str, part: int, whole: int, as_of: int) -> Figure:
    """Return one cell of a table; None of too few."""
    if whole < FEWEST_IN_A_CELL:
        return Figure(name, None, whole, as_of, "too_few")
    return Figure(name, Fraction(part, whole), whole, as_of)
