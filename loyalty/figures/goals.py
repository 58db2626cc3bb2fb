"""A goal of the owner: a figure that is to reach a target by a day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure was on the day on which the goal was set, what it is to be, and by when.

    The target may be below: so many fewer who slip away.
    """

    figure: str
    since: int
    start: Fraction
    target: Fraction
    by: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a goal has come.

    Attributes
    ----------
    done
        Part of the way from start to target; below 0 where it goes the other way.
    gone
        Part of the time, from 0 to 1.
    expected
        What the figure will be on the last day if it goes on like this; None on the first day.
    reached
        It is there.
    """

    done: Fraction
    gone: Fraction
    expected: Fraction | None
    reached: bool

    @property
    def on_pace(self) -> bool:
        """Tell whether as much of the way is done as of the time is gone."""
        return self.reached or self.done >= self.gone


def progress(goal: Goal, value: Fraction, today: int) -> Progress:
    """Return how far a goal has come today."""
    whole, way = goal.by - goal.since, goal.target - goal.start
    passed = min(max(today - goal.since, 0), whole)
    moved = value - goal.start
    return Progress(
        done=moved / way if way else Fraction(1),
        gone=Fraction(passed, whole) if whole > 0 else Fraction(1),
        expected=goal.start + moved * whole / passed if passed else None,
        reached=value >= goal.target if way >= 0 else value <= goal.target,
    )
