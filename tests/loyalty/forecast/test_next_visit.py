from __future__ import annotations

from statistics import fmean

import pytest

from benchmarks import forecast as bench
from benchmarks.forecast import History
from loyalty.forecast import custom, rhythm
from loyalty.forecast.custom import Custom
from loyalty.forecast.next_visit import NextVisit, expect
from loyalty.forecast.standing import standing
from tests.support import barber
from tests.support.extent import FULL

BARBER = Custom(28, 10)


def after(days: list[int], usual: Custom = BARBER) -> NextVisit:
    return expect(rhythm.of(days), usual)


def regular(gaps: list[int]) -> list[int]:
    days = [700_000]
    for gap in gaps:
        days.append(days[-1] + gap)
    return days


def test_a_regular_customer_of_four_weeks() -> None:
    found = after(regular([28, 30, 27, 29, 26, 31]))
    early, late = found.band
    assert 27 <= found.due <= 30
    assert 19 <= early <= 25
    assert 32 <= late <= 40


def test_after_one_visit_the_program_speaks() -> None:
    barber_visit, coffee_visit = after([700_000]), after([700_000], Custom(4, 1))
    assert barber_visit.band[0] < 28 < barber_visit.band[1]
    assert coffee_visit.due < barber_visit.due / 4


def test_changed_habits_are_followed() -> None:
    slower = after(regular([14] * 6 + [28] * 4))
    assert slower.due >= 23


def test_probabilities_grow_with_days_up_to_staying() -> None:
    found = after(regular([7, 21, 3, 60]))
    curve = [found.by(day) for day in range(400)]
    assert curve == sorted(curve)
    assert curve[0] == pytest.approx(0)
    assert curve[-1] < found.stays < 1


def test_being_away_long_makes_coming_less_likely_and_then_gone() -> None:
    days = regular([28, 30, 27, 29, 26, 31])
    known = rhythm.of(days)
    by_days = [standing(known, BARBER, days[-1] + idle) for idle in (10, 29, 45, 150)]
    assert [one.slipping for one in by_days] == [False, False, True, True]
    assert [one.gone for one in by_days] == [False, False, False, True]
    assert by_days[1].week > 0.5 > by_days[3].week


def test_a_nudge_comes_before_the_likeliest_week_and_not_to_who_comes_anyway() -> None:
    days = regular([28, 30, 27, 29, 26, 31])
    known, daily = rhythm.of(days), rhythm.of(regular([1, 1, 2, 1, 1, 1, 2, 1]))
    today = standing(known, BARBER, days[-1] + 5)
    assert today.nudge is not None
    assert today.early <= today.nudge <= today.due
    assert standing(known, BARBER, days[-1] + 60).nudge is None
    assert standing(daily, Custom(1.5, 2), daily.last + 1).nudge is None


@pytest.mark.parametrize("seed", range(1, 9) if FULL else [1])
def test_near_an_oracle_that_knows_everybodys_law(seed: int) -> None:
    people = barber.customers(seed, 400 if FULL else 60)
    visits = {str(at): one.days for at, one in enumerate(people) if one.days}
    laws = {tuple(one.days): one for one in people}
    history = History(visits, split=365, until=730, horizon=90)
    usual = custom.of(history.known())
    ours = bench.judge(bench.ours(usual), history)
    whole = {days[:at]: one for days, one in laws.items() for at in range(1, len(days) + 1)}
    oracle = bench.judge(
        lambda days: whole[tuple(days)].comes_by(len(days) - 1, 800).__getitem__, history
    )
    mean = bench.judge(bench.own(fmean, usual.gap), history)

    assert ours.crps <= 1.15 * oracle.crps
    assert ours.hit7 >= (0.93 if FULL else 0.88) * oracle.hit7  # sixty are few
    assert ours.crps < 0.8 * mean.crps
    assert 0.75 <= ours.coverage80 <= 0.92


def test_most_who_are_flagged_have_left_or_changed() -> None:
    right = flagged = 0
    for one in barber.customers(3, 300, days=600):
        known = rhythm.of(one.days)
        if known.repeats > 1 and standing(known, BARBER, 600).slipping:
            flagged += 1
            right += one.leaves < 600 or len({mean for _, mean in one.laws}) > 1
    assert flagged > 30
    assert right >= 0.8 * flagged
