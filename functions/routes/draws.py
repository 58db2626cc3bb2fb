"""/v1/draws: prize draws that members enter for points, and a public source of chance decides."""

from __future__ import annotations

import re
from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import BY_LANGUAGE, WORDS, Sent, Told
from functions.routes.member_shapes import ANN
from functions.wiring import environment, prize_draws, storage
from loyalty.core.draw import CHAIN, MOST_PRIZES, Beacon, Draw, Purchases, State, second_of
from loyalty.core.instants import instant, read_local
from loyalty.refusals import Refusal
from loyalty.store.program_versions import changed_meanwhile

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.ledger.drawing_prizes import Standing

operations = Operations("Campaigns", "others")

_NAMES = {"draw": Name(r"[a-z][a-z0-9-]{0,39}", "A name of your own.", "spring")}
_SENT: dict[str, Any] = {
    "name": {"en": "The spring draw"}, "text": {"en": "Three baskets, drawn in May."},
    "prizes": [{"en": "A basket"}, {"en": "A cake"}], "pot": "points", "price": 50, "most": 10,
    "closes": "2026-05-31T18:00",
}  # fmt: skip
_BOUGHT: dict[str, Any] = {
    "name": {"en": "The May draw"}, "text": {"en": "An entry for each $10."},
    "prizes": [{"en": "A basket"}], "most": 20, "closes": "2026-05-31T18:00",
    "purchases": {"counts": "spend", "each": 1000, "begins": "2026-05-01T00:00"},
}  # fmt: skip
_HASH = "4f3c0a5e9d1b7c28"
_SHOWN: dict[str, Any] = {
    "id": "spring", "version": 1, **_SENT, "purchases": None,
    "closes": "2026-05-31T16:00:00Z", "state": "drawn",
    "entries": 412, "entrants": 120, "hash": _HASH * 4, "round": 29_200_000,
    "decides": "2026-05-31T16:10:00Z", "chain": CHAIN, "randomness": "9f86d081884c7d65" * 4,
    "winners": [
        {"prize": {"en": "A basket"}, "pseudonym": "5b" * 16, "member_id": ANN["member_id"]}
    ],
    "page": "https://cards.example/draws/coffee/spring",
}  # fmt: skip
_BEACON = {
    "round": 29_200_000, "randomness": "9f86d081884c7d65" * 4, "signature": "a4" * 48,
}  # fmt: skip
_VERSION = re.compile(r'"(0|[1-9][0-9]{0,8})"')

Names = dict[str, Annotated[str, Field(min_length=1, max_length=60), WORDS]]
Texts = dict[str, Annotated[str, Field(min_length=1, max_length=500), WORDS]]


class PurchasesSent(Sent):
    """What entries come of by themselves."""

    counts: Annotated[Literal["visits", "spend"], Field(description="Spend in minor units.")]
    each: Annotated[int, Field(ge=1, le=10**12, description="So many are an entry.")]
    begins: Annotated[str, Field(max_length=25, description="Local time: 2026-05-01T00:00.")]


class DrawSent(Sent):
    """A draw."""

    name: Annotated[Names, Field(description=BY_LANGUAGE)]
    text: Annotated[Texts, Field(description="What it is about, by language.")]
    prizes: Annotated[
        list[Names],
        Field(min_length=1, max_length=MOST_PRIZES, description="The first one first."),
    ]
    pot: Annotated[str | None, Field(min_length=1, max_length=40)] = None
    price: Annotated[int | None, Field(ge=1, le=1_000_000, description="Points for an entry.")] = (
        None
    )
    purchases: Annotated[
        PurchasesSent | None, Field(description="Instead of `pot` and `price`.")
    ] = None
    most: Annotated[int, Field(ge=1, le=100, description="Entries of a member, at most.")] = 10
    closes: Annotated[
        str, Field(max_length=25, description="Local time of the program: 2026-05-31T18:00.")
    ]


class BeaconSent(Sent):
    """What drand answers of the round: `https://api.drand.sh/<chain>/public/<round>`."""

    round: Annotated[int, Field(ge=1, le=10**12)]
    randomness: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signature: Annotated[str, Field(pattern=r"^[0-9a-f]{96}$")]


class WinnerTold(Told):
    """Who has won."""

    prize: dict[str, str]
    pseudonym: Annotated[str, Field(description="As in the list that anybody may see.")]
    member_id: str


class PurchasesTold(Told):
    """What entries come of by themselves."""

    counts: str
    each: int
    begins: datetime


class DrawTold(Told):
    """A draw, and how it stands."""

    id: str
    version: int
    name: dict[str, str]
    text: dict[str, str]
    prizes: list[dict[str, str]]
    pot: str | None
    price: int | None
    purchases: PurchasesTold | None
    most: int
    closes: datetime
    state: State
    entries: int
    entrants: int | None
    hash: Annotated[str | None, Field(description="SHA-256 of the list, once it is fixed.")]
    round: Annotated[int | None, Field(description="Which decides: named with the list.")]
    decides: Annotated[datetime | None, Field(description="When that round happens.")]
    chain: Annotated[str, Field(description="drand's chain that the round is of.")]
    randomness: str | None
    winners: list[WinnerTold]
    page: Annotated[str, Field(description="Where anybody may see and check that.")]


class DrawList(Told):
    """All draws."""

    draws: list[DrawTold]


@operations.add(
    "GET",
    "/v1/draws",
    summary="List draws",
    scopes=("owner",),
    answers={200: Said(DrawList, "All of them.", {"one": {"draws": [_SHOWN]}})},
)
def list_draws(call: Call[None, None]) -> Answer:
    """Return all draws, and how they stand."""
    found = prize_draws.draws().all(call.key.program)
    return Answer(DrawList(draws=[_told(call.key.program, one) for one in found]))


@operations.add(
    "GET",
    "/v1/draws/{draw}",
    summary="Show a draw",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(DrawTold, "By now.", {"one": _SHOWN})},
    refusals=("draw_not_found",),
)
def show_draw(call: Call[None, None]) -> Answer:
    """Return a draw, and how it stands. Its ETag is what a change of it has to name."""
    return _answer(call, prize_draws.draws().one(call.key.program, call.names["draw"]))


@operations.add(
    "PUT",
    "/v1/draws/{draw}",
    summary="Make or change a draw",
    scopes=("owner",),
    names=_NAMES,
    body=DrawSent,
    guarded=True,
    examples={"two prizes": _SENT, "an entry for each ten dollars": _BOUGHT},
    answers={
        200: Said(
            DrawTold,
            "Cards' pages offer it.",
            {
                "one": {
                    **_SHOWN, "state": "open", "entries": 0, "entrants": None, "hash": None,
                    "round": None, "decides": None, "randomness": None, "winners": [],
                }
            },
        )
    },
    refusals=("invalid_draw", "too_many_draws", "draw_entered"),
)  # fmt: skip
def put_draw(call: Call[DrawSent, None]) -> Answer:
    """Name a draw, or change one that nobody has entered.

    If-Match is the ETag of the draw, or `"0"` for one that is not there yet. Points for entries are
    spent, like those for a reward, and cannot be taken back. Whether a draw for points is allowed
    where the shop is, its law says.
    """
    match = _VERSION.fullmatch(call.seen)
    if match is None:
        raise changed_meanwhile()
    sent, program = call.body, call.key.program
    draw = Draw(
        id=call.names["draw"],
        names=sent.name,
        texts=sent.text,
        prizes=tuple(sent.prizes),
        pot=sent.pot or "",
        price=sent.price or 0,
        most=sent.most,
        closes=_second(program, sent.closes, "/closes"),
        purchases=_purchases(program, sent.purchases),
    )
    found = prize_draws.draws().put(program, draw, int(match[1]), call.actor, call.now)
    return _answer(call, found)


@operations.add(
    "POST",
    "/v1/draws/{draw}/close",
    summary="Fix the list of entrants",
    scopes=("owner",),
    names=_NAMES,
    answers={
        200: Said(
            DrawTold,
            "The list is fixed, and the round named that decides.",
            {"one": {**_SHOWN, "state": "closed", "randomness": None, "winners": []}},
        )
    },
    refusals=("draw_not_found", "draw_not_over", "busy"),
)
def close_draw(call: Call[None, None]) -> Answer:
    """Fix and hash the list, and name the round of drand ten minutes ahead; again is the same.

    From then on anybody may keep the list. Nobody knows that round before it happens.
    """
    found = prize_draws.draws().close(call.key.program, call.names["draw"], call.actor, call.now)
    return _answer(call, found)


@operations.add(
    "POST",
    "/v1/draws/{draw}/draw",
    summary="Let the round decide",
    scopes=("owner",),
    names=_NAMES,
    body=BeaconSent,
    examples={"as drand answers": _BEACON},
    answers={200: Said(DrawTold, "It is known who has won.", {"one": _SHOWN})},
    refusals=("draw_not_found", "draw_not_closed", "another_round", "not_a_beacon", "busy"),
)
def decide_draw(call: Call[BeaconSent, None]) -> Answer:
    """Send what drand has published of the named round; winners' cards say so. Again is the same.

    Drand is asked for it by itself, a minute after the round: this is for when nothing here can
    reach drand. What drand has not signed is refused, so nobody can bring another round.
    """
    sent, program, name = call.body, call.key.program, call.names["draw"]
    beacon = Beacon(sent.round, sent.randomness, sent.signature)
    prize_draws.draws().decide(program, name, beacon, call.actor, call.now)
    return _answer(call, prize_draws.draws().one(program, name))


def _purchases(program: str, sent: PurchasesSent | None) -> Purchases | None:
    if sent is None:
        return None
    begins = _second(program, sent.begins, "/purchases/begins")
    return Purchases(sent.counts, sent.each, begins)


def _second(program: str, text: str, pointer: str) -> int:
    local = read_local(text)
    if local is None:
        said = "Give a local day and time: 2026-05-31T18:00."
        raise Refusal("invalid", "invalid_draw", said, pointer=pointer)
    zone = ZoneInfo(storage.programs().current(program).zone)
    return int(local.replace(tzinfo=zone).timestamp())


def _answer(call: Call[Any, Any], found: Standing) -> Answer:
    return Answer(_told(call.key.program, found), tag=f'"{found.draw.version}"')


def _told(program: str, found: Standing) -> DrawTold:
    one, fixed = found.draw, found.fixed
    won = prize_draws.draws().winners(program, one.id)
    return DrawTold(
        id=one.id,
        version=one.version,
        name=dict(one.names),
        text=dict(one.texts),
        prizes=[dict(prize) for prize in one.prizes],
        pot=one.pot or None,
        price=one.price or None,
        purchases=PurchasesTold(
            counts=one.purchases.counts,
            each=one.purchases.each,
            begins=instant(one.purchases.begins * 1_000_000),
        )
        if one.purchases
        else None,
        most=one.most,
        closes=instant(one.closes * 1_000_000),
        state=found.state,
        entries=found.entries,
        entrants=fixed.entrants if fixed else None,
        hash=fixed.hash if fixed else None,
        round=fixed.round if fixed else None,
        decides=instant(second_of(fixed.round) * 1_000_000) if fixed else None,
        chain=CHAIN,
        randomness=found.beacon.randomness if found.beacon else None,
        winners=[
            WinnerTold(prize=dict(each.prize), pseudonym=each.name, member_id=each.member)
            for each in won
        ],
        page=f"{environment.configuration().base_url}/draws/{program}/{one.id}",
    )
