"""/v1/receivers: where a program's events are sent to, and what became of them."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.routes.times import Instant, TimesAsked
from functions.wiring import receiving
from loyalty.core.calendar import at
from loyalty.core.instants import instant
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.store.deliveries import Delivery
    from loyalty.store.receivers import Receiver

operations = Operations("Receivers of events", "others")

MOST_DELIVERIES = 100
_NAMES = {"receiver": Name(r"[a-z0-9][a-z0-9-]{0,39}", "Its id, as you have chosen it.", "crm")}
_EVENT = "evt_6f1c0e6a4f4b5f0e8f7a1d1e2b3c4d5e"
_NOON, _LATER = "2026-05-04T12:00:00Z", "2026-05-05T12:00:00Z"
_SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # noqa: S105 - an example
_URL = "https://crm.example.com/loyalty"
_SHOWN = {
    "id": "crm",
    "url": _URL,
    "events": ["points.earned", "tier.changed"],
    "state": "active",
    "since": _NOON,
    "failures": 0,
}
_DELIVERY = {
    "event": _EVENT,
    "type": "points.earned",
    "happened_at": _NOON,
    "outcome": "waiting",
    "failures": 1,
    "next_attempt_at": "2026-05-04T12:05:00Z",
    "attempts": [{"at": _NOON, "status": 503, "reason": None, "milliseconds": 84}],
}

Url = Annotated[str, Field(description="https, port 443, a public name.")]
Kinds = Annotated[
    list[str],
    Field(max_length=100, description="Events that it hears of, by their names; none means all."),
]


class ReceiverSent(Sent):
    """A new receiver."""

    id: Annotated[str, Field(description="1 to 40 small letters, digits and hyphens.")]
    url: Url
    events: Kinds = Field(default_factory=list)


class ChangeSent(Sent):
    """What is to be changed; what is not named stays."""

    url: Url | None = None
    events: Kinds | None = None
    state: Annotated[
        Literal["active", "paused"] | None, Field(description="`active` goes on, after a 410 too.")
    ] = None


class ReplaySent(Sent):
    """What is to be sent again, of what the log remembers."""

    since: Annotated[Instant, Field(description="From then on.")]
    until: Annotated[Instant | None, Field(description="Until then; now if not named.")] = None
    event: Annotated[str | None, Field(description="This event only.")] = None


class DeliveriesAsked(TimesAsked):
    """Which part of the log is listed; by when an event happened."""

    limit: Annotated[int, Field(ge=1, le=MOST_DELIVERIES, description="At most so many.")] = 20
    cursor: Annotated[
        str, Field(max_length=200, description="Where to go on: `next` of the page before.")
    ] = ""


class ReceiverTold(Told):
    """A receiver."""

    id: str
    url: str
    events: Annotated[list[str], Field(description="None means all.")]
    state: Annotated[
        Literal["active", "paused", "gone"], Field(description="`gone`: it has answered 410.")
    ]
    since: Annotated[datetime, Field(description="It hears of what happened from then on.")]
    failures: Annotated[int, Field(description="Attempts in a row that failed.")]


class NewReceiver(ReceiverTold):
    """A receiver with its secret, which cannot be read again."""

    secret: str


class ReceiverList(Told):
    """All receivers of the program, by id."""

    receivers: list[ReceiverTold]


class NewSecret(Told):
    """A secret, which cannot be read again."""

    secret: str


class Removed(Told):
    """What is not there any more."""

    id: str


class TestSent(Told):
    """The event that is being sent; the log tells what became of it."""

    event: str


class AttemptTold(Told):
    """One attempt; what the receiver answered otherwise is not kept."""

    at: datetime
    status: Annotated[int | None, Field(description="Null where there was no answer.")]
    reason: Annotated[str | None, Field(description="Why there was none: `timeout` and so on.")]
    milliseconds: int


class DeliveryTold(Told):
    """What became of an event."""

    event: str
    type: str
    happened_at: datetime
    outcome: Annotated[
        Literal["delivered", "waiting", "given_up", "not_sent"],
        Field(description="`not_sent`: the receiver was paused or gone."),
    ]
    failures: Annotated[int, Field(description="Attempts that have failed.")]
    next_attempt_at: datetime | None
    attempts: list[AttemptTold]


class DeliveryList(Told):
    """What became of events, the newest event first."""

    deliveries: list[DeliveryTold]
    next: Annotated[str | None, Field(description="The next page's cursor; null at the end.")]


class Replayed(Told):
    """How many events are sent again."""

    count: int
    next: Annotated[
        datetime | None, Field(description="Ask again with this as `since`; null at the end.")
    ]


@operations.add(
    "GET",
    "/v1/receivers",
    summary="List receivers of events",
    scopes=("owner",),
    answers={200: Said(ReceiverList, "All there are.", {"one": {"receivers": [_SHOWN]}})},
)
def list_receivers(call: Call[None, None]) -> Answer:
    """List the places that the program's events are sent to. Their secrets cannot be read."""
    found = receiving.receiving().listed(call.key.program)
    return Answer(ReceiverList(receivers=[_told(one) for one in found]))


@operations.add(
    "POST",
    "/v1/receivers",
    summary="Add a receiver of events",
    scopes=("owner",),
    body=ReceiverSent,
    examples={"crm": {"id": "crm", "url": _URL, "events": ["points.earned", "tier.changed"]}},
    answers={201: Said(NewReceiver, "It is there.", {"crm": {**_SHOWN, "secret": _SECRET}})},
    refusals=("bad_id", "bad_url", "unknown_event", "receiver_exists", "too_many_receivers"),
)
def add_receiver(call: Call[ReceiverSent, None]) -> Answer:
    """Send events to a URL from now on, signed by the secret in the answer (Standard Webhooks)."""
    sent, program = call.body, call.key.program
    use = receiving.receiving()
    secret = use.add(program, sent.id, sent.url, sent.events, call.now, call.actor)
    shown = _told(use.find(program, sent.id)).model_dump()
    return Answer(NewReceiver(**shown, secret=secret), 201)


@operations.add(
    "GET",
    "/v1/receivers/{receiver}",
    summary="Look at a receiver",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(ReceiverTold, "As it is.", {"crm": _SHOWN})},
)
def get_receiver(call: Call[None, None]) -> Answer:
    """Return one receiver."""
    return Answer(_told(receiving.receiving().find(call.key.program, call.names["receiver"])))


@operations.add(
    "PATCH",
    "/v1/receivers/{receiver}",
    summary="Change, pause or go on with a receiver",
    scopes=("owner",),
    names=_NAMES,
    body=ChangeSent,
    examples={"pause": {"state": "paused"}, "move": {"url": _URL, "events": []}},
    answers={200: Said(ReceiverTold, "As it is now.", {"crm": {**_SHOWN, "state": "paused"}})},
    refusals=("bad_url", "unknown_event", "receiver_changed"),
)
def change_receiver(call: Call[ChangeSent, None]) -> Answer:
    """Change what is named. While it is paused, its events are kept in the log as `not_sent`."""
    sent = call.body
    changed = receiving.receiving().change(
        call.key.program,
        call.names["receiver"],
        call.now,
        call.actor,
        url=sent.url,
        kinds=sent.events,
        active=None if sent.state is None else sent.state == "active",
    )
    return Answer(_told(changed))


@operations.add(
    "DELETE",
    "/v1/receivers/{receiver}",
    summary="Remove a receiver",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(Removed, "It is gone.", {"crm": {"id": "crm"}})},
)
def remove_receiver(call: Call[None, None]) -> Answer:
    """Send nothing there any more; its secrets end."""
    receiving.receiving().remove(call.key.program, call.names["receiver"], call.now, call.actor)
    return Answer(Removed(id=call.names["receiver"]))


@operations.add(
    "POST",
    "/v1/receivers/{receiver}/secrets",
    summary="Make another secret",
    scopes=("owner",),
    names=_NAMES,
    answers={201: Said(NewSecret, "Both secrets sign from now on.", {"new": {"secret": _SECRET}})},
    refusals=("rotation_unfinished", "receiver_changed"),
)
def add_secret(call: Call[None, None]) -> Answer:
    """Make another secret beside the one there is, so that it can be replaced without a gap."""
    use = receiving.receiving()
    secret = use.rotate(call.key.program, call.names["receiver"], call.now, call.actor)
    return Answer(NewSecret(secret=secret), 201)


@operations.add(
    "DELETE",
    "/v1/receivers/{receiver}/secrets/old",
    summary="End the old secret",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(Removed, "Only the new one signs.", {"crm": {"id": "crm"}})},
    refusals=("nothing_to_end", "receiver_changed"),
)
def end_old_secret(call: Call[None, None]) -> Answer:
    """Let only the newest secret sign."""
    receiving.receiving().end_rotation(
        call.key.program, call.names["receiver"], call.now, call.actor
    )
    return Answer(Removed(id=call.names["receiver"]))


@operations.add(
    "POST",
    "/v1/receivers/{receiver}/test",
    summary="Send a test event",
    scopes=("owner",),
    names=_NAMES,
    answers={202: Said(TestSent, "It is on its way.", {"sent": {"event": _EVENT}})},
)
def send_test(call: Call[None, None]) -> Answer:
    """Send an event that means nothing, whatever the receiver hears of otherwise."""
    event = receiving.receiving().test(call.key.program, call.names["receiver"], call.now)
    return Answer(TestSent(event=event), 202)


@operations.add(
    "GET",
    "/v1/receivers/{receiver}/deliveries",
    summary="List what became of events",
    scopes=("owner",),
    names=_NAMES,
    query=DeliveriesAsked,
    answers={
        200: Said(
            DeliveryList,
            "A page of the log.",
            {"one": {"deliveries": [_DELIVERY], "next": None}},
        )
    },
    refusals=("invalid_cursor", "ends_before_it_begins"),
)
def list_deliveries(call: Call[None, DeliveriesAsked]) -> Answer:
    """List what was sent in the last 30 days, the newest event first."""
    asked = call.query
    page = receiving.receiving().log_page(
        call.key.program,
        call.names["receiver"],
        asked.limit,
        asked.cursor,
        asked.between(call.now) if asked.since or asked.until else None,
    )
    shown = [_delivery(one) for one in page.deliveries]
    return Answer(DeliveryList(deliveries=shown, next=page.next))


@operations.add(
    "POST",
    "/v1/receivers/{receiver}/replay",
    summary="Send events again",
    scopes=("owner",),
    names=_NAMES,
    body=ReplaySent,
    examples={
        "a day": {"since": _NOON, "until": _LATER},
        "one event": {"since": _NOON, "until": _NOON, "event": _EVENT},
    },
    answers={202: Said(Replayed, "They are on their way.", {"all": {"count": 12, "next": None}})},
    refusals=("ends_before_it_begins",),
)
def replay_events(call: Call[ReplaySent, None]) -> Answer:
    """Send again what happened in a time, under the same ids, at most 500 events at once.

    A receiver that knows an id has had that event: asking for the same again does no harm.
    """
    sent, until = call.body, call.body.until or call.now
    if until < sent.since:
        detail = "That is before since: nothing lies between."
        raise Refusal("invalid", "ends_before_it_begins", detail, pointer="/until")
    done = receiving.receiving().replay(
        call.key.program,
        call.names["receiver"],
        call.now,
        since=sent.since,
        until=until,
        event=sent.event,
    )
    return Answer(Replayed(count=done.count, next=done.next), 202)


def _told(receiver: Receiver) -> ReceiverTold:
    return ReceiverTold(
        id=receiver.id,
        url=receiver.url,
        events=list(receiver.kinds),
        state=receiver.state,
        since=receiver.since,
        failures=receiver.failures,
    )


def _delivery(delivery: Delivery) -> DeliveryTold:
    attempts = [
        AttemptTold(
            at=at(one.at),
            status=one.status or None,
            reason=one.reason or None,
            milliseconds=one.milliseconds,
        )
        for one in delivery.attempts
    ]
    return DeliveryTold(
        event=delivery.event,
        type=delivery.kind,
        happened_at=instant(delivery.at),
        outcome=delivery.outcome,
        failures=delivery.tries,
        next_attempt_at=at(delivery.due) if delivery.outcome == "waiting" else None,
        attempts=attempts,
    )
