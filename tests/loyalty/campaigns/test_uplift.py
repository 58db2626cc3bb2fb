"""What a campaign is said to have done: known figures, and a thousand that did nothing."""

from __future__ import annotations

from math import inf, sqrt
from random import Random

import pytest

from loyalty.campaigns import assigning, uplift
from loyalty.campaigns.uplift import (
    Effect,
    Member,
    cuped,
    measured,
    shares,
    smallest_money,
    smallest_share,
    uneven,
    welch,
)
from tests.support.extent import part


@pytest.mark.parametrize(
    ("came", "of", "without", "of_without", "low", "high"),
    [
        # Newcombe 1998, table II, method 10: the eight contrasts of the paper.
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_newcombes_own_examples(  # noqa: PLR0917
    came: int, of: int, without: int, of_without: int, low: float, high: float
) -> None:
    found = shares(came, of, without, of_without)
    assert found.low == pytest.approx(low, abs=2e-4)
    assert found.high == pytest.approx(high, abs=2e-4)


def test_nobody_on_one_side_says_nothing() -> None:
    assert not shares(0, 0, 5, 10).proven


def test_welch_on_two_small_samples() -> None:
    # t = -2.46 with 25.0 degrees of freedom: a standard error of 0.88, times 2.06.
    one = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
    other = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1,
             22.9, 20.5, 24.4]  # fmt: skip
    found = welch(one, other)
    assert found.value == pytest.approx(-2.1667, abs=1e-3)
    half = 2.1667 / 2.46 * 2.0595
    assert found.high - found.value == pytest.approx(half, abs=0.01)
    assert found.value - found.low == pytest.approx(half, abs=0.01)


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(10, 2.2281), (25, 2.0595), (100, 1.9840), (1_000, 1.9623)]
)
def test_students_t_as_it_is_tabled(freedom: int, quantile: float) -> None:
    assert uplift._student(freedom) == pytest.approx(quantile, abs=5e-4)


def test_what_was_before_narrows_what_is_said() -> None:
    chance = Random(3)
    before = [chance.gauss(100, 30) for _ in range(800)]
    values = [x + chance.gauss(0, 10) for x in before]
    plain = welch(values[:400], values[400:])
    better = welch(*cuped((values[:400], before[:400]), (values[400:], before[400:])))
    ratio = (better.high - better.low) / (plain.high - plain.low)
    assert ratio == pytest.approx(sqrt(10**2 / (30**2 + 10**2)), rel=0.15)


def test_without_a_difference_before_nothing_changes() -> None:
    assert cuped(([1.0, 2.0], [5, 5]), ([3.0], [5])) == ([1.0, 2.0], [3.0])


def people(chance: Random, count: int, lift: float = 0.0, more: int = 0) -> list[Member]:
    """Return members who come in three of ten windows, and spend alike before and after."""
    found = []
    for _ in range(count):
        usual = chance.lognormvariate(7, 0.6)
        came = chance.random() < 0.3 + lift
        before = int(usual) if chance.random() < 0.3 else 0
        spent = int(usual * chance.lognormvariate(0, 0.3)) + more if came else 0
        found.append(Member(spent, before, came))
    return found


def test_campaigns_that_do_nothing_are_proven_one_in_twenty_times() -> None:
    chance = Random(20261128)
    campaigns = part(1_000, 250)
    wrong_share = wrong_money = 0
    for _ in range(campaigns):
        found = measured(people(chance, 400), people(chance, 250), 250 / 650)
        assert found.money is not None
        wrong_share += found.came.proven
        wrong_money += found.money.proven
    # 5 % +- 1.4 of a thousand, and as many standard errors of fewer.
    wide = 0.014 * sqrt(1_000 / campaigns)
    assert wrong_share / campaigns == pytest.approx(0.05, abs=wide)
    assert wrong_money / campaigns == pytest.approx(0.05, abs=wide)


def test_a_campaign_that_works_is_proven_and_its_gain_is_told() -> None:
    chance = Random(5)
    treated, control = people(chance, 3_000, 0.1, 300), people(chance, 1_000)
    found = measured(treated, control, 0.25, costs=(60_000, 3_000))
    assert found.even
    assert found.came.proven
    assert found.came.low < 0.1 < found.came.high
    assert found.money is not None
    assert found.gain is not None
    assert found.money.proven
    # What those who were held out cost anyway is no cost of the campaign.
    assert found.gain.value == pytest.approx(found.money.value * 3_000 - 60_000 + 9_000)


def test_too_few_held_out_say_nothing_of_money() -> None:
    chance = Random(6)
    found = measured(people(chance, 500), people(chance, 199), 199 / 699)
    assert (found.money, found.gain) == (None, None)


def test_one_very_large_amount_does_not_decide() -> None:
    chance = Random(7)
    treated, control = people(chance, 500), people(chance, 500)
    plain = measured(treated, control, 0.5)
    treated[0] = Member(10**9, 0, came=True)
    found = measured(treated, control, 0.5)
    assert (plain.cut, found.cut) == (False, True)
    assert plain.money is not None
    assert found.money is not None
    assert found.money.value == pytest.approx(plain.money.value, abs=100)


def test_sides_of_another_size_than_they_were_drawn_are_noticed() -> None:
    chance = Random(8)
    assert measured(people(chance, 900), people(chance, 100), 0.1).even
    assert not measured(people(chance, 900), people(chance, 40), 0.1).even
    assert uneven(0, 0, 0.1) == 1


def test_what_could_be_seen_is_said_before() -> None:
    # n = 16 p (1 - p) / difference**2: 0.05 takes 1,344 a side, 0.10 takes 336.
    assert smallest_share(0.3, 1_344, 1_344) == pytest.approx(0.05, abs=1e-3)
    assert smallest_share(0.3, 336, 336) == pytest.approx(0.10, abs=1e-3)
    assert smallest_share(0.3, 90, 90) == pytest.approx(0.19, abs=5e-3)
    assert smallest_share(0.3, 10, 0) == inf
    assert smallest_money(100.0, 200, 200, 0.75) == smallest_money(100.0, 200, 200) / 2


def test_proven_leaves_nothing_out() -> None:
    assert Effect(1, 0.1, 2).proven
    assert Effect(-1, -2, -0.1).proven
    assert not Effect(1, -0.1, 2).proven


def test_who_is_held_out_stays_so_and_is_drawn_anew_each_time() -> None:
    members = [f"m{number}" for number in range(20_000)]
    first = {one for one in members if assigning.held_out("coffee", "win-back#1", one, 1_000)}
    again = {one for one in members if assigning.held_out("coffee", "win-back#1", one, 1_000)}
    second = {one for one in members if assigning.held_out("coffee", "win-back#2", one, 1_000)}
    assert first == again
    assert len(first) == pytest.approx(2_000, abs=150)
    assert len(first & second) == pytest.approx(200, abs=60)
    # Who is held out of a tenth is held out of a fifth.
    assert first <= {
        one for one in members if assigning.held_out("coffee", "win-back#1", one, 2_000)
    }
    assert not any(assigning.held_out("coffee", "x", one, 0) for one in members[:500])
    assert all(assigning.held_out("coffee", "x", one, 10_000) for one in members[:500])


@pytest.mark.parametrize(
    ("audience", "share"),
    [
        (10_000, 1_000),
        (500, 1_000),
        (400, 1_250),
        (300, 1_667),
        (299, 3_000),
        (167, 3_000),
        (166, None),
    ],
)
def test_how_many_are_held_out(audience: int, share: int | None) -> None:
    assert assigning.usual_share(audience) == share
