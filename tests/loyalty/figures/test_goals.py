"""How far an owner's goal has come, and whether that is on pace."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from loyalty.figures.goals import Goal, Progress, progress

UP = Goal("active", since=100, start=Fraction(200), target=Fraction(300), by=150)
DOWN = Goal("slipping", since=100, start=Fraction(40), target=Fraction(20), by=120)


@pytest.mark.parametrize(
    ("goal", "value", "today", "found", "on_pace"),
    [
        (UP, 200, 100, (0, 0, None), True),
        (UP, 210, 110, (Fraction(1, 10), Fraction(1, 5), 250), False),
        (UP, 220, 110, (Fraction(1, 5), Fraction(1, 5), 300), True),
        (UP, 190, 110, (Fraction(-1, 10), Fraction(1, 5), 150), False),
        (UP, 299, 170, (Fraction(99, 100), 1, 299), False),
        (DOWN, 30, 110, (Fraction(1, 2), Fraction(1, 2), 20), True),
        (DOWN, 35, 110, (Fraction(1, 4), Fraction(1, 2), 30), False),
    ],
)
def test_progress_is_held_against_the_time_that_is_gone(
    goal: Goal, value: int, today: int, found: tuple[Any, ...], *, on_pace: bool
) -> None:
    told = progress(goal, Fraction(value), today)
    assert (told.done, told.gone, told.expected, told.reached) == (*found, False)
    assert told.on_pace is on_pace


@pytest.mark.parametrize(("goal", "value"), [(UP, 300), (UP, 400), (DOWN, 20), (DOWN, 3)])
def test_a_goal_is_reached_on_either_side(goal: Goal, value: int) -> None:
    found = progress(goal, Fraction(value), 101)
    assert found.reached
    assert found.on_pace


def test_a_goal_that_was_reached_when_it_was_set_or_has_no_time_is_no_fault() -> None:
    same = Goal("active", 100, Fraction(5), Fraction(5), 100)
    assert progress(same, Fraction(5), 100) == Progress(
        Fraction(1), Fraction(1), None, reached=True
    )
