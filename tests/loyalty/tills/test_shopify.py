"""Shopify's messages: worth by hand, every order of arrival, forgeries, odd messages."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.order import BASKET, Line, OrderKey
from loyalty.refusals import Refusal
from loyalty.tills import shopify
from tests.support.vendors import PUBLISHED, Shop, endpoint, ends, one, plain, program, read, sender

if TYPE_CHECKING:
    from loyalty.core.part import Part

STORY = [
    "1-orders-create",
    "2-orders-paid",
    "4-orders-updated",
    "5-refunds-create",
    "6-orders-updated",
    "7-refunds-create",
    "8-orders-updated",
]
SECRET, OLD = "own-shopify-secret-of-today", "own-shopify-secret-before"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def basket(document: dict[str, Any], **rules: Any) -> Part:
    (report, *_) = read(sender("shopify", program(**rules)), document).reports
    (part,) = report.parts
    assert part.key == BASKET
    return part


def signature(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


def genuine(body: bytes, headers: dict[str, str], *secrets: str, shop: str = "") -> bool:
    return shopify.verify(endpoint("shopify", merchant=shop), list(secrets), headers, body, NOW)


def test_the_documented_way_of_signing() -> None:
    """An example worked out with openssl, apart from this code."""
    body = b'{"id":9007199254740993,"total_price":"36.99"}'
    headers = {"x-shopify-hmac-sha256": "0c4iydo9tE5ORiz9W5+567ha2TcGr4EnZzt+Qx7Wcv0="}
    assert genuine(body, headers, "own-shopify-secret")
    assert not genuine(body + b" ", headers, "own-shopify-secret")


def test_genuine_previous_and_forged() -> None:
    body = json.dumps(plain("shopify", "2-orders-paid")).encode()
    now, old = ({"x-shopify-hmac-sha256": signature(body, secret)} for secret in (SECRET, OLD))
    assert genuine(body, now, SECRET)
    assert genuine(body, old, SECRET, OLD), "Shopify signs with the old secret for an hour"
    assert not genuine(body, old, SECRET)
    assert not genuine(body, {}, SECRET)
    assert not genuine(body, now), "without a secret nothing passes"
    assert not genuine(body, {"x-shopify-hmac-sha256": signature(body, "")}, "")
    assert not genuine(body, {"x-shopify-hmac-sha256": "Ж"}, SECRET)


def test_another_shops_message_is_not_the_endpoints() -> None:
    body = b"{}"
    signed = {"x-shopify-hmac-sha256": signature(body, SECRET)}
    shop = {"x-shopify-shop-domain": "Own-Shop.myshopify.com"}
    assert genuine(body, {**signed, **shop}, SECRET, shop="own-shop.myshopify.com")
    assert not genuine(body, {**signed, **shop}, SECRET, shop="other.myshopify.com")
    assert not genuine(body, signed, SECRET, shop="own-shop.myshopify.com")


def test_an_order_is_read_whole() -> None:
    report = one(read(sender("shopify"), plain("shopify", "2-orders-paid")))
    assert report.key == OrderKey("conformance", "shopify", "9007199254740993")
    assert report.occurred_at == datetime(2026, 5, 4, 11, 0, tzinfo=UTC)
    (part,) = report.parts
    assert (part.status, part.total, part.tax, part.tip) == ("completed", 4325, 275, 300)
    assert part.discount == 250
    assert part.lines == (
        Line("BEANS", "", 2000, 2475),  # 25.00 less 2.50, and 2.25 tax
        Line("GIFT", "gift_card", 1000, 1000),
        Line("", "shipping", 1000, 550),
    )


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("1-orders-create", 0),
        ("2-orders-paid", 2475),  # neither gift card, delivery nor tip
        ("4-orders-updated", 3355),  # and a mug for 8.80
        ("6-orders-updated", 2117),  # less one of two bags, 12.38
        # and 2.00 of all that is left, which is 39.67: 2117 * 37.67 / 39.67
        ("8-orders-updated", 2010),
        ("9-orders-cancelled", 0),
    ],
)
def test_what_an_order_is_worth(name: str, points: int) -> None:
    shop = Shop("shopify")
    shop.tell(plain("shopify", name))
    assert shop.points == points


def test_every_order_of_arrival_ends_the_same() -> None:
    assert ends("shopify", [plain("shopify", name) for name in STORY]) == {2010}


def test_a_refund_whose_order_message_is_lost_counts_all_the_same() -> None:
    lost = [name for name in STORY if name not in ("6-orders-updated", "8-orders-updated")]
    assert ends("shopify", [plain("shopify", name) for name in lost]) == {2010}


def test_the_cancelled_order_counts_nothing_however_it_came() -> None:
    story = [*STORY[1:], "9-orders-cancelled"]
    assert ends("shopify", [plain("shopify", name) for name in story]) == {0}


def test_an_edit_and_a_refund_in_one_breath_are_two_things() -> None:
    """The mug is taken off the order without money back, and a bag is paid back."""
    edited = plain("shopify", "6-orders-updated")
    edited["line_items"][2]["current_quantity"] = 0
    edited["current_total_price"] = "30.87"
    shop = Shop("shopify")
    shop.tell(plain("shopify", "4-orders-updated"))
    shop.tell(edited)
    assert shop.points == 1237


def test_the_notice_of_an_edit_leads_to_its_order() -> None:
    reading = read(sender("shopify"), plain("shopify", "3-orders-edited"))
    assert [(one.kind, one.id) for one in reading.wanted] == [("order", "9007199254740993")]
    assert reading.reports == ()


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("customers-data-request", "customers/data_request"),
        ("customers-redact", "customers/redact"),
        ("shop-redact", "shop/redact"),
    ],
)
def test_the_mandatory_privacy_messages_are_known(name: str, topic: str) -> None:
    reading = read(sender("shopify"), plain("shopify", name))
    assert reading.ignored == (topic,)
    (request,) = reading.privacy
    assert (request.kind, request.source) == (topic, "shopify")
    if topic != "shop/redact":
        assert request.customer == "9007199254740801"
        assert request.orders == ("9007199254740993",)
        assert len(request.hints) == 3, "phone, address, number: as pseudonyms"
    assert "guest" not in repr(request)
    with pytest.raises(Refusal) as caught:
        read(sender("shopify", merchant="other.myshopify.com"), plain("shopify", name))
    assert caught.value.code == "not_authentic"


def test_a_customers_message_is_not_for_us() -> None:
    assert read(sender("shopify"), {"id": 1, "phone": None, "addresses": []}).ignored == ("other",)


@pytest.mark.parametrize("status", ["pending", "authorized", "partially_paid", "something_new"])
def test_what_has_not_been_paid_counts_nothing_yet(status: str) -> None:
    document = plain("shopify", "2-orders-paid")
    document["financial_status"] = status
    assert basket(document).status == "open"


def test_orders_of_test_gateways_are_trials() -> None:
    document = plain("shopify", "2-orders-paid")
    document["test"] = True
    assert read(sender("shopify"), document).test


def test_within_one_second_the_order_that_has_come_further_counts() -> None:
    created, paid = plain("shopify", "1-orders-create"), plain("shopify", "2-orders-paid")
    assert created["updated_at"] == paid["updated_at"]
    assert basket(paid).version > basket(created).version


def test_prices_with_tax_in_them() -> None:
    document = plain("shopify", "2-orders-paid")
    document["taxes_included"] = True
    document["total_price"] = document["current_total_price"] = "40.50"
    assert basket(document).lines[0] == Line("BEANS", "", 2000, 2250)
    assert basket(document).lines[-1] == Line("", "shipping", 1000, 500)


def test_a_tip_among_the_lines_is_no_goods() -> None:
    document = plain("shopify", "2-orders-paid")
    tip = {**document["line_items"][0], "id": 7, "tip_payment_gateway": "bogus"}
    document["line_items"].append(tip)
    assert len(basket(document).lines) == 3


@pytest.mark.parametrize(
    ("currency", "told", "minor"),
    [("JPY", "4325", 4325), ("JPY", "4325.00", 4325), ("KWD", "4.325", 4325), ("USD", "0.1", 10)],
)
def test_money_by_the_currencys_exponent(currency: str, told: str, minor: int) -> None:
    document = plain("shopify", "2-orders-paid")
    document |= {"currency": currency, "total_price": told, "current_total_price": told}
    assert basket(document, currency=currency).total == minor


def refund(name: str = "5-refunds-create", **changes: Any) -> Part:
    (part,) = one(read(sender("shopify"), {**plain("shopify", name), **changes})).parts
    return part


def test_a_refund_is_a_part_of_its_own_wherever_it_is_told() -> None:
    alone = refund()
    assert (alone.total, alone.tax, alone.version) == (1238, 113, 1)
    assert alone.lines == (Line("BEANS", "", 1000, 1238),)
    reports = read(sender("shopify"), plain("shopify", "6-orders-updated")).reports
    assert reports[1].parts == (alone,)


def test_a_refund_that_failed_has_paid_nothing_back() -> None:
    booked = plain("shopify", "7-refunds-create")["transactions"][0]
    pending, failed = ({**booked, "status": status} for status in ("pending", "failure"))
    assert refund("7-refunds-create", transactions=[pending]).total == 200
    assert refund("7-refunds-create", transactions=[failed]).total == 0


def test_a_refund_without_bookings_is_worth_its_lines_and_adjustments() -> None:
    assert refund(transactions=[]).total == 1238
    kept = {"kind": "refund_discrepancy", "amount": "5.00", "tax_amount": "0.00"}
    assert refund(transactions=[], order_adjustments=[kept]).total == 738
    delivery = {"kind": "shipping_refund", "amount": "-5.00", "tax_amount": "-0.50"}
    both = refund(transactions=[], order_adjustments=[delivery])
    assert both.total == 1788
    assert both.lines[-1] == Line("", "shipping", 0, 500)


def test_bookings_in_the_buyers_currency_are_not_the_shops() -> None:
    booked = plain("shopify", "5-refunds-create")["transactions"][0]
    assert refund(transactions=[{**booked, "currency": "EUR", "amount": "9.99"}]).total == 1238


def test_who_bought() -> None:
    document = plain("shopify", "2-orders-paid")
    assert len(one(read(sender("shopify"), document)).hints) == 1
    document["customer"] = {"id": 1, "email": "other@example.com", "phone": "+442079460000"}
    hints = one(read(sender("shopify"), document)).hints
    assert len(hints) == 3, "the order's own address, and the customer's phone and number"
    assert "customer:shopify:1" in hints
    document |= {"customer": None, "email": None}
    assert one(read(sender("shopify"), document)).hints == ()


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        (("id",), None, "/id"),
        (("id",), 1.5, "/id"),
        (("id",), True, "/id"),
        (("id",), "a b", "/id"),
        (("currency",), "USD", "/currency"),
        (("currency",), None, "/currency"),
        (("total_price",), None, "/total_price"),
        (("total_price",), "12.345", "/total_price"),
        (("total_price",), "-1.00", "/total_price"),
        (("total_price",), "1e99", "/total_price"),
        (("total_price",), "NaN", "/total_price"),
        (("updated_at",), "2026-05-04T11:00:00", "/updated_at"),
        (("processed_at",), "yesterday", "/processed_at"),
        (("line_items",), {}, "/line_items"),
        (("line_items", 0, "quantity"), -1, "/line_items/0/quantity"),
        (("line_items", 0, "id"), None, "/line_items/0/id"),
        (("refunds",), [1], "/refunds"),
        (("financial_status",), 5, "/financial_status"),
    ],
)
def test_a_wrong_field_is_named(path: tuple[Any, ...], value: object, pointer: str) -> None:
    document: Any = plain("shopify", "2-orders-paid")
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(Refusal) as caught:
        read(sender("shopify"), document)
    assert [field.pointer for field in caught.value.fields] == [pointer]


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the vendor's samples are not here")
def test_the_published_samples_are_understood() -> None:
    told = {}
    for name in ("orders.paid", "orders.updated", "refunds.create"):
        text = (PUBLISHED / "shopify" / f"{name}.json").read_text(encoding="utf-8")
        told[name] = read(sender("shopify", program(currency="CAD")), json.loads(text)["body"])
    assert all(reading.test for reading in told.values())
    (paid,) = one(told["orders.paid"]).parts
    # Shopify's trial is out of joint: its current total lacks the delivery that its total has.
    assert (paid.status, paid.total) == ("cancelled", 3199)
    assert sum(line.amount for line in paid.lines) == 199 + 3000 + 1000
