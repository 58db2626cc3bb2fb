"""Whoever has an appointment is not asked to come, can be asked for, and is reminded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.campaigns.campaign import NUDGES, TRIGGERS
from loyalty.core.booking import VisitReport, VisitStatus
from loyalty.core.report import OrderKey
from tests.support.campaigning import OPEN, Campaigning
from tests.support.world import TOKENS, World, shipped

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

# 14:00 in New York, where the shop is.
NOON = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
THURSDAY = NOON + timedelta(days=3)
REMINDER = {"kind": "before_appointment", "days": 1, "time": "10:00"}


@pytest.fixture
def shop() -> Campaigning:
    return open_shop()


def open_shop(**consent: Any) -> Campaigning:
    world = World()
    said = shipped("coffee").consent
    texts = {"version": said.version, "program": said.program, "marketing": said.marketing}
    world.put_program(consent={**texts, **consent})
    world.now = NOON
    return Campaigning(world)


def book(
    shop: Campaigning,
    member: Enrolled,
    at: datetime = THURSDAY,
    version: int = 1,
    status: VisitStatus = "booked",
) -> None:
    hints = (f"code:{TOKENS.read_card_code(member.card_code)}",)
    key = OrderKey("coffee", "salon", "b-1")
    report = VisitReport(key, version, status, at, None, hints, "endpoint:salon")
    assert shop.world.visits.record(report, shop.world.now).result == "noted"


def test_a_running_campaign_skips_whoever_has_an_appointment(shop: Campaigning) -> None:
    ann, ben = shop.join("Ann"), shop.join("Ben")
    book(shop, ann)
    shop.start("come")
    assert sorted(shop.run()) == ["appointment", "sent"]
    assert (shop.told(ann), shop.told(ben)) == ("", "Hello Ben!")
    ended = {one.member: one.outcome for one in shop.claims("come")}
    assert ended == {ann.member_id: "appointment", ben.member_id: "sent"}, "nor is she a control"


def test_once_it_is_over_or_called_off_they_are_asked_again(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    book(shop, ann)
    shop.start("weekly", trigger={"kind": "recurring", "rule": "FREQ=DAILY", "first": "2026-05-01"})
    assert shop.run() == []
    book(shop, ann, version=2, status="cancelled")
    shop.world.wait(days=1)
    assert shop.run() == ["sent"]
    book(shop, ann, version=3)
    shop.world.wait(days=1)
    assert shop.run() == []
    shop.world.now = THURSDAY + timedelta(days=1)
    assert shop.run() == ["sent"]


def test_what_is_no_nudge_reaches_them_all_the_same(shop: Campaigning) -> None:
    assert {*TRIGGERS} - NUDGES == {
        *("birthday", "welcome", "expiring", "level_changed", "bought", "answer_given"),
        *("before_appointment", "will_fall", "claimed"),
    }
    ann = shop.join("Ann")
    book(shop, ann)
    shop.start("welcome", trigger={"kind": "welcome", "days": 0, "time": "10:00"})
    assert shop.run() == ["sent"]


@pytest.mark.parametrize(("days", "found"), [(2, 0), (3, 1), (30, 1)])
def test_a_segment_asks_who_has_one_within_some_days(
    shop: Campaigning, days: int, found: int
) -> None:
    ann = shop.join("Ann")
    shop.join("Ben")
    book(shop, ann)
    asks = {"field": "appointment_in", "at_most": days}
    trigger = {"kind": "welcome", "days": 0, "time": "10:00"}
    shop.start("soon", audience=asks, trigger=trigger)
    assert len(shop.run()) == found


def test_a_reminder_comes_the_day_before_after_quiet_hours_and_once(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    book(shop, ann)
    shop.start("remind", trigger=REMINDER)
    ended = []
    for _ in range(5 * 24):
        ended += [(shop.world.now, one) for one in shop.run()]
        shop.world.wait(hours=1)
    [(at, outcome)] = ended
    assert outcome == "sent"
    assert at == datetime(2026, 5, 6, 14, 0, tzinfo=UTC), "10:00 in New York, not in quiet hours"


def test_one_that_moves_is_reminded_of_anew_and_one_that_is_gone_is_not(shop: Campaigning) -> None:
    ann = shop.join("Ann")
    book(shop, ann)
    shop.start("remind", trigger=REMINDER)
    shop.world.now = THURSDAY - timedelta(days=1)
    assert shop.run() == ["sent"]
    book(shop, ann, at=THURSDAY + timedelta(days=2), version=2)
    shop.world.now = THURSDAY + timedelta(days=1)
    assert shop.run() == ["sent"]
    book(shop, ann, at=THURSDAY + timedelta(days=5), version=3)
    book(shop, ann, at=THURSDAY + timedelta(days=5), version=4, status="cancelled")
    shop.world.now = THURSDAY + timedelta(days=4)
    assert shop.run() == []


@pytest.mark.parametrize(("reminders", "outcome"), [(False, "no_consent"), (True, "sent")])
def test_a_reminder_needs_consent_to_marketing_unless_the_program_says_that_it_reminds(
    reminders: object, outcome: str
) -> None:
    shop = open_shop(reminders=reminders)
    ann = shop.join("Ann", consents=False)
    book(shop, ann)
    shop.start("remind", trigger=REMINDER)
    shop.start("hello", trigger={"kind": "welcome", "days": 0, "time": "10:00"})
    assert shop.run() == ["no_consent"], "the welcome: that is no service"
    shop.world.now = THURSDAY - timedelta(days=1)
    assert shop.run() == [outcome]


def test_a_service_notice_is_kept_from_nobody() -> None:
    shop = open_shop(reminders=True)
    book(shop, shop.join("Ann"))
    shop.start("remind", trigger=REMINDER, guards={**OPEN, "control": 5000, "hold_out": 2000})
    shop.world.now = THURSDAY - timedelta(days=1)
    assert shop.run() == ["sent"]
