"""An order of /v1 and one of the generic webhook are one order: the same words mean the same.

Two readers describe it (pydantic makes the OpenAPI document, the door loads none of it), so what
both understand is read by both here, and what either refuses of the common form the other does.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.http.shapes import read
from functions.routes.order_shapes import OrderSent
from loyalty.core.order import OrderKey, OrderReport
from loyalty.money import LARGEST_ORDER
from loyalty.refusals import Refusal
from loyalty.tills import standard
from loyalty.tills.reading import Message
from tests.support.till import TILL, sender

KEY = OrderKey("coffee", "till", "1001")
WHO = sender(TILL)
NOW = "2026-05-04T11:58:00.25+02:00"

names = st.text("abcXYZ019-_/#Ж", min_size=1, max_size=12)
amounts = st.integers(0, 10**6)
lines = st.lists(
    st.fixed_dictionaries(
        {"amount": amounts},
        optional={
            "id": names,
            "name": names,
            "category": st.sampled_from(["coffee", "Gift Card", "tea"]),
            "quantity": st.one_of(st.integers(0, 50), st.sampled_from([0.5, 0.125, 1.25])),
        },
    ),
    max_size=4,
)


def shares(total: int, *more: str) -> Any:
    """Parts of an amount: none of them is more than it is."""
    return st.fixed_dictionaries(
        {}, optional={name: st.integers(0, total) for name in ("tax", "tip", "points_paid", *more)}
    )


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    total = draw(amounts)
    refunds = []
    for name in draw(st.lists(names, max_size=3, unique=True)):
        amount = draw(amounts)
        known = {"id": name, "amount": amount, **draw(shares(amount))}
        refunds.append({**known, "lines": draw(lines), "version": draw(st.integers(0, 5))})
    return {
        "version": draw(st.integers(0, 2**53 - 1)),
        "status": draw(st.sampled_from(["open", "completed", "refunded", "cancelled"])),
        "occurred_at": NOW,
        "currency": "USD",
        "total": total,
        "lines": draw(lines),
        "refunds": refunds,
        **draw(shares(total, "discount")),
    }


def by_webhook(order: dict[str, Any]) -> OrderReport:
    told = {"source": KEY.source, "id": KEY.id, **copy.deepcopy(order)}
    message = {"type": "order.updated", "data": {"order": told}}
    (report,) = standard.read(WHO, Message(message)).reports
    return report


def by_api(order: dict[str, Any]) -> OrderReport:
    return read(OrderSent, copy.deepcopy(order)).report(KEY, (), f"endpoint:{TILL.id}")


@settings(max_examples=60)
@given(orders())
def test_both_read_the_same_order(order: dict[str, Any]) -> None:
    assert by_webhook(order) == by_api(order)


WHOLE: dict[str, Any] = {
    "version": 3,
    "status": "completed",
    "occurred_at": NOW,
    "currency": "USD",
    "total": 1000,
    "tax": 10,
    "lines": [{"id": "1", "amount": 900, "quantity": 2, "category": "coffee", "name": "x"}],
    "refunds": [{"id": "r", "amount": 100, "lines": [{"amount": 100}]}],
    "member": {"card_code": "1.A.x", "customer_id": "7", "phone": "1", "email": "a@example.com"},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    order = copy.deepcopy(WHOLE)
    *steps, last = [int(step) if step.isdecimal() else step for step in path.split("/")]
    place: Any = order
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return order


def refused(reader: Any, order: dict[str, Any]) -> set[str]:
    """Return the fields that a reader refuses, as places in the order."""
    try:
        reader(order)
    except Refusal as refusal:
        return {one.pointer.removeprefix("/data/order") for one in refusal.fields}
    return set()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("version", ...),
        ("version", -1),
        ("version", 2**53),
        ("version", "3"),
        ("version", True),
        ("status", "paid"),
        ("status", ...),
        ("occurred_at", "2026-05-04T12:00:00"),
        ("occurred_at", "yesterday"),
        ("occurred_at", 5),
        ("occurred_at", "1999-12-31T00:00:00Z"),
        ("currency", "usd"),
        ("currency", ...),
        ("total", -1),
        ("total", 12.5),
        ("total", "12"),
        ("total", LARGEST_ORDER + 1),
        ("tax", -1),
        ("tip", 1.5),
        ("points_paid", -1),
        ("discount", -1),
        ("lines", {"1": {}}),
        ("lines", [{"amount": 1}] * 501),
        ("lines/0/amount", ...),
        ("lines/0/amount", 1.5),
        ("lines/0/quantity", "2"),
        ("lines/0/id", "x" * 129),
        ("lines/0/name", "x" * 501),
        ("lines/0/category", "x" * 201),
        ("refunds/0/id", ...),
        ("refunds/0/id", "a b"),
        ("refunds/0/id", "x" * 129),
        ("refunds/0/amount", ...),
        ("refunds/0/amount", -1),
        ("refunds/0/version", -1),
        ("refunds/0/lines/0/amount", ...),
        ("refunds", [{"id": str(n), "amount": 1} for n in range(101)]),
        ("member/card_code", "x" * 201),
        ("member/customer_id", "x" * 129),
        ("member/phone", "1" * 51),
        ("member/email", "x" * 255),
    ],
)
def test_both_refuse_the_same_field(path: str, value: Any) -> None:
    order = changed(path, value)
    place = f"/{path}"
    found = refused(by_webhook, order), refused(by_api, order)
    for pointers in found:
        assert any(pointer == place for pointer in pointers), found


def test_the_whole_one_is_read_by_both() -> None:
    assert by_webhook(WHOLE).parts == by_api(WHOLE).parts
