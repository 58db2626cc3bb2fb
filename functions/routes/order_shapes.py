"""How /v1 is told of an order: what the generic webhook says, as models."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from functions.http.shapes import Sent, Where
from functions.routes.times import Instant  # noqa: TC001 - pydantic reads it
from loyalty.core.order import BASKET, REFUND, Line, OrderReport, Part
from loyalty.money import LARGEST_ORDER
from loyalty.program.rules import MOST_ITEMS
from loyalty.tills.incoming import (
    LONGEST_NAME,
    NAME_WANTED,
    Buyer,
    is_name,
    read_category,
    texts,
)

if TYPE_CHECKING:
    from loyalty.core.order import OrderKey

_LARGEST_VERSION = 2**53 - 1

Status = Literal["open", "completed", "refunded", "cancelled"]


def _visible(value: str) -> str:
    if not is_name(value):
        raise PydanticCustomError("string_pattern_mismatch", NAME_WANTED)
    return value


Amount = Annotated[int, Field(ge=0, le=LARGEST_ORDER, description="Minor units.")]
Id = Annotated[
    str, Field(min_length=1, max_length=LONGEST_NAME, pattern=r"^\S+$"), AfterValidator(_visible)
]


class Lenient(Sent):
    """Members that it does not name are left alone: tills add their own, and grow new ones."""

    model_config = ConfigDict(extra="ignore")


class LineSent(Lenient):
    """One line of a basket. A line of category `gift_card` sells money, which earns nothing."""

    id: Annotated[str, Field(max_length=128)] = ""
    name: Annotated[str, Field(max_length=500)] = ""
    category: Annotated[str, Field(max_length=200)] | None = None
    quantity: Annotated[float, Field(ge=0, le=MOST_ITEMS)] = 1
    amount: Annotated[int, Field(ge=0, le=LARGEST_ORDER, description="The whole line.")]


def _bounded(lines: list[LineSent]) -> list[LineSent]:
    if sum(line.quantity for line in lines) > MOST_ITEMS:
        detail = {"most": MOST_ITEMS}
        raise PydanticCustomError("too_many_items", "At most {most} items make an order.", detail)
    if sum(line.amount for line in lines) > LARGEST_ORDER:
        detail = {"most": LARGEST_ORDER}
        raise PydanticCustomError("too_much_money", "Lines come to at most {most}.", detail)
    return lines


Lines = Annotated[list[LineSent], Field(max_length=500), AfterValidator(_bounded)]


class RefundSent(Lenient):
    """Money paid back, for tills that tell it apart from the order: what, and for which lines."""

    id: Id
    version: Annotated[int, Field(ge=0, le=_LARGEST_VERSION)] = 1
    amount: Amount
    lines: Lines = []  # noqa: RUF012 - pydantic copies defaults
    tip: Annotated[int, Field(ge=0, le=LARGEST_ORDER, description="How much of `amount`.")] = 0
    tax: Annotated[int, Field(ge=0, le=LARGEST_ORDER, description="How much of `amount`.")] = 0
    points_paid: Annotated[
        int, Field(ge=0, le=LARGEST_ORDER, description="How much of `amount`.")
    ] = 0


class BuyerSent(Lenient):
    """Who bought: any of these; the program says which of them counts first.

    `card_code` is scanned or typed (the short one). `customer_id` is the till's own customer, who
    leads to a member once the two were linked. A contact counts once it is proved.
    """

    card_code: Annotated[str, Field(max_length=200)] | None = None
    customer_id: Id | None = None
    phone: Annotated[str, Field(max_length=50)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None


class BasketSent(Lenient):
    """What a bill comes to."""

    total: Annotated[
        int,
        Field(
            ge=0,
            le=LARGEST_ORDER,
            description="What the customer pays, after discounts, with tax and tip, minor units.",
        ),
    ]
    lines: Lines = []  # noqa: RUF012 - pydantic copies defaults
    tax: Annotated[int, Field(ge=0, le=LARGEST_ORDER, description="How much of `total`.")] = 0
    tip: Annotated[int, Field(ge=0, le=LARGEST_ORDER, description="How much of `total`.")] = 0
    discount: Annotated[
        int, Field(ge=0, le=LARGEST_ORDER, description="By how much it was lowered.")
    ] = 0
    points_paid: Annotated[
        int, Field(ge=0, le=LARGEST_ORDER, description="How much of `total` points paid.")
    ] = 0

    def basket(self, version: int, status: Status) -> Part:
        """Return it as a part of an order."""
        return Part(
            key=BASKET,
            version=version,
            status=status,
            total=self.total,
            tax=self.tax,
            tip=self.tip,
            discount=self.discount,
            points_paid=self.points_paid,
            lines=_lines(self.lines),
        )


class OrderSent(BasketSent):
    """An order as it stands, in the form that the generic webhook has."""

    version: Annotated[
        int, Field(ge=0, le=_LARGEST_VERSION, description="Rises with every change.")
    ]
    status: Annotated[
        Status,
        Field(description="`open` counts nothing yet; `refunded`, `cancelled` nothing any more."),
    ]
    occurred_at: Instant
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="The program's.")]
    refunds: Annotated[list[RefundSent], Field(max_length=100)] = []  # noqa: RUF012 - the same
    member: BuyerSent | None = None
    location: Where = ""

    def buyer(self, source: str) -> Buyer:
        """Return who bought, as the till of that name said it."""
        said = self.member
        if said is None:
            return Buyer()
        customers = ((source, said.customer_id),) if said.customer_id else ()
        return Buyer(texts(said.card_code), texts(said.phone), texts(said.email), customers)

    def report(
        self, key: OrderKey, hints: tuple[str, ...], actor: str, location: str = ""
    ) -> OrderReport:
        """Return it as the ledger takes it."""
        return OrderReport(
            key=key,
            currency=self.currency,
            occurred_at=self.occurred_at,
            parts=(self.basket(self.version, self.status), *map(_refund, self.refunds)),
            hints=hints,
            actor=actor,
            location=location,
        )


def _refund(refund: RefundSent) -> Part:
    return Part(
        key=f"{REFUND}{refund.id}",
        version=refund.version,
        status="completed",
        total=refund.amount,
        tax=refund.tax,
        tip=refund.tip,
        points_paid=refund.points_paid,
        lines=_lines(refund.lines),
    )


def _lines(lines: list[LineSent]) -> tuple[Line, ...]:
    return tuple(
        Line(
            line.id,
            read_category(line.category or ""),
            int(Decimal(str(line.quantity)).scaleb(3).to_integral_value()),
            line.amount,
        )
        for line in lines
    )
