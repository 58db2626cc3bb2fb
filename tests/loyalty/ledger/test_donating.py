"""Points for a cause: spent by an entry, counted in the same transaction, and never twice."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.cause import Cause
from loyalty.ledger.donating import MOST, Causes
from loyalty.refusals import Busy, Refusal
from loyalty.store import reading
from tests.support import soundness
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

NAME = {"en": "Shelter", "ru": "Приют"}
SHELTER = Cause("shelter", NAME, NAME, "points", least=10)


@pytest.fixture
def world() -> World:
    world = World()
    world.put_program()
    Causes(world.books).put("coffee", SHELTER, 0, "key:owner", world.now)
    return world


def rich(world: World, points: int = 500) -> Enrolled:
    """Return a member who has earned so many points, ten for each unit of money."""
    member = world.enrol()
    world.sell(f"sale-{member.member_id[:8]}", total=points * 10, member=member)
    assert world.balance(member) == points
    return member


def give(world: World, member: Enrolled, points: int, act: str) -> dict[str, Any]:
    found = Causes(world.books).give("coffee", member.member_id, "shelter", points, act, world.now)
    return found.body


def refused(world: World, member: Enrolled, points: int, act: str) -> str:
    with pytest.raises(Refusal) as found:
        give(world, member, points, act)
    return found.value.code


def collected(world: World) -> tuple[int, int]:
    found = Causes(world.books).one("coffee", "shelter").collected
    return found.points, found.gifts


def in_the_ledger(world: World) -> tuple[int, int]:
    """Return what all entries say that was given."""
    accounts = {key.pk.partition("#M#")[2] for key in world.tables.items if key.sk == "ACCOUNT"}
    found = [
        -sum(int(one.amount) for one in entry.postings if one.measure == "lot")
        for member in accounts
        for entry in reading.read_entries(world.tables, "coffee", member)
        if entry.fact.startswith("cause#")
    ]
    return sum(found), len(found)


def test_points_are_spent_and_counted_together(world: World) -> None:
    ann = rich(world)
    answer = give(world, ann, 40, "a")
    assert (answer["outcome"], answer["points"], answer["balance"]) == ("given", 40, 460)
    assert world.balance(ann) == 460
    assert collected(world) == (40, 1) == in_the_ledger(world)


def test_a_form_that_is_sent_twice_gives_once(world: World) -> None:
    ann = rich(world)
    assert give(world, ann, 40, "a") == give(world, ann, 40, "a")
    assert collected(world) == (40, 1)
    assert refused(world, ann, 41, "a") == "id_reused"
    # Also once it is closed.
    Causes(world.books).put("coffee", replace(SHELTER, open=False), 1, "key:owner", world.now)
    assert give(world, ann, 40, "a")["outcome"] == "given"
    assert refused(world, ann, 40, "b") == "cause_closed"
    assert collected(world) == (40, 1)


def test_nobody_gives_what_is_not_theirs_or_too_little(world: World) -> None:
    ann = rich(world, 30)
    assert give(world, ann, 31, "a")["reason"] == "insufficient_balance"
    assert refused(world, ann, 9, "b") == "too_few_points"
    with pytest.raises(Refusal, match="no such cause"):
        Causes(world.books).give("coffee", ann.member_id, "other", 10, "c", world.now)
    assert world.balance(ann) == 30
    assert collected(world) == (0, 0) == in_the_ledger(world)


def test_what_comes_together_is_what_the_ledger_says_whatever_happens(world: World) -> None:
    people = [rich(world, 200) for _ in range(4)]
    dice = random.Random(7)
    write, depth = world.tables.write, [0]

    def between(*writes: Any) -> None:
        if depth[0] < 3 and dice.random() < 0.4:
            depth[0] += 1
            try:
                act()
            finally:
                depth[0] -= 1
        write(*writes)

    def act() -> None:
        with suppress(Busy, Refusal):
            give(world, dice.choice(people), dice.randint(5, 60), str(dice.randint(1, 60)))

    world.tables.write = between
    for _ in range(120):
        act()
        world.wait(minutes=1)
    world.tables.write = write
    assert collected(world) == in_the_ledger(world)
    assert collected(world)[1] > 10
    assert sum(map(world.balance, people)) == 800 - collected(world)[0]
    assert soundness.faults(world) == []


def test_a_cause_is_made_changed_and_closed_by_its_version(world: World) -> None:
    causes = Causes(world.books)
    with pytest.raises(Refusal) as stale:
        causes.put("coffee", SHELTER, 0, "key:owner", world.now)
    assert stale.value.code == "precondition_failed"
    same = causes.put("coffee", SHELTER, 1, "key:owner", world.now)
    assert same.cause.version == 1
    more = causes.put("coffee", replace(SHELTER, target=500), 1, "key:owner", world.now)
    assert (more.cause.version, more.cause.target) == (2, 500)
    assert [one.id for one in causes.open("coffee")] == ["shelter"]
    for number in range(MOST - 1):
        causes.put("coffee", replace(SHELTER, id=f"c{number}"), 0, "key:owner", world.now)
    with pytest.raises(Refusal) as many:
        causes.put("coffee", replace(SHELTER, id="one-more"), 0, "key:owner", world.now)
    assert many.value.code == "too_many_causes"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"pot": "other"}, "/pot"),
        ({"names": {"ru": "Приют"}}, "/name"),
        ({"texts": {**NAME, "fr": "Refuge"}}, "/text/fr"),
        ({"link": "http://shelter.example"}, "/link"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    world: World, changes: dict[str, Any], pointer: str
) -> None:
    sent = replace(SHELTER, id="new", **changes)
    with pytest.raises(Refusal) as found:
        Causes(world.books).put("coffee", sent, 0, "key:owner", world.now)
    assert [one.pointer for one in found.value.fields] == [pointer]
