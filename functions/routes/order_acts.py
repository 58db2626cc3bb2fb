"""/v1/orders/…: what staff say of a sale: whose it is, that it is none, or another one."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Operations, Said
from functions.http.shapes import Sent, Told, Where
from functions.routes.member_shapes import ANN_CODE
from functions.routes.sales import LISTED_NAMES, Claimed
from functions.routes.staff_acts import Reason, act_of
from functions.wiring import claiming, ledger, staffing
from loyalty.core.order import OrderKey
from loyalty.ledger.receipts import Receipt
from loyalty.money import LARGEST_ORDER
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Orders", "others")

_CODE = Annotated[str, Field(min_length=1, max_length=200, description="Scanned or typed.")]


class WhySent(Sent):
    """Why, and where."""

    reason: Reason
    location: Where = ""


class MoveSent(WhySent):
    """To whom a sale belongs."""

    card_code: _CODE


class ReceiptSent(Sent):
    """What stands on a receipt, and whose it is."""

    card_code: _CODE
    receipt: Annotated[str, Field(min_length=1, max_length=128, description="Its number.")]
    amount: Annotated[int, Field(ge=1, le=LARGEST_ORDER, description="Minor units.")]
    day: Annotated[date, Field(strict=False, description="In the program's zone.")]


class Moved(Told):
    """What has moved with a sale."""

    outcome: Literal["moved"]
    taken: Annotated[int, Field(description="From whoever had it, all pots.")]
    given: Annotated[int, Field(description="To whose it is.")]


class Forgotten(Told):
    """What went with a sale that is none."""

    outcome: Literal["forgotten"]
    taken: Annotated[int, Field(description="From whoever had it, all pots.")]


class Kept(Told):
    """It is listed no more."""

    outcome: Literal["kept"]


@operations.add(
    "POST",
    "/v1/orders/{source}/{order}/move",
    summary="Move a sale to its right member",
    scopes=("staff",),
    names=LISTED_NAMES,
    body=MoveSent,
    keyed=True,
    examples={"wrong card": {"card_code": ANN_CODE, "reason": "the friend's card was scanned"}},
    answers={
        200: Said(
            Moved,
            "It is that member's, as if it had been from the beginning.",
            {"moved": {"outcome": "moved", "taken": 125, "given": 125}},
        )
    },
    refusals=(
        "card_not_found",
        "member_not_found",
        "same_member",
        "order_paid_with_points",
        "limit_reached",
        "too_many_misses",
    ),
)
def move_order(call: Call[MoveSent, None]) -> Answer:
    """Take a sale from whoever had it and give it to the member whose card it is.

    Refunds and edits that come later follow. For a sale that is nobody's yet, claim it.
    """
    member = _of_card(call, call.body.card_code)
    act = act_of(call, call.body.reason)
    answer = staffing.order_acts().move(act, _key(call), member, call.now)
    return Answer(Moved.model_validate(answer.body), replayed=answer.replayed)


@operations.add(
    "POST",
    "/v1/orders/{source}/{order}/forget",
    summary="Say that an order is no sale",
    scopes=("staff",),
    names=LISTED_NAMES,
    body=WhySent,
    keyed=True,
    examples={"a double": {"reason": "rung up twice"}},
    answers={
        200: Said(
            Forgotten,
            "It counts for nothing, whatever is told of it.",
            {"forgotten": {"outcome": "forgotten", "taken": 50}},
        )
    },
    refusals=("order_paid_with_points", "limit_reached"),
)
def forget_order(call: Call[WhySent, None]) -> Answer:
    """Take a double, or a parked order that is no sale, out of every list and every count."""
    act = act_of(call, call.body.reason)
    answer = staffing.order_acts().forget(act, _key(call), call.now)
    return Answer(Forgotten.model_validate(answer.body), replayed=answer.replayed)


@operations.add(
    "POST",
    "/v1/orders/{source}/{order}/keep",
    summary="Say that a possible double is another sale",
    scopes=("staff",),
    names=LISTED_NAMES,
    body=WhySent,
    keyed=True,
    examples={"another sale": {"reason": "the till counts from 1 every morning"}},
    answers={200: Said(Kept, "It counts, and is listed no more.", {"kept": {"outcome": "kept"}})},
    refusals=("limit_reached",),
)
def keep_order(call: Call[WhySent, None]) -> Answer:
    """Take a possible double off the list: it is a sale of its own."""
    act = act_of(call, call.body.reason)
    answer = staffing.order_acts().keep(act, _key(call), call.now)
    return Answer(Kept.model_validate(answer.body), replayed=answer.replayed)


@operations.add(
    "POST",
    "/v1/receipts/claim",
    summary="Claim a sale by its receipt",
    scopes=("till", "staff"),
    velocity="sales",
    body=ReceiptSent,
    examples={
        "forgot the card": {
            "card_code": ANN_CODE, "receipt": "A-17", "amount": 1250, "day": "2026-05-04",
        }
    },
    answers={
        200: Said(
            Claimed,
            "It counts for that member.",
            {"now": {"result": "recorded", "points": 125}},
        )
    },
    refusals=("card_not_found", "receipt_not_found", "too_many_misses", "busy"),
)  # fmt: skip
def claim_receipt(call: Call[ReceiptSent, None]) -> Answer:
    """Give a parked sale to a member by what stands on its receipt. The same again changes nothing.

    Whatever does not fit is answered alike, and counts as a miss.
    """
    body = call.body
    member = _of_card(call, body.card_code)
    receipt = Receipt(body.receipt, body.amount, body.day)
    outcome = claiming.receipts().claim(call.key.program, receipt, member, call.actor, call.now)
    return Answer(Claimed.model_validate({"result": outcome.result, "points": outcome.points}))


def _of_card(call: Call[Any, Any], code: str) -> str:
    member = ledger.books().by_code(call.key.program, code, call.actor, call.now)
    if member is None:
        detail = "No card of this program has that code."
        raise Refusal("invalid", "card_not_found", detail, pointer="/card_code")
    return member


def _key(call: Call[Any, Any]) -> OrderKey:
    return OrderKey(call.key.program, call.names["source"], call.names["order"])
