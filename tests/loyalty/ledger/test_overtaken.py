"""Messages that overtake each other, and cards that became one: nothing is final too early."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from loyalty.core.decide.spending import Price
from loyalty.core.order import OrderKey
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.refusals import Refusal
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.ledger.books import Answer
    from loyalty.members.enrolment import Enrolled

COFFEE = Price(reward="free-coffee")
REQUEST = Request("coffee", "till", "h", "endpoint:till")


@pytest.fixture
def world() -> World:
    world = World(seed=9)
    world.put_program()
    return world


@pytest.fixture
def ann(world: World) -> Enrolled:
    ann = world.enrol()
    world.sell(order="rich", total=5000, member=ann)
    return ann


def capture(world: World, member: Enrolled) -> Answer:
    return world.spending.capture(REQUEST, member.card_code, world.now)


def release(world: World, member: Enrolled) -> Answer:
    return world.spending.release(REQUEST, member.card_code, world.now)


def hold(world: World, member: Enrolled) -> Answer:
    return world.spending.hold(REQUEST, member.card_code, COFFEE, world.now)


def test_a_capture_that_overtook_its_hold_is_good_once_the_hold_is_there(
    world: World, ann: Enrolled
) -> None:
    early = capture(world, ann)
    assert (early.body["reason"], early.replayed) == ("hold_not_open", False)
    hold(world, ann)
    assert capture(world, ann).body["outcome"] == "captured"
    assert capture(world, ann).replayed
    assert world.balance(ann) == 400


def test_a_release_that_overtook_its_hold_is_good_once_the_hold_is_there(
    world: World, ann: Enrolled
) -> None:
    assert release(world, ann).body["reason"] == "hold_not_open"
    hold(world, ann)
    assert release(world, ann).body["outcome"] == "released"
    assert capture(world, ann).body["reason"] == "hold_not_open"


def test_a_capture_after_its_hold_has_ended_is_declined_for_ever(
    world: World, ann: Enrolled
) -> None:
    hold(world, ann)
    world.wait(hours=3)
    assert capture(world, ann).body["reason"] == "hold_not_open"
    again = capture(world, ann)
    assert (again.body["reason"], again.replayed) == ("hold_not_open", True)


def test_a_capture_of_a_hold_that_was_declined_is_declined_for_ever(world: World) -> None:
    poor = world.enrol()
    assert hold(world, poor).body["reason"] == "insufficient_balance"
    capture(world, poor)
    world.sell(total=5000, member=poor)
    again = capture(world, poor)
    assert (again.body["reason"], again.replayed) == ("hold_not_open", True)


def test_a_hold_that_is_placed_while_its_capture_is_decided_is_captured(
    world: World, ann: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the capture's look at the account and its look at the hold."""
    right, looked = world.books.stored_answer, list[str]()

    def meanwhile(fact: object) -> object:
        if not looked:
            looked.append("once")
            hold(world, ann)
        return right(fact)  # type: ignore[arg-type]

    monkeypatch.setattr(world.books, "stored_answer", meanwhile)
    assert capture(world, ann).body["outcome"] == "captured"


def test_an_undo_that_overtook_its_redemption_is_good_later(world: World, ann: Enrolled) -> None:
    early = world.spending.undo(REQUEST, ann.card_code, world.now)
    assert early.body["reason"] == "redemption_not_found"
    world.spending.spend(REQUEST, ann.card_code, COFFEE, world.now)
    late = world.spending.undo(REQUEST, ann.card_code, world.now)
    assert late.body["outcome"] == "returned"


# Cards that became one


def merged(world: World, old: Enrolled, into: Enrolled, name: str = "m") -> None:
    act = Act("coffee", "anna", name, "because")
    world.staff.merge(act, old.member_id, into.member_id, world.now)


def claim(world: World, member: Enrolled, order: str) -> tuple[str, int]:
    key = OrderKey("coffee", "till", order)
    done = world.sales.claim_order(key, member.card_code, "key:till", world.now)
    return done.result, done.points


def test_a_merged_members_order_is_the_surviving_cards(world: World, ann: Enrolled) -> None:
    ben, cat = world.enrol(), world.enrol()
    merged(world, ann, ben)
    assert claim(world, ben, "rich") == ("unchanged", 0)
    assert claim(world, ann, "rich") == ("unchanged", 0)
    with pytest.raises(Refusal, match="another member"):
        claim(world, cat, "rich")
    merged(world, ben, cat, "m2")
    assert claim(world, cat, "rich") == ("unchanged", 0)
    assert world.balance(cat) == 500


def test_a_parked_order_is_claimed_with_either_card_and_once(world: World, ann: Enrolled) -> None:
    ben = world.enrol()
    world.sell(order="parked", total=1000)
    merged(world, ann, ben)
    assert claim(world, ann, "parked") == ("recorded", 100)
    assert claim(world, ben, "parked") == ("unchanged", 0)
    assert world.balance(ben) == 600


def test_the_surviving_order_is_the_old_cards_too(world: World, ann: Enrolled) -> None:
    ben = world.enrol()
    world.sell(order="ben's", total=1000, member=ben)
    merged(world, ann, ben)
    assert claim(world, ann, "ben's") == ("unchanged", 0)


def test_an_order_that_was_paid_with_points_before_it_was_told_is_the_surviving_cards(
    world: World, ann: Enrolled
) -> None:
    key = OrderKey("coffee", "till", "later")
    world.spending.spend(REQUEST, ann.card_code, COFFEE, world.now, key)
    ben = world.enrol()
    merged(world, ann, ben)
    assert claim(world, ben, "later") == ("unchanged", 0)
    world.sell(order="later", total=1000)
    assert world.balance(ben) == 500
