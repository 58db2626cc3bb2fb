"""/v1/coupons: an owner makes, changes and stops coupons, and sees how they are used."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Asked, Sent, Told
from functions.wiring import coupons, ledger, storage
from loyalty.access.coupon_code import WORD, word
from loyalty.core.coupon import ENDLESS, MOST_CODES, Coupon
from loyalty.languages import Language
from loyalty.ledger.offers import changed_meanwhile, codes
from loyalty.money import LARGEST_AMOUNT
from loyalty.program.by_language import completed
from loyalty.program.by_language import faults as text_faults
from loyalty.program.rules import ONE, Weekday, Window
from loyalty.refusals import Refusal
from loyalty.store import coupon_book

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.ledger.offers import Offered

operations = Operations("Rewards and coupons", "others")

_IDENTIFIER = r"[a-z][a-z0-9-]{0,39}"
_COUPON = {"coupon": Name(_IDENTIFIER, "A coupon's id.", "spring")}
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
MOST_LISTED = 1000

Names = Annotated[
    dict[Language, Annotated[str, Field(min_length=1, max_length=100)]], Field(min_length=1)
]
Day = Annotated[str, Field(pattern=_DATE, description="In the program's zone, included.")]
Codes = Annotated[
    int, Field(ge=0, le=MOST_CODES, description="How many single-use codes there are.")
]
Uses = Annotated[int, Field(ge=1, le=ENDLESS - 1, description="How often in all, by anybody.")]
PerMember = Annotated[int, Field(ge=1, le=10_000, description="How often by one member.")]


class HoursSent(Sent):
    """Days and hours at which it is good."""

    weekdays: list[Weekday] = Field(default_factory=list, max_length=7)
    start: Annotated[str, Field(pattern=_TIME)] = "00:00"
    until: Annotated[str, Field(pattern=_TIME)] = "00:00"


Hours = Annotated[list[HoursSent], Field(max_length=28)]


class GivesSent(Sent):
    """What a code gives: points of a pot, a discount (a part or an amount), or a reward."""

    pot: Annotated[str, Field(pattern=f"^({_IDENTIFIER})?$")] = ""
    points: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    basis_points: Annotated[int, Field(ge=0, le=ONE, description="Off the bill: 1000 is 10 %.")] = 0
    amount: Annotated[int, Field(ge=0, le=LARGEST_AMOUNT, description="Off the bill.")] = 0
    reward: Annotated[str, Field(pattern=f"^({_IDENTIFIER})?$")] = ""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        given = [bool(self.points), bool(self.basis_points), bool(self.amount), bool(self.reward)]
        if sum(given) != 1 or bool(self.pot) != bool(self.points):
            raise PydanticCustomError(
                "one_gift", "Send points with their pot, or basis_points, or amount, or reward."
            )
        return self


class CouponSent(Sent):
    """A new coupon: a word that everybody types, or single-use codes."""

    id: Annotated[str, Field(pattern=f"^{_IDENTIFIER}$")]
    name: Names
    word: Annotated[str, Field(max_length=64, description="3 to 15 letters, digits, hyphens.")] = ""
    codes: Codes = 0
    foreign: Annotated[bool, Field(description="Its codes are another system's.")] = False
    gives: GivesSent
    minimum: Annotated[int, Field(ge=0, le=LARGEST_AMOUNT, description="Smallest bill.")] = 0
    uses: Uses | None = None
    per_member: PerMember | None = 1
    first_day: Day | None = None
    last_day: Day | None = None
    hours: Hours = Field(default_factory=list)

    @model_validator(mode="after")
    def _word_or_codes(self) -> Self:
        if sum(map(bool, (self.word, self.codes, self.foreign))) != 1:
            raise PydanticCustomError(
                "word_or_codes", "Send a word, or how many codes, or that they are foreign."
            )
        return self


class CouponChange(Sent):
    """What is to be changed; what is not named stays. What it gives stays for good."""

    name: Names | None = None
    codes: Codes | None = None
    uses: Uses | None = None
    per_member: PerMember | None = None
    first_day: Day | None = None
    last_day: Day | None = None
    hours: Hours | None = None
    state: Literal["running", "stopped"] | None = None


class GivesTold(Told):
    """What a code gives."""

    pot: str
    points: int
    basis_points: int
    amount: int
    reward: str


class HoursTold(Told):
    """Days and hours at which it is good."""

    weekdays: list[Weekday]
    start: str
    until: str


class CouponTold(Told):
    """A coupon, and how often it was used."""

    id: str
    name: dict[Language, str]
    word: str
    codes: int
    foreign: bool
    gives: GivesTold
    minimum: int
    uses: int | None
    per_member: int | None
    first_day: str | None
    last_day: str | None
    hours: list[HoursTold]
    state: Literal["running", "stopped"]
    used: Annotated[int, Field(description="How often it was used, less what was undone.")]
    left: Annotated[int | None, Field(description="How often it still may be; null: no limit.")]


class CouponList(Told):
    """All coupons, stopped ones too."""

    coupons: list[CouponTold]


class SerialsAsked(Asked):
    """From which code on, and how many."""

    after: Annotated[int, Field(ge=0, le=MOST_CODES, description="Serial number.")] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = MOST_LISTED


class CodeTold(Told):
    """One single-use code."""

    serial: int
    code: str


class CodeList(Told):
    """A page of codes; `next` is the `after` of the following one."""

    codes: list[CodeTold]
    next: int | None


class CodesSent(Sent):
    """Codes as they are printed."""

    codes: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=64)]],
        Field(min_length=1, max_length=500),
    ]


class RefusedCode(Told):
    """A code that was not taken in: which of those sent, from 0, and why."""

    at: int
    reason: Literal["bad_code", "code_taken"]


class TakenInTold(Told):
    """What became of codes."""

    added: int
    known: Annotated[int, Field(description="There already, or twice among those sent.")]
    refused: list[RefusedCode]


class CodeUseTold(Told):
    """The use of a single-use code."""

    serial: int
    code: str
    member_id: str
    at: datetime


class CodeUseList(Told):
    """A page of used codes by their serial numbers."""

    uses: list[CodeUseTold]
    next: int | None


_SPRING: dict[str, Any] = {
    "id": "spring", "name": {"en": "A tenth off"}, "word": "SPRING24", "codes": 0, "foreign": False,
    "gives": {"pot": "", "points": 0, "basis_points": 1000, "amount": 0, "reward": ""},
    "minimum": 500, "uses": 100, "per_member": 1, "first_day": "2026-03-01",
    "last_day": "2026-05-31", "hours": [], "state": "running", "used": 3, "left": 97,
}  # fmt: skip


@operations.add(
    "GET",
    "/v1/coupons",
    summary="List coupons",
    scopes=("owner",),
    answers={200: Said(CouponList, "All there are.", {"one": {"coupons": [_SPRING]}})},
)
def list_coupons(call: Call[None, None]) -> Answer:
    """List all coupons with how often each was used."""
    found = coupons.offers().every(call.key.program)
    return Answer(CouponList(coupons=[_told(one) for one in found]))


@operations.add(
    "POST",
    "/v1/coupons",
    summary="Make a coupon",
    scopes=("owner",),
    body=CouponSent,
    examples={
        "a word": {
            "id": "spring", "name": {"en": "A tenth off"}, "word": "spring24",
            "gives": {"basis_points": 1000}, "minimum": 500, "uses": 100,
            "last_day": "2026-05-31",
        },
        "a thousand codes": {
            "id": "flyers", "name": {"en": "50 points"}, "codes": 1000,
            "gives": {"pot": "points", "points": 50},
        },
    },
    answers={201: Said(CouponTold, "It is good from now on.", {"spring": _SPRING})},
    refusals=(
        "coupon_exists", "word_taken", "bad_word", "too_many_coupons", "unknown_pot",
        "unknown_reward", "language_missing", "busy",
    ),
)  # fmt: skip
def make_coupon(call: Call[CouponSent, None]) -> Answer:
    """Make a coupon. The same once more is answered alike: its id makes it one."""
    sent = call.body
    letters = word(sent.word) if sent.word else ""
    if letters is None:
        detail = f"A word has the form {WORD}."
        raise Refusal("invalid", "bad_word", detail, pointer="/word")
    coupon = Coupon(
        id=sent.id,
        name=_named(call, sent.name),
        word=letters,
        codes=sent.codes,
        foreign=sent.foreign,
        pot=sent.gives.pot,
        points=sent.gives.points,
        basis_points=sent.gives.basis_points,
        amount=sent.gives.amount,
        reward=sent.gives.reward,
        minimum=sent.minimum,
        uses=sent.uses,
        per_member=sent.per_member,
        first_day=sent.first_day,
        last_day=sent.last_day,
        windows=_windows(sent.hours),
    )
    made = coupons.offers().make(call.key.program, coupon, call.actor, call.now)
    return Answer(_told(made), 201)


@operations.add(
    "GET",
    "/v1/coupons/{coupon}",
    summary="Look at a coupon",
    scopes=("owner",),
    names=_COUPON,
    answers={200: Said(CouponTold, "As it is.", {"spring": _SPRING})},
)
def get_coupon(call: Call[None, None]) -> Answer:
    """Return one coupon, and how often it was used. Its ETag says nothing of its uses."""
    found = coupons.offers().one(call.key.program, call.names["coupon"])
    return Answer(_told(found), tag=_tag(found.coupon))


@operations.add(
    "PATCH",
    "/v1/coupons/{coupon}",
    summary="Change or stop a coupon",
    scopes=("owner",),
    names=_COUPON,
    body=CouponChange,
    guarded=True,
    examples={"stopped": {"state": "stopped"}, "longer": {"last_day": "2026-06-30"}},
    answers={200: Said(CouponTold, "It is so from now on.", {"spring": _SPRING})},
    refusals=("fewer_codes", "fewer_uses", "language_missing", "busy"),
)
def change_coupon(call: Call[CouponChange, None]) -> Answer:
    """Change what is named; send null for what shall have no limit. A stopped one can run again."""
    sent, program = call.body, call.key.program
    seen = coupons.offers().one(program, call.names["coupon"]).coupon
    if call.seen != _tag(seen):
        raise changed_meanwhile()
    named: dict[str, Any] = {
        name: getattr(sent, name)
        for name in ("uses", "per_member", "first_day", "last_day")
        if name in sent.model_fields_set
    }
    if sent.name is not None:
        named["name"] = _named(call, sent.name)
    if sent.codes is not None:
        named["codes"] = sent.codes
    if sent.hours is not None:
        named["windows"] = _windows(sent.hours)
    if sent.state is not None:
        named["stopped"] = sent.state == "stopped"
    after = replace(seen, **named)
    changed = coupons.offers().change(program, seen, after, call.actor, call.now)
    return Answer(_told(changed), tag=_tag(changed.coupon))


@operations.add(
    "POST",
    "/v1/coupons/{coupon}/codes",
    summary="Take in another system's codes",
    scopes=("owner",),
    names=_COUPON,
    body=CodesSent,
    examples={"some": {"codes": ["GIFT-8F3K2", "GIFT-77XQ0"]}},
    answers={
        200: Said(
            TakenInTold, "What became of them.", {"some": {"added": 2, "known": 0, "refused": []}}
        )
    },
    refusals=("codes_of_its_own", "too_many_codes", "busy"),
    reserved=True,
)
def take_in_codes(call: Call[CodesSent, None]) -> Answer:
    """Take codes that were printed elsewhere into a coupon made with `foreign`; each is good once.

    The same codes once more change nothing. Case, spaces and dashes of any kind do not matter.
    """
    found = coupons.offers().take_in(
        call.key.program, call.names["coupon"], call.body.codes, call.actor, call.now
    )
    refused = [RefusedCode(at=at, reason=reason) for at, reason in found.refused]
    return Answer(TakenInTold(added=found.added, known=found.known, refused=refused))


@operations.add(
    "GET",
    "/v1/coupons/{coupon}/codes",
    summary="List single-use codes",
    scopes=("owner",),
    names=_COUPON,
    query=SerialsAsked,
    answers={
        200: Said(
            CodeList,
            "A page of them.",
            {"one": {"codes": [{"serial": 1, "code": "3CDE-FHJK-MNPQ-RTVW"}], "next": 1}},
        )
    },
    reserved=True,
)
def list_codes(call: Call[None, SerialsAsked]) -> Answer:
    """List codes, used or not, a thousand at most. They are the same each time."""
    coupon = coupons.offers().one(call.key.program, call.names["coupon"]).coupon
    first = call.query.after + 1
    found = codes(ledger.books(), call.key.program, coupon, first, call.query.limit)
    told = [CodeTold(serial=first + at, code=text) for at, text in enumerate(found)]
    last = call.query.after + len(told)
    return Answer(CodeList(codes=told, next=last if last < coupon.codes else None))


@operations.add(
    "GET",
    "/v1/coupons/{coupon}/uses",
    summary="List used codes",
    scopes=("owner",),
    names=_COUPON,
    query=SerialsAsked,
    answers={
        200: Said(
            CodeUseList,
            "A page of them.",
            {
                "one": {
                    "uses": [
                        {"serial": 7, "code": "3CDE-FHJK-MNPQ-RTVW",
                         "member_id": "0c5a3b0f5d9c4c0f9f3f6f1f2b7d8e90",
                         "at": "2026-05-04T12:00:00Z"}
                    ],
                    "next": None,
                }
            },
        )
    },
    reserved=True,
)  # fmt: skip
def list_code_uses(call: Call[None, SerialsAsked]) -> Answer:
    """List which single-use codes were used, by whom and when.

    Of a word only the number of its uses is kept.
    """
    program, asked = call.key.program, call.query
    coupon = coupons.offers().one(program, call.names["coupon"]).coupon
    found = coupon_book.uses(storage.tables(), program, coupon.id, asked.after, asked.limit)
    told = [
        CodeUseTold(
            serial=one.serial,
            code=codes(ledger.books(), program, coupon, one.serial, 1)[0],
            member_id=one.member,
            at=one.at,
        )
        for one in found
    ]
    full = len(found) == asked.limit
    return Answer(CodeUseList(uses=told, next=found[-1].serial if full else None))


def _named(call: Call[Any, None], name: dict[Language, str]) -> dict[str, str]:
    """Return a name in all of the program's languages."""
    languages = storage.programs().current(call.key.program).languages
    fault = next(text_faults(name, "/name", languages), None)
    if fault is not None:
        raise Refusal("invalid", fault.code, fault.detail, pointer=fault.pointer)
    return completed(name, languages)


def _windows(hours: list[HoursSent]) -> tuple[Window, ...]:
    return tuple(Window(tuple(one.weekdays), one.start, one.until) for one in hours)


def _tag(coupon: Coupon) -> str:
    return f'"{coupon.revision}"'


def _told(offered: Offered) -> CouponTold:
    one = offered.coupon
    return CouponTold(
        id=one.id,
        name=one.name,  # type: ignore[arg-type]
        word=one.word,
        codes=one.codes,
        foreign=one.foreign,
        gives=GivesTold(
            pot=one.pot,
            points=one.points,
            basis_points=one.basis_points,
            amount=one.amount,
            reward=one.reward,
        ),
        minimum=one.minimum,
        uses=one.uses,
        per_member=one.per_member,
        first_day=one.first_day,
        last_day=one.last_day,
        hours=[
            HoursTold(weekdays=list(each.weekdays), start=each.start, until=each.until)
            for each in one.windows
        ],
        state="stopped" if one.stopped else "running",
        used=offered.used,
        left=offered.left,
    )
