"""An order is the fold of its parts, whatever the order of arrival."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest

from loyalty.core import order as orders
from loyalty.core.account import Entry
from loyalty.core.order import Line, Order, OrderKey, Part, merge, order_named, remembered
from tests.support.deciding import basket, order

BREAD = Line("bread", "bakery", 2000, 600)
MILK = Line("milk", "dairy", 1000, 400)


def payment(total: int, version: int = 1, name: str = "1", **changes: object) -> Part:
    part = Part(f"payment:{name}", version, "completed", total)
    return replace(part, **changes)  # type: ignore[arg-type]


def refund(total: int, *lines: Line, name: str = "1", status: str = "completed") -> Part:
    return Part(f"refund:{name}", 1, status, total, lines=lines)  # type: ignore[arg-type]


def empty() -> Order:
    return replace(order(), parts=())


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        ((), 0),
        ((basket(1000),), 1000),
        ((basket(1000, refunded=300),), 700),
        ((basket(1000, refunded=1300),), 0),
        ((basket(1000, status="open"),), 0),
        ((basket(1000, status="refunded"),), 0),
        ((basket(1000, status="cancelled"),), 0),
        ((payment(1000),), 1000),
        ((payment(600), payment(400, name="2")), 1000),
        ((basket(1000), payment(600)), 600),
        ((basket(1000), payment(600), payment(400, name="2")), 1000),
        ((basket(1000), payment(1200)), 1000),
        ((basket(1000), payment(600), payment(400, name="2", status="open")), 600),
        ((basket(1000), payment(1000, status="open")), 1000),
        ((basket(1000), payment(600), payment(400, name="2", status="cancelled")), 600),
        ((basket(1000), payment(1000, status="cancelled")), 0),
        ((basket(1000), refund(300)), 700),
        ((basket(1000), refund(300), refund(200, name="2")), 500),
        ((basket(1000), refund(300, status="open")), 1000),
        ((basket(1000), refund(1300)), 0),
        ((basket(1000), payment(1000), refund(300)), 700),
        ((basket(1000), payment(1000, refunded=300), refund(300)), 700),
        ((refund(300),), 0),
    ],
)
def test_what_counts_of_an_order(parts: tuple[Part, ...], total: int) -> None:
    assert order(*parts).total == total if parts else empty().total == total


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        ((basket(1000),), 1),
        ((basket(1000, refunded=300),), Fraction(7, 10)),
        ((basket(1000), refund(250)), Fraction(3, 4)),
        ((basket(1000), payment(1000, refunded=500)), Fraction(1, 2)),
        ((basket(1000, refunded=100), payment(1000, refunded=500)), Fraction(1, 2)),
        ((basket(1000, status="open"),), 1),
        ((basket(1000, status="cancelled"),), 0),
        ((basket(1000), payment(600), payment(400, name="2", status="cancelled")), 1),
        ((basket(0), payment(0)), 1),
        ((basket(0), payment(0, status="refunded")), 0),
        ((basket(0), payment(0), payment(0, name="2", status="refunded")), 0),
    ],
)
def test_which_part_was_not_paid_back(parts: tuple[Part, ...], kept: Fraction) -> None:
    assert order(*parts).kept == kept


@pytest.mark.parametrize(
    ("back", "left"),
    [
        ((), (BREAD, MILK)),
        ((Line("bread", "", 1000, 300),), (replace(BREAD, quantity=1000, amount=300), MILK)),
        ((Line("bread", "", 2000, 600),), (MILK,)),
        ((Line("bread", "", 9000, 9000),), (MILK,)),
        ((Line("bread", "", 2000, 500),), (replace(BREAD, quantity=0, amount=100), MILK)),
        ((Line("bread", "", 1000, 600),), (replace(BREAD, quantity=1000, amount=0), MILK)),
        ((Line("tea", "", 1000, 300),), (BREAD, MILK)),
    ],
)
def test_lines_that_were_paid_back_are_gone(back: tuple[Line, ...], left: tuple[Line, ...]) -> None:
    assert order(basket(1000, BREAD, MILK), refund(300, *back)).lines == left


def test_lines_of_one_item_are_taken_in_turn_and_refunds_add_up() -> None:
    both = basket(1200, BREAD, BREAD)
    one = Line("bread", "", 1000, 300)
    left = order(both, refund(300, one, one), refund(300, one, name="2")).lines
    assert left == (replace(BREAD, quantity=1000, amount=300),)
    assert order(both, refund(300, one, status="open")).lines == (BREAD, BREAD)


def test_the_newest_version_then_status_amount_and_time_counts_whichever_came_first() -> None:
    younger, older = basket(1000, occurred=2000), basket(1000, occurred=1000)
    assert older.replaces(younger)
    assert not younger.replaces(older)
    assert basket(900, occurred=2000).replaces(older)
    assert not basket(1000, occurred=1000).replaces(older)
    more = basket(1200, refunded=1300)
    assert (more.net, basket(1200, refunded=1199).net, basket(1200, status="open").net) == (0, 1, 0)


def test_an_order_without_a_basket_has_no_lines() -> None:
    assert order(payment(5)).lines == ()
    assert order(payment(5)).basket is None


def test_the_newest_report_of_each_part_counts() -> None:
    first = merge(empty(), basket(1000, version=5))
    assert first.changed
    assert not first.conflict
    # Of an older version only the total is remembered.
    late = merge(first.order, basket(900, version=4))
    assert late.order == replace(first.order, totals=((4, 900), (5, 1000)))
    assert merge(late.order, basket(950, version=4)) == replace(late, changed=False)
    assert merge(first.order, basket(1000, version=5)) == replace(first, changed=False)
    newer = merge(first.order, basket(900, version=6), payment(900))
    assert newer.changed
    assert newer.order.total == 900
    assert [part.key for part in newer.order.parts] == ["basket", "payment:1"]


def test_hints_come_together_and_count_as_a_change() -> None:
    first = merge(empty(), basket(), hints=("code:b", "code:a")).order
    assert first.hints == ("code:a", "code:b")
    again = merge(first, basket(), hints=("code:c", "code:a"))
    assert again.changed
    assert again.order.hints == ("code:a", "code:b", "code:c")
    assert not merge(again.order, basket(), hints=("code:b",)).changed


def test_one_version_with_two_contents_is_a_conflict_that_ends_the_same_either_way() -> None:
    # Later statuses win, then smaller amounts.
    ranked = [
        basket(1000, status="open"),
        basket(1000),
        basket(900),
        basket(900, refunded=10),
        basket(900, status="refunded"),
        basket(900, status="cancelled"),
    ]
    for number, winner in enumerate(ranked):
        for loser in ranked[:number]:
            for arrival in permutations((winner, loser)):
                found = merge(merge(empty(), arrival[0]).order, arrival[1])
                assert found.conflict
                assert found.order.parts == (winner,)
                assert found.changed == (arrival[1] == winner)
            both = merge(empty(), loser, winner)
            assert both.conflict
            assert both.order.parts == (winner,)


def test_contents_of_one_amount_are_told_apart_by_their_fingerprint() -> None:
    one, other = basket(1000, BREAD), basket(1000, MILK)
    assert one.digest != other.digest
    assert one.digest == basket(1000, BREAD).digest
    # Which of two wins stays so with the next deployment.
    assert one.digest == "701d26dd80cc2af2"
    ends = {merge(empty(), *arrival).order.parts for arrival in permutations((one, other))}
    assert len(ends) == 1


def test_every_arrival_of_five_reports_ends_the_same() -> None:
    reports = (
        basket(1000, BREAD, MILK, version=1),
        basket(900, BREAD, version=2),
        payment(900),
        refund(300, BREAD),
        basket(1000, version=2),
    )
    ends = set()
    for arrival in permutations(reports):
        standing = empty()
        for report in (*arrival, arrival[0]):
            standing = merge(standing, report).order
        ends.add(standing.parts)
    assert len(ends) == 1


@pytest.mark.parametrize(("status", "kept"), [("completed", 1), ("cancelled", 0), ("refunded", 0)])
def test_an_order_of_nothing_is_kept_until_it_is_taken_back(status: str, kept: int) -> None:
    free: Part = replace(basket(0), status=status)  # type: ignore[arg-type]
    assert order(free).kept == kept


def test_a_conflict_is_not_forgotten_over_the_next_report() -> None:
    first = merge(empty(), basket(1000)).order
    assert merge(first, basket(900), payment(900)).conflict


def test_the_time_of_another_attempt_is_no_other_content() -> None:
    first = merge(empty(), basket(1000, occurred=2000)).order
    assert not merge(first, basket(1000, occurred=3000)).conflict
    earlier = merge(first, basket(1000, occurred=1000))
    assert (earlier.conflict, earlier.order.parts[0].occurred) == (False, 1000)


def test_an_order_counts_nothing_while_it_is_void_or_does_not_fit() -> None:
    sold = order(basket(1000))
    assert (sold.total, replace(sold, void=True).total, replace(sold, full=True).total) == (
        1000,
        0,
        0,
    )


@pytest.mark.parametrize(
    ("fact", "named"),
    [
        ("order#till#77#3", ("till", "77")),
        ("order#till#a#b#12", ("till", "a#b")),
        ("order#till#order#1", ("till", "order")),
        ("hold#till#77#3", None),
        ("orders#till#77#3", None),
    ],
)
def test_an_entry_names_its_order(fact: str, named: tuple[str, str] | None) -> None:
    entry = Entry("coffee", "m", 1, "earn", 0, fact, "till", 1, (), "", "")
    assert order_named(entry) == (OrderKey("coffee", *named) if named else None)


def test_totals_are_remembered_once_the_basket_does_not_say_them() -> None:
    assert remembered({}, None) == ()
    assert remembered({1: 500}, basket(500)) == ()
    assert remembered({1: 400}, basket(500)) == ((1, 400),)
    assert remembered({2: 400, 1: 500}, basket(400, version=2)) == ((1, 500), (2, 400))
    alone = merge(empty(), basket(500), refund(100)).order
    assert (alone.totals, alone.listed) == ((), (("refund:1", 1),))
    assert merge(alone, basket(400, version=2)).order.totals == ((1, 500), (2, 400))


def test_what_a_total_fell_by_belongs_to_refunds_in_turn_and_to_each_once() -> None:
    """1000 fell to 550: 300 for the first refund, 150 of the second's 200; 50 are to be taken."""
    two = (refund(300), refund(200, name="2"))
    sold = merge(empty(), basket(1000)).order
    sold = merge(sold, basket(550, version=2), *two).order
    assert sold.total == 500
    # A third is listed later, in a version whose total did not fall.
    assert merge(sold, basket(550, version=3), *two, refund(100, name="3")).order.total == 400
    # Nothing fell where a total rose.
    assert merge(sold, basket(700, version=3), *two, refund(100, name="3")).order.total == 550


def test_more_parts_than_are_counted_are_told_and_leave_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(orders, "MOST_PARTS", 2)
    full = merge(empty(), payment(600), payment(400, name="2"))
    assert not full.conflict
    more = merge(full.order, payment(100, name="3"), payment(500, version=2), basket(900))
    assert more.conflict
    assert [(part.key, part.total) for part in more.order.parts] == [
        ("basket", 900),
        ("payment:1", 500),
        ("payment:2", 400),
    ]


def test_more_versions_than_are_remembered_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "MOST_VERSIONS", 2)
    first = merge(empty(), basket(1000)).order
    second = merge(first, basket(900, version=2))
    assert second.conflict
    third = merge(second.order, basket(800, version=3), refund(100)).order
    assert third.totals == ((1, 1000), (2, 900))
    assert third.listed == ()
    # What is known of a version may still fall.
    assert merge(third, basket(850, version=2)).order.totals == ((1, 1000), (2, 850))


def test_hints_beyond_the_most_are_those_last_in_their_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(orders, "MOST_HINTS", 2)
    assert merge(empty(), basket(), hints=("c", "b", "a")).order.hints == ("a", "b")
