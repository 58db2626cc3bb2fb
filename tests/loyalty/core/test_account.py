"""Accounts are sums of postings, and entries are chained."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from loyalty.core.account import (
    MONTHS_KEPT,
    Account,
    Hold,
    Month,
    Posting,
    Pot,
    append,
    chain,
    fingerprint,
    fold,
    post,
)
from tests.support.deciding import account, counters


def posted(standing: Account, *postings: tuple[Any, ...]) -> Account:
    """Post (pot, measure, amount, bucket, at, ref) tuples, the last ones optional."""
    for one in postings:
        standing = post(standing, Posting("earn", *one))
    return standing


def test_lots_add_up_by_bucket_soonest_first_and_vanish_when_empty() -> None:
    now = posted(
        account(), ("points", "lot", 5, 20), ("points", "lot", 7, 10), ("points", "lot", 1, 20)
    )
    assert now.pot("points").lots == ((10, 7), (20, 6))
    assert now.pot("points").available == 13
    now = posted(now, ("points", "lot", -7, 10), ("points", "lot", -6, 20))
    assert now.pots == {}
    assert now.pot("points") == Pot()


def test_pending_value_is_kept_by_activation_and_bucket() -> None:
    now = posted(
        account(),
        ("points", "pending", 5, 20, 3),
        ("points", "pending", 7, 20, 2),
        ("points", "pending", 1, 30, 2),
        ("points", "pending", 2, 20, 3),
    )
    assert now.pot("points").pending == ((2, 20, 7), (2, 30, 1), (3, 20, 7))
    assert now.pot("points").waiting == 15
    assert now.pot("points").available == 0
    now = posted(now, ("points", "pending", -7, 20, 2), ("points", "pending", -7, 20, 3))
    assert now.pot("points").pending == ((2, 30, 1),)


def test_debts_and_remainders_add_up() -> None:
    now = posted(account(), ("points", "debt", 5), ("points", "debt", -2))
    now = posted(now, ("points", "remainder", Fraction(1, 3)))
    now = posted(now, ("points", "remainder", Fraction(1, 3)))
    assert now.pot("points") == Pot((), (), 3, Fraction(2, 3))


def test_pots_do_not_mix() -> None:
    now = posted(account((10, 5)), ("stamps", "lot", 1, 10))
    assert now.balance("points") == 5
    assert now.balance("stamps") == 1
    assert posted(now, ("stamps", "lot", -1, 10)).pots.keys() == {"points"}


def test_holds_reserve_and_vanish_when_nothing_is_left_of_them() -> None:
    now = posted(
        account((10, 5)),
        ("points", "held", 2, 10, 0, "till:1"),
        ("points", "held", 3, 20, 0, "till:1"),
        ("stamps", "held", 1, 20, 0, "till:1"),
        ("", "hold", 900, 0, 0, "till:1"),
        ("points", "held", 4, 10, 0, "till:2"),
    )
    assert now.holds["till:1"] == Hold(
        (("points", 10, 2), ("points", 20, 3), ("stamps", 20, 1)), 900
    )
    assert now.holds["till:1"].amount("points") == 5
    assert now.held("points") == 9
    assert now.balance("points") == 14
    assert now.pot("points").available == 5
    gone = posted(
        now,
        ("points", "held", -2, 10, 0, "till:1"),
        ("points", "held", -3, 20, 0, "till:1"),
        ("stamps", "held", -1, 20, 0, "till:1"),
        ("", "hold", -900, 0, 0, "till:1"),
    )
    assert gone.holds.keys() == {"till:2"}


def test_a_hold_without_value_is_one_until_its_deadline_is_taken_away() -> None:
    now = posted(account(), ("", "hold", 900, 0, 0, "a"), ("", "hold", 60, 0, 0, "a"))
    assert now.holds["a"].deadline == 960
    assert posted(now, ("", "hold", -960, 0, 0, "a")).holds == {}


def test_counters_count_in_the_newest_period_only() -> None:
    now = posted(
        account(), ("", "counter", 2, 0, 7, "c"), ("", "counter", Fraction(1, 2), 0, 7, "c")
    )
    assert now.count("c", 7) == Fraction(5, 2)
    assert now.count("c", 6) == 0
    assert now.count("c", 8) == 0
    assert now.latest("c") == 7
    assert posted(now, ("", "counter", 9, 0, 6, "c")) == now
    later = posted(now, ("", "counter", 9, 0, 8, "c"), ("", "counter", 1, 0, 1, "d"))
    assert counters(later) == {"c": (8, 9), "d": (1, 1)}
    assert account().count("c", 7) == 0
    assert account().latest("c") is None


def test_figures_add_up_for_ever_and_by_month() -> None:
    now = posted(
        account(), ("", "spend", 100, 0, 5), ("", "visits", 1, 0, 5), ("", "earned", 10, 0, 4)
    )
    now = posted(now, ("", "spend", 50, 0, 5), ("", "spend", 7), ("", "earned", 3))
    assert (now.spend, now.visits, now.earned) == (157, 1, 13)
    assert now.months == {4: Month(0, 0, 10), 5: Month(150, 1, 0)}
    assert list(now.months) == [4, 5]
    assert posted(now, ("", "earned", -10, 0, 4)).months == {5: Month(150, 1, 0)}


def test_months_that_are_too_old_are_dropped_in_any_order() -> None:
    recent, old = ("", "visits", 1, 0, 100), ("", "visits", 1, 0, 100 - MONTHS_KEPT)
    kept = ("", "visits", 1, 0, 101 - MONTHS_KEPT)
    assert posted(account(), recent, old, kept).months.keys() == {100, 101 - MONTHS_KEPT}
    assert posted(account(), old, kept, recent).months.keys() == {100, 101 - MONTHS_KEPT}
    assert posted(account(), recent, old, kept).visits == 3


@pytest.mark.parametrize("measure", ["referrals", "level", "deadline", "reviewed", "closed"])
def test_plain_figures_add_up(measure: str) -> None:
    now = posted(account(), ("", measure, 5), ("", measure, -2))
    assert getattr(now, measure) == 3
    change: dict[str, Any] = {measure: 3}
    assert now == replace(account(), **change)


def entry_of(standing: Account, *postings: Posting) -> Any:
    return chain(
        standing,
        kind="earn",
        at=12,
        fact="order#till#1#1",
        actor="endpoint:till",
        program_version=3,
        postings=postings,
    )


LOT = Posting("earn", "points", "lot", 5, 10)


def test_entries_are_numbered_and_chained() -> None:
    first = entry_of(account(), LOT)
    assert (first.program, first.member) == ("coffee", "ann")
    assert (first.seq, first.kind, first.at, first.fact) == (1, "earn", 12, "order#till#1#1")
    assert (first.actor, first.program_version, first.postings) == ("endpoint:till", 3, (LOT,))
    assert first.previous == ""
    after = append(account(), first)
    assert (after.seq, after.head) == (1, first.hash)
    assert after.balance("points") == 5
    second = entry_of(after, LOT)
    assert (second.seq, second.previous) == (2, first.hash)
    assert fold("coffee", "ann", [first, second]) == append(after, second)
    assert fold("coffee", "ann", []) == account()


@pytest.mark.parametrize(
    "change",
    [
        {"program": "barber"},
        {"member": "bob"},
        {"seq": 2},
        {"kind": "gift"},
        {"at": 13},
        {"fact": "order#till#2#1"},
        {"actor": "key:1"},
        {"program_version": 4},
        {"postings": ()},
        {"previous": "0" * 64},
        *(
            {"postings": (replace(LOT, **change),)}
            for change in (
                {"cause": "gift"},
                {"pot": "stamps"},
                {"measure": "debt"},
                {"amount": 6},
                {"bucket": 11},
                {"at": 1},
                {"ref": "x"},
            )
        ),
    ],
)
def test_every_part_of_an_entry_is_in_its_hash(change: dict[str, Any]) -> None:
    entry = entry_of(account(), LOT)
    assert entry.hash == fingerprint(replace(entry, hash=""))
    assert fingerprint(replace(entry, **change)) != entry.hash


def test_the_hash_of_an_entry_never_changes() -> None:
    """A ledger that is ten years old must still prove itself: this value is part of the format."""
    ref = Posting("earn", "очки", "counter", Fraction(1, 3), 0, 4, "c")
    entry = entry_of(account(), LOT, ref)
    assert entry.hash == "f10301654627edc845e3027d3580c9023e30cc0c05e949b21057c44bda8072d5"
