"""Rules of plans: those that come, and those that would be looked for without an end."""

from __future__ import annotations

from datetime import date

import pytest

from loyalty.campaigns.recurring import days_between, rule_fault
from loyalty.core.instants import read_local

FIRST = "2026-01-31"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=1;BYWEEKNO=30",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=9",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1,2,3",
        "FREQ=SECONDLY",
    ],
)
def test_what_would_be_looked_for_without_an_end_is_refused(rule: str) -> None:
    assert rule_fault(rule, FIRST)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU",
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231",
        "FREQ=DAILY;COUNT=3",
    ],
)
@pytest.mark.parametrize("first", [FIRST, "2000-02-29", "2099-12-31"])
def test_what_comes_once_in_a_generation_is_a_plan(rule: str, first: str) -> None:
    assert rule_fault(rule, first) == ""
    days_between(rule, first, date(2026, 11, 26), date(2026, 11, 29))


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01T00:00", "2100-01-01", "x", "", None])
def test_days_later_than_calendars_go_are_none(text: str | None) -> None:
    assert read_local(text) is None
    assert rule_fault("FREQ=DAILY", text or "") != ""
