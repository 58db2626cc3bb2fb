"""What the places of a program say against each other: their spots, their hours, their holidays."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from loyalty.program.rules import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyalty.program.rules import Holiday, Location, Program, Window

_POLE, _DATE_LINE = 90.0, 180.0
_DAY = 24 * 60
_WEEK = 7 * _DAY
_LONGEST_HOLIDAY = 366


@cache
def zones() -> frozenset[str]:
    """Return the names of all zones; reads the whole zone database."""
    return frozenset(available_timezones())


def locations(program: Program) -> Iterator[str]:
    """Yield a sentence for everything about locations that cannot be."""
    there: dict[tuple[float, float], int] = {}
    for index, location in enumerate(program.locations):
        path = f"locations.{index}"
        if location.zone is not None and location.zone not in zones():
            yield f"{path}.zone: {location.zone!r} is not an IANA zone such as Europe/Berlin"
        first = there.setdefault(_spot(location), index)
        if first != index:
            yield (
                f"locations.{first} and {path} contradict each other: "
                f"both are at latitude {location.latitude}, longitude {location.longitude}"
            )
        yield from _overlaps(f"{path}.hours", location.hours)
        yield from _holidays(f"{path}.holidays", location.holidays)


def _spot(location: Location) -> tuple[float, float]:
    """Return one pair of degrees for each spot on earth: poles and the date line have many."""
    if abs(location.latitude) == _POLE:
        return location.latitude, 0.0
    west_is_east = location.longitude == -_DATE_LINE
    return location.latitude, _DATE_LINE if west_is_east else location.longitude


def _holidays(path: str, holidays: Sequence[Holiday]) -> Iterator[str]:
    spans: list[tuple[date, date, int]] = []
    for number, holiday in enumerate(holidays):
        days = []
        for name in ("first_day", "last_day"):
            text = getattr(holiday, name) or holiday.first_day
            try:
                days.append(date.fromisoformat(text))
            except ValueError:
                yield f"{path}.{number}.{name}: {text!r} is no day of the calendar"
        yield from _overlaps(f"{path}.{number}.hours", holiday.hours)
        for which, window in enumerate(holiday.hours):
            if window.weekdays:
                yield f"{path}.{number}.hours.{which}.weekdays: a holiday names its days itself"
        if len(days) == 2:  # noqa: PLR2004 - both can be read
            first, last = days
            if not 0 <= (last - first).days < _LONGEST_HOLIDAY:
                yield f"{path}.{number}.last_day: is not within a year after first_day"
            else:
                spans.append((first, last, number))
    for (_, last, one), (first, _, other) in pairwise(sorted(spans)):
        if first <= last:
            yield f"{path}.{one} and {path}.{other} contradict each other: both name {first}"


def _overlaps(path: str, hours: Sequence[Window]) -> Iterator[str]:
    """Yield where two spans of a week are open at once."""
    spans = sorted(
        (begin, begin + _length(window), index)
        for index, window in enumerate(hours)
        for begin in _begins(window)
    )
    if not spans:
        return
    # The week is a circle: the first span comes again after the last one.
    first, last, index = spans[0]
    for (_, end, one), (begin, _, other) in pairwise([*spans, (first + _WEEK, last, index)]):
        if begin < end:
            yield f"{path}.{one} and {path}.{other} contradict each other: they overlap"
            return


def _begins(window: Window) -> list[int]:
    named = window.weekdays or WEEKDAYS
    return [WEEKDAYS.index(day) * _DAY + _minutes(window.start) for day in named]


def _length(window: Window) -> int:
    return (_minutes(window.until) - _minutes(window.start)) % _DAY or _DAY


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])
