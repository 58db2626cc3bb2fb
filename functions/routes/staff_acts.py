"""/v1/members/{member}/…: what staff do for a member, each act once, with its reason and a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import WORDS, Sent, Told, Where
from functions.routes.member_shapes import ANN, LanguageAsked
from functions.routes.places import place_of
from functions.wiring import ledger, staffing, storage
from loyalty.core.explain import read_aloud
from loyalty.core.trace import Step
from loyalty.ledger.act import Act
from loyalty.ledger.books import member_not_found
from loyalty.program.by_language import told_in
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.http.operations import Call
    from loyalty.ledger import books

operations = Operations("Staff", "others")

_MOST_POINTS = 1_000_000_000
_MOST_POTS = 10
MEMBER = {"member": Name(r"[0-9a-f]{32}", "The member's id.", str(ANN["member_id"]))}
_BEN = "9f3c1d7a5b0e4f6c8a2d4e6f8a0b2c4d"

Reason = Annotated[
    str,
    Field(min_length=1, max_length=500, description="Why, for whoever looks at it later."),
    WORDS,
]
Pot = Annotated[
    str, Field(max_length=80, description="The pot's id; else the first one that fits.")
]


PotNamed = Annotated[str, Field(min_length=1, max_length=80, description="The pot's id.")]


class ReasonSent(Sent):
    """Why, and where."""

    reason: Reason
    location: Where = ""


class AlsoGiven(Sent):
    """What is given of another pot in the same act."""

    pot: PotNamed
    points: Annotated[int, Field(ge=1, le=_MOST_POINTS)]


class AlsoAdjusted(Sent):
    """By how much the balance of another pot is set right in the same act."""

    pot: PotNamed
    points: Annotated[int, Field(ge=-_MOST_POINTS, le=_MOST_POINTS)]


class GiftSent(ReasonSent):
    """What is given; ``also`` is of further pots: all of it at once, or nothing."""

    points: Annotated[int, Field(ge=1, le=_MOST_POINTS)]
    pot: Pot = ""
    also: Annotated[list[AlsoGiven], Field(max_length=_MOST_POTS)] = []  # noqa: RUF012 - pydantic copies defaults


class StampsSent(ReasonSent):
    """How many stamps are given at once."""

    count: Annotated[int, Field(ge=1, le=_MOST_POINTS)] = 1
    pot: Pot = ""


class AdjustmentSent(ReasonSent):
    """By how much a balance is set right; negative takes away. ``also`` as of gifts."""

    points: Annotated[int, Field(ge=-_MOST_POINTS, le=_MOST_POINTS)]
    pot: Pot = ""
    also: Annotated[list[AlsoAdjusted], Field(max_length=_MOST_POTS)] = []  # noqa: RUF012 - the same


class TransferSent(ReasonSent):
    """What moves to whom."""

    to: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="The other member's id.")]
    points: Annotated[int, Field(ge=1, le=_MOST_POINTS)]
    pot: Pot = ""


class MergeSent(ReasonSent):
    """Who becomes one with this member."""

    other: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="Whose card becomes void.")]


class LeaveSent(ReasonSent):
    """Whether what is left on the card may be lost."""

    forfeit: Annotated[
        bool, Field(description="The member knows that what is left on the card is lost.")
    ] = False


class PotActTold(Told):
    """What an act did to a further pot."""

    pot: str
    points: int
    balance: int


class ActTold(Told):
    """What became of an act."""

    outcome: Literal["given", "adjusted", "moved", "paused", "resumed", "left", "declined"]
    reason: Annotated[str | None, Field(description="Why it was declined: a code.")]
    sentence: Annotated[str | None, Field(description="The same for reading aloud.")]
    points: Annotated[int | None, Field(description="What was given or moved.")]
    balance: Annotated[int | None, Field(description="Of the pot, where it is told.")]
    also: Annotated[list[PotActTold], Field(description="Of further pots of the same act.")]


_YES: dict[str, Any] = {"reason": None, "sentence": None, "also": []}
_NO: dict[str, Any] = {
    "outcome": "declined", "reason": "insufficient_balance", "sentence": "100 needed, 25 there",
    "points": None, "balance": 25, "also": [],
}  # fmt: skip
_PAUSED: dict[str, Any] = {
    "outcome": "declined", "reason": "membership_paused",
    "sentence": "this card is paused; staff can resume it", "points": None, "balance": None,
    "also": [],
}  # fmt: skip
_ACT = ("member_not_found", "limit_reached", "busy")
_VALUE = ("unknown_pot", *_ACT)
_VALUES = ("same_pot", *_VALUE)


def _said(meaning: str, **examples: dict[str, Any]) -> dict[int, Said]:
    return {200: Said(ActTold, meaning, examples)}


@operations.add(
    "POST",
    "/v1/members/{member}/gifts",
    summary="Give points",
    scopes=("staff",),
    names=MEMBER,
    query=LanguageAsked,
    body=GiftSent,
    keyed=True,
    examples={
        "a gift": {"points": 50, "reason": "the coffee was cold"},
        "of two pots": {
            "points": 50,
            "also": [{"pot": "stamps", "points": 2}],
            "reason": "the coffee was cold",
        },
    },
    answers=_said(
        "It was given, or declined; either is final.",
        given={"outcome": "given", **_YES, "points": 50, "balance": 275},
        of_two_pots={
            "outcome": "given",
            **_YES,
            "points": 50,
            "balance": 275,
            "also": [{"pot": "stamps", "points": 2, "balance": 7}],
        },
        declined=_PAUSED,
    ),
    refusals=_VALUES,
)
def give_points(call: Call[GiftSent, LanguageAsked]) -> Answer:
    """Give a member points, within the key's limits at once, in a day and in a month.

    What is given of several pots counts against them together.
    """
    pot, also = _pot(call, call.body.pot), _also(call.body.also)
    answer = staffing.staff().give(_act(call), _member(call), pot, call.body.points, call.now, also)
    return told(call, answer)


@operations.add(
    "POST",
    "/v1/members/{member}/stamps",
    summary="Give stamps",
    scopes=("staff",),
    names=MEMBER,
    query=LanguageAsked,
    body=StampsSent,
    keyed=True,
    examples={"two at once": {"count": 2, "reason": "two coffees, no card at hand"}},
    answers=_said(
        "They were given, or declined; either is final.",
        given={"outcome": "given", **_YES, "points": 2, "balance": 7},
        declined=_PAUSED,
    ),
    refusals=_VALUE,
)
def give_stamps(call: Call[StampsSent, LanguageAsked]) -> Answer:
    """Give a member stamps, several at once; within the same limits as points."""
    pot = _pot(call, call.body.pot, "stamps")
    answer = staffing.staff().give(_act(call), _member(call), pot, call.body.count, call.now)
    return told(call, answer)


@operations.add(
    "POST",
    "/v1/members/{member}/adjustments",
    summary="Set a balance right",
    scopes=("staff",),
    names=MEMBER,
    query=LanguageAsked,
    body=AdjustmentSent,
    keyed=True,
    examples={"less": {"points": -20, "reason": "typed twice"}},
    answers=_said(
        "It was set right, or declined; either is final.",
        adjusted={"outcome": "adjusted", **_YES, "points": None, "balance": 205},
        declined=_NO,
    ),
    refusals=(*_VALUES, "proof_needed"),
)
def adjust_balance(call: Call[AdjustmentSent, LanguageAsked]) -> Answer:
    """Give or take points to make up for a mistake; never more than there is.

    Who takes some and is signed in without a key has to have proved themselves lately.
    """
    pot, also = _pot(call, call.body.pot), _also(call.body.also)
    if call.body.points < 0 or any(points < 0 for _, points in also):
        call.prove()
    answer = staffing.staff().adjust(
        _act(call), _member(call), pot, call.body.points, call.now, also
    )
    return told(call, answer)


@operations.add(
    "POST",
    "/v1/members/{member}/entries/{entry}/undo",
    summary="Take back what was just given",
    scopes=("staff",),
    names={**MEMBER, "entry": Name(r"[1-9][0-9]{0,8}", "The entry's number.", "7")},
    query=LanguageAsked,
    body=ReasonSent,
    keyed=True,
    examples={"a slip": {"reason": "typed one nought too many"}},
    answers=_said(
        "It was taken back, once for all, or declined where it is spent at present.",
        adjusted={"outcome": "adjusted", **_YES, "points": None, "balance": 205},
        declined=_NO,
    ),
    refusals=("entry_not_found", "not_yours", "too_late", *_ACT),
)
def take_back(call: Call[ReasonSent, LanguageAsked]) -> Answer:
    """Take back, within ten minutes, what the same person has given or set right; once.

    It stands in the ledger as an adjustment. What points paid for is undone by its redemption.
    """
    entry = int(call.names["entry"])
    return told(call, staffing.staff().take_back(_act(call), _member(call), entry, call.now))


@operations.add(
    "POST",
    "/v1/members/{member}/transfers",
    summary="Move points to another member",
    scopes=("staff",),
    names=MEMBER,
    query=LanguageAsked,
    body=TransferSent,
    keyed=True,
    examples={"to a friend": {"to": _BEN, "points": 30, "reason": "asked for by both"}},
    answers=_said(
        "They moved, or it was declined; either is final.",
        moved={"outcome": "moved", **_YES, "points": 30, "balance": None},
        declined=_NO,
    ),
    refusals=(*_VALUE, "same_member"),
)
def transfer_points(call: Call[TransferSent, LanguageAsked]) -> Answer:
    """Move value from one member to another; when it ends moves along."""
    pot, points = _pot(call, call.body.pot), call.body.points
    answer = staffing.staff().transfer(
        _act(call), _member(call), call.body.to, pot, points, call.now
    )
    return told(call, answer)


@operations.add(
    "POST",
    "/v1/members/{member}/merge",
    summary="Make one member of two",
    scopes=("staff",),
    names=MEMBER,
    query=LanguageAsked,
    body=MergeSent,
    keyed=True,
    examples={"joined twice": {"other": _BEN, "reason": "joined by phone and by e-mail"}},
    answers=_said(
        "They are one, or it was declined; either is final.",
        moved={"outcome": "moved", **_YES, "points": 120, "balance": None},
        declined={
            "outcome": "declined", "reason": "membership_ended",
            "sentence": "this membership has ended", "points": None, "balance": None, "also": [],
        },
    ),
    refusals=(*_ACT, "same_member"),
)  # fmt: skip
def merge_members(call: Call[MergeSent, LanguageAsked]) -> Answer:
    """Move all that another member has, and their contacts, to this one; their card becomes void.

    Later messages about the other's orders count here. Tags, attributes and consents come along:
    where both have an attribute, this one's stays; of a consent what was said last.
    """
    answer = staffing.merging().merge(_act(call), call.body.other, _member(call), call.now)
    return told(call, answer)


@operations.add(
    "POST",
    "/v1/members/{member}/pause",
    summary="Pause a card",
    scopes=("staff",),
    names=MEMBER,
    query=LanguageAsked,
    body=ReasonSent,
    keyed=True,
    examples={"lost": {"reason": "the phone was lost"}},
    answers=_said(
        "It is paused.", paused={"outcome": "paused", **_YES, "points": None, "balance": None}
    ),
    refusals=_ACT,
)
def pause_card(call: Call[ReasonSent, LanguageAsked]) -> Answer:
    """Let a card neither earn nor spend until it is resumed. What it holds stays, and may end."""
    answer = staffing.staff().pause(_act(call), _member(call), call.now, paused=True)
    return told(call, answer)


@operations.add(
    "POST",
    "/v1/members/{member}/resume",
    summary="Resume a paused card",
    scopes=("staff",),
    names=MEMBER,
    query=LanguageAsked,
    body=ReasonSent,
    keyed=True,
    examples={"found": {"reason": "the phone was found"}},
    answers=_said(
        "It is in use again.",
        resumed={"outcome": "resumed", **_YES, "points": None, "balance": None},
    ),
    refusals=_ACT,
)
def resume_card(call: Call[ReasonSent, LanguageAsked]) -> Answer:
    """Let a paused card earn and spend again."""
    answer = staffing.staff().pause(_act(call), _member(call), call.now, paused=False)
    return told(call, answer)


@operations.add(
    "POST",
    "/v1/members/{member}/leave",
    summary="Let a member leave the program",
    scopes=("staff",),
    names=MEMBER,
    query=LanguageAsked,
    body=LeaveSent,
    keyed=True,
    examples={"goodbye": {"reason": "asked for at the counter", "forfeit": True}},
    answers=_said(
        "The member has left; or there is something left to spend first.",
        left={"outcome": "left", **_YES, "points": None, "balance": None},
        declined={
            "outcome": "declined", "reason": "value_left",
            "sentence": "there is value left on the card that would be lost",
            "points": None, "balance": None, "also": [],
        },
    ),
    refusals=_ACT,
)  # fmt: skip
def leave_program(call: Call[LeaveSent, LanguageAsked]) -> Answer:
    """End a membership: the card becomes void, and of the person nothing is kept.

    Where the program lets members spend what they have first, it is declined until they have, or
    until they forfeit it; then send the same with another Idempotency-Key.
    """
    forfeit = call.body.forfeit
    answer = staffing.erasure().leave(_act(call), _member(call), call.now, forfeit=forfeit)
    return told(call, answer)


def act_of(call: Call[Any, Any], reason: str) -> Act:
    """Return who does what is asked for, under which id."""
    return Act(
        call.key.program,
        call.key.id,
        call.act,
        reason,
        limits=call.key.limits,
        location=place_of(call),
    )


def told(call: Call[Any, LanguageAsked], answer: books.Answer) -> Answer:
    """Return what became of an act, with a sentence where it was declined."""
    body = answer.body
    reason = body.get("reason")
    sentence = None
    if reason is not None:
        program = told_in(storage.programs().current(call.key.program), call.query.language)
        language = program.language(call.query.language)
        sentence = read_aloud([Step("declined", body)], program, language)
    content = ActTold(
        outcome=body["outcome"],
        reason=reason,
        sentence=sentence,
        points=body.get("points"),
        balance=body.get("balance"),
        also=[
            PotActTold(pot=pot, points=points, balance=balance)
            for pot, points, balance in body.get("also", ())
        ],
    )
    return Answer(content, replayed=answer.replayed)


def _also(sent: Iterable[AlsoGiven | AlsoAdjusted]) -> tuple[tuple[str, int], ...]:
    return tuple((one.pot, one.points) for one in sent)


def _act(call: Call[Any, Any]) -> Act:
    return act_of(call, call.body.reason)


def _member(call: Call[Any, Any]) -> str:
    """Return the member, who may have become another; refuses one that is none here."""
    member = call.names["member"]
    if ledger.books().account(call.key.program, member) is None:
        raise member_not_found(member)
    return member


def _pot(call: Call[Any, Any], wanted: str, kind: str | None = None) -> str:
    """Return the pot that is meant: the one that is named, or the first one (of a kind)."""
    pots = storage.programs().current(call.key.program).pots
    fitting = [pot.id for pot in pots if kind is None or pot.kind == kind]
    if wanted:
        return wanted
    if not fitting:
        detail = f"The program has no pot of {kind or 'value'}."
        raise Refusal("invalid", "unknown_pot", detail, pointer="/pot")
    return fitting[0]
