"""Square's payment messages.

Source: Square, "Payment" object and "payment.created" / "payment.updated" events; signature by
"Verify and validate an event notification".
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from loyalty.contact import InvalidContact, parse_email
from loyalty.instants import microseconds
from loyalty.ledger import OrderReport
from loyalty.money import LARGEST_AMOUNT
from loyalty.order import OrderKey, Part, Status
from loyalty.pos.message import Fault, MessageProblem, at, check_currency

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.pos.message import Door

TYPES = frozenset({"payment.created", "payment.updated"})

# Only money that has arrived counts. A status that Square adds one day counts nothing until it
# is listed here.
_STATUS: Mapping[str, Status] = {
    "COMPLETED": "completed",
    "CANCELED": "cancelled",
    "FAILED": "cancelled",
}
_PAYMENT = "/data/object/payment"


def read_order(door: Door, message: Mapping[str, Any]) -> OrderReport | None:
    """Read a payment as one part of its order; None for other events.

    Tips earn nothing (``amount_money`` leaves them out), and neither does what was paid back
    (``refunded_money``).

    Raises
    ------
    MessageProblem
        A field that every payment has is missing or wrong.
    """
    if message.get("type") not in TYPES:
        return None
    payment = at(message, "data", "object", "payment")
    if not isinstance(payment, dict):
        raise MessageProblem(Fault(_PAYMENT, "missing", "The event carries no payment."))
    payment_id = _text(payment, "id")
    currency = _text(payment, "amount_money", "currency")
    check_currency(door, currency, f"{_PAYMENT}/amount_money/currency")
    return OrderReport(
        key=OrderKey(
            door.program.id,
            door.endpoint.source,
            _text(payment, "order_id") if "order_id" in payment else payment_id,
        ),
        currency=currency,
        occurred_at=_instant(payment, "created_at"),
        part=Part(
            key=f"payment:{payment_id}",
            version=microseconds(_instant(payment, "updated_at")),
            status=_STATUS.get(_text(payment, "status"), "open"),
            total=_amount(payment, "amount_money"),
            refunded=_amount(payment, "refunded_money") if "refunded_money" in payment else 0,
        ),
        hints=_hints(door, payment),
        actor=f"endpoint:{door.endpoint.id}",
    )


def _hints(door: Door, payment: Mapping[str, Any]) -> tuple[str, ...]:
    address = payment.get("buyer_email_address")
    if not isinstance(address, str):
        return ()
    try:
        contact = parse_email(address)
    except InvalidContact:
        return ()
    return (f"contact:{door.names.contact_key(door.program.id, contact)}",)


def _text(payment: Mapping[str, Any], *path: str) -> str:
    value = at(payment, *path)
    if not isinstance(value, str) or not value:
        raise _fault(path, "text is expected here")
    return value


def _amount(payment: Mapping[str, Any], name: str) -> int:
    value = at(payment, name, "amount")
    if type(value) is not int or not 0 <= value <= LARGEST_AMOUNT:
        raise _fault((name, "amount"), f"an integer from 0 to {LARGEST_AMOUNT} is expected here")
    return value


def _instant(payment: Mapping[str, Any], name: str) -> datetime:
    try:
        instant = datetime.fromisoformat(_text(payment, name))
    except ValueError:
        raise _fault((name,), "an RFC 3339 instant is expected here") from None
    if instant.tzinfo is None:
        raise _fault((name,), "the instant needs a zone")
    return instant


def _fault(path: tuple[str, ...], detail: str) -> MessageProblem:
    return MessageProblem(Fault("/".join((_PAYMENT, *path)), "invalid", detail))
