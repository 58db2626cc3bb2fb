"""iiko's messages (Syrve's outside Russia): orders of tables and deliveries, whole.

Source: iiko Cloud API, webhooks and "Retrieve orders", as its public clients have them. Times of an
order are the terminal's own, without an offset: the program's zone is taken for it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loyalty.core.part import BASKET, Line, Part, Status
from loyalty.core.report import OrderKey, OrderReport
from loyalty.tills import signatures
from loyalty.tills.failures import VendorFailed
from loyalty.tills.fields import Fields, customer_of
from loyalty.tills.incoming import Buyer, check_merchant, texts
from loyalty.tills.reading import Reading, Wanted, ignored, together

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.access.keys import Endpoint
    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

ADDRESS = "https://api-ru.iiko.services"

_KINDS: Mapping[str, str] = {"DeliveryOrderUpdate": "delivery", "TableOrderUpdate": "table"}
_PATHS: Mapping[str, str] = {
    "delivery": "/api/1/deliveries/by_id",
    "table": "/api/1/order/by_id",
}
# A status that iiko adds one day counts nothing until it is listed here. One has two spellings.
_STATUS: Mapping[str, Status] = {
    "Closed": "completed",
    "Cancelled": "cancelled",
    "Canceled": "cancelled",
    "Deleted": "cancelled",
}
_CARD_CODE = frozenset({"card_code", "member_code", "loyalty_card"})
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,9})?", re.ASCII)
# What a timestamp counts is told by how large it is: the year 2100 in each unit.
_SECONDS, _MILLISECONDS = 4_102_444_800, 4_102_444_800_000


def verify(
    _: Endpoint, secrets: list[str], headers: Mapping[str, str], __: bytes, ___: datetime
) -> bool:
    """Tell whether a message carries the token of the webhook's settings; iiko signs nothing."""
    return signatures.token(secrets, headers.get("authorization", ""))


def read(sender: Sender, message: Message) -> Reading:
    """Read the orders of a message; one that iiko is still making is asked for.

    Raises
    ------
    Refusal
        A field that every order has is missing or wrong.
    """
    document = message.document
    events = document if isinstance(document, list) else [document]
    several = isinstance(document, list)
    return together(
        _read(sender, Fields(event if isinstance(event, dict) else {}, f"/{index}" * several))
        for index, event in enumerate(events)
    )


def read_back(client: Client, sender: Sender, wanted: Wanted) -> Reading:
    """Log in, and ask for an order as it stands.

    Raises
    ------
    VendorFailed
        iiko did not tell.
    """
    login = client.post("/api/1/access_token", {"apiLogin": client.token})
    token = Fields(login or {}).get("token")
    if not isinstance(token, str):
        raise VendorFailed("token_refused")
    asked = {"organizationId": wanted.merchant, "orderIds": [wanted.id]}
    if wanted.kind == "table":
        asked = {"organizationIds": [wanted.merchant], "orderIds": [wanted.id]}
    found = client.post(_PATHS[wanted.kind], asked, headers={"Authorization": f"Bearer {token}"})
    answer = Fields(found or {})
    nested = [
        order
        for group in answer.objects("ordersByOrganizations")
        for order in group.objects("orders")
    ]
    orders = [*nested, *answer.objects("orders")]
    return together(_read_info(sender, one, wanted.kind) for one in orders)


def _read(sender: Sender, event: Fields) -> Reading:
    check_merchant(sender, event.get("organizationId"))
    kind = event.word("eventType")
    if kind not in _KINDS:
        return ignored("failed_order" if kind.endswith("OrderError") else "other")
    return _read_info(sender, event.object("eventInfo"), _KINDS[kind])


def _read_info(sender: Sender, info: Fields, kind: str) -> Reading:
    name = info.id("id")
    state = info.get("creationStatus")
    if state == "Error":
        return ignored("failed_order")
    if info.get("order") is None:
        return Reading(wanted=(Wanted(kind, name, info.id("organizationId")),))
    order = info.object("order")
    currency = sender.program.currency
    tips = sum(one.money("sum", currency=currency) for one in order.objects("tips"))
    total = order.money("sum", currency=currency, told=False) + tips
    part = Part(
        key=BASKET,
        version=_version(info),
        status=_status(order),
        total=total,
        tip=tips,
        discount=sum(one.share("sum", currency=currency) for one in order.objects("discounts")),
        lines=tuple(_lines(order, currency)),
    )
    report = OrderReport(
        key=OrderKey(sender.program.id, sender.endpoint.source, name),
        currency=currency,
        occurred_at=_occurred(sender, order),
        parts=(part,),
        hints=sender.names.hints(sender.program, _buyer(sender, order)),
        actor=f"endpoint:{sender.endpoint.id}",
    )
    return Reading(reports=(report,))


def _version(info: Fields) -> int:
    """Return the instant of the change in microseconds, whatever unit it is told in."""
    told = info.whole("timestamp")
    if told < _SECONDS:
        return told * 10**6
    return told * 1000 if told < _MILLISECONDS else told


def _status(order: Fields) -> Status:
    if order.get("isDeleted") is True or order.get("cancelInfo") is not None:
        return "cancelled"
    return _STATUS.get(order.text("status"), "open")


def _lines(order: Fields, currency: str) -> list[Line]:
    found: list[Line] = []
    for one in order.objects("items"):
        if one.get("deleted") is not None:
            continue
        for row in (one, *one.objects("modifiers")):
            item = row.get("product", "id")
            amount = row.share("resultSum", currency=currency)
            if amount or row is one:
                name = item if isinstance(item, str) else ""
                found.append(Line(name, "", row.thousandths("amount"), amount))
    return found


def _occurred(sender: Sender, order: Fields) -> datetime:
    zone = ZoneInfo(sender.program.zone)

    def local(value: object) -> datetime:
        if not isinstance(value, str) or not _LOCAL.fullmatch(value):
            raise ValueError("A local time is expected here: 2026-03-01 12:41:10.000.")
        return datetime.fromisoformat(value).replace(tzinfo=zone).astimezone(UTC)

    closed = order.get("whenClosed") is not None
    return order.instant("whenClosed" if closed else "whenCreated", read=local)


def _buyer(sender: Sender, order: Fields) -> Buyer:
    codes = [
        one.get("value")
        for one in order.objects("externalData")
        if str(one.get("key")).casefold() in _CARD_CODE
    ]
    return Buyer(
        card_codes=texts(*codes, order.get("loyaltyInfo", "coupon")),
        phones=texts(order.get("phone")),
        customers=customer_of(sender, order.get("customer", "id")),
    )
