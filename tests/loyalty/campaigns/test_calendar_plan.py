"""The plan of a year, as data and as iCalendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.campaigns import calendar_plan
from loyalty.campaigns.campaign import Campaign, read
from tests.support.campaigning import HELLO
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.program.rules import Program

TODAY = date(2026, 3, 1)
PLACE = {
    "id": "corner",
    "name": {"en": "Corner", "ru": "Угол"},
    "latitude": 40.7,
    "longitude": -74.0,
    "holidays": [
        {"first_day": "2026-12-24", "last_day": "2026-12-26", "name": {"en": "Xmas; all, shut",
                                                                       "ru": "Рождество"}},
    ],
}  # fmt: skip


@pytest.fixture
def program() -> Program:
    world = World()
    # A country of which no public holidays are known.
    world.put_program(locations=[PLACE])
    return replace(world.programs.current("coffee"), region="ZZ")


def campaign(program: Program, name: str, **trigger: Any) -> Campaign:
    document = {
        "name": name.title(), "audience": {"all": []}, "trigger": trigger, "actions": [HELLO],
    }  # fmt: skip
    return read(name, document, program)


def planned(program: Program, *found: tuple[Campaign, str]) -> list[tuple[str, str, str]]:
    days = calendar_plan.plan(program, found, TODAY, "en")
    return [(str(one.day), one.at, one.id) for one in days]


def test_days_of_plans_holidays_and_instants_stand_in_their_order(program: Program) -> None:
    rule = {"rule": "FREQ=MONTHLY;BYMONTHDAY=1;INTERVAL=4", "first": "2026-01-01"}
    monthly = campaign(program, "monthly", kind="recurring", **rule)
    eve = campaign(program, "eve", kind="holiday", days=2, time="11:30")
    once = campaign(program, "once", kind="at", at="2026-05-01T12:15")
    gone = campaign(program, "gone", kind="at", at="2026-05-02T12:15")
    birthday = campaign(program, "birthday", kind="birthday")
    found = (
        (monthly, "running"), (eve, "draft"), (once, "paused"), (gone, "cancelled"),
        (birthday, "running"),
    )  # fmt: skip
    assert planned(program, *found) == [
        ("2026-05-01", "10:00", "monthly"), ("2026-05-01", "12:15", "once"),
        ("2026-09-01", "10:00", "monthly"), ("2026-12-22", "11:30", "eve"),
        ("2026-12-24", "", "corner"), ("2027-01-01", "10:00", "monthly"),
    ]  # fmt: skip


def test_public_holidays_stand_in_it_and_plans_that_skip_them_do_not(program: Program) -> None:
    american = replace(program, region="US")
    rule = {"rule": "FREQ=WEEKLY;BYDAY=MO", "first": "2026-03-02"}
    every = campaign(american, "every", kind="recurring", **rule)
    some = campaign(american, "some", kind="recurring", skip_holidays=True, **rule)
    eve = campaign(american, "eve", kind="holiday", of="public", days=1)
    found = planned(american, (every, "running"), (some, "running"), (eve, "running"))
    assert ("2026-05-25", "", "US") in found
    assert ("2026-05-25", "10:00", "every") in found
    assert ("2026-05-25", "10:00", "some") not in found
    assert ("2026-05-24", "10:00", "eve") in found
    assert ("2026-05-25", "Memorial Day") in {
        (str(one.day), one.name) for one in calendar_plan.plan(american, (), TODAY, "en")
    }
    german = calendar_plan.plan(replace(program, region="DE"), (), TODAY, "de")
    names = {str(one.day): one.name for one in german if one.id == "DE"}
    assert names["2026-12-25"] == "Erster Weihnachtstag, Zweiter Weihnachtstag"
    english = calendar_plan.plan(replace(program, region="DE"), (), TODAY, "en")
    assert "Christmas Day" in {str(one.day): one.name for one in english}["2026-12-25"]


def test_the_feed_is_what_calendars_read(program: Program) -> None:
    once = campaign(program, "once", kind="at", at="2026-07-01T12:15")
    far = campaign(program, "far", kind="at", at="2026-12-01T12:15")
    days = calendar_plan.plan(program, [(once, "running"), (far, "draft")], TODAY, "en")
    text = calendar_plan.feed(program, days, "en", datetime(2026, 3, 1, tzinfo=UTC))
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    lines = text.replace("\r\n ", "").split("\r\n")
    # 12:15 in New York is another hour of UTC in summer than in winter.
    assert "DTSTART:20260701T161500Z" in lines
    assert "DTSTART:20261201T171500Z" in lines
    assert lines.count("STATUS:TENTATIVE") == 1
    # A holiday of three days: the end is not among them, and no sign of its name is taken for one.
    assert "DTSTART;VALUE=DATE:20261224" in lines
    assert "DTEND;VALUE=DATE:20261227" in lines
    assert "SUMMARY:Xmas\\; all\\, shut" in lines
    uids = [one for one in lines if one.startswith("UID:")]
    assert len(set(uids)) == len(uids) == 3


def test_no_line_of_a_feed_is_too_long_and_no_letter_is_cut(program: Program) -> None:
    long = "Я" * 80
    document = {
        "name": long, "audience": {"all": []}, "actions": [HELLO],
        "trigger": {"kind": "at", "at": "2026-07-01T12:15"},
    }  # fmt: skip
    days = calendar_plan.plan(program, [(read("x", document, program), "running")], TODAY, "en")
    text = calendar_plan.feed(program, days, "en", datetime(2026, 3, 1, tzinfo=UTC))
    assert max(len(one.encode()) for one in text.split("\r\n")) <= 75
    assert f"SUMMARY:{long}" in text.replace("\r\n ", "")
