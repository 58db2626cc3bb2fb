"""What Square's payments, orders and returns are worth: pure reading of the objects of its API.

Source: Square, "Payment", "Order", "OrderReturn", "OrderServiceCharge", "Tender" objects and
"Order returns and exchanges".

A sale is one order. Its basket is the order itself, its payments are parts of their own, and what
comes back stands in a second order that names the first (``returns[].source_order_id``). An
exchange is both at once: a basket of its own, partly paid with what came back.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from loyalty.core.instants import microseconds
from loyalty.core.part import BASKET, PAYMENT, REFUND, Line, Part, Status
from loyalty.core.report import OrderKey, OrderReport
from loyalty.money import LARGEST_ORDER
from loyalty.program.rules import GIFT_CARD, MOST_ITEMS
from loyalty.tills.incoming import Buyer, check_currency, texts
from loyalty.tills.reading import Reading, Sold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyalty.tills.fields import Fields
    from loyalty.tills.incoming import Sender

SERVICE = "service_charge"
"""The category of what is charged for service, so that a program can leave it out."""

# Only money that has arrived counts. A status that Square adds one day counts nothing until it
# is listed here.
_PAID: Mapping[str, Status] = {
    "COMPLETED": "completed",
    "CANCELED": "cancelled",
    "FAILED": "cancelled",
}
# Inside an order refunds have other words than by themselves.
_PAID_BACK: Mapping[str, Status] = {
    "APPROVED": "completed",
    "COMPLETED": "completed",
    "REJECTED": "cancelled",
    "FAILED": "cancelled",
}


def payment_report(sender: Sender, payment: Fields, buyer: Buyer | None = None) -> OrderReport:
    """Return a payment as one part of its order.

    Its tip stands beside (``amount_money`` leaves it out); what was paid back (``refunded_money``)
    earns nothing. A payment with a gift card brings no new money.

    Raises
    ------
    Refusal
        A field that every payment has is missing or wrong.
    """
    payment_id = payment.id("id")
    # A payment without an order, and one that Square names with null, is an order of its own.
    order_id = payment_id if payment.get("order_id") is None else payment.id("order_id")
    currency = payment.text("amount_money", "currency")
    check_currency(sender, currency, f"{payment.pointer}/amount_money/currency")
    emails = texts(payment.get("buyer_email_address"))
    known = buyer or Buyer()
    customer = texts(payment.get("customer_id"))
    return OrderReport(
        key=OrderKey(sender.program.id, sender.endpoint.source, order_id),
        currency=currency,
        occurred_at=payment.instant("created_at"),
        parts=(
            Part(
                key=f"{PAYMENT}{payment_id}",
                version=microseconds(payment.instant("updated_at")),
                status=_PAID.get(payment.text("status"), "open"),
                total=_amount(payment, "amount_money"),
                refunded=_optional(payment, "refunded_money"),
                tip=_optional(payment, "tip_money"),
                by_gift_card=_by_gift_card(payment),
            ),
        ),
        hints=sender.names.hints(
            sender.program,
            Buyer(
                (*known.card_codes, *texts(payment.get("reference_id"))),
                known.phones,
                (*emails, *known.emails),
                tuple((sender.endpoint.source, one) for one in customer),
            ),
        ),
        actor=f"endpoint:{sender.endpoint.id}",
    )


def order_reading(sender: Sender, order: Fields, who: Buyer | None = None) -> Reading:
    """Return what an order says of itself, and of the orders that something came back from.

    ``who`` is who bought, where the order's customer was asked for.

    Raises
    ------
    Refusal
        A field that every order has is missing or wrong.
    """
    reports: list[OrderReport] = []
    sold: tuple[Sold, ...] = ()
    returned = [one for one in order.objects("returns") if one.get("return_line_items")]
    if order.get("line_items") or not returned:
        reports.append(_sale(sender, order, who or Buyer(), _value(sender, order, returned)))
        sold = _sold(reports[0].key, order)
    reports += [
        _comes_back(sender, order, one)
        for one in returned
        if one.get("source_order_id") is not None
    ]
    return Reading(
        reports=tuple(reports),
        sold=sold,
        ignored=tuple("return.unlinked" for one in returned if not one.get("source_order_id")),
    )


def _sold(key: OrderKey, order: Fields) -> tuple[Sold, ...]:
    """Return what of the lines stands in the catalogue: by its variation, which is the item."""
    names = [
        one.id("catalog_object_id")
        for one in order.objects("line_items")
        if one.get("catalog_object_id") is not None
    ]
    return tuple(Sold(key, name, name) for name in dict.fromkeys(names))


def customers(order: Fields) -> tuple[str, ...]:
    """Return the ids of Square's customers who stand on an order, the order's own first."""
    paying = (one.get("customer_id") for one in order.objects("tenders"))
    return tuple(dict.fromkeys(texts(order.get("customer_id"), *paying)))


def buyer(sender: Sender, order: Fields, *people: Fields) -> Buyer:
    """Return who bought: a card's code in the order's free fields, or what customers have told."""
    metadata = order.get("metadata")
    notes = metadata.values() if isinstance(metadata, dict) else ()
    return Buyer(
        card_codes=texts(
            order.get("reference_id"), *notes, *(one.get("reference_id") for one in people)
        ),
        phones=texts(*(one.get("phone_number") for one in people)),
        emails=texts(*(one.get("email_address") for one in people)),
        customers=tuple((sender.endpoint.source, one) for one in customers(order)),
    )


def _sale(sender: Sender, order: Fields, who: Buyer, value_back: int) -> OrderReport:
    currency = order.text("total_money", "currency")
    check_currency(sender, currency, f"{order.pointer}/total_money/currency")
    version = microseconds(order.instant("updated_at"))
    status = _status(order)
    total = _amount(order, "total_money")
    charges = list(order.objects("service_charges"))
    gratuity = sum(_untaxed(one) for one in charges if one.get("type") == "AUTO_GRATUITY")
    tip = min(total, _optional(order, "total_tip_money") + gratuity)
    lines = [_line(one) for one in order.objects("line_items")]
    lines += [
        Line("", SERVICE, 1000, _untaxed(one))
        for one in charges
        if one.get("type") != "AUTO_GRATUITY" and _untaxed(one)
    ]
    parts = [
        Part(
            key=BASKET,
            version=version,
            status=status,
            total=total,
            tax=min(total, _optional(order, "total_tax_money")),
            tip=tip,
            discount=_optional(order, "total_discount_money"),
            lines=tuple(lines),
        )
    ]
    if value_back:
        # What came back pays for what is taken along instead; Square has no payment for it.
        worth = min(value_back, max(0, total - tip))
        parts.append(Part(f"{PAYMENT}returned", version, status, worth))
    return OrderReport(
        key=OrderKey(sender.program.id, sender.endpoint.source, order.id("id")),
        currency=currency,
        occurred_at=order.instant("created_at"),
        parts=tuple(parts),
        hints=sender.names.hints(sender.program, who),
        actor=f"endpoint:{sender.endpoint.id}",
    )


def _comes_back(sender: Sender, order: Fields, back: Fields) -> OrderReport:
    """Return what one return takes from the order that it names, as one refund.

    It is known by the order that it stands in, so that it counts once, whoever tells of it and with
    however many tenders it is paid back.
    """
    amounts = back if back.get("return_amounts") is not None else order
    currency = amounts.text("return_amounts", "total_money", "currency")
    check_currency(sender, currency, f"{amounts.pointer}/return_amounts/total_money/currency")
    total = amounts.whole("return_amounts", "total_money", "amount", most=LARGEST_ORDER)
    status, most = _paid_back(order)
    return OrderReport(
        key=OrderKey(sender.program.id, sender.endpoint.source, back.id("source_order_id")),
        currency=currency,
        occurred_at=order.instant("created_at"),
        parts=(
            Part(
                key=f"{REFUND}{order.id('id')}",
                version=microseconds(order.instant("updated_at")),
                status=status,
                total=total if most is None else min(total, most),
                tax=min(total, _optional(amounts, "return_amounts", "tax_money")),
                tip=min(total, _optional(amounts, "return_amounts", "tip_money")),
                lines=tuple(_lines_back(back)),
            ),
        ),
        hints=(),
        actor=f"endpoint:{sender.endpoint.id}",
    )


def _paid_back(order: Fields) -> tuple[Status, int | None]:
    """Return whether the money of a return has gone back, and how much; None where none has to."""
    refunds = order.objects("refunds")
    if not refunds:
        gone = order.get("state") == "COMPLETED"
        return ("completed" if gone else "open"), None
    told = [_PAID_BACK.get(str(one.get("status")), "open") for one in refunds]
    if "completed" in told:
        pairs = zip(refunds, told, strict=True)
        most = sum(_amount(one, "amount_money") for one, status in pairs if status == "completed")
        # An exchange pays back the difference only; the rest is in what was taken along.
        return "completed", None if order.get("line_items") else most
    return ("open" if "open" in told else "cancelled"), None


def _lines_back(back: Fields) -> Iterator[Line]:
    for one in back.objects("return_line_items"):
        item = one.get("catalog_object_id") or one.get("source_line_item_uid")
        # Paid back by amount: a line of no item that was sold. It is taken from everything.
        if one.get("source_line_item_uid") and isinstance(item, str):
            category = GIFT_CARD if one.get("item_type") == "GIFT_CARD" else ""
            yield Line(item, category, _thousandths(one), _untaxed(one))


def _value(sender: Sender, order: Fields, returned: list[Fields]) -> int:
    """Return the worth of what came back in an exchange, in minor units; 0 in a plain sale."""
    if not returned or not order.get("line_items"):
        return 0
    currency = order.text("return_amounts", "total_money", "currency")
    check_currency(sender, currency, f"{order.pointer}/return_amounts/total_money/currency")
    return _amount(order, "return_amounts", "total_money")


def _status(order: Fields) -> Status:
    state = order.get("state")
    if state == "COMPLETED":
        return "completed"
    if state == "CANCELED":
        return "cancelled"
    due = order.get("net_amount_due_money", "amount")
    # Ordered ahead: all is paid, and the goods are still to be handed over.
    paid = state == "OPEN" and type(due) is int and due == 0 and order.get("tenders")
    return "completed" if paid else "open"


def _line(one: Fields) -> Line:
    """Return a line less its tax and less its share of a service charge, which is told apart."""
    item = one.get("catalog_object_id") or one.get("uid")
    name = item if isinstance(item, str) else ""
    category = GIFT_CARD if one.get("item_type") == "GIFT_CARD" else ""
    amount = _untaxed(one) - _optional(one, "total_service_charge_money")
    return Line(name, category, _thousandths(one), max(0, amount))


def _untaxed(one: Fields) -> int:
    return max(0, _amount(one, "total_money") - _optional(one, "total_tax_money"))


def _thousandths(one: Fields) -> int:
    """Return a quantity, which Square writes as decimal text, in thousandths."""
    try:
        number = Decimal(one.text("quantity"))
    except InvalidOperation:
        number = Decimal("NaN")
    if not (number.is_finite() and 0 <= number <= MOST_ITEMS):
        one.refuse(("quantity",), "invalid", f"A number from 0 to {MOST_ITEMS} is expected here.")
    return int(number.scaleb(3).to_integral_value())


def _by_gift_card(payment: Fields) -> bool:
    """Tell whether a gift card paid: Square's own, or another that the till has noted."""
    brand = payment.get("card_details", "card", "card_brand")
    other = payment.get("external_details", "type")
    return bool(brand == "SQUARE_GIFT_CARD" or other == "OTHER_GIFT_CARD")


def _amount(fields: Fields, *path: str) -> int:
    return fields.whole(*path, "amount", most=LARGEST_ORDER)


def _optional(fields: Fields, *path: str) -> int:
    return 0 if fields.get(*path) is None else _amount(fields, *path)
