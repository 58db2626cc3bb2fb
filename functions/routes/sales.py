"""/v1/orders: what was sold, as a till or staff see it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Asked, Sent, Told
from functions.wiring import ledger
from loyalty.core.order import OrderKey
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.core.order import Order

operations = Operations("Orders")

MOST_ORDERS = 100

ORDER_NAMES = {
    "source": Name(
        r"[a-z0-9][a-z0-9-]{0,39}", "Which till speaks, as the program calls it.", "till"
    ),
    "order": Name(
        r"(?s).{1,128}",
        "The order's id at that till, percent-encoded, a slash too. An id with a percent sign in "
        "it cannot be addressed.",
        "receipt-77",
        whole=True,
    ),
}


class ParkedAsked(Asked):
    """Which orders are listed."""

    state: Annotated[Literal["parked"], Field(description="Only parked ones can be listed.")]


class ListedOrder(Told):
    """An order that waits for its member."""

    source: str
    id: str
    total: Annotated[int, Field(description="Minor units of the currency.")]
    currency: str
    occurred_at: datetime
    first_seen: datetime


class OrderList(Told):
    """Orders, the oldest first."""

    orders: list[ListedOrder]


class ClaimSent(Sent):
    """Whose order it is."""

    card_code: Annotated[str, Field(description="What the card's barcode carries.")]


class Claimed(Told):
    """What became of the claim."""

    result: Literal["recorded", "unchanged"]
    points: Annotated[int, Field(description="What this claim has earned.")]


@operations.add(
    "GET",
    "/v1/orders",
    summary="List orders that nobody was named for",
    scopes=("staff",),
    query=ParkedAsked,
    answers={
        200: Said(
            OrderList,
            "The oldest hundred.",
            {
                "one": {
                    "orders": [
                        {
                            "source": "till",
                            "id": "receipt-77",
                            "total": 1250,
                            "currency": "USD",
                            "occurred_at": "2026-05-04T12:00:00Z",
                            "first_seen": "2026-05-04T12:00:02Z",
                        }
                    ]
                }
            },
        )
    },
)
def list_orders(call: Call[None, ParkedAsked]) -> Answer:
    """List orders that wait for their member, oldest first. After 30 days they are gone."""
    found = ledger.sales().parked_orders(call.key.program, MOST_ORDERS, call.now)
    return Answer(OrderList(orders=[_shown(order) for order in found.orders]))


@operations.add(
    "POST",
    "/v1/orders/{source}/{order}/claim",
    summary="Give a parked order to a card",
    scopes=("till", "staff"),
    names=ORDER_NAMES,
    body=ClaimSent,
    examples={"scanned": {"card_code": "1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP"}},
    answers={
        200: Said(
            Claimed,
            "It counts for that member.",
            {
                "now": {"result": "recorded", "points": 125},
                "before": {"result": "unchanged", "points": 0},
            },
        )
    },
    refusals=("card_not_found", "order_taken", "busy"),
)
def claim_order(call: Call[ClaimSent, None]) -> Answer:
    """Give a parked order to the member whose card was scanned. The same again changes nothing."""
    source, order = call.names["source"], call.names["order"]
    if call.key.sources and source not in call.key.sources:
        raise Refusal("not_found", "order_not_found")
    key = OrderKey(call.key.program, source, order)
    outcome = ledger.sales().claim_order(key, call.body.card_code, call.actor, call.now)
    return Answer(Claimed.model_validate({"result": outcome.result, "points": outcome.points}))


def _shown(order: Order) -> ListedOrder:
    return ListedOrder(
        source=order.key.source,
        id=order.key.id,
        total=order.total,
        currency=order.currency,
        occurred_at=order.occurred_at,
        first_seen=order.first_seen,
    )
