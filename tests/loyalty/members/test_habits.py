"""What a greeting can say of somebody: their usual, and their usual time, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from loyalty.core.order import BASKET, Line, Part
from loyalty.ledger.act import Act
from loyalty.members.habits import Habit, habit_of
from tests.support.world import START

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.support.world import World


def buy(world: World, member: Enrolled, order: str, *items: str) -> None:
    lines = tuple(Line(item, "coffee", 1000, 100) for item in items)
    report = world.report(order=order, member=member)
    part = Part(BASKET, 1, "completed", 100 * len(items), lines=lines)
    world.sales.record_order(replace(report, parts=(part,)), world.now)


def told(world: World, member: Enrolled) -> Habit:
    return habit_of(world.books, "coffee", member.member_id, world.now)


def mornings(world: World, member: Enrolled, count: int, *items: str) -> None:
    for number in range(count):
        # About nine in New York.
        world.now = START + timedelta(days=number, hours=1, minutes=20 * (number % 3))
        buy(world, member, f"{member.member_id[:4]}-{world.now:%d%H%M}", *items)


def test_three_that_agree_are_a_habit_and_two_are_none(world: World, ann: Enrolled) -> None:
    mornings(world, ann, 2, "latte")
    assert told(world, ann) == Habit()
    mornings(world, ann, 3, "latte")
    assert told(world, ann) == Habit("latte", 9)


@pytest.mark.parametrize("others", [3, 4])
def test_what_is_in_less_than_half_is_no_usual(world: World, ann: Enrolled, others: int) -> None:
    mornings(world, ann, 3, "latte")
    for number in range(others):
        world.wait(days=1, hours=5)
        buy(world, ann, f"x{number}", f"item {number}")
    assert told(world, ann).favourite == ("latte" if others == 3 else None)


def test_what_was_moved_away_forgotten_or_refunded_is_not_theirs(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    mornings(world, ann, 3, "latte")
    key = world.report(order=f"{ann.member_id[:4]}-{world.now:%d%H%M}").key
    world.order_acts.move(Act("coffee", "anna", "m", ""), key, ben.member_id, world.now)
    assert told(world, ann) == Habit()
    assert told(world, ben) == Habit()


def test_nobody_has_no_habit(world: World, ann: Enrolled) -> None:
    assert told(world, ann) == Habit()
    assert habit_of(world.books, "coffee", "nobody", world.now) == Habit()


def test_however_long_somebody_has_come_a_few_reads_do(world: World, ann: Enrolled) -> None:
    mornings(world, ann, 28, "latte")
    before = world.tables.calls
    assert told(world, ann).favourite == "latte"
    assert world.tables.calls - before <= 22
