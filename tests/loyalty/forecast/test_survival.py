from __future__ import annotations

import random
from itertools import pairwise
from math import comb

import pytest

from loyalty.forecast.survival import incomplete_beta, not_yet


@pytest.mark.parametrize(("successes", "trials"), [(1, 1), (3, 10), (12, 40), (40, 60)])
@pytest.mark.parametrize("chance", [0.01, 0.2, 0.5, 0.77, 0.99])
def test_the_beta_function_counts_coins(successes: int, trials: int, chance: float) -> None:
    # P(at least so many heads) is the incomplete beta function (NIST 8.17.24).
    heads = sum(
        comb(trials, count) * chance**count * (1 - chance) ** (trials - count)
        for count in range(successes, trials + 1)
    )

    found = incomplete_beta(chance, successes, trials - successes + 1)

    assert found == pytest.approx(heads, abs=1e-9)


@pytest.mark.parametrize("shape", [1, 2, 3, 8, 27, 40])
def test_a_whole_shape_is_summed_to_the_same(shape: int) -> None:
    for days in (1, 5, 28, 90, 400):
        continued = incomplete_beta(30 / (30 + shape * days), 1 + shape * 2.3, shape)
        assert not_yet(days, shape, 1 + shape * 2.3, 30) == pytest.approx(continued, abs=1e-9)


@pytest.mark.parametrize("shape", [0.5, 1.0, 1.4, 6.0])
def test_it_is_what_drawing_rates_and_gaps_gives(shape: float) -> None:
    strength, past, chance = 4.0, 60.0, random.Random(1)
    drawn = [
        chance.gammavariate(shape, 1 / (shape * chance.gammavariate(strength, 1 / past)))
        for _ in range(20_000)
    ]
    for days in (3, 15, 60):
        share = sum(gap > days for gap in drawn) / len(drawn)
        assert not_yet(days, shape, strength, past) == pytest.approx(share, abs=0.012)


def test_it_falls_from_one_to_nothing() -> None:
    curve = [not_yet(days, 0.7, 3, 40) for days in range(400)]
    assert curve[0] == 1.0
    assert all(sooner >= later for sooner, later in pairwise(curve))
    assert not_yet(1e6, 12.0, 30, 400) < 1e-9
