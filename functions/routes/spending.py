"""/v1/holds and /v1/redemptions: spending rewards, and points as money."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from functions.http.operations import Answer, Call, Name, Operations, Said
from functions.http.shapes import WORDS, Sent, Told, Where
from functions.routes.member_shapes import LanguageAsked, Points
from functions.routes.places import place_of
from functions.routes.tills import ORDER_ID, SOURCE, speaks_for
from functions.routes.times import Instant  # noqa: TC001 - pydantic reads it
from functions.wiring import ledger, storage
from loyalty.core.calendar import at
from loyalty.core.decide.spending import Price
from loyalty.core.explain import read_aloud
from loyalty.core.order import OrderKey
from loyalty.core.trace import Step
from loyalty.ledger.spending import Request, Whose
from loyalty.money import LARGEST_ORDER
from loyalty.program.by_language import told_in
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from loyalty.ledger import books

operations = Operations("Spending", "spending")

OURS = "API"
"""The source of acts through /v1. No till has a name in capitals."""

_MOST_POINTS = 1_000_000_000
_EITHER: dict[str, Any] = {
    "oneOf": [
        {"required": ["reward"], "properties": {"points": False, "bill": False}},
        {"required": ["points", "bill"], "properties": {"reward": False}},
    ]
}
_CARD = "1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP"
_ID = "mfrggzdfmztwq2lknnwg23tpoa"

HOLD = {"hold": Name(r"[a-z2-7]{26}", "The hold's id, as its placing answered it.", _ID)}
REDEMPTION = {
    "redemption": Name(
        rf"(?s)[a-z2-7]{{26}}|{SOURCE.form}:.{{1,128}}",
        "The id that a redemption or a hold was answered with; or of a redemption by webhook, the "
        "till's source, a colon, and its id there.",
        _ID,
        whole=True,
    )
}


class OrderNamed(Sent):
    """An order, reported or still to be reported."""

    source: Annotated[str, Field(pattern=f"^{SOURCE.form}$")]
    id: Annotated[str, Field(pattern=f"^{ORDER_ID.form}$")]


class PriceSent(Sent):
    """What is to be spent: a reward, or points as money on a bill."""

    model_config = ConfigDict(json_schema_extra=_EITHER)

    card_code: Annotated[str, Field(min_length=1, max_length=200)]
    location: Where = ""
    reward: Annotated[str, Field(min_length=1, max_length=80, description="A reward's id.")] = ""
    points: Annotated[int, Field(ge=1, le=_MOST_POINTS, description="Points as money.")] = 0
    bill: Annotated[
        int, Field(ge=1, le=LARGEST_ORDER, description="What they pay a part of, minor units.")
    ] = 0

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        money = {"points", "bill"} & self.model_fields_set
        if ("reward" in self.model_fields_set) == bool(money) or len(money) == 1:
            raise PydanticCustomError(
                "reward_or_points", "Send a reward, or points together with the bill."
            )
        return self

    @property
    def price(self) -> Price:
        """Return it as the ledger takes it."""
        return Price(self.reward or None, self.points, self.bill)


class RedemptionSent(PriceSent):
    """What is spent at once. `order` is the one that it pays for: a refund gives it back."""

    occurred_at: Annotated[
        Instant,
        Field(description="When it was made at the till; one that was made offline is refused."),
    ] = None  # type: ignore[assignment]

    order: Annotated[
        OrderNamed, Field(description="What it pays for: a refund of it gives back what was spent.")
    ] = None  # type: ignore[assignment]


class CaptureSent(Sent):
    """How much of a hold is spent: all of it, where nothing is said; the rest is free again."""

    points: Annotated[int, Field(ge=0, le=_MOST_POINTS)] = None  # type: ignore[assignment]
    order: Annotated[
        OrderNamed, Field(description="What it pays for: a refund of it gives back what was spent.")
    ] = None  # type: ignore[assignment]


class ReleaseSent(Sent):
    """Nothing needs to be said: `{}`."""


class UndoSent(Sent):
    """Why; staff have to say."""

    reason: Annotated[str, Field(min_length=1, max_length=500), WORDS] = ""


class Outcome(Told):
    """What was decided. It is final: the same request gets the same answer."""

    id: str
    reason: Annotated[str | None, Field(description="Why it was declined: a code.")]
    sentence: Annotated[str | None, Field(description="The same for reading aloud.")]


class Redeemed(Outcome):
    """What became of a redemption."""

    outcome: Literal["redeemed", "declined"]
    price: Annotated[int, Field(description="What was spent, or would have been.")]
    pays: Annotated[int | None, Field(description="Minor units that points as money pay.")]
    balance: Annotated[int | None, Field(description="Of the pot, where it is told.")]


class Held(Outcome):
    """What became of a hold."""

    outcome: Literal["held", "declined"]
    price: Points
    pays: Annotated[int | None, Field(description="Minor units that points as money will pay.")]
    available: Annotated[int | None, Field(description="What is left beside it.")]
    expires_at: Annotated[datetime | None, Field(description="Then everything is free again.")]


class Captured(Outcome):
    """What became of a capture."""

    outcome: Literal["captured", "declined"]
    price: Annotated[int | None, Field(description="What was spent.")]
    balance: int | None


class Released(Outcome):
    """What became of a release."""

    outcome: Literal["released", "declined"]
    available: int | None


class Undone(Told):
    """What was given back."""

    id: str
    outcome: Literal["returned", "declined"]
    reason: str | None
    sentence: str | None
    points: Annotated[int | None, Field(description="Less what a refund gave back before.")]
    balance: int | None


_NO = {"reason": "insufficient_balance", "sentence": "100 needed, 25 there"}
_YES = {"reason": None, "sentence": None}
_OVER = {"reason": "hold_not_open", "sentence": "this hold is not open any more"}


@operations.add(
    "POST",
    "/v1/redemptions",
    summary="Spend at once",
    scopes=("till", "staff"),
    query=LanguageAsked,
    body=RedemptionSent,
    keyed=True,
    examples={
        "a reward": {"card_code": _CARD, "reward": "free-coffee"},
        "points as money": {
            "card_code": _CARD, "points": 200, "bill": 1250,
            "order": {"source": "till", "id": "receipt-77"},
        },
    },
    answers={
        200: Said(
            Redeemed,
            "It was redeemed or declined; either is final.",
            {
                "redeemed": {
                    "id": _ID, "outcome": "redeemed", **_YES, "price": 100, "pays": None,
                    "balance": 25,
                },
                "declined": {
                    "id": _ID, "outcome": "declined", **_NO, "price": 100, "pays": None,
                    "balance": 25,
                },
            },
        )
    },
    refusals=("unknown_reward", "offline_redemption", "source_not_allowed", "too_many_misses"),
)  # fmt: skip
def redeem(call: Call[RedemptionSent, LanguageAsked]) -> Answer:
    """Spend a reward's price, or points as money, in one call.

    For tills that cannot hold: with a hold nothing is lost when the sale falls through.
    """
    place_of(call)
    order = named_order(call, call.body.order)
    request = Request(call.key.program, OURS, call.act, call.actor)
    body = call.body
    answer = ledger.spending().spend(
        request, body.card_code, body.price, call.now, order, body.occurred_at
    )
    said = {**_told(call, call.act, answer), "price": answer.body["price"]}
    said["pays"] = _pays(call, body.price)
    said["balance"] = answer.body.get("balance")
    return Answer(Redeemed.model_validate(said), replayed=answer.replayed)


@operations.add(
    "POST",
    "/v1/holds",
    summary="Reserve what is to be spent",
    scopes=("till", "staff"),
    query=LanguageAsked,
    body=PriceSent,
    keyed=True,
    examples={
        "points as money": {"card_code": _CARD, "points": 200, "bill": 1250},
        "a reward": {"card_code": _CARD, "reward": "free-coffee"},
    },
    answers={
        200: Said(
            Held,
            "It is held, or was declined; either is final.",
            {
                "held": {
                    "id": _ID, "outcome": "held", **_YES, "price": 200, "pays": 200,
                    "available": 25, "expires_at": "2026-05-04T12:15:00Z",
                },
                "declined": {
                    "id": _ID, "outcome": "declined", **_NO, "price": 100, "pays": None,
                    "available": None, "expires_at": None,
                },
            },
        )
    },
    refusals=("unknown_reward", "too_many_misses"),
)  # fmt: skip
def place_hold(call: Call[PriceSent, LanguageAsked]) -> Answer:
    """Reserve a reward's price, or points as money, for as long as the program says.

    A member has one open hold. Capture it when the bill is paid, release it when it is not; what
    nobody ends is free again by itself.
    """
    place_of(call)
    request = Request(call.key.program, OURS, call.act, call.actor)
    answer = ledger.spending().hold(request, call.body.card_code, call.body.price, call.now)
    ends = answer.body.get("expires_at")
    body = {**_told(call, call.act, answer), "price": answer.body["price"]}
    body["pays"] = _pays(call, call.body.price)
    body["available"] = answer.body.get("available")
    body["expires_at"] = at(ends) if ends else None
    return Answer(Held.model_validate(body), replayed=answer.replayed)


@operations.add(
    "POST",
    "/v1/holds/{hold}/capture",
    summary="Spend what is held",
    scopes=("till", "staff"),
    names=HOLD,
    query=LanguageAsked,
    body=CaptureSent,
    examples={
        "all": {},
        "a part": {"points": 120, "order": {"source": "till", "id": "receipt-77"}},
    },
    answers={
        200: Said(
            Captured,
            "It was captured, or declined; either is final.",
            {
                "captured": {
                    "id": _ID, "outcome": "captured", **_YES, "price": 120, "balance": 105,
                },
                "too late": {
                    "id": _ID, "outcome": "declined", **_OVER, "price": None, "balance": None,
                },
            },
        )
    },
    refusals=("source_not_allowed", "busy", "id_reused"),
)  # fmt: skip
def capture_hold(call: Call[CaptureSent, LanguageAsked]) -> Answer:
    """Spend what a hold reserves, once; the rest is free again. The same again changes nothing."""
    order = named_order(call, call.body.order)
    request, hold = _ours(call, "hold")
    answer = ledger.spending().capture(request, None, call.now, call.body.points, order)
    body = _told(call, hold, answer)
    body |= {name: answer.body.get(name) for name in ("price", "balance")}
    return Answer(Captured.model_validate(body), replayed=answer.replayed)


@operations.add(
    "POST",
    "/v1/holds/{hold}/release",
    summary="Let go of what is held",
    scopes=("till", "staff"),
    names=HOLD,
    query=LanguageAsked,
    body=ReleaseSent,
    examples={"all": {}},
    answers={
        200: Said(
            Released,
            "It was released, or is over already.",
            {
                "released": {"id": _ID, "outcome": "released", **_YES, "available": 225},
                "too late": {"id": _ID, "outcome": "declined", **_OVER, "available": None},
            },
        )
    },
    refusals=("busy", "id_reused"),
)
def release_hold(call: Call[ReleaseSent, LanguageAsked]) -> Answer:
    """Give back what a hold reserves. The same again changes nothing."""
    request, hold = _ours(call, "hold")
    answer = ledger.spending().release(request, None, call.now)
    body = {**_told(call, hold, answer), "available": answer.body.get("available")}
    return Answer(Released.model_validate(body), replayed=answer.replayed)


@operations.add(
    "POST",
    "/v1/redemptions/{redemption}/undo",
    summary="Give back what was spent by mistake",
    scopes=("till", "staff"),
    names=REDEMPTION,
    query=LanguageAsked,
    body=UndoSent,
    examples={"by the till": {}, "by staff": {"reason": "The wrong card was scanned."}},
    answers={
        200: Said(
            Undone,
            "It was given back, to the same lots; limits count it no longer.",
            {
                "returned": {
                    "id": _ID, "outcome": "returned", **_YES, "points": 100, "balance": 125,
                },
                "declined": {
                    "id": _ID, "outcome": "declined", "reason": "membership_ended",
                    "sentence": "this membership has ended", "points": None, "balance": None,
                },
            },
        )
    },
    refusals=("reason_missing", "not_yours", "too_late", "busy", "id_reused"),
)  # fmt: skip
def undo_redemption(call: Call[UndoSent, LanguageAsked]) -> Answer:
    """Undo a redemption or a captured hold, within the time that the program sets.

    A till undoes what it has made; staff undo anybody's, and say why. The same again changes
    nothing.
    """
    named = call.names["redemption"]
    source, colon, name = named.partition(":")
    if not colon:
        source, name = OURS, named
    elif not speaks_for(call.key, source):
        raise Refusal("not_found", "redemption_not_found")
    staff = call.key.scope != "till"
    if staff and not call.body.reason:
        raise Refusal("invalid", "reason_missing", "Say why.", pointer="/reason")
    whose = Whose((source,) if colon else (), anybodys=staff, reason=call.body.reason)
    request = Request(call.key.program, source, name, call.actor)
    answer = ledger.spending().undo(request, None, call.now, whose)
    refused = _UNDO.get(answer.body.get("reason", ""))
    if refused is not None:
        raise Refusal(*refused)
    body = _told(call, named, answer)
    body |= {name: answer.body.get(name) for name in ("points", "balance")}
    return Answer(Undone.model_validate(body), replayed=answer.replayed)


_UNDO: dict[str, Any] = {
    "redemption_not_found": ("not_found", "redemption_not_found"),
    "not_yours": ("forbidden", "not_yours", "Another till has made it. Staff can undo it."),
    "too_late": ("conflict", "too_late", "The time to undo it is over."),
}


def _ours(call: Call[Any, Any], name: str) -> tuple[Request, str]:
    found = call.names[name]
    return Request(call.key.program, OURS, found, call.actor), found


def named_order(call: Call[Any, Any], named: OrderNamed | None) -> OrderKey | None:
    """Return the order that was named; raises Refusal where the key may not speak for its till."""
    if named is None:
        return None
    if not speaks_for(call.key, named.source):
        detail = f"This key may speak for: {', '.join(call.key.sources)}."
        raise Refusal("forbidden", "source_not_allowed", detail)
    return OrderKey(call.key.program, named.source, named.id)


def _told(call: Call[Any, LanguageAsked], name: str, answer: books.Answer) -> dict[str, Any]:
    """Return what all answers have in common."""
    outcome, reason = answer.body["outcome"], answer.body.get("reason")
    sentence = None
    if reason is not None:
        program = told_in(storage.programs().current(call.key.program), call.query.language)
        language = program.language(call.query.language)
        sentence = read_aloud([Step("declined", answer.body)], program, language)
    return {"id": name, "outcome": outcome, "reason": reason, "sentence": sentence}


def _pays(call: Call[Any, Any], price: Price) -> int | None:
    """Return what points as money pay, minor units."""
    money = storage.programs().current(call.key.program).points_as_money
    if price.reward is not None or money is None:
        return None
    return price.points * money.amount // money.points
