"""One side of a referral: given, taken back, given again, each exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.account import NEVER
from loyalty.core.decide import decide
from loyalty.core.decide.order import BOUGHT, RecordOrder
from loyalty.core.decide.referral import Refer
from loyalty.core.referral import Referral, Side
from tests.support.deciding import (
    FAR,
    MAY,
    NOON,
    account,
    basket,
    order,
    per_amount,
    program,
    second,
    told,
    well_formed,
)

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.core.draft import Decision
    from loyalty.program.rules import Program

LEVELS = [
    {"id": "new", "name": {"en": "New"}},
    {"id": "old", "name": {"en": "Old"}, "referrals": 1},
]
TIERED = program(tiers={"levels": LEVELS, "down": "fit"})
REFERRAL = {"pot": "points", "referrer": 7, "friend": 5, "minimum": 300}
BROUGHT = Referral("coffee", "bob", "points", Side(5), Side(7), NOON, bought=True, revision=1)
GONE = replace(
    BROUGHT, friend_side=Side(5, 5), referrer_side=Side(7, 7), bought=False, counted=True
)


def refer(
    referral: Referral, side: str, standing: Account, rules: Program | None = None, **days: int
) -> Decision:
    command = Refer("referral#x", referral, side)
    decision = decide(rules or program(), standing, command, NOON + timedelta(**days))
    well_formed(decision.entry.postings if decision.entry else ())
    return decision


def postings(decision: Decision) -> list[tuple[Any, ...]]:
    assert decision.entry is not None
    return told(list(decision.entry.postings))


def test_a_friend_gets_points_and_a_referrer_a_figure_as_well() -> None:
    friend = refer(BROUGHT, "friend", account(reviewed=MAY), TIERED)
    assert postings(friend) == [("referral", "lot", 5, NEVER)]
    assert friend.answer == {"points": 5}
    assert friend.entry is not None
    assert (friend.entry.kind, friend.entry.fact) == ("referral", "referral#x")
    assert friend.entry.actor == "program"
    referrer = refer(BROUGHT, "referrer", account(debt=3, reviewed=MAY), TIERED)
    assert postings(referrer) == [
        ("referral", "debt", -3),
        ("referral", "lot", 4, NEVER),
        ("referral", "referrals", 1),
        ("tier", "level", 1),
    ]


def test_what_was_given_is_taken_back_with_the_figure_and_the_tier() -> None:
    standing = account((FAR, 9), (NEVER, 4), pending=((FAR, FAR, 2),), referrals=1, level=1)
    standing = replace(standing, reviewed=MAY)
    back = refer(GONE, "referrer", standing, TIERED)
    assert postings(back) == [
        ("reverse", "lot", -4, NEVER),
        ("reverse", "pending", -2, FAR, FAR),
        ("reverse", "lot", -1, FAR),
        ("reverse", "referrals", -1),
        ("tier", "level", -1),
    ]
    assert back.answer == {"points": -7}
    assert back.entry is not None
    assert back.entry.kind == "reverse"


@pytest.mark.parametrize(("policy", "points", "debt"), [("owe", -7, 5), ("forgive", -2, 0)])
def test_what_is_spent_is_owed_or_forgiven(policy: str, points: int, debt: int) -> None:
    back = refer(GONE, "referrer", account((FAR, 2), referrals=1), program(debt=policy))
    assert back.answer == {"points": points}
    assert back.account.pot("points").debt == debt
    assert back.account.referrals == 0
    # Given again, what was forgiven is not given a second time.
    again = replace(GONE.moved("referrer", points), bought=True)
    there = refer(again, "referrer", back.account, program(debt=policy))
    assert there.answer == {"points": -points}
    assert there.account.pot("points").available == -points - debt
    assert there.account.referrals == 1


def test_value_given_again_ends_when_it_would_have_ended() -> None:
    rules = program(pots=[{"id": "points", "expiry": {"months": 1}}])
    assert refer(BROUGHT, "friend", account(), rules, days=20).account.pot("points").lots == (
        (second(2026, 7, 1), 5),
    )
    assert refer(BROUGHT, "friend", account(), rules, days=60).account.pots == {}


def test_the_head_keeps_what_was_given_to_whom() -> None:
    given = BROUGHT.moved("friend", 5).moved("referrer", 7)
    assert (given.side("friend"), given.side("referrer")) == (Side(5, 5), Side(7, 7))
    assert given.counted
    assert not BROUGHT.moved("friend", 5).counted
    assert not replace(given, bought=False).moved("referrer", -7).counted


@pytest.mark.parametrize(
    ("totals", "bought"),
    [((300,), 1), ((299,), 0), ((299, 300), 1), ((300, 299), 0), ((300, 900, 300), 1), ((0,), 0)],
)
def test_an_order_is_a_purchase_from_the_minimum_on(totals: tuple[int, ...], bought: int) -> None:
    rules = program(earning=[per_amount()], referral=REFERRAL)
    standing, head = account(), order()
    for version, total in enumerate(totals):
        head = replace(head, parts=(basket(total, version=version),))
        decision = decide(rules, standing, RecordOrder(head, rules, "till"), NOON)
        standing = decision.account
        assert decision.order is not None
        head = decision.order
    assert standing.count(BOUGHT, 0) == bought
    free = program(earning=[per_amount()], referral={**REFERRAL, "minimum": 0})
    command = RecordOrder(order(basket(1)), free, "till")
    assert decide(free, account(), command, NOON).account.count(BOUGHT, 0) == 1
    none = program(earning=[per_amount()])
    command = RecordOrder(order(basket(900)), none, "till")
    assert decide(none, account(), command, NOON).account.counters == {}


def test_what_is_taken_back_comes_from_where_it_was_given_first() -> None:
    rules = program(pots=[{"id": "points", "expiry": {"months": 1}}])
    home = second(2026, 7, 1)
    standing = account((home - 9, 20), (home, 4), (home + 9, 20))
    back = refer(GONE, "friend", standing, rules)
    assert postings(back) == [
        ("reverse", "lot", -4, home),
        ("reverse", "lot", -1, home - 9),
    ]


def test_a_purchase_is_counted_and_uncounted_for_all_time() -> None:
    rules = program(referral=REFERRAL)
    first = decide(rules, account(), RecordOrder(order(basket(300)), rules, "till"), NOON)
    assert ("earn", "counter", 1, BOUGHT) in postings(first)
    assert first.order is not None
    less = replace(first.order, parts=(basket(299, version=2),))
    back = decide(rules, first.account, RecordOrder(less, rules, "till"), NOON)
    assert ("reverse", "counter", -1, BOUGHT) in postings(back)
    assert back.account.count(BOUGHT, 0) == 0
