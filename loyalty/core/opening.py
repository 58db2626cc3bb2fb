"""When a location is open: its week, with the holidays that take the place of it. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loyalty.program.rules import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyalty.program.rules import Holiday, Location, Program, Window

_DAY = timedelta(days=1)


def holiday_on(location: Location, day: date) -> Holiday | None:
    """Return the holiday that a day belongs to."""
    text = day.isoformat()
    for holiday in location.holidays:
        if holiday.first_day <= text <= (holiday.last_day or holiday.first_day):
            return holiday
    return None


def windows_on(location: Location, day: date) -> tuple[Window, ...]:
    """Return the hours that begin on a local day; none where it is closed all day."""
    holiday = holiday_on(location, day)
    if holiday is not None:
        return holiday.hours
    name = WEEKDAYS[day.weekday()]
    return tuple(one for one in location.hours if not one.weekdays or name in one.weekdays)


def is_open(program: Program, location: Location, at: datetime) -> bool | None:
    """Tell whether a location is open at an instant (aware); None where its hours are not known.

    Hours are those on the wall: where clocks go forward or back, a span begins and ends by them.
    """
    if not location.hours:
        return None
    here = at.astimezone(ZoneInfo(location.zone or program.zone))
    today, wall = here.date(), here.replace(tzinfo=None)
    # What began yesterday may go on after midnight.
    return any(
        begins <= wall < ends
        for day in (today - _DAY, today)
        for begins, ends in (_span(day, one) for one in windows_on(location, day))
    )


def open_part(program: Program, locations: Sequence[Location], begin: int, end: int) -> float:
    """Return which part of a time (seconds since 1970) some of these locations is open, 0 to 1.

    One whose hours are not known may be open at any time, and so may a shop without locations.
    """
    spans: list[tuple[float, float]] = []
    if not locations:
        return 1.0
    for location in locations:
        if not location.hours:
            return 1.0
        zone = ZoneInfo(location.zone or program.zone)
        day = datetime.fromtimestamp(begin, zone).date() - _DAY
        while day <= datetime.fromtimestamp(end, zone).date():
            for window in windows_on(location, day):
                first, last = (one.replace(tzinfo=zone) for one in _span(day, window))
                spans.append((max(begin, first.timestamp()), min(end, last.timestamp())))
            day += _DAY
    passed, is_open_for = float(begin), 0.0
    for opens, closes in sorted(spans):
        if closes > max(opens, passed):
            is_open_for += closes - max(opens, passed)
            passed = closes
    return is_open_for / (end - begin)


def _span(day: date, window: Window) -> tuple[datetime, datetime]:
    begins = datetime.fromisoformat(f"{day.isoformat()}T{window.start}")
    ends = datetime.fromisoformat(f"{day.isoformat()}T{window.until}")
    return begins, ends if ends > begins else ends + _DAY
