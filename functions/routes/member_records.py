"""/v1/members/{member}/…: what is written down of a member: tags, attributes, notes, consents."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import WORDS, Sent, Told, Where
from functions.routes.member_shapes import ANN
from functions.routes.places import place_of
from functions.routes.staff_acts import MEMBER
from functions.wiring import staffing
from loyalty.core.instants import instant, microseconds
from loyalty.ledger.act import Act
from loyalty.members.records import PURPOSES, Changes, said
from loyalty.store.member_records import CHANNELS

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.core.member import Member
    from loyalty.store.member_records import Record

operations = Operations("Members", "others")

_TAGGED = {**MEMBER, "tag": Name(r"[a-z0-9][a-z0-9-]{0,39}", "A word of the shop's.", "regular")}
_TOPIC = {
    **MEMBER,
    "purpose": Name("|".join(PURPOSES), f"One of {', '.join(PURPOSES)}.", "marketing"),
    "channel": Name("|".join(CHANNELS), f"One of {', '.join(CHANNELS)}.", "email"),
}
_ANN: dict[str, Any] = {
    "member_id": ANN["member_id"], "first_name": "Ann", "language": "en",
    "joined": "2026-05-04T12:00:00Z", "home": "station", "source": "flyer",
    "tags": ["regular"],
    "attributes": {"dog": "rex"},
    "consents": [
        {
            "purpose": "marketing", "channel": "email", "given": True, "version": "2026-11",
            "at": "2026-05-04T12:00:00Z",
        }
    ],
}  # fmt: skip


class RecordSent(Sent):
    """What is to be different; what is not named stays."""

    attributes: Annotated[
        dict[str, Annotated[str, Field(max_length=200)] | None],
        Field(max_length=20, description="By the program's ids; null takes one away."),
    ] = Field(default_factory=dict)
    home: Annotated[
        str | None, Field(max_length=40, description="A location's id; empty for none.")
    ] = None
    language: Annotated[
        str | None, Field(max_length=2, description="Of their card and messages.")
    ] = None


class NoteSent(Sent):
    """A note for whoever looks at the member later."""

    text: Annotated[str, Field(min_length=1, max_length=2000), WORDS]
    location: Where = ""


class ConsentSent(Sent):
    """What the member says."""

    given: bool
    version: Annotated[
        str,
        Field(min_length=1, max_length=40, description="Of the text that they were shown."),
        WORDS,
    ]


class ConsentTold(Told):
    """What a member has said, to which text, and when; or what a booking tool says of them."""

    purpose: str
    channel: str
    given: bool
    version: Annotated[str, Field(description="Empty of what a tool says.")]
    at: datetime
    source: Annotated[
        str | None,
        Field(
            description="The booking tool or CRM that says so. Its no counts against what was "
            "said here before, its yes is no consent."
        ),
    ] = None


class RecordTold(Told):
    """What is written down of a member."""

    member_id: str
    first_name: str
    language: str
    joined: datetime
    home: Annotated[str | None, Field(description="The location that is theirs.")]
    source: Annotated[
        str | None, Field(description="What the link is called that they joined by, if anything.")
    ]
    tags: list[str]
    attributes: Annotated[dict[str, str], Field(description="By the program's ids.")]
    consents: list[ConsentTold]


class NoteKept(Told):
    """It is kept."""

    member_id: str


_NOW = {200: Said(RecordTold, "As it is written down now.", {"ann": _ANN})}


@operations.add(
    "GET",
    "/v1/members/{member}/record",
    summary="Show what is written down of a member",
    scopes=("staff",),
    names=MEMBER,
    answers=_NOW,
    refusals=("member_not_found",),
)
def show_member_record(call: Call[None, None]) -> Answer:
    """Show tags, attributes, home and consents of a member."""
    return _told(*staffing.records().read(call.key.program, call.names["member"]))


@operations.add(
    "PATCH",
    "/v1/members/{member}/record",
    summary="Write attributes and home down",
    scopes=("staff",),
    names=MEMBER,
    body=RecordSent,
    examples={"a dog": {"attributes": {"dog": "rex"}, "home": "station"}},
    answers=_NOW,
    refusals=(
        "member_not_found", "unknown_attribute", "invalid_attribute", "unknown_location",
        "unknown_language", "busy",
    ),
)  # fmt: skip
def change_member_record(call: Call[RecordSent, None]) -> Answer:
    """Change attributes that the program declares, the location that is home, and the language."""
    sent = call.body
    changes = Changes(attributes=sent.attributes, home=sent.home, language=sent.language)
    return _changed(call, changes)


@operations.add(
    "PUT",
    "/v1/members/{member}/tags/{tag}",
    summary="Tag a member",
    scopes=("staff",),
    names=_TAGGED,
    answers=_NOW,
    refusals=("member_not_found", "too_many_tags", "busy"),
)
def tag_member(call: Call[None, None]) -> Answer:
    """Give a member a tag, by which they are found; the same again changes nothing."""
    return _changed(call, Changes(add_tags=(call.names["tag"],)))


@operations.add(
    "DELETE",
    "/v1/members/{member}/tags/{tag}",
    summary="Take a tag away",
    scopes=("staff",),
    names=_TAGGED,
    answers=_NOW,
    refusals=("member_not_found", "busy"),
)
def untag_member(call: Call[None, None]) -> Answer:
    """Take a tag away from a member; the same again changes nothing."""
    return _changed(call, Changes(remove_tags=(call.names["tag"],)))


@operations.add(
    "POST",
    "/v1/members/{member}/notes",
    summary="Keep a note",
    scopes=("staff",),
    names=MEMBER,
    body=NoteSent,
    keyed=True,
    examples={"a wish": {"text": "likes the table at the window"}},
    answers={200: Said(NoteKept, "It is kept.", {"ann": {"member_id": ANN["member_id"]}})},
    refusals=("member_not_found", "limit_reached"),
)
def keep_note(call: Call[NoteSent, None]) -> Answer:
    """Keep a note with a member; it stands in their timeline, and goes with them when they go."""
    place = place_of(call)
    act = Act(call.key.program, call.key.id, call.act, call.body.text, location=place)
    staffing.records().note(act, call.names["member"], call.now)
    return Answer(NoteKept(member_id=call.names["member"]))


@operations.add(
    "PUT",
    "/v1/members/{member}/consents/{purpose}/{channel}",
    summary="Write a consent down",
    scopes=("staff",),
    names=_TOPIC,
    body=ConsentSent,
    examples={"withdrawn": {"given": False, "version": "2026-11"}},
    answers=_NOW,
    refusals=("member_not_found", "busy"),
)
def put_consent(call: Call[ConsentSent, None]) -> Answer:
    """Write down what a member says of a purpose on a channel, and to which text they said it."""
    topic = call.names["purpose"], call.names["channel"]
    said = call.body.given, call.body.version
    found = staffing.records().consent(_act(call), call.names["member"], topic, said, call.now)
    return _told(*found)


def _changed(call: Call[Any, None], changes: Changes) -> Answer:
    return _told(*staffing.records().change(_act(call), call.names["member"], changes, call.now))


def _act(call: Call[Any, Any]) -> Act:
    """Return an act that is known by when it was: the same again changes nothing anyhow."""
    return Act(
        call.key.program, call.key.id, f"{microseconds(call.now)}", "", location=call.key.location
    )


def _told(person: Member, record: Record) -> Answer:
    consents = [
        ConsentTold(
            purpose=name.partition("/")[0],
            channel=name.partition("/")[2].partition("@")[0],
            given=one.given,
            version=one.version,
            at=instant(one.at),
            source=name.partition("@")[2] or None,
        )
        for name, one in sorted(said(person, record).items())
    ]
    return Answer(
        RecordTold(
            member_id=person.id,
            first_name=person.first_name,
            language=person.language,
            joined=person.enrolled_at,
            home=person.home,
            source=person.source or None,
            tags=list(record.tags),
            attributes=dict(record.attributes),
            consents=consents,
        )
    )
