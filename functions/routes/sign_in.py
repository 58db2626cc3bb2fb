"""/v1/sign-in, /v1/session, /v1/passkeys: people with a browser and no key.

A link that is good once, or a passkey, becomes a session: a cookie that acts with its person's role
wherever a key of that scope may.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, JsonValue

from functions.http.authorize import set_cookie
from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Asked, Sent, Told
from functions.routes.keys import LONGEST_NAME, asker
from functions.wiring import signed_in, signing_in
from loyalty.access.sessions import FRESH, IDLE, LONGEST, form_token, fresh
from loyalty.refusals import Refusal
from loyalty.store.people import Role  # noqa: TC001 - pydantic reads annotations when it builds models

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.access.keys import ApiKey, Scope
    from loyalty.store.people import Person
    from loyalty.store.sessions import Passkey, Session

operations = Operations("Signing in")

_EVERYBODY: tuple[Scope, ...] = ("staff", "accountant", "manager", "owner")
_ANNA = "annaannaannaannaannaannaaa"
_ONE = "bbbbbbbbbbbbbbbbbbbbbbbbbb"
_SESSION = {"session": Name(r"[a-z2-7]{26}", "Its id.", _ONE)}
_PASSKEY = {"passkey": Name(r"[0-9a-f]{64}", "Its id.", "5" * 64)}
_LINK = "q3pJ0Zb1yU6hC8xG2eWm5tR7sK9aD4fL0vN1iO3uYcE"
_ME: dict[str, Any] = {
    "program": "coffee",
    "person": _ANNA,
    "name": "Anna",
    "role": "owner",
    "session": _ONE,
    "proved_until": "2026-05-04T12:05:00Z",
    "form_token": "0f" * 32,
}
_CREDENTIAL: dict[str, Any] = {
    "id": "AAAA",
    "rawId": "AAAA",
    "type": "public-key",
    "response": {"clientDataJSON": "AAAA"},
    "clientExtensionResults": {},
}
_QUESTION: dict[str, Any] = {
    "options": {"challenge": _LINK, "rpId": "cards.example", "userVerification": "required"}
}

Credential = Annotated[
    dict[str, JsonValue],
    Field(description="What the browser's `credential.toJSON()` returns (WebAuthn, level 3)."),
]


class LinkSent(Sent):
    """The secret of a link."""

    link: Annotated[str, Field(min_length=1, max_length=100)]


class ShownSent(Sent):
    """A passkey that was shown."""

    credential: Credential


class PasskeySent(Sent):
    """A new passkey."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    credential: Credential


class MeTold(Told):
    """Who is signed in."""

    program: str
    person: Annotated[str, Field(description="Their id: acts are written down as `key:` of it.")]
    name: str
    role: Role
    session: str
    proved_until: Annotated[
        datetime | None,
        Field(description="Until when what cannot be taken back may be done; null: not now."),
    ]
    form_token: Annotated[
        str, Field(description="To be sent as X-Form-Token with whatever changes something.")
    ]


class QuestionTold(Told):
    """What a browser asks an authenticator."""

    options: Annotated[
        dict[str, JsonValue],
        Field(description="For `PublicKeyCredential.parse…OptionsFromJSON` (WebAuthn, level 3)."),
    ]


class SessionTold(Told):
    """A browser in which somebody is signed in."""

    id: str
    browser: Annotated[str, Field(description="What it called itself.")]
    since: datetime
    used_at: Annotated[datetime, Field(description="To within ten minutes.")]
    ends_at: datetime
    this: Annotated[bool, Field(description="Whether it is the one that asks.")]


class SessionList(Told):
    """Sessions, the newest first."""

    sessions: list[SessionTold]


class SessionsAsked(Asked):
    """Whose sessions."""

    person: Annotated[
        str,
        Field(pattern=r"^([a-z0-9]{26})?$", description="Of whom; owners may ask for others."),
    ] = ""


class EndedTold(Told):
    """What opens nothing any more."""

    id: str


class PasskeyTold(Told):
    """A passkey."""

    id: str
    name: str
    since: datetime
    used_at: datetime | None


class PasskeyList(Told):
    """Passkeys, the newest first."""

    passkeys: list[PasskeyTold]


_SHOWN_SESSION = {
    "id": _ONE, "browser": "Mozilla/5.0 (iPhone)", "since": "2026-05-04T12:00:00Z",
    "used_at": "2026-05-04T12:00:00Z", "ends_at": "2026-06-03T12:00:00Z", "this": True,
}  # fmt: skip
_SHOWN_PASSKEY = {
    "id": "5" * 64, "name": "Anna's phone", "since": "2026-05-04T12:00:00Z", "used_at": None,
}  # fmt: skip


@operations.add(
    "POST",
    "/v1/sign-in/link",
    summary="Sign in by a link",
    scopes=(),
    body=LinkSent,
    examples={"a link": {"link": _LINK}},
    answers={200: Said(MeTold, "Signed in; the cookie comes along.", {"anna": _ME})},
    refusals=("sign_in_refused",),
)
def sign_in_by_link(call: Call[LinkSent, None]) -> Answer:
    """Open a session by the secret of a link, which is good for nothing afterwards.

    The session ends twelve hours after its last use, thirty days after it began, or when its person
    or an owner ends it; its person's role is the one they have at each request.
    """
    return _opened(call, *signed_in.sessions().enter(call.body.link, call.browser, call.now))


@operations.add(
    "POST",
    "/v1/sign-in/passkey/question",
    summary="Begin to sign in by a passkey",
    scopes=(),
    answers={200: Said(QuestionTold, "Ask the authenticator this.", {"question": _QUESTION})},
)
def ask_for_passkey(call: Call[None, None]) -> Answer:
    """Return the question that a passkey answers, whoever's it is; good once, for five minutes."""
    return Answer(QuestionTold(options=dict(signing_in.passkeys().ask(None, call.now))))


@operations.add(
    "POST",
    "/v1/sign-in/passkey",
    summary="Sign in by a passkey",
    scopes=(),
    body=ShownSent,
    examples={"a passkey": {"credential": _CREDENTIAL}},
    answers={200: Said(MeTold, "Signed in; the cookie comes along.", {"anna": _ME})},
    refusals=("sign_in_refused",),
)
def sign_in_by_passkey(call: Call[ShownSent, None]) -> Answer:
    """Open a session of the person whose passkey was shown."""
    whose = signing_in.passkeys().shown(call.body.credential, None, call.now)
    return _opened(call, *signed_in.sessions().open(whose, call.browser, call.now))


@operations.add(
    "GET",
    "/v1/session",
    summary="Who is signed in",
    scopes=_EVERYBODY,
    answers={200: Said(MeTold, "Who it is.", {"anna": _ME})},
    refusals=("session_needed",),
)
def get_own_session(call: Call[None, None]) -> Answer:
    """Return who is signed in, as what, and the token that comes with whatever they change."""
    return Answer(_me(_signed_in(call), call.now, call.cookie))


@operations.add(
    "DELETE",
    "/v1/session",
    summary="Sign out",
    scopes=_EVERYBODY,
    answers={200: Said(EndedTold, "Signed out.", {"out": {"id": _ONE}})},
    refusals=("session_needed", "session_not_found"),
)
def sign_out(call: Call[None, None]) -> Answer:
    """End the session that asks; its cookie opens nothing any more, wherever a copy of it is."""
    key = _signed_in(call)
    use = signed_in.sessions()
    use.end(use.find(key.program, key.session, call.now), asker(call), call.now)
    return Answer(EndedTold(id=key.session), cookies=(set_cookie("", 0),))


@operations.add(
    "GET",
    "/v1/sessions",
    summary="List sessions",
    scopes=_EVERYBODY,
    query=SessionsAsked,
    answers={
        200: Said(SessionList, "Those that are good.", {"one": {"sessions": [_SHOWN_SESSION]}})
    },
    refusals=("session_needed",),
)
def list_sessions(call: Call[None, SessionsAsked]) -> Answer:
    """List the sessions of whoever is signed in, or of another person for an owner."""
    person = call.query.person
    if not person or call.key.scope != "owner":
        person = _signed_in(call).person
    found = signed_in.sessions().listed(call.key.program, person, call.now)
    return Answer(SessionList(sessions=[_session(one, call.key) for one in found]))


@operations.add(
    "DELETE",
    "/v1/sessions/{session}",
    summary="End a session",
    scopes=_EVERYBODY,
    names=_SESSION,
    answers={200: Said(EndedTold, "It opens nothing.", {"ended": {"id": _ONE}})},
    refusals=("session_not_found",),
)
def end_session(call: Call[None, None]) -> Answer:
    """End one of the caller's own sessions, or anybody's for an owner, from the next request on."""
    use = signed_in.sessions()
    found = use.find(call.key.program, call.names["session"], call.now)
    if call.key.scope != "owner" and found.whose.person != call.key.person:
        raise Refusal("not_found", "session_not_found")
    use.end(found, asker(call), call.now)
    return Answer(EndedTold(id=found.id))


@operations.add(
    "POST",
    "/v1/session/proof/question",
    summary="Begin to prove who is signed in",
    scopes=_EVERYBODY,
    answers={200: Said(QuestionTold, "Ask the authenticator this.", {"question": _QUESTION})},
    refusals=("session_needed",),
)
def ask_for_proof(call: Call[None, None]) -> Answer:
    """Return the question that one of the person's own passkeys answers."""
    person = _person(call)
    return Answer(QuestionTold(options=dict(signing_in.passkeys().ask(person, call.now))))


@operations.add(
    "POST",
    "/v1/session/proof",
    summary="Prove who is signed in",
    scopes=_EVERYBODY,
    body=ShownSent,
    examples={"a passkey": {"credential": _CREDENTIAL}},
    answers={200: Said(MeTold, "Proved, for five minutes.", {"anna": _ME})},
    refusals=("session_needed", "sign_in_refused"),
)
def prove(call: Call[ShownSent, None]) -> Answer:
    """Show a passkey once more: keys, people, exports, erasing and taking points away ask for it.

    Whoever has no passkey opens a new session by a new link.
    """
    key, person = _signed_in(call), _person(call)
    signing_in.passkeys().shown(call.body.credential, person, call.now)
    signed_in.sessions().prove(key.session, call.now)
    told = _me(key, call.now, call.cookie)
    return Answer(told.model_copy(update={"proved_until": call.now + FRESH}))


@operations.add(
    "GET",
    "/v1/passkeys",
    summary="List your passkeys",
    scopes=_EVERYBODY,
    answers={200: Said(PasskeyList, "All there are.", {"one": {"passkeys": [_SHOWN_PASSKEY]}})},
    refusals=("session_needed",),
)
def list_passkeys(call: Call[None, None]) -> Answer:
    """List the passkeys of whoever is signed in."""
    found = signing_in.passkeys().listed(_person(call))
    return Answer(PasskeyList(passkeys=[_passkey(one) for one in found]))


@operations.add(
    "POST",
    "/v1/passkey-questions",
    summary="Begin to make a passkey",
    scopes=_EVERYBODY,
    proved=True,
    answers={200: Said(QuestionTold, "Ask the authenticator this.", {"question": _QUESTION})},
    refusals=("session_needed", "too_many_passkeys"),
)
def ask_for_new_passkey(call: Call[None, None]) -> Answer:
    """Return what a browser needs to make a passkey; good once, for five minutes."""
    options = signing_in.passkeys().ask_new(_person(call), call.now)
    return Answer(QuestionTold(options=dict(options)))


@operations.add(
    "POST",
    "/v1/passkeys",
    summary="Keep a new passkey",
    scopes=_EVERYBODY,
    proved=True,
    body=PasskeySent,
    examples={"a phone's": {"name": "Anna's phone", "credential": _CREDENTIAL}},
    answers={201: Said(PasskeyTold, "It lets its person in.", {"phone": _SHOWN_PASSKEY})},
    refusals=("session_needed", "passkey_refused", "passkey_known"),
)
def add_passkey(call: Call[PasskeySent, None]) -> Answer:
    """Keep the passkey that the browser has made. It lets its person into this program only."""
    sent, person = call.body, _person(call)
    made = signing_in.passkeys().add(person, sent.name, sent.credential, asker(call), call.now)
    return Answer(_passkey(made), 201)


@operations.add(
    "DELETE",
    "/v1/passkeys/{passkey}",
    summary="Remove a passkey",
    scopes=_EVERYBODY,
    proved=True,
    names=_PASSKEY,
    answers={200: Said(EndedTold, "It opens nothing.", {"gone": {"id": "5" * 64}})},
    refusals=("session_needed", "passkey_not_found"),
)
def remove_passkey(call: Call[None, None]) -> Answer:
    """Let one of the person's passkeys open nothing from now on. Sessions stay: end these, too."""
    name = call.names["passkey"]
    signing_in.passkeys().remove(_person(call), name, asker(call), call.now)
    return Answer(EndedTold(id=name))


def _signed_in(call: Call[Any, Any]) -> ApiKey:
    if not call.key.session:
        detail = "This is for people who are signed in, not for keys."
        raise Refusal("forbidden", "session_needed", detail)
    return call.key


def _person(call: Call[Any, Any]) -> Person:
    key = _signed_in(call)
    return signing_in.people().find(key.program, key.person)


def _opened(call: Call[Any, Any], key: ApiKey, cookie: str) -> Answer:
    seconds = int(LONGEST.total_seconds())
    return Answer(_me(key, call.now, cookie), cookies=(set_cookie(cookie, seconds),))


def _me(key: ApiKey, now: datetime, cookie: str) -> MeTold:
    until = key.proved_at + FRESH if key.proved_at is not None and fresh(key, now) else None
    return MeTold.model_validate(
        {
            "program": key.program,
            "person": key.person,
            "name": key.name,
            "role": key.scope,
            "session": key.session,
            "proved_until": until,
            "form_token": form_token(cookie),
        }
    )


def _session(one: Session, key: ApiKey) -> SessionTold:
    return SessionTold(
        id=one.id,
        browser=one.browser,
        since=one.made_at,
        used_at=one.used_at,
        ends_at=min(one.ends_at, one.used_at + IDLE),
        this=one.id == key.session,
    )


def _passkey(one: Passkey) -> PasskeyTold:
    return PasskeyTold(id=one.id, name=one.name, since=one.made_at, used_at=one.used_at)
