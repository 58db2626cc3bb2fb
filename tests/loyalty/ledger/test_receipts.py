"""Claiming by receipt: number, amount and day together, and no word about which was wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from loyalty.ledger.receipts import Receipt
from loyalty.refusals import Refusal
from loyalty.store import commit, deed_log, keys
from tests.loyalty.ledger.acts import act
from tests.support import soundness
from tests.support.refusals import refused

if TYPE_CHECKING:
    from loyalty.ledger.sales import OrderOutcome
    from loyalty.members.enrolment import Enrolled
    from tests.support.world import World

KEY = "key:anna"
DAY = date(2026, 5, 4)
RIGHT = Receipt("A-17", 1999, DAY)


@pytest.fixture
def world(world: World) -> World:
    world.sell(order="A-17", total=1999)
    return world


def claim(
    world: World, member: Enrolled, receipt: Receipt = RIGHT, actor: str = KEY
) -> OrderOutcome:
    return world.receipts.claim("coffee", receipt, member.member_id, actor, world.now)


@pytest.mark.parametrize("typed", ["A-17", "a17", " № A 17 ", "#A-17", "\uff21-17"])
def test_a_receipt_is_claimed_as_people_type_it(world: World, ann: Enrolled, typed: str) -> None:
    outcome = claim(world, ann, replace(RIGHT, number=typed))
    assert (outcome.result, outcome.points) == ("recorded", 199)
    assert claim(world, ann).result == "unchanged"
    assert world.balance(ann) == 199
    assert soundness.faults(world) == []


@pytest.mark.parametrize(
    "receipt",
    [
        replace(RIGHT, number="A-18"),
        replace(RIGHT, number=""),
        replace(RIGHT, number="..."),
        replace(RIGHT, amount=1998),
        replace(RIGHT, amount=0),
        replace(RIGHT, day=DAY - timedelta(days=1)),
        replace(RIGHT, day=DAY + timedelta(days=1)),
    ],
)
def test_whatever_is_wrong_answers_alike(world: World, ann: Enrolled, receipt: Receipt) -> None:
    with pytest.raises(Refusal) as unknown:
        claim(world, ann, replace(RIGHT, number="nothing"), "member:x")
    with pytest.raises(Refusal) as wrong:
        claim(world, ann, receipt, "member:x")
    assert vars(wrong.value) == vars(unknown.value)
    assert wrong.value.code == "receipt_not_found"
    assert world.balance(ann) == 0


def test_what_is_another_members_answers_like_nothing(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    claim(world, ann)
    with refused("receipt_not_found"):
        claim(world, ben)
    # It was somebody's from the beginning, so it was never to be found by its receipt.
    world.sell(order="B-1", total=500, member=ann)
    with refused("receipt_not_found"):
        claim(world, ben, Receipt("B-1", 500, DAY))


def test_a_customer_has_five_tries_in_an_hour_and_a_key_has_twenty(
    world: World, ann: Enrolled
) -> None:
    wrong = replace(RIGHT, amount=1)
    for actor, most in ((f"member:{ann.member_id}", 5), (KEY, 20)):
        for _ in range(most):
            with refused("receipt_not_found"):
                claim(world, ann, wrong, actor)
        with refused("too_many_misses"):
            claim(world, ann, RIGHT, actor)
    world.wait(hours=1)
    assert claim(world, ann, RIGHT, f"member:{ann.member_id}").result == "recorded"


def test_right_ones_are_no_misses(world: World, ann: Enrolled) -> None:
    for _ in range(9):
        claim(world, ann, RIGHT, "member:x")


def test_the_amount_may_be_what_was_rung_up_or_what_is_left(world: World, ann: Enrolled) -> None:
    world.sell(order="B-1", total=1000)
    world.sell(order="B-1", part="refund:1", total=300)
    with refused("receipt_not_found"):
        claim(world, ann, Receipt("B-1", 300, DAY))
    assert claim(world, ann, Receipt("B-1", 700, DAY)).points == 70
    assert claim(world, ann, Receipt("B-1", 1000, DAY)).result == "unchanged"
    world.sell(order="B-2", total=1000)
    world.sell(order="B-2", version=2, total=1000, status="refunded")
    with refused("receipt_not_found"):
        claim(world, ann, Receipt("B-2", 1000, DAY))


def test_the_day_is_the_shops(world: World, ann: Enrolled) -> None:
    # In New York it is still the 4th.
    world.wait(hours=15)
    world.sell(order="late", total=1000)
    assert world.now.date() == DAY + timedelta(days=1)
    assert claim(world, ann, Receipt("late", 1000, DAY)).result == "recorded"


def test_two_tills_may_count_alike_and_what_cannot_be_told_apart_is_for_staff(
    world: World, ann: Enrolled
) -> None:
    world.sell(order="a17", total=1999, source="other")
    with refused("receipt_not_found"):
        claim(world, ann)
    world.sell(order="A17", total=1000, source="other")
    assert claim(world, ann, replace(RIGHT, amount=1000)).points == 100


def test_after_thirty_days_it_is_gone(world: World, ann: Enrolled) -> None:
    world.wait(days=30)
    with refused("receipt_not_found"):
        claim(world, ann)
    place = next(key for key in world.tables.items if "#R#" in key.pk)
    ends = world.tables.items[keys.order_key(world.report(order="A-17").key)]["ttl"]
    assert world.tables.items[place]["ttl"] == ends
    assert ends == int((world.now - timedelta(days=30)).timestamp()) + commit.PARKED_SECONDS


def test_who_has_left_claims_nothing(world: World, ann: Enrolled) -> None:
    world.erasure.erase(act("e"), ann.member_id, world.now)
    with refused("card_not_found"):
        claim(world, ann)


def test_a_forgotten_order_is_not_found(world: World, ann: Enrolled) -> None:
    world.order_acts.forget(act("f"), world.report(order="A-17").key, world.now)
    with refused("receipt_not_found"):
        claim(world, ann)


def test_an_order_that_was_claimed_and_then_forgotten_is_not_found_by_anybody(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    claim(world, ann)
    world.order_acts.forget(act("f"), world.report(order="A-17").key, world.now)
    for member in (ann, ben):
        with refused("receipt_not_found"):
            claim(world, member)
    assert (world.balance(ann), world.balance(ben)) == (0, 0)
    assert soundness.faults(world) == []


def test_of_two_that_a_receipt_fits_the_one_that_is_not_forgotten_is_claimed(
    world: World, ann: Enrolled
) -> None:
    world.sell(order="a17", total=1999, source="other")
    with refused("receipt_not_found"):
        claim(world, ann)
    world.order_acts.forget(act("f"), world.report(order="A-17").key, world.now)
    assert claim(world, ann).key.source == "other"
    assert claim(world, ann).result == "unchanged"
    assert world.balance(ann) == 199


def test_the_receipt_of_a_sale_that_moved_is_its_new_members(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    claim(world, ann)
    world.order_acts.move(act("m"), world.report(order="A-17").key, ben.member_id, world.now)
    with refused("receipt_not_found"):
        claim(world, ann)
    assert claim(world, ben).result == "unchanged"
    assert (world.balance(ann), world.balance(ben)) == (0, 199)


def test_a_claim_with_a_key_leaves_a_line(world: World, ann: Enrolled) -> None:
    claim(world, ann)
    (line,) = deed_log.of_key(world.tables, "coffee", "anna", "", 10).deeds
    assert (line.kind, line.member, line.before["member"]) == ("claim", ann.member_id, None)
    assert (line.after["points"], line.after["order"]) == (199, "A-17")
    world.sell(order="B-1", total=500)
    claim(world, ann, Receipt("B-1", 500, DAY), f"member:{ann.member_id}")
    assert len(deed_log.of_member(world.tables, "coffee", ann.member_id, "", 10).deeds) == 1
