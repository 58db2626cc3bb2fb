"""Rewards, points as money, holds; every refusal, and what stays untouched by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.calendar import period
from loyalty.core.decide import Settle, decide
from loyalty.core.decide.spending import (
    MOST_HOLDS,
    CaptureHold,
    PlaceHold,
    Price,
    Redeem,
    ReleaseHold,
    ReturnSpent,
    most_points,
)
from loyalty.core.order import Spent
from tests.support.deciding import (
    FAR,
    MAY,
    NOON,
    account,
    counters,
    draft,
    order,
    program,
    told,
    well_formed,
)

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.core.decide import Command
    from loyalty.core.draft import Decision
    from loyalty.program.rules import Program

NOW = int(NOON.timestamp())
SOON = NOW + 3600
REWARD = {"id": "cup", "pot": "points", "price": 10, "name": {"en": "Cup"}}
MONEY = {"pot": "points", "points": 2, "amount": 100, "share": 3000, "minimum": 4}
RULES = program(rewards=[REWARD], points_as_money=MONEY, hold_minutes=20)
LIMITED = program(rewards=[REWARD], limits=[{"action": "redeem", "period": "day", "count": 1}])
DAY = period(NOON, "UTC", "day")


def decided(command: Command, standing: Account, rules: Program = RULES) -> Decision:
    decision = decide(rules, standing, command, NOON)
    well_formed(decision.entry.postings if decision.entry else ())
    return decision


def redeem(price: Price | None = None, **more: Any) -> Redeem:
    return Redeem("redemption#till#1", price or Price("cup"), "endpoint:till", **more)


def undo(spent: Spent, fact: str = "u", actor: str = "a", **more: Any) -> ReturnSpent:
    return ReturnSpent(fact, spent, actor, NOON, more.pop("program", RULES), **more)


def postings(decision: Decision) -> list[tuple[Any, ...]]:
    assert decision.entry is not None
    return told(list(decision.entry.postings))


def refused(decision: Decision, reason: str, **values: Any) -> None:
    assert decision.entry is None
    assert decision.answer == {"outcome": "declined", "reason": reason, **values}
    assert decision.account.member == "ann"
    assert [step.kind for step in decision.trace] == ["declined"]
    assert decision.trace[0].values == decision.answer


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
        "at": NOW,
        "program": 1,
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


def place(name: str = "till:1", price: Price | None = None) -> PlaceHold:
    return PlaceHold(f"hold#{name}", name, price or Price("cup"), "endpoint:till")


def held(standing: Account | None = None, rules: Program = RULES) -> Account:
    return decided(place(), standing or account((SOON, 4), (FAR, 9)), rules).account


def test_a_hold_reserves_and_names_its_deadline() -> None:
    decision = decided(place(), account((SOON, 4), (FAR, 9)), RULES)
    assert postings(decision) == [
        ("hold", "lot", -4, SOON),
        ("hold", "lot", -6, FAR),
        ("hold", "held", 4, SOON, "till:1"),
        ("hold", "held", 6, FAR, "till:1"),
        ("hold", "hold", NOW + 1200, "till:1"),
    ]
    assert decision.answer == {
        "outcome": "held",
        "available": 3,
        "price": 10,
        "expires_at": NOW + 1200,
    }
    assert decision.entry is not None
    assert (decision.entry.kind, decision.entry.actor) == ("hold", "endpoint:till")
    assert decision.entry.fact == "hold#till:1"
    assert decision.account.balance("points") == 13
    refused(decided(place(), account((FAR, 9))), "insufficient_balance", balance=9, price=10)


def test_a_hold_counts_as_a_redemption_until_it_is_let_go() -> None:
    standing = held(account((FAR, 30)), LIMITED)
    refused(decided(place("till:2"), standing, LIMITED), "limit", balance=20, price=10)
    released = decided(ReleaseHold("r", "till:1", "a"), standing, LIMITED)
    assert counters(released.account) == {"redeem:day": (DAY, Fraction(0))}
    captured = decided(CaptureHold("c", "till:1", "a"), standing, LIMITED)
    assert counters(captured.account) == {"redeem:day": (DAY, Fraction(1))}


def test_so_many_holds_and_no_more() -> None:
    standing = account((FAR, 999))
    for number in range(MOST_HOLDS):
        standing = decided(place(f"till:{number}"), standing).account
    assert len(standing.holds) == MOST_HOLDS
    refused(decided(place("till:x"), standing), "too_many_holds", price=10)


def test_capturing_all_spends_what_was_held() -> None:
    decision = decided(CaptureHold("capture#till:1", "till:1", "key:1"), held())
    assert postings(decision) == [
        ("capture", "held", -4, SOON, "till:1"),
        ("capture", "held", -6, FAR, "till:1"),
        ("release", "hold", -NOW - 1200, "till:1"),
    ]
    answer = {"outcome": "captured", "balance": 3, "price": 10, "pot": "points"}
    assert {name: decision.answer[name] for name in answer} == answer
    assert decision.answer["lots"] == [[SOON, 4], [FAR, 6]]
    assert decision.account.holds == {}
    assert decision.entry is not None
    assert (decision.entry.kind, decision.entry.actor) == ("capture", "key:1")
    assert decision.entry.fact == "capture#till:1"


def test_capturing_a_part_releases_the_rest() -> None:
    decision = decided(CaptureHold("c", "till:1", "a", points=5), held())
    assert postings(decision) == [
        ("capture", "held", -4, SOON, "till:1"),
        ("capture", "held", -1, FAR, "till:1"),
        ("release", "held", -5, FAR, "till:1"),
        ("release", "lot", 5, FAR),
        ("release", "hold", -NOW - 1200, "till:1"),
    ]
    assert decision.answer["lots"] == [[SOON, 4], [FAR, 1]]
    assert decision.answer["price"] == 5
    assert decision.account.balance("points") == 8


def test_capturing_nothing_releases_everything() -> None:
    decision = decided(CaptureHold("c", "till:1", "a", points=0), held())
    assert decision.answer["price"] == 0
    assert decision.answer["lots"] == []
    assert decision.account.pot("points").lots == ((SOON, 4), (FAR, 9))


def test_never_more_is_captured_than_held_and_never_less_than_nothing() -> None:
    refused(
        decided(CaptureHold("c", "till:1", "a", points=11), held()),
        "more_than_held",
        price=11,
        balance=10,
    )
    assert decided(CaptureHold("c", "till:1", "a", points=10), held()).answer["price"] == 10
    with pytest.raises(ValueError, match="at least 0"):
        decided(CaptureHold("c", "till:1", "a", points=-1), held())


def test_a_hold_has_one_outcome() -> None:
    captured = decided(CaptureHold("c", "till:1", "a"), held()).account
    released = decided(ReleaseHold("r", "till:1", "a"), held()).account
    for standing in (captured, released, account((FAR, 9))):
        refused(decided(CaptureHold("c", "till:1", "a"), standing), "hold_not_open")
        refused(decided(ReleaseHold("r", "till:1", "a"), standing), "hold_not_open")


def test_a_hold_that_lapsed_cannot_be_captured_any_more() -> None:
    at = NOON + timedelta(minutes=20)
    command = CaptureHold("c", "till:1", "a")
    assert decide(RULES, held(), command, at - timedelta(seconds=1)).entry is not None
    refused(decide(RULES, held(), command, at), "hold_not_open")


def test_releasing_gives_everything_back() -> None:
    decision = decided(ReleaseHold("release#till:1", "till:1", "key:1"), held())
    assert decision.answer == {"outcome": "released", "available": 13}
    assert decision.account.pot("points").lots == ((SOON, 4), (FAR, 9))
    assert decision.entry is not None
    assert (decision.entry.kind, decision.entry.fact) == ("release", "release#till:1")
    assert decision.entry.actor == "key:1"


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


def test_what_was_captured_for_an_order_stands_on_its_head() -> None:
    command = CaptureHold("c", "till:1", "a", points=5, order=order(revision=1))
    decision = decided(command, held())
    assert decision.order is not None
    assert decision.order.spent == (Spent("points", ((SOON, 4), (FAR, 1))),)
    assert decision.order.revision == 2


def test_undoing_what_is_not_on_the_head_leaves_the_head_otherwise_alone() -> None:
    head = order(revision=3, spent=(Spent("points", ((FAR, 2),)),))
    decision = decided(undo(Spent("points", ((FAR, 6),)), actor="key:9", order=head), account())
    assert decision.answer["points"] == 6
    assert decision.order is not None
    assert decision.order.spent == head.spent
    assert decision.entry is not None
    assert decision.entry.actor == "key:9"


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
