"""/v1/keys: an owner makes, changes, rotates and revokes keys. Each is shown once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import WORDS, Sent, Told
from functions.routes.times import Instant
from functions.wiring import owning
from loyalty.access.key_ring import Asker
from loyalty.access.keys import ApiKey
from loyalty.core.instants import instant
from loyalty.store.credentials import Scope  # noqa: TC001 - pydantic reads annotations when it builds models

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.access.key_ring import ListedKey

operations = Operations("Keys, people and what was changed", "others")

LONGEST_NAME = 80
_ID = {"key": Name(r"[a-z0-9]{8,26}", "The key's id: its second part.", "annaskey")}
_TEXT = "lk_live_annaskey_" + "x" * 40 + "_00000000"
_SHOWN = {
    "id": "annaskey",
    "scope": "staff",
    "name": "Phone at the counter",
    "sources": ["till"],
    "location": "main-street",
    "person": None,
    "expires_at": "2027-06-30T00:00:00Z",
    "limits": {"per_shift": 300},
    "last4": "k3Xq",
    "state": "good",
    "made_at": "2026-05-04T12:00:00Z",
    "old_secret_until": None,
}
_REFUSED = ("key_ended", "beyond_your_rights", "key_changed")

Sources = Annotated[
    list[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]],
    Field(max_length=50, description="Tills it may speak for; none means all."),
]
Called = Annotated[
    str, Field(max_length=LONGEST_NAME, description="For you, to know it by."), WORDS
]
Place = Annotated[
    str, Field(pattern=r"^([a-z0-9][a-z0-9-]{0,39})?$", description="Where it is used.")
]
Ends = Annotated[Instant, Field(description="It opens nothing from then on.")]
Limits = Annotated[
    dict[str, Annotated[int, Field(ge=0, le=10**12)]],
    Field(
        description="`at_once`, `per_shift`, `per_month`, `acts_per_hour`; how fast it may go: "
        "`sales_per_minute`, `spending_per_minute`, `spending_per_hour`, `others_per_minute`. "
        "They only narrow what the program allows."
    ),
]


class KeySent(Sent):
    """A new key."""

    id: Annotated[
        str,
        Field(description="8 to 26 small letters and digits: who acts, for good."),
    ]
    scope: Scope
    name: Called = ""
    sources: Sources = Field(default_factory=list)
    location: Place = ""
    person: Annotated[
        str | None, Field(max_length=26, description="Whose it is; one has one at a time.")
    ] = None
    expires_at: Ends | None = None
    limits: Limits = Field(default_factory=dict)


class KeyChange(Sent):
    """What is to be changed; what is not named stays. A scope stays for good."""

    name: Called | None = None
    sources: Sources | None = None
    location: Place | None = None
    expires_at: Ends | None = None
    limits: Limits | None = None


class RotationSent(Sent):
    """How another secret takes over."""

    overlap_minutes: Annotated[
        int, Field(ge=0, le=1440, description="So long the old secret opens, too.")
    ] = 0


class KeyTold(Told):
    """A key, without its secret."""

    id: str
    scope: Scope
    name: str
    sources: list[str]
    location: str
    person: str | None
    expires_at: datetime | None
    limits: dict[str, int]
    last4: Annotated[str, Field(description="The last letters of its secret.")]
    state: Literal["good", "ended"]
    made_at: Annotated[datetime | None, Field(description="Null: before that was kept.")]
    old_secret_until: Annotated[
        datetime | None, Field(description="The secret before the last rotation opens until then.")
    ]


class KeyList(Told):
    """All keys of the program by id, those too that open nothing any more."""

    keys: list[KeyTold]


class NewKey(KeyTold):
    """A key with its text, which cannot be read again."""

    key: Annotated[str, Field(description="What goes into `Authorization: Bearer …`.")]


@operations.add(
    "GET",
    "/v1/keys",
    summary="List keys",
    scopes=("owner",),
    reserved=True,
    answers={200: Said(KeyList, "All there are.", {"one": {"keys": [_SHOWN]}})},
)
def list_keys(call: Call[None, None]) -> Answer:
    """List the program's keys. Their secrets cannot be read."""
    found = owning.key_ring().listed(call.key.program)
    return Answer(KeyList(keys=[KeyTold(**_shown(one, call.now)) for one in found]))


@operations.add(
    "POST",
    "/v1/keys",
    summary="Make a key",
    scopes=("owner",),
    reserved=True,
    body=KeySent,
    examples={
        "a till": {"id": "mainstreet1", "scope": "till", "sources": ["till"]},
        "staff": {"id": "annaskey", "scope": "staff", "limits": {"per_shift": 300}},
    },
    answers={201: Said(NewKey, "Keep it: it is shown once.", {"key": {**_SHOWN, "key": _TEXT}})},
    refusals=(
        "bad_key_id", "key_exists", "key_ends_before_it_begins", "unknown_limit", "too_many_keys",
        "beyond_your_rights", "person_not_found", "not_their_role", "person_has_key",
    ),
)  # fmt: skip
def make_key(call: Call[KeySent, None]) -> Answer:
    """Make a key. One of a person has that person's role as its scope.

    A key that has an end, or speaks for some tills only, makes none that can do more.
    """
    sent, ring = call.body, owning.key_ring()
    key = ApiKey(
        id=sent.id,
        program=call.key.program,
        scope=sent.scope,
        sources=tuple(sent.sources),
        expires_at=sent.expires_at,
        name=sent.name,
        location=sent.location,
        person=sent.person or "",
        limits=sent.limits,
    )
    return _with_text(call, sent.id, ring.make(key, asker(call), call.now), 201)


@operations.add(
    "GET",
    "/v1/keys/{key}",
    summary="Look at a key",
    scopes=("owner",),
    reserved=True,
    names=_ID,
    answers={200: Said(KeyTold, "As it is.", {"annas": _SHOWN})},
)
def get_key(call: Call[None, None]) -> Answer:
    """Return one key, without its secret."""
    found = owning.key_ring().find(call.key.program, call.names["key"])
    return Answer(KeyTold(**_shown(found, call.now)))


@operations.add(
    "PATCH",
    "/v1/keys/{key}",
    summary="Change a key",
    scopes=("owner",),
    reserved=True,
    names=_ID,
    body=KeyChange,
    examples={"narrower": {"limits": {"per_shift": 100}}, "moved": {"location": "harbour"}},
    answers={200: Said(KeyTold, "As it is now.", {"annas": _SHOWN})},
    refusals=("key_ends_before_it_begins", "unknown_limit", *_REFUSED),
)
def change_key(call: Call[KeyChange, None]) -> Answer:
    """Change what is named, from the next request with the key on."""
    changes = {
        name: tuple(value) if name == "sources" else value
        for name, value in call.body.model_dump(exclude_unset=True).items()
        if value is not None
    }
    found = owning.key_ring().change(
        call.key.program, call.names["key"], changes, asker(call), call.now
    )
    return Answer(KeyTold(**_shown(found, call.now)))


@operations.add(
    "POST",
    "/v1/keys/{key}/rotate",
    summary="Give a key another secret",
    scopes=("owner",),
    reserved=True,
    names=_ID,
    body=RotationSent,
    examples={"at once": {}, "while a till is told": {"overlap_minutes": 60}},
    answers={201: Said(NewKey, "Keep it: it is shown once.", {"key": {**_SHOWN, "key": _TEXT}})},
    refusals=_REFUSED,
)
def rotate_key(call: Call[RotationSent, None]) -> Answer:
    """Replace the secret; id, rights and whoever it is stay. Once more makes yet another."""
    name, overlap = call.names["key"], timedelta(minutes=call.body.overlap_minutes)
    text = owning.key_ring().rotate(call.key.program, name, overlap, asker(call), call.now)
    return _with_text(call, name, text, 201)


@operations.add(
    "DELETE",
    "/v1/keys/{key}",
    summary="Revoke a key",
    scopes=("owner",),
    reserved=True,
    names=_ID,
    answers={200: Said(KeyTold, "It opens nothing.", {"annas": {**_SHOWN, "state": "ended"}})},
    refusals=("beyond_your_rights", "key_changed"),
)
def revoke_key(call: Call[None, None]) -> Answer:
    """Let a key open nothing from the next request on, for good. Its id stays taken."""
    ring, name = owning.key_ring(), call.names["key"]
    ring.revoke(call.key.program, name, asker(call), call.now)
    return Answer(KeyTold(**_shown(ring.find(call.key.program, name), call.now)))


def asker(call: Call[Any, Any]) -> Asker:
    """Return who asks."""
    return Asker(call.actor, call.key)


def _with_text(call: Call[Any, None], name: str, text: str, status: int) -> Answer:
    found = owning.key_ring().find(call.key.program, name)
    return Answer(NewKey(**_shown(found, call.now), key=text), status)


def _shown(found: ListedKey, now: datetime) -> dict[str, Any]:
    key = found.key
    ended = key.expires_at is not None and key.expires_at <= now
    until = instant(found.two_secrets_until) if found.two_secrets_until else None
    return {
        "id": key.id,
        "scope": key.scope,
        "name": key.name,
        "sources": list(key.sources),
        "location": key.location,
        "person": key.person or None,
        "expires_at": key.expires_at,
        "limits": dict(key.limits),
        "last4": found.last4,
        "state": "ended" if ended else "good",
        "made_at": instant(found.made_at) if found.made_at else None,
        "old_secret_until": until if until is not None and until > now else None,
    }
