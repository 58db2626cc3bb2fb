"""What accounts, facts and orders say of each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from loyalty.core.account import Posting
from loyalty.core.order import Context, Order, OrderKey, Posted, Spent
from loyalty.invariants.account import broken
from loyalty.invariants.program import Fact, broken_fact, broken_head, broken_program, outstanding
from tests.loyalty.invariants.books import (
    EARNED,
    LATE,
    POSTED,
    SALE,
    SOON,
    book,
    debt,
    lot,
    of_the_order,
)


def test_entries_of_somebody_else() -> None:
    account, _ = book(EARNED)
    _, foreign = book(EARNED, program="barber")
    assert any(fault.startswith("I13") for fault in broken(account, foreign))
    faults = broken_program("barber", [book(EARNED)])
    assert any(fault.startswith("I13") for fault in faults)
    merged = replace(account, closed=1, successor="nobody")
    assert any(fault.startswith("I13") for fault in broken_program("coffee", [(merged, ())]))


def test_what_leaves_one_account_arrives_at_another() -> None:
    giver = book(EARNED, ("transfer", [lot("transfer", -5, SOON)]), member="a")
    whole = book(("transfer", [lot("transfer", 5, SOON)]), member="b")
    half = book(("transfer", [lot("transfer", 4, SOON)]), member="b")
    assert broken_program("coffee", [giver, whole]) == ()
    faults = broken_program("coffee", [giver, half])
    assert any(fault.startswith("I10") for fault in faults)
    assert outstanding([giver, whole])["points"] == {"earn": 15, "transfer": 0, "outstanding": 15}


def test_more_is_undone_than_was_done() -> None:
    reversed_twice = book(EARNED, ("reverse", [lot("reverse", -15), debt("reverse", 15)]))
    returned = book(EARNED, ("redeem", [lot("redeem", -5, SOON)]), ("return", [lot("return", 6)]))
    for one in (reversed_twice, returned):
        assert any(fault.startswith("I5") for fault in broken_program("coffee", [one]))


def test_figures_that_are_not_those_of_the_orders() -> None:
    account, entries = book(
        ("earn", [Posting("earn", "", "spend", 700), Posting("earn", "", "visits", 1)])
    )
    now = datetime(2026, 5, 4, tzinfo=UTC)
    order = Order(
        OrderKey("coffee", "till", "1"), "USD", now, now, member="m", context=Context(1, now)
    )
    right = replace(order, posted=Posted({}, 700, 1))
    assert broken_program("coffee", [(account, entries)], [right]) == ()
    wrong = replace(order, posted=Posted({}, 800, 1))
    faults = broken_program("coffee", [(account, entries)], [wrong])
    assert any(fault.startswith("I4") for fault in faults)
    too_much = replace(right, spent=(Spent("points", ((LATE, 5),), 6),))
    faults = broken_program("coffee", [(account, entries)], [too_much])
    assert any(fault.startswith("I5") for fault in faults)
    other = book(EARNED, member="b")
    one_fact = [replace(entry, fact="order#till#1#1") for entry in (entries[0], other[1][0])]
    faults = broken_program("coffee", [(account, one_fact[:1]), (other[0], one_fact[1:])])
    assert any(fault.startswith("I4") for fault in faults)


def test_heads_facts_and_entries_name_each_other() -> None:
    entries = of_the_order(POSTED)
    assert broken_head(SALE, entries) == ()
    assert broken_head(replace(SALE, entry=0), ()) == ()
    assert broken_head(SALE, ())
    assert broken_head(SALE, (replace(entries[0], fact="order#till#2#1"),))
    giver = book(EARNED, ("transfer", [lot("transfer", -5, SOON)]), member="a")[1][1]
    half = book(("transfer", [lot("transfer", 4, SOON)]), member="b")[1][0]
    fact = Fact("transfer x", (("a", 2), ("b", 1)))
    whole = {
        ("a", 2): replace(giver, fact="transfer#x"),
        ("b", 1): replace(half, fact="transfer#x", postings=(lot("transfer", 5, SOON),)),
    }
    assert broken_fact(fact, whole) == ()
    cut = {**whole, ("b", 1): replace(half, fact="transfer#x")}
    assert [fault[:4] for fault in broken_fact(fact, cut)] == ["I10:"]
    other = {**whole, ("b", 1): replace(whole["b", 1], fact="transfer#y")}
    assert [fault[:3] for fault in broken_fact(fact, other)] == ["I4:"]
    assert [fault[:3] for fault in broken_fact(fact, {})] == ["I4:"]


def test_an_entry_that_no_fact_names_is_reported() -> None:
    account, entries = book(EARNED)
    gift = (replace(entries[0], fact="gift#k#1"),)
    named = [Fact("gift", (("m", 1),))]
    assert not [
        fault
        for fault in broken_program("coffee", [(account, gift)], facts=named)
        if fault.startswith("I4")
    ]
    faults = broken_program("coffee", [(account, gift)], facts=[])
    assert any(fault.startswith("I4") for fault in faults)
