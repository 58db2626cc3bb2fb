"""/v1/coupons/…: what a code is good for, using it at the till, and undoing that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told, Where
from functions.routes.member_shapes import LanguageAsked, Points
from functions.routes.places import place_of
from functions.routes.spending import OURS, OrderNamed, UndoSent, named_order
from functions.wiring import coupons, storage
from loyalty.core.explain import read_aloud
from loyalty.core.trace import Step
from loyalty.languages import Language  # noqa: TC001 - pydantic reads it
from loyalty.ledger.coupon_uses import Shown
from loyalty.ledger.spending import Request, Whose
from loyalty.money import LARGEST_ORDER
from loyalty.program.by_language import told_in
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.http.operations import Call

operations = Operations("Rewards and coupons", "spending")

_CARD = "1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP"
_ID = "mfrggzdfmztwq2lknnwg23tpoa"
_USE = {"use": Name(r"[a-z2-7]{26}", "The id that using a code was answered with.", _ID)}


class CodeSent(Sent):
    """A code that somebody shows, and their card."""

    card_code: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(min_length=1, max_length=64, description="As it was typed.")]
    bill: Annotated[
        int, Field(ge=0, le=LARGEST_ORDER, description="What there is to pay, minor units.")
    ] = 0
    location: Where = ""


class CodeUsed(CodeSent):
    """A code that is used now."""

    order: Annotated[OrderNamed, Field(description="What it is used with, or lowers.")] = None  # type: ignore[assignment]


class Good(Told):
    """What a code is good for, or why it is good for nothing now."""

    outcome: Literal["redeemed", "declined"]
    reason: Annotated[str | None, Field(description="Why it was declined: a code.")]
    sentence: Annotated[str | None, Field(description="The same for reading aloud.")]
    coupon: str | None
    name: dict[Language, str] | None
    pot: str | None
    points: Annotated[Points, Field(description="Given, of the pot.")]
    discount: Annotated[int, Field(description="Take that off the bill, minor units.")]
    reward: Annotated[str | None, Field(description="Hand that out.")]
    balance: Annotated[int | None, Field(description="Of the pot, after that.")]


class UsedTold(Good):
    """What became of using a code. `id` is what undoing it asks for."""

    id: str


class UseUndone(Told):
    """What became of undoing it."""

    id: str
    outcome: Literal["returned", "declined"]
    reason: str | None
    sentence: str | None
    points: Annotated[int | None, Field(description="Taken back; what was spent is owed.")]
    balance: int | None


_TENTH: dict[str, Any] = {
    "outcome": "redeemed", "reason": None, "sentence": None, "coupon": "spring",
    "name": {"en": "A tenth off"}, "pot": None, "points": 0, "discount": 125, "reward": None,
    "balance": None,
}  # fmt: skip
_NO: dict[str, Any] = {
    "outcome": "declined", "reason": "coupon_used", "sentence": "this code was used before",
    "coupon": "spring", "name": None, "pot": None, "points": 0, "discount": 0, "reward": None,
    "balance": None,
}  # fmt: skip


@operations.add(
    "POST",
    "/v1/coupons/quote",
    summary="Ask what a code is good for",
    scopes=("till", "staff"),
    query=LanguageAsked,
    body=CodeSent,
    examples={"a word": {"card_code": _CARD, "code": "spring24", "bill": 1250}},
    answers={
        200: Said(Good, "Nothing was changed.", {"a tenth": _TENTH, "used": _NO}),
    },
    refusals=("too_many_misses", "busy"),
)
def quote_code(call: Call[CodeSent, LanguageAsked]) -> Answer:
    """Say what a code would do for a bill and a card now, and change nothing."""
    place_of(call)
    sent = call.body
    request = Request(call.key.program, OURS, call.act, call.actor)
    who = Shown(card_code=sent.card_code)
    told = coupons.coupons().quote(request, who, sent.code, sent.bill, call.now)
    return Answer(Good.model_validate(_said(call, told)))


@operations.add(
    "POST",
    "/v1/coupons/uses",
    summary="Use a code",
    scopes=("till", "staff"),
    query=LanguageAsked,
    body=CodeUsed,
    keyed=True,
    examples={
        "off a bill": {
            "card_code": _CARD, "code": "SPRING24", "bill": 1250,
            "order": {"source": "till", "id": "receipt-77"},
        },
        "points": {"card_code": _CARD, "code": "3CDE-FHJK-MNPQ-RTVW"},
    },
    answers={
        200: Said(
            UsedTold,
            "It was used, or declined.",
            {"a tenth": {**_TENTH, "id": _ID}, "used": {**_NO, "id": _ID}},
        ),
    },
    refusals=("source_not_allowed", "too_many_misses"),
)  # fmt: skip
def use_code(call: Call[CodeUsed, LanguageAsked]) -> Answer:
    """Use a code with a card. Name the order that it lowers: a bill is lowered by one code only."""
    place_of(call)
    sent = call.body
    order = named_order(call, sent.order)
    request = Request(call.key.program, OURS, call.act, call.actor)
    who = Shown(card_code=sent.card_code)
    answer = coupons.coupons().use(request, who, sent.code, sent.bill, call.now, order)
    said = {"id": call.act, **_said(call, answer.body)}
    return Answer(UsedTold.model_validate(said), replayed=answer.replayed)


@operations.add(
    "POST",
    "/v1/coupons/uses/{use}/undo",
    summary="Undo the use of a code",
    scopes=("till", "staff"),
    names=_USE,
    query=LanguageAsked,
    body=UndoSent,
    examples={"by the till": {}, "by staff": {"reason": "The bill was cancelled."}},
    answers={
        200: Said(
            UseUndone,
            "The code is good again; what it gave is taken back.",
            {
                "returned": {
                    "id": _ID, "outcome": "returned", "reason": None, "sentence": None,
                    "points": 50, "balance": 10,
                },
                "declined": {
                    "id": _ID, "outcome": "declined", "reason": "membership_ended",
                    "sentence": "this membership has ended", "points": None, "balance": None,
                },
            },
        ),
    },
    refusals=("reason_missing", "not_yours", "too_late", "busy", "id_reused"),
)  # fmt: skip
def undo_code(call: Call[UndoSent, LanguageAsked]) -> Answer:
    """Undo the use of a code within the time that the program sets; staff say why."""
    staff = call.key.scope != "till"
    if staff and not call.body.reason:
        raise Refusal("invalid", "reason_missing", "Say why.", pointer="/reason")
    whose = Whose((), anybodys=staff, reason=call.body.reason)
    request = Request(call.key.program, OURS, call.names["use"], call.actor)
    answer = coupons.coupons().undo(request, call.now, whose)
    refused = _UNDO.get(answer.body.get("reason", ""))
    if refused is not None:
        raise Refusal(*refused)
    said = {
        "id": call.names["use"],
        "outcome": answer.body["outcome"],
        "reason": answer.body.get("reason"),
        "sentence": _sentence(call, answer.body),
        "points": answer.body.get("points"),
        "balance": answer.body.get("balance"),
    }
    return Answer(UseUndone.model_validate(said), replayed=answer.replayed)


_UNDO: dict[str, Any] = {
    "redemption_not_found": ("not_found", "not_found"),
    "not_yours": ("forbidden", "not_yours", "Another till has made it. Staff can undo it."),
    "too_late": ("conflict", "too_late", "The time to undo it is over."),
}


def _said(call: Call[Any, LanguageAsked], body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "outcome": body["outcome"],
        "reason": body.get("reason"),
        "sentence": _sentence(call, body),
        "coupon": body.get("coupon"),
        "name": body.get("name"),
        "pot": body.get("pot") or None,
        "points": body.get("points") or 0,
        "discount": body.get("discount") or 0,
        "reward": body.get("reward") or None,
        "balance": body.get("balance"),
    }


def _sentence(call: Call[Any, LanguageAsked], body: Mapping[str, Any]) -> str | None:
    if body.get("reason") is None:
        return None
    program = told_in(storage.programs().current(call.key.program), call.query.language)
    return read_aloud([Step("declined", body)], program, program.language(call.query.language))
