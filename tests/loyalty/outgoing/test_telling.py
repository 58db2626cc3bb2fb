"""What is told of members: all of it, once, whoever rings and however often."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.decide.spending import Price
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.outgoing.bells import untold
from loyalty.outgoing.telling import PAGE
from loyalty.store import derived, keys
from tests.support.memory import Killed
from tests.support.outgoing import House

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled


@pytest.fixture
def house() -> House:
    return House()


def act(name: str) -> Act:
    return Act("coffee", "anna", name, "because")


def kinds(house: House) -> list[tuple[str, int]]:
    """Return what waits to be sent: kind, and number of the entry."""
    return [(one.kind, json.loads(one.body or "")["data"]["seq"]) for one in house.queue.waiting]


def shop(house: House) -> Enrolled:
    """A member who joins, buys, redeems and gets a refund."""
    ann = house.world.enrol()
    house.world.wait(minutes=1)
    house.world.sell("1", total=2000, member=ann)
    house.world.redeem(ann)
    house.world.sell("1", 2, total=1500, member=ann)
    return ann


STORY = [
    ("member.enrolled", 0),
    ("points.earned", 1),
    ("reward.reached", 1),
    ("points.redeemed", 2),
    ("reward.redeemed", 2),
    ("points.reversed", 3),
]


def test_a_story_is_told_in_its_order_and_once(house: House) -> None:
    house.add()
    ann = shop(house)
    assert house.tell(ann) == 4
    assert kinds(house) == STORY
    assert house.tell(ann) == 0
    assert kinds(house) == STORY


def test_nobody_listens_and_nothing_is_written(house: House) -> None:
    ann = shop(house)
    before = dict(house.world.tables.items)
    assert house.tell(ann) == 0
    assert house.world.tables.items == before


def test_each_receiver_hears_what_it_asked_for(house: House) -> None:
    house.add("all")
    house.add("points", "points.earned", "points.reversed")
    ann = shop(house)
    house.tell(ann)
    by_receiver = Counter(one.receiver for one in house.queue.waiting)
    assert by_receiver == {"all": 6, "points": 2}
    ids = [one.event for one in house.queue.waiting if one.kind == "points.earned"]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_what_was_before_a_receiver_is_not_told_to_it(house: House) -> None:
    ann = shop(house)
    house.world.wait(seconds=1)
    house.add()
    assert house.tell(ann) == 4
    assert kinds(house) == []
    house.world.wait(seconds=1)
    house.world.sell("2", total=100, member=ann)
    house.tell(ann)
    assert kinds(house) == [("points.earned", 4)]
    # The balance goes on from what was never told.
    body = json.loads(house.queue.waiting[0].body or "")
    assert body["data"]["balance"] == house.world.balance(ann) == 60


def test_another_program_hears_nothing(house: House) -> None:
    house.world.put_program("barber")
    house.restart()
    house.add(program="barber")
    ann = shop(house)
    assert house.tell(ann) == 0
    assert house.tell(ann, program="barber") == 1  # nobody of that name there: nothing to tell
    assert kinds(house) == []


def test_more_than_a_page_is_told_to_the_end(house: House) -> None:
    house.add("crm", "points.earned")
    ann = house.world.enrol()
    for number in range(2 * PAGE + 3):
        house.world.sell(str(number), total=100, member=ann)
    house.tell(ann)
    assert [seq for _, seq in kinds(house)] == list(range(1, 2 * PAGE + 4))


@pytest.mark.parametrize("after", range(12))
@pytest.mark.parametrize("fault", ["killed", "killed_after"])
def test_whatever_is_interrupted_is_told_by_the_next_one(
    house: House, after: int, fault: Any
) -> None:
    """At every call: nothing is lost, and what is told twice has the same id and the same text."""
    house.add()
    ann = shop(house)
    house.world.tables.plan(fault, after)
    try:
        house.tell(ann)
    except Killed:
        house.restart()
    house.world.tables.fault = None
    house.tell(ann)
    told = dict.fromkeys((one.event, one.body) for one in house.queue.waiting)
    assert len(told) == len(STORY)
    assert len({event for event, _ in told}) == len(STORY)


def test_a_queue_that_refuses_keeps_it_untold(house: House) -> None:
    house.add()
    ann = shop(house)
    house.queue.refuse = 1
    with pytest.raises(ConnectionError):
        house.tell(ann)
    house.tell(ann)
    assert kinds(house) == STORY


@pytest.mark.parametrize("seed", range(20))
def test_bells_in_any_number_and_order_tell_everything_once(seed: int) -> None:
    """Doubled, shuffled and lost records between entries; the last bell is the night's."""
    house, chance = House(), random.Random(seed)
    house.add()
    members = [house.world.enrol() for _ in range(3)]
    for number in range(30):
        member = chance.choice(members)
        house.world.wait(minutes=chance.randrange(1, 3000))
        house.world.sell(
            str(chance.randrange(9)), number + 1, chance.randrange(3) * 900, member=member
        )
        for _ in range(chance.randrange(3)):
            house.tell(chance.choice(members))
    left = untold(house.world.tables, accounts(house, members))
    for program, name, _ in left:
        house.telling.tell(program, name)
    assert untold(house.world.tables, accounts(house, members)) == []
    sent = Counter(one.event for one in house.queue.waiting)
    assert set(sent.values()) == {1}
    # Thrown away and made again: the same events, to the letter.
    for member in members:
        house.world.tables.items.pop(keys.derived_key("coffee", member.member_id))
    before = {(one.event, one.body) for one in house.queue.take()}
    for member in members:
        house.tell(member)
    assert {(one.event, one.body) for one in house.queue.take()} == before


def accounts(house: House, members: list[Enrolled]) -> list[tuple[str, str, int]]:
    return [("coffee", member.member_id, house.world.account(member).seq) for member in members]


def test_who_tells_at_the_same_time_leaves_it_to_one(house: House) -> None:
    house.add()
    ann = shop(house)
    house.tell(ann)
    seen = derived.read_told(house.world.tables, "coffee", ann.member_id)
    assert seen is not None
    house.world.sell("3", total=100, member=ann)
    house.tell(ann)
    assert not derived.put_told(house.world.tables, "coffee", ann.member_id, seen, seen)


def test_moves_name_the_other_member(house: House) -> None:
    house.add("crm", "points.transferred", "member.merged")
    ann, ben = house.world.enrol(), house.world.enrol()
    house.world.sell("1", total=2000, member=ann)
    house.world.staff.transfer(
        act("t"), ann.member_id, ben.member_id, "points", 50, house.world.now
    )
    house.world.staff.merge(act("m"), ann.member_id, ben.member_id, house.world.now)
    house.tell(ann)
    house.tell(ben)
    told = [json.loads(one.body or "")["data"] for one in house.queue.waiting]
    moved = [(one["member"], one["points"], one["other"]) for one in told if "points" in one]
    assert moved == [
        (ann.member_id, -50, ben.member_id),
        (ann.member_id, -150, ben.member_id),
        (ben.member_id, 50, ann.member_id),
        (ben.member_id, 150, ann.member_id),
    ]
    assert [one["into"] for one in told if "into" in one] == [ben.member_id]


def test_a_captured_hold_names_its_reward(house: House) -> None:
    house.add("crm", "reward.redeemed", "hold.captured")
    ann = house.world.enrol()
    house.world.sell("1", total=2000, member=ann)
    request = Request("coffee", "till", "h1", "endpoint:till")
    house.world.spending.hold(request, ann.card_code, Price(reward="free-coffee"), house.world.now)
    answer = house.world.spending.capture(request, ann.card_code, house.world.now)
    assert answer.body["outcome"] == "captured"
    assert "reward" not in answer.body
    house.tell(ann)
    told = [json.loads(one.body or "")["data"] for one in house.queue.waiting]
    assert told[0]["hold"] == "till:h1"
    assert (told[1]["reward"], told[1]["price"]) == ("free-coffee", 100)


def test_erasing_is_told_and_what_was_told_stays_known(house: House) -> None:
    house.add()
    ann = shop(house)
    house.tell(ann)
    house.queue.take()
    house.world.erasure.erase(act("e"), ann.member_id, house.world.now)
    house.tell(ann)
    assert [kind for kind, _ in kinds(house)] == ["points.forfeited", "member.erased"]
    house.world.wait(days=2)
    house.world.erasure.finish(house.world.now)
    assert house.tell(ann) == 0


def test_programs_that_changed_are_told_once(house: House) -> None:
    house.world.wait(seconds=1)
    house.add()
    assert house.tell() == 1
    assert kinds(house) == []  # the first version was there before
    house.world.wait(minutes=5)
    house.world.put_program(cool_down_minutes=5)
    house.world.put_program(cool_down_minutes=6)
    assert house.tell() == 2
    assert house.tell() == 0
    assert kinds(house) == [("program.changed", 2), ("program.changed", 3)]


def test_only_who_is_not_told_whole_rings_at_night(house: House) -> None:
    members = [shop(house), house.world.enrol()]
    assert untold(house.world.tables, accounts(house, members)) == []
    house.add()
    assert len(untold(house.world.tables, accounts(house, members))) == 2
    house.tell(members[0])
    assert untold(house.world.tables, accounts(house, members)) == [
        ("coffee", members[1].member_id, 0)
    ]
