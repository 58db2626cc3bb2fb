"""Events of a calendar as it is published (RFC 5545): repeated, moved, left out, cancelled.

icalendar reads the file, dateutil the rules by which events come again. A rule's times are those of
its own zone. That one event of a series changes all that follow (``RANGE=THISANDFUTURE``) is not
read: calendars publish such a series as two.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from dateutil.rrule import rrulestr
from icalendar import Calendar
from icalendar.prop import vRecur

from loyalty.tills.failures import VendorFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from zoneinfo import ZoneInfo

    from loyalty.core.booking import VisitStatus

_DAYS: Final = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_MOST_REPEATS: Final = 20_000
_MOST_EVENTS: Final = 20_000
_USUAL: Final = timedelta(hours=1)

# icalendar's types name every property that there is, and none of them surely.
Event = Any


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that an event takes place; ``names`` are texts in which somebody may be named."""

    id: str
    at: datetime
    ends: datetime | None
    status: VisitStatus
    names: tuple[str, ...]


def occurrences(body: bytes, zone: ZoneInfo, since: datetime, until: datetime) -> list[Occurrence]:
    """Return what takes place between two instants and is not over before the first one.

    Parameters
    ----------
    zone
        Of times that say none.

    Raises
    ------
    VendorFailed
        ``not_understood``: it is no calendar.
    """
    try:
        calendar = Calendar.from_ical(body)
        events = list(islice(calendar.walk("VEVENT"), _MOST_EVENTS))
        named_calendar = calendar.name == "VCALENDAR"
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise VendorFailed("not_understood") from None
    if not named_calendar:
        raise VendorFailed("not_understood")
    found: dict[str, Occurrence] = {}
    moved: set[tuple[str, datetime]] = set()
    for one in _read(events, lambda event: _moved(event, zone)):
        moved.add(one[0])
        found[one[1].id] = one[1]
    for master in _newest(events):
        for one in _read(
            [master], lambda event: list(_repeated(event, zone, (since, until), moved))
        ):
            found.update({each.id: each for each in one})
    return [
        one for one in found.values() if one.at < until and (one.ends or one.at + _USUAL) > since
    ]


def _read(events: Iterable[Event], read: Callable[[Event], Any]) -> Iterator[Any]:
    """Yield what is read of events; one that nobody can read stops no other."""
    for event in events:
        try:
            one = read(event)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            continue
        if one is not None:
            yield one


def _moved(event: Event, zone: ZoneInfo) -> tuple[tuple[str, datetime], Occurrence] | None:
    """Return one time of an event that was changed by itself: of when it was, and as it is."""
    if event.get("RECURRENCE-ID") is None:
        return None
    original, at = _instant(event["RECURRENCE-ID"].dt, zone), _instant(event["DTSTART"].dt, zone)
    if original is None or at is None:
        return None
    uid = str(event["UID"])
    return (uid, original), _occurrence(event, f"{uid}#{original.isoformat()}", at, zone)


def _newest(events: Iterable[Event]) -> Iterator[Event]:
    """Yield each event that is no change of another's time, in its last version."""
    found: dict[str, Event] = {}
    for event in events:
        if event.get("RECURRENCE-ID") is not None or event.get("UID") is None:
            continue
        before = found.get(str(event["UID"]))
        if before is None or int(event.get("SEQUENCE", 0)) >= int(before.get("SEQUENCE", 0)):
            found[str(event["UID"])] = event
    yield from found.values()


def _repeated(
    event: Event,
    zone: ZoneInfo,
    span: tuple[datetime, datetime],
    moved: set[tuple[str, datetime]],
) -> Iterator[Occurrence]:
    uid, first = str(event["UID"]), _instant(event["DTSTART"].dt, zone)
    if first is None:
        return
    rule, more = event.get("RRULE"), [*_instants(event.get("RDATE"), zone)]
    if rule is None and not more:
        yield _occurrence(event, uid, first, zone)
        return
    left_out = {*_instants(event.get("EXDATE"), zone)}
    for at in dict.fromkeys([*_starts(rule, event, zone, span), *more]):
        instant = at.astimezone(UTC)
        if instant not in left_out and (uid, instant) not in moved:
            yield _occurrence(event, f"{uid}#{instant.isoformat()}", instant, zone)


def _starts(
    rule: Any, event: Event, zone: ZoneInfo, span: tuple[datetime, datetime]
) -> Iterator[datetime]:
    """Yield when a repeated event begins, by its own clock: eight o'clock stays eight in winter."""
    begins = event["DTSTART"].dt
    begins = begins if begins.tzinfo else begins.replace(tzinfo=zone)
    if rule is None:
        yield begins.astimezone(UTC)
        return
    parts = dict(rule)
    if not {str(one).upper() for one in parts.get("FREQ", [])} <= _DAYS:
        raise ValueError("more often than every day")
    # dateutil wants the end of a rule in UTC where its beginning has a zone; tools write it anyhow.
    if "UNTIL" in parts:
        parts["UNTIL"] = [_end(one, begins) for one in parts["UNTIL"]]
    rule_text = vRecur(parts).to_ical().decode()  # type: ignore[no-untyped-call]
    rules = rrulestr(rule_text, dtstart=begins)
    for at in islice(rules, _MOST_REPEATS):
        if at >= span[1]:
            return
        if at > span[0] - timedelta(days=2):
            yield at.astimezone(UTC)


def _end(value: date | datetime, begins: datetime) -> datetime:
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, 23, 59, 59, tzinfo=begins.tzinfo)
    return (value if value.tzinfo else value.replace(tzinfo=begins.tzinfo)).astimezone(UTC)


def _instants(told: Any, zone: ZoneInfo) -> Iterator[datetime]:
    for one in told if isinstance(told, list) else [told] if told is not None else []:
        for each in one.dts:
            value = each.dt[0] if isinstance(each.dt, tuple) else each.dt
            if (found := _instant(value, zone)) is not None:
                yield found


def _instant(value: date | datetime, zone: ZoneInfo) -> datetime | None:
    """Return an instant; None for a whole day, which is no appointment."""
    if not isinstance(value, datetime):
        return None
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _occurrence(event: Event, name: str, at: datetime, zone: ZoneInfo) -> Occurrence:
    begins, ends = event["DTSTART"].dt, None
    if event.get("DTEND") is not None:
        first, last = _instant(begins, zone), _instant(event["DTEND"].dt, zone)
        ends = at + (last - first) if first and last else None
    elif event.get("DURATION") is not None:
        ends = at + event["DURATION"].dt
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    guests = _guests(event)
    words = [str(event.get(one, "")) for one in ("SUMMARY", "DESCRIPTION")]
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    status: VisitStatus = "cancelled" if cancelled else "booked"
    return Occurrence(digest, at, ends if ends and ends >= at else None, status, (*guests, *words))


def _guests(event: Event) -> list[str]:
    """Return who is invited and has not declined; whoever invites is the shop itself."""
    told = event.get("ATTENDEE")
    listed = told if isinstance(told, list) else [told] if told is not None else []
    host = _address(event.get("ORGANIZER", ""))
    coming = [
        one for one in listed if str(getattr(one, "params", {}).get("PARTSTAT", "")) != "DECLINED"
    ]
    return [address for one in coming if (address := _address(one)) and address != host]


def _address(value: object) -> str:
    text = str(value).strip()
    kind, _, rest = text.partition(":")
    return rest.strip() if kind.lower() in {"mailto", "tel"} else text
