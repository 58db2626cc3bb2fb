"""Acts on orders: a sale goes to its right member, exactly; a double counts for nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.decide.spending import Price
from loyalty.core.order import OrderKey
from loyalty.ledger.spending import Request
from loyalty.store import deed_log, keys, reading
from tests.loyalty.ledger.acts import act
from tests.support import soundness
from tests.support.refusals import refused
from tests.support.world import START, World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

KEY = OrderKey("coffee", "till", "1")


def figures(world: World, member: Enrolled) -> tuple[Any, ...]:
    account = world.account(member)
    return dict(account.pots), account.spend, account.visits, account.earned, account.caps


def test_a_moved_sale_is_as_if_it_had_been_the_others_from_the_beginning(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    nothing = figures(world, ann)
    world.sell(total=1999, member=ann)
    wanted = figures(world, ann)
    answer = world.order_acts.move(act("1"), KEY, ben.member_id, world.now)
    assert answer.body == {"outcome": "moved", "taken": 199, "given": 199}
    assert figures(world, ben) == wanted
    assert figures(world, ann) == nothing
    assert soundness.faults(world) == []
    again = world.order_acts.move(act("1"), KEY, ben.member_id, world.now)
    assert again == replace(answer, replayed=True)
    with refused("id_reused"):
        world.order_acts.move(act("1"), KEY, ann.member_id, world.now)


def test_what_is_told_later_follows_the_sale(world: World, ann: Enrolled, ben: Enrolled) -> None:
    world.sell(total=1999, member=ann)
    world.order_acts.move(act("1"), KEY, ben.member_id, world.now)
    # The till goes on naming whom it had named, and perhaps in further words.
    assert world.sell(version=2, total=1000, member=ann).member == ben.member_id
    told = world.report(version=3, total=900, member=ann)
    told = replace(told, hints=(*told.hints, "phone:whoever"))
    assert world.sales.record_order(told, world.now).member == ben.member_id
    assert (world.balance(ann), world.balance(ben)) == (0, 90)
    world.sell(version=4, total=900, status="refunded", member=ann)
    assert (world.balance(ann), world.balance(ben)) == (0, 0)
    assert soundness.faults(world) == []
    # And back again.
    world.sell(version=5, total=700, member=ann)
    world.order_acts.move(act("2"), KEY, ann.member_id, world.now)
    assert soundness.faults(world) == []
    assert reading.read_order(world.tables, KEY).former == (ann.member_id, ben.member_id)  # type: ignore[union-attr]


@pytest.mark.parametrize("debt", ["owe", "forgive"])
def test_what_was_spent_meanwhile_is_owed_or_forgiven_and_never_made(debt: str) -> None:
    world = World()
    world.put_program(debt=debt)
    ann, ben = world.enrol(), world.enrol()
    world.sell(total=1999, member=ann)
    world.redeem(ann)
    left = world.balance(ann)
    world.order_acts.move(act("1"), KEY, ben.member_id, world.now)
    assert world.balance(ben) == 199
    assert world.balance(ann) == 0
    assert world.account(ann).pot("points").debt == (199 - left if debt == "owe" else 0)
    assert soundness.faults(world) == []
    world.sell(version=2, total=1000, member=ben)
    world.order_acts.move(act("2"), KEY, ann.member_id, world.now)
    assert soundness.faults(world) == []
    assert not [fault for page in world.night(1) for fault in page.faults]


def test_whom_it_cannot_be_moved_to(world: World, ann: Enrolled, ben: Enrolled) -> None:
    move = world.order_acts.move
    with refused("order_not_found"):
        move(act("1"), KEY, ben.member_id, world.now)
    world.sell(total=1999)
    with refused("order_not_found"):
        move(act("1"), KEY, ben.member_id, world.now)
    world.sell(order="2", total=1999, member=ann)
    key = replace(KEY, id="2")
    with refused("member_not_found"):
        move(act("1"), key, "nobody", world.now)
    with refused("same_member"):
        move(act("1"), key, ann.member_id, world.now)
    world.erasure.erase(act("e"), ben.member_id, world.now)
    with refused("member_not_found"):
        move(act("1"), key, ben.member_id, world.now)


def test_a_sale_that_was_paid_with_points_waits_until_that_is_undone(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    world.sell(order="before", total=9000, member=ann)
    world.sell(total=1999, member=ann)
    request = Request("coffee", "till", "r", "endpoint:till")
    price = Price(reward="free-coffee")
    world.spending.spend(request, ann.card_code, price, world.now, KEY)
    with refused("order_paid_with_points"):
        world.order_acts.move(act("1"), KEY, ben.member_id, world.now)
    with refused("order_paid_with_points"):
        world.order_acts.forget(act("2"), KEY, world.now)
    world.spending.undo(request, ann.card_code, world.now)
    world.order_acts.move(act("1"), KEY, ben.member_id, world.now)
    assert world.balance(ben) == 199
    assert soundness.faults(world) == []


def test_who_left_gives_back_what_was_never_theirs(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    world.sell(total=1999, member=ann)
    world.erasure.erase(act("e"), ann.member_id, world.now)
    world.order_acts.move(act("1"), KEY, ben.member_id, world.now)
    assert world.balance(ben) == 199
    assert soundness.faults(world) == []


def test_who_was_merged_is_who_they_are_now(world: World, ann: Enrolled, ben: Enrolled) -> None:
    cat = world.enrol()
    world.sell(total=1999, member=ann)
    world.staff.merge(act("m"), ann.member_id, cat.member_id, world.now)
    world.order_acts.move(act("1"), KEY, ben.member_id, world.now)
    assert (world.balance(cat), world.balance(ben)) == (0, 199)
    assert soundness.faults(world) == []
    world.order_acts.move(act("2"), KEY, ann.member_id, world.now)
    assert (world.balance(cat), world.balance(ben)) == (199, 0)
    assert soundness.faults(world) == []
    world.now = START
    for _ in range(28):
        world.wait(days=1)
        assert not [fault for page in world.night(1) for fault in page.faults]


def test_a_referral_goes_with_the_sale_that_it_was_for() -> None:
    world = World()
    world.put_program(referral={"pot": "points", "referrer": 40, "friend": 20})
    ann = world.enrol()
    application = world.applied(referrer=ann)
    cat = world.enrolment.enrol("coffee", application, world.now)
    ben = world.enrol()
    world.sell(total=1000, member=cat)
    assert world.balance(ann) == 40
    world.order_acts.move(act("1"), KEY, ben.member_id, world.now)
    assert world.balance(ann) == 0
    assert world.balance(cat) == 0
    assert soundness.faults(world) == []


def doubled(world: World, ann: Enrolled, ben: Enrolled) -> OrderKey:
    """Sell twice under one id, to two people; return the key of the second."""
    world.sell(total=1999, member=ann)
    world.sell(total=500, member=ben)
    (double,) = world.sales.possible_doubles("coffee", 10, world.now).orders
    assert double.member == ben.member_id
    return double.key


def listed(world: World) -> list[OrderKey]:
    return [one.key for one in world.sales.possible_doubles("coffee", 10, world.now).orders]


def test_a_double_that_is_forgotten_counts_for_nothing_whatever_is_told_of_it(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    key = doubled(world, ann, ben)
    answer = world.order_acts.forget(act("1"), key, world.now)
    assert answer.body == {"outcome": "forgotten", "taken": 50}
    assert world.order_acts.forget(act("1"), key, world.now).replayed
    assert listed(world) == []
    assert world.balance(ben) == 0
    world.sell(version=2, total=700, member=ben)
    assert (world.balance(ann), world.balance(ben)) == (199, 0)
    assert listed(world) == []
    assert soundness.faults(world) == []
    assert not [fault for page in world.night(1) for fault in page.faults]


def test_a_double_that_is_kept_counts_and_is_listed_no_more(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    key = doubled(world, ann, ben)
    assert world.order_acts.keep(act("1"), key, world.now).body == {"outcome": "kept"}
    assert world.order_acts.keep(act("1"), key, world.now).replayed
    assert listed(world) == []
    world.sell(version=2, total=700, member=ben)
    assert listed(world) == []
    assert world.balance(ben) == 70
    assert soundness.faults(world) == []


def test_a_parked_order_that_is_forgotten_is_in_no_list_and_nobodys(
    world: World, ann: Enrolled
) -> None:
    world.sell(total=1999)
    assert world.order_acts.forget(act("1"), KEY, world.now).body["taken"] == 0
    assert world.sales.parked_orders("coffee", 10, world.now).orders == ()
    with refused("order_not_found"):
        world.sales.claim_order(KEY, ann.card_code, "key:till", world.now)
    with refused("order_not_found"):
        world.order_acts.move(act("2"), KEY, ann.member_id, world.now)
    assert world.sell(version=2, total=500, member=ann).member is None
    assert world.balance(ann) == 0
    assert world.sales.parked_orders("coffee", 10, world.now).orders == ()
    assert "ttl" in world.tables.items[keys.order_key(KEY)]
    assert soundness.faults(world) == []


def test_every_act_leaves_a_line_with_each_member_and_with_the_key(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    world.sell(total=1999, member=ann)
    world.order_acts.move(act("1", reason="Mr. Smith's"), KEY, ben.member_id, world.now)
    for member, before, after in ((ann, 199, 0), (ben, 0, 199)):
        page = deed_log.of_member(world.tables, "coffee", member.member_id, "", 10)
        (line,) = page.deeds
        assert (line.kind, line.key, line.id, line.at) == ("move", "anna", "1", world.now)
        assert line.before.get("points", 0) == before
        assert line.after.get("points", 0) == after
        assert (line.before["member"], line.after["member"]) == (ann.member_id, ben.member_id)
        assert (line.after["source"], line.after["order"]) == ("till", "1")
    by_key = deed_log.of_key(world.tables, "coffee", "anna", "", 10)
    assert {line.member for line in by_key.deeds} == {ann.member_id, ben.member_id}
    assert "Smith" not in str(by_key)


def test_a_forgotten_order_that_a_card_pays_for_stays_with_whoever_paid(
    world: World, ann: Enrolled
) -> None:
    """Else nobody would have back what was spent on it."""
    world.sell("before", total=5000, member=ann)
    world.sell(total=1999)
    world.order_acts.forget(act("1"), KEY, world.now)
    price = Price(reward="free-coffee")
    request = Request("coffee", "till", "r", "key:till")
    world.spending.spend(request, ann.card_code, price, world.now, KEY)
    assert world.balance(ann) == 400
    told = world.sell(version=2, total=1999, status="cancelled")
    assert (told.result, told.member) == ("recorded", ann.member_id)
    assert world.balance(ann) == 500
    assert world.sell(version=2, total=1999, status="cancelled").result == "unchanged"
    assert soundness.faults(world) == []


def test_what_another_customer_buys_under_a_forgotten_id_is_not_lost(
    world: World, ann: Enrolled
) -> None:
    ben = world.enrol()
    world.sell("before", total=5000, member=ann)
    world.sell(total=1999)
    world.order_acts.forget(act("1"), KEY, world.now)
    price = Price(reward="free-coffee")
    request = Request("coffee", "till", "r", "key:till")
    world.spending.spend(request, ann.card_code, price, world.now, KEY)
    told = world.sell(version=2, total=1000, member=ben)
    assert (told.member, told.points, told.double) == (ben.member_id, 100, True)
    assert (world.balance(ann), world.balance(ben)) == (400, 100)


def test_a_far_away_sale_under_a_forgotten_id_is_not_lost(world: World, ann: Enrolled) -> None:
    world.sell(total=1999)
    world.order_acts.forget(act("1"), KEY, world.now)
    assert world.sell(version=2, total=700, member=ann).member is None
    world.wait(days=14)
    world.sold_at.clear()
    for _ in range(2):
        assert world.sell(version=1, total=1000, member=ann).double
    assert world.balance(ann) == 100
    assert soundness.faults(world) == []


def brought() -> tuple[World, Enrolled, Enrolled]:
    """Return a shop where both sides of a referral are rewarded, who brought, and the friend."""
    world = World()
    world.put_program(referral={"pot": "points", "referrer": 40, "friend": 20})
    ann = world.enrol()
    cat = world.enrolment.enrol("coffee", world.applied(referrer=ann), world.now)
    return world, ann, cat


def test_a_referral_goes_with_the_only_purchase_that_is_forgotten_and_comes_with_the_next() -> None:
    world, ann, cat = brought()
    world.sell(total=1000, member=cat)
    assert (world.balance(ann), world.balance(cat)) == (40, 120)
    world.order_acts.forget(act("1"), KEY, world.now)
    assert (world.balance(ann), world.balance(cat)) == (0, 0)
    # Whatever is told of it, it is no purchase.
    world.sell(version=2, total=5000, member=cat)
    assert (world.balance(ann), world.balance(cat)) == (0, 0)
    world.sell("2", total=1000, member=cat)
    assert (world.balance(ann), world.balance(cat)) == (40, 120)
    assert soundness.faults(world) == []


def test_a_referral_stays_with_the_other_purchase_and_is_none_for_what_never_counted() -> None:
    world, ann, cat = brought()
    world.sell(total=1000)
    world.order_acts.forget(act("1"), KEY, world.now)
    world.sell(version=2, total=1000, member=cat)
    assert (world.balance(ann), world.balance(cat)) == (0, 0)
    world.sell("2", total=1000, member=cat)
    world.sell("3", total=1000, member=cat)
    world.order_acts.forget(act("2"), replace(KEY, id="2"), world.now)
    assert (world.balance(ann), world.balance(cat)) == (40, 120)
    assert soundness.faults(world) == []


def test_what_a_card_pays_of_a_forgotten_order_is_no_purchase_and_undone_it_is_nobodys() -> None:
    world, ann, cat = brought()
    world.staff.give(act("g"), cat.member_id, "points", 100, world.now)
    world.sell(total=1000)
    world.order_acts.forget(act("1"), KEY, world.now)
    request = Request("coffee", "till", "r", "key:till")
    world.spending.spend(request, cat.card_code, Price(reward="free-coffee"), world.now, KEY)
    assert world.sell(version=2, total=1000).member == cat.member_id
    assert (world.balance(ann), world.balance(cat)) == (0, 0)
    world.spending.undo(request, None, world.now)
    assert world.sell(version=3, total=1000).member is None
    assert (world.balance(ann), world.balance(cat)) == (0, 100)
    assert soundness.faults(world) == []
