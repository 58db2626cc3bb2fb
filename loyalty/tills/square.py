"""Square's messages, and what is asked of Square.

Source: Square, "Payment", "Order", "Refund" and "Customer" events; signature by "Verify and
validate an event notification"; "Retrieve order", "Retrieve customer", "List
payments", "List payment refunds".

A payment comes whole. An order's event holds its id only, and a refund's event names the order that
the return stands in: both are asked for, where the endpoint has a token. Without one payments count
alone, and a refund by what its payment says of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.core.instants import microseconds
from loyalty.refusals import FieldRefusal
from loyalty.tills import signatures
from loyalty.tills.bridges.client_data import client_of
from loyalty.tills.client import path
from loyalty.tills.failures import VendorFailed
from loyalty.tills.fields import Fields, customer_of
from loyalty.tills.incoming import Buyer, check_merchant, refusal
from loyalty.tills.reading import Reading, Wanted, ignored, together
from loyalty.tills.square_bookings import booking_reading
from loyalty.tills.square_objects import (
    buyer,
    customers,
    order_reading,
    payment_report,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

ADDRESS = "https://connect.squareup.com"
VERSION = "2025-08-20"
"""Of the API; Square answers in it until it is changed here."""

PAYMENT, ORDER, BOOKING = "payment", "order", "booking"
_UNTOLD = ("DRAFT",)
_PAGE = "100"
_MOST_PAGES = 30


def verify(
    endpoint: Endpoint, secrets: list[str], headers: Mapping[str, str], body: bytes, _: datetime
) -> bool:
    """Tell whether a message is signed for the address that was configured at Square."""
    return signatures.square(secrets, headers, body, endpoint.notification_url)


def read(sender: Sender, message: Message) -> Reading:
    """Read an event of payments, orders, refunds or bookings; other events are not for us.

    Raises
    ------
    Refusal
        A field that every such event has is missing or wrong, or it is another merchant's.
    """
    event = Fields(message.object)
    kind = event.get("type")
    topic, _, what = kind.partition(".") if isinstance(kind, str) else ("", "", "")
    if topic not in _READERS or what not in _CHANGES:
        return ignored("other")
    check_merchant(sender, event.get("merchant_id"))
    return _READERS[topic](sender, event, what)


def read_back(client: Client, sender: Sender, wanted: Wanted) -> Reading:
    """Ask for an order with its customer, for a payment, or for who has booked.

    Raises
    ------
    VendorFailed
        Square did not tell.
    Refusal
        What it told cannot be used.
    """
    ask = _Asking(client)
    if wanted.kind == ORDER:
        order = ask.order(wanted.id)
        return ignored("order.unknown") if order is None else ask.told(sender, order)
    if wanted.kind == BOOKING:
        return ask.booked(sender, wanted.id)
    payment = ask.payment(wanted.id)
    if payment is None:
        return ignored("payment.unknown")
    return _with_order(sender, payment, ask.buyer(sender, payment.get("customer_id")))


def changed(client: Client, sender: Sender, since: datetime, until: datetime) -> Reading:
    """Ask for payments and refunds that changed between two instants, for what no event brought.

    Raises
    ------
    VendorFailed
        Square did not tell, or there were more than some thousands.
    """
    ask = _Asking(client)
    payments = [_listed_payment(sender, one) for one in ask.listed("payments", since, until)]
    refunds = [_refund(one) for one in ask.listed("refunds", since, until)]
    return together((*payments, *refunds))


def _listed_payment(sender: Sender, payment: Fields) -> Reading:
    """Return a payment of the list: whether it is known shows when it is recorded.

    It names nobody yet: its order may name somebody who goes first. The payment is asked for again
    with its order where it was not known.
    """
    report = payment_report(sender, payment)
    if payment.get("order_id") is None:
        return Reading(reports=(report,))
    wanted = Wanted(PAYMENT, payment.id("id"))
    return Reading(reports=(replace(report, hints=()),), wanted=(wanted,))


def _read_payment(sender: Sender, event: Fields, _: str) -> Reading:
    payment = _object(event, PAYMENT, "payment")
    found = _with_order(sender, payment)
    if found.wanted or not payment.get("customer_id"):
        return found
    # Rung up without an order: nobody else tells who paid.
    return Reading(reports=found.reports, wanted=(Wanted(PAYMENT, payment.id("id")),))


def _read_order(_: Sender, event: Fields, what: str) -> Reading:
    """Return which order it is about; the inner id counts, the outer one differs in a sample."""
    name = f"order_{what}"
    order = _object(event, name, "order")
    if order.get("state") in _UNTOLD:
        return ignored("order.draft")
    return Reading(wanted=(Wanted(ORDER, order.id("order_id")),))


def _read_refund(_: Sender, event: Fields, __: str) -> Reading:
    return _refund(_object(event, "refund", "refund"))


def _refund(refund: Fields) -> Reading:
    """Return where a refund is told whole: the return's order, and the payment's own figure."""
    if refund.get("unlinked") is True:
        return ignored("refund.unlinked")
    if refund.text("status") == "PENDING":
        return ignored("refund.pending")
    wanted = []
    if refund.get("order_id") is not None:
        wanted.append(Wanted(ORDER, refund.id("order_id")))
    if refund.get("payment_id") is not None:
        wanted.append(Wanted(PAYMENT, refund.id("payment_id")))
    return Reading(wanted=tuple(wanted))


def _read_booking(sender: Sender, event: Fields, _: str) -> Reading:
    """Return a booking as its event tells it; whose number is whose only Square knows."""
    booking = _object(event, BOOKING, "booking")
    found = booking_reading(sender, booking, _customer_of(sender, booking))
    return replace(found, wanted=(Wanted(BOOKING, booking.id("id")),))


def _customer_of(sender: Sender, booking: Fields) -> Buyer:
    return Buyer(customers=customer_of(sender, booking.get("customer_id")))


def _read_customer(sender: Sender, event: Fields, _: str) -> Reading:
    """Return a customer as their event tells them: it is signed, and whole."""
    told = _object(event, "customer", "customer")
    refused = told.get("preferences", "email_unsubscribed")
    return client_of(
        sender,
        told.id("id"),
        microseconds(told.instant("updated_at")),
        replace(buyer(sender, Fields({}), told), customers=customer_of(sender, told.get("id"))),
        first_name=told.get("given_name"),
        # Of whom only the day is known the year is 0000, which is none.
        birthday=told.get("birthday"),
        fields=told.values,
        consents={"email": not refused} if isinstance(refused, bool) else {},
    )


_READERS: Mapping[str, Callable[[Sender, Fields, str], Reading]] = {
    "payment": _read_payment,
    "order": _read_order,
    "refund": _read_refund,
    "booking": _read_booking,
    "customer": _read_customer,
}
_CHANGES = ("created", "updated")


def _with_order(sender: Sender, payment: Fields, who: Buyer | None = None) -> Reading:
    report = payment_report(sender, payment, who)
    if payment.get("order_id") is None:
        return Reading(reports=(report,))
    return Reading(reports=(report,), wanted=(Wanted(ORDER, payment.id("order_id")),))


def _object(event: Fields, name: str, what: str) -> Fields:
    found = event.get("data", "object", name)
    pointer = f"/data/object/{name}"
    if not isinstance(found, dict):
        # Words for the person who reads the list of refused messages.
        raise refusal(FieldRefusal(pointer, "missing", f"The event carries no {what}."))
    return Fields(found, pointer)


class _Asking:
    """Square's few routes, as they are documented."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {client.token}", "Square-Version": VERSION}
        self._refused: list[str] = []

    def order(self, name: str) -> Fields | None:
        """Return an order."""
        return self._one(path("v2", "orders", name), "order")

    def payment(self, name: str) -> Fields | None:
        """Return a payment."""
        return self._one(path("v2", "payments", name), "payment")

    def told(self, sender: Sender, order: Fields) -> Reading:
        """Return what an order says, with who bought."""
        people = [one for name in customers(order) if (one := self._customer(name)) is not None]
        found = order_reading(sender, order, buyer(sender, order, *people))
        return together((found, *map(ignored, self._refused)))

    def booked(self, sender: Sender, name: str) -> Reading:
        """Return a booking with who has booked; nothing more where the token may not read it."""
        try:
            booking = self._one(path("v2", "bookings", name), "booking")
        except VendorFailed as failed:
            self._do_without(failed, "bookings")
            booking = None
        if booking is None:
            return together(map(ignored, self._refused))
        named, known = self.buyer(sender, booking.get("customer_id")), _customer_of(sender, booking)
        who = replace(named, customers=(*named.customers, *known.customers))
        return together((booking_reading(sender, booking, who), *map(ignored, self._refused)))

    def buyer(self, sender: Sender, customer: object) -> Buyer:
        """Return who a payment's customer is."""
        found = self._customer(customer) if isinstance(customer, str) and customer else None
        return Buyer() if found is None else buyer(sender, Fields({}), found)

    def listed(self, what: str, since: datetime, until: datetime) -> Iterator[Fields]:
        """Yield payments or refunds by when they last changed."""
        query = {
            "updated_at_begin_time": _written(since),
            "updated_at_end_time": _written(until),
            "sort_field": "UPDATED_AT",
            "sort_order": "ASC",
            "limit": _PAGE,
        }
        for _ in range(_MOST_PAGES):
            answer = self._client.get(path("v2", what), query, self._headers)
            page = Fields(answer if isinstance(answer, dict) else {})
            yield from page.objects(what)
            cursor = page.get("cursor")
            if not isinstance(cursor, str) or not cursor:
                return
            query["cursor"] = cursor
        raise VendorFailed("too_much")

    def _one(self, place: str, name: str) -> Fields | None:
        answer = self._client.get(place, headers=self._headers)
        return None if answer is None else Fields(answer).object(name)

    def _customer(self, name: str) -> Fields | None:
        """Return a customer; nobody where the token may not read customers."""
        try:
            return self._one(path("v2", "customers", name), "customer")
        except VendorFailed as failed:
            self._do_without(failed, "customers")
            return None

    def _do_without(self, failed: VendorFailed, what: str) -> None:
        """Go on without what the token may not read; the sale counts all the same."""
        if failed.reason != "not_allowed":
            raise failed
        self._refused.append(f"{what}.not_allowed")


def _written(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
