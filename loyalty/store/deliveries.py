"""Read and write what became of an event on its way to a receiver: the log, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loyalty.core.instants import microseconds
from loyalty.store import keys
from loyalty.store.one_by_one import read_each
from loyalty.store.tables import Absent, Cancelled, Equals, Key, Put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from loyalty.store.tables import Item, Tables

SHARDS = keys.SENDING_SHARDS
KEPT_SECONDS = 30 * 24 * 3600
"""How long the log remembers an event after its last attempt."""

_MOST_ATTEMPTS = 20
Outcome = Literal["delivered", "waiting", "given_up", "not_sent"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: when (second), the HTTP status or 0, how long it took, what went wrong."""

    at: int
    status: int
    milliseconds: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to a receiver.

    Attributes
    ----------
    at
        Instant of the event, in microseconds since 1970; with the event's id its place in the log.
    body
        The exact text that is sent, at every attempt.
    outcome
        ``waiting`` for the attempt of second ``due``; ``given_up`` after the last one;
        ``not_sent``: the receiver was paused or gone.
    tries
        Failed attempts since it was sent, or sent again by the owner.
    revision
        Rises with every write; 0 where nothing is written yet.
    """

    program: str
    receiver: str
    event: str
    kind: str
    at: int
    body: str
    outcome: Outcome = "waiting"
    due: int = 0
    tries: int = 0
    attempts: tuple[Attempt, ...] = ()
    revision: int = 0

    @property
    def moment(self) -> str:
        """Return where it stands in the log: by the event's instant, then its id."""
        return keys.delivery_key(*self.place).sk

    @property
    def place(self) -> tuple[str, str, int, str]:
        """Return what it is found by."""
        return self.program, self.receiver, self.at, self.event


def read_delivery(
    tables: Tables, program: str, receiver: str, at: int, event: str
) -> Delivery | None:
    """Read what became of an event on its way to a receiver."""
    item = tables.get(keys.delivery_key(program, receiver, at, event))
    return _to_delivery(item) if item else None


def put_delivery(tables: Tables, delivery: Delivery, now: datetime) -> bool:
    """Write a delivery in its next revision; False where somebody else has written it."""
    before = delivery.revision - 1
    condition = Equals("r", before) if before else Absent()
    key = keys.delivery_key(*delivery.place)
    try:
        tables.write(Put(key, _item(delivery, now), condition))
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind == "throttled":
            raise
        return False
    return True


def read_log(
    tables: Tables,
    program: str,
    receiver: str,
    times: tuple[int, int],
    limit: int,
) -> list[Delivery]:
    """Read so many deliveries of events between two instants (µs), the oldest first."""
    found: list[Item] = []
    begin, end = f"{times[0]:017d}#", f"{times[1]:017d}#~"
    for partition in keys.delivery_partitions(program, receiver):
        found += tables.between("state", partition, begin, end, limit)
    found.sort(key=lambda item: str(item["sk"]))
    return [_to_delivery(item) for item in found[:limit]]


def read_newest(  # noqa: PLR0917
    tables: Tables,
    program: str,
    receiver: str,
    before: str,
    limit: int,
    times: tuple[int, int] | None = None,
) -> list[Delivery]:
    """Read so many deliveries, the newest event first, behind that moment of the log if named.

    ``times``: of events between these instants (µs since 1970), both included.
    """
    begin, end = (f"{times[0]:017d}#", f"{times[1]:017d}#~") if times else ("0", "~")
    end = min(before, end) if before else end
    if end < begin:
        return []
    found: list[Item] = []
    for partition in keys.delivery_partitions(program, receiver):
        found += tables.between("state", partition, begin, end, limit + 1, newest=True)
    older = [item for item in found if not before or item["sk"] < before]
    older.sort(key=lambda item: str(item["sk"]), reverse=True)
    return [_to_delivery(item) for item in older[:limit]]


def due(tables: Tables, second: int, limit: int) -> Iterator[Delivery]:
    """Read deliveries whose next attempt is due by that second, a part of each shard.

    One that cannot be read is told once all others have been.
    """
    places: list[Key] = []
    for partition in keys.sending_partitions():
        places += [place.key for place in tables.waiting(partition, second, limit)]
    pages = (places[start : start + 100] for start in range(0, len(places), 100))
    items = (item for page in pages for item in tables.get_many(page).values())
    for delivery in read_each(items, _to_delivery):
        if delivery.outcome == "waiting" and delivery.due <= second:
            yield delivery


def _item(delivery: Delivery, now: datetime) -> Item:
    waits = delivery.outcome == "waiting"
    attempts = delivery.attempts[-_MOST_ATTEMPTS:]
    ends = max(microseconds(now) // 1_000_000, delivery.due if waits else 0) + KEPT_SECONDS
    return {
        "k": delivery.kind,
        "b": delivery.body,
        "o": delivery.outcome,
        "n": delivery.tries,
        "a": [[one.at, one.status, one.milliseconds, one.reason] for one in attempts],
        "r": delivery.revision,
        "ttl": ends,
        **({"wp": keys.sending(delivery.event), "wt": delivery.due} if waits else {}),
    }


def _to_delivery(item: Item) -> Delivery:
    place = keys.delivery_at(Key("state", item["pk"], item["sk"]))
    program, receiver, at, event = place
    return Delivery(
        program=program,
        receiver=receiver,
        event=event,
        kind=item["k"],
        at=at,
        body=item["b"],
        outcome=item["o"],
        due=item.get("wt", 0),
        tries=item["n"],
        attempts=tuple(Attempt(*one) for one in item["a"]),
        revision=item["r"],
    )
