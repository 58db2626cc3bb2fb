"""Pausing and leaving: a paused card neither earns nor spends; who leaves hears what is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.decide.spending import Price
from loyalty.ledger.spending import Request
from loyalty.store import deed_log, keys
from tests.loyalty.ledger.acts import act
from tests.support import soundness
from tests.support.refusals import refused
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled

COFFEE = Price(reward="free-coffee")


def request(name: str) -> Request:
    return Request("coffee", "till", name, "endpoint:till")


def pause(world: World, member: Enrolled, name: str = "p", *, paused: bool = True) -> Any:
    return world.staff.pause(act(name), member.member_id, world.now, paused=paused)


def test_a_paused_card_neither_earns_nor_spends_and_goes_on_when_resumed(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    world.sell(total=5000, member=ann)
    held = world.spending.hold(request("h"), ann.card_code, COFFEE, world.now)
    assert pause(world, ann).body == {"outcome": "paused"}
    assert held.body["outcome"] == "held"
    asked = [
        world.redeem(ann),
        world.spending.hold(request("h2"), ann.card_code, COFFEE, world.now),
        world.spending.capture(request("h"), ann.card_code, world.now),
        world.staff.give(act("g"), ann.member_id, "points", 5, world.now),
        world.staff.transfer(act("t"), ann.member_id, ben.member_id, "points", 5, world.now),
        world.staff.transfer(act("u"), ben.member_id, ann.member_id, "points", 5, world.now),
    ]
    reasons = [one.body["reason"] for one in asked]
    assert reasons[:-1] == ["membership_paused"] * 5
    assert reasons[-1] == "insufficient_balance"
    assert world.sell(order="2", total=1000, member=ann).points == 0
    # Mistakes are set right, and what was held goes back.
    assert (
        world.staff.adjust(act("a"), ann.member_id, "points", 7, world.now).body["balance"] == 507
    )
    released = world.spending.release(request("h"), ann.card_code, world.now)
    assert released.body["outcome"] == "released"
    assert pause(world, ann, "r", paused=False).body == {"outcome": "resumed"}
    assert world.redeem(ann, "r9").body["outcome"] == "redeemed"
    assert world.sell(order="3", total=1000, member=ann).points == 100
    # What was sold meanwhile stays without: edits do not bring it back.
    assert world.sell(order="2", version=2, total=2000, member=ann).points == 0
    assert soundness.faults(world) == []


def test_nothing_is_given_to_a_paused_card_by_somebody_else(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    world.sell(total=5000, member=ben)
    pause(world, ann)
    moved = world.staff.transfer(act("t"), ben.member_id, ann.member_id, "points", 5, world.now)
    assert moved.body["reason"] == "membership_paused"
    assert world.balance(ben) == 500


def test_pausing_twice_is_one_pause_and_each_act_has_one_line(world: World, ann: Enrolled) -> None:
    first = pause(world, ann)
    assert pause(world, ann) == replace(first, replayed=True)
    assert pause(world, ann, "again").body == {"outcome": "paused"}
    page = deed_log.of_member(world.tables, "coffee", ann.member_id, "", 10)
    assert [(one.kind, dict(one.before), dict(one.after)) for one in page.deeds] == [
        ("pause", {"paused": False}, {"paused": True})
    ]
    assert len([one for one in world.entries(ann) if one.kind == "pause"]) == 1


def test_value_of_a_paused_card_ends_as_it_would_have() -> None:
    world = World()
    world.put_program(pots=[{"id": "points", "expiry": {"months": 1}}])
    ann = world.enrol()
    world.sell(total=1000, member=ann)
    pause(world, ann)
    world.wait(days=80)
    world.night()
    assert world.balance(ann) == 0
    assert soundness.faults(world) == []


def test_leaving_forfeits_what_is_left_and_forgets_the_person(world: World, ann: Enrolled) -> None:
    world.sell(total=1000, member=ann)
    answer = world.erasure.leave(act("l"), ann.member_id, world.now)
    assert answer.body["outcome"] == "left"
    assert world.erasure.left("coffee", ann.member_id, world.now) == []
    assert world.account(ann).closed
    assert world.cards.by_link(ann.link, world.now) is None
    # With the key stays a line; with the member nothing.
    (line,) = deed_log.of_key(world.tables, "coffee", "anna", "", 10).deeds
    assert (line.kind, dict(line.before)) == ("leave", {"points": 100})
    assert deed_log.of_member(world.tables, "coffee", ann.member_id, "", 10).deeds == ()
    assert soundness.faults(world) == []


def test_where_value_is_spent_first_leaving_waits_or_is_forfeited() -> None:
    world = World()
    world.put_program(leaving="spend_first")
    ann, ben = world.enrol(), world.enrol()
    world.sell(total=1000, member=ann)
    answer = world.erasure.leave(act("l"), ann.member_id, world.now)
    assert (answer.body["outcome"], answer.body["reason"]) == ("declined", "value_left")
    assert not world.account(ann).closed
    # It was no act: once it is spent, the same may be asked again.
    assert world.redeem(ann).body["outcome"] == "redeemed"
    assert world.erasure.leave(act("l"), ann.member_id, world.now).body["outcome"] == "left"
    world.sell(order="2", total=1000, member=ben)
    forfeited = world.erasure.leave(act("m"), ben.member_id, world.now, forfeit=True)
    assert forfeited.body["outcome"] == "left"
    # An owner who has to erase is never kept from it.
    cat = world.enrol()
    world.sell(order="3", total=1000, member=cat)
    assert world.erasure.erase(act("e"), cat.member_id, world.now).body["outcome"] == "left"


@pytest.mark.parametrize("deed", ["pause", "give", "move", "forget", "leave"])
def test_no_key_acts_more_often_than_the_program_lets_it(deed: str) -> None:
    world = World()
    world.put_program(staff={"acts_per_hour": 2})
    ann, ben = world.enrol(), world.enrol()
    world.sell(total=1000, member=ann)
    for number in range(2):
        pause(world, ben, f"p{number}", paused=not number)
    key = world.report().key
    deeds: dict[str, Callable[[], Any]] = {
        "pause": lambda: pause(world, ben, "more"),
        "give": lambda: world.staff.give(act("g"), ann.member_id, "points", 1, world.now),
        "move": lambda: world.order_acts.move(act("m"), key, ben.member_id, world.now),
        "forget": lambda: world.order_acts.forget(act("f"), key, world.now),
        "leave": lambda: world.erasure.leave(act("l"), ann.member_id, world.now),
    }
    with refused("limit_reached", match="acts_per_hour"):
        deeds[deed]()
    # A repeat of what was done is answered all the same, and the next hour is another.
    assert pause(world, ben, "p0").replayed
    world.wait(hours=1)
    deeds[deed]()
    place = keys.given_key("coffee", "anna", "hour", int(world.now.timestamp()) // 3600)
    assert world.tables.items[place]["n"] == 1
    assert world.tables.items[place]["ttl"] > world.now.timestamp()
