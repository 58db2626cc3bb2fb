"""When a place is open: over midnight, on holidays, in its own zone, when clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from loyalty.core.opening import holiday_on, is_open, open_part, windows_on
from loyalty.program.rules import Holiday, Location, Window
from tests.loyalty.program.describe.saying import COFFEE

BERLIN = ZoneInfo("Europe/Berlin")
BAR = Location(
    "bar",
    {"en": "Bar", "ru": "Бар"},
    52.5,
    13.4,
    zone="Europe/Berlin",
    hours=(
        Window(("mon", "tue", "wed", "thu", "sun"), "08:00", "18:00"),
        Window(("fri", "sat"), "20:00", "03:00"),
    ),
    holidays=(
        Holiday("2026-12-24", hours=(Window((), "08:00", "12:00"),)),
        Holiday("2026-12-25", "2026-12-26"),
    ),
)


def at(day: str, time: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "time", "is_it"),
    [
        ("2026-11-30", "08:00", True),  # a Monday
        ("2026-11-30", "07:59:59", False),
        ("2026-11-30", "17:59:59", True),
        ("2026-11-30", "18:00", False),
        ("2026-12-04", "19:59", False),  # a Friday
        ("2026-12-04", "23:00", True),
        ("2026-12-05", "02:59", True),
        ("2026-12-05", "03:00", False),
        ("2026-12-24", "09:00", True),
        ("2026-12-24", "13:00", False),
        ("2026-12-25", "21:00", False),  # a Friday, and Christmas
        ("2026-12-26", "02:00", False),
        ("2026-12-27", "02:00", False),  # Saturday's night fell out
        ("2026-12-27", "09:00", True),
        ("2027-03-28", "01:30", True),  # half an hour before clocks go forward
        ("2027-03-28", "03:10", False),
    ],
)
def test_open_or_not(day: str, time: str, is_it: bool) -> None:  # noqa: FBT001 - a table
    assert is_open(COFFEE, BAR, at(day, time)) is is_it


def test_a_place_without_a_zone_of_its_own_keeps_the_programs() -> None:
    here = replace(BAR, zone=None)
    assert COFFEE.zone == "America/New_York"
    noon = datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert (is_open(COFFEE, here, noon), is_open(COFFEE, BAR, noon)) == (True, False)


def test_of_hours_that_nobody_told_nothing_is_known() -> None:
    assert is_open(COFFEE, replace(BAR, hours=()), at("2026-11-30", "09:00")) is None


def test_what_a_day_keeps() -> None:
    christmas = date(2026, 12, 26)
    assert holiday_on(BAR, christmas) == BAR.holidays[1]
    assert windows_on(BAR, christmas) == ()
    assert holiday_on(BAR, date(2026, 12, 27)) is None
    assert windows_on(BAR, date(2026, 12, 27)) == BAR.hours[:1]
    assert windows_on(BAR, date(2026, 12, 24)) == BAR.holidays[0].hours


@pytest.mark.parametrize(
    ("day", "begin", "end", "part"),
    [
        ("2026-11-30", "06:00", "08:00", 0),
        ("2026-11-30", "07:00", "09:00", 0.5),
        ("2026-11-30", "09:00", "10:00", 1),
        ("2026-12-04", "19:00", "21:00", 0.5),
        ("2026-12-05", "02:00", "04:00", 0.5),  # Friday's night goes on
        ("2026-12-24", "11:00", "13:00", 0.5),
        ("2026-12-25", "20:00", "21:00", 0),
    ],
)
def test_the_part_of_a_time_that_a_place_is_open(
    day: str, begin: str, end: str, part: float
) -> None:
    first, last = (int(at(day, time).timestamp()) for time in (begin, end))
    assert open_part(COFFEE, [BAR], first, last) == part
    other = replace(BAR, hours=(Window((), "07:30", "08:30"),), holidays=())
    if day == "2026-11-30" and begin == "07:00":
        assert open_part(COFFEE, [BAR, other], first, last) == 0.75, "one of them is"
    assert open_part(COFFEE, [BAR, replace(BAR, hours=())], first, last) == 1
    assert open_part(COFFEE, [], first, last) == 1
