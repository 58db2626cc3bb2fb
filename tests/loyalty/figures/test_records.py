"""What an order leaves for figures: net money of what was sold, on the day of its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from loyalty.core.order import Line
from loyalty.figures.records import Record, Records, record, visits
from tests.support.deciding import NOON, basket, order

if TYPE_CHECKING:
    from loyalty.core.part import Part

CARD = Line("card", "gift_card", 1000, 600)
TEA = Line("tea", "tea", 1000, 400)


def recorded(*parts: Part, zone: str = "UTC") -> Record:
    return record(replace(order(*parts), revision=3, member="ann"), "north", zone, NOON)


def refund(total: int, *lines: Line, **shares: int) -> Part:
    return replace(basket(total, *lines), key="refund:1", **shares)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parts", "net"),
    [
        ((basket(1000),), 1000),
        ((basket(1000, tip=100),), 900),
        ((basket(1000, points_paid=300),), 700),
        ((basket(1000, points_paid=1000),), 0),
        ((basket(1000, refunded=250),), 750),
        ((basket(1000), refund(250)), 750),
        ((basket(1000, tip=100), refund(100, tip=100)), 900),
        ((basket(1000, TEA, CARD), refund(600, CARD)), 400),
        ((basket(1000, TEA, CARD),), 400),
        ((basket(1000, discount=500),), 1000),
        ((replace(basket(700), key="payment:1", tip=50),), 700),
        ((basket(1000), replace(basket(600), key="payment:1")), 600),
    ],
)
def test_net_is_after_refunds_and_points_and_before_tips(parts: tuple[Part, ...], net: int) -> None:
    found = recorded(*parts)
    assert (found.net, found.sold) == (net, True)


@pytest.mark.parametrize(
    "parts",
    [
        (basket(1000, status="open"),),
        (basket(1000, status="cancelled"),),
        (basket(1000, status="refunded"),),
        (basket(1000, refunded=1000),),
        (basket(1000), refund(1000)),
        (basket(0),),
    ],
)
def test_what_is_not_paid_or_wholly_paid_back_is_no_sale(parts: tuple[Part, ...]) -> None:
    found = recorded(*parts)
    assert (found.net, found.sold) == (0, False)
    assert visits([found]) == []


def test_what_staff_have_called_no_sale_is_none_and_what_does_not_fit_an_account_is_one() -> None:
    assert not record(replace(order(), void=True), "", "UTC", NOON).sold
    assert record(replace(order(), full=True), "", "UTC", NOON).sold


def test_the_day_is_that_of_the_place() -> None:
    late = datetime(2026, 5, 4, 22, 30, tzinfo=UTC)
    sold = order(basket(1000, occurred=int(late.timestamp()) * 1_000_000), at=late)
    days = [
        record(sold, "", zone, late).day for zone in ("America/New_York", "UTC", "Asia/Kolkata")
    ]
    assert [day - days[1] for day in days] == [0, 0, 1]


def test_a_refund_of_later_changes_the_day_of_the_sale() -> None:
    sold = recorded(basket(1000))
    back = replace(recorded(basket(1000), refund(400)), revision=4)
    for arrival in ((sold, back), (back, sold), (sold, back, sold)):
        (visit,) = visits(Records().told(*arrival).sales)
        assert (visit.day, visit.net) == (NOON.date().toordinal(), 600)
    assert visits(Records().told(sold, replace(back, revision=5, sold=False)).sales) == []
