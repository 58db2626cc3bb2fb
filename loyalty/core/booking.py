"""A visit as a booking tool tells of it, and the appointment that a member's card shows of it.

A visit is booked elsewhere: this system knows of it what was told last. Whoever came has bought
something (an order like any other); whoever has an appointment ahead is not asked to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.core.report import OrderKey, OrderReport

VisitStatus = Literal["booked", "came", "no_show", "cancelled"]

RANK: Final[Mapping[str, int]] = {"booked": 0, "came": 1, "no_show": 2, "cancelled": 3}
"""Of two that claim one version the later one counts."""

USUAL_LENGTH: Final = 3600
"""Seconds of a visit whose tool does not say when it ends."""

MOST_APPOINTMENTS: Final = 20
"""That are kept of a member; those furthest ahead are left out."""


@dataclass(frozen=True, slots=True)
class VisitReport:
    """What one message says of a visit: its whole present state.

    Attributes
    ----------
    key
        Program, the tool's name in it, the tool's id of the booking.
    version
        The tool's integer version, or the instant of the last change in microseconds since 1970.
    at, ends
        When it begins and ends; ``at`` is None where only its end is told (a booking was deleted).
    hints
        Who it is (``loyalty.tills.naming``); empty where that is not said.
    location
        Where, by the id of a location of the program; empty where that is not said.
    sale
        What it is as a sale. None where the money comes from the till.
    """

    key: OrderKey
    version: int
    status: VisitStatus
    at: datetime | None
    ends: datetime | None
    hints: tuple[str, ...]
    actor: str
    location: str = ""
    sale: OrderReport | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Return by what the newer of two reports is known."""
        return self.version, RANK[self.status]


@dataclass(frozen=True, slots=True)
class Appointment:
    """One that a member has: which, when (seconds since 1970), and where."""

    source: str
    id: str
    at: int
    ends: int
    location: str = ""


def yet_to_come(begins: datetime, zone: str, now: datetime) -> bool:
    """Tell whether a visit is on a later day than today, by the place's clock.

    Nobody can have come to it. Later today they can: who waits at the desk is marked as come.
    """
    place = ZoneInfo(zone)
    return begins.astimezone(place).date() > now.astimezone(place).date()


def ahead(appointments: Iterable[Appointment], second: int) -> Appointment | None:
    """Return the next appointment that is not over at that second."""
    coming = [one for one in appointments if one.ends > second]
    return min(coming, key=lambda one: (one.at, one.source, one.id), default=None)


def with_one(
    appointments: Iterable[Appointment], one: Appointment | None, source: str, name: str, now: int
) -> tuple[Appointment, ...]:
    """Return a member's appointments with that booking as it is now (None: it is none any more).

    What is over is left out.
    """
    kept = [
        other
        for other in appointments
        if (other.source, other.id) != (source, name) and other.ends > now
    ]
    if one is not None and one.ends > now:
        kept.append(one)
    return tuple(sorted(kept, key=lambda each: (each.at, each.source, each.id)))[:MOST_APPOINTMENTS]
