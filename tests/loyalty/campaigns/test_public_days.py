"""Public holidays: the table is the library's, and campaigns go by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from infra import public_holidays
from loyalty.campaigns import campaign, public_days
from loyalty.core.calendar import local
from loyalty.refusals import Refusal
from tests.support.campaigning import EVERYBODY, HELLO, OPEN, Campaigning
from tests.support.world import World

OFTEN = {**OPEN, "cap": 20, "cap_days": 1}


def test_the_table_is_what_the_library_says() -> None:
    assert public_holidays.TABLE.read_text("utf-8") == public_holidays.table()


def test_every_day_of_the_table_has_a_name_in_its_country_and_in_english() -> None:
    first, last = date(2027, 1, 1), date(2027, 12, 31)
    for country in ("DE", "AT", "US", "RU", "FR", "GB", "JP"):
        found = public_days.names_between(country, first, last)
        assert set(found) == {one for one in public_days.days_of(country) if one.year == 2027}
        assert all(one["en"] for one in found.values())
    germany = public_days.names_between("DE", first, last)
    assert germany[date(2027, 3, 26)] == {"en": "Good Friday", "de": "Karfreitag"}
    assert germany[date(2027, 12, 25)]["de"] == "Erster Weihnachtstag"
    russia = public_days.names_between("RU", first, last)
    assert russia[date(2027, 5, 9)]["ru"] == "День Победы"
    assert public_days.names_between("XX", first, last) == {}
    assert list(germany) == sorted(germany)


def test_days_are_those_that_everybody_in_a_country_knows() -> None:
    # Good Friday and Easter Monday of 2027, Reformation Day only where a state keeps it.
    germany = public_days.days_of("DE")
    assert {date(2027, 3, 26), date(2027, 3, 29), date(2027, 10, 3), date(2027, 12, 26)} <= germany
    assert date(2027, 10, 31) not in germany
    russia = public_days.days_of("RU")
    assert {date(2027, 1, 7), date(2027, 2, 23), date(2027, 5, 9), date(2027, 11, 4)} <= russia
    assert date(2027, 4, 12) not in russia
    assert public_days.days_of("XX") == frozenset()


def test_days_off_in_a_row_are_one_occasion() -> None:
    runs = [one for one in public_days.runs_of("RU") if one[0].year == 2029]
    assert runs[0] == (date(2029, 1, 1), date(2029, 1, 8))
    assert sum((last - first).days + 1 for first, last in runs) == len(
        [one for one in public_days.days_of("RU") if one.year == 2029]
    )


def year(trigger: dict[str, Any], region: str = "US") -> list[date]:
    """Return the local days of 2027 on which somebody is told by a campaign."""
    world = World()
    world.put_program(region=region)
    world.now = datetime(2026, 12, 31, 15, tzinfo=UTC)
    shop = Campaigning(world)
    ann = shop.join("Ann")
    shop.start("days", trigger=trigger, guards=OFTEN)
    found = []
    while world.now.year < 2028:
        world.wait(days=1)
        if "sent" in shop.run():
            found.append(local(world.now, "America/New_York").date())
    assert {one.member for one in shop.claims("days")} <= {ann.member_id}
    return found


def test_a_campaign_comes_so_many_days_before_each_public_holiday() -> None:
    found = year({"kind": "holiday", "of": "public", "days": 3})
    # By hand, from the list of federal holidays: those that fall on a weekend have a day instead.
    fourth = date(2027, 7, 4)
    assert fourth - timedelta(days=3) in found
    assert date(2027, 11, 25) - timedelta(days=3) in found
    firsts = [first for first, _ in public_days.runs_of("US")]
    expected = [one - timedelta(days=3) for one in firsts]
    assert found == [one for one in expected if date(2027, 1, 1) <= one < date(2028, 1, 1)]


def test_a_plan_leaves_holidays_out() -> None:
    daily = {"kind": "recurring", "rule": "FREQ=WEEKLY;BYDAY=MO", "first": "2026-12-07"}
    every, some = year(daily), year({**daily, "skip_holidays": True})
    missing = {*every} - {*some}
    # Memorial Day, Labor Day, and the other Mondays that are federal holidays.
    assert {date(2027, 5, 31), date(2027, 9, 6)} <= missing
    assert missing == {one for one in every if one in public_days.days_of("US")}


@pytest.mark.parametrize(
    ("region", "of", "code"),
    [("ZZ", "public", "no_holidays"), ("US", "", "no_holidays"), ("US", "x", "unknown_holidays")],
)
def test_what_no_country_or_location_has_is_refused(region: str, of: str, code: str) -> None:
    world = World()
    world.put_program()
    program = replace(world.programs.current("coffee"), region=region)
    document = {
        "name": "Days",
        "audience": EVERYBODY,
        "trigger": {"kind": "holiday", "of": of},
        "actions": [HELLO],
    }
    with pytest.raises(Refusal) as refused:
        campaign.read("days", document, program)
    assert [one.code for one in refused.value.fields] == [code]
