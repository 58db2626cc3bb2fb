"""Bookings of other tools, by their ids there, and the appointments that a member has of them.

A booking's item says what was told last and of whom: nothing but ids and numbers, and it is
forgotten by itself (TTL). When somebody comes, and where, lies with the member, sealed, and is
erased with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from loyalty.core.booking import MOST_APPOINTMENTS, RANK, Appointment, VisitStatus
from loyalty.store import campaign_marks, keys
from loyalty.store.sealing import is_sealed
from loyalty.store.tables import Absent, Equals, Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.core.news import Marks
    from loyalty.core.report import OrderKey
    from loyalty.store.tables import Tables, Write

KEPT = 120 * 86_400
"""Seconds that a booking is known after its day: a visit is edited, or paid back, until then."""

_RANKS: Mapping[int, VisitStatus] = {rank: cast("VisitStatus", one) for one, rank in RANK.items()}


@dataclass(frozen=True, slots=True)
class Booking:
    """What was told last of a booking.

    Attributes
    ----------
    member
        Whose it is; None where nobody is known by what was told.
    came
        It was told once that they came, so that an order may be there.
    at
        Second since 1970 at which it begins.
    order, part
        The order that it is a part of as a sale, and the part's key; empty where it is no sale.
    revision
        Rises with each write.
    """

    version: int
    status: VisitStatus
    member: str | None
    came: bool
    at: int
    order: str = ""
    part: str = ""
    revision: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """Return by what the newer of two reports is known."""
        return self.version, RANK[self.status]


@dataclass(frozen=True, slots=True)
class Kept:
    """Appointments of a member as they lie in the table; ``version`` rises with each write."""

    appointments: tuple[Appointment, ...] = ()
    version: int = 0


def read_booking(tables: Tables, key: OrderKey) -> Booking | None:
    """Return what was told last of a booking."""
    item = tables.get(keys.booking_key(key.program, key.source, key.id))
    if item is None:
        return None
    return Booking(
        version=item["v"],
        status=_RANKS[item["s"]],
        member=item.get("m"),
        came=bool(item.get("c")),
        at=item["a"],
        order=item.get("o", ""),
        part=item.get("p", ""),
        revision=item["r"],
    )


def put_booking(key: OrderKey, before: Booking | None, after: Booking) -> Write:
    """Return the write of what is told now, if nobody else has told anything meanwhile."""
    unmoved = Equals("r", before.revision) if before else Absent()
    item = {
        "v": after.version,
        "s": RANK[after.status],
        **({"m": after.member} if after.member else {}),
        **({"c": 1} if after.came else {}),
        "a": after.at,
        **({"o": after.order, "p": after.part} if after.order else {}),
        "r": (before.revision if before else 0) + 1,
        "ttl": after.at + KEPT,
    }
    return Put(keys.booking_key(key.program, key.source, key.id), item, unmoved)


def read(tables: Tables, program: str, member: str) -> Kept:
    """Return a member's appointments."""
    return to_kept(tables.get(keys.appointments_key(program, member)))


def change(program: str, member: str, before: Kept, after: Iterable[Appointment]) -> Write:
    """Return the write of a member's appointments, if they still are as they were read."""
    unmoved = Equals("v", before.version) if before.version else Absent()
    listed = [[one.source, one.id, one.at, one.ends, one.location] for one in after]
    item = {"ap": listed, "v": before.version + 1}
    return Put(keys.appointments_key(program, member), item, unmoved)


def unite(tables: Tables, program: str, old: str, into: str) -> list[Write]:
    """Return the writes by which one member's appointments become another's."""
    leaving = read(tables, program, old)
    if not leaving.appointments:
        return []
    kept = read(tables, program, into)
    both = sorted({*kept.appointments, *leaving.appointments}, key=lambda one: (one.at, one.id))
    return [
        change(program, old, leaving, ()),
        change(program, into, kept, both[:MOST_APPOINTMENTS]),
    ]


def to_kept(item: Mapping[str, Any] | None) -> Kept:
    """Return appointments as they lie in the table; of whoever is unreadable nothing is known."""
    if item is None:
        return Kept()
    if is_sealed(dict(item)):
        return Kept(version=item["v"])
    return Kept(tuple(Appointment(*one) for one in item["ap"]), item["v"])


def read_with_marks(
    tables: Tables, program: str, members: Iterable[str]
) -> tuple[dict[str, Marks], dict[str, tuple[Appointment, ...]]]:
    """Return what campaigns have told these members, and their appointments: one read for both."""
    names = list(members)
    told = {keys.reached_key(program, one): one for one in names}
    booked = {keys.appointments_key(program, one): one for one in names}
    found = tables.get_many((*told, *booked)) if names else {}
    return (
        {told[key]: campaign_marks.to_marks(item) for key, item in found.items() if key in told},
        {booked[key]: to_kept(item).appointments for key, item in found.items() if key in booked},
    )
