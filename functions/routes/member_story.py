"""/v1/members/{member}/…: what has happened to a member and why; merging and erasing them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, JsonValue

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Asked, Sent, Told
from functions.routes.member_shapes import ANN, LanguageAsked
from functions.routes.staff_acts import MEMBER, ActTold, ReasonSent, act_of
from functions.routes.staff_acts import told as act_told
from functions.wiring import ledger, own_data, staffing
from loyalty.core.calendar import at
from loyalty.core.explain import read_aloud
from loyalty.ledger.books import member_not_found
from loyalty.ledger.timeline import UNDO_WITHIN
from loyalty.members.erase import ENDS_LATER
from loyalty.program.by_language import told_in
from loyalty.store import appointments

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Members", "others")

MOST = 50
_DATA: dict[str, Any] = {
    "format": 1,
    "program": "coffee",
    "member_id": ANN["member_id"],
    "person": {"first_name": "Ann", "contact": {"kind": "email", "value": "ann@example.com"}},
    "value": {"points": 225},
}
_BEN = "9f3c1d7a5b0e4f6c8a2d4e6f8a0b2c4d"
_ENTRY = {**MEMBER, "entry": Name(r"[1-9][0-9]{0,8}", "The entry's number.", "7")}


class EndsLater(Told):
    """Files in which the person may still stand, and when the last of them is gone."""

    what: str
    where: Annotated[str, Field(description="How their names begin.")]
    until: datetime


class EraseTold(ActTold):
    """What became of it."""

    ends_later: list[EndsLater]


class TimelineAsked(Asked):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="At most so many.")] = 20
    cursor: Annotated[
        str, Field(max_length=1000, description="Where to go on: `next` of the page before.")
    ] = ""


class OrderNamed(Told):
    """An order, as its till names it."""

    source: str
    id: str


class LineTold(Told):
    """One thing that has happened."""

    at: datetime
    entry: Annotated[int | None, Field(description="Its number in the ledger; null for none.")]
    what: Annotated[
        str,
        Field(description="`earn`, `redeem`, `gift`, `give`, `enter`, `expire`, `note` and so on."),
    ]
    actor: Annotated[str, Field(description="Who: `key:…`, a till's endpoint, the program.")]
    points: Annotated[dict[str, int], Field(description="What they have more of, by pot.")]
    order: OrderNamed | None
    said: Annotated[str | None, Field(description="The reason or note that somebody typed.")]
    reward: Annotated[
        str | None, Field(description="The reward that was had, reserved or given back.")
    ]
    undo: Annotated[bool, Field(description="Whether whoever asks may take it back now.")]


class AppointmentTold(Told):
    """A visit that they have booked elsewhere."""

    at: datetime
    ends: datetime
    source: Annotated[str, Field(description="The booking tool, as the program calls it.")]
    location: str | None


class TimelineTold(Told):
    """What has happened, the newest first, and what they have booked."""

    appointments: Annotated[
        list[AppointmentTold],
        Field(description="Those ahead, the next one first; on the first page only."),
    ]
    lines: list[LineTold]
    next: Annotated[str | None, Field(description="The next page's cursor; null at the end.")]


class WhyTold(Told):
    """Why an order's entry is what it is."""

    sentence: Annotated[
        str | None,
        Field(description="To read aloud; null where it is no order's, or that has changed since."),
    ]


class OwnDataTold(Told):
    """Everything that is kept of one person."""

    data: Annotated[
        dict[str, JsonValue],
        Field(description="Sections by name; `format` rises when one changes its meaning."),
    ]


class MergeAsked(Sent):
    """Who would become one with this member."""

    other: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="Whose card would be void.")]


class SideTold(Told):
    """One of the two."""

    member_id: str
    balances: Annotated[dict[str, int], Field(description="By pot.")]


class MergeTold(Told):
    """Both, and what they would be together. Nothing has happened."""

    member: SideTold
    other: SideTold
    together: Annotated[dict[str, int] | None, Field(description="By pot; null if they cannot be.")]
    reason: Annotated[str | None, Field(description="Why not: a code.")]


@operations.add(
    "GET",
    "/v1/members/{member}/timeline",
    summary="List what has happened",
    scopes=("staff",),
    names=MEMBER,
    query=TimelineAsked,
    answers={
        200: Said(
            TimelineTold,
            "A page.",
            {
                "a sale": {
                    "appointments": [
                        {
                            "at": "2026-05-07T12:00:00Z", "ends": "2026-05-07T13:00:00Z",
                            "source": "salon", "location": None,
                        }
                    ],
                    "lines": [
                        {
                            "at": "2026-05-04T12:00:00Z", "entry": 7, "what": "earn",
                            "actor": "till", "points": {"points": 7},
                            "order": {"source": "till", "id": "1207"}, "said": None,
                            "reward": None, "undo": False,
                        }
                    ],
                    "next": None,
                }
            },
        )
    },
    refusals=("member_not_found", "invalid_cursor"),
)  # fmt: skip
def list_timeline(call: Call[None, TimelineAsked]) -> Answer:
    """List entries of the ledger, notes, and acts of staff, the newest first."""
    member = _member(call)
    asked = call.query
    page = ledger.timeline().page(call.key.program, member, asked.cursor, asked.limit)
    undone = {one.undoes for one in page.lines}
    lines = [
        LineTold(
            at=one.at,
            entry=one.seq or None,
            what=one.what,
            actor=one.actor,
            points=dict(one.moved),
            order=OrderNamed(source=one.order[0], id=one.order[1]) if one.order else None,
            said=one.said,
            reward=one.reward or None,
            undo=one.by_hand
            and member == call.names["member"]
            and one.actor == f"key:{call.key.id}"
            and one.seq not in undone
            and call.now - one.at <= UNDO_WITHIN,
        )
        for one in page.lines
    ]
    booked = [] if asked.cursor else _appointments(call.key.program, member, call.now)
    return Answer(TimelineTold(appointments=booked, lines=lines, next=page.next))


def _appointments(program: str, member: str, now: datetime) -> list[AppointmentTold]:
    kept = appointments.read(ledger.books().tables, program, member)
    return [
        AppointmentTold(
            at=at(one.at), ends=at(one.ends), source=one.source, location=one.location or None
        )
        for one in kept.appointments
        if at(one.ends) > now
    ]


@operations.add(
    "GET",
    "/v1/members/{member}/entries/{entry}/why",
    summary="Say why an order earned what it did",
    scopes=("staff",),
    names=_ENTRY,
    query=LanguageAsked,
    answers={
        200: Said(WhyTold, "If it can be told.", {"coffee": {"sentence": "$0.70 → 7 points"}})
    },
    refusals=("member_not_found",),
)
def explain_entry(call: Call[None, LanguageAsked]) -> Answer:
    """Answer "why 7 points?": the decision is made once more on the account as it was then."""
    found = ledger.timeline().why(call.key.program, _member(call), int(call.names["entry"]))
    if found is None:
        return Answer(WhyTold(sentence=None))
    rules, steps = found
    rules = told_in(rules, call.query.language)
    return Answer(WhyTold(sentence=read_aloud(steps, rules, rules.language(call.query.language))))


@operations.add(
    "POST",
    "/v1/members/{member}/merge/preview",
    summary="Look at a merge before it is done",
    scopes=("staff",),
    names=MEMBER,
    body=MergeAsked,
    examples={"joined twice": {"other": _BEN}},
    answers={
        200: Said(
            MergeTold,
            "Side by side.",
            {
                "two": {
                    "member": {"member_id": ANN["member_id"], "balances": {"points": 225}},
                    "other": {"member_id": _BEN, "balances": {"points": 120}},
                    "together": {"points": 345},
                    "reason": None,
                }
            },
        )
    },
    refusals=("member_not_found", "same_member"),
)
def preview_merge(call: Call[MergeAsked, None]) -> Answer:
    """Show two members side by side, and the balances of the one that they would become."""
    member = _member(call)
    found = staffing.staff().merged(call.key.program, call.body.other, member, call.now)
    return Answer(
        MergeTold(
            member=SideTold(member_id=member, balances=dict(found.into)),
            other=SideTold(member_id=call.body.other, balances=dict(found.old)),
            together=dict(found.after) if found.after is not None else None,
            reason=found.reason,
        )
    )


@operations.add(
    "GET",
    "/v1/members/{member}/data",
    summary="Carry out what is kept of one person",
    scopes=("owner",),
    reserved=True,
    proved=True,
    names=MEMBER,
    answers={200: Said(OwnDataTold, "Everything.", {"ann": {"data": _DATA}})},
    refusals=("member_not_found",),
)
def get_own_data(call: Call[None, None]) -> Answer:
    """Return all that is kept of a person, to be handed to them (GDPR, articles 15 and 20).

    Who they are, consents, value, every entry with its explanation (of the newest 200), orders,
    notes, what staff did. It is for that person: whoever it is given to has to be them.
    """
    found = own_data.of(call.key.program, call.names["member"], call.now)
    return Answer(OwnDataTold(data=found))


@operations.add(
    "POST",
    "/v1/members/{member}/erase",
    summary="Erase a person",
    scopes=("owner",),
    reserved=True,
    names=MEMBER,
    query=LanguageAsked,
    body=ReasonSent,
    keyed=True,
    examples={"asked for": {"reason": "asked for by letter"}},
    answers={
        200: Said(
            EraseTold,
            "Nothing tells any more who it was; the sums of the ledger stay.",
            {
                "left": {
                    "outcome": "left", "reason": None, "sentence": None, "points": None,
                    "balance": None, "also": [],
                    "ends_later": [
                        {"what": "messages of tills that were worked on", "where": "worked/",
                         "until": "2026-05-18T12:00:00Z"}
                    ],
                }
            },
        )
    },
    refusals=("member_not_found", "limit_reached"),
)  # fmt: skip
def erase_member(call: Call[ReasonSent, LanguageAsked]) -> Answer:
    """Forget a person at once and completely; their passes become void, value is lost.

    Wallets are told for a day, and then their addresses are forgotten, too. Files that tills and
    owners have made are not searched: `ends_later` says which may name the person, and until when.
    """
    act = act_of(call, call.body.reason)
    done = act_told(call, staffing.erasure().erase(act, _member(call), call.now))
    later = [
        EndsLater(what=one.what, where=one.where, until=call.now + one.after) for one in ENDS_LATER
    ]
    return replace(done, content=EraseTold(**done.content.model_dump(), ends_later=later))


def _member(call: Call[Any, Any]) -> str:
    """Return the member as who they are now; refuses one that is none here."""
    account = ledger.books().account(call.key.program, call.names["member"])
    if account is None:
        raise member_not_found(call.names["member"])
    return account.member
