"""/v1/causes: what members may give points to, and what has come together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import BY_LANGUAGE, WORDS, Sent, Told
from functions.wiring import causes, environment
from loyalty.core.cause import Cause
from loyalty.store.program_versions import changed_meanwhile

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.core.cause import Standing

operations = Operations("Campaigns", "others")

_NAMES = {"cause": Name(r"[a-z][a-z0-9-]{0,39}", "A name of your own.", "shelter")}
_SENT: dict[str, Any] = {
    "name": {"en": "The animal shelter", "ru": "Приют для животных"},
    "text": {"en": "For every 1,000 points we buy a bag of food.",
             "ru": "Мешок корма из каждых 1000 баллов."},
    "pot": "points", "least": 10, "target": 50_000,
}  # fmt: skip
_SHOWN: dict[str, Any] = {
    "id": "shelter", "version": 1, **_SENT, "link": None, "open": True, "points": 12_340,
    "gifts": 214, "page": "https://cards.example/causes/coffee/shelter",
}  # fmt: skip
_VERSION = re.compile(r'"(0|[1-9][0-9]{0,8})"')

Names = dict[str, Annotated[str, Field(min_length=1, max_length=60), WORDS]]
Texts = dict[str, Annotated[str, Field(min_length=1, max_length=500), WORDS]]


class CauseSent(Sent):
    """A cause."""

    name: Annotated[Names, Field(description=BY_LANGUAGE)]
    text: Annotated[Texts, Field(description="What comes of the points, by language.")]
    pot: Annotated[str, Field(min_length=1, max_length=40, description="Of which pot.")]
    least: Annotated[
        int, Field(ge=1, le=1_000_000, description="So many points at once, at least.")
    ] = 1
    target: Annotated[
        int, Field(ge=0, le=10**12, description="What is to come together; 0 for nothing.")
    ] = 0
    link: Annotated[str | None, Field(max_length=200, description="https://…")] = None
    open: Annotated[bool, Field(description="Whether something can be given.")] = True


class CauseTold(Told):
    """A cause, and what it was given."""

    id: str
    version: int
    name: dict[str, str]
    text: dict[str, str]
    pot: str
    least: int
    target: int
    link: str | None
    open: bool
    points: Annotated[int, Field(description="Given so far, exactly.")]
    gifts: int
    page: Annotated[str, Field(description="Where anybody may see that.")]


class CauseList(Told):
    """All causes."""

    causes: list[CauseTold]


@operations.add(
    "GET",
    "/v1/causes",
    summary="List causes",
    scopes=("owner",),
    answers={200: Said(CauseList, "All of them.", {"one": {"causes": [_SHOWN]}})},
)
def list_causes(call: Call[None, None]) -> Answer:
    """Return what members may give points to, and what each was given."""
    found = causes.causes().all(call.key.program)
    return Answer(CauseList(causes=[_told(call.key.program, one) for one in found]))


@operations.add(
    "GET",
    "/v1/causes/{cause}",
    summary="Show a cause",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(CauseTold, "By now.", {"one": _SHOWN})},
    refusals=("cause_not_found",),
)
def show_cause(call: Call[None, None]) -> Answer:
    """Return a cause, and what it was given. Its ETag is what a change of it has to name."""
    found = causes.causes().one(call.key.program, call.names["cause"])
    return Answer(_told(call.key.program, found), tag=f'"{found.cause.version}"')


@operations.add(
    "PUT",
    "/v1/causes/{cause}",
    summary="Make or change a cause",
    scopes=("owner",),
    names=_NAMES,
    body=CauseSent,
    guarded=True,
    examples={"a shelter": _SENT},
    answers={200: Said(CauseTold, "Cards' pages offer it, if it is open.", {"one": _SHOWN})},
    refusals=("invalid_cause", "too_many_causes"),
)
def put_cause(call: Call[CauseSent, None]) -> Answer:
    """Name what members may give points to; `open: false` ends that, and what was given stays.

    If-Match is the ETag of the cause, or `"0"` for one that is not there yet. Points that were
    given are spent, like those for a reward, and cannot be taken back.
    """
    match = _VERSION.fullmatch(call.seen)
    if match is None:
        raise changed_meanwhile()
    sent = call.body
    cause = Cause(
        id=call.names["cause"],
        names=sent.name,
        texts=sent.text,
        pot=sent.pot,
        least=sent.least,
        target=sent.target,
        link=sent.link or "",
        open=sent.open,
    )
    found = causes.causes().put(call.key.program, cause, int(match[1]), call.actor, call.now)
    return Answer(_told(call.key.program, found), tag=f'"{found.cause.version}"')


def _told(program: str, found: Standing) -> CauseTold:
    one = found.cause
    return CauseTold(
        id=one.id,
        version=one.version,
        name=dict(one.names),
        text=dict(one.texts),
        pot=one.pot,
        least=one.least,
        target=one.target,
        link=one.link or None,
        open=one.open,
        points=found.collected.points,
        gifts=found.collected.gifts,
        page=f"{environment.configuration().base_url}/causes/{program}/{one.id}",
    )
