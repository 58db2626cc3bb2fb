"""What sets an order apart from the first one of its id, at the edges."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from loyalty.core.double import apart, is_double, is_furthest, plain
from loyalty.core.instants import microseconds
from loyalty.core.order import Order, OrderKey, OrderReport, Part, merge

if TYPE_CHECKING:
    from loyalty.core.part import Status

KEY = OrderKey("coffee", "till", "77")
SOLD = datetime(2026, 11, 2, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


def basket(after: timedelta = timedelta(), status: Status = "completed") -> Part:
    return Part("basket", 1, status, 500, occurred=microseconds(SOLD + after))


def known(part: Part | None = None, member: str | None = "ann") -> Order:
    return Order(KEY, "EUR", SOLD, SOLD, parts=(part or basket(),), member=member)


def found(
    *parts: Part, customer: str | None = None, currency: str = "EUR", order: Order | None = None
) -> OrderKey | None:
    report = OrderReport(KEY, currency, SOLD, parts, (), "till")
    return apart(order or known(), report, parts, customer)


def test_of_one_customer_on_one_day_it_is_the_same_order() -> None:
    assert found(basket()) is None


def test_the_names_say_what_sets_them_apart() -> None:
    day = (SOLD + WEEK + timedelta(days=1)).date().isoformat()
    assert found(basket(), currency="CHF") == replace(KEY, id="77 CHF")
    assert found(basket(), customer="bob") == replace(KEY, id="77 bob")
    assert found(basket(WEEK + timedelta(days=1))) == replace(KEY, id=f"77 {day}")


def test_whoever_comes_first_to_an_order_of_nobody_is_no_other_customer() -> None:
    assert found(basket(), customer="bob", order=known(member=None)) is None


@pytest.mark.parametrize("sign", [1, -1])
def test_seven_days_are_believed_and_no_moment_more(sign: int) -> None:
    assert found(basket(sign * WEEK)) is None
    moment = timedelta(microseconds=1)
    assert found(basket(sign * (WEEK + moment))) is not None


def test_a_refund_comes_when_it_comes() -> None:
    late = basket(10 * WEEK)
    refund = Part("refund:1", 1, "completed", 100)
    payment = Part("payment:1", 1, "completed", 500)
    assert found(late, refund) is None
    assert found(refund) is None
    assert found(late, payment) is not None
    assert found(basket(10 * WEEK, "cancelled")) is None


def test_what_is_open_for_weeks_is_the_same_order() -> None:
    assert found(basket(10 * WEEK), order=known(basket(status="open"))) is None


def test_all_days_that_were_believed_are_of_the_order() -> None:
    """An old version that comes again was mended step by step: it is no sale of its own."""
    order = replace(known(), parts=())
    for version, days in enumerate((0, 6, 12), 1):
        order = merge(order, replace(basket(timedelta(days)), version=version)).order
    for days, same in ((-7, True), (-8, False), (0, True), (6, True), (19, True), (20, False)):
        assert (found(basket(timedelta(days)), order=order) is None) == same
    # A late one counts for that, too; another attempt at the one that counts tells no new day.
    again = merge(order, replace(basket(timedelta(18)), version=3)).order
    assert again == order
    assert order.span == tuple(microseconds(SOLD + timedelta(days)) for days in (0, 12))
    late = merge(order, replace(basket(timedelta(-7)), version=1)).order
    assert late.span == tuple(microseconds(SOLD + timedelta(days)) for days in (-7, 12))
    # An instant alone is remembered by its basket.
    assert (
        merge(replace(known(), parts=()), basket(), replace(basket(), version=2)).order.span == ()
    )


def test_what_was_open_long_ago_is_found_again_once_it_is_sold() -> None:
    order = merge(known(basket(status="open")), replace(basket(10 * WEEK), version=2)).order
    assert found(basket(), order=order) is None
    assert found(basket(5 * WEEK), order=order) is None
    assert found(basket(-2 * WEEK), order=order) is not None


def test_a_basket_of_no_instant_is_never_far_away() -> None:
    timeless = replace(basket(), occurred=0)
    assert found(basket(10 * WEEK), order=known(timeless)) is None


def test_a_double_is_told_from_the_first_and_finds_it() -> None:
    double = replace(KEY, id="77 bob")
    further = replace(KEY, id="77 bob 2026-11-10")
    assert [is_double(one) for one in (KEY, double, further)] == [False, True, True]
    assert [is_furthest(one) for one in (KEY, double, further)] == [False, False, True]
    assert [plain(one) for one in (KEY, double, further)] == [KEY, KEY, KEY]
    assert is_furthest(replace(KEY, id="77 bob 2026-11-10 CHF"))
