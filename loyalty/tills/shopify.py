"""Shopify's messages: orders and refunds of a shop's own app.

Source: shopify.dev, "Order" and "Refund" of the REST Admin API and "Webhooks": topics, HTTPS
delivery (signature), privacy law compliance. Kinds of messages are told apart by their content:
the topic stands in a header, and Shopify signs bodies only.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

from loyalty.core.instants import microseconds
from loyalty.core.part import BASKET, RANK, REFUND, Line, Part, Status
from loyalty.core.report import OrderKey, OrderReport
from loyalty.program.rules import GIFT_CARD
from loyalty.store.privacy_requests import PrivacyRequest
from loyalty.tills import signatures
from loyalty.tills.fields import Fields, customer_of
from loyalty.tills.incoming import Buyer, check_currency, check_merchant, texts
from loyalty.tills.reading import Reading, Sold, Wanted, each, ignored
from loyalty.tills.shopify_refunds import SHIPPING, Refund, currency_of, item_of, refund_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

VERSION = "2025-07"
"""Of the Admin API; Shopify keeps one for a year, and answers an older one as the oldest it has."""

_ORDER = "order"
API = f"/admin/api/{VERSION}"
# Only money that has arrived counts. A status that Shopify adds one day counts nothing until it
# is listed here.
_STATUS: Mapping[str, Status] = {
    "paid": "completed",
    "partially_refunded": "completed",
    "refunded": "completed",
    "voided": "cancelled",
    "expired": "cancelled",
}
# By what tells them apart; the last one has nothing else than the shop.
_PRIVACY: Mapping[str, str] = {
    "data_request": "customers/data_request",
    "orders_to_redact": "customers/redact",
    "shop_domain": "shop/redact",
}
_CARD_CODE = frozenset({"card_code", "loyalty_card", "loyalty_code"})
_MOST_REFUNDS = 99
_MOST_ORDERS = 1000
_PAGE = 250  # orders; Shopify gives no more at once


def verify(
    endpoint: Endpoint, secrets: list[str], headers: Mapping[str, str], body: bytes, _: datetime
) -> bool:
    """Tell whether a message is signed with the app's secret, and names the endpoint's shop."""
    shop = headers.get("x-shopify-shop-domain", "").lower()
    if endpoint.merchant and shop != endpoint.merchant.lower():
        return False
    return signatures.base64_hmac(secrets, headers.get("x-shopify-hmac-sha256", ""), body)


def read(sender: Sender, message: Message) -> Reading:
    """Read an order, a refund, or the notice of an edit, which leads to its order.

    Raises
    ------
    Refusal
        A field that every order or refund has is missing or wrong.
    """
    fields = Fields(message.object)
    if fields.get("order_edit") is not None:
        # What an edit adds comes without prices; the order tells them.
        return Reading(wanted=(Wanted(_ORDER, fields.id("order_edit", "order_id")),))
    if fields.get("refund_line_items") is not None:
        return _read_refund(sender, fields)
    if fields.get("financial_status") is not None:
        return _read_order(sender, fields)
    for name, topic in _PRIVACY.items():
        if fields.get(name) is not None:
            check_merchant(sender, str(fields.get("shop_domain")).lower())
            return Reading(ignored=(topic,), privacy=(_privacy(sender, fields, topic),))
    return ignored("other")


def read_back(client: Client, sender: Sender, wanted: Wanted) -> Reading:
    """Ask for an order as it stands.

    Raises
    ------
    VendorFailed
        Shopify did not tell.
    """
    headers = {"X-Shopify-Access-Token": client.token}
    place = f"{API}/orders/{quote(wanted.id, safe='')}.json"
    answer = client.get(place, headers=headers)
    if answer is None:
        return ignored("order.deleted")
    return _read_order(sender, Fields(answer).object("order"))


def changed(client: Client, sender: Sender, since: datetime, until: datetime) -> Reading:
    """Ask for the orders that changed between two instants, for what no message brought.

    Raises
    ------
    VendorFailed
        Shopify did not tell.
    """
    headers = {"X-Shopify-Access-Token": client.token}
    found: dict[str, Fields] = {}
    while True:
        query = {
            "status": "any",
            "updated_at_min": since.isoformat(),
            "updated_at_max": until.isoformat(),
            "order": "updated_at asc",
            "limit": str(_PAGE),
        }
        answer = client.get(f"{API}/orders.json", query, headers)
        orders = Fields(answer or {}).objects("orders")
        for one in orders:
            found[one.id("id")] = one
        # Pages go on from the last one's instant; a whole page of one second would not end.
        last = orders[-1].instant("updated_at") if len(orders) == _PAGE else since
        if last <= since:
            return each(lambda order: _read_order(sender, order), found.values())
        since = last


def _privacy(sender: Sender, fields: Fields, topic: str) -> PrivacyRequest:
    """Return what Shopify asks for a customer's sake; who that is here, the owner finds out."""
    told = fields.get("customer", "id")
    customer = "" if told is None else fields.id("customer", "id")
    orders = fields.get("orders_requested") or fields.get("orders_to_redact")
    numbers = [str(one) for one in orders if type(one) is int] if isinstance(orders, list) else []
    number = fields.get("data_request", "id") or fields.get("shop_id")
    text = "\n".join((sender.endpoint.source, topic, customer, str(number), *numbers))
    buyer = Buyer(
        phones=texts(fields.get("customer", "phone")),
        emails=texts(fields.get("customer", "email")),
        customers=((sender.endpoint.source, customer),) if customer else (),
    )
    return PrivacyRequest(
        id=hashlib.sha256(text.encode()).hexdigest()[:20],
        program=sender.program.id,
        source=sender.endpoint.source,
        kind=topic,
        customer=customer,
        orders=tuple(numbers[:_MOST_ORDERS]),
        hints=sender.names.hints(sender.program, buyer),
    )


def _read_order(sender: Sender, order: Fields) -> Reading:
    """Return an order's basket, and its refunds as parts of their own.

    They are told apart from each other, in two reports, because the basket's total is what was
    sold: a total that an edit lowers in the same breath as a refund appears is lowered for both.
    """
    currency = order.text("currency")
    check_currency(sender, currency, f"{order.pointer}/currency")
    refunds = [refund_of(one, currency) for one in order.objects("refunds")]
    key = OrderKey(sender.program.id, sender.endpoint.source, order.id("id"))
    occurred_at = _first_instant(order, "processed_at", "created_at")
    reports = [
        OrderReport(
            key=key,
            currency=currency,
            occurred_at=occurred_at,
            parts=(_basket(order, currency, refunds),),
            hints=sender.names.hints(sender.program, _buyer(sender, order)),
            actor=f"endpoint:{sender.endpoint.id}",
        )
    ]
    if refunds:
        reports.append(_refunds(sender, key, currency, occurred_at, refunds))
    return Reading(
        reports=tuple(reports), sold=tuple(_sold(key, order)), test=order.get("test") is True
    )


def _sold(key: OrderKey, order: Fields) -> Iterator[Sold]:
    """Yield what was sold of the shop's products; what was typed in at the till is none."""
    for one in order.objects("line_items"):
        item, product = item_of(one), one.get("product_id")
        if item and type(product) is int and product > 0:
            yield Sold(key, item, str(product))


def _read_refund(sender: Sender, fields: Fields) -> Reading:
    currency = currency_of(fields) or sender.program.currency
    check_currency(sender, currency, f"{fields.pointer}/refund_line_items")
    key = OrderKey(sender.program.id, sender.endpoint.source, fields.id("order_id"))
    refund = refund_of(fields, currency)
    # Shopify's own trial has no instant; a refund's does not matter, and the sale has its own.
    told = fields.get("processed_at") or fields.get("created_at")
    if told is None:
        return Reading(test=True)
    occurred_at = _first_instant(fields, "processed_at", "created_at")
    return Reading(reports=(_refunds(sender, key, currency, occurred_at, [refund]),))


def _refunds(
    sender: Sender, key: OrderKey, currency: str, occurred_at: datetime, refunds: list[Refund]
) -> OrderReport:
    parts = tuple(
        Part(
            key=f"{REFUND}{refund.id}",
            version=1,  # a refund is made once and never changed
            status="completed",
            total=refund.total,
            tax=min(refund.tax, refund.total),
            lines=refund.lines,
        )
        for refund in refunds
    )
    actor = f"endpoint:{sender.endpoint.id}"
    return OrderReport(key, currency, occurred_at, parts, hints=(), actor=actor)


def _basket(order: Fields, currency: str, refunds: list[Refund]) -> Part:
    status = _status(order)
    total = _total(order, currency, refunds)
    back: dict[str, int] = {}
    for refund in refunds:
        for name, quantity in refund.quantities.items():
            back[name] = back.get(name, 0) + quantity
    taxed = order.get("taxes_included") is True
    lines = [
        line
        for one in order.objects("line_items")
        if (line := _line(one, currency, back, taxed=taxed))
    ]
    delivery = sum(
        _with_tax(one, one.share(_price(one), currency=currency), currency, taxed=taxed)
        for one in order.objects("shipping_lines")
    )
    if delivery:
        lines.append(Line("", SHIPPING, 1000, delivery))
    # Several changes within Shopify's one second are told apart by how far the order has come; one
    # with categories comes right behind the same without.
    progress = RANK[status] * (_MOST_REFUNDS + 1) + min(len(refunds), _MOST_REFUNDS)
    return Part(
        key=BASKET,
        version=microseconds(order.instant("updated_at")) + progress * 2,
        status=status,
        total=total,
        tax=min(total, order.share("total_tax", currency=currency)),
        tip=min(total, order.share("total_tip_received", currency=currency)),
        discount=order.share("total_discounts", currency=currency),
        lines=tuple(lines),
    )


def _status(order: Fields) -> Status:
    if order.get("cancelled_at") is not None:
        return "cancelled"
    return _STATUS.get(order.text("financial_status"), "open")


def _total(order: Fields, currency: str, refunds: list[Refund]) -> int:
    """Return what was sold, before anything was paid back.

    ``total_price`` is told before returns; what an edit removed has left ``current_total_price``,
    which has lost what was paid back, too.
    """
    total = order.money("total_price", currency=currency)
    if order.get("current_total_price") is None:
        return total
    current = order.money("current_total_price", currency=currency)
    return min(total, current + sum(refund.total for refund in refunds))


def _line(one: Fields, currency: str, back: Mapping[str, int], *, taxed: bool) -> Line | None:
    """Return a line as it was sold after edits: its share of the bill, with tax."""
    if one.get("tip") is not None or one.get("tip_payment_gateway") is not None:
        return None
    line = one.id("id")
    quantity = one.whole("quantity", most=10**6)
    sold = quantity
    if one.get("current_quantity") is not None:
        sold = min(quantity, one.whole("current_quantity", most=10**6) + back.get(line, 0))
    if not sold:
        return None
    amount = one.share("price", currency=currency) * quantity
    amount -= sum(
        part.share("amount", currency=currency) for part in one.objects("discount_allocations")
    )
    amount = _with_tax(one, max(0, amount), currency, taxed=taxed)
    category = GIFT_CARD if one.get("gift_card") is True else ""
    return Line(item_of(one), category, sold * 1000, amount * sold // quantity)


def _with_tax(one: Fields, amount: int, currency: str, *, taxed: bool) -> int:
    """Return an amount with its tax; prices of some shops have it in them."""
    if taxed:
        return amount
    return amount + sum(part.share("price", currency=currency) for part in one.objects("tax_lines"))


def _price(delivery: Fields) -> str:
    return "price" if delivery.get("discounted_price") is None else "discounted_price"


def _first_instant(fields: Fields, *names: str) -> datetime:
    name = next((one for one in names if fields.get(one) is not None), names[-1])
    return fields.instant(name)


def _buyer(sender: Sender, order: Fields) -> Buyer:
    """Return who bought: a card's code among the cart's attributes, contacts, the customer."""
    codes = [
        one.get("value")
        for one in order.objects("note_attributes")
        if str(one.get("name")).casefold() in _CARD_CODE
    ]
    phones = texts(
        order.get("phone"),
        order.get("customer", "phone"),
        order.get("billing_address", "phone"),
    )
    emails = texts(order.get("email"), order.get("customer", "email"))
    return Buyer(
        card_codes=texts(*codes),
        phones=phones[:1],
        emails=emails[:1],
        customers=customer_of(sender, order.get("customer", "id")),
    )
