"""WooCommerce's messages: orders of a shop, whole, whenever they change.

Source: WooCommerce REST API v3, "Orders" and "Order refunds"; the delivery of webhooks as its
plug-in's class does it. An order's total is not lowered by refunds; they stand beside it by their
totals, and only the shop's refund list tells of which lines.
"""

from __future__ import annotations

import html
from base64 import b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from loyalty.core.instants import microseconds, read_instant
from loyalty.core.part import BASKET, RANK, Line, Part, Status
from loyalty.core.report import OrderKey, OrderReport
from loyalty.tills import signatures
from loyalty.tills.fields import Fields, customer_of
from loyalty.tills.incoming import Buyer, check_currency, read_category, texts
from loyalty.tills.reading import Reading, Sold, Wanted, each, ignored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyalty.access.keys import Endpoint
    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

HEADERS = ("x-wc-webhook-topic",)
SHIPPING, SERVICE = "shipping", "service_charge"
"""The categories of what delivery and other services cost, so that a program can leave them out."""

_ORDER = "order"
_ORDERS = "/wp-json/wc/v3/orders"
# A status that the shop or a plug-in adds counts nothing until it is listed here.
_STATUS: Mapping[str, Status] = {
    "processing": "completed",
    "completed": "completed",
    "refunded": "refunded",
    "cancelled": "cancelled",
    "failed": "cancelled",
    "trash": "cancelled",
}
_CARD_CODE = frozenset({"card_code", "loyalty_card", "loyalty_code"})
_TIP = ("tip", "gratuity", "чаевые")
_PAGE = 100  # orders; WooCommerce gives no more at once
_MOST_REFUNDS = 99
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def verify(
    endpoint: Endpoint, secrets: list[str], headers: Mapping[str, str], body: bytes, _: datetime
) -> bool:
    """Tell whether a message is signed with the webhook's secret, and names the endpoint's shop.

    WooCommerce turns HTML entities in the secret back into their letters before it signs.
    """
    shop = headers.get("x-wc-webhook-source", "").rstrip("/").lower()
    if endpoint.merchant and shop != endpoint.merchant.rstrip("/").lower():
        return False
    given = headers.get("x-wc-webhook-signature", "")
    return signatures.base64_hmac([html.unescape(one) for one in secrets], given, body)


def ping(headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether this is what WooCommerce tries an address with when a webhook is saved.

    It is a form with the webhook's number, unsigned, and has to be answered with 200 exactly.
    """
    if "json" in headers.get("content-type", "").lower() or len(body) > 100:  # noqa: PLR2004
        return False
    try:
        form = parse_qsl(body.decode("ascii"), strict_parsing=True)
    except ValueError:
        return False
    return [name for name, _ in form] == ["webhook_id"] and form[0][1].isdigit()


def read(sender: Sender, message: Message) -> Reading:
    """Read an order; a deleted one is asked for, because its message is a bare number.

    Raises
    ------
    Refusal
        A field that every order has is missing or wrong.
    """
    fields = Fields(message.object)
    topic = message.headers.get("x-wc-webhook-topic", "")
    if fields.get("line_items") is not None and fields.get("order_key") is not None:
        return _read_order(sender, fields, None)
    if topic == "order.deleted":
        # In the bin, from where it may come back, or gone for good: only the shop knows.
        return Reading(wanted=(Wanted(_ORDER, fields.id("id")),))
    return ignored("other")


def read_back(client: Client, sender: Sender, wanted: Wanted) -> Reading:
    """Ask for an order as it stands, and for the lines of its refunds.

    Raises
    ------
    VendorFailed
        The shop did not tell.
    """
    place = f"{_ORDERS}/{quote(wanted.id, safe='')}"
    answer = client.get(place, headers=authorization(client))
    if answer is None:
        return Reading(reports=(_gone(sender, wanted.id),))
    order = Fields(answer)
    refunds = None
    if order.objects("refunds"):
        found = client.get(f"{place}/refunds", {"per_page": "100"}, authorization(client))
        refunds = Fields({"refunds": found}).objects("refunds")
    return _read_order(sender, order, refunds)


def changed(client: Client, sender: Sender, since: datetime, until: datetime) -> Reading:
    """Ask for the orders that changed between two instants: WooCommerce sends no message twice.

    Raises
    ------
    VendorFailed
        The shop did not tell.
    """
    found: list[Fields] = []
    page = 1
    while True:
        query = {
            "modified_after": _plain(since),
            "modified_before": _plain(until),
            "dates_are_gmt": "true",
            "orderby": "modified",
            "order": "asc",
            "per_page": str(_PAGE),
            "page": str(page),
        }
        answer = client.get(_ORDERS, query, authorization(client))
        orders = Fields({"orders": answer}).objects("orders")
        found += orders
        if len(orders) < _PAGE:
            return each(lambda order: _read_order(sender, order, None), found)
        page += 1


def authorization(client: Client) -> dict[str, str]:
    """Return the header for a token written as WooCommerce shows it: ``ck_…:cs_…``."""
    return {"Authorization": "Basic " + b64encode(client.token.encode()).decode()}


def _plain(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def _read_order(sender: Sender, order: Fields, refunds: list[Fields] | None) -> Reading:
    """Return an order's basket as it stands, in one part, because refunds can be deleted again.

    Parameters
    ----------
    refunds
        What the shop's refund list tells, where it was read; otherwise refunds are known by their
        totals, they are spread over the basket, and the list is wanted.
    """
    currency = order.text("currency")
    check_currency(sender, currency, f"{order.pointer}/currency")
    number = order.id("id")
    report = OrderReport(
        key=OrderKey(sender.program.id, sender.endpoint.source, number),
        currency=currency,
        occurred_at=order.instant(_dated(order), read=_gmt),
        parts=(_basket(order, currency, refunds),),
        hints=sender.names.hints(sender.program, _buyer(sender, order)),
        actor=f"endpoint:{sender.endpoint.id}",
    )
    ask = refunds is None and order.objects("refunds")
    return Reading(
        reports=(report,),
        wanted=(Wanted(_ORDER, number),) if ask else (),
        sold=tuple(_sold(report.key, order)),
    )


def _sold(key: OrderKey, order: Fields) -> Iterator[Sold]:
    """Yield what was sold of the shop's products, but for lines that a plug-in has sorted."""
    for one in order.objects("line_items"):
        item, product = _item(one), one.get("product_id")
        if item and not _category(one) and type(product) is int and product > 0:
            yield Sold(key, item, str(product))


def _gone(sender: Sender, number: str) -> OrderReport:
    """Return the report of an order that the shop has for good no more."""
    part = Part(key=BASKET, version=2**53 - 1, status="cancelled", total=0)
    return OrderReport(
        key=OrderKey(sender.program.id, sender.endpoint.source, number),
        currency=sender.program.currency,
        occurred_at=_NEVER,
        parts=(part,),
        hints=(),
        actor=f"endpoint:{sender.endpoint.id}",
    )


def _basket(order: Fields, currency: str, refunds: list[Fields] | None) -> Part:
    status = _status(order)
    total = order.money("total", currency=currency)
    paid_back = sum(
        -one.money("total", currency=currency, signed=True) for one in order.objects("refunds")
    )
    lines = _lines(order, currency)
    tax, told = order.share("total_tax", currency=currency), 0
    for refund in refunds or []:
        named, of_tax = _take(lines, refund, currency)
        named = min(named, refund.money("amount", currency=currency))
        told += named
        tax -= min(of_tax, named)
    told = min(told, paid_back, total)
    known = 1 if refunds is not None else 0
    # Several changes within WooCommerce's one second are told apart by how far the order has come.
    refunded = min(len(order.objects("refunds")), _MOST_REFUNDS)
    progress = RANK[status] * (_MOST_REFUNDS + 1) * 2 + refunded * 2 + known
    total -= told
    return Part(
        key=BASKET,
        # With categories it comes right behind the same without.
        version=microseconds(order.instant("date_modified_gmt", read=_gmt)) + progress * 2,
        status=status,
        total=total,
        refunded=min(max(0, paid_back - told), total),
        tax=min(total, max(0, tax)),
        tip=min(total, _tip(order, currency)),
        discount=order.share("discount_total", currency=currency),
        lines=tuple(line for line in lines.values() if line.quantity or line.amount),
    )


def _status(order: Fields) -> Status:
    status = order.text("status")
    if status == "processing" and order.get("date_paid_gmt") is None:
        return "open"  # to be paid on delivery
    return _STATUS.get(status, "open")


def _lines(order: Fields, currency: str) -> dict[str, Line]:
    """Return the lines by their ids there, all with tax: goods, delivery, fees that are no tips."""
    lines: dict[str, Line] = {}
    for one in order.objects("line_items"):
        category, quantity = read_category(_category(one)), one.thousandths("quantity")
        lines[one.id("id")] = Line(_item(one), category, quantity, _with_tax(one, currency))
    for one in order.objects("shipping_lines"):
        lines[one.id("id")] = Line("", SHIPPING, 1000, _with_tax(one, currency))
    for one in order.objects("fee_lines"):
        amount = _with_tax(one, currency)
        if amount and not _is_tip(one):
            lines[one.id("id")] = Line("", SERVICE, 1000, amount)
    return lines


def _with_tax(line: Fields, currency: str) -> int:
    return line.share("total", currency=currency) + line.share("total_tax", currency=currency)


def _item(line: Fields) -> str:
    """Return how a program may name what was bought: its SKU, else the product's number."""
    for name in ("sku", "variation_id", "product_id"):
        if line.get(name):
            return line.id(name)
    return ""


def _category(line: Fields) -> str:
    """Return a line's category where a plug-in tells it; WooCommerce itself keeps it apart."""
    for one in line.objects("meta_data"):
        if str(one.get("key")).strip("_").casefold() in ("category", "product_category"):
            return next(iter(texts(one.get("value"))), "")
    return ""


def _tip(order: Fields, currency: str) -> int:
    """Return the fees that are tips by their names; WooCommerce has no field for one."""
    return sum(_with_tax(one, currency) for one in order.objects("fee_lines") if _is_tip(one))


def _is_tip(fee: Fields) -> bool:
    return any(word in str(fee.get("name")).casefold() for word in _TIP)


def _take(lines: dict[str, Line], refund: Fields, currency: str) -> tuple[int, int]:
    """Take what a refund names from the lines; return its money with tax, and its tax."""
    money = taxes = 0
    parts = ("line_items", "shipping_lines", "fee_lines")
    for one in (one for part in parts for one in refund.objects(part)):
        named = next(
            (
                str(meta.get("value"))
                for meta in one.objects("meta_data")
                if meta.get("key") == "_refunded_item_id"
            ),
            "",
        )
        amount = -one.money("total", currency=currency, signed=True)
        tax = -one.money("total_tax", currency=currency, signed=True, told=False)
        if named not in lines or amount < 0:
            continue
        line = lines[named]
        quantity = one.get("quantity")
        gone = -quantity * 1000 if type(quantity) is int and quantity < 0 else 0
        lines[named] = Line(
            line.item,
            line.category,
            max(0, line.quantity - gone),
            max(0, line.amount - amount - tax),
        )
        money += amount + tax
        taxes += tax
    return money, taxes


def _dated(order: Fields) -> str:
    paid = order.get("date_paid_gmt") is not None
    return "date_paid_gmt" if paid else "date_created_gmt"


def _gmt(value: object) -> datetime:
    """Read WooCommerce's instants: UTC, without saying so."""
    if isinstance(value, str) and len(value) == len("2017-03-22T19:28:02"):
        value += "Z"
    return read_instant(value)


def _buyer(sender: Sender, order: Fields) -> Buyer:
    codes = [
        one.get("value")
        for one in order.objects("meta_data")
        if str(one.get("key")).strip("_").casefold() in _CARD_CODE
    ]
    return Buyer(
        card_codes=texts(*codes),
        phones=texts(order.get("billing", "phone")),
        emails=texts(order.get("billing", "email")),
        customers=customer_of(sender, order.get("customer_id")),
    )
