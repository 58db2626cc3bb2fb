"""Square's payment messages.

Source: Square, "Payment" object and "payment.created" / "payment.updated" events; signature by
"Verify and validate an event notification".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyalty.core.instants import microseconds
from loyalty.core.order import OrderKey, OrderReport, Part, Status
from loyalty.money import LARGEST_ORDER
from loyalty.refusals import FieldRefusal, Refusal
from loyalty.tills import signatures
from loyalty.tills.incoming import (
    LONGEST_NAME,
    Buyer,
    at,
    check_currency,
    is_name,
    read_instant,
    refusal,
    texts,
)
from loyalty.tills.reading import Reading, ignored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

ADDRESS = "https://connect.squareup.com"
TYPES = ("payment.created", "payment.updated")

# Only money that has arrived counts. A status that Square adds one day counts nothing until it
# is listed here.
_STATUS: Mapping[str, Status] = {
    "COMPLETED": "completed",
    "CANCELED": "cancelled",
    "FAILED": "cancelled",
}
_PAYMENT = "/data/object/payment"


def verify(
    endpoint: Endpoint, secrets: list[str], headers: Mapping[str, str], body: bytes, _: datetime
) -> bool:
    """Tell whether a message is signed for the address that was configured at Square."""
    return signatures.square(secrets, headers, body, endpoint.notification_url)


def read(sender: Sender, message: Message) -> Reading:
    """Read a payment; other events are not for us.

    Raises
    ------
    Refusal
        A field that every payment has is missing or wrong.
    """
    kind = message.object.get("type")
    if not isinstance(kind, str) or kind not in TYPES:
        return ignored("other")
    return Reading(reports=(_report(sender, message.object),))


def _report(sender: Sender, message: Mapping[str, Any]) -> OrderReport:
    """Return a payment as one part of its order.

    Tips earn nothing (``amount_money`` leaves them out), and neither does what was paid back
    (``refunded_money``). A payment with a gift card brings no new money.
    """
    payment = at(message, "data", "object", "payment")
    if not isinstance(payment, dict):
        raise refusal(FieldRefusal(_PAYMENT, "missing", "The event carries no payment."))
    payment_id = _id(payment, "id")
    # A payment without an order, and one that Square names with null, is an order of its own.
    order_id = payment_id if payment.get("order_id") is None else _id(payment, "order_id")
    refunded = payment.get("refunded_money") is not None
    currency = _text(payment, "amount_money", "currency")
    check_currency(sender, currency, f"{_PAYMENT}/amount_money/currency")
    return OrderReport(
        key=OrderKey(sender.program.id, sender.endpoint.source, order_id),
        currency=currency,
        occurred_at=_instant(payment, "created_at"),
        parts=(
            Part(
                key=f"payment:{payment_id}",
                version=microseconds(_instant(payment, "updated_at")),
                status=_STATUS.get(_text(payment, "status"), "open"),
                total=_amount(payment, "amount_money"),
                refunded=_amount(payment, "refunded_money") if refunded else 0,
                by_gift_card=_by_gift_card(payment),
            ),
        ),
        hints=_hints(sender, payment),
        actor=f"endpoint:{sender.endpoint.id}",
    )


def _by_gift_card(payment: Mapping[str, Any]) -> bool:
    """Tell whether a gift card paid: Square's own, or another that the till has noted."""
    brand = at(payment, "card_details", "card", "card_brand")
    other = at(payment, "external_details", "type")
    return bool(brand == "SQUARE_GIFT_CARD" or other == "OTHER_GIFT_CARD")


def _hints(sender: Sender, payment: Mapping[str, Any]) -> tuple[str, ...]:
    buyer = Buyer(emails=texts(payment.get("buyer_email_address")))
    return sender.names.hints(sender.program, buyer)


def _text(payment: Mapping[str, Any], *path: str) -> str:
    value = at(payment, *path)
    if not isinstance(value, str) or not value:
        raise _refused(path, "text is expected here")
    return value


def _id(payment: Mapping[str, Any], name: str) -> str:
    value = _text(payment, name)
    if len(value) > LONGEST_NAME or not is_name(value):
        raise _refused((name,), f"at most {LONGEST_NAME} visible characters are expected here")
    return value


def _amount(payment: Mapping[str, Any], name: str) -> int:
    value = at(payment, name, "amount")
    if type(value) is not int or not 0 <= value <= LARGEST_ORDER:
        raise _refused((name, "amount"), f"an integer from 0 to {LARGEST_ORDER} is expected here")
    return value


def _instant(payment: Mapping[str, Any], name: str) -> datetime:
    try:
        return read_instant(at(payment, name))
    except ValueError as error:
        raise _refused((name,), str(error)) from None


def _refused(path: tuple[str, ...], detail: str) -> Refusal:
    return refusal(FieldRefusal("/".join((_PAYMENT, *path)), "invalid", detail))
