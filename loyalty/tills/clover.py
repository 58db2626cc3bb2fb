"""Clover's messages: ids of what has changed, of many merchants at once; the rest is asked for.

Source: docs.clover.com, "Webhooks" and "Orders" of the REST API v3. It is the example of
docs/tills/another-vendor.md.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from loyalty.core.instants import instant
from loyalty.core.part import BASKET, REFUND, Line, Part, Status
from loyalty.core.report import OrderKey, OrderReport
from loyalty.money import LARGEST_ORDER
from loyalty.tills import signatures
from loyalty.tills.fields import Fields, customer_of
from loyalty.tills.incoming import Buyer, check_currency, texts
from loyalty.tills.reading import Reading, Wanted, ignored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

ADDRESS = "https://api.clover.com"

_KINDS: Mapping[str, str] = {"O": "order", "P": "payment"}
# REFUNDED and CREDITED count, too: what was paid back stands beside the order.
_STATUS: Mapping[str, Status] = {
    "PAID": "completed",
    "REFUNDED": "completed",
    "CREDITED": "completed",
    "PARTIALLY_REFUNDED": "completed",
}
_EXPAND = "lineItems,lineItems.discounts,discounts,payments,refunds,customers,serviceCharge"
_CODE = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)


def verify(
    _: Endpoint, secrets: list[str], headers: Mapping[str, str], __: bytes, ___: datetime
) -> bool:
    """Tell whether a message carries the app's code; Clover signs nothing."""
    return signatures.token(secrets, headers.get("x-clover-auth", ""))


def ping(_: Mapping[str, str], body: bytes) -> bool:
    """Tell whether this is Clover's trial of an address: one code, to be typed in its console."""
    return verification_code(body) is not None


def verification_code(body: bytes) -> str | None:
    """Return the code of Clover's trial; None for any other message."""
    try:
        document = json.loads(body) if len(body) < 200 else None  # noqa: PLR2004
    except ValueError:
        return None
    if not isinstance(document, dict) or set(document) != {"verificationCode"}:
        return None
    code = document["verificationCode"]
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


def read(sender: Sender, message: Message) -> Reading:
    """Read which orders and payments of the endpoint's merchant have changed.

    Raises
    ------
    Refusal
        An id is none.
    """
    merchants = Fields(message.object)
    told = merchants.get("merchants")
    wanted: list[Wanted] = []
    for merchant in told if isinstance(told, dict) else ():
        if merchant != sender.endpoint.merchant:
            continue
        for one in merchants.objects("merchants", merchant):
            kind, _, name = one.id("objectId").partition(":")
            if kind in _KINDS and name and one.get("type") != "DELETE":
                wanted.append(Wanted(_KINDS[kind], name, merchant))
    return Reading(wanted=tuple(dict.fromkeys(wanted))) if wanted else ignored("other")


def read_back(client: Client, sender: Sender, wanted: Wanted) -> Reading:
    """Ask for an order, or for the order of a payment.

    Raises
    ------
    VendorFailed
        Clover did not tell.
    """
    headers = {"Authorization": f"Bearer {client.token}"}
    merchant = f"/v3/merchants/{quote(wanted.merchant, safe='')}"
    name = quote(wanted.id, safe="")
    if wanted.kind == "payment":
        payment = client.get(f"{merchant}/payments/{name}", headers=headers)
        order = Fields(payment or {}).get("order", "id")
        return Reading(wanted=(Wanted("order", order, wanted.merchant),)) if order else Reading()
    found = client.get(f"{merchant}/orders/{name}", {"expand": _EXPAND}, headers)
    if found is None:
        return ignored("order.gone")
    order = Fields(found)
    buyer = Buyer()
    for one in order.objects("customers", "elements")[:1]:
        place = f"{merchant}/customers/{quote(one.id('id'), safe='')}"
        customer = client.get(place, {"expand": "emailAddresses,phoneNumbers"}, headers)
        buyer = _buyer(sender, Fields(customer or {}))
    # What a cashier scans into the order's note.
    buyer = replace(buyer, card_codes=texts(order.get("note")))
    return _read_order(sender, order, buyer)


def _read_order(sender: Sender, order: Fields, buyer: Buyer) -> Reading:
    """Return the basket, and apart from it what was paid back."""
    currency = order.text("currency")
    check_currency(sender, currency, f"{order.pointer}/currency")
    key = OrderKey(sender.program.id, sender.endpoint.source, order.id("id"))
    occurred_at = _milliseconds(order, "createdTime")
    actor = f"endpoint:{sender.endpoint.id}"
    payments = [
        one for one in order.objects("payments", "elements") if one.word("result") == "SUCCESS"
    ]
    tip = sum(_amount(one, "tipAmount") for one in payments)
    total = order.whole("total", most=LARGEST_ORDER) + tip
    basket = Part(
        key=BASKET,
        version=order.whole("modifiedTime") * 1000,
        status=_status(order),
        total=total,
        tax=min(total, sum(_amount(one, "taxAmount") for one in payments)),
        tip=tip,
        discount=sum(abs(_signed(one, "amount")) for one in order.objects("discounts", "elements")),
        lines=tuple(_line(one) for one in order.objects("lineItems", "elements")),
    )
    hints = sender.names.hints(sender.program, buyer)
    reports = [OrderReport(key, currency, occurred_at, (basket,), hints, actor)]
    refunds = tuple(
        Part(
            key=f"{REFUND}{one.id('id')}",
            version=1,
            status="completed",
            total=_amount(one, "amount"),
            tip=min(_amount(one, "tipAmount"), _amount(one, "amount")),
            tax=min(_amount(one, "taxAmount"), _amount(one, "amount")),
        )
        for one in order.objects("refunds", "elements")
    )
    if refunds:
        reports.append(OrderReport(key, currency, occurred_at, refunds, (), actor))
    return Reading(reports=tuple(reports), test=order.get("testMode") is True)


def _status(order: Fields) -> Status:
    if order.get("state") is None:
        return "cancelled"  # hidden: nobody sees it at the till any more
    return _STATUS.get(order.word("paymentState"), "open")


def _line(one: Fields) -> Line:
    item = one.get("item", "id")
    quantity = one.get("unitQty")
    weighed = type(quantity) is int and quantity > 0
    price = max(0, _signed(one, "price"))
    off = sum(abs(_signed(part, "amount")) for part in one.objects("discounts", "elements"))
    amount = price * quantity // 1000 if weighed else price
    return Line(
        item if isinstance(item, str) else "",
        "",
        quantity if weighed else 1000,
        max(0, amount - off),
    )


def _buyer(sender: Sender, customer: Fields) -> Buyer:
    phones = [one.get("phoneNumber") for one in customer.objects("phoneNumbers", "elements")]
    emails = [one.get("emailAddress") for one in customer.objects("emailAddresses", "elements")]
    return Buyer(
        phones=texts(*phones),
        emails=texts(*emails),
        customers=customer_of(sender, customer.get("id")),
    )


def _amount(fields: Fields, name: str) -> int:
    return 0 if fields.get(name) is None else fields.whole(name, most=LARGEST_ORDER)


def _signed(fields: Fields, name: str) -> int:
    if fields.get(name) is None:
        return 0
    return fields.whole(name, least=-LARGEST_ORDER, most=LARGEST_ORDER)


def _milliseconds(fields: Fields, name: str) -> datetime:
    return instant(fields.whole(name, most=4_102_444_800_000) * 1000)
