"""What tills report: earned once, taken back, parked, claimed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING

from loyalty.core.order import OrderKey
from loyalty.messages import Contact
from tests.support.refusals import refused
from tests.support.soundness import sound
from tests.support.world import TOKENS, World, settled

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled


def test_a_sale_earns_and_changes_the_card(world: World, ann: Enrolled) -> None:
    before = world.account(ann)
    outcome = world.sell(total=1250, member=ann)
    after = world.account(ann)
    assert (outcome.result, outcome.points) == ("recorded", 125)
    assert after.balance("points") == 125
    assert (after.seq, after.revision) == (1, before.revision + 1)
    assert after.card_version == before.card_version + 1
    assert (after.spend, after.visits) == (1250, 1)
    assert len(world.unpublished()) == 1
    assert sound(world, ann)


def test_a_repeat_changes_nothing(world: World, ann: Enrolled) -> None:
    world.sell(total=1250, member=ann)
    once = world.account(ann)
    again = world.sell(total=1250, member=ann)
    assert (again.result, again.points) == ("unchanged", 0)
    assert world.account(ann) == once


def test_fractions_of_a_point_are_carried_to_the_next_order(world: World, ann: Enrolled) -> None:
    for number in range(10):
        world.sell(order=str(number), total=5, member=ann)
    assert world.balance(ann) == 5  # ten times half a point
    assert world.account(ann).pot("points").remainder == 0
    world.sell(order="odd", total=5, member=ann)
    assert world.account(ann).pot("points").remainder == Fraction(1, 2)
    assert sound(world, ann)


def test_what_changes_nothing_visible_does_not_ask_for_a_push(world: World, ann: Enrolled) -> None:
    version = world.account(ann).card_version
    world.sell(total=3, member=ann)  # less than a point
    assert world.account(ann).card_version == version
    assert world.unpublished() == []
    assert world.account(ann).visits == 1


def test_a_refund_takes_back_what_the_order_had_earned(world: World, ann: Enrolled) -> None:
    world.sell(order="kept", total=1005, member=ann)
    kept = settled(world.account(ann))
    world.sell(order="returned", total=1999, member=ann)
    outcome = world.sell(order="returned", version=2, total=1999, status="refunded", member=ann)
    assert outcome.points < 0
    assert settled(world.account(ann)) == kept
    assert sound(world, ann)


def test_a_smaller_total_takes_back_the_difference(world: World, ann: Enrolled) -> None:
    world.sell(total=2000, member=ann)
    world.sell(version=2, total=500, member=ann)
    assert world.balance(ann) == 50


def test_a_refund_of_spent_points_is_owed_and_paid_first(world: World, ann: Enrolled) -> None:
    world.sell(total=1000, member=ann)
    world.redeem(ann)
    world.sell(version=2, total=1000, status="refunded", member=ann)
    assert world.balance(ann) == 0
    assert world.account(ann).pot("points").debt == 100
    assert sound(world, ann)
    world.sell(order="2", total=1500, member=ann)
    assert world.balance(ann) == 50
    assert world.account(ann).pot("points").debt == 0
    assert sound(world, ann)


def test_every_order_of_arrival_ends_the_same() -> None:
    versions = [
        {"version": 1, "status": "open", "total": 800},
        {"version": 2, "total": 777},
        {"version": 3, "total": 2345},
        {"version": 4, "total": 1234},
        {"version": 5, "status": "refunded", "total": 1234},
    ]
    for last in range(1, len(versions) + 1):
        ends = set()
        for arrival in permutations(versions[:last]):
            world = World()
            world.put_program()
            ann = world.enrol(Contact("email", "ann@example.com"))
            world.sell(order="other", total=995, member=ann)
            for report in [*arrival, arrival[0]]:
                world.sell(member=ann, **report)  # type: ignore[arg-type]
            account = world.account(ann)
            assert sound(world, ann)
            pot = account.pot("points")
            ends.add((pot.lots, pot.remainder, pot.debt, account.spend, account.visits))
        assert len(ends) == 1, versions[:last]


def test_one_order_through_both_doors_counts_once(world: World, ann: Enrolled) -> None:
    world.sell(total=1000, part="payment:p1", source="square")
    parked = world.sales.parked_orders("coffee", 10, world.now).orders
    assert [order.key.id for order in parked] == ["1"]
    world.sell(total=1000, source="square", member=ann)
    assert world.balance(ann) == 100
    world.sell(total=1000, version=2, part="payment:p1", source="square")
    assert world.balance(ann) == 100
    assert world.sales.parked_orders("coffee", 10, world.now).orders == ()


def test_two_payments_make_one_order(world: World, ann: Enrolled) -> None:
    world.sell(total=400, part="payment:p1", member=ann)
    world.sell(total=600, part="payment:p2", member=ann)
    assert world.balance(ann) == 100
    assert world.account(ann).visits == 1


def test_a_payment_that_is_not_completed_counts_nothing(world: World, ann: Enrolled) -> None:
    world.sell(total=400, status="open", part="payment:p1", member=ann)
    assert world.balance(ann) == 0
    assert world.account(ann).visits == 0


def test_one_version_with_two_contents_is_told(world: World, ann: Enrolled) -> None:
    world.sell(total=1000, member=ann)
    assert world.sell(total=2000, member=ann).conflict
    assert world.balance(ann) == 100  # the smaller, whichever came first


def test_value_expires_at_the_end_of_its_month_and_not_a_moment_before() -> None:
    world = World()
    world.put_program(pots=[{"id": "points", "expiry": {"months": 1}}])
    ann = world.enrol()
    world.sell(total=2000, member=ann)
    # Granted in May: June is the whole month; it ends at midnight in New York.
    world.now = datetime(2026, 7, 1, 3, 59, 59, 999999, tzinfo=UTC)
    assert world.redeem(ann, "before").body["outcome"] == "redeemed"
    world.now = datetime(2026, 7, 1, 4, 0, 0, tzinfo=UTC)
    assert world.redeem(ann, "at").body == {
        "outcome": "declined",
        "reason": "insufficient_balance",
        "balance": 0,
        "price": 100,
    }
    version = world.account(ann).card_version
    world.sell(order="2", total=100, member=ann)
    assert world.balance(ann) == 10
    assert world.account(ann).card_version == version + 1
    assert world.entries(ann)[-1].postings[0].measure == "lot"
    assert sound(world, ann)


def test_an_order_of_nobody_is_parked_and_claimed(world: World, ann: Enrolled) -> None:
    assert world.sell(total=1000).result == "parked"
    world.wait(days=29)
    key = OrderKey("coffee", "till", "1")
    outcome = world.sales.claim_order(key, ann.card_code, "key:till", world.now)
    assert (outcome.result, outcome.points) == ("recorded", 100)
    assert world.balance(ann) == 100
    again = world.sales.claim_order(key, ann.card_code, "key:till", world.now)
    assert again.result == "unchanged"
    assert world.balance(ann) == 100
    world.sell(version=2, status="refunded", total=1000)
    assert world.balance(ann) == 0
    assert sound(world, ann)


def test_claims_are_refused_for_good_reasons(world: World, ann: Enrolled) -> None:
    world.sell(total=1000)
    key = OrderKey("coffee", "till", "1")
    with refused("order_not_found"):
        world.sales.claim_order(OrderKey("coffee", "till", "2"), ann.card_code, "key", world.now)
    with refused("card_not_found"):
        world.sales.claim_order(key, "1.A.NOTACODE.NOTACODE", "key", world.now)
    world.wait(days=30)
    with refused("order_not_found"):
        world.sales.claim_order(key, ann.card_code, "key", world.now)
    world.now = world.now.replace(month=5, day=5)
    world.sales.claim_order(key, ann.card_code, "key", world.now)
    with refused("order_taken"):
        world.sales.claim_order(key, world.enrol().card_code, "key", world.now)


def test_a_contact_collects_only_once_it_is_confirmed(world: World) -> None:
    contact = Contact("email", "ann@example.com")
    ann = world.enrol(contact)
    hint = f"contact:{TOKENS.contact_key('coffee', contact)}"

    def buy(order: str) -> str:
        report = replace(world.report(order=order), hints=(hint,))
        return world.sales.record_order(report, world.now).result

    assert buy("1") == "parked"
    code = world.code()
    assert world.proving.prove(ann.link, "wrong", world.now) == "wrong"
    assert world.proving.prove("no link", code, world.now) == "none"
    assert world.proving.standing(ann.link) == "open"
    assert world.proving.prove(ann.link, code, world.now) == "proved"
    assert world.proving.standing(ann.link) == "proved"
    assert buy("2") == "recorded"
    assert world.balance(ann) == 100


def test_cards_of_another_program_are_nobody_here(world: World) -> None:
    world.put_program("barber")
    bob = world.enrol(program="barber")
    assert world.sell(total=1000, member=bob).result == "parked"


def test_a_later_version_counts_by_the_program_of_the_first(world: World, ann: Enrolled) -> None:
    world.sell(total=1000, member=ann)
    world.wait(seconds=1)
    world.put_program(earning=[{"pot": "points", "points": 1, "amount": 100}])
    world.sell(version=2, total=2000, member=ann)
    assert world.balance(ann) == 200
    world.sell(order="2", total=1000, member=ann)
    assert world.balance(ann) == 210


def test_a_fixed_discount_shows_no_change(world: World) -> None:
    world.put_program("barber")
    bob = world.enrol(program="barber")
    outcome = world.sell(total=3500, member=bob, program="barber")
    account = world.account(bob, "barber")
    assert (outcome.result, account.spend, account.visits) == ("recorded", 3500, 1)
    assert account.card_version == 1
