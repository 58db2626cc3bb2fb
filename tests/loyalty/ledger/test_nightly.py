"""The nightly job: what time does to those who do not come, told once, whatever goes wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from loyalty.core.decide import Settle
from loyalty.core.member import Application
from loyalty.core.told import Told
from loyalty.invariants.account import broken
from loyalty.ledger import nightly
from loyalty.ledger.act import Act
from loyalty.members.enrolment import Enrolled
from loyalty.messages import Contact
from loyalty.refusals import Busy
from loyalty.store import derived, keys, reading, receivers
from loyalty.store.receivers import Receiver
from tests.support.memory import FAULTS, Fault, Killed
from tests.support.world import World, settled

EXPIRING = [{"id": "points", "expiry": {"months": 1}, "reminder_days": 10}]
WELCOME = {"pot": "points", "points": 25}
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


@pytest.mark.corrupts
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


def test_whoever_is_settled_often_is_no_alarm() -> None:
    """Each settling is a fact of its own: months in which nothing else happens, and years."""
    world, ann = shop([{"id": "points", "expiry": {"inactivity_months": 3}}])
    for _ in range(28 * 4):
        world.wait(days=3)
        faults = [fault for page in world.night() for fault in page.faults]
        assert faults == []
    facts = [entry.fact for entry in world.entries(ann)]
    assert len(facts) > 6
    assert len(set(facts)) == len(facts)


def test_settlings_from_before_each_had_a_name_are_no_alarm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing in a ledger can be renamed: what was written then is sound for ever."""
    world, ann = shop([{"id": "points", "expiry": {"inactivity_months": 3}}])
    monkeypatch.setattr(nightly, "_settling", lambda _: Settle("settle", "nightly"))
    for _ in range(3):
        world.wait(days=31)
        world.night()
    assert [entry.fact for entry in world.entries(ann)][1:] == ["settle"] * 3
    assert broken(world.account(ann), world.entries(ann)) == ()


def test_two_of_one_night_settle_once() -> None:
    """A cursor that is delivered twice, or a night that is begun twice, makes one entry."""
    world, ann = shop([{"id": "points", "expiry": {"inactivity_months": 3}}])
    world.wait(days=31)
    world.night()
    world.night(segments=3)
    assert [entry.fact for entry in world.entries(ann)][1:] == ["settle#2"]


def test_who_was_merged_or_said_goodbye_is_settled_without_alarm() -> None:
    world, ann = shop([{"id": "points", "expiry": {"inactivity_months": 3}}], welcome=WELCOME)
    ben, cat = world.enrol(), world.enrol()
    act = Act("coffee", "anna", "1", "because")
    world.staff.merge(act, ben.member_id, ann.member_id, world.now)
    world.erasure.erase(act, cat.member_id, world.now)
    for _ in range(4):
        world.wait(days=40)
        assert [fault for page in world.night() for fault in page.faults] == []


def born(day: date, *, joined: datetime, zone: str = "UTC") -> tuple[World, Enrolled]:
    world = World(seed=5)
    world.now = joined
    gift: dict[str, Any] = {"birthday": {"pot": "points", "points": 77}}
    world.put_program(zone=zone, **gift)
    application = Application("Lea", Contact("email", "l@example.com"), day, "en", "1", None)
    lea = world.enrolment.enrol("coffee", application, world.now)
    assert isinstance(lea, Enrolled)
    return world, lea


def at_nine(*day: int) -> datetime:
    return datetime(*day, 9, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("day", "nights", "given"),
    [
        (date(1990, 5, 4), [at_nine(2026, 5, 5)], 1),
        (date(1990, 5, 4), [at_nine(2026, 5, 11)], 1),
        (date(1990, 5, 4), [at_nine(2026, 5, 12)], 0),
        (date(1990, 5, 4), [at_nine(2026, 5, 3)], 0),
        (date(1990, 5, 4), [at_nine(2026, 5, n) for n in range(3, 14)], 1),
        (date(1990, 12, 30), [at_nine(2027, 1, 2), at_nine(2027, 1, 3)], 1),
        (date(1990, 12, 30), [at_nine(2026, 12, 30), at_nine(2027, 1, 2)], 1),
        (date(1990, 12, 30), [at_nine(2027, 1, 2), at_nine(2027, 12, 31)], 2),
        (date(1996, 2, 29), [at_nine(2027, 3, 1), at_nine(2027, 3, 7)], 1),
        (date(1996, 2, 29), [at_nine(2027, 3, 8)], 0),
        (date(1996, 2, 29), [at_nine(2028, 2, 28)], 0),
        (date(1996, 2, 29), [at_nine(2028, 3, 7)], 1),
    ],
)
def test_a_birthday_is_given_up_to_seven_days_late_once_a_year(
    day: date, nights: list[datetime], given: int
) -> None:
    world, lea = born(day, joined=at_nine(2026, 1, 20))
    for night in nights:
        world.now = night
        assert all(page.faults == () for page in world.night())
    assert world.balance(lea) == 77 * given


@pytest.mark.parametrize(
    ("joined", "given"),
    [
        (at_nine(2026, 5, 3), True),
        (datetime(2026, 5, 4, 23, tzinfo=UTC), True),  # after the night of that day
        (datetime(2026, 5, 5, 0, 1, tzinfo=UTC), False),
    ],
)
def test_no_birthday_is_given_that_was_over_before_they_joined(
    joined: datetime, *, given: bool
) -> None:
    world, lea = born(date(1990, 5, 4), joined=joined)
    world.now = at_nine(2026, 5, 6)
    world.night()
    assert world.balance(lea) == (77 if given else 0)


def test_the_seven_days_are_those_of_the_zone() -> None:
    for hour, given in ((9, 77), (10, 0)):
        world, lea = born(date(1990, 5, 4), joined=at_nine(2026, 1, 1), zone="Pacific/Kiritimati")
        # Fourteen hours ahead: the twelfth of May begins at ten in the morning of the eleventh.
        world.now = datetime(2026, 5, 11, hour, tzinfo=UTC)
        world.night()
        assert world.balance(lea) == given


def test_a_birthday_that_was_corrected_is_still_one_a_year() -> None:
    world, lea = born(date(1990, 5, 4), joined=at_nine(2026, 1, 1))
    world.now = at_nine(2026, 5, 4)
    world.night()
    world.tables.items[keys.member_key("coffee", lea.member_id)]["bd"] = "1990-05-08"
    world.now = at_nine(2026, 5, 9)
    world.night()
    assert world.balance(lea) == 77


def test_days_later_a_birthday_that_was_given_costs_one_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, _ = born(date(1990, 5, 4), joined=at_nine(2026, 1, 1))
    world.now = at_nine(2026, 5, 4)
    world.night()
    world.now = at_nine(2026, 5, 5)
    monkeypatch.setattr(world.tables, "write", None)
    assert sum(page.birthdays for page in world.night()) == 0


@pytest.mark.parametrize("error", [Busy(), ZeroDivisionError()])
def test_one_that_cannot_be_settled_now_keeps_nobody_else_from_the_night(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, ann = shop()
    ben = world.enrol()
    world.sell(order="2", total=1000, member=ben)
    world.now = END
    right = reading.read_account

    def read(tables: Any, program: str, member: str) -> Any:
        if member == ann.member_id:
            raise error
        return right(tables, program, member)

    monkeypatch.setattr(reading, "read_account", read)
    pages = world.night()
    monkeypatch.undo()
    assert (world.balance(ann), world.balance(ben)) == (100, 0)
    faults = [fault for page in pages for fault in page.faults]
    assert len(faults) == (0 if isinstance(error, Busy) else 1)


def untold(world: World) -> set[tuple[str, str, int]]:
    return {bell for page in world.night() for bell in page.untold}


@pytest.mark.corrupts
def test_it_names_those_of_whom_others_were_not_told_everything() -> None:
    world, ann = shop()
    assert untold(world) == set()
    hears = Receiver("coffee", "crm", "https://crm.example.com/", (), "active", world.now)
    receivers.put_receiver(world.tables, hears)
    seq = world.account(ann).seq
    whole = {("coffee", "", 1), ("coffee", ann.member_id, seq)}
    assert untold(world) == whole
    derived.put_told(world.tables, "coffee", "", None, Told(1))
    derived.put_told(world.tables, "coffee", ann.member_id, None, Told(seq - 1))
    assert untold(world) == {("coffee", ann.member_id, seq)}
    # An account of no program is a fault, and keeps nobody from being told.
    item = world.tables.items[keys.account_key("coffee", ann.member_id)]
    lost = keys.account_key("gone", ann.member_id)
    world.tables.items[lost] = {**item, "pk": lost.pk}
    assert untold(world) == {("coffee", ann.member_id, seq)}
