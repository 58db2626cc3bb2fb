"""What waits in the queue of events that are to be sent: which one, and where to."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyalty.outgoing.events import Event
    from loyalty.store.deliveries import Delivery
    from loyalty.store.receivers import Receiver


GROUPS = 8
"""Groups per receiver: so many batches of one receiver are worked on at a time at the most, and the
others do not wait behind one that is slow."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A message of the sending queue: which event is to be sent where.

    Attributes
    ----------
    body
        What is sent, where nothing is written down about it yet.
    tries
        Failed attempts that are known of: what tells one ringing from the next.
    """

    program: str
    receiver: str
    event: str
    kind: str
    at: int
    body: str | None = None
    tries: int = 0

    @property
    def group(self) -> str:
        """Return what is worked on in turn: a few groups per receiver."""
        return f"{self.program}:{self.receiver}:{crc32(self.event.encode()) % GROUPS}"

    @property
    def once(self) -> str:
        """Return what is the same in each message that means the same."""
        return f"{self.receiver}:{self.event}:{self.tries}"

    def text(self) -> str:
        """Return it as it waits in the queue."""
        return json.dumps(asdict(self), ensure_ascii=False)


class SendingQueue(Protocol):
    """Where events wait to be sent."""

    def put(self, sendings: Sequence[Sending]) -> None:
        """Put all of them, or raise; the same one again counts once for some minutes."""


def first(receiver: Receiver, event: Event, body: str) -> Sending:
    """Return what sends an event to a receiver for the first time."""
    return Sending(receiver.program, receiver.id, event.id, event.kind, event.at, body)


def again(delivery: Delivery) -> Sending:
    """Return what sends an event that is written down."""
    return Sending(*_named(delivery), tries=delivery.tries)


def _named(delivery: Delivery) -> tuple[str, str, str, str, int]:
    return delivery.program, delivery.receiver, delivery.event, delivery.kind, delivery.at
