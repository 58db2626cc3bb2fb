"""An application that comes again: the same answer for its sender, nothing for anybody else."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.member import Application
from loyalty.ledger.act import Act
from loyalty.members.enrolment import REPEATABLE, Enrolled
from loyalty.messages import Contact
from loyalty.refusals import Busy
from tests.support.memory import FAULTS, Fault, Killed
from tests.support.refusals import refused

if TYPE_CHECKING:
    from tests.support.world import World

KEY = "6c5b0a3e-9f0e-4e0e-8d37-9b0a6a1f3a52"
ANN = Application(
    first_name="Ann",
    contact=Contact("email", "ann@example.com"),
    birthday=date(1990, 5, 28),
    language="en",
    consent_version="2026-11",
    marketing_consent_version=None,
    location="airport",
)


def join(world: World, application: Application = ANN, key: str | None = KEY) -> Any:
    return world.enrolment.enrol("coffee", application, world.now, key)


def assert_another(world: World, first: Enrolled, second: Enrolled) -> None:
    """A card of one's own, which has nothing of the first."""
    assert not second.replayed
    assert not {*astuple(first)} & {*astuple(second)} - {False}
    assert members(world) == 2


def members(world: World) -> int:
    return sum(key.sk == "MEMBER" for key in world.tables.items)


def test_the_same_application_gets_the_same_card_and_one_message(world: World) -> None:
    first = join(world)
    world.wait(minutes=9, seconds=59)
    assert join(world) == replace(first, replayed=True)
    assert (members(world), len(world.channel.sent)) == (1, 1)


def test_after_some_minutes_it_is_a_stranger_again(world: World) -> None:
    first = join(world)
    world.now += REPEATABLE
    assert join(world) == replace(first, replayed=True)
    world.now += timedelta(microseconds=1)
    assert_another(world, first, join(world))


@pytest.mark.parametrize("key", [None, KEY[:-1] + "3", ""])
def test_who_knows_all_but_the_key_learns_nothing(world: World, key: str | None) -> None:
    first = join(world)
    assert_another(world, first, join(world, key=key))


@pytest.mark.parametrize(
    "change",
    [
        {"first_name": "Anna"},
        {"birthday": None},
        {"language": "ru"},
        {"marketing_consent_version": "2026-11"},
        {"location": "main-street"},
        {"referrer_code": "1.A.X.Y"},
    ],
)
def test_another_application_with_the_key_is_no_repeat(
    world: World, change: dict[str, Any]
) -> None:
    first = join(world)
    assert_another(world, first, join(world, replace(ANN, **change)))


def test_a_key_is_good_for_one_contact_and_one_program(world: World) -> None:
    world.put_program("barber")
    cards = [
        join(world),
        join(world, replace(ANN, contact=Contact("email", "ben@example.com"))),
        world.enrolment.enrol("barber", ANN, world.now, KEY),
    ]
    assert len({card.member_id for card in cards}) == 3
    assert not any(card.replayed for card in cards)


def test_who_joined_without_a_key_is_not_found_with_one(world: World) -> None:
    first = join(world, key=None)
    assert_another(world, first, join(world))


def test_repeats_count_as_attempts(world: World) -> None:
    for _ in range(5):
        join(world)
    with refused("too_many_attempts"):
        join(world)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", range(8))
def test_whatever_gets_lost_a_repeat_ends_with_one_card(
    world: World, fault: Fault, call: int
) -> None:
    world.tables.plan(fault, call)
    try:
        first = join(world)
    except (Busy, ConnectionError, Killed):
        first = None
    world.tables.fault_at = None
    again = join(world)
    assert isinstance(again, Enrolled)
    assert first is None or replace(first, replayed=True) == again
    assert members(world) == 1


def test_who_is_forgotten_may_come_again_with_the_same_key(world: World) -> None:
    first = join(world)
    world.erasure.erase(Act("coffee", "k", "1", "asked to"), first.member_id, world.now)
    second = join(world)
    assert not second.replayed
    assert second.member_id != first.member_id
    kept = [item for key, item in world.tables.items.items() if key.sk == "MEMBER"]
    assert [("as" in item, item.get("fn", "")) for item in kept] == [(False, ""), (True, "Ann")]
