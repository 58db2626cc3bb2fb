"""Refunds: differences, debts, and where what was spent goes back to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from loyalty.core.account import NEVER
from loyalty.core.order import Spent, merge
from tests.loyalty.core.decide.recording import (
    ACTIVE,
    HOME,
    PENDING,
    head,
    postings,
    record,
    refunded,
)
from tests.support.deciding import FAR, account, basket, order, per_amount, program

if TYPE_CHECKING:
    from loyalty.core.order import Order


def test_a_refund_takes_back_the_difference_where_it_was_granted() -> None:
    first = record(account((FAR, 5)), order(basket(1050)))
    refund = merge(head(first), basket(1050, version=2, refunded=100)).order
    decision = record(first.account, refund)
    assert postings(decision) == [
        ("reverse", "lot", -1, NEVER),
        ("reverse", "earned", -1),
        ("reverse", "spend", -100),
    ]
    assert decision.answer == {"points": -1, "balance": 14}
    assert decision.entry is not None
    assert (decision.entry.kind, decision.entry.fact) == ("reverse", "order#till#1#2")


def test_a_full_refund_ends_the_visit_and_leaves_no_trace() -> None:
    first = record(account(), order(basket(1050)))
    gone = merge(head(first), basket(1050, version=2, status="refunded")).order
    decision = record(first.account, gone)
    clean = replace(decision.account, seq=0, revision=0, head="", card_version=1, shown="")
    assert clean == account()
    assert head(decision).posted.visits == 0
    back = merge(head(decision), basket(1050, version=3)).order
    assert record(decision.account, back).answer == {"points": 10, "balance": 10}


@pytest.mark.parametrize(
    ("debt", "points", "owed", "posted"), [("owe", -10, 7, 0), ("forgive", -3, 0, 7)]
)
def test_what_was_spent_already_is_owed_or_forgiven(
    debt: str, points: int, owed: int, posted: int
) -> None:
    rules = program(earning=[per_amount()], debt=debt)
    first = record(account(), order(basket(1000)), rules)
    spent = replace(first.account, pots=account((FAR, 3)).pots)
    decision = refunded(spent, first, rules)
    assert decision.answer["points"] == points
    assert decision.account.pot("points").debt == owed
    assert decision.account.pot("points").available == 0
    assert head(decision).posted.units.get("points", 0) == posted
    # What was forgiven stays counted: should the order come back, it is not given twice.
    back = merge(head(decision), basket(1000, version=3)).order
    again = record(decision.account, back, rules)
    assert again.account.pot("points").available == 3
    assert again.account.earned == 10


def test_debts_are_paid_first() -> None:
    decision = record(account(debt=4), order(basket(1000)))
    assert postings(decision)[:2] == [("earn", "debt", -4), ("earn", "lot", 6, NEVER)]
    assert decision.answer == {"points": 10, "balance": 6}
    assert record(account(debt=14), order(basket(1000))).account.pot("points").debt == 4


def test_a_refund_takes_its_own_value_first_then_what_waits_then_the_soonest() -> None:
    first = record(account(), order(basket(1000)), PENDING)
    others = ((ACTIVE - 86_400, HOME, 2), (ACTIVE, HOME, 4))
    standing = replace(first.account, pots=account((HOME, 1), (FAR, 9), pending=others).pots)
    decision = refunded(standing, first, PENDING)
    assert postings(decision)[:4] == [
        ("reverse", "pending", -4, HOME, ACTIVE),
        ("reverse", "lot", -1, HOME),
        ("reverse", "pending", -2, HOME, ACTIVE - 86_400),
        ("reverse", "lot", -3, FAR),
    ]


LOTS = ((FAR, 4), (FAR + 1, 6))


def paid(*, returned: int = 0) -> Order:
    """Return the head of an order of 1000 on which ten points were spent."""
    first = head(record(account(), order(basket(1000)), program()))
    return replace(first, spent=(Spent("points", LOTS, returned),))


@pytest.mark.parametrize(
    ("refund", "back"),
    [
        (0, ()),
        (99, ()),
        (100, ((FAR + 1, 1),)),
        (199, ((FAR + 1, 1),)),
        (600, ((FAR + 1, 6),)),
        (700, ((FAR, 1), (FAR + 1, 6))),
        (1000, LOTS),
    ],
)
def test_what_was_spent_goes_back_in_proportion_the_last_to_expire_first(
    refund: int, back: tuple[tuple[int, int], ...]
) -> None:
    part = merge(paid(), basket(1000, version=2, refunded=refund)).order
    decision = record(account(), part, program())
    assert decision.account.pot("points").lots == back
    assert head(decision).spent == (Spent("points", LOTS, sum(amount for _, amount in back)),)
    if back:
        causes = {one.cause for one in decision.entry.postings if one.measure == "lot"}  # type: ignore[union-attr]
        assert causes == {"return"}


def test_partial_refunds_add_up_to_the_whole() -> None:
    standing, now = account(), paid()
    for version, refund in enumerate((333, 334, 700, 999, 1000), 2):
        now = merge(now, basket(1000, version=version, refunded=refund)).order
        decision = record(standing, now, program())
        standing, now = decision.account, head(decision)
    assert standing.pot("points").lots == LOTS


def test_a_refund_that_is_taken_back_spends_again() -> None:
    part = merge(paid(), basket(1000, version=2, refunded=700)).order
    returned = record(account(), part, program())
    undone = merge(head(returned), basket(1000, version=3, refunded=100)).order
    decision = record(returned.account, undone, program())
    assert decision.account.pot("points").lots == ((FAR + 1, 1),)
    assert head(decision).spent[0].returned == 1


@pytest.mark.parametrize(("debt", "owed", "returned"), [("owe", 6, 0), ("forgive", 0, 6)])
def test_what_is_spent_again_may_be_owed_or_forgiven(debt: str, owed: int, returned: int) -> None:
    rules = program(debt=debt)
    part = merge(paid(), basket(1000, version=2, refunded=700)).order
    gave = record(account(), part, rules)
    elsewhere = replace(gave.account, pots=account((FAR - 1, 1)).pots)
    undone = merge(head(gave), basket(1000, version=3)).order
    decision = record(elsewhere, undone, rules)
    assert decision.account.pot("points").available == 0
    assert decision.account.pot("points").debt == owed
    assert head(decision).spent[0].returned == returned


def test_more_for_the_same_money_is_earned_and_less_is_reversed() -> None:
    rules = program(earning=[per_amount()], basis={"tax": "without"})
    first = record(account(), order(basket(1000, tax=200)), rules)
    less_tax = merge(head(first), basket(1000, version=2)).order
    decision = record(first.account, less_tax, rules)
    assert decision.answer["points"] == 2
    assert decision.entry is not None
    assert decision.entry.kind == "earn"


def test_a_part_that_was_forgiven_stays_counted_beside_what_is_left() -> None:
    rules = program(earning=[per_amount()], debt="forgive")
    first = record(account(), order(basket(1000)), rules)
    spent = replace(first.account, pots=account((FAR, 3)).pots)
    part = merge(head(first), basket(1000, version=2, refunded=700)).order
    decision = record(spent, part, rules)
    assert decision.answer["points"] == -3
    assert head(decision).posted.units == {"points": 7}


def test_what_is_spent_again_comes_from_where_it_went_back() -> None:
    part = merge(paid(), basket(1000, version=2, refunded=400)).order
    returned = record(account((FAR - 9, 5)), part, program())
    assert returned.account.pot("points").lots == ((FAR - 9, 5), (FAR + 1, 4))
    undone = merge(head(returned), basket(1000, version=3)).order
    decision = record(returned.account, undone, program())
    assert decision.account.pot("points").lots == ((FAR - 9, 5),)
    assert postings(decision)[-1] == ("redeem", "lot", -4, FAR + 1)
    # What is not there any more is owed, and that is part of the redemption too.
    gone = replace(returned.account, pots={})
    assert postings(record(gone, undone, program()))[-1] == ("redeem", "debt", 4)
