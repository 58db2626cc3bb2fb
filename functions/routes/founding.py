"""/v1/programs: those that somebody works for, going over to another one, and making one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.routes.keys import asker
from functions.routes.people import LINK, LinkTold
from functions.routes.program import DOCUMENT, LARGEST_BODY, Document
from functions.wiring import environment, founding, signed_in, storage
from functions.wiring.judging import judged
from loyalty.access.sessions import LINK_LIFE
from loyalty.refusals import Refusal
from loyalty.store import people
from loyalty.store.people import Role  # noqa: TC001 - pydantic reads annotations when it builds models

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.access.keys import Scope

operations = Operations("Programs", "others")

_EVERYBODY: tuple[Scope, ...] = ("staff", "accountant", "manager", "owner")
_NAMES = {"program": Name(r"[a-z][a-z0-9-]{0,39}", "The program's id.", "coffee")}
_ONE: dict[str, Any] = {"id": "coffee", "name": {"en": "Daily Cup Club"}, "role": "owner"}


class PlaceTold(Told):
    """A program that the one who asks works for."""

    id: str
    name: dict[str, str]
    role: Role


class PlaceList(Told):
    """All of them."""

    programs: list[PlaceTold]
    may_found: Annotated[bool, Field(description="Whether they may make another one.")]


class ProgramSent(Sent):
    """A program that is to be made; its id is for good."""

    document: Document


class FoundedTold(Told):
    """A program that was made."""

    id: str
    version: int


@operations.add(
    "GET",
    "/v1/programs",
    summary="List one's programs",
    scopes=_EVERYBODY,
    answers={200: Said(PlaceList, "By id.", {"one": {"programs": [_ONE], "may_found": False}})},
    refusals=("session_needed",),
)
def list_programs(call: Call[None, None]) -> Answer:
    """List the programs that whoever is signed in works for."""
    person = _person(call)
    return Answer(
        PlaceList(
            programs=[
                PlaceTold(id=one.program.id, name=dict(one.program.name), role=one.role)
                for one in founding.founding().places(person)
            ],
            may_found=founding.founding().may(person),
        )
    )


@operations.add(
    "POST",
    "/v1/programs",
    summary="Make a program",
    scopes=("owner",),
    reserved=True,
    body=ProgramSent,
    largest_body=LARGEST_BODY,
    examples={"the whole": {"document": DOCUMENT}},
    answers={201: Said(FoundedTold, "You are its owner.", {"one": {"id": "coffee", "version": 1}})},
    refusals=(
        "founding_not_allowed",
        "program_exists",
        "invalid_program",
        "too_many_people",
        "session_needed",
    ),
)
def found_program(call: Call[ProgramSent, None]) -> Answer:
    """Make a program, whose owner is whoever asks: an owner whom the operator has allowed it.

    The same document again is answered with the program. It is on the customers' front page from
    its first change on.
    """
    founder = people.read_person(storage.tables(), call.key.program, _person(call))
    document = call.body.document
    name = document.get("id")
    if founder is None:
        raise _nobody()
    try:
        program = judged(document, name if isinstance(name, str) else "")
    except Refusal as refusal:
        raise refusal.below("/document") from None
    made = founding.founding().found(program, founder, call.now)
    return Answer(FoundedTold(id=made.id, version=made.version), 201)


@operations.add(
    "POST",
    "/v1/programs/{program}/links",
    summary="Go over to another program",
    scopes=_EVERYBODY,
    proved=True,
    names=_NAMES,
    answers={201: Said(LinkTold, "It is shown once.", {"link": LINK})},
    refusals=("session_needed",),
)
def link_program(call: Call[None, None]) -> Answer:
    """Make a link by which the one who asks signs in to another program that they work for."""
    program, person = call.names["program"], _person(call)
    if all(one.program.id != program for one in founding.founding().places(person)):
        raise Refusal("not_found", "not_found")
    link = signed_in.sessions().link(program, person, asker(call), call.now)
    address = f"{environment.configuration().base_url}/sign-in/{link}"
    return Answer(LinkTold(url=address, good_until=call.now + LINK_LIFE), 201)


def _person(call: Call[Any, Any]) -> str:
    """Return who is signed in. Raises ``session_needed``: a key is nobody who moves about."""
    if not call.key.session:
        raise _nobody()
    return call.key.person


def _nobody() -> Refusal:
    return Refusal("forbidden", "session_needed", "Only whoever is signed in has programs.")
