"""Stripe's messages: a checkout, the payment in it, and what was paid back.

Source: Stripe API, "Event", "Checkout Session", "PaymentIntent", "Charge"; amounts by "Supported
currencies". One sale is told by several objects, and its payment's id is its name. Each of them is
a view of the same basket; the richer one counts, whichever comes first.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from loyalty.core.part import BASKET, REFUND, Line, Part, Status
from loyalty.core.report import OrderKey, OrderReport
from loyalty.money import LARGEST_ORDER, exponent
from loyalty.tills import signatures
from loyalty.tills.failures import VendorFailed
from loyalty.tills.fields import Fields, customer_of
from loyalty.tills.incoming import Buyer, check_currency, check_merchant, texts
from loyalty.tills.reading import Message, Reading, Sold, Wanted, each, ignored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.access.keys import Endpoint
    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender

ADDRESS = "https://api.stripe.com"
SHIPPING = "shipping"
"""The category of what delivery costs, so that a program can leave it out."""

# Where Stripe's unit is not the currency's minor unit by ISO 4217.
_EXPONENTS: Mapping[str, int] = {"ISK": 2, "UGX": 2, "MGA": 0}

# How much each view of a sale tells, the poorest first. Each is final: what has succeeded stays so,
# and what is paid back stands beside it. One with categories comes behind one without.
_CHARGE, _PAYMENT, _UNPAID, _SESSION, _LINES = range(2, 12, 2)

_SESSIONS: Mapping[str, Status | None] = {
    "checkout.session.completed": None,  # its payment may be on its way: the session tells
    "checkout.session.async_payment_succeeded": "completed",
    "checkout.session.async_payment_failed": "cancelled",
}
_LISTED = (
    *_SESSIONS,
    "payment_intent.succeeded",
    "charge.refunded",
    "charge.refund.updated",
    "refund.updated",
    "refund.failed",
)
_PAGE = 100
_MOST_PAGES = 30
_REFUNDS = frozenset({"charge.refund.updated", "refund.updated", "refund.failed"})
_CARD_CODE = ("card_code", "member_code", "loyalty_card")
_LINES_AT_ONCE = "100"
_SECOND = 10**6
_LATEST = 4_102_444_800  # the year 2100, in seconds


def verify(
    _: Endpoint, secrets: list[str], headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Tell whether a message is signed with the endpoint's secret, and is not old."""
    return signatures.stripe(secrets, headers.get("stripe-signature", ""), body, now)


def read(sender: Sender, message: Message) -> Reading:
    """Read a checkout, a payment or what was paid back; other events are not for us.

    Raises
    ------
    Refusal
        A field that every such event has is missing or wrong.
    """
    event = Fields(message.object)
    # Named on a platform's events only.
    check_merchant(sender, event.get("account"))
    kind = event.word("type")
    test = event.get("livemode") is False
    if kind in _SESSIONS:
        session = event.object("data", "object")
        report = _session(sender, session, event, _SESSIONS[kind], ())
        return Reading(reports=(report,), wanted=_lines_of(session), test=test)
    if kind == "payment_intent.succeeded":
        return Reading(reports=(_payment(sender, event),), test=test)
    if kind == "charge.refunded":
        charge = event.object("data", "object")
        back = _whole(charge, "amount_refunded")
        # Within Stripe's one second the larger sum is the later one.
        version = event.whole("created", most=_LATEST) * _SECOND + min(back, _SECOND - 2)
        return Reading(reports=_charge(sender, charge, version), test=test)
    if kind in _REFUNDS:
        # A refund that fails later lowers the sum; only the charge tells it.
        refund = event.object("data", "object")
        told = event.whole("created", most=_LATEST)
        return Reading(wanted=(Wanted("charge", f"{told}.{refund.id('charge')}"),), test=test)
    return ignored("other")


def read_back(client: Client, sender: Sender, wanted: Wanted) -> Reading:
    """Ask for the lines of a checkout, or for a charge as it stands.

    Raises
    ------
    VendorFailed
        Stripe did not tell.
    """
    headers = {"Authorization": f"Bearer {client.token}"}
    if wanted.kind == "charge":
        told, _, name = wanted.id.partition(".")
        charge = client.get(f"/v1/charges/{quote(name, safe='')}", headers=headers)
        if charge is None:
            return ignored("charge.gone")
        # At least as new as the event that made us ask.
        version = int(told) * _SECOND + _SECOND - 1
        return Reading(reports=_charge(sender, Fields(charge), version))
    name = quote(wanted.id, safe="")
    session = client.get(f"/v1/checkout/sessions/{name}", headers=headers)
    if session is None:
        return ignored("session.gone")
    query = {"limit": _LINES_AT_ONCE, "expand[]": "data.price.product"}
    found = client.get(f"/v1/checkout/sessions/{name}/line_items", query, headers)
    fields = Fields(session)
    currency = _currency(sender, fields)
    listed = Fields(found or {}).objects("data")
    lines = tuple(_line(one, currency) for one in listed)
    report = _session(sender, fields, fields, None, lines)
    sold = [Sold(report.key, name, name, _category(one)) for one in listed if (name := _item(one))]
    return Reading(reports=(report,), sold=tuple(sold))


def changed(client: Client, sender: Sender, since: datetime, until: datetime) -> Reading:
    """Ask for the events between two instants: the very ones that no webhook brought.

    Source: Stripe API, "List all events": the newest first, 30 days back.

    Raises
    ------
    VendorFailed
        Stripe did not tell, or there were more than some thousands.
    """
    query = {
        "created[gte]": str(int(since.timestamp())),
        "created[lte]": str(int(until.timestamp())),
        "limit": str(_PAGE),
        **{f"types[{number}]": kind for number, kind in enumerate(_LISTED)},
    }
    headers = {"Authorization": f"Bearer {client.token}"}
    events: list[Fields] = []
    for _ in range(_MOST_PAGES):
        answer = Fields(client.get("/v1/events", query, headers) or {})
        found = list(answer.objects("data"))
        events += found
        if answer.get("has_more") is not True or not found:
            return each(lambda event: read(sender, Message(event.values)), reversed(events))
        query["starting_after"] = found[-1].id("id")
    raise VendorFailed("too_much")


def _lines_of(session: Fields) -> tuple[Wanted, ...]:
    paid = session.word("payment_status") in ("paid", "no_payment_required")
    return (Wanted("session", session.id("id")),) if paid else ()


def _session(
    sender: Sender,
    session: Fields,
    dated: Fields,
    status: Status | None,
    lines: tuple[Line, ...],
) -> OrderReport:
    currency = _currency(sender, session)
    if status is None:
        paid = session.word("payment_status") in ("paid", "no_payment_required")
        status = "completed" if paid else "open"
    total = _amount(session, "amount_total", currency=currency)
    details = ("total_details",)
    delivery = _amount(session, *details, "amount_shipping", currency=currency)
    if delivery:
        lines = (*lines, Line("", SHIPPING, 1000, delivery))
    known = _LINES if len(lines) > (1 if delivery else 0) else _SESSION
    part = Part(
        key=BASKET,
        version=known if status == "completed" else _UNPAID,
        status=status,
        total=total,
        tax=min(total, _amount(session, *details, "amount_tax", currency=currency)),
        discount=_amount(session, *details, "amount_discount", currency=currency),
        lines=lines,
    )
    name = session.id("id" if session.get("payment_intent") is None else "payment_intent")
    codes = texts(
        session.get("client_reference_id"), *(session.get("metadata", one) for one in _CARD_CODE)
    )
    buyer = Buyer(
        card_codes=codes,
        phones=texts(session.get("customer_details", "phone")),
        emails=texts(session.get("customer_details", "email")),
        customers=customer_of(sender, session.get("customer")),
    )
    return _report(sender, name, currency, dated, part, buyer=buyer)


def _payment(sender: Sender, event: Fields) -> OrderReport:
    payment = event.object("data", "object")
    currency = _currency(sender, payment)
    total = _amount(payment, "amount_received", currency=currency)
    part = Part(
        key=BASKET,
        version=_PAYMENT,
        status="completed",
        total=total,
        tip=min(total, _amount(payment, "amount_details", "tip", "amount", currency=currency)),
    )
    buyer = Buyer(
        card_codes=texts(*(payment.get("metadata", one) for one in _CARD_CODE)),
        emails=texts(payment.get("receipt_email")),
        customers=customer_of(sender, payment.get("customer")),
    )
    return _report(sender, payment.id("id"), currency, event, part, buyer=buyer)


def _charge(sender: Sender, charge: Fields, version: int) -> tuple[OrderReport, ...]:
    """Return what a charge tells: the sale at its poorest, and all that was paid back of it so far.

    Two reports, so that nobody takes the one for lowered by the other.
    """
    currency = _currency(sender, charge)
    intent = charge.get("payment_intent")
    name = charge.id("id" if intent is None else "payment_intent")
    captured = _amount(charge, "amount_captured", currency=currency)
    back = _amount(charge, "amount_refunded", currency=currency)
    sale = Part(key=BASKET, version=_CHARGE, status="completed", total=captured)
    paid_back = Part(
        key=f"{REFUND}{charge.id('id')}",
        version=version,
        status="completed",
        total=back,
    )
    buyer = Buyer(
        card_codes=texts(*(charge.get("metadata", one) for one in _CARD_CODE)),
        emails=texts(charge.get("receipt_email"), charge.get("billing_details", "email"))[:1],
        phones=texts(charge.get("billing_details", "phone")),
        customers=customer_of(sender, charge.get("customer")),
    )
    return (
        _report(sender, name, currency, charge, sale, buyer=buyer),
        _report(sender, name, currency, charge, paid_back),
    )


def _report(
    sender: Sender,
    name: str,
    currency: str,
    dated: Fields,
    part: Part,
    *,
    buyer: Buyer | None = None,
) -> OrderReport:
    return OrderReport(
        key=OrderKey(sender.program.id, sender.endpoint.source, name),
        currency=currency,
        occurred_at=datetime.fromtimestamp(dated.whole("created", most=_LATEST), UTC),
        parts=(part,),
        hints=sender.names.hints(sender.program, buyer) if buyer else (),
        actor=f"endpoint:{sender.endpoint.id}",
    )


def _currency(sender: Sender, fields: Fields) -> str:
    currency = fields.text("currency").upper()
    check_currency(sender, currency, f"{fields.pointer}/currency")
    return currency


def _whole(fields: Fields, *path: str) -> int:
    """Return an amount in Stripe's units; 0 where none is told."""
    return 0 if fields.get(*path) is None else fields.whole(*path, most=LARGEST_ORDER)


def _amount(fields: Fields, *path: str, currency: str) -> int:
    """Return an amount in minor units by ISO 4217."""
    amount = _whole(fields, *path)
    places = exponent(currency)
    steps = _EXPONENTS.get(currency, places) - places
    if steps < 0:
        return min(amount * int(10**-steps), LARGEST_ORDER)
    unit = int(10**steps)
    if amount % unit:
        fields.refuse(path, "invalid", f"{currency} has at most {places} decimal places.")
    return amount // unit


def _line(one: Fields, currency: str) -> Line:
    """Return a line with its tax."""
    amount = _amount(one, "amount_total", currency=currency)
    return Line(_item(one), "", one.thousandths("quantity"), amount)


def _item(one: Fields) -> str:
    """Return the product of a line; Stripe tells its id, or all of it where it was asked to."""
    product = one.get("price", "product")
    item = product.get("id") if isinstance(product, dict) else product
    return item if isinstance(item, str) else ""


def _category(one: Fields) -> str:
    """Return the category that a line's product may name in its metadata."""
    return next(iter(texts(one.get("price", "product", "metadata", "category"))), "")
