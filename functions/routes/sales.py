"""/v1/orders: what was sold, as a till or staff see it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from functions.http import failures
from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.routes.member_shapes import ANN, MemberTold, told
from functions.routes.order_shapes import OrderSent
from functions.routes.places import place_of
from functions.routes.tills import ORDER_ID, SOURCE, speaks_for
from functions.routes.times import TimesAsked
from functions.wiring import access, ledger, reporting, storage
from loyalty.core.double import is_double, plain
from loyalty.core.order import OrderKey
from loyalty.refusals import Refusal
from loyalty.tills import by_api
from loyalty.tills.incoming import LARGEST_MESSAGE, is_name
from loyalty.tills.naming import Naming

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.ledger.beside import Pair

operations = Operations("Orders", "sales")

MOST_ORDERS = 100

# Also of possible doubles, whose ids hold what sets them apart behind a space.
LISTED_NAMES = {
    "source": SOURCE,
    "order": Name(r"(?s).{1,300}", ORDER_ID.meaning, ORDER_ID.example, whole=True),
}


class ListAsked(TimesAsked):
    """Which orders are listed; by the second in which they were first heard of."""

    state: Annotated[
        Literal["parked", "double"],
        Field(
            description="parked: they wait for their member; double: a till has used the id of "
            "another sale, or a booking tool and a till tell of one visit, so somebody should look."
        ),
    ]
    source: Annotated[str, Field(max_length=40, description="Only of that till.")] = ""
    limit: Annotated[int, Field(ge=1, le=MOST_ORDERS, description="At most so many.")] = MOST_ORDERS
    cursor: Annotated[
        str, Field(max_length=1000, description="Where to go on: `next` of the page before.")
    ] = ""


class OtherSale(Told):
    """The sale that a possible double may be."""

    source: str
    till_id: Annotated[str, Field(description="The id that the till has used.")]
    member_id: str | None
    first_name: str
    total: Annotated[int, Field(description="Minor units of the currency.")]
    currency: str
    occurred_at: datetime


class ListedOrder(Told):
    """An order that somebody should look at."""

    source: str
    id: str
    till_id: Annotated[str, Field(description="The id that the till has used.")]
    why: Annotated[
        Literal["no_member", "same_number", "same_visit"],
        Field(
            description="same_visit: a booking tool and a till tell of the same member, amount and "
            "time; it counts nothing until it is kept. same_number: it counts meanwhile."
        ),
    ]
    member_id: Annotated[str | None, Field(description="Whose it is; null while nobody's.")]
    total: Annotated[int, Field(description="Minor units of the currency.")]
    currency: str
    occurred_at: datetime
    first_seen: datetime
    first_name: Annotated[
        str, Field(description="Of whom it is, or names; empty while that is nobody.")
    ]
    other: Annotated[
        OtherSale | None, Field(description="Of a possible double: the sale that it may be.")
    ]


class OrderList(Told):
    """Orders, the oldest first. A page may be shorter than its limit and yet have a next one."""

    orders: list[ListedOrder]
    next: Annotated[str | None, Field(description="The next page's cursor; null at the end.")]


class MovedTold(Told):
    """What the last change of an order has moved in a pot."""

    pot: str
    earned: Annotated[int, Field(description="Points earned; negative: taken back.")]
    returned: Annotated[int, Field(description="Spent points that a refund has given back.")]


class Recorded(Told):
    """What became of an order."""

    result: Annotated[
        Literal["recorded", "parked", "unchanged"],
        Field(
            description="parked: nobody is named whom the program knows; unchanged: nothing new."
        ),
    ]
    points: Annotated[
        int, Field(description="Earned by the order's last change that moved something, all pots.")
    ]
    moved: list[MovedTold]
    double: Annotated[
        bool, Field(description="The id is another sale's, so this one is kept apart from it.")
    ]
    member: Annotated[MemberTold | None, Field(description="Null while it is parked.")]
    receipt: Annotated[
        str, Field(description="For the receipt, line by line, in the member's language.")
    ]


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
    summary="List orders that somebody should look at",
    scopes=("staff",),
    velocity="others",
    query=ListAsked,
    answers={
        200: Said(
            OrderList,
            "A page.",
            {
                "one": {
                    "orders": [
                        {
                            "source": "till",
                            "id": "receipt-77",
                            "till_id": "receipt-77",
                            "why": "no_member",
                            "member_id": None,
                            "total": 1250,
                            "currency": "USD",
                            "occurred_at": "2026-05-04T12:00:00Z",
                            "first_seen": "2026-05-04T12:00:02Z",
                            "first_name": "",
                            "other": None,
                        }
                    ],
                    "next": None,
                }
            },
        )
    },
    refusals=("invalid_cursor", "ends_before_it_begins"),
)
def list_orders(call: Call[None, ListAsked]) -> Answer:
    """List parked orders, or possible doubles, oldest first.

    Claim what is somebody's, forget what is a double, keep what is another sale. Parked orders are
    gone after 30 days. With a source a page may be short, or empty, and yet have a next one.
    """
    asked, sales = call.query, ledger.sales()
    find = sales.parked_orders if asked.state == "parked" else sales.possible_doubles
    found = find(call.key.program, asked.limit, call.now, asked.cursor, asked.between(call.now))
    beside = ledger.beside()
    shown = [
        _shown(beside.pair(order, call.now))
        for order in found.orders
        if asked.source in {"", order.key.source}
    ]
    return Answer(OrderList(orders=shown, next=found.next))


@operations.add(
    "POST",
    "/v1/orders/{source}/{order}/claim",
    summary="Give a parked order to a card",
    scopes=("till", "staff"),
    names=LISTED_NAMES,
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
    refusals=("card_not_found", "order_taken", "too_many_misses", "busy"),
)
def claim_order(call: Call[ClaimSent, None]) -> Answer:
    """Give a parked order to the member whose card was scanned. The same again changes nothing."""
    source, order = call.names["source"], call.names["order"]
    if not speaks_for(call.key, source):
        raise Refusal("not_found", "order_not_found")
    key = OrderKey(call.key.program, source, order)
    outcome = ledger.sales().claim_order(key, call.body.card_code, call.actor, call.now)
    return Answer(Claimed.model_validate({"result": outcome.result, "points": outcome.points}))


@operations.add(
    "PUT",
    "/v1/orders/{source}/{order}",
    summary="Report an order as it stands",
    scopes=("till", "staff"),
    names={"source": SOURCE, "order": ORDER_ID},
    body=OrderSent,
    largest_body=LARGEST_MESSAGE,
    examples={
        "paid": {
            "version": 1,
            "status": "completed",
            "occurred_at": "2026-05-04T12:00:00Z",
            "currency": "USD",
            "total": 1250,
            "lines": [
                {"id": "1", "name": "Flat white", "category": "coffee", "quantity": 2,
                 "amount": 1250}
            ],
            "member": {"card_code": "1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP"},
        },
        "refunded": {
            "version": 2,
            "status": "refunded",
            "occurred_at": "2026-05-04T12:00:00Z",
            "currency": "USD",
            "total": 1250,
        },
    },
    answers={
        200: Said(
            Recorded,
            "It is kept. The same again changes nothing and is answered alike.",
            {
                "earned": {
                    "result": "recorded", "points": 125,
                    "moved": [{"pot": "points", "earned": 125, "returned": 0}],
                    "double": False, "member": ANN,
                    "receipt": "125 points earned\nPoints: 225\nReady: Free coffee",
                },
                "nobody": {
                    "result": "parked", "points": 0, "moved": [], "double": False, "member": None,
                    "receipt": "",
                },
            },
        )
    },
    refusals=("source_not_allowed", "currency_mismatch", "too_many_misses", "busy"),
)  # fmt: skip
def put_order(call: Call[OrderSent, None]) -> Answer:
    """Report the whole order whenever it changes, with a version that rises.

    It is the message of the webhook, answered with what came of it. Doubled, late and reordered
    reports do no harm: send the same again whenever no answer came.
    """
    source, name = call.names["source"], call.names["order"]
    if not speaks_for(call.key, source):
        detail = f"This key may speak for: {', '.join(call.key.sources)}."
        raise Refusal("forbidden", "source_not_allowed", detail)
    if not is_name(name):
        raise Refusal("not_found", "order_not_found")
    program = storage.programs().current(call.key.program)
    if call.body.currency != program.currency:
        detail = f"The program counts in {program.currency}."
        raise Refusal("invalid", "currency_mismatch", detail, pointer="/currency")
    key = OrderKey(program.id, source, name)
    hints = Naming(access.tokens()).hints(program, call.body.buyer(source))
    report = call.body.report(key, hints, call.actor, place_of(call))
    outcome = ledger.sales().record_order(report, call.now)
    _count(program.id, source, outcome.result)
    stands, moved, text = ledger.standings().of_order(outcome.key, outcome.member, call.now)
    return Answer(
        Recorded(
            result=outcome.result,
            points=sum(one.earned for one in moved),
            moved=[
                MovedTold(pot=one.pot, earned=one.earned, returned=one.returned) for one in moved
            ],
            double=outcome.double,
            member=told(stands, program) if stands else None,
            receipt=text,
        )
    )


_COUNTED = {"recorded": "sales", "parked": "parked"}


def _count(program: str, source: str, result: str) -> None:
    """Count an order for the till's health; whatever goes wrong with that, it is recorded."""
    till, tally = by_api.watched(program, source), reporting.at_the_api()
    tally.count(till, "messages")
    if result in _COUNTED:
        tally.count(till, _COUNTED[result])
    try:
        reporting.watch(till.program, till.id)
        tally.write()
    except Exception as error:  # noqa: BLE001 - it is merely shown
        failures.warn(error, "order not counted", source=source)


def _shown(pair: Pair) -> ListedOrder:
    order, other = pair.one.order, pair.other
    return ListedOrder(
        source=order.key.source,
        id=order.key.id,
        till_id=plain(order.key).id,
        why="same_visit" if order.void else "same_number" if is_double(order.key) else "no_member",
        member_id=order.member,
        total=order.bill.total,
        currency=order.currency,
        occurred_at=order.occurred_at,
        first_seen=order.first_seen,
        first_name=pair.one.first_name,
        other=OtherSale(
            source=other.order.key.source,
            till_id=plain(other.order.key).id,
            member_id=other.member,
            first_name=other.first_name,
            total=other.order.bill.total,
            currency=other.order.currency,
            occurred_at=other.order.occurred_at,
        )
        if other
        else None,
    )
