"""/v1/endpoints: the addresses that a program's tills report to, and how each of them does."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.routes.tills import speaks_for
from functions.routes.times import Instant  # noqa: TC001 - pydantic reads it
from functions.wiring import addressing, asking, calendars, environment, storage
from loyalty.access.keys import Credentials
from loyalty.core.calendar import at
from loyalty.outgoing import guard
from loyalty.refusals import Refusal
from loyalty.store.credentials import ToolFields
from loyalty.tills import by_api, health, looking, tool_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.http.operations import Call
    from loyalty.access.keys import Endpoint
    from loyalty.store.till_watch import Trial
    from loyalty.tills.health import Health

operations = Operations("Endpoints of tills", "others")

_NAMES = {
    "endpoint": Name(r"[a-z0-9][a-z0-9-]{0,63}", "Its id, as it stands in its address.", "till")
}
_WATCHED = {
    "endpoint": Name(
        r"(api\.)?[a-z0-9][a-z0-9-]{0,63}",
        "Its id, as it stands in its address; `api.till` is the till `till` by the API.",
        "till",
    )
}
_NOON, _HOUR = "2026-05-04T12:00:00Z", "2026-05-04T11:00:00Z"
_COUNTS = {"since": _HOUR, "counts": {"messages": 41, "sales": 38, "not_authentic": 2}}
_TEST = {
    "asked_at": _NOON,
    "status": 202,
    "outcome": "came_through",
    "reason": None,
    "came_at": "2026-05-04T12:00:02Z",
}
_SHOWN = {
    "id": "coffee-square",
    "scheme": "square",
    "kind": "till",
    "sources": ["square"],
    "state": "usual",
    "sentences": [],
    "last_message_at": _NOON,
    "last_sale_at": _NOON,
    "looked_at": _NOON,
    "polled_until": _NOON,
    "test": _TEST,
    "hours": [_COUNTS],
    "days": [_COUNTS],
    "fields": None,
}
_FIELDS = {
    "attributes": {"UF_CRM_TOWN": "town"},
    "consents": {"UF_CRM_SMS": "sms"},
    "written": {"balance": "UF_CRM_BALANCE"},
}


class CountsTold(Told):
    """What was counted in a time."""

    since: Annotated[datetime, Field(description="When that time began: an hour, or a day.")]
    counts: Annotated[
        dict[str, int],
        Field(
            description="By what was counted; what is not named was none. `messages` came, `sales` "
            "and `parked` are orders, `visits` what booking tools tell of members and "
            "`visits_of_nobody` of others, `clients` what they tell of clients who are members, "
            "`written` what was written into their fields, `found` what no message had brought, "
            "`replayed` messages that were worked on again. The rest went wrong: `not_authentic`, "
            "`unreadable`, `unusable`, `not_for_us`, `not_asked`, `not_read_back`, "
            "`not_written`, `failed`."
        ),
    ]


class TestTold(Told):
    """The last trial that was sent to the address."""

    asked_at: datetime
    status: Annotated[
        int | None, Field(description="What the address answered; null: nothing yet.")
    ]
    outcome: Annotated[
        Literal["waiting", "came_through", "no_answer", "refused", "ignored", "not_read_back"],
        Field(
            description="`ignored`: without a token such a message says nothing. `not_read_back`: "
            "it came, and the vendor did not tell the rest."
        ),
    ]
    reason: Annotated[
        str | None, Field(description="Of `not_read_back`: `token_refused` and so on.")
    ]
    came_at: Annotated[datetime | None, Field(description="When it had passed the inbox.")]


_MAPPED = Annotated[str, Field(max_length=tool_fields.LONGEST_FIELD)]


def _mapped(said: str) -> Any:
    """Return what a field of a form is that maps names to names."""
    return Field(default_factory=dict, max_length=tool_fields.MOST_FIELDS, description=said)


class FieldsSent(Sent):
    """What fields of the tool's clients mean. What is not named means nothing any more."""

    attributes: dict[_MAPPED, _MAPPED] = _mapped(
        "An attribute of the program, by the tool's field."
    )
    consents: dict[_MAPPED, _MAPPED] = _mapped(
        "By the tool's field, which says yes or no: the channel (`card`, `email`, `sms`, `phone`, "
        "`messenger`) of offers."
    )
    written: dict[_MAPPED, _MAPPED] = _mapped(
        "The tool's field into which is written: `balance`, `level` (its name), `code` (the short "
        "one of the card)."
    )


_LONGEST = 500
_VISIBLE = r"^[!-~]*$"
_ADDRESS = "https://cards.example/webhooks/salon-bookings"
_WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class EndpointSent(Sent):
    """An address for a till or a booking tool. What each vendor needs stands in the guide."""

    id: Annotated[str, Field(max_length=64, description="Small letters, digits and hyphens.")]
    scheme: Annotated[
        str,
        Field(
            max_length=40,
            pattern=_VISIBLE,
            description="The language spoken there: `standard`, `square` …",
        ),
    ] = "standard"
    sources: Annotated[
        list[Annotated[str, Field(max_length=40, pattern=_VISIBLE)]],
        Field(max_length=10, description="Names that orders may come under, its own first."),
    ] = Field(default_factory=list)
    url: Annotated[
        str,
        Field(
            max_length=_LONGEST,
            pattern=_VISIBLE,
            description="The address as the vendor has it, if another.",
        ),
    ] = ""
    merchant: Annotated[
        str, Field(max_length=200, pattern=_VISIBLE, description="Whose messages count there.")
    ] = ""
    vendor_address: Annotated[
        str,
        Field(
            max_length=_LONGEST, description="Where the vendor is asked: https://my.shop.example"
        ),
    ] = ""
    location: Annotated[str, Field(max_length=40, description="Where it stands.")] = ""
    secret: Annotated[
        str | None,
        Field(max_length=_LONGEST, description="What the vendor signs with; one is made if none."),
    ] = None
    token: Annotated[
        str,
        Field(
            max_length=2000,
            pattern=_VISIBLE,
            description="With which the vendor is asked for the rest.",
        ),
    ] = ""


class EndpointMade(Told):
    """An address that was made."""

    id: str
    address: Annotated[str, Field(description="What is typed at the other side.")]
    redemptions: Annotated[str | None, Field(description="Where `standard` asks to redeem.")]
    secret: Annotated[
        str | None,
        Field(description="What it signs with, if it was made here. It is told once."),
    ]


class EndpointGone(Told):
    """What is not there any more."""

    id: str


class CalendarSent(Sent):
    """A calendar that a booking tool, or anybody, publishes."""

    url: Annotated[
        str,
        Field(
            min_length=1,
            max_length=500,
            description="Its secret address, https:// or webcal://; it is told to nobody again.",
        ),
    ]
    location: Annotated[
        str, Field(max_length=40, description="A location's id; empty for none.")
    ] = ""


class FieldsTold(Told):
    """What fields of the tool's clients mean."""

    attributes: dict[str, str]
    consents: dict[str, str]
    written: dict[str, str]


class ReplaySent(Sent):
    """Which messages are worked on again, by when they were worked on."""

    since: Annotated[Instant, Field(description="From then on.")]
    until: Annotated[Instant | None, Field(description="Until then; now if not named.")] = None


class Begun(Told):
    """What is under way; the endpoint tells what becomes of it."""

    id: str


class EndpointTold(Told):
    """An address of a till, and how it does."""

    id: str
    scheme: Annotated[
        str,
        Field(
            description="The language that it speaks: `standard`, `square` …; `api` of tills that "
            "report orders by `PUT /v1/orders`: these have no address, only their counts."
        ),
    ]
    kind: Annotated[
        Literal["till", "bridge"],
        Field(description="A till's; or a booking tool's, a calendar's, a CRM's."),
    ]
    sources: Annotated[list[str], Field(description="What its orders come under.")]
    state: Annotated[
        Literal["usual", "quiet", "too_few", "unheard", "not_looked"],
        Field(
            description="`quiet`: silent for longer than usual at this hour. `too_few`: nobody can "
            "say yet what is usual. `unheard`: a calendar that has not answered once. "
            "`not_looked`: nobody has looked so far."
        ),
    ]
    sentences: Annotated[list[str], Field(description="What whoever looks should know; or none.")]
    last_message_at: datetime | None
    last_sale_at: datetime | None
    looked_at: Annotated[datetime | None, Field(description="When `state` was found.")]
    polled_until: Annotated[
        datetime | None,
        Field(description="Up to when the vendor was asked for what no message brought."),
    ]
    test: Annotated[TestTold | None, Field(description="The last one that was sent.")]
    hours: Annotated[list[CountsTold], Field(description="Of the last 24, the latest first.")]
    days: Annotated[list[CountsTold], Field(description="Of the last 7 (UTC), the latest first.")]
    fields: Annotated[
        FieldsTold | None,
        Field(description="Of a booking tool or CRM that tells of clients; null of others."),
    ]


class EndpointList(Told):
    """All endpoints of the program, by id."""

    endpoints: list[EndpointTold]


@operations.add(
    "GET",
    "/v1/endpoints",
    summary="List tills' endpoints and how they do",
    scopes=("owner",),
    answers={200: Said(EndpointList, "All there are.", {"one": {"endpoints": [_SHOWN]}})},
)
def list_endpoints(call: Call[None, None]) -> Answer:
    """List the addresses that tills report to, with what came there and what became of it."""
    found = health.of_program(storage.tables(), call.key.program, call.now)
    known = [(one, _watched(call.key.program, one.watch.endpoint)) for one in found]
    return Answer(EndpointList(endpoints=[_told(one, of) for one, of in known if of is not None]))


@operations.add(
    "POST",
    "/v1/endpoints",
    summary="Make an address for a till",
    scopes=("owner",),
    reserved=True,
    body=EndpointSent,
    examples={
        "a booking tool": {"id": "salon-bookings", "scheme": "visits", "sources": ["salon"]},
        "square": {"id": "coffee-square", "scheme": "square", "secret": "its-signature-key-0001"},
    },
    answers={
        201: Said(
            EndpointMade,
            "Keep it: its secret is told once.",
            {
                "a booking tool": {
                    "id": "salon-bookings",
                    "address": _ADDRESS,
                    "redemptions": None,
                    "secret": _WHSEC,
                }
            },
        )
    },
    refusals=("invalid_endpoint", "endpoint_taken", "unknown_location", "bad_url"),
)
def make_endpoint(call: Call[EndpointSent, None]) -> Answer:
    """Make an address that a till or a booking tool reports to, with its secret.

    A calendar is followed instead: `PUT …/calendar`.
    """
    sent = call.body
    if sent.vendor_address:
        try:
            guard.target(sent.vendor_address, local=environment.configuration().development)
        except Refusal as refusal:
            at_it = "/vendor_address"
            raise Refusal("invalid", refusal.code, refusal.detail, pointer=at_it) from None
    if sent.scheme == "calendar":
        detail = "A calendar is followed, and not made an address for."
        raise Refusal("invalid", "invalid_endpoint", detail, pointer="/scheme")
    added = addressing.add(
        storage.programs().current(call.key.program),
        call.actor,
        call.now,
        name=sent.id,
        scheme=sent.scheme,
        sources=tuple(sent.sources),
        url=sent.url,
        merchant=sent.merchant,
        address=sent.vendor_address,
        location=sent.location,
        secret=sent.secret,
        token=sent.token,
    )
    standard = added.endpoint.scheme == "standard"
    made = EndpointMade(
        id=added.endpoint.id,
        address=added.address,
        redemptions=f"{added.address}/redemptions" if standard else None,
        secret=added.secret,
    )
    return Answer(made, 201)


@operations.add(
    "DELETE",
    "/v1/endpoints/{endpoint}",
    summary="Let a till's address be gone",
    scopes=("owner",),
    reserved=True,
    names=_NAMES,
    answers={200: Said(EndpointGone, "Nothing is taken there.", {"till": {"id": "till"}})},
)
def remove_endpoint(call: Call[None, None]) -> Answer:
    """Take no more messages at an address, from half a minute on.

    What counted stays, and the name stays the program's: no other can have it.
    """
    name = call.names["endpoint"]
    addressing.remove(call.key.program, name, call.actor, call.now)
    return Answer(EndpointGone(id=name))


@operations.add(
    "GET",
    "/v1/endpoints/{endpoint}",
    summary="Look at a till's endpoint",
    scopes=("owner", "till"),
    names=_WATCHED,
    answers={200: Said(EndpointTold, "As it is.", {"square": _SHOWN})},
)
def get_endpoint(call: Call[None, None]) -> Answer:
    """Return one address and how it does. A till's key sees those of its own sources."""
    endpoint = _endpoint(call, by_api.read(call.key.program, call.names["endpoint"]))
    found = health.of_endpoint(storage.tables(), call.key.program, endpoint.id, call.now)
    if found is None:
        raise Refusal("not_found", "not_found", "")
    return Answer(_told(found, endpoint))


@operations.add(
    "POST",
    "/v1/endpoints/{endpoint}/test",
    summary="Send a trial to a till's endpoint",
    scopes=("owner",),
    names=_NAMES,
    answers={202: Said(Begun, "It is on its way.", {"square": {"id": "coffee-square"}})},
)
def try_endpoint(call: Call[None, None]) -> Answer:
    """Send a message of the vendor's kind through the address, signed as the vendor would.

    It goes through gateway, door, inbox and worker like any other, and earns nobody anything. The
    endpoint's `test` says whether it came through.
    """
    endpoint = _endpoint(call)
    asking.test(endpoint, call.now)
    return Answer(Begun(id=endpoint.id), 202)


@operations.add(
    "POST",
    "/v1/endpoints/{endpoint}/replay",
    summary="Work on a till's messages again",
    scopes=("owner",),
    names=_NAMES,
    body=ReplaySent,
    examples={"an hour": {"since": _HOUR, "until": _NOON}},
    answers={202: Said(Begun, "They come again.", {"square": {"id": "coffee-square"}})},
    refusals=("ends_before_it_begins",),
)
def replay_messages(call: Call[ReplaySent, None]) -> Answer:
    """Work again on the messages that were worked on in a time, as they came.

    They are kept for 14 days. What counted before counts once; `replayed` counts the messages.
    """
    endpoint, until = _endpoint(call), call.body.until or call.now
    if until < call.body.since:
        detail = "That is before since: nothing lies between."
        raise Refusal("invalid", "ends_before_it_begins", detail, pointer="/until")
    asking.replay(endpoint, call.body.since, until)
    return Answer(Begun(id=endpoint.id), 202)


@operations.add(
    "PUT",
    "/v1/endpoints/{endpoint}/fields",
    summary="Say what fields of a tool's clients mean",
    scopes=("owner",),
    names=_NAMES,
    body=FieldsSent,
    examples={"a crm": _FIELDS},
    answers={200: Said(FieldsTold, "As it is now.", {"a crm": _FIELDS})},
    refusals=("invalid_fields", "busy"),
)
def put_fields(call: Call[FieldsSent, None]) -> Answer:
    """Say which fields of a booking tool's or CRM's clients are which attributes of the program.

    And which say whether somebody agrees to offers, and into which we write. Whoever works on
    messages knows it within half a minute.
    """
    endpoint = _endpoint(call)
    sent = call.body
    fields = ToolFields(dict(sent.attributes), dict(sent.consents), dict(sent.written))
    program = storage.programs().current(call.key.program)
    tool_fields.put(storage.tables(), program, endpoint, fields, call.key.id, call.now)
    return Answer(_fields(fields))


@operations.add(
    "PUT",
    "/v1/endpoints/{endpoint}/calendar",
    summary="Follow a calendar",
    scopes=("owner",),
    names=_NAMES,
    body=CalendarSent,
    examples={"a salon's": {"url": "https://calendar.example/private/basic.ics"}},
    answers={200: Said(Begun, "It is followed.", {"salon": {"id": "salon-calendar"}})},
    refusals=("bad_url", "unknown_location", "endpoint_taken"),
)
def put_calendar(call: Call[CalendarSent, None]) -> Answer:
    """Ask for a calendar every quarter of an hour: its events that name members are appointments.

    The same name again follows another address. A trial (`POST …/test`) looks whether it answers.
    """
    program = storage.programs().current(call.key.program)
    name, sent = call.names["endpoint"], call.body
    found = calendars.calendars().put(program, name, sent.url, sent.location, call.key.id, call.now)
    return Answer(Begun(id=found.id))


@operations.add(
    "DELETE",
    "/v1/endpoints/{endpoint}/calendar",
    summary="Follow a calendar no more",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(Begun, "It is followed no more.", {"salon": {"id": "salon-calendar"}})},
)
def delete_calendar(call: Call[None, None]) -> Answer:
    """Ask for a calendar no more. Appointments stay on cards until they are over."""
    name = call.names["endpoint"]
    calendars.calendars().remove(call.key.program, name, call.key.id, call.now)
    return Answer(Begun(id=name))


def _fields(fields: ToolFields) -> FieldsTold:
    return FieldsTold(
        attributes=dict(fields.attributes),
        consents=dict(fields.consents),
        written=dict(fields.written),
    )


def _watched(program: str, name: str) -> Endpoint | None:
    return by_api.read(program, name) or _as_it_is(name)


def _as_it_is(name: str) -> Endpoint | None:
    """Return an endpoint as it lies in the table: what an owner has just said is shown."""
    return Credentials(storage.tables()).endpoint(name)


def _endpoint(call: Call[Any, None], known: Endpoint | None = None) -> Endpoint:
    """Return the endpoint that is named, unless it is known; others' are answered like none."""
    endpoint = known or _as_it_is(call.names["endpoint"])
    if endpoint is None or endpoint.program != call.key.program:
        raise Refusal("not_found", "not_found", "")
    if not any(speaks_for(call.key, source) for source in endpoint.sources):
        raise Refusal("not_found", "not_found", "")
    return endpoint


def _told(found: Health, endpoint: Endpoint) -> EndpointTold:
    watch = found.watch
    return EndpointTold(
        id=endpoint.id,
        scheme=endpoint.scheme,
        kind="bridge" if endpoint.scheme in looking.BRIDGES else "till",
        sources=list(endpoint.sources),
        state=watch.state or "not_looked",
        sentences=health.sentences(found),
        last_message_at=_at(found.last_message),
        last_sale_at=_at(found.last_sale),
        looked_at=_at(watch.looked),
        polled_until=_at(watch.polled),
        test=_test(watch.trial),
        hours=[_counts(*one) for one in found.by_hour],
        days=[_counts(*one) for one in found.by_day],
        fields=_fields(endpoint.fields) if endpoint.scheme in tool_fields.TELLING else None,
    )


def _test(trial: Trial | None) -> TestTold | None:
    if trial is None:
        return None
    outcome, _, reason = trial.result.partition(":")
    return TestTold(
        asked_at=at(trial.asked),
        status=trial.status or None,
        outcome=outcome or "waiting",  # type: ignore[arg-type]
        reason=reason or None,
        came_at=_at(trial.came),
    )


def _counts(begin: int, counts: Mapping[str, int]) -> CountsTold:
    return CountsTold(since=at(begin), counts=dict(counts))


def _at(second: int) -> datetime | None:
    return at(second) if second else None
