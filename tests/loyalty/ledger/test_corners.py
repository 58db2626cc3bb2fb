"""Corners in which value could once be made, lost, or moved to the wrong member."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.decide.spending import Price
from loyalty.core.order import BASKET, OrderKey, Part
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.messages import Contact
from loyalty.store import keys, membership
from tests.support import soundness
from tests.support.refusals import refused
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.ledger.books import Answer
    from loyalty.members.enrolment import Enrolled

KEY = OrderKey("coffee", "till", "1")
LEVELS = [
    {"id": f"l{percent}", "name": {"en": "x", "ru": "x"}, "discount": percent * 100, **more}
    for percent, more in ((5, {}), (10, {"spend": 1000}), (15, {"spend": 2000}))
]


def sell(world: World, member: Enrolled | None, *parts: Part, order: str = "1") -> Any:
    report = replace(world.report(order=order, member=member), parts=parts)
    return world.sales.record_order(report, world.now)


def request(name: str = "r") -> Request:
    return Request("coffee", "till", name, "endpoint:till")


def act(name: str = "a") -> Act:
    return Act("coffee", "anna", name, "because")


def pay(world: World, member: Enrolled, order: OrderKey | None = KEY) -> Answer:
    price = Price(reward="free-coffee")
    return world.spending.spend(request(), member.card_code, price, world.now, order)


def sound(world: World) -> bool:
    return soundness.faults(world) == []


def test_points_spent_on_an_order_stay_spent_while_it_grows(world: World, ann: Enrolled) -> None:
    sell(world, ann, Part(BASKET, 1, "completed", 2000), order="before")
    sell(world, ann, Part(BASKET, 1, "open", 1000))
    assert pay(world, ann).body["balance"] == 100
    sell(world, ann, Part(BASKET, 2, "completed", 1000))
    assert world.balance(ann) == 200
    sell(world, ann, Part("payment:1", 1, "completed", 400))
    sell(world, ann, Part("payment:2", 1, "completed", 600))
    assert world.balance(ann) == 200
    assert sound(world)


def test_a_free_coffee_is_not_given_back_by_its_own_order(world: World, ann: Enrolled) -> None:
    sell(world, ann, Part(BASKET, 1, "completed", 2000), order="before")
    pay(world, ann)
    sell(world, ann, Part(BASKET, 1, "completed", 0))
    assert world.balance(ann) == 100
    sell(world, ann, Part(BASKET, 2, "cancelled", 0))
    assert world.balance(ann) == 200


def test_a_refund_that_is_taken_back_spends_again(world: World, ann: Enrolled) -> None:
    sell(world, ann, Part(BASKET, 1, "completed", 2000), order="before")
    pay(world, ann)
    sell(world, ann, Part(BASKET, 1, "completed", 1000))
    sell(world, ann, Part(BASKET, 2, "completed", 1000, refunded=500))
    assert world.balance(ann) == 100 + 50 + 50
    sell(world, ann, Part(BASKET, 3, "completed", 1000))
    assert world.balance(ann) == 100 + 100
    assert sound(world)


def test_a_parked_order_counts_for_whose_card_pays_for_it(world: World, ann: Enrolled) -> None:
    sell(world, ann, Part(BASKET, 1, "completed", 2000), order="before")
    sell(world, None, Part(BASKET, 1, "completed", 1000))
    assert pay(world, ann).body["balance"] == 100
    assert world.balance(ann) == 200
    assert world.sales.parked_orders("coffee", 10, world.now).orders == ()
    assert sound(world)


def test_what_an_order_gave_back_is_not_given_back_by_undoing(world: World, ann: Enrolled) -> None:
    sell(world, ann, Part(BASKET, 1, "completed", 2000), order="before")
    pay(world, ann)
    sell(world, ann, Part(BASKET, 1, "completed", 1000))
    sell(world, ann, Part(BASKET, 2, "completed", 1000, refunded=500))
    undone = world.spending.undo(request(), ann.card_code, world.now)
    assert (undone.body["points"], undone.body["balance"]) == (50, 250)
    sell(world, ann, Part(BASKET, 3, "cancelled", 1000))
    assert world.balance(ann) == 200
    assert sound(world)


def test_undoing_gives_back_to_whoever_spent(world: World, ann: Enrolled) -> None:
    sell(world, ann, Part(BASKET, 1, "completed", 2000))
    pay(world, ann, None)
    ben = world.enrol()
    refused = world.spending.undo(request(), ben.card_code, world.now)
    assert refused.body == {"outcome": "declined", "reason": "redemption_not_found"}
    assert world.spending.undo(request(), ann.card_code, world.now).body["points"] == 100
    assert (world.balance(ann), world.balance(ben)) == (200, 0)


def test_open_orders_take_no_room_and_are_promised_none(world: World) -> None:
    world.put_program(caps=[{"pot": "points", "period": "day", "points": 50}])
    ann = world.enrol()
    for order in ("1", "2", "3"):
        sell(world, ann, Part(BASKET, 1, "open", 400), order=order)
    for order in ("1", "2", "3"):
        sell(world, ann, Part(BASKET, 2, "completed", 400), order=order)
    assert world.balance(ann) == 50


def test_a_late_order_brings_nothing_whose_time_is_over(world: World) -> None:
    world.put_program(pots=[{"id": "points", "expiry": {"months": 1}}])
    ann = world.enrol()
    report = replace(world.report(member=ann), occurred_at=world.now - timedelta(days=70))
    world.sales.record_order(report, world.now)
    assert world.balance(ann) == 0
    assert sound(world)


def test_a_refund_takes_the_orders_own_value_first(world: World) -> None:
    world.put_program(pots=[{"id": "points", "pending_days": 3, "expiry": {"months": 12}}])
    ann = world.enrol()
    sell(world, ann, Part(BASKET, 1, "completed", 1000))
    world.wait(days=10)
    sell(world, ann, Part(BASKET, 1, "completed", 500), order="2")
    sell(world, ann, Part(BASKET, 2, "refunded", 1000))
    pot = world.account(ann).pot("points")
    assert (pot.available, pot.waiting) == (0, 50)


def test_a_quiet_time_takes_one_step_and_only_a_visit_takes_it_back(world: World) -> None:
    tiers = {"levels": LEVELS, "window": "rolling", "down": "step", "quiet_months": 3}
    world.put_program(tiers=tiers)
    ann = world.enrol()
    sell(world, ann, Part(BASKET, 1, "completed", 2000))  # in May
    levels = []
    for month in (8, 9, 10, 11, 12):
        world.now = datetime(2026, month, 15, tzinfo=UTC)
        world.staff.adjust(act(str(month)), ann.member_id, "points", 1, world.now)
        levels.append(world.account(ann).level)
    assert levels == [2, 1, 1, 1, 0]
    sell(world, ann, Part(BASKET, 1, "completed", 100), order="2")
    assert world.account(ann).level == 2


def test_answers_outlive_the_rewards_and_pots_they_were_about(world: World, ann: Enrolled) -> None:
    sell(world, ann, Part(BASKET, 1, "completed", 2000))
    first = pay(world, ann, None)
    given = world.staff.give(act(), ann.member_id, "points", 5, world.now)
    pots = [{"id": "stars"}]
    world.put_program(pots=pots, rewards=[], earning=[{"pot": "stars", "points": 1, "amount": 1}])
    assert pay(world, ann, None) == replace(first, replayed=True)
    again = world.staff.give(act(), ann.member_id, "points", 5, world.now)
    assert again == replace(given, replayed=True)


@pytest.mark.parametrize("points", [0, -5])
def test_nobody_gives_less_than_a_point(world: World, ann: Enrolled, points: int) -> None:
    ben = world.enrol()
    sell(world, ben, Part(BASKET, 1, "completed", 2000))
    with pytest.raises(ValueError, match="at least one"):
        world.staff.give(act(), ann.member_id, "points", points, world.now)
    with pytest.raises(ValueError, match="at least one"):
        world.staff.transfer(act(), ann.member_id, ben.member_id, "points", points, world.now)
    assert (world.balance(ann), world.balance(ben)) == (0, 200)


def test_less_than_nothing_is_not_captured(world: World, ann: Enrolled) -> None:
    sell(world, ann, Part(BASKET, 1, "completed", 2000))
    world.spending.hold(request(), ann.card_code, Price(reward="free-coffee"), world.now)
    with pytest.raises(ValueError, match="at least 0"):
        world.spending.capture(request(), ann.card_code, world.now, points=-5)


def test_a_hold_that_lapses_is_no_redemption(world: World) -> None:
    world.put_program(limits=[{"action": "redeem", "period": "day", "count": 1}])
    ann = world.enrol()
    sell(world, ann, Part(BASKET, 1, "completed", 5000))
    price = Price(reward="free-coffee")
    world.spending.hold(request("h"), ann.card_code, price, world.now)
    assert pay(world, ann, None).body["reason"] == "limit"
    world.wait(minutes=16)
    again = world.spending.spend(request("again"), ann.card_code, price, world.now)
    assert again.body["outcome"] == "redeemed"
    # Released past midnight, it gives no second redemption to the new day.
    world.now = datetime(2026, 5, 6, 3, 50, tzinfo=UTC)
    world.spending.hold(request("late"), ann.card_code, price, world.now)
    world.wait(minutes=11)
    world.spending.release(request("late"), ann.card_code, world.now)
    outcomes = [
        world.spending.spend(request(name), ann.card_code, price, world.now).body["outcome"]
        for name in ("x", "y")
    ]
    assert outcomes == ["redeemed", "declined"]


def test_who_was_merged_is_forgotten_with_whom_they_became(world: World, ann: Enrolled) -> None:
    ben = world.enrol()
    world.staff.merge(act("m"), ann.member_id, ben.member_id, world.now)
    world.erasure.erase(act("e"), ann.member_id, world.now)
    for one in (ann, ben):
        person = membership.read_member(world.books.tables, "coffee", one.member_id)
        assert person is not None
        assert person.is_forgotten
        assert person.first_name == ""
    assert world.account(ben).closed


def leave_behind(world: World, member: Enrolled) -> Any:
    """Erase a member; return the account as it is left."""
    world.erasure.erase(act("gone"), member.member_id, world.now)
    return world.account(member)


def test_who_has_left_buys_nothing_and_the_order_waits_for_another_card(
    world: World, ann: Enrolled
) -> None:
    left = leave_behind(world, ann)
    assert sell(world, ann, Part(BASKET, 1, "completed", 1000)).result == "parked"
    assert sell(world, ann, Part(BASKET, 1, "completed", 1000)).result == "unchanged"
    assert world.account(ann) == left
    assert [order.key for order in world.sales.parked_orders("coffee", 9, world.now).orders] == [
        KEY
    ]
    with refused("card_not_found"):
        world.sales.claim_order(KEY, ann.card_code, "key:till", world.now)
    again = world.enrol()
    world.sales.claim_order(KEY, again.card_code, "key:till", world.now)
    assert world.balance(again) == 100
    assert world.account(ann) == left


def test_who_has_left_may_be_somebody_else_by_another_hint(world: World, ann: Enrolled) -> None:
    leave_behind(world, ann)
    ben = world.enrol()
    report = world.report(member=ann)
    hints = tuple(sorted((*report.hints, *world.report(member=ben).hints)))
    assert world.sales.record_order(replace(report, hints=hints), world.now).points == 100
    assert world.balance(ben) == 100


def test_an_order_that_had_not_counted_before_goodbye_is_nobodys(
    world: World, ann: Enrolled
) -> None:
    sell(world, ann, Part(BASKET, 1, "open", 1000))
    left = leave_behind(world, ann)
    assert sell(world, ann, Part(BASKET, 2, "completed", 1000)).result == "parked"
    assert world.account(ann) == left


def test_refunds_of_what_counted_before_goodbye_still_count(world: World, ann: Enrolled) -> None:
    sell(world, ann, Part(BASKET, 1, "completed", 1000))
    leave_behind(world, ann)
    outcome = sell(world, ann, Part(BASKET, 2, "refunded", 1000))
    assert (outcome.result, outcome.points) == ("recorded", -100)
    account = world.account(ann)
    assert (account.spend, account.visits, account.balance("points")) == (0, 0, 0)
    assert sound(world)


def test_an_order_that_was_paid_with_points_before_goodbye_stays_theirs_and_earns_nothing(
    world: World, ann: Enrolled
) -> None:
    sell(world, ann, Part(BASKET, 1, "completed", 1000), order="before")
    pay(world, ann)
    leave_behind(world, ann)
    outcome = sell(world, ann, Part(BASKET, 1, "completed", 1000))
    assert (outcome.result, outcome.points) == ("recorded", 0)
    assert world.balance(ann) == 0
    assert world.account(ann).spend == 2000
    quote = world.sales.quote(world.report(order="2"), ann.member_id, world.now)
    assert quote is not None
    assert [step.kind for step in quote.steps] == ["membership_ended"]


def test_who_was_merged_goes_on_buying_as_whom_they_became(world: World, ann: Enrolled) -> None:
    ben = world.enrol()
    world.staff.merge(act("m"), ann.member_id, ben.member_id, world.now)
    assert sell(world, ann, Part(BASKET, 1, "completed", 1000)).result == "recorded"
    assert world.balance(ben) == 100


def test_what_waits_goes_on_waiting_after_a_merge(world: World) -> None:
    world.put_program(pots=[{"id": "points", "pending_days": 10, "expiry": {"months": 12}}])
    ann, ben = world.enrol(), world.enrol()
    sell(world, ann, Part(BASKET, 1, "completed", 1000))
    before = world.account(ann).pot("points")
    world.staff.merge(act("m"), ann.member_id, ben.member_id, world.now)
    assert world.account(ben).pot("points") == before
    assert (before.available, before.waiting) == (0, 100)
    # A refund finds it there, and the rest becomes spendable on its day.
    sell(world, ann, Part(BASKET, 2, "completed", 1000, refunded=400))
    assert world.account(ben).pot("points").waiting == 60
    world.wait(days=10)
    world.staff.adjust(act("a"), ben.member_id, "points", 1, world.now)
    assert world.balance(ben) == 61
    assert sound(world)


def test_an_undone_redemption_leaves_room_for_another(world: World) -> None:
    world.put_program(limits=[{"action": "redeem", "period": "day", "count": 1}])
    ann = world.enrol()
    sell(world, ann, Part(BASKET, 1, "completed", 3000))
    assert pay(world, ann, None).body["outcome"] == "redeemed"
    price = Price(reward="free-coffee")
    spend = world.spending.spend
    assert spend(request("x"), ann.card_code, price, world.now).body["reason"] == "limit"
    world.spending.undo(request(), ann.card_code, world.now)
    world.spending.undo(request(), ann.card_code, world.now)
    assert spend(request("y"), ann.card_code, price, world.now).body["outcome"] == "redeemed"
    assert spend(request("z"), ann.card_code, price, world.now).body["reason"] == "limit"
    assert sound(world)


def test_a_known_order_is_quoted_as_it_will_be_counted(world: World, ann: Enrolled) -> None:
    sell(world, ann, Part(BASKET, 1, "completed", 1000))
    world.wait(seconds=1)
    world.put_program(
        earning=[{"pot": "points", "points": 9, "amount": 10}], discount={"basis_points": 2000}
    )
    half = replace(world.report(), parts=(Part(BASKET, 2, "completed", 500),))
    quote = world.sales.quote(half, ann.member_id, world.now)
    assert quote is not None
    assert (quote.points, quote.discount) == (-50, 0)
    assert world.sales.record_order(half, world.now).points == quote.points
    new = world.sales.quote(world.report(order="2", total=500), ann.member_id, world.now)
    assert new is not None
    assert (new.points, new.discount) == (450, 100)


def test_a_claimed_order_rewards_the_friend(world: World, ann: Enrolled) -> None:
    world.put_program(referral={"pot": "points", "referrer": 50, "friend": 20})
    ben = world.enrol()
    item = next(
        item
        for key, item in world.tables.items.items()
        if key.sk == "MEMBER" and key.pk.endswith(ben.member_id)
    )
    item["rf"] = ann.member_id
    sell(world, None, Part(BASKET, 1, "completed", 1000))
    world.sales.claim_order(KEY, ben.card_code, "key:till", world.now)
    assert (world.balance(ann), world.balance(ben)) == (50, 120)


def test_who_is_merged_or_erased_leaves_no_words_behind(world: World) -> None:
    """Names, contacts and what staff wrote go; only pseudonyms stay in the ledger."""
    old = world.enrol(Contact("email", "old-canary@example.com"))
    new = world.enrol(Contact("email", "new-canary@example.com"))
    note = Act("coffee", "key1", "n1", "canary: was rude to the staff")
    world.staff.give(note, old.member_id, "points", 5, world.now)
    world.staff.merge(replace(note, id="n2"), old.member_id, new.member_id, world.now)
    assert "old-canary" not in str(world.tables.items[keys.member_key("coffee", old.member_id)])
    world.erasure.erase(replace(note, id="n3"), old.member_id, world.now)
    left = str(list(world.tables.items.values()))
    assert "canary" not in left


def test_orders_dated_back_count_under_the_cap_of_their_own_day() -> None:
    world = World()
    world.put_program(caps=[{"pot": "points", "period": "day", "points": 50}])
    ann = world.enrol()
    today = world.now
    world.sell(order="today", total=400, member=ann)
    for number, days in enumerate((1, 2, 2)):
        report = replace(
            world.report(order=f"{number}: {days} ago", total=400, member=ann),
            occurred_at=today - timedelta(days=days),
        )
        world.sales.record_order(report, today)
    assert world.balance(ann) == 40 + 40 + 50
