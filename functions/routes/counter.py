"""/v1/counter: what a page at the counter needs to know of the program, told to its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from functions.http.operations import Answer, Operations, Said
from functions.http.shapes import Told
from functions.routes.member_shapes import LanguageAsked, Points
from functions.wiring import environment, storage
from loyalty.money import exponent
from loyalty.program.by_language import told_in
from loyalty.program.describe import describe
from loyalty.program.describe.speaker import Speaker

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.program.rules import Program

operations = Operations("Staff", "others")


class CounterPot(Told):
    """A pot, as the counter shows it."""

    id: str
    name: str
    kind: Literal["points", "stamps", "visits"]


class CounterReward(Told):
    """A reward."""

    id: str
    name: str
    pot: str
    price: Points


class CounterTold(Told):
    """The program at the counter."""

    program: str
    name: str
    who: Annotated[str, Field(description="What the key is called: whose phone it is.")]
    key: Annotated[str, Field(description="The key's id: its acts are listed under it.")]
    act: Annotated[
        Literal["stamps", "amount"],
        Field(description="What is usually done: a stamp for a visit, or a sum that earns."),
    ]
    currency: str
    digits: Annotated[int, Field(description="After the point of an amount.")]
    pays: Annotated[bool, Field(description="Points pay bills here.")]
    pots: list[CounterPot]
    rewards: list[CounterReward]
    at_once: Annotated[int, Field(description="So many points may be given at once.")]
    join_url: Annotated[str, Field(description="Where customers join; its code is below `/kit`.")]
    sentences: Annotated[list[str], Field(description="What the team should know.")]


_SHOWN = {
    "program": "coffee",
    "name": "Daily Cup Club",
    "who": "Phone at the counter",
    "key": "annaskey",
    "act": "amount",
    "currency": "USD",
    "digits": 2,
    "pays": False,
    "pots": [{"id": "points", "name": "Points", "kind": "points"}],
    "rewards": [{"id": "free-coffee", "name": "Free coffee", "pot": "points", "price": 100}],
    "at_once": 500,
    "join_url": "https://cards.example/join/coffee",
    "sentences": ["10 points for every $1."],
}


@operations.add(
    "GET",
    "/v1/counter",
    summary="Show the program at the counter",
    scopes=("staff",),
    query=LanguageAsked,
    answers={200: Said(CounterTold, "As it is in force.", {"coffee": _SHOWN})},
)
def show_counter(call: Call[None, LanguageAsked]) -> Answer:
    """Tell a page at the counter what its key's program is, and what is usually done there."""
    program = told_in(storage.programs().current(call.key.program), call.query.language)
    language = program.language(call.query.language)
    place = f"?location={call.key.location}" if call.key.location else ""
    limits = program.staff
    speaker = Speaker(program, language)
    at_once = min(limits.at_once, dict(call.key.limits).get("at_once", limits.at_once))
    return Answer(
        CounterTold(
            program=program.id,
            name=program.name[language],
            who=call.key.name,
            key=call.key.id,
            act="stamps" if stamped(program) else "amount",
            currency=program.currency,
            digits=exponent(program.currency),
            pays=program.points_as_money is not None,
            pots=[
                CounterPot(id=one.id, name=speaker.label(one), kind=one.kind)
                for one in program.pots
            ],
            rewards=[
                CounterReward(id=one.id, name=one.name[language], pot=one.pot, price=one.price)
                for one in program.rewards
            ],
            at_once=at_once,
            join_url=f"{environment.configuration().base_url}/join/{program.id}{place}",
            sentences=list(describe(program, language, "staff")),
        )
    )


def stamped(program: Program) -> bool:
    """Tell whether a visit usually gets a stamp: all that is earned are stamps."""
    kinds = {one.id: one.kind for one in program.pots}
    return bool(program.earning) and all(kinds[one.pot] == "stamps" for one in program.earning)
