from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.forecast import custom, rhythm
from loyalty.forecast.rhythm import Rhythm

DAYS = st.lists(st.integers(1, 5000), min_size=1, max_size=40)


def test_gaps_fade() -> None:
    found = rhythm.of([100, 110, 130])
    assert (found.last, found.repeats) == (130, 2)
    for memory, kept in ((found.short, 0.7), (found.long, 0.9)):
        assert memory.gaps == pytest.approx(1 + kept)
        assert memory.days == pytest.approx(kept * 10 + 20)
        assert memory.logs == pytest.approx(kept * log(10) + log(20))


@given(DAYS)
def test_visit_by_visit_is_all_at_once(days: list[int]) -> None:
    first, *later = sorted(days)
    kept = Rhythm(first)
    for day in later:
        kept = kept.followed_by(day)
    assert kept == rhythm.of(days) == rhythm.of(reversed(days))


def test_a_day_before_the_newest_asks_for_all_days() -> None:
    found = rhythm.of([100, 110])
    with pytest.raises(ValueError, match="anew"):
        found.followed_by(105)
    assert found.followed_by(110) == found


def test_usual_by_trade_until_there_are_visits() -> None:
    assert custom.of([], "barber").gap == 28
    assert custom.of([[1]], None) == custom.usual()


def test_a_few_gaps_move_the_default_and_many_replace_it() -> None:
    weekly = [list(range(0, 70, 7))]
    assert 7 < custom.of(weekly, "barber").gap < 28
    assert custom.of(weekly * 100, "barber").gap == pytest.approx(7, rel=0.02)


def test_regular_gaps_are_told_from_random_ones() -> None:
    by_the_calendar = [[start + 7 * week for week in range(30)] for start in range(20)]
    in_bursts = [[0, 1, 2, 90, 91, 92, 200, 201, 300]] * 60
    assert custom.of(by_the_calendar).regularity > 10
    assert custom.of(in_bursts).regularity < 1
