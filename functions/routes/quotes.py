"""/v1/quote: what a bill would earn, what the member has off, and what points could pay."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.http.operations import Answer, Call, Operations, Said
from functions.http.shapes import Told, Where
from functions.routes.member_shapes import ANN, LanguageAsked, MemberTold, Minor, Points, told
from functions.routes.order_shapes import BasketSent
from functions.routes.places import place_of
from functions.routes.times import Instant  # noqa: TC001 - pydantic reads it
from functions.wiring import ledger, storage
from loyalty.core.explain import read_aloud
from loyalty.core.order import OrderKey, OrderReport
from loyalty.program.by_language import told_in
from loyalty.refusals import Refusal
from loyalty.tills.incoming import LARGEST_MESSAGE

operations = Operations("At the counter", "others")

# No till has that name, so no order is ever found under it.
_NO_ORDER = "-"


class QuoteSent(BasketSent):
    """A bill that is not paid yet, before this member's discount, and the card that was scanned."""

    card_code: Annotated[str, Field(min_length=1, max_length=200)]
    occurred_at: Annotated[Instant | None, Field(description="Now, if not said.")] = None
    location: Where = ""


class DiscountTold(Told):
    """What the member has off this bill now. The till takes it off, and reports what was paid."""

    basis_points: int
    amount: Minor


class PayableTold(Told):
    """The most that points can pay of this bill now; 0 where they cannot."""

    points: Points
    amount: Minor


class Quoted(Told):
    """What the bill would do."""

    points: Annotated[int, Field(description="What the bill as it was sent would earn.")]
    trace: Annotated[str, Field(description="Why, in a sentence that can be read aloud.")]
    discount: DiscountTold
    discount_trace: Annotated[str, Field(description="Why that discount, for reading aloud.")]
    payable: PayableTold
    payable_trace: Annotated[str, Field(description="Why that much, for reading aloud.")]
    rewards: Annotated[list[str], Field(description="Ids of the rewards that can be had now.")]
    member: MemberTold


@operations.add(
    "POST",
    "/v1/quote",
    summary="Ask what a bill would do",
    scopes=("till", "staff"),
    query=LanguageAsked,
    body=QuoteSent,
    largest_body=LARGEST_MESSAGE,
    examples={
        "two coffees": {
            "card_code": "1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP",
            "total": 1250,
            "lines": [
                {"id": "1", "name": "Flat white", "category": "coffee", "quantity": 2,
                 "amount": 1250}
            ],
        }
    },
    answers={
        200: Said(
            Quoted,
            "Nothing was changed.",
            {
                "two coffees": {
                    "points": 125,
                    "trace": "$12.50 coffee → 125 points",
                    "discount": {"basis_points": 0, "amount": 0},
                    "discount_trace": "no discount",
                    "payable": {"points": 0, "amount": 0},
                    "payable_trace": "the card cannot pay bills here",
                    "rewards": ["free-coffee"],
                    "member": ANN,
                }
            },
        )
    },
    refusals=("card_not_found", "too_many_misses", "busy"),
)  # fmt: skip
def quote_bill(call: Call[QuoteSent, LanguageAsked]) -> Answer:
    """Say what a bill would earn and why, what discount the member has, and what points could pay.

    It changes nothing and reserves nothing: hold what is to be spent.
    """
    place_of(call)
    program = told_in(storage.programs().current(call.key.program), call.query.language)
    language = program.language(call.query.language)
    found = ledger.standings().by_code(
        program.id, call.body.card_code, call.actor, call.now, language
    )
    if found is None:
        detail = "No card of this program has that code."
        raise Refusal("invalid", "card_not_found", detail, pointer="/card_code")
    quote = ledger.sales().quote(_report(call), found.member, call.now)
    if quote is None:
        raise Refusal("not_found", "member_not_found")
    return Answer(
        Quoted(
            points=quote.points,
            trace=read_aloud(quote.steps, quote.program, language),
            discount=DiscountTold(basis_points=quote.percent, amount=quote.discount),
            discount_trace=read_aloud([quote.why_discount], quote.program, language),
            payable_trace=read_aloud([quote.why_payable], program, language),
            payable=PayableTold(points=quote.most_points, amount=quote.worth),
            rewards=list(quote.rewards),
            member=told(found, program),
        )
    )


def _report(call: Call[QuoteSent, LanguageAsked]) -> OrderReport:
    bill, program = call.body, storage.programs().current(call.key.program)
    basket = bill.basket(0, "completed")
    key = OrderKey(program.id, _NO_ORDER, _NO_ORDER)
    when = bill.occurred_at or call.now
    return OrderReport(key, program.currency, when, (basket,), (), call.actor)
