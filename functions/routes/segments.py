"""/v1/segments: conditions that members fit, said back in a sentence; who fits, and how many."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import WORDS, Asked, Sent, Told
from functions.routes.member_search import FoundTold, ListedTold, told
from functions.routes.member_shapes import ANN
from functions.wiring import campaigning, storage
from loyalty.store import member_records
from loyalty.store.program_versions import changed_meanwhile
from loyalty.store.segment_book import NamedSegment

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Segments", "others")

MOST = 50
_NAMES = {"segment": Name(r"[a-z][a-z0-9-]{0,39}", "A name of your own.", "regulars")}
_CONDITIONS: dict[str, Any] = {
    "all": [
        {"field": "visits", "at_least": 5},
        {"not": {"field": "gone", "is": True}},
    ]
}
_SAID = {"en": "Members with: number of purchases ever at least 5 and not: gone."}
_SHOWN: dict[str, Any] = {
    "id": "regulars", "name": "Regulars", "conditions": _CONDITIONS, "said": _SAID, "version": 1,
}  # fmt: skip

Conditions = Annotated[
    dict[str, Any],
    Field(
        description="A condition, `{field, of?, <comparison>: value}`, or `{all: […]}`, "
        "`{any: […]}`, `{not: …}` of them. docs/campaigns.md lists all fields."
    ),
]


class SegmentSent(Sent):
    """Conditions under a name."""

    name: Annotated[str, Field(min_length=1, max_length=80), WORDS]
    conditions: Conditions


class PreviewSent(Sent):
    """Conditions that are to be tried."""

    conditions: Conditions


class SegmentTold(Told):
    """A segment."""

    id: str
    name: str
    conditions: dict[str, Any]
    said: Annotated[
        dict[str, str],
        Field(description="By language; empty where the program no longer has what is asked."),
    ]
    version: int


class SegmentList(Told):
    """All segments."""

    segments: list[SegmentTold]


class SegmentGone(Told):
    """It is no segment any more."""

    id: str


class PreviewTold(Told):
    """How many members fit now."""

    said: dict[str, str]
    fitting: Annotated[int, Field(description="An estimate where `exact` is false.")]
    members: Annotated[
        int, Field(description="Of the program, those who have left not among them.")
    ]
    looked_at: Annotated[int, Field(description="Members on which it rests.")]
    exact: Annotated[bool, Field(description="Everybody was looked at.")]
    sample: Annotated[list[ListedTold], Field(description="Some of those who fit.")]


class SegmentPageAsked(Asked):
    """Which page of members."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="At most so many.")] = 20
    cursor: Annotated[
        str, Field(max_length=1000, description="Where to go on: `next` of the page before.")
    ] = ""


_LISTED: dict[str, Any] = {
    "member_id": ANN["member_id"], "first_name": "Ann", "joined": "2026-05-04T12:00:00Z",
    "balances": {"points": 225}, "level": None, "visits": 7, "spent": 2250,
    "last_visit": "2026-06-01", "due": "2026-06-08", "paused": False,
    "tags": ["regular"],
}  # fmt: skip
_PREVIEW: dict[str, Any] = {
    "said": _SAID, "fitting": 112, "members": 430, "looked_at": 430, "exact": True,
    "sample": [_LISTED],
}  # fmt: skip


@operations.add(
    "GET",
    "/v1/segments",
    summary="List segments",
    scopes=("owner",),
    answers={200: Said(SegmentList, "All of them.", {"one": {"segments": [_SHOWN]}})},
)
def list_segments(call: Call[None, None]) -> Answer:
    """Return all segments, each in a sentence of every language of ours."""
    program = call.key.program
    found = campaigning.audiences().all(program)
    return Answer(SegmentList(segments=[_told(program, one) for one in found]))


@operations.add(
    "GET",
    "/v1/segments/{segment}",
    summary="Show a segment",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(SegmentTold, "As it is.", {"one": _SHOWN})},
    refusals=("segment_not_found",),
)
def show_segment(call: Call[None, None]) -> Answer:
    """Show a segment. Its ETag is what a change of it has to name."""
    program = call.key.program
    found = campaigning.audiences().one(program, call.names["segment"])
    return Answer(_told(program, found), tag=_tag(found))


@operations.add(
    "PUT",
    "/v1/segments/{segment}",
    summary="Make or change a segment",
    scopes=("owner",),
    names=_NAMES,
    body=SegmentSent,
    guarded=True,
    examples={"regulars": {"name": "Regulars", "conditions": _CONDITIONS}},
    answers={200: Said(SegmentTold, "It is so now.", {"one": _SHOWN})},
    refusals=("invalid_segment", "too_many_segments"),
)
def put_segment(call: Call[SegmentSent, None]) -> Answer:
    """Name conditions, or change what a name means. The same again changes nothing.

    If-Match is the ETag of the segment, or `"0"` for one that is not there yet. A campaign that
    runs keeps the conditions that it was started with.
    """
    match = re.fullmatch(r'"(0|[1-9][0-9]{0,8})"', call.seen)
    if match is None:
        raise changed_meanwhile()
    program = call.key.program
    sent = NamedSegment(call.names["segment"], call.body.name, call.body.conditions)
    found = campaigning.audiences().put(program, sent, int(match[1]), call.actor, call.now)
    return Answer(_told(program, found), tag=_tag(found))


@operations.add(
    "DELETE",
    "/v1/segments/{segment}",
    summary="Forget a segment",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(SegmentGone, "It is gone.", {"one": {"id": "regulars"}})},
    refusals=("segment_not_found", "busy"),
)
def remove_segment(call: Call[None, None]) -> Answer:
    """Forget a segment. Campaigns that were made with it keep its conditions."""
    name = call.names["segment"]
    campaigning.audiences().remove(call.key.program, name, call.actor, call.now)
    return Answer(SegmentGone(id=name))


@operations.add(
    "POST",
    "/v1/segments/preview",
    summary="Count who would fit",
    scopes=("owner",),
    body=PreviewSent,
    examples={"regulars": {"conditions": _CONDITIONS}, "everybody": {"conditions": {"all": []}}},
    answers={200: Said(PreviewTold, "Counted.", {"one": _PREVIEW})},
    refusals=("invalid_segment",),
)
def preview_segment(call: Call[PreviewSent, None]) -> Answer:
    """Say conditions in a sentence, count who fits now, and show some of them.

    Everybody is looked at in a program of up to a thousand members (a hundred where a condition
    asks for wallets or habits). Of a larger one as many are drawn, and the number is an estimate.
    """
    audiences, program = campaigning.audiences(), call.key.program
    tree = audiences.tree(program, call.body.conditions, "/conditions")
    found = audiences.count(program, tree, call.now, campaigning.more)
    return Answer(
        PreviewTold(
            said=audiences.said(program, call.body.conditions),
            fitting=found.fitting,
            members=found.members,
            looked_at=found.looked_at,
            exact=found.exact,
            sample=_listed(program, [one.member for one in found.sample], call),
        )
    )


@operations.add(
    "GET",
    "/v1/segments/{segment}/members",
    summary="List who fits",
    scopes=("owner",),
    names=_NAMES,
    query=SegmentPageAsked,
    answers={
        200: Said(FoundTold, "A page.", {"ann": {"members": [_LISTED], "next": None}}),
    },
    refusals=("segment_not_found", "invalid_segment", "invalid_cursor"),
)
def list_segment_members(call: Call[None, SegmentPageAsked]) -> Answer:
    """List members who fit now, in order of joining.

    A page may be short, and even empty, before the last: a request looks at some members and no
    more.
    """
    audiences, program = campaigning.audiences(), call.key.program
    found = audiences.one(program, call.names["segment"])
    tree = audiences.tree(program, found.conditions, "/conditions")
    asked = call.query
    ids, following = audiences.page(program, tree, asked.cursor, asked.limit, call.now)
    return Answer(FoundTold(members=_listed(program, ids, call), next=following))


def _listed(program: str, ids: list[str], call: Call[Any, Any]) -> list[ListedTold]:
    rules = storage.programs().current(program)
    people = member_records.read_listed(storage.tables(), program, ids)
    return told((one for one in people if not one.account.closed), rules, call.now)


def _told(program: str, one: NamedSegment) -> SegmentTold:
    said = campaigning.audiences().said(program, one.conditions)
    return SegmentTold(
        id=one.id, name=one.name, conditions=dict(one.conditions), said=said, version=one.version
    )


def _tag(one: NamedSegment) -> str:
    return f'"{one.version}"'
