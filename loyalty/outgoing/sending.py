"""Send one event to one receiver: once, or until it is given up; every attempt is written down."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol

from loyalty.core.instants import microseconds
from loyalty.outgoing import retries
from loyalty.outgoing.posting import Reply, signed_headers
from loyalty.store import receivers
from loyalty.store.deliveries import Attempt, Delivery, put_delivery, read_delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from loyalty.outgoing.queued import Sending
    from loyalty.store.receivers import Receiver
    from loyalty.store.tables import Tables

SECONDS = 10.0
"""How long a receiver may take to answer."""

SOON = 15
"""Seconds for which it is worth waiting; whatever comes later is rung for by the clock."""

RESTING = "receiver_resting"
"""Why an attempt failed that was not made: the receiver is left alone for some seconds."""

GONE = 410
"""The status by which a receiver says that nothing is to be sent to it any more."""

_TAKEN = range(200, 300)
_ASKS_FOR_PATIENCE = (429, 503)

FAILING_AFTER = 3
"""Failed attempts of one event after which somebody is told: about half an hour."""

Result = Literal[
    "delivered",
    "soon",  # failed for the first time: again within seconds
    "failed",
    "failing",  # failed for long enough that the owner should know
    "given_up",
    "not_sent",  # the receiver is paused or gone
    "gone",  # it has just answered 410
    "nothing",  # there was nothing to send, or its time is later
]


class Posts(Protocol):
    """Posts a message once; see ``loyalty.outgoing.posting.Poster``."""

    def post(self, url: str, body: str, headers: Mapping[str, str], seconds: float) -> Reply:
        """Post a message within so many seconds."""


class Sender:
    """Sends events.

    Parameters
    ----------
    secrets
        Returns the secrets of a receiver, the newest last; raises LookupError.
    clock
        Returns the present instant; ``seconds`` grows only and tells how long something took.
    random
        Returns a float in [0, 1).
    """

    def __init__(
        self,
        tables: Tables,
        poster: Posts,
        *,
        secrets: Callable[[Receiver], Sequence[str]],
        clock: Callable[[], datetime],
        seconds: Callable[[], float],
        random: Callable[[], float],
    ) -> None:
        self._tables = tables
        self._poster = poster
        self._secrets = secrets
        self._clock = clock
        self._seconds = seconds
        self._random = random

    def send(self, sending: Sending, seconds: float = SECONDS) -> Result:
        """Send, unless it was sent already or has to wait; ``nothing`` where that is so."""
        place = sending.program, sending.receiver, sending.at, sending.event
        receiver = receivers.read_receiver(self._tables, sending.program, sending.receiver)
        if receiver is None:
            return "nothing"
        known = read_delivery(self._tables, *place)
        delivery = self._to_send(sending, known)
        if delivery is None:
            return "nothing"
        if receiver.state != "active":
            self._write(replace(delivery, outcome="not_sent"))
            return "not_sent"
        return self._attempt(receiver, delivery, seconds)

    def _to_send(self, sending: Sending, known: Delivery | None) -> Delivery | None:
        """Return what is to be sent now; None for doubles, and for what has its time later."""
        if known is None:
            if sending.body is None:
                return None
            place = sending.program, sending.receiver, sending.event, sending.kind, sending.at
            return Delivery(*place, body=sending.body)
        return known if known.outcome == "waiting" and known.due <= self._second() else None

    def _attempt(self, receiver: Receiver, delivery: Delivery, seconds: float) -> Result:
        began, second = self._seconds(), self._second()
        if receiver.resting > second:
            reply = Reply(0, RESTING)
        else:
            reply = self._post(receiver, delivery, seconds)
        took = round(1000 * (self._seconds() - began))
        attempt = Attempt(second, reply.status, took, reply.reason)
        delivery = replace(delivery, attempts=(*delivery.attempts, attempt))
        if reply.status in _TAKEN:
            if receiver.failures:
                receivers.note_health(self._tables, receiver, 0, 0)
            self._write(replace(delivery, outcome="delivered"))
            return "delivered"
        if reply.status == GONE:
            changed = replace(receiver, state="gone", revision=receiver.revision + 1)
            receivers.put_receiver(self._tables, changed)
            self._write(replace(delivery, outcome="not_sent"))
            return "gone"
        if reply.reason != RESTING:
            failures = receiver.failures + 1
            resting = self._second() + retries.rest(failures)
            receivers.note_health(self._tables, receiver, failures, resting)
        return self._failed(delivery, reply)

    def _post(self, receiver: Receiver, delivery: Delivery, seconds: float) -> Reply:
        try:
            good = self._secrets(receiver)
        except LookupError:
            return Reply(0, "no_secret")
        headers = signed_headers(good, delivery.event, delivery.body, self._clock())
        return self._poster.post(receiver.url, delivery.body, headers, seconds)

    def _failed(self, delivery: Delivery, reply: Reply) -> Result:
        tries = delivery.tries + 1
        asked = reply.wait if reply.status in _ASKS_FOR_PATIENCE else 0
        wait = retries.wait(tries, asked, self._random())
        if wait is None:
            self._write(replace(delivery, outcome="given_up", tries=tries))
            return "given_up"
        due = self._second() + wait
        self._write(replace(delivery, outcome="waiting", tries=tries, due=due))
        if tries == 1 and wait <= SOON and reply.reason != RESTING:
            return "soon"
        return "failing" if tries == FAILING_AFTER else "failed"

    def _write(self, delivery: Delivery) -> None:
        # Where somebody else has written it meanwhile, that is as true: it was sent twice then.
        put_delivery(self._tables, replace(delivery, revision=delivery.revision + 1), self._clock())

    def _second(self) -> int:
        return microseconds(self._clock()) // 1_000_000
