"""What a page at the counter is told of its program."""

from __future__ import annotations

from dataclasses import replace

import pytest

from functions.routes.counter import stamped
from loyalty.program.rules import EarnRule, PotRule
from tests.support.world import shipped


@pytest.mark.parametrize(
    ("name", "stamps"),
    [
        ("coffee", False),
        ("coffee-stamps", True),
        ("cashback", False),
        ("barber-ladder", False),  # a discount that grows with what is spent: the sum counts
    ],
)
def test_what_is_usually_done_follows_from_what_is_earned(name: str, stamps: bool) -> None:  # noqa: FBT001
    assert stamped(shipped(name)) is stamps


def test_where_money_earns_too_the_sum_is_asked_for() -> None:
    program = shipped("coffee-stamps")
    points = EarnRule("points", 1, "visit")
    mixed = replace(
        program, pots=(*program.pots, PotRule("points")), earning=(*program.earning, points)
    )
    assert stamped(mixed) is False


def test_prepaid_visits_are_no_stamps() -> None:
    program = shipped("coffee-stamps")
    pots = tuple(replace(one, kind="visits") for one in program.pots)
    assert stamped(replace(program, pots=pots)) is False
