"""Undoing a redemption: what goes back where, and what it frees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from loyalty.core.order import Spent
from tests.loyalty.core.decide.spending import (
    DAY,
    LIMITED,
    NOW,
    RULES,
    SOON,
    decided,
    postings,
    redeem,
    refused,
    undo,
)
from tests.support.deciding import FAR, NOON, account, counters, order, program


def test_undoing_gives_back_to_the_same_lots_once_what_is_left_to_give() -> None:
    spent = Spent("points", ((SOON, 4), (FAR, 6)), returned=7)
    decision = decided(undo(spent, "undo#till#1", "key:1"), account((FAR, 1)))
    assert postings(decision) == [("return", "lot", 3, SOON)]
    assert decision.answer == {"outcome": "returned", "points": 3, "balance": 4}
    assert decision.entry is not None
    assert (decision.entry.kind, decision.entry.fact) == ("return", "undo#till#1")
    whole = decided(undo(Spent("points", ((SOON, 4), (FAR, 6)))), account())
    assert postings(whole) == [("return", "lot", 6, FAR), ("return", "lot", 4, SOON)]


def test_undoing_takes_the_redemption_off_its_order() -> None:
    spent, other = Spent("points", ((FAR, 6),)), Spent("points", ((FAR, 2),))
    head = order(revision=3, spent=(other, Spent("points", ((FAR, 6),), returned=2)))
    decision = decided(undo(spent, order=head), account())
    assert decision.answer["points"] == 4
    assert decision.order is not None
    assert decision.order.spent == (other,)
    assert decision.order.revision == 4


def test_an_undone_redemption_counts_against_no_limit() -> None:
    standing = account((FAR, 30))
    made = decided(redeem(), standing, LIMITED)
    assert counters(made.account)["redeem:day"] == (DAY, 1)
    refused(decided(redeem(), made.account, LIMITED), "limit", balance=20, price=10)
    assert (made.answer["at"], made.answer["program"]) == (NOW, 1)
    spent = Spent("points", ((FAR, 10),))
    undone = decided(undo(spent, program=LIMITED), made.account, LIMITED)
    assert counters(undone.account)["redeem:day"] == (DAY, 0)
    assert decided(redeem(), undone.account, LIMITED).answer["outcome"] == "redeemed"


def test_undoing_frees_no_room_that_the_redemption_did_not_take() -> None:
    spent = Spent("points", ((FAR, 10),))
    by_another_program = decided(undo(spent, program=RULES), account(), LIMITED)
    assert counters(by_another_program.account) == {}
    today = replace(account(), counters={"redeem:day": (DAY, Fraction(1))})
    yesterday = replace(undo(spent, program=LIMITED), at=NOON - timedelta(days=1))
    assert counters(decided(yesterday, today, LIMITED).account) == {"redeem:day": (DAY, 1)}


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (0, SOON),
        (30, 1_780_272_000 + 30 * 86400),  # 1 July: a month's end that is 30 days away
    ],
)
def test_value_given_back_lives_a_while(days: int, bucket: int) -> None:
    rules = program(returned_value_days=days)
    spent = Spent("points", ((SOON, 4),))
    made = decided(undo(spent), account(), rules)
    assert made.account.pot("points").lots == ((bucket, 4),)


def test_value_given_back_that_lives_long_enough_keeps_its_lot() -> None:
    rules = program(returned_value_days=30)
    least = NOW + 30 * 86400
    made = decided(undo(Spent("points", ((least, 4),))), account(), rules)
    assert made.account.pot("points").lots == ((least, 4),)


def test_value_given_back_whose_time_is_over_is_gone() -> None:
    made = decided(undo(Spent("points", ((NOW, 4),))), account((FAR, 1)))
    assert made.answer == {"outcome": "returned", "points": 4, "balance": 1}
    assert [posting[0] for posting in postings(made)] == ["return", "expire"]


def test_undoing_what_is_not_on_the_head_leaves_the_head_otherwise_alone() -> None:
    head = order(revision=3, spent=(Spent("points", ((FAR, 2),)),))
    decision = decided(undo(Spent("points", ((FAR, 6),)), actor="key:9", order=head), account())
    assert decision.answer["points"] == 6
    assert decision.order is not None
    assert decision.order.spent == head.spent
    assert decision.entry is not None
    assert decision.entry.actor == "key:9"
