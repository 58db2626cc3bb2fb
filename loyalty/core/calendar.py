"""Months, days and windows in a program's zone.

Months are counted since year 0, days as ordinals of the Gregorian calendar; both name a local
period whatever its length in seconds. Instants in and out are aware UTC or seconds since 1970.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from loyalty.program.rules import WEEKDAYS, Window

if TYPE_CHECKING:
    from loyalty.program.rules import Period

MONTHS_IN_A_YEAR = 12
_DAYS_IN_A_WEEK = 7
_HOUR = 3600
_MINUTES_IN_AN_HOUR = 60


class Timed(Protocol):
    """What has days and hours of its own: a promotion, a reward, a coupon."""

    @property
    def windows(self) -> tuple[Window, ...]:
        """Return the hours, of which there need be none."""

    @property
    def first_day(self) -> str | None:
        """Return the first of its days, None where there is none."""

    @property
    def last_day(self) -> str | None:
        """Return the last of its days, None where there is none."""


def local(instant: datetime, zone: str) -> datetime:
    """Return an instant on the zone's clock."""
    return instant.astimezone(ZoneInfo(zone))


def month(instant: datetime, zone: str) -> int:
    """Return the number of the local month."""
    here = local(instant, zone)
    return here.year * MONTHS_IN_A_YEAR + here.month - 1


def day(instant: datetime, zone: str) -> int:
    """Return the number of the local day."""
    return local(instant, zone).toordinal()


def period(instant: datetime, zone: str, length: Period) -> int:
    """Return the number of the local hour, day, week (from Monday), month or year."""
    if length == "hour":
        # Named by the hour (UTC) in which it began: not every zone is whole hours away from UTC,
        # and where clocks go back an hour is not counted into the one before.
        here = local(instant, zone)
        begun = int(instant.timestamp()) - here.minute * _MINUTES_IN_AN_HOUR - here.second
        return begun // _HOUR
    if length == "day":
        return day(instant, zone)
    if length == "week":
        return (day(instant, zone) - 1) // _DAYS_IN_A_WEEK
    if length == "month":
        return month(instant, zone)
    return local(instant, zone).year


@lru_cache(maxsize=4096)
def month_start(number: int, zone: str) -> int:
    """Return the second (UTC) in which the local month begins."""
    return _start(date(number // MONTHS_IN_A_YEAR, number % MONTHS_IN_A_YEAR + 1, 1), zone)


@lru_cache(maxsize=4096)
def day_start(number: int, zone: str) -> int:
    """Return the second (UTC) in which the local day begins."""
    return _start(date.fromordinal(number), zone)


def next_date(instant: datetime, days: tuple[str, ...], zone: str) -> int:
    """Return the second after the next of these days (``MM-DD``) ends, the present day included.

    29 February is 28 February in other years.
    """
    today = local(instant, zone).date()
    ends = []
    for year in (today.year, today.year + 1):
        for text in days:
            month_number, number = (int(part) for part in text.split("-"))
            last = _clamped(year, month_number, number)
            if last >= today:
                ends.append(day_start(last.toordinal() + 1, zone))
    return min(ends)


def birthday(born: date, year: int, leap: str = "02-28") -> date:
    """Return the birthday in a year; ``leap`` is where 29 February goes in other years."""
    if (born.month, born.day) == (2, 29) and not _is_leap(year):
        return date.fromisoformat(f"{year}-{leap}")
    return born.replace(year=year)


def runs(promotion: Timed, instant: datetime, zone: str) -> bool:
    """Tell whether something runs at an instant."""
    here = local(instant, zone)
    if not promotion.windows:
        return _between(promotion, here.date())
    return any(_inside(promotion, window, here) for window in promotion.windows)


def is_over(promotion: Timed, instant: datetime, zone: str) -> bool:
    """Tell whether the last of its days lies behind an instant."""
    last = promotion.last_day
    return last is not None and local(instant, zone).date().isoformat() > last


def _inside(promotion: Timed, window: Window, here: datetime) -> bool:
    now = here.hour * _MINUTES_IN_AN_HOUR + here.minute
    start, until = _minutes(window.start), _minutes(window.until)
    if start < until:
        starts = here.date() if start <= now < until else None
    elif now >= start:
        starts = here.date()
    else:
        # Past midnight, or a whole day from start to start: it began the day before.
        starts = here.date() - timedelta(days=1) if now < until else None
    if starts is None:
        return False
    named = not window.weekdays or WEEKDAYS[starts.weekday()] in window.weekdays
    return named and _between(promotion, starts)


def _between(promotion: Timed, here: date) -> bool:
    text = here.isoformat()
    first, last = promotion.first_day, promotion.last_day
    return (first is None or text >= first) and (last is None or text <= last)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * _MINUTES_IN_AN_HOUR + int(minutes)


def _start(local_day: date, zone: str) -> int:
    # The first of both readings: where clocks strike midnight twice, the day begins with the first
    # one; where they skip it, that reading is the moment at which they do.
    midnight = datetime(local_day.year, local_day.month, local_day.day, tzinfo=ZoneInfo(zone))
    return int(midnight.timestamp())


def _clamped(year: int, month_number: int, number: int) -> date:
    if (month_number, number) == (2, 29) and not _is_leap(year):
        return date(year, 2, 28)
    return date(year, month_number, number)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def at(second: int) -> datetime:
    """Return a second since 1970 as an aware UTC instant."""
    return datetime.fromtimestamp(second, UTC)
