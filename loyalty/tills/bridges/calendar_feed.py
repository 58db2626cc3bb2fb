"""A calendar that a tool publishes (RFC 5545): its events that name somebody are appointments.

It is the way for every tool that has no webhooks: an address that ends in ``.ics``, asked every
quarter of an hour. A calendar says when somebody is expected and never that they came, so of it
nothing is a sale. Events that name nobody whom one could know are left where they are.

Nothing of a calendar says which of two states is the newer one in a way that all tools keep, so
what it said last is remembered (``loyalty.store.feeds``), and what is said otherwise is new.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from loyalty.core.booking import VisitReport
from loyalty.core.instants import microseconds
from loyalty.core.report import OrderKey
from loyalty.store.feeds import Listed
from loyalty.tills.bridges.calendar_events import occurrences
from loyalty.tills.bridges.free_text import named

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.store.feeds import Feed
    from loyalty.tills.bridges.calendar_events import Occurrence
    from loyalty.tills.incoming import Sender

HORIZON: Final = timedelta(days=90)
"""How far ahead appointments are looked for."""
MOST: Final = 2000
"""Events that name somebody, the next ones first; those beyond wait until they are nearer."""
MOST_AT_ONCE: Final = 200
"""That are recorded in one look; the next one goes on."""

_SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a calendar has found: what is to be recorded, and what is remembered then."""

    visits: tuple[VisitReport, ...]
    after: Feed


def look(sender: Sender, body: bytes, feed: Feed, now: datetime) -> Look:
    """Return what a calendar says otherwise than before.

    What was told on another day is told again: somebody may have proved their address meanwhile.

    Raises
    ------
    VendorFailed
        ``not_understood``: it is no calendar.
    """
    day, instant = now.date().toordinal(), microseconds(now)
    found = _known_by(sender, body, now)
    listed: dict[str, Listed] = {}
    told: list[VisitReport] = []
    for one, hints in found:
        before, mark = feed.listed.get(one.id), _mark(one, hints)
        version = before.version if before and before.mark == mark else instant
        current = Listed(version, microseconds(one.at) // _SECOND, mark, day)
        listed[one.id] = current
        if before != current:
            told.append(_report(sender, one, version, hints))
    until = found[-1][0].at if len(found) == MOST else now + HORIZON
    span = instant // _SECOND, microseconds(until) // _SECOND
    for name, before in feed.listed.items():
        if name not in listed and span[0] < before.at <= span[1]:
            told.append(_gone(sender, name, instant))
    return Look(*_at_once(told, replace(feed, listed=listed, day=day), feed.listed))


def _at_once(
    told: list[VisitReport], after: Feed, before: Mapping[str, Listed]
) -> tuple[tuple[VisitReport, ...], Feed]:
    """Return so much as is recorded in one look; what is left is remembered as it was."""
    left = {report.key.id for report in told[MOST_AT_ONCE:]}
    if not left:
        return tuple(told), after
    listed = {name: one for name, one in after.listed.items() if name not in left}
    listed |= {name: before[name] for name in left if name in before}
    return tuple(told[:MOST_AT_ONCE]), replace(after, listed=listed, day=0)


def _known_by(
    sender: Sender, body: bytes, now: datetime
) -> list[tuple[Occurrence, tuple[str, ...]]]:
    """Return the next events of a calendar that name somebody, and by what."""
    program = sender.program
    place = program.location(sender.endpoint.location) if sender.endpoint.location else None
    zone = ZoneInfo((place.zone if place else None) or program.zone)
    listed = occurrences(body, zone, now, now + HORIZON)
    hinted = (
        (one, sender.names.hints(program, named(*one.names)))
        for one in sorted(listed, key=lambda one: (one.at, one.id))
    )
    return [(one, hints) for one, hints in hinted if hints][:MOST]


def _mark(one: Occurrence, hints: tuple[str, ...]) -> str:
    ends = one.ends.isoformat() if one.ends else ""
    text = "\n".join((one.at.isoformat(), ends, one.status, *sorted(hints)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _report(sender: Sender, one: Occurrence, version: int, hints: tuple[str, ...]) -> VisitReport:
    endpoint = sender.endpoint
    key = OrderKey(sender.program.id, endpoint.source, one.id)
    actor = f"endpoint:{endpoint.id}"
    times = one.at, one.ends
    return VisitReport(key, version, one.status, *times, hints, actor, endpoint.location)


def _gone(sender: Sender, name: str, version: int) -> VisitReport:
    key = OrderKey(sender.program.id, sender.endpoint.source, name)
    actor = f"endpoint:{sender.endpoint.id}"
    return VisitReport(key, version, "cancelled", None, None, (), actor)
