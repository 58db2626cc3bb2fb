"""Rewards and points as money; every refusal, and what stays untouched by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from loyalty.core.decide import Settle
from loyalty.core.decide.spending import CaptureHold, Price, most_points
from loyalty.core.order import Spent
from tests.loyalty.core.decide.spending import (
    DAY,
    LIMITED,
    NOW,
    REWARD,
    RULES,
    SOON,
    decided,
    place,
    postings,
    redeem,
    refused,
)
from tests.support.deciding import FAR, MAY, account, counters, draft, order, program

if TYPE_CHECKING:
    from loyalty.core.draft import Decision


def test_a_reward_takes_what_expires_first() -> None:
    decision = decided(redeem(), account((SOON, 4), (FAR, 9)))
    assert postings(decision) == [("redeem", "lot", -4, SOON), ("redeem", "lot", -6, FAR)]
    assert decision.answer == {
        "outcome": "redeemed",
        "balance": 3,
        "price": 10,
        "lots": [[SOON, 4], [FAR, 6]],
        "pot": "points",
        "member": "ann",
        "by": "endpoint:till",
        "at": NOW,
        "program": 1,
        "reward": "cup",
    }
    assert decision.entry is not None
    assert (decision.entry.kind, decision.entry.fact) == ("redeem", "redemption#till#1")
    assert (decision.entry.actor, decision.entry.at) == ("endpoint:till", NOW * 1_000_000)
    assert decision.account.revision == 1
    assert decision.order is None


def test_exactly_enough_is_enough_and_one_less_is_not() -> None:
    assert decided(redeem(), account((FAR, 10))).answer["balance"] == 0
    refused(decided(redeem(), account((FAR, 9))), "insufficient_balance", balance=9, price=10)


def test_held_pending_and_expired_value_cannot_be_spent() -> None:
    standing = account((NOW, 50), (FAR, 9), pending=((NOW + 1, FAR, 50),))
    refused(decided(redeem(), standing), "insufficient_balance", balance=9, price=10)


def test_redemptions_beyond_the_limit_are_refused_and_the_first_counts() -> None:
    first = decided(redeem(), account((FAR, 30)), LIMITED)
    assert counters(first.account) == {"redeem:day": (DAY, 1)}
    second = decided(redeem(), first.account, LIMITED)
    refused(second, "limit", balance=20, price=10)


def test_spending_is_activity() -> None:
    rules = program(rewards=[REWARD], pots=[{"id": "points", "expiry": {"inactivity_months": 3}}])
    made = decided(redeem(), account((FAR, 30)), rules)
    assert made.account.latest("active") == MAY
    hold = decided(place(), account((FAR, 30)), rules)
    assert hold.account.latest("active") is None
    captured = decided(CaptureHold("c", "till:1", "a"), hold.account, rules)
    assert captured.account.latest("active") == MAY


def test_an_unknown_reward_is_an_error_of_the_caller() -> None:
    with pytest.raises(LookupError, match="tea"):
        decided(redeem(Price("tea")), account((FAR, 30)))


@pytest.mark.parametrize(
    ("points", "bill", "outcome"),
    [
        (4, 667, "redeemed"),  # 30 % of 6.67 is 2.00, which 4 points pay
        (4, 666, "above_share"),
        (3, 9999, "below_minimum"),
        (20, 99_999, "redeemed"),
        (21, 99_999, "insufficient_balance"),
        (5, 834, "redeemed"),  # 5 points pay 2.50
        (5, 833, "above_share"),
    ],
)
def test_points_as_money(points: int, bill: int, outcome: str) -> None:
    answer = decided(redeem(Price(points=points, bill=bill)), account((FAR, 20))).answer
    assert answer.get("reason", answer["outcome"]) == outcome
    assert answer["price"] == points


def test_points_are_no_money_where_the_program_says_nothing_of_it() -> None:
    decision = decided(redeem(Price(points=5, bill=900)), account((FAR, 20)), program())
    refused(decision, "points_are_no_money", price=5)


@pytest.mark.parametrize(
    ("bill", "available", "most"),
    [
        (10_000, 99, 60),
        (10_000, 59, 59),
        (667, 99, 4),
        (666, 99, 0),
        (10_000, 3, 0),
        (10_000, 4, 4),
    ],
)
def test_how_many_points_may_pay(bill: int, available: int, most: int) -> None:
    assert most_points(RULES, draft(RULES, account((FAR, available))), bill) == most
    assert most_points(program(), draft(program(), account((FAR, available))), bill) == 0


def test_what_was_spent_on_an_order_stands_on_its_head() -> None:
    head = order(revision=3, spent=(Spent("points", ((FAR, 1),)),))
    decision = decided(redeem(order=head), account((SOON, 4), (FAR, 9)))
    assert decision.order is not None
    assert decision.order.revision == 4
    assert decision.order.spent[1:] == (Spent("points", ((SOON, 4), (FAR, 6))),)
    assert decision.answer["order"] == ["till", "1"]


def test_after_goodbye_nothing_is_spent_but_time_goes_on() -> None:
    standing = account((NOW, 50), closed=1)
    refused(decided(redeem(), standing), "membership_ended")
    settled = decided(Settle("settle", "nightly"), standing)
    assert postings(settled) == [("expire", "lot", -50, NOW)]
    assert settled.entry is not None
    assert (settled.entry.kind, settled.entry.fact) == ("settle", "settle")
    assert settled.entry.actor == "nightly"
    assert settled.answer == {}


def test_settling_nothing_is_no_entry() -> None:
    standing = account((FAR, 5))
    decision = decided(Settle("settle", "nightly"), standing)
    assert decision.entry is None
    assert decision.account is standing


def test_every_posting_of_spending_is_of_its_cause() -> None:
    rules = program(
        rewards=[REWARD],
        pots=[{"id": "points", "expiry": {"inactivity_months": 3}}],
        limits=[{"action": "redeem", "period": "day", "count": 9}],
    )
    standing = account((FAR, 30), reviewed=MAY)

    def causes(decision: Decision) -> set[str]:
        assert decision.entry is not None
        return {one.cause for one in decision.entry.postings}

    assert causes(decided(redeem(), standing, rules)) == {"redeem"}
    hold = decided(place(), standing, rules)
    assert causes(hold) == {"hold"}
    captured = decided(CaptureHold("c", "till:1", "a"), hold.account, rules)
    assert causes(captured) == {"capture", "release"}
    assert {one.cause for one in captured.entry.postings if one.ref == "active"} == {"capture"}  # type: ignore[union-attr]


def test_refused_money_says_price_and_no_balance() -> None:
    below = decided(redeem(Price(points=3, bill=9999)), account((FAR, 20)))
    refused(below, "below_minimum", price=3, balance=None)
    above = decided(redeem(Price(points=4, bill=1)), account((FAR, 20)))
    refused(above, "above_share", price=4, balance=None)


def test_a_share_of_a_bill_is_rounded_down_before_it_is_counted_in_points() -> None:
    money = {"pot": "points", "points": 2, "amount": 1, "share": 3375}
    rules = program(points_as_money=money)
    standing = account((FAR, 99))
    assert decided(redeem(Price(points=66, bill=100)), standing, rules).entry is not None
    assert decided(redeem(Price(points=67, bill=100)), standing, rules).entry is None
    assert most_points(rules, draft(rules, standing), 100) == 66
    for bill in (100, 700, 667):
        assert isinstance(most_points(RULES, draft(RULES, standing), bill), int)
