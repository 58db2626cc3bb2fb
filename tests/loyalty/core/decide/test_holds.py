"""Holds: placed, captured, released, lapsed."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from loyalty.core.decide import decide
from loyalty.core.decide.spending import CaptureHold, ReleaseHold
from loyalty.core.order import Spent
from tests.loyalty.core.decide.spending import (
    DAY,
    LIMITED,
    NOW,
    RULES,
    SOON,
    decided,
    held,
    place,
    postings,
    refused,
)
from tests.support.deciding import FAR, NOON, account, counters, order


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
        "member": "ann",
        "by": "endpoint:till",
        "at": NOW,
        "program": 1,
        "reward": "cup",
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


def test_one_hold_is_open_and_no_other() -> None:
    standing = decided(place("till:1"), account((FAR, 999))).account
    refused(decided(place("till:2"), standing), "another_hold_open", price=10)
    for end in (ReleaseHold("r", "till:1", "a"), CaptureHold("c", "till:1", "a")):
        free = decided(end, standing).account
        assert decided(place("till:2"), free).answer["outcome"] == "held"


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


def test_what_was_captured_for_an_order_stands_on_its_head() -> None:
    command = CaptureHold("c", "till:1", "a", points=5, order=order(revision=1))
    decision = decided(command, held())
    assert decision.order is not None
    assert decision.order.spent == (Spent("points", ((SOON, 4), (FAR, 1))),)
    assert decision.order.revision == 2
