"""Visits: the last state wins, whoever came has bought once, and the card says when they come."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.booking import VisitReport, VisitStatus
from loyalty.core.order import BASKET, OrderKey, OrderReport, Part
from loyalty.members.own_data import own_data
from loyalty.refusals import Refusal
from loyalty.store import appointments, keys
from loyalty.store.sealed_tables import unopened
from loyalty.store.tables import Cancelled, OutcomeUnknown
from tests.loyalty.ledger.acts import act
from tests.support.memory import FAULTS, Killed
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

THURSDAY = datetime(2026, 5, 7, 18, 0, tzinfo=UTC)  # 14:00 in New York, where the shop is
SALE = {"booked": "open", "came": "completed", "no_show": "cancelled", "cancelled": "cancelled"}


@pytest.fixture
def world() -> World:
    world = World()
    world.put_program()
    return world


def visit(
    member: Enrolled | None,
    version: int,
    status: VisitStatus,
    *,
    at: datetime | None = THURSDAY,
    total: int | None = 1000,
    name: str = "b-1",
    **more: Any,
) -> VisitReport:
    reference = TOKENS.read_card_code(member.card_code) if member else None
    hints = (f"code:{reference}",) if reference else ()
    key = OrderKey("coffee", "salon", name)
    sale = None
    if total is not None and at is not None:
        part = Part(BASKET, version, SALE[status], total)  # type: ignore[arg-type]
        sale = OrderReport(key, "USD", at, (part,), hints, "endpoint:salon")
    return VisitReport(key, version, status, at, None, hints, "endpoint:salon", sale=sale, **more)


def shown(world: World, member: Enrolled, language: str | None = None) -> str:
    card = world.cards.by_member("coffee", member.member_id, world.now, language)
    assert card is not None
    field = card.field("appointment")
    assert (field is None) == (card.appointment is None)
    return field.text if field else ""


def tell(world: World, report: VisitReport) -> str:
    return world.visits.record(report, world.now).result


def test_an_appointment_stands_on_the_card_in_every_language_and_phones_are_told(
    world: World,
) -> None:
    ann = world.enrol()
    before = world.account(ann).card_version
    assert tell(world, visit(ann, 1, "booked")) == "noted"
    assert shown(world, ann) == "Thu, May 7, 2:00\u202fPM"
    assert shown(world, ann, "ru") == "чт, 7 мая, 14:00"
    assert world.account(ann).card_version == before + 1
    assert ("coffee", ann.member_id) in world.unpublished()
    assert world.balance(ann) == 0
    assert world.entries(ann) == world.entries(ann)[:1], "nothing is posted for a booking"
    assert tell(world, visit(ann, 1, "booked")) == "unchanged"
    assert world.account(ann).card_version == before + 1


def test_a_moved_one_is_shown_anew_and_one_that_is_over_is_not_shown(world: World) -> None:
    ann = world.enrol()
    tell(world, visit(ann, 1, "booked"))
    tell(world, visit(ann, 2, "booked", at=THURSDAY + timedelta(days=1)))
    assert shown(world, ann) == "Fri, May 8, 2:00\u202fPM"
    assert tell(world, visit(ann, 1, "booked")) == "late"
    assert shown(world, ann) == "Fri, May 8, 2:00\u202fPM"
    world.now = THURSDAY + timedelta(days=1, minutes=59)
    assert shown(world, ann)
    world.wait(minutes=1)
    assert shown(world, ann) == ""


@pytest.mark.parametrize("status", ["no_show", "cancelled"])
def test_who_did_not_come_earns_nothing_and_is_expected_no_more(
    world: World, status: VisitStatus
) -> None:
    ann = world.enrol()
    tell(world, visit(ann, 1, "booked"))
    tell(world, visit(ann, 2, status))
    assert shown(world, ann) == ""
    assert world.balance(ann) == 0
    assert tell(world, visit(ann, 1, "booked")) == "late"
    assert shown(world, ann) == ""


def test_who_came_has_bought_once_and_edits_are_posted_as_differences(world: World) -> None:
    ann = world.enrol()
    world.now = THURSDAY + timedelta(hours=2)
    story = [
        (visit(ann, 1, "booked"), 0),
        (visit(ann, 2, "came"), 100),
        (visit(ann, 2, "came"), 100),
        (visit(ann, 3, "came", total=800), 80),
        (visit(ann, 4, "no_show", total=800), 0),
        (visit(ann, 5, "came", total=700), 70),
    ]
    for report, balance in story:
        tell(world, report)
        assert world.balance(ann) == balance
    assert world.account(ann).visits == 1


def test_every_order_of_arrival_ends_at_one_ledger(world: World) -> None:
    del world
    ends = set()
    for arrival in itertools.permutations(range(5)):
        here = World()
        here.put_program()
        here.now = THURSDAY + timedelta(hours=2)
        ann = here.enrol()
        story = [
            visit(ann, 1, "booked"),
            visit(ann, 2, "booked", at=THURSDAY + timedelta(minutes=30)),
            visit(ann, 3, "came", at=THURSDAY + timedelta(minutes=30)),
            visit(ann, 4, "came", at=THURSDAY + timedelta(minutes=30), total=900),
            visit(ann, 5, "came", at=THURSDAY + timedelta(minutes=30), total=600),
        ]
        for number in (*arrival, arrival[0]):
            tell(here, story[number])
        ends.add((here.balance(ann), here.account(ann).visits, shown(here, ann)))
    assert ends == {(60, 1, "")}


def test_an_appointment_alone_is_no_sale(world: World) -> None:
    ann = world.enrol()
    world.now = THURSDAY + timedelta(hours=2)
    for version, status in enumerate(("booked", "came"), start=1):
        outcome = world.visits.record(visit(ann, version, status, total=None), world.now)  # type: ignore[arg-type]
        assert outcome.sale is None
    assert world.balance(ann) == 0


def test_a_booking_that_changes_hands_leaves_the_first_ones_card(world: World) -> None:
    ann, ben = world.enrol(), world.enrol(name="Ben")
    tell(world, visit(ann, 1, "booked"))
    tell(world, visit(ben, 2, "booked"))
    assert (shown(world, ann), bool(shown(world, ben))) == ("", True)


def test_what_is_deleted_without_a_word_of_whom_leaves_their_card(world: World) -> None:
    ann = world.enrol()
    gone = visit(None, 2**53 - 1, "cancelled", at=None, total=None)
    assert tell(world, gone) == "unknown", "nobody ever told of it: nothing is kept"
    tell(world, visit(ann, 1, "booked"))
    assert tell(world, gone) == "noted"
    assert shown(world, ann) == ""


def test_what_is_deleted_after_they_came_takes_back_what_was_earned(world: World) -> None:
    ann = world.enrol()
    world.now = THURSDAY + timedelta(hours=2)
    tell(world, visit(ann, 1, "came"))
    assert world.balance(ann) == 100
    gone = visit(None, 2**53 - 1, "cancelled", at=None, total=None)
    for _ in range(2):
        tell(world, gone)
        assert world.balance(ann) == 0
    tell(world, visit(ann, 2, "came"))
    assert world.balance(ann) == 0, "what comes late does not bring it back"


def test_a_visit_of_nobody_is_kept_until_somebody_is_known(world: World) -> None:
    ann = world.enrol()
    assert world.visits.record(visit(None, 1, "booked"), world.now).member is None
    assert world.visits.record(visit(ann, 1, "booked"), world.now).member == ann.member_id
    assert shown(world, ann)


def test_two_appointments_the_next_one_is_shown(world: World) -> None:
    ann = world.enrol()
    later = visit(ann, 1, "booked", at=THURSDAY + timedelta(days=7), name="b-2")
    for report in (later, visit(ann, 1, "booked")):
        tell(world, report)
    assert shown(world, ann).startswith("Thu, May 7")
    world.now = THURSDAY + timedelta(hours=3)
    assert shown(world, ann).startswith("Thu, May 14")


def test_a_place_is_named_where_there_are_several_and_its_clock_counts(world: World) -> None:
    ann = world.enrol()
    rules = world.programs.current("coffee")
    assert len(rules.locations) > 1
    place = replace(rules.locations[1], zone="Europe/Berlin")
    world.programs.put(replace(rules, locations=(rules.locations[0], place)))
    world.restart()
    tell(world, visit(ann, 1, "booked", location=place.id))
    assert shown(world, ann) == f"Thu, May 7, 8:00\u202fPM, {place.name['en']}"


def test_it_lies_sealed_is_told_to_its_owner_and_goes_with_them(world: World) -> None:
    ann = world.enrol()
    tell(world, visit(ann, 1, "booked"))
    told = own_data(world.books, "coffee", ann.member_id, world.now)["appointments"]
    assert [(one["tool"], one["booking"]) for one in told] == [("salon", "b-1")]
    booking = unopened(world.tables).get(keys.booking_key("coffee", "salon", "b-1"))
    assert booking is not None
    assert booking["ttl"] > world.now.timestamp()
    assert set(booking) <= {"pk", "sk", "v", "s", "m", "c", "a", "o", "p", "r", "ttl"}, (
        "no word of whom"
    )
    world.erasure.erase(act("e"), ann.member_id, world.now)
    kept = world.tables.get(keys.appointments_key("coffee", ann.member_id))
    assert kept is None
    # What is told of them later is nobody's.
    assert world.visits.record(visit(ann, 2, "booked"), world.now).member is None
    assert world.tables.get(keys.appointments_key("coffee", ann.member_id)) is None


def test_of_two_that_become_one_the_appointment_stays(world: World) -> None:
    old, new = world.enrol(), world.enrol(name="Ann again")
    tell(world, visit(old, 1, "booked"))
    leaving = appointments.unite(world.tables, "coffee", old.member_id, new.member_id)
    world.tables.write(*leaving)
    assert shown(world, new)
    assert not appointments.read(world.tables, "coffee", old.member_id).appointments


@pytest.mark.parametrize("fault", FAULTS)
def test_wherever_it_is_cut_off_telling_it_again_ends_the_same(fault: Any) -> None:
    """Every write of a first telling is hit once; what is told again ends as if nothing had."""
    cut = 0
    for number in range(12):
        world = World()
        world.put_program()
        ann = world.enrol()
        tell(world, visit(ann, 1, "booked"))
        world.now = THURSDAY + timedelta(hours=2)
        world.tables.calls, world.tables.fault_at, world.tables.fault = 0, number, fault
        try:
            tell(world, visit(ann, 2, "came"))
        except (Killed, OutcomeUnknown, Cancelled, ConnectionError, Refusal):
            cut += 1
        world.tables.fault_at = None
        world.restart()
        tell(world, visit(ann, 2, "came"))
        assert world.balance(ann) == 100
        assert shown(world, ann) == ""
        assert world.account(ann).visits == 1
    assert cut


def test_a_day_of_many_arrives_in_any_order(world: World) -> None:
    """Ten customers' days, every message twice, shuffled."""
    world.now = THURSDAY + timedelta(hours=8)
    people = [world.enrol(name=f"Ann {number}") for number in range(10)]
    told = [
        visit(one, version, status, total=total, name=f"b-{number}")  # type: ignore[arg-type]
        for number, one in enumerate(people)
        for version, status, total in (
            (1, "booked", 1000),
            (2, "came", 1000),
            (3, "came", 500) if number % 2 else (3, "cancelled", 1000),
        )
    ]
    told *= 2
    random.Random(7).shuffle(told)
    for report in told:
        tell(world, report)
    assert [world.balance(one) for one in people] == [0, 50] * 5


def test_who_is_said_to_have_come_on_a_day_to_come_is_expected_and_counts_once_told_again(
    world: World,
) -> None:
    ann = world.enrol()
    world.now = THURSDAY - timedelta(days=1)
    came = visit(ann, 5, "came")
    assert tell(world, came) == "noted"
    assert (world.balance(ann), shown(world, ann) != "") == (0, True)
    # The shop's day, and not ours: Thursday begins there at 4 in the morning.
    world.now = THURSDAY.replace(hour=3)
    tell(world, came)
    assert world.balance(ann) == 0
    world.now = THURSDAY.replace(hour=5)
    assert tell(world, came) == "noted"
    assert (world.balance(ann), shown(world, ann)) == (100, "")
