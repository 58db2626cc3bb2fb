"""Local months, days, periods and windows, at their edges."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core import calendar
from loyalty.program.rules import Promotion, Window
from tests.support.deciding import second

if TYPE_CHECKING:
    from loyalty.program.rules import Period


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    calendar.month_start.cache_clear()
    calendar.day_start.cache_clear()


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("instant", "zone", "year", "month"),
    [
        (utc(2026, 1, 1), "UTC", 2026, 1),
        (utc(2026, 12, 31, 23, 59, 59), "UTC", 2026, 12),
        (utc(2026, 12, 31, 21, 0), "Europe/Moscow", 2027, 1),
        (utc(2026, 3, 1, 4, 59), "America/New_York", 2026, 2),
    ],
)
def test_months_are_local(instant: datetime, zone: str, year: int, month: int) -> None:
    assert calendar.month(instant, zone) == year * 12 + month - 1


def test_days_are_local() -> None:
    assert calendar.day(utc(2026, 5, 4, 20, 59), "Europe/Moscow") == date(2026, 5, 4).toordinal()
    assert calendar.day(utc(2026, 5, 4, 21, 0), "Europe/Moscow") == date(2026, 5, 5).toordinal()


@pytest.mark.parametrize(
    ("length", "last", "first"),
    [
        ("hour", utc(2026, 5, 4, 12, 59, 59), utc(2026, 5, 4, 13)),
        ("day", utc(2026, 5, 4, 20, 59, 59), utc(2026, 5, 4, 21)),
        ("week", utc(2026, 5, 10, 20, 59, 59), utc(2026, 5, 10, 21)),  # Sunday to Monday
        ("month", utc(2026, 5, 31, 20, 59, 59), utc(2026, 5, 31, 21)),
        ("year", utc(2026, 12, 31, 20, 59, 59), utc(2026, 12, 31, 21)),
    ],
)
def test_periods_change_at_their_edge_in_moscow_and_by_one(
    length: Period, last: datetime, first: datetime
) -> None:
    zone = "Europe/Moscow"
    assert calendar.period(first, zone, length) == calendar.period(last, zone, length) + 1


def test_periods_have_known_numbers() -> None:
    noon = utc(2026, 5, 4, 12)
    assert calendar.period(noon, "UTC", "year") == 2026
    assert calendar.period(noon, "UTC", "month") == 2026 * 12 + 4
    assert calendar.period(noon, "UTC", "day") == noon.date().toordinal()
    assert calendar.period(noon, "UTC", "week") == (noon.date().toordinal() - 1) // 7
    assert calendar.period(noon, "UTC", "hour") == second(2026, 5, 4, 12) // 3600


@pytest.mark.parametrize(
    ("zone", "one", "other", "hours"),
    [
        ("Asia/Kolkata", utc(2026, 5, 4, 4, 31), utc(2026, 5, 4, 5, 1), 0),  # 10:01 and 10:31
        ("Asia/Kolkata", utc(2026, 5, 4, 4, 29), utc(2026, 5, 4, 4, 30), 1),  # 9:59 and 10:00
        ("Asia/Kathmandu", utc(2026, 5, 4, 4, 14), utc(2026, 5, 4, 4, 15), 1),
        ("America/St_Johns", utc(2026, 5, 4, 12, 30), utc(2026, 5, 4, 13, 29), 0),
        # An hour that comes twice is two hours, one that is left out is none.
        ("America/New_York", utc(2026, 11, 1, 5, 59), utc(2026, 11, 1, 6), 1),
        ("America/New_York", utc(2026, 3, 8, 6, 59), utc(2026, 3, 8, 7), 1),
        ("Australia/Lord_Howe", utc(2026, 10, 3, 15, 29), utc(2026, 10, 3, 15, 30), 1),
        ("Australia/Lord_Howe", utc(2026, 4, 4, 15, 29), utc(2026, 4, 4, 15, 30), 1),
    ],
)
def test_hours_are_those_of_the_clock_on_the_wall(
    zone: str, one: datetime, other: datetime, hours: int
) -> None:
    found = [calendar.period(instant, zone, "hour") for instant in (one, other)]
    assert found[1] - found[0] == hours


def test_a_month_begins_at_local_midnight() -> None:
    assert calendar.month_start(2026 * 12 + 11, "UTC") == second(2026, 12, 1)
    assert calendar.month_start(2027 * 12, "UTC") == second(2027, 1, 1)
    assert calendar.month_start(2026 * 12 + 6, "Europe/Moscow") == second(2026, 6, 30, 21)


@pytest.mark.parametrize(
    ("day", "zone", "begins"),
    [
        (date(2026, 5, 4), "UTC", second(2026, 5, 4)),
        (date(2026, 5, 4), "America/New_York", second(2026, 5, 4, 4)),
        # Clocks skip midnight: the day begins at one.
        (date(2024, 9, 8), "America/Santiago", second(2024, 9, 8, 4)),
        # Clocks strike midnight twice: the day before is over the first time.
        (date(2024, 11, 3), "America/Havana", second(2024, 11, 3, 4)),
        (date(2026, 11, 1), "America/Havana", second(2026, 11, 1, 4)),
        (date(2026, 10, 25), "Atlantic/Azores", second(2026, 10, 25, 0)),
        # Just before midnight they go back by an hour: it comes an hour later.
        (date(2026, 10, 25), "Asia/Beirut", second(2026, 10, 24, 22)),
        # A day that was left out altogether ends as it begins.
        (date(2011, 12, 30), "Pacific/Apia", second(2011, 12, 30, 10)),
        (date(2011, 12, 31), "Pacific/Apia", second(2011, 12, 30, 10)),
    ],
)
def test_a_day_begins_once(day: date, zone: str, begins: int) -> None:
    assert calendar.day_start(day.toordinal(), zone) == begins


@pytest.mark.parametrize(
    ("now", "days", "gone"),
    [
        (utc(2026, 5, 4), ("06-30",), second(2026, 7, 1)),
        (utc(2026, 6, 30, 23), ("06-30",), second(2026, 7, 1)),
        (utc(2026, 7, 1), ("06-30",), second(2027, 7, 1)),
        (utc(2026, 5, 4), ("12-31", "06-30"), second(2026, 7, 1)),
        (utc(2026, 8, 4), ("12-31", "06-30"), second(2027, 1, 1)),
        (utc(2026, 1, 4), ("02-29",), second(2026, 3, 1)),
        (utc(2028, 1, 4), ("02-29",), second(2028, 3, 1)),
        (utc(2027, 12, 4), ("02-29",), second(2028, 3, 1)),
        (utc(2026, 1, 4), ("02-28",), second(2026, 3, 1)),
        (utc(2028, 1, 4), ("03-29",), second(2028, 3, 30)),
    ],
)
def test_value_ends_with_the_next_of_the_days(
    now: datetime, days: tuple[str, ...], gone: int
) -> None:
    assert calendar.next_date(now, days, "UTC") == gone


@pytest.mark.parametrize(
    ("born", "year", "falls_on"),
    [
        (date(1990, 5, 4), 2026, date(2026, 5, 4)),
        (date(1996, 2, 29), 2026, date(2026, 2, 28)),
        (date(1996, 2, 29), 2028, date(2028, 2, 29)),
        (date(1996, 2, 29), 2100, date(2100, 2, 28)),
        (date(1996, 2, 29), 2000, date(2000, 2, 29)),
        (date(1996, 2, 28), 2026, date(2026, 2, 28)),
        (date(1996, 3, 29), 2026, date(2026, 3, 29)),
    ],
)
def test_birthdays(born: date, year: int, falls_on: date) -> None:
    assert calendar.birthday(born, year) == falls_on


def test_a_leap_birthday_may_also_fall_on_the_first_of_march() -> None:
    assert calendar.birthday(date(1996, 2, 29), 2026, "03-01") == date(2026, 3, 1)


def promotion(*windows: Window, **bounds: Any) -> Promotion:
    return Promotion("p", {"en": "P"}, "points", 20_000, windows=windows, **bounds)


HAPPY_HOUR = promotion(Window(("mon", "tue"), "16:00", "18:00"))
NIGHT = promotion(Window(("fri",), "22:00", "02:00"))
MONDAYS = promotion(Window(("mon",)))
MAY = promotion(first_day="2026-05-01", last_day="2026-05-31")
MAY_NIGHTS = promotion(Window((), "22:00", "02:00"), first_day="2026-05-01", last_day="2026-05-31")


@pytest.mark.parametrize(
    ("rule", "instant", "runs"),
    [
        (HAPPY_HOUR, utc(2026, 5, 4, 15, 59), False),
        (HAPPY_HOUR, utc(2026, 5, 4, 16, 0), True),
        (HAPPY_HOUR, utc(2026, 5, 4, 17, 59, 59), True),
        (HAPPY_HOUR, utc(2026, 5, 4, 18, 0), False),
        (HAPPY_HOUR, utc(2026, 5, 5, 17, 0), True),
        (HAPPY_HOUR, utc(2026, 5, 6, 17, 0), False),
        (NIGHT, utc(2026, 5, 8, 21, 59), False),
        (NIGHT, utc(2026, 5, 8, 22, 0), True),
        (NIGHT, utc(2026, 5, 9, 1, 59), True),
        (NIGHT, utc(2026, 5, 9, 2, 0), False),
        (NIGHT, utc(2026, 5, 9, 23, 0), False),
        (NIGHT, utc(2026, 5, 8, 1, 0), False),
        (MONDAYS, utc(2026, 5, 4, 0, 0), True),
        (MONDAYS, utc(2026, 5, 4, 23, 59), True),
        (MONDAYS, utc(2026, 5, 5, 0, 0), False),
        (MAY, utc(2026, 4, 30, 23, 59), False),
        (MAY, utc(2026, 5, 1), True),
        (MAY, utc(2026, 5, 31, 23, 59), True),
        (MAY, utc(2026, 6, 1), False),
        (MAY_NIGHTS, utc(2026, 5, 1, 1, 0), False),
        (MAY_NIGHTS, utc(2026, 6, 1, 1, 0), True),
        (promotion(), utc(2026, 5, 1), True),
        (promotion(first_day="2026-05-02"), utc(2026, 5, 1), False),
        (promotion(first_day="2026-05-02"), utc(2026, 5, 2), True),
        (promotion(last_day="2026-05-02"), utc(2026, 5, 3), False),
    ],
)
def test_promotions_run_in_their_windows(rule: Promotion, instant: datetime, *, runs: bool) -> None:
    assert calendar.runs(rule, instant, "UTC") is runs


def test_windows_are_local() -> None:
    assert calendar.runs(HAPPY_HOUR, utc(2026, 5, 4, 13, 0), "Europe/Moscow")
    assert not calendar.runs(HAPPY_HOUR, utc(2026, 5, 4, 16, 0), "Europe/Moscow")


def test_any_of_several_windows_is_enough() -> None:
    rule = promotion(Window((), "08:00", "09:30"), Window((), "20:00", "21:00"))
    hours = [hour for hour in range(24) if calendar.runs(rule, utc(2026, 5, 4, hour, 29), "UTC")]
    assert hours == [8, 9, 20]


def test_seconds_become_instants() -> None:
    assert calendar.at(second(2026, 5, 4, 12)) == utc(2026, 5, 4, 12)
    assert calendar.at(0).tzinfo is UTC
