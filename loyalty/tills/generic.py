"""The generic connector: orders and redemptions in our own words, signed by Standard Webhooks."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from loyalty.core.order import BASKET, REFUND, Line, OrderKey, OrderReport, Part
from loyalty.money import LARGEST_ORDER
from loyalty.program.rules import MOST_ITEMS
from loyalty.refusals import FieldRefusal, in_plain_words
from loyalty.tills import signatures
from loyalty.tills.incoming import (
    LONGEST_NAME,
    NAME_WANTED,
    Buyer,
    check_currency,
    is_name,
    read_category,
    read_instant,
    refusal,
    texts,
)
from loyalty.tills.reading import Reading, ignored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.access.keys import Endpoint
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

ORDER_UPDATED = "order.updated"
REDEMPTION_REQUESTED = "redemption.requested"

_Message = TypeVar("_Message", bound="_Model")

_LARGEST_VERSION = 2**53 - 1
_CURRENCY = r"^[A-Z]{3}$"
_FORMS = {
    _CURRENCY: "Input should be an ISO 4217 code such as USD",
}


def _visible(value: str) -> str:
    if not is_name(value):
        raise PydanticCustomError("string_pattern_mismatch", NAME_WANTED)
    return value


def _instant(value: object) -> datetime:
    try:
        return read_instant(value)
    except ValueError as error:
        raise PydanticCustomError("instant", "{reason}", {"reason": str(error)}) from None


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_visible)]
Amount = Annotated[int, Field(ge=0, le=LARGEST_ORDER)]


class _Model(BaseModel):
    # Unknown members are left alone: tills add their own, and grow new ones.
    model_config = ConfigDict(strict=True, frozen=True)


class LineMessage(_Model):
    """One line of a basket; ``amount`` in minor units for the whole line."""

    id: Annotated[str, Field(max_length=128)] = ""
    name: Annotated[str, Field(max_length=500)] = ""
    category: Annotated[str, Field(max_length=200)] | None = None
    quantity: Annotated[float, Field(ge=0, le=MOST_ITEMS)] = 1
    amount: Amount


def _bounded(lines: list[LineMessage]) -> list[LineMessage]:
    if sum(line.quantity for line in lines) > MOST_ITEMS:
        detail = {"most": MOST_ITEMS}
        raise PydanticCustomError("too_many_items", "At most {most} items make an order.", detail)
    if sum(line.amount for line in lines) > LARGEST_ORDER:
        detail = {"most": LARGEST_ORDER}
        raise PydanticCustomError("too_much_money", "Lines come to at most {most}.", detail)
    return lines


Lines = Annotated[list[LineMessage], Field(max_length=500), AfterValidator(_bounded)]


class RefundMessage(_Model):
    """Money paid back, for tills that tell it apart from the order: what, and for which lines.

    ``tip``, ``tax`` and ``points_paid`` say how much of ``amount`` these are.
    """

    id: Name
    version: Annotated[int, Field(ge=0, le=_LARGEST_VERSION)] = 1
    amount: Amount
    lines: Lines = []
    tip: Amount = 0
    tax: Amount = 0
    points_paid: Amount = 0


class MemberMessage(_Model):
    """Who bought: any of these; the program says which of them counts first.

    ``card_code`` is scanned or typed (the short one). ``customer_id`` is the till's own customer,
    who leads to a member once the two were linked.
    """

    card_code: Annotated[str, Field(max_length=200)] | None = None
    customer_id: Name | None = None
    phone: Annotated[str, Field(max_length=50)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None


class OrderMessage(_Model):
    """An order as it stands; amounts in minor units of ``currency``.

    ``total`` is what the customer pays, after discounts, with tax and tip; ``tax``, ``tip``,
    ``discount`` and ``points_paid`` say how much of that. A line's ``category`` ``gift_card``
    sells money, which earns nothing.
    """

    source: str
    id: Name
    version: Annotated[int, Field(ge=0, le=_LARGEST_VERSION)]
    status: Literal["open", "completed", "refunded", "cancelled"]
    occurred_at: Annotated[datetime, BeforeValidator(_instant)]
    currency: Annotated[str, Field(pattern=_CURRENCY)]
    total: Amount
    lines: Lines = []
    tax: Amount = 0
    tip: Amount = 0
    discount: Amount = 0
    points_paid: Amount = 0
    refunds: Annotated[list[RefundMessage], Field(max_length=100)] = []
    member: MemberMessage | None = None


class OrderData(_Model):
    """``data`` of ``order.updated``."""

    order: OrderMessage


class OrderUpdated(_Model):
    """The whole message."""

    data: OrderData


class RedemptionMessage(_Model):
    """``id`` is the till's own; the same id is the same redemption for ever."""

    id: Name
    card_code: Annotated[str, Field(min_length=1, max_length=200)]
    reward: Annotated[str, Field(min_length=1, max_length=80)]


class RedemptionRequested(_Model):
    """The whole message."""

    data: RedemptionMessage


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
        A field is missing or wrong.
    """
    if message.object.get("type") != ORDER_UPDATED:
        return ignored("other")
    return Reading(reports=(_report(sender, message.object),))


def _report(sender: Sender, message: Mapping[str, Any]) -> OrderReport:
    order = _valid(OrderUpdated, message).data.order
    if order.source not in sender.endpoint.sources:
        known = ", ".join(sender.endpoint.sources)
        detail = f"This endpoint may speak for: {known}."
        raise refusal(FieldRefusal("/data/order/source", "unknown_source", detail))
    check_currency(sender, order.currency, "/data/order/currency")
    return OrderReport(
        key=OrderKey(sender.program.id, order.source, order.id),
        currency=order.currency,
        occurred_at=order.occurred_at,
        parts=(_basket(order), *(_refund(refund) for refund in order.refunds)),
        hints=_hints(sender, order.source, order.member) if order.member else (),
        actor=f"endpoint:{sender.endpoint.id}",
    )


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
    return _valid(RedemptionRequested, message).data


def _basket(order: OrderMessage) -> Part:
    return Part(
        key=BASKET,
        version=order.version,
        status=order.status,
        total=order.total,
        tax=order.tax,
        tip=order.tip,
        discount=order.discount,
        points_paid=order.points_paid,
        lines=tuple(_line(line) for line in order.lines),
    )


def _refund(refund: RefundMessage) -> Part:
    return Part(
        key=f"{REFUND}{refund.id}",
        version=refund.version,
        status="completed",
        total=refund.amount,
        tax=refund.tax,
        tip=refund.tip,
        points_paid=refund.points_paid,
        lines=tuple(_line(line) for line in refund.lines),
    )


def _line(line: LineMessage) -> Line:
    quantity = int(Decimal(str(line.quantity)).scaleb(3).to_integral_value())
    return Line(line.id, read_category(line.category or ""), quantity, line.amount)


def _valid(model: type[_Message], message: Mapping[str, Any]) -> _Message:
    try:
        return model.model_validate(message)
    except ValidationError as error:
        fields = (
            FieldRefusal(
                "/" + "/".join(str(step) for step in fault["loc"]),
                fault["type"],
                _FORMS.get(
                    str(fault.get("ctx", {}).get("pattern")),
                    in_plain_words(fault["type"], fault["msg"]),
                ),
            )
            for fault in error.errors(include_url=False, include_input=False)
        )
        raise refusal(*fields) from None


def _hints(sender: Sender, source: str, member: MemberMessage) -> tuple[str, ...]:
    customers = ((source, member.customer_id),) if member.customer_id else ()
    contacts = texts(member.phone), texts(member.email)
    buyer = Buyer(texts(member.card_code), *contacts, customers)
    return sender.names.hints(sender.program, buyer)
