"""An order holds what its present form is worth, and its entries add up to that."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.account import Posting
from loyalty.core.order import Context, Part, Posted, Spent
from loyalty.invariants.order import broken_order, posted
from tests.loyalty.invariants.books import (
    CAKES,
    LATE,
    POSTED,
    RULES,
    SALE,
    SOON,
    WHEN,
    debt,
    lot,
    of_the_order,
)

if TYPE_CHECKING:
    from loyalty.core.account import Cause


def test_an_order_that_holds_what_it_is_worth_is_sound() -> None:
    entries = of_the_order(POSTED)
    foreign = replace(entries[0], fact="order#till#1#1#1")
    assert broken_order(SALE, RULES, (*entries, foreign)) == ()
    assert broken_order(SALE, None) == ()
    nobodys = replace(SALE, member=None, context=None, posted=Posted(), entry=0)
    assert broken_order(nobodys, None) == ()
    back = replace(
        SALE,
        parts=(Part("basket", 2, "refunded", 1000, lines=CAKES),),
        posted=Posted({"points": Fraction(4)}, 0, 0),
    )
    owing, forgiving = RULES, replace(RULES, debt="forgive")
    assert broken_order(back, forgiving) == ()
    assert any(fault.startswith("I11") for fault in broken_order(back, owing))


def test_an_order_of_a_cent_wholly_given_back_is_still_an_order() -> None:
    cent = (Part("basket", 1, "completed", 1),)
    whole = (Spent("points", ((LATE, 5),), 5),)
    head = replace(SALE, parts=cent, posted=Posted({"points": Fraction(7, 200)}, 1, 1), spent=whole)
    assert broken_order(head, RULES) == ()
    uncounted = replace(head, context=None, posted=Posted())
    assert len(broken_order(uncounted, RULES)) == 1
    assert len(broken_order(replace(head, posted=Posted(head.posted.units, 1, 0)), RULES)) == 1
    more = replace(head, spent=(Spent("points", ((LATE, 5),), 6),), posted=Posted({}, 1, 1))
    assert [fault[:3] for fault in broken_order(more, RULES)] == ["I5:", "I11"]
    less = replace(head, spent=(Spent("points", ((LATE, 5),), -1),))
    assert [fault[:3] for fault in broken_order(less, RULES)] == ["I5:"]


def test_a_point_may_be_forgiven_and_no_part_of_one() -> None:
    forgiving = replace(RULES, debt="forgive")
    for more, sound in ((1, True), (Fraction(1, 2), False), (-1, False), (0, True)):
        head = replace(SALE, posted=Posted({"points": 35 + Fraction(more)}, 1000, 1))
        assert (broken_order(head, forgiving) == ()) is sound, more
    nothing = replace(
        SALE, posted=replace(SALE.posted, units={**SALE.posted.units, "x": Fraction(0)})
    )
    assert broken_order(nothing, RULES, of_the_order(POSTED)) == ()


def test_what_else_an_entry_posted_is_not_the_orders() -> None:
    kind, lines = POSTED
    (entry,) = of_the_order((kind, [*lines[-2:], *lines[:-2]]))
    foreign = replace(entry, fact="order#till#2#1")
    assert posted(SALE, (foreign, entry)) == SALE.posted
    assert broken_order(SALE, RULES, (foreign, entry)) == ()


def test_a_fault_names_the_order_and_the_difference() -> None:
    head = replace(SALE, posted=Posted({"points": Fraction(36)}, 999, 1), member=None)
    assert broken_order(head, RULES) == (
        "I11: order till 1 counts and is nobody's",
        "I11: order till 1 has posted 1 more of pot 'points' than it is worth",
        "I11: order till 1 has other figures posted than it comes to",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"posted": Posted({"points": Fraction(36)}, 1000, 1)},
        {"posted": Posted({"points": Fraction(34)}, 1000, 1)},
        {"posted": Posted({}, 1000, 1)},
        {"posted": Posted({"points": Fraction(35), "stars": Fraction(1)}, 1000, 1)},
        {"posted": Posted({"points": Fraction(35)}, 999, 1)},
        {"posted": Posted({"points": Fraction(35)}, 1000, 0)},
        {"parts": (Part("basket", 1, "completed", 1001, lines=CAKES),)},
        {"member": None},
        {"context": None},
        {"context": None, "posted": Posted()},
        {"context": Context(1, WHEN, refused="limit")},
        {"context": Context(1, WHEN, rooms={"points": Fraction(9)})},
    ],
    ids=str,
)
def test_an_order_that_holds_something_else_is_reported(wrong: dict[str, Any]) -> None:
    faults = broken_order(replace(SALE, **wrong), RULES)
    assert faults
    assert all(fault.startswith("I11") for fault in faults), faults


@pytest.mark.parametrize(
    "more",
    [
        ("earn", [lot("earn", 1)]),
        ("reverse", [debt("reverse", 1)]),
        ("earn", [Posting("earn", "points", "remainder", Fraction(1, 3))]),
        ("earn", [Posting("earn", "points", "pending", 1, LATE, at=SOON)]),
        ("earn", [Posting("earn", "", "visits", 1)]),
        ("reverse", [Posting("reverse", "", "spend", -1)]),
    ],
    ids=str,
)
def test_entries_that_do_not_add_up_to_the_order_are_reported(
    more: tuple[Cause, list[Posting]],
) -> None:
    faults = broken_order(SALE, RULES, of_the_order(POSTED, more))
    assert len(faults) == 1
    assert faults[0].startswith("I11")
    assert broken_order(SALE, RULES, ())
