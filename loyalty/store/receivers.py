"""Read and write the places that a program's events are sent to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loyalty.core.instants import instant, microseconds
from loyalty.store import keys
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.store.tables import Item, Tables, Write

State = Literal["active", "paused", "gone"]


@dataclass(frozen=True, slots=True)
class Receiver:
    """One place that a program's events are sent to. Its secrets are kept elsewhere.

    Attributes
    ----------
    kinds
        Events that it wants to hear of; empty means all.
    state
        ``active``; ``paused`` by the owner; ``gone``: it answered 410, so nothing is sent to it.
    since
        It hears of what happened from then on.
    secrets_at
        Instant (µs since 1970) at which its secrets were changed last: whoever keeps them knows by
        it that they are old.
    failures
        Attempts in a row that failed; ``resting`` is the second until which it is left alone.
    revision
        Rises with every change by the owner.
    """

    program: str
    id: str
    url: str
    kinds: tuple[str, ...]
    state: State
    since: datetime
    secrets_at: int = 0
    failures: int = 0
    resting: int = 0
    revision: int = 1

    def wants(self, kind: str) -> bool:
        """Tell whether it wants to hear of events of a kind."""
        return not self.kinds or kind in self.kinds


def read_receiver(tables: Tables, program: str, receiver: str) -> Receiver | None:
    """Read a receiver."""
    item = tables.get(keys.receiver_key(program, receiver))
    return _to_receiver(item) if item else None


def read_receivers(tables: Tables, program: str) -> list[Receiver]:
    """Read all receivers of a program, by id."""
    first = keys.receiver_key(program, "")
    return [_to_receiver(item) for item in tables.query("state", first.pk, first.sk)]


def put_receiver(tables: Tables, receiver: Receiver, *more: Write) -> bool:
    """Write a receiver in its next revision; False where that is not the next one.

    ``more`` is written with it, or not at all.
    """
    before = receiver.revision - 1
    condition = Equals("r", before) if before else Absent()
    key = keys.receiver_key(receiver.program, receiver.id)
    return _written(tables, Put(key, _item(receiver), condition), *more)


def remove_receiver(tables: Tables, program: str, receiver: str, *more: Write) -> None:
    """Remove a receiver; nothing happens to it where there is none. ``more`` is written with it."""
    tables.write(Delete(keys.receiver_key(program, receiver)), *more)


def note_health(tables: Tables, receiver: Receiver, failures: int, resting: int) -> None:
    """Note how it goes, unless the owner has changed the receiver meanwhile."""
    key = keys.receiver_key(receiver.program, receiver.id)
    unchanged = Equals("r", receiver.revision)
    _written(tables, Update(key, {"f": failures, "ru": resting}, condition=unchanged))


def _written(tables: Tables, *writes: Write) -> bool:
    try:
        tables.write(*writes)
    except Cancelled as cancelled:
        if any(reason.kind == "throttled" for reason in cancelled.reasons):
            raise
        return False
    return True


def _item(receiver: Receiver) -> Item:
    return {
        "u": receiver.url,
        "k": list(receiver.kinds),
        "st": receiver.state,
        "si": microseconds(receiver.since),
        "sa": receiver.secrets_at,
        "f": receiver.failures,
        "ru": receiver.resting,
        "r": receiver.revision,
    }


def _to_receiver(item: Item) -> Receiver:
    return Receiver(
        program=item["pk"].rpartition("#")[0],
        id=item["sk"].partition("#")[2],
        url=item["u"],
        kinds=tuple(item["k"]),
        state=item["st"],
        since=instant(item["si"]),
        secrets_at=item["sa"],
        failures=item["f"],
        resting=item["ru"],
        revision=item["r"],
    )
