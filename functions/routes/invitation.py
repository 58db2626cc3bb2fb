"""/v1/campaigns/{campaign}/invitation: how many come, who they are, how many places there are."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Asked, Sent, Told
from functions.routes.member_shapes import ANN
from functions.wiring import campaigning, inviting, ledger
from loyalty.campaigns.campaign import read_kept
from loyalty.campaigns.inviting import terms_of
from loyalty.core.instants import instant
from loyalty.core.invitation import MOST_PLACES

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Campaigns", "others")

MOST = 50
_NAMES = {"campaign": Name(r"[a-z][a-z0-9-]{0,39}", "Whose invitation it is.", "tasting")}
_SHOWN: dict[str, Any] = {
    "title": {"en": "Wine tasting"}, "location": "main-street", "begins": "2026-12-05T17:00:00Z",
    "ends": "2026-12-05T20:00:00Z", "closes": "2026-12-04T17:00:00Z", "waiting_list": True,
    "places": 12, "invited": 80, "coming": 12, "waiting": 3, "refused": 21,
    "called_off": None,
}  # fmt: skip


class InvitationTold(Told):
    """What a campaign invites to, and how many have answered what."""

    title: dict[str, str]
    location: str | None
    begins: datetime
    ends: datetime
    closes: Annotated[datetime, Field(description="From then on nobody can say yes any more.")]
    waiting_list: bool
    places: int
    invited: int
    coming: Annotated[
        int, Field(description="Never more than `places`, unless these were made fewer.")
    ]
    waiting: int
    refused: Annotated[
        int, Field(description="Who has said no; guests of what was called off, too.")
    ]
    called_off: Annotated[
        datetime | None, Field(description="Since when it does not take place; null: it does.")
    ]


class PlacesSent(Sent):
    """How many places there are."""

    places: Annotated[int, Field(ge=1, le=MOST_PLACES)]


class GuestsAsked(Asked):
    """Which guests."""

    state: Annotated[
        Literal["coming", "waiting"], Field(description="With a place, or waiting for one.")
    ] = "coming"
    limit: Annotated[int, Field(ge=1, le=MOST, description="At most so many.")] = 50
    cursor: Annotated[
        str, Field(max_length=1000, description="Where to go on: `next` of the page before.")
    ] = ""


class GuestTold(Told):
    """A guest."""

    member_id: str
    first_name: str
    answered: datetime


class GuestList(Told):
    """Guests in the order in which they said yes."""

    guests: list[GuestTold]
    next: Annotated[str | None, Field(description="The next page's cursor; null at the end.")]


@operations.add(
    "GET",
    "/v1/campaigns/{campaign}/invitation",
    summary="Look at an invitation",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(InvitationTold, "By now.", {"one": _SHOWN})},
    refusals=("campaign_not_found", "no_invitation", "invalid_campaign"),
)
def get_invitation(call: Call[None, None]) -> Answer:
    """Return how many places there are, and how many come, wait for one, or do not come."""
    return Answer(_told(call))


@operations.add(
    "PUT",
    "/v1/campaigns/{campaign}/invitation",
    summary="Change the number of places",
    scopes=("owner",),
    names=_NAMES,
    body=PlacesSent,
    examples={"a larger room": {"places": 20}},
    answers={
        200: Said(
            InvitationTold, "It is changed.", {"one": {**_SHOWN, "places": 20, "coming": 15,
                                                       "waiting": 0}}
        )
    },
    refusals=("campaign_not_found", "no_invitation", "invalid_campaign", "busy"),
)  # fmt: skip
def change_places(call: Call[PlacesSent, None]) -> Answer:
    """Change how many places there are. Who waits moves up and is told so on their card.

    With fewer places nobody loses theirs: none is given until enough have left.
    """
    name = call.names["campaign"]
    found = inviting.invitations()
    found.resize(call.key.program, name, call.body.places, call.actor, call.now)
    return Answer(_told(call))


@operations.add(
    "POST",
    "/v1/campaigns/{campaign}/invitation/call-off",
    summary="Call an invitation off",
    scopes=("owner",),
    names=_NAMES,
    answers={
        200: Said(
            InvitationTold,
            "Nobody can answer any more.",
            {"one": {**_SHOWN, "called_off": "2026-12-03T12:00:00Z", "coming": 0, "waiting": 0}},
        )
    },
    refusals=("campaign_not_found", "no_invitation", "invalid_campaign", "busy"),
)
def call_invitation_off(call: Call[None, None]) -> Answer:
    """Call it off: nobody can answer any more, and each guest's card says so.

    Its campaign reaches nobody more. With very many guests not all are told at once: send it
    again until `coming` and `waiting` are 0. It cannot be undone.
    """
    name = call.names["campaign"]
    inviting.invitations().book(call.key.program, name)
    kept = campaigning.campaigns().one(call.key.program, name)
    if kept.state in {"running", "paused"}:
        campaigning.campaigns().move(
            call.key.program, name, kept.version, "cancelled", call.actor, call.now
        )
    inviting.invitations().call_off(call.key.program, name, call.actor, call.now, campaigning.more)
    return Answer(_told(call))


@operations.add(
    "GET",
    "/v1/campaigns/{campaign}/guests",
    summary="List who comes",
    scopes=("owner",),
    names=_NAMES,
    query=GuestsAsked,
    answers={
        200: Said(
            GuestList,
            "A page.",
            {
                "one": {
                    "guests": [
                        {
                            "member_id": ANN["member_id"], "first_name": "Ann",
                            "answered": "2026-12-01T09:00:00Z",
                        }
                    ],
                    "next": None,
                }
            },
        )
    },
    refusals=("no_invitation", "invalid_cursor"),
)  # fmt: skip
def list_guests(call: Call[None, GuestsAsked]) -> Answer:
    """Return who has a place, or waits for one, in the order in which they said yes."""
    asked = call.query
    found, following = inviting.invitations().guests(
        call.key.program, call.names["campaign"], asked.state, asked.cursor, asked.limit
    )
    guests = [
        GuestTold(member_id=one.member, first_name=one.name, answered=instant(one.changed))
        for one in found
    ]
    return Answer(GuestList(guests=guests, next=following))


def _told(call: Call[Any, Any]) -> InvitationTold:
    program, name = call.key.program, call.names["campaign"]
    kept = campaigning.campaigns().one(program, name)
    book = inviting.invitations().book(program, name)
    terms = terms_of(read_kept(name, kept.document, ledger.books().programs.current(program)))
    if terms is None:
        raise LookupError("a guest book of a campaign that invites to nothing")
    return InvitationTold(
        title=dict(terms.titles),
        location=terms.place or None,
        begins=instant(terms.begins * 1_000_000),
        ends=instant(terms.ends * 1_000_000),
        closes=instant(terms.closes * 1_000_000),
        waiting_list=terms.waits,
        places=book.places,
        invited=campaigning.reached(program, name),
        coming=book.coming,
        waiting=book.waiting,
        refused=book.refused,
        called_off=instant(book.off * 1_000_000) if book.off else None,
    )
