"""Points as money: the standards' own examples, to the unit."""

from __future__ import annotations

from fractions import Fraction

import pytest

from loyalty.figures.liability import (
    PRIOR,
    Expectation,
    deferred,
    expectation,
    owed,
    recognised,
    rounded,
    value_of_point,
)
from loyalty.program.rules import PointsAsMoney


def test_example_52_of_ifrs_15() -> None:
    """10,000 points of 1 with goods of 100,000; 95 of 100 are expected to be used, then 97."""
    put_off = rounded(deferred(100_000, 100_000, 10_000, Fraction(1), Fraction(95, 100)))
    assert (put_off, 100_000 - put_off) == (8_676, 91_324)
    first = recognised(put_off, 4_500, 9_500)
    assert first == 4_110
    assert recognised(put_off, 8_500, 9_700) - first == 3_493
    assert recognised(put_off, 9_700, 9_700) == put_off


def test_another_example() -> None:
    """2,000 points of 0.10 with goods of 2,000, of which 85 of 100 are expected to be used."""
    found = deferred(200_000, 200_000, 2_000, Fraction(10), Fraction(85, 100))
    assert round(float(found) / 100, 2) == 156.68
    assert deferred(100, 100, 0, Fraction(1), Fraction(1)) == 0
    assert recognised(500, 0, 0) == 500, "nothing is expected any more"
    assert recognised(500, 12, 10) == 500, "never more than was put off"


def test_a_point_is_worth_what_the_program_lets_it_pay() -> None:
    assert value_of_point(PointsAsMoney("points", points=3, amount=100)) == Fraction(100, 3)


def test_what_is_owed_is_told_by_the_month_in_which_it_ends() -> None:
    expected = Expectation(Fraction(7, 10), Fraction(8, 10), lots=50)
    found = owed({None: 10, 24_317: 150, 24_316: 5, 24_318: 0}, Fraction(1, 2), expected)
    assert list(found.by_month.items()) == [(24_316, 3), (24_317, 75), (None, 5)]
    assert (found.whole, found.low, found.high) == (83, 58, 66)


def grown(curve: list[int], granted: int, months: int, now: int) -> dict[tuple[int, int], int]:
    """Return what is used of each month's points up to now, along one curve."""
    return {
        (month, age): granted * percent // 100
        for month in range(months)
        for age, percent in enumerate(curve)
        if month + age < now
    }


CURVE = [20, 20, 10, 10, 5]
"""Per cent used at each age: 65 in the end."""


def test_lots_of_one_curve_are_expected_to_follow_it_however_young_they_are() -> None:
    used = grown(CURVE, 1000, 9, 9)
    found = expectation(dict.fromkeys(range(9), 1000), used, 9, 4, lots=200)
    assert found == Expectation(Fraction(65, 100), Fraction(65, 100), 200)
    # The present month is not over, so it tells nothing yet.
    young = expectation({**dict.fromkeys(range(9), 1000), 9: 50_000}, used, 9, 4, lots=200)
    assert young == found


def test_few_lots_give_a_range_with_what_the_owner_expects() -> None:
    granted = dict.fromkeys(range(9), 1000)
    few = expectation(granted, grown(CURVE, 1000, 9, 9), 9, 4, lots=199)
    assert (few.low, few.high) == (Fraction(65, 100), PRIOR)
    low = expectation(granted, grown(CURVE, 1000, 9, 9), 9, 4, lots=1, prior=Fraction(1, 2))
    assert (low.low, low.high) == (Fraction(1, 2), Fraction(65, 100))
    assert expectation({}, {}, 9, 4, lots=500) == Expectation(PRIOR, PRIOR, 500)
    assert expectation({9: 70}, {}, 9, 4, lots=500) == Expectation(PRIOR, PRIOR, 500)


@pytest.mark.parametrize("now", [6, 9])
def test_no_more_is_expected_to_be_used_than_was_given(now: int) -> None:
    used = {(0, 0): 1, (0, 1): 999, (1, 0): 600, (2, 0): 700}
    found = expectation(dict.fromkeys(range(3), 1000), used, now, 12, lots=300)
    assert 0 <= found.high <= 1
