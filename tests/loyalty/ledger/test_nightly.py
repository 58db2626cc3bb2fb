"""The nightly job: what time does to those who do not come, told once, whatever goes wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from loyalty.core.member import Application
from loyalty.invariants.account import broken
from loyalty.members.enrolment import Enrolled
from loyalty.messages import Contact
from loyalty.store import keys
from tests.support.memory import FAULTS, Fault, Killed
from tests.support.world import World, settled

EXPIRING = [{"id": "points", "expiry": {"months": 1}, "reminder_days": 10}]
# New York: clocks go back on 1 November 2026, in the middle of a lot's life.
AUTUMN = datetime(2026, 9, 20, 12, 0, tzinfo=UTC)
END = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)  # midnight, still on summer time


def shop(pots: list[dict[str, Any]] | None = None, **changes: Any) -> tuple[World, Enrolled]:
    world = World(seed=5)
    world.now = AUTUMN
    world.put_program(pots=pots or EXPIRING, **changes)
    ann = world.enrol()
    world.sell(total=1000, member=ann)
    return world, ann


def versions(world: World, ann: Enrolled) -> int:
    return world.account(ann).card_version


def test_the_idle_are_settled_and_their_cards_told() -> None:
    world, ann = shop()
    before = versions(world, ann)
    world.now = END
    pages = world.night()
    assert sum(page.settled for page in pages) == 1
    assert world.balance(ann) == 0
    assert versions(world, ann) == before + 1
    assert [entry.kind for entry in world.entries(ann)] == ["earn", "settle"]
    assert broken(world.account(ann), world.entries(ann)) == ()


def test_a_second_run_the_same_night_changes_nothing() -> None:
    world, ann = shop()
    world.now = END
    world.night()
    account = world.account(ann)
    pages = world.night()
    assert sum(page.settled + page.shown for page in pages) == 0
    assert world.account(ann) == account


def test_a_reminder_shows_ten_days_before_and_once() -> None:
    world, ann = shop()
    before = versions(world, ann)
    world.now = END.replace(month=10, day=22, hour=3)
    world.night()
    assert versions(world, ann) == before
    world.now = END.replace(month=10, day=22, hour=4)
    assert sum(page.shown for page in world.night()) == 1
    assert versions(world, ann) == before + 1
    world.wait(days=1)
    assert sum(page.shown for page in world.night()) == 0


def test_days_of_downtime_are_made_good_by_one_run() -> None:
    every_night, ann = shop()
    while every_night.now < END.replace(day=20):
        every_night.wait(days=1)
        every_night.night()
    once, late = shop()
    once.now = every_night.now
    once.night()
    assert settled(once.account(late)).pots == settled(every_night.account(ann)).pots


def test_nothing_depends_on_it() -> None:
    world, ann = shop()
    world.now = END
    world.sell(order="2", total=100, member=ann)
    assert world.balance(ann) == 10


def test_birthdays_count_once_a_year() -> None:
    world = World(seed=5)
    world.now = datetime(2027, 2, 28, 6, 0, tzinfo=UTC)  # one in the morning in New York
    world.put_program(birthday={"pot": "points", "points": 77})
    contact = Contact("email", "leap@example.com")
    born = date(1996, 2, 29)
    application = Application("Lea", contact, born, "en", "2026-11", None)
    lea = world.enrolment.enrol("coffee", application, world.now)
    assert isinstance(lea, Enrolled)
    assert sum(page.birthdays for page in world.night()) == 1
    assert sum(page.birthdays for page in world.night()) == 0
    assert world.balance(lea) == 77
    world.now = world.now.replace(year=2028, day=29)
    world.night()
    assert world.balance(lea) == 77 * 2


def test_reconciling_finds_an_account_that_is_not_its_entries() -> None:
    world, ann = shop()
    key = keys.account_key("coffee", ann.member_id)
    world.tables.items[key]["p"]["points"][0][1] += 1
    faults = []
    for _ in range(28):
        faults += [fault for page in world.night() for fault in page.faults]
        world.wait(days=1)
    assert len([fault for fault in faults if "I1" in fault]) == 1
    assert ann.member_id in faults[0]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_run_that_is_cut_short_is_finished_by_the_next(fault: Fault) -> None:
    wanted, ann = shop()
    wanted.now = END
    wanted.restart()
    before = wanted.tables.calls
    wanted.night()
    for call in range(wanted.tables.calls - before):
        world, same = shop()
        world.now = END
        world.restart()
        world.tables.plan(fault, after_calls=call)
        try:
            world.night()
        except (ConnectionError, Killed):
            world.restart()
        world.night()
        assert settled(world.account(same)) == settled(wanted.account(ann)), (fault, call)
        assert versions(world, same) == versions(wanted, ann), (fault, call)
