"""The generic connector: orders and redemptions in our own words, signed by Standard Webhooks.

It reads what shops' own programs send, and such programs are written in a hurry. What can be meant
in one way only is understood (an id that is a number, an empty list where an object belongs, a
discount as a line below zero); everything else is refused with a sentence that says what to send.
Every fault of a message is told at once. Nothing here is slow to load: the door reads with it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from loyalty.core.instants import read_instant
from loyalty.core.part import BASKET, REFUND, Line, Part, Status
from loyalty.core.report import OrderKey, OrderReport
from loyalty.money import LARGEST_ORDER
from loyalty.program.rules import MOST_ITEMS
from loyalty.refusals import FieldRefusal
from loyalty.tills import signatures
from loyalty.tills.incoming import (
    LONGEST_NAME,
    Buyer,
    check_currency,
    is_name,
    read_category,
    refusal,
    texts,
)
from loyalty.tills.reading import Reading, ignored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
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
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_SHARES = ("tax", "tip", "discount", "points_paid")
_SECONDS = re.compile(r"[0-9]{9,}", re.ASCII)


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
    order = _Place(message.object, "", faults).inside("data", "order")
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
    data = _Place(message, "", faults).inside("data")
    if data is None:
        raise refusal(*faults)
    made = data.instant("occurred_at") if data.values.get("occurred_at") is not None else None
    found = RedemptionMessage(
        data.id("id"), data.text("card_code", 200), data.text("reward", 80), made
    )
    if faults:
        raise refusal(*faults)
    return found


def _reports(sender: Sender, order: _Place) -> Iterator[OrderReport]:
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
    status = order.status("status")
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


def _refund(refund: _Place) -> Part:
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


def _lines(order: _Place) -> list[Line]:
    lines = [_line(one) for one in order.each("lines", MOST_LINES)]
    if sum(abs(line.quantity) for line in lines) > MOST_ITEMS * 1000:
        order.wrong("lines", "too_many_items", f"At most {MOST_ITEMS} items make an order.")
    if sum(abs(line.amount) for line in lines) > LARGEST_ORDER:
        order.wrong("lines", "too_much_money", f"Lines come to at most {LARGEST_ORDER}.")
    return lines


def _line(line: _Place) -> Line:
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


def _buyer(order: _Place, source: str) -> Buyer:
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
_NUMBER = (
    "A whole number of minor units is expected: 1250 for 12.50, without quotation marks and "
    "without a point. In PHP: (int) round($amount * 100)."
)
_MISSING = "Field required"


@dataclass(frozen=True, slots=True)
class _Place:
    """An object of a message and its pointer; what is wrong in it is added to `faults`.

    A field that is wrong reads as something harmless: nothing of it is used, because there are
    faults then.
    """

    values: Mapping[str, Any]
    pointer: str
    faults: list[FieldRefusal]

    def wrong(self, name: str, code: str, detail: str) -> None:
        self.faults.append(FieldRefusal(f"{self.pointer}/{name}", code, detail))

    def missing(self, name: str) -> None:
        self.wrong(name, "missing", _MISSING)

    def inside(self, *path: str) -> _Place | None:
        """Return an object that has to be there; None where it is something else."""
        here = self
        for name in path:
            value = here.values.get(name)
            if name not in here.values:
                here.missing(name)
                return None
            if not isinstance(value, dict):
                here.wrong(name, "dict_type", "Input should be a valid object: {…}")
                return None
            here = _Place(value, f"{here.pointer}/{name}", self.faults)
        return here

    def each(self, name: str, most: int) -> Iterator[_Place]:
        """Yield the objects of a list, which may be absent."""
        value = self.values.get(name, [])
        if not isinstance(value, list):
            detail = "Input should be a valid list: […]. In PHP: array_values($list)."
            self.wrong(name, "list_type", detail)
            return
        if len(value) > most:
            self.wrong(name, "too_long", f"At most {most} are expected here.")
            return
        for index, one in enumerate(value):
            if isinstance(one, dict):
                yield _Place(one, f"{self.pointer}/{name}/{index}", self.faults)
            else:
                self.wrong(f"{name}/{index}", "dict_type", "Input should be a valid object: {…}")

    def text(self, name: str, most: int, *, default: str | None = None) -> str:
        """Return a text; one that has to be there is not empty."""
        value = self.values.get(name, default)
        if value is None and default is not None:
            return default
        if value is None and name not in self.values:
            self.missing(name)
        elif not isinstance(value, str):
            self.wrong(name, "string_type", "Text is expected, in quotation marks.")
        elif len(value) > most or (not value and default is None):
            self.wrong(name, "string_length", f"From 1 to {most} characters are expected.")
        else:
            return value
        return ""

    def words(self, name: str, most: int = LONGEST_NAME) -> str:
        """Return a text that may be missing, or a whole number as text."""
        value = self.values.get(name)
        if type(value) is int:
            return str(value)
        return self.text(name, most, default="")

    def id(self, name: str, *, default: str | None = None) -> str:
        """Return an id: visible characters, or a whole number, which is the same in text."""
        value = self.values.get(name, default)
        if value is None and default is None and name not in self.values:
            self.missing(name)
            return ""
        if value is None and default is not None:
            return default
        if type(value) is int:
            value = str(value)
        if not isinstance(value, str):
            self.wrong(name, "string_type", "An id is text, or a whole number.")
        elif value != default and not (0 < len(value) <= LONGEST_NAME and is_name(value)):
            detail = (
                f"An id has 1 to {LONGEST_NAME} visible characters and no spaces. In PHP: "
                'str_replace(" ", "-", trim($id)).'
            )
            self.wrong(name, "string_pattern_mismatch", detail)
        else:
            return value
        return ""

    def whole(
        self,
        name: str,
        *,
        least: int = 0,
        most: int = LARGEST_ORDER,
        default: int | None = None,
        below: str = "",
    ) -> int:
        """Return a whole number; `below` is what is said of one below `least`."""
        value = self.values.get(name, default)
        if value is None and name not in self.values:
            self.missing(name)
        elif type(value) is not int:
            self.wrong(
                name, "int_type", "A whole number is expected." if most > LARGEST_ORDER else _NUMBER
            )
        elif value < least:
            detail = below or f"At least {least} is expected."
            self.wrong(name, "greater_than_equal", detail)
        elif value > most:
            self.wrong(name, "less_than_equal", f"At most {most} is expected.")
        else:
            return value
        return 0

    def quantity(self, name: str, *, negative: bool) -> int:
        """Return a quantity in thousandths, 1000 where none is told."""
        value = self.values.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(name, "float_type", "A number is expected, without quotation marks.")
        elif not math.isfinite(value) or abs(value) > MOST_ITEMS:
            self.wrong(name, "less_than_equal", f"At most {MOST_ITEMS} is expected.")
        elif value < 0 and not negative:
            detail = "A quantity is below zero only where the amount is: for what comes back."
            self.wrong(name, "greater_than_equal", detail)
        else:
            return int(Decimal(str(value)).scaleb(3).to_integral_value())
        return 0

    def status(self, name: str) -> Status:
        """Return how an order stands."""
        value = self.values.get(name)
        if name not in self.values:
            self.missing(name)
        elif not isinstance(value, str) or value not in _STATUS:
            known = ", ".join(f"'{one}'" for one in _STATUS)
            self.wrong(name, "literal_error", f"One of {known} is expected.")
        else:
            return _STATUS[value]
        return "open"

    def currency(self, name: str) -> str:
        """Return a currency's code."""
        value = self.values.get(name)
        if name not in self.values:
            self.missing(name)
        elif not isinstance(value, str) or not _CURRENCY.fullmatch(value):
            detail = "Input should be an ISO 4217 code such as USD"
            self.wrong(name, "string_pattern_mismatch", detail)
        else:
            return value
        return ""

    def instant(
        self, name: str, read: Callable[[object], datetime] = read_instant
    ) -> datetime | None:
        """Return an instant."""
        value = self.values.get(name)
        if name not in self.values:
            self.missing(name)
            return None
        try:
            return read(value)
        except ValueError as error:
            seconds = type(value) is int or (isinstance(value, str) and _SECONDS.fullmatch(value))
            hint = " In PHP: date(DATE_ATOM, $seconds)." if seconds else ""
            self.wrong(name, "instant", f"{error}{hint}")
        return None
