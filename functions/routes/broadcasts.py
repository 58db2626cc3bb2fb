"""/v1/broadcasts: what is said on every card at once, whoever it is: service notices."""

from __future__ import annotations

import re
from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import BY_LANGUAGE, WORDS, Sent, Told
from functions.wiring import campaigning
from loyalty.campaigns.broadcasting import Standing  # noqa: TC001 - pydantic reads it
from loyalty.campaigns.campaign import LOCK_SCREEN
from loyalty.core.instants import instant
from loyalty.store.program_versions import changed_meanwhile

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.campaigns import broadcasting

operations = Operations("Campaigns", "others")

_NAMES = {"broadcast": Name(r"[a-z][a-z0-9-]{0,39}", "A name of your own.", "closed-on-friday")}
_TEXT = {
    "en": "We are closed on Friday, 5 June: the pipes are renewed.",
    "ru": "Мы закрыты в пятницу, 5 июня: меняем трубы.",
}
_SENT: dict[str, Any] = {"text": _TEXT, "shown_days": 5}
_SHOWN: dict[str, Any] = {
    "id": "closed-on-friday", "version": 1, "state": "draft", "sent": None, "members": None,
    "rung": None, "seconds_left": 0, "text": _TEXT, "title": None, "link": None, "shown_days": 5,
}  # fmt: skip
_RUNS = {
    **_SHOWN, "version": 2, "state": "running", "sent": "2026-06-01T12:00:00Z", "members": 980,
    "rung": 320, "seconds_left": 17,
}  # fmt: skip
_VERSION = re.compile(r'"(0|[1-9][0-9]{0,8})"')

Texts = dict[str, Annotated[str, Field(min_length=1, max_length=500), WORDS]]
Titles = dict[str, Annotated[str, Field(min_length=1, max_length=60), WORDS]]


class BroadcastSent(Sent):
    """What is said to everybody; no offers: these are campaigns."""

    text: Annotated[Texts, Field(description=BY_LANGUAGE)]
    title: Annotated[Titles | None, Field(description="The same.")] = None
    link: Annotated[str | None, Field(max_length=200, description="https://…")] = None
    shown_days: Annotated[
        int | None, Field(ge=1, le=90, description="Cards say it for so long; 7 if not said.")
    ] = None


class BroadcastTold(Told):
    """A broadcast, and how far it has come."""

    id: str
    version: int
    state: Standing
    sent: Annotated[datetime | None, Field(description="When; null before it was.")]
    members: Annotated[int | None, Field(description="All there were then.")]
    rung: Annotated[
        int | None,
        Field(description="Members whose phones were rung for; null where a change of the program "
              "or its design rings for them instead."),
    ]  # fmt: skip
    seconds_left: Annotated[int, Field(description="About; 0 where nothing is going on.")]
    text: dict[str, str]
    title: dict[str, str] | None
    link: str | None
    shown_days: int


class BroadcastList(Told):
    """All broadcasts."""

    broadcasts: list[BroadcastTold]


class BroadcastText(Told):
    """What cards say in a language."""

    language: str
    text: str
    characters: int
    lock_screen: Annotated[
        bool, Field(description="Short enough for a lock screen, by what vendors say (90).")
    ]


class BroadcastPreview(Told):
    """Whom it reaches, what it costs, how long it takes."""

    members: Annotated[
        int, Field(description="All of them, also who has not agreed to marketing or is held out.")
    ]
    exact: Annotated[bool, Field(description="Counted; else by last night's figures.")]
    google_requests: Annotated[int, Field(description="For all cards there together.")]
    seconds: Annotated[int, Field(description="Until the last phone is rung, about.")]
    cost: Annotated[int, Field(description="Minor units for carriers: cards cost nothing.")]
    texts: list[BroadcastText]


@operations.add(
    "GET",
    "/v1/broadcasts",
    summary="List broadcasts",
    scopes=("owner",),
    answers={200: Said(BroadcastList, "All of them.", {"one": {"broadcasts": [_RUNS]}})},
)
def list_broadcasts(call: Call[None, None]) -> Answer:
    """Return what was, or will be, said on every card, and how far that has come."""
    found = campaigning.broadcasts().all(call.key.program)
    return Answer(BroadcastList(broadcasts=[_told(one) for one in found]))


@operations.add(
    "GET",
    "/v1/broadcasts/{broadcast}",
    summary="Show a broadcast",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(BroadcastTold, "By now.", {"one": _RUNS})},
    refusals=("broadcast_not_found",),
)
def show_broadcast(call: Call[None, None]) -> Answer:
    """Show a broadcast and how far it has come. Its ETag is what a change of it has to name."""
    return _answer(campaigning.broadcasts().one(call.key.program, call.names["broadcast"]))


@operations.add(
    "PUT",
    "/v1/broadcasts/{broadcast}",
    summary="Write a broadcast",
    scopes=("owner",),
    names=_NAMES,
    body=BroadcastSent,
    guarded=True,
    examples={"closed": _SENT},
    answers={200: Said(BroadcastTold, "A draft; nothing is sent.", {"one": _SHOWN})},
    refusals=("invalid_broadcast", "too_many_broadcasts", "broadcast_state", "test_side"),
)
def put_broadcast(call: Call[BroadcastSent, None]) -> Answer:
    """Write what is to be said, or change what was never sent.

    If-Match is the ETag of the broadcast, or `"0"` for one that is not there yet.
    """
    document = call.body.model_dump(mode="json")
    place = call.key.program, call.names["broadcast"]
    return _answer(
        campaigning.broadcasts().put(*place, document, _seen(call), call.actor, call.now)
    )


@operations.add(
    "GET",
    "/v1/broadcasts/{broadcast}/preview",
    summary="Try a broadcast",
    scopes=("owner",),
    names=_NAMES,
    answers={
        200: Said(
            BroadcastPreview,
            "What would happen.",
            {
                "one": {
                    "members": 980, "exact": True, "google_requests": 1, "seconds": 175, "cost": 0,
                    "texts": [
                        {"language": "en", "text": _TEXT["en"], "characters": 55,
                         "lock_screen": True}
                    ],
                }
            },
        )
    },
    refusals=("broadcast_not_found",),
)  # fmt: skip
def preview_broadcast(call: Call[None, None]) -> Answer:
    """Say whom it reaches, what it costs and how long it takes, without anything happening.

    What campaigns reach and cost stands apart (`GET /v1/campaigns/{campaign}/preview`): they go
    member by member, to who has agreed.
    """
    found = campaigning.broadcasts().one(call.key.program, call.names["broadcast"])
    reach = campaigning.broadcasts().reach(call.key.program)
    return Answer(
        BroadcastPreview(
            members=reach.members,
            exact=reach.exact,
            google_requests=reach.google_requests,
            seconds=reach.seconds,
            cost=reach.cost,
            texts=[
                BroadcastText(
                    language=language,
                    text=text,
                    characters=len(text),
                    lock_screen=len(text) <= LOCK_SCREEN,
                )
                for language, text in found.one.document["text"].items()
            ],
        )
    )


def _act(name: str, state: str, summary: str, done: str) -> Any:
    return operations.add(
        "POST",
        f"/v1/broadcasts/{{broadcast}}/{name}",
        summary=summary,
        scopes=("owner",),
        names=_NAMES,
        guarded=True,
        answers={200: Said(BroadcastTold, done, {"one": {**_RUNS, "state": state}})},
        refusals=("broadcast_not_found", "broadcast_state", "test_side"),
    )


@_act("send", "running", "Send a broadcast", "Every card says it.")
def send_broadcast(call: Call[None, None]) -> Answer:
    """Let every card say it, with what its ETag in If-Match names; what they said before goes.

    One write, and one request to Google. Phones are rung for from about two minutes on, 40 a
    second.
    """
    return _answer(campaigning.broadcasts().send(*_moved(call)))


@_act("pause", "paused", "Pause a broadcast", "No more phones are rung for.")
def pause_broadcast(call: Call[None, None]) -> Answer:
    """Ring for no more phones, within seconds. Who has it keeps it."""
    return _answer(campaigning.broadcasts().pause(*_moved(call)))


@_act("resume", "running", "Resume a broadcast", "The rest is rung for.")
def resume_broadcast(call: Call[None, None]) -> Answer:
    """Ring for the phones that are left."""
    return _answer(campaigning.broadcasts().resume(*_moved(call)))


@_act("cancel", "cancelled", "Cancel a broadcast", "No card says it any more.")
def cancel_broadcast(call: Call[None, None]) -> Answer:
    """End it for good. Google takes it off; on iPhones it stays until the card changes next.

    To take it off there would ring for it once more.
    """
    return _answer(campaigning.broadcasts().cancel(*_moved(call)))


def _moved(call: Call[None, None]) -> tuple[str, str, int, str, datetime]:
    return call.key.program, call.names["broadcast"], _seen(call), call.actor, call.now


def _seen(call: Call[Any, Any]) -> int:
    match = _VERSION.fullmatch(call.seen)
    if match is None:
        raise changed_meanwhile()
    return int(match[1])


def _answer(told: broadcasting.Told) -> Answer:
    return Answer(_told(told), tag=f'"{told.one.version}"')


def _told(told: broadcasting.Told) -> BroadcastTold:
    one = told.one
    return BroadcastTold(
        id=one.id,
        version=one.version,
        state=told.standing,
        sent=instant(one.started * 1_000_000) if one.started else None,
        members=one.members if one.started else None,
        rung=told.rung if one.started else None,
        seconds_left=told.left,
        text=dict(one.document["text"]),
        title=one.document.get("title"),
        link=one.document.get("link"),
        shown_days=one.document.get("shown_days") or 7,
    )
