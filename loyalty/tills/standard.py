"""The generic connector: orders and redemptions in our own words, signed by Standard Webhooks.

It reads what shops' own programs send, and such programs are written in a hurry. What can be meant
in one way only is understood (an id that is a number, an empty list where an object belongs, a
discount as a line below zero); everything else is refused with a sentence that says what to send.
Every fault of a message is told at once. Nothing here is slow to load: the door reads with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from loyalty.core.part import BASKET, REFUND, Line, Part, Status
from loyalty.core.report import OrderKey, OrderReport
from loyalty.money import LARGEST_ORDER
from loyalty.program.rules import MOST_ITEMS
from loyalty.refusals import FieldRefusal
from loyalty.tills import signatures
from loyalty.tills.faults import Place
from loyalty.tills.incoming import Buyer, check_currency, read_category, refusal, texts
from loyalty.tills.reading import Reading, ignored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

ORDER_UPDATED = "order.updated"
REDEMPTION_REQUESTED = "redemption.requested"

LARGEST_VERSION = 2**53 - 1
MOST_LINES = 500
MOST_REFUNDS = 100

_STATUS: Mapping[str, Status] = {
    "open": "open",
    "completed": "completed",
    "refunded": "refunded",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}
_SHARES = ("tax", "tip", "discount", "points_paid")


@dataclass(frozen=True, slots=True)
class RedemptionMessage:
    """``id`` is the till's own; the same id is the same redemption for ever.

    ``occurred_at`` is when it was made at the till, where it says so: an offline one is refused.
    """

    id: str
    card_code: str
    reward: str
    occurred_at: datetime | None = None


def verify(
    _: Endpoint, secrets: list[str], headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Tell whether a message carries one of the endpoint's signatures, and is not old."""
    return signatures.standard(secrets, headers, body, now)


def read(sender: Sender, message: Message) -> Reading:
    """Read an order; messages of other types are not for us.

    Raises
    ------
    Refusal
        Fields are missing or wrong; all of them are named.
    """
    if message.object.get("type") != ORDER_UPDATED:
        return ignored("other")
    faults: list[FieldRefusal] = []
    order = Place(message.object, "", faults).inside("data", "order")
    if order is None:
        raise refusal(*faults)
    return Reading(reports=tuple(_reports(sender, order)))


def read_redemption(message: Mapping[str, Any]) -> RedemptionMessage:
    """Read a request to redeem.

    Raises
    ------
    Refusal
        It is something else, or a field is missing or wrong.
    """
    if message.get("type") != REDEMPTION_REQUESTED:
        detail = f"This address takes {REDEMPTION_REQUESTED} only."
        raise refusal(FieldRefusal("/type", "unknown_type", detail))
    faults: list[FieldRefusal] = []
    data = Place(message, "", faults).inside("data")
    if data is None:
        raise refusal(*faults)
    made = data.instant("occurred_at") if data.values.get("occurred_at") is not None else None
    found = RedemptionMessage(
        data.id("id"), data.text("card_code", 200), data.text("reward", 80), made
    )
    if faults:
        raise refusal(*faults)
    return found


def _reports(sender: Sender, order: Place) -> Iterator[OrderReport]:
    """Yield the order, or what a return receipt takes from the sale that it names.

    Raises
    ------
    Refusal
        Fields are missing or wrong.
    """
    source = order.text("source", 100)
    if source and source not in sender.endpoint.sources:
        known = ", ".join(sender.endpoint.sources)
        order.wrong("source", "unknown_source", f"This endpoint may speak for: {known}.")
    name = order.id("id")
    sale = order.id("refund_of", default="")
    version = order.whole("version", most=LARGEST_VERSION)
    status = order.choice("status", _STATUS)
    occurred_at = order.instant("occurred_at")
    currency = order.currency("currency")
    total = order.whole("total", least=-LARGEST_ORDER if sale else 0, below=_BELOW_ZERO)
    lines = _lines(order)
    least = -LARGEST_ORDER if sale else 0
    shares = {one: abs(order.whole(one, default=0, least=least)) for one in _SHARES}
    refunds = [_refund(one) for one in order.each("refunds", MOST_REFUNDS)]
    buyer = _buyer(order, source)
    if sale and sale == name:
        order.wrong("refund_of", "own_id", "A return receipt has an id of its own.")
    back = sum(-line.amount for line in lines if line.amount < 0)
    bought = any(line.amount > 0 for line in lines)
    exchange = bool(sale and back and bought)
    if exchange and total + back < 0:
        order.wrong("total", "greater_than_equal", "Lines and total do not fit each other.")
    if order.faults or occurred_at is None:
        raise refusal(*order.faults)
    check_currency(sender, currency, f"{order.pointer}/currency")
    whole = OrderReport(
        key=OrderKey(sender.program.id, source, name),
        currency=currency,
        occurred_at=occurred_at,
        parts=(),
        hints=sender.names.hints(sender.program, buyer),
        actor=f"endpoint:{sender.endpoint.id}",
    )
    if sale:
        taken = [line for line in lines if line.amount < 0] if exchange else lines
        part = Part(
            key=f"{REFUND}{name}",
            version=version,
            # "refunded" says of a return receipt what it is; it is done either way.
            status="completed" if status == "refunded" else status,
            total=back if exchange else abs(total),
            tax=0 if exchange else shares["tax"],
            tip=0 if exchange else shares["tip"],
            points_paid=0 if exchange else shares["points_paid"],
            lines=tuple(map(_positive, taken)),
        )
        yield replace(whole, key=replace(whole.key, id=sale), parts=(part,))
    if exchange or not sale:
        # What comes back in an exchange pays for a part of what is taken along.
        kept = [line for line in lines if line.amount > 0] if exchange else lines
        positive, lowered = _netted(kept)
        basket = Part(
            key=BASKET,
            version=version,
            status=status,
            total=total + back if exchange else total,
            tax=shares["tax"],
            tip=shares["tip"],
            discount=max(shares["discount"], lowered),
            points_paid=shares["points_paid"],
            lines=positive,
        )
        yield replace(whole, parts=(basket, *refunds))


def _refund(refund: Place) -> Part:
    return Part(
        key=f"{REFUND}{refund.id('id')}",
        version=refund.whole("version", most=LARGEST_VERSION, default=1),
        status="completed",
        total=refund.whole("amount"),
        tax=refund.whole("tax", default=0),
        tip=refund.whole("tip", default=0),
        points_paid=refund.whole("points_paid", default=0),
        lines=tuple(map(_positive, _lines(refund))),
    )


def _lines(order: Place) -> list[Line]:
    lines = [_line(one) for one in order.each("lines", MOST_LINES)]
    if sum(abs(line.quantity) for line in lines) > MOST_ITEMS * 1000:
        order.wrong("lines", "too_many_items", f"At most {MOST_ITEMS} items make an order.")
    if sum(abs(line.amount) for line in lines) > LARGEST_ORDER:
        order.wrong("lines", "too_much_money", f"Lines come to at most {LARGEST_ORDER}.")
    return lines


def _line(line: Place) -> Line:
    """Return a line; below zero it is a discount, or something that comes back."""
    amount = line.whole("amount", least=-LARGEST_ORDER)
    line.text("name", 500, default="")
    category = line.text("category", 200, default="")
    quantity = line.quantity("quantity", negative=amount < 0)
    return Line(line.words("id"), read_category(category), quantity, amount)


def _positive(line: Line) -> Line:
    return replace(line, quantity=abs(line.quantity), amount=abs(line.amount))


def _netted(lines: list[Line]) -> tuple[tuple[Line, ...], int]:
    """Return lines without those below zero, and what these come to.

    What takes back an item of this very bill leaves with it; a discount on an item lowers its line.
    What is left lowers the whole bill: the total says by how much, and every line bears its share.
    """
    left = [[line.quantity, line.amount] for line in lines]
    lowered = 0
    for minus in (line for line in lines if line.amount < 0):
        quantity, amount = max(0, -minus.quantity), -minus.amount
        lowered += 0 if quantity else amount
        for index, plus in enumerate(lines):
            if plus.amount > 0 and (plus.item, plus.category) == (minus.item, minus.category):
                taken = min(amount, left[index][1])
                back = min(quantity, left[index][0])
                left[index][0] -= back
                left[index][1] -= taken
                amount, quantity = amount - taken, quantity - back
    pairs = zip(lines, left, strict=True)
    kept = (
        replace(line, quantity=quantity, amount=amount)
        for line, (quantity, amount) in pairs
        if line.amount >= 0
    )
    return tuple(one for one in kept if one.amount or one.quantity), lowered


def _buyer(order: Place, source: str) -> Buyer:
    """Return who bought; PHP writes an empty array as a list, and others an empty text."""
    if order.values.get("member") in (None, "", [], {}):
        return Buyer()
    member = order.inside("member")
    if member is None:
        return Buyer()
    customer = member.id("customer_id", default="")
    return Buyer(
        texts(member.words("card_code", 200)),
        texts(member.words("phone", 50)),
        texts(member.words("email", 254)),
        ((source, customer),) if customer else (),
    )


_BELOW_ZERO = (
    "A bill is not below zero. A receipt for what comes back names its sale in refund_of; or the "
    "sale lists it in refunds."
)
