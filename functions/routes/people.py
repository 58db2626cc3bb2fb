"""/v1/people: who works for the program, and as what; /v1/audit: what was changed, and by whom."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import WORDS, Sent, Told
from functions.routes.keys import LONGEST_NAME, asker
from functions.routes.times import TimesAsked
from functions.wiring import environment, owning, signed_in, storage
from loyalty.access.sessions import LINK_LIFE
from loyalty.store import audit_log
from loyalty.store.people import Role  # noqa: TC001 - pydantic reads annotations when it builds models

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.store.people import Person

operations = Operations("Keys, people and what was changed", "others")

MOST_CHANGES = 100
_ANNA = "annaannaannaannaannaannaaa"
_WHO = {"person": Name(r"[a-z0-9]{26}", "Their id.", _ANNA)}
_SHOWN = {
    "id": _ANNA,
    "name": "Anna",
    "role": "staff",
    "since": "2026-05-04T12:00:00Z",
    "key": "annaskey",
}
_CHANGES = {
    "changes": [
        {
            "at": "2026-05-04T12:00:00Z",
            "by": "key:ownerkey1",
            "what": "person.changed",
            "which": _ANNA,
            "before": {"role": "staff", "key": "annaskey"},
            "after": {"role": "manager", "key": "annaskey"},
        }
    ],
    "next": None,
}
LINK: dict[str, Any] = {
    "url": "https://cards.example/sign-in/q3pJ0Zb1yU6hC8xG2eWm5tR7sK9aD4fL0vN1iO3uYcE",
    "good_until": "2026-05-04T12:15:00Z",
}
_REFUSED = ("beyond_your_rights", "person_changed")

Called = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), WORDS]


class PersonSent(Sent):
    """Somebody who is to work for the program."""

    name: Called
    role: Role
    id: Annotated[
        str | None,
        Field(
            pattern=r"^[a-z0-9]{26}$",
            description="Of somebody who works for another program, as they have told you.",
        ),
    ] = None


class PersonChange(Sent):
    """What is to be changed; what is not named stays."""

    name: Called | None = None
    role: Role | None = None


class PersonTold(Told):
    """Somebody who works for the program."""

    id: str
    name: str
    role: Role
    since: datetime
    key: Annotated[str | None, Field(description="The id of their key.")]


class PersonList(Told):
    """All who work for the program, by id."""

    people: list[PersonTold]


class PersonRemoved(Told):
    """Who works here no more."""

    id: str


class LinkTold(Told):
    """A link that lets somebody in."""

    url: str
    good_until: datetime


class AuditAsked(TimesAsked):
    """Which changes."""

    limit: Annotated[int, Field(ge=1, le=MOST_CHANGES, description="At most so many.")] = 100
    cursor: Annotated[
        str, Field(max_length=400, description="Where to go on: `next` of the page before.")
    ] = ""


class ChangeTold(Told):
    """One change of the configuration."""

    at: datetime
    by: Annotated[str, Field(description="`key:…`, or `command` for whoever deploys.")]
    what: Annotated[str, Field(description="`key.made`, `person.removed` and so on.")]
    which: Annotated[str, Field(description="The id of what was changed.")]
    before: Annotated[dict[str, Any], Field(description="Its settings; empty when it was made.")]
    after: Annotated[dict[str, Any], Field(description="Its settings; empty when it is gone.")]


class ChangeList(Told):
    """Changes, the newest first."""

    changes: list[ChangeTold]
    next: Annotated[str | None, Field(description="The next page's cursor; null at the end.")]


@operations.add(
    "GET",
    "/v1/people",
    summary="List people",
    scopes=("owner",),
    reserved=True,
    answers={200: Said(PersonList, "All there are.", {"one": {"people": [_SHOWN]}})},
)
def list_people(call: Call[None, None]) -> Answer:
    """List who works for the program, and as what."""
    found = owning.people().listed(call.key.program)
    return Answer(PersonList(people=[_told(one) for one in found]))


@operations.add(
    "POST",
    "/v1/people",
    summary="Take somebody in",
    scopes=("owner",),
    reserved=True,
    keyed=True,
    body=PersonSent,
    examples={
        "new": {"name": "Anna", "role": "staff"},
        "from another program": {"name": "Anna", "role": "manager", "id": _ANNA},
    },
    answers={201: Said(PersonTold, "They are in.", {"anna": {**_SHOWN, "key": None}})},
    refusals=("unknown_person", "works_here_already", "too_many_people", *_REFUSED),
)
def add_person(call: Call[PersonSent, None]) -> Answer:
    """Take somebody in, as owner, manager, accountant or staff. They have no key yet.

    A manager may do all but keys, people, erasing and exports; an accountant only reads. One person
    may work for several programs; what they are called, each knows for itself.
    """
    sent = call.body
    use, program = owning.people(), call.key.program
    made = use.add(program, sent.name, sent.role, sent.id or "", call.act, asker(call), call.now)
    return Answer(_told(made.person), 201, replayed=made.replayed)


@operations.add(
    "GET",
    "/v1/people/{person}",
    summary="Look at a person",
    scopes=("owner",),
    reserved=True,
    names=_WHO,
    answers={200: Said(PersonTold, "As they are.", {"anna": _SHOWN})},
)
def get_person(call: Call[None, None]) -> Answer:
    """Return one person."""
    return Answer(_told(owning.people().find(call.key.program, call.names["person"])))


@operations.add(
    "PATCH",
    "/v1/people/{person}",
    summary="Change a person",
    scopes=("owner",),
    reserved=True,
    names=_WHO,
    body=PersonChange,
    examples={"promoted": {"role": "manager"}},
    answers={200: Said(PersonTold, "As they are now.", {"anna": {**_SHOWN, "role": "manager"}})},
    refusals=("last_owner", *_REFUSED),
)
def change_person(call: Call[PersonChange, None]) -> Answer:
    """Give somebody another name or role. Their key has the new role from the next request on."""
    sent = call.body
    found = owning.people().change(
        call.key.program,
        call.names["person"],
        asker(call),
        call.now,
        name=sent.name,
        role=sent.role,
    )
    return Answer(_told(found))


@operations.add(
    "DELETE",
    "/v1/people/{person}",
    summary="Let somebody go",
    scopes=("owner",),
    reserved=True,
    names=_WHO,
    answers={200: Said(PersonRemoved, "They work here no more.", {"anna": {"id": _ANNA}})},
    refusals=("last_owner", *_REFUSED),
)
def remove_person(call: Call[None, None]) -> Answer:
    """Let somebody go: their key opens nothing from the next request on."""
    owning.people().remove(call.key.program, call.names["person"], asker(call), call.now)
    return Answer(PersonRemoved(id=call.names["person"]))


@operations.add(
    "POST",
    "/v1/people/{person}/links",
    summary="Let somebody in by a link",
    scopes=("owner",),
    reserved=True,
    names=_WHO,
    answers={201: Said(LinkTold, "Give it to them: it is shown once.", {"link": LINK})},
    refusals=("beyond_your_rights",),
)
def make_link(call: Call[None, None]) -> Answer:
    """Make a link by which somebody signs in once, within 15 minutes, with a browser and no key."""
    person = call.names["person"]
    link = signed_in.sessions().link(call.key.program, person, asker(call), call.now)
    address = f"{environment.configuration().base_url}/sign-in/{link}"
    return Answer(LinkTold(url=address, good_until=call.now + LINK_LIFE), 201)


@operations.add(
    "GET",
    "/v1/audit",
    summary="List changes",
    scopes=("owner",),
    query=AuditAsked,
    answers={200: Said(ChangeList, "A page.", {"a role": _CHANGES})},
    refusals=("invalid_cursor", "ends_before_it_begins"),
)
def list_changes(call: Call[None, AuditAsked]) -> Answer:
    """List changes of the configuration, the newest first: who, what, when, before and after.

    What people are called does not stand in it. What staff did for members is told by
    `/v1/members/{member}/acts` and `/v1/keys/{key}/acts`.
    """
    asked = call.query
    page = audit_log.page(
        storage.tables(),
        call.key.program,
        asked.between(call.now),
        asked.cursor,
        asked.limit,
    )
    shown = [
        ChangeTold(
            at=one.at,
            by=one.by,
            what=one.what,
            which=one.which,
            before=dict(one.before),
            after=dict(one.after),
        )
        for one in page.changes
    ]
    return Answer(ChangeList(changes=shown, next=page.next))


def _told(person: Person) -> PersonTold:
    return PersonTold(
        id=person.id,
        name=person.name,
        role=person.role,
        since=person.since,
        key=person.key or None,
    )
