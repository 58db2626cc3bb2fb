"""What is usual by a moment of a day, against a count of every visit with a clock in hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from loyalty.core.order import OrderKey
from loyalty.figures.by_now import counted, usual, usual_of_the_week
from loyalty.store.figure_lines import SaleLine

MONDAY = date(2026, 5, 4)
END = date(2026, 6, 1).toordinal()
"""A Monday: four whole weeks are over."""
BERLIN = "Europe/Berlin"


def sale(day: int, clock: str, member: str | None = "ann", **changes: Any) -> SaleLine:
    """Return a sale so many days after the first Monday, heard of at a local time."""
    local = datetime.fromisoformat(f"{MONDAY + timedelta(day)}T{clock}")
    first = local.replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
    told = {"day": MONDAY.toordinal() + day, "place": "mitte", "net": 100, "sold": True, **changes}
    return SaleLine(OrderKey("p", "till", f"{day} {clock}"), first, 1, member, **told)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN))


def test_the_same_hours_of_four_such_days_are_the_measure() -> None:
    mondays = [
        sale(7 * week, clock, member)
        for week in range(4)
        for clock, member in (("09:30", "ann"), ("15:30", "ben"), ("15:40", "cyd"))
    ]
    found = counted(mondays, BERLIN, END)
    for clock, number in (("09:00", 0), ("09:30", 1), ("12:00", 1), ("15:30", 2), ("23:59", 3)):
        assert usual(found, at(f"2026-06-01T{clock}")) == number, clock
    assert usual(found, at("2026-06-02T23:00")) == 0, "nobody comes on Tuesdays"
    assert usual_of_the_week(found, at("2026-06-03T10:00")) == 3


def test_several_sales_are_one_visit_at_the_first_of_them() -> None:
    twice = [
        sale(0, "10:30"),
        sale(0, "18:00"),
        sale(0, "18:10", None),
        sale(0, "09:05", sold=False),
    ]
    (monday, *_) = counted(twice, BERLIN, MONDAY.toordinal() + 1)
    assert monday["days"] == 1
    assert (monday["hours"][9], monday["hours"][10], monday["hours"][23]) == (0, 1, 1)


def test_what_was_heard_of_later_counts_at_the_end_of_its_day() -> None:
    late = replace(sale(1, "09:00"), day=MONDAY.toordinal())
    (monday, *_) = counted([late], BERLIN, MONDAY.toordinal() + 2)
    assert (monday["hours"][22], monday["hours"][23]) == (0, 1)


def test_weeks_that_are_not_known_are_no_measure() -> None:
    young = counted([sale(1, "10:00")], BERLIN, MONDAY.toordinal() + 3)
    assert usual(young, at("2026-05-11T12:00")) is None
    assert usual(young, at("2026-05-12T12:00")) == 1
    assert usual_of_the_week(young, at("2026-05-12T12:00")) is None
    assert usual(counted([], BERLIN, END), at("2026-06-01T12:00")) is None


@given(
    st.lists(st.tuples(st.integers(0, 27), st.integers(0, 23), st.sampled_from("abc"))),
    st.integers(0, 6),
    st.integers(0, 23),
)
def test_a_full_hour_is_the_mean_of_what_had_come_by_then(
    came: list[tuple[int, int, str]], weekday: int, hour: int
) -> None:
    sales = [sale(day, f"{clock:02}:00", member) for day, clock, member in [(0, 0, "x"), *came]]
    begun: dict[Any, list[datetime]] = {}
    for one in sales:
        begun.setdefault((one.member, one.day), []).append(one.first.astimezone(ZoneInfo(BERLIN)))
    until = [min(times).hour < hour for (_, day), times in begun.items()
             if date.fromordinal(day).weekday() == weekday]  # fmt: skip
    moment = at(f"{date(2026, 6, 1 + weekday)}T{hour:02}:00")
    assert usual(counted(sales, BERLIN, END), moment) == (sum(until) + 2) // 4
