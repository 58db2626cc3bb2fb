"""Codes of coupons: what they give, how often, and what undoing one takes back."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.coupon import Coupon
from loyalty.core.order import OrderKey
from loyalty.core.told import Told
from loyalty.invariants.supply import broken_supply
from loyalty.ledger.act import Act
from loyalty.ledger.coupon_uses import Shown
from loyalty.ledger.offers import codes
from loyalty.ledger.spending import Request, Whose
from loyalty.ledger.stock import Stock
from loyalty.outgoing.events import derive
from loyalty.refusals import Busy
from loyalty.store import commit, coupon_book, supply_keys
from tests.support.refusals import refused

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.support.world import World

NAME = {"en": "A gift", "ru": "Подарок"}
FIFTY = Coupon("fifty", NAME, word="FIFTY", pot="points", points=50, uses=5, per_member=2)
TENTH = Coupon("tenth", NAME, word="TENTH", basis_points=1000, minimum=500, per_member=None)
FLYERS = Coupon("flyers", NAME, codes=30, pot="points", points=10, per_member=None)
BILL = OrderKey("coffee", "till", "bill")
OWN = Whose((), anybodys=False)


@pytest.fixture
def shop(world: World) -> World:
    for one in (FIFTY, TENTH, FLYERS):
        world.offers.make("coffee", one, "key:owner1", world.now)
    return world


def asked(name: str, actor: str = "key:till1") -> Request:
    return Request("coffee", "API", name, actor)


def use(  # noqa: PLR0917
    world: World, member: Enrolled, code: str, name: str, bill: int = 0, order: Any = None
) -> dict[str, Any]:
    who = Shown(card_code=member.card_code)
    return world.coupons.use(asked(name), who, code, bill, world.now, order).body


def said(*arguments: Any) -> Any:
    body = use(*arguments)
    return body.get("reason", body["outcome"])


def code(world: World, serial: int) -> str:
    coupon = world.offers.one("coffee", "flyers").coupon
    return codes(world.books, "coffee", coupon, serial, 1)[0]


def test_a_word_gives_points_once_per_request_and_so_often(shop: World, ann: Enrolled) -> None:
    body = use(shop, ann, " fifty ", "1")
    assert (body["outcome"], body["points"], body["balance"]) == ("redeemed", 50, 50)
    assert use(shop, ann, "FIFTY", "1") == body
    assert "bucket" not in body
    assert [said(shop, ann, "Fifty", name) for name in "23"] == ["redeemed", "coupon_had"]
    assert shop.balance(ann) == 100
    others = [shop.enrol() for _ in range(4)]
    told = [said(shop, one, "FIFTY", f"o{at}") for at, one in enumerate(others)]
    assert told == [*["redeemed"] * 3, "coupon_all_used"]
    offered = shop.offers.one("coffee", "fifty")
    assert (offered.used, offered.left) == (5, 0)
    with refused("id_reused"):
        use(shop, ann, "TENTH", "1", 1000)


def test_a_single_code_is_good_once_whoever_shows_it(shop: World, ann: Enrolled) -> None:
    ben = shop.enrol()
    assert said(shop, ann, code(shop, 7), "1") == "redeemed"
    assert said(shop, ben, code(shop, 7), "2") == "coupon_used"
    assert said(shop, ben, code(shop, 8), "3") == "redeemed"
    found = coupon_book.uses(shop.tables, "coffee", "flyers", 0, 10)
    assert [(one.serial, one.member) for one in found] == [(7, ann.member_id), (8, ben.member_id)]
    undone = shop.coupons.undo(asked("1"), shop.now, OWN)
    assert (undone.body["outcome"], shop.balance(ann)) == ("returned", 0)
    assert said(shop, ben, code(shop, 7), "4") == "redeemed"
    assert shop.coupons.undo(asked("1"), shop.now, OWN).replayed
    # Printed for a coupon that has no such code.
    coupon = replace(shop.offers.one("coffee", "flyers").coupon, codes=31)
    beyond = codes(shop.books, "coffee", coupon, 31, 1)[0]
    assert said(shop, ben, beyond, "5") == "coupon_not_found"


def test_what_is_no_code_is_told_and_counted(shop: World, ann: Enrolled) -> None:
    for number in range(20):
        assert said(shop, ann, f"guess{number}", f"g{number}") == "coupon_not_found"
    with refused("too_many_misses"):
        use(shop, ann, "FIFTY", "21")
    # A code that proves itself was not guessed.
    assert said(shop, ann, code(shop, 1), "22") == "redeemed"
    shop.wait(hours=1)
    for number in range(25):
        assert said(shop, ann, "TENTH", f"t{number}", 1000) == "redeemed"
    # What was no code then may be one now: a decline that may pass is not kept.
    new = replace(FIFTY, id="new", word="NEWONE")
    assert said(shop, ann, "newone", "n") == "coupon_not_found"
    shop.offers.make("coffee", new, "key:owner1", shop.now)
    assert said(shop, ann, "newone", "n") == "redeemed"


def test_a_card_that_is_none_is_declined(shop: World, ann: Enrolled) -> None:
    who = Shown(card_code="1.A.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA")
    answer = shop.coupons.use(asked("1"), who, "FIFTY", 0, shop.now)
    assert answer.body["reason"] == "card_not_found"
    told = shop.coupons.quote(asked("q"), who, "FIFTY", 0, shop.now)
    assert told["reason"] == "card_not_found"


def test_a_bill_is_lowered_once_and_earns_what_the_program_says(world: World) -> None:
    world.put_program("coffee", lowered_bills="nothing")
    world.offers.make("coffee", TENTH, "key:owner1", world.now)
    world.offers.make("coffee", replace(TENTH, id="more", word="MORE"), "key:owner1", world.now)
    ann = world.enrol()
    assert said(world, ann, "TENTH", "0") == "coupon_needs_bill"
    assert said(world, ann, "TENTH", "0", 499, BILL) == "coupon_minimum"
    quote = world.coupons.quote(
        asked("q"), Shown(card_code=ann.card_code), "TENTH", 1259, world.now
    )
    assert (quote["outcome"], quote["discount"]) == ("redeemed", 125)
    assert use(world, ann, "TENTH", "1", 1259, BILL)["discount"] == 125
    assert said(world, ann, "MORE", "2", 1259, BILL) == "another_coupon"
    world.sell(order="bill", total=1134, member=ann)
    assert world.balance(ann) == 0
    world.sell(order="other", total=1000, member=ann)
    assert world.balance(ann) == 100
    # Undone, the bill earns what it is worth; a repeat changes nothing.
    for _ in range(2):
        world.coupons.undo(asked("1"), world.now, OWN)
        assert world.balance(ann) == 213


def test_a_sale_that_has_counted_already_is_lowered_too(world: World) -> None:
    world.put_program("coffee", lowered_bills="nothing")
    world.offers.make("coffee", TENTH, "key:owner1", world.now)
    ann = world.enrol()
    world.sell(order="bill", total=1134, member=ann)
    assert world.balance(ann) == 113
    use(world, ann, "TENTH", "1", 1259, BILL)
    assert world.balance(ann) == 0


def test_a_fixed_discount_is_no_more_than_the_bill(world: World, ann: Enrolled) -> None:
    world.offers.make("coffee", Coupon("three", NAME, word="THREE", amount=300), "k", world.now)
    assert use(world, ann, "THREE", "1", 200)["discount"] == 200


def test_a_reward_is_handed_out_while_there_is_one(world: World, ann: Enrolled) -> None:
    mug = {"id": "mug", "pot": "points", "price": 10, "name": NAME, "stocked": True}
    world.put_program("coffee", rewards=[mug])
    world.offers.make("coffee", Coupon("mug", NAME, word="MUG", reward="mug"), "k", world.now)
    assert said(world, ann, "MUG", "1") == "out_of_stock"
    stock = Stock(world.books)
    stock.put(Act("coffee", "owner1", "a", ""), "mug", world.now, left=1)
    assert use(world, ann, "MUG", "2")["reward"] == "mug"
    assert stock.offer("coffee", "mug").left == 0
    world.coupons.undo(asked("2"), world.now, OWN)
    assert stock.offer("coffee", "mug").left == 1


def test_what_was_spent_already_is_owed_when_a_code_is_undone(shop: World, ann: Enrolled) -> None:
    shop.put_program("coffee", rewards=[{"id": "a", "pot": "points", "price": 40, "name": NAME}])
    use(shop, ann, "FIFTY", "1")
    shop.redeem(ann, reward="a")
    assert shop.coupons.undo(asked("1"), shop.now, OWN).body["balance"] == 0
    assert shop.account(ann).pot("points").debt == 40


def test_who_may_undo(shop: World, ann: Enrolled) -> None:
    use(shop, ann, "FIFTY", "1")
    other = asked("1", "key:other")
    assert shop.coupons.undo(other, shop.now, OWN).body["reason"] == "not_yours"
    assert shop.coupons.undo(asked("none"), shop.now, OWN).body["reason"] == "redemption_not_found"
    shop.wait(days=2)
    assert shop.coupons.undo(asked("1"), shop.now, OWN).body["reason"] == "too_late"


def test_a_coupon_has_its_time_and_can_be_stopped(shop: World, ann: Enrolled) -> None:
    late = replace(TENTH, id="late", word="LATE", first_day="2026-05-05", last_day="2026-05-05")
    shop.offers.make("coffee", late, "key:owner1", shop.now)
    assert said(shop, ann, "LATE", "1", 900) == "coupon_not_now"
    shop.now = datetime(2026, 5, 5, 16, tzinfo=UTC)
    assert said(shop, ann, "LATE", "1", 900) == "redeemed"
    shop.wait(days=2)
    assert said(shop, ann, "LATE", "2", 900) == "coupon_over"
    seen = shop.offers.one("coffee", "tenth").coupon
    stopped = shop.offers.change("coffee", seen, replace(seen, stopped=True), "k", shop.now)
    assert said(shop, ann, "TENTH", "3", 900) == "coupon_stopped"
    with refused("precondition_failed"):
        shop.offers.change("coffee", seen, replace(seen, stopped=False), "k", shop.now)
    again = replace(stopped.coupon, stopped=False)
    shop.offers.change("coffee", stopped.coupon, again, "k", shop.now)
    assert said(shop, ann, "TENTH", "4", 900) == "redeemed"


def test_what_an_owner_may_change(shop: World, ann: Enrolled) -> None:
    use(shop, ann, "FIFTY", "1")
    seen = shop.offers.one("coffee", "fifty").coupon
    more = shop.offers.change("coffee", seen, replace(seen, uses=9), "k", shop.now)
    assert (more.used, more.left) == (1, 8)
    endless = replace(more.coupon, uses=None)
    none = shop.offers.change("coffee", more.coupon, endless, "k", shop.now)
    assert none.left is None
    use(shop, shop.enrol(), "FIFTY", "2")
    with refused("fewer_uses"):
        shop.offers.change(
            "coffee", none.coupon, replace(endless, revision=3, uses=1), "k", shop.now
        )
    flyers = shop.offers.one("coffee", "flyers").coupon
    with refused("fewer_codes"):
        shop.offers.change("coffee", flyers, replace(flyers, codes=3), "k", shop.now)


def test_a_word_and_an_id_are_anybodys_once(shop: World) -> None:
    same = shop.offers.make("coffee", FIFTY, "key:owner1", shop.now)
    assert same.coupon == FIFTY
    with refused("coupon_exists"):
        shop.offers.make("coffee", replace(FIFTY, points=9), "key:owner1", shop.now)
    with refused("word_taken"):
        shop.offers.make("coffee", replace(FIFTY, id="f2"), "key:owner1", shop.now)
    with refused("unknown_pot"):
        shop.offers.make("coffee", replace(FIFTY, id="f2", word="F2F", pot="x"), "k", shop.now)
    more = shop.offers.make("coffee", replace(FLYERS, id="two"), "key:owner1", shop.now)
    assert more.coupon.number == 2


def test_never_more_uses_than_there_are_whoever_comes_at_once(shop: World) -> None:
    members = [shop.enrol() for _ in range(6)]
    one = code(shop, 3)
    told: list[Any] = []

    def come(number: int) -> None:
        for at, typed in enumerate(("FIFTY", one, "FIFTY")):
            answer = None
            while answer is None:
                with suppress(Busy):
                    answer = typed, said(shop, members[number], typed, f"{number} {at}")
            told.append(answer)

    threads = [threading.Thread(target=come, args=(number,)) for number in range(len(members))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count(("FIFTY", "redeemed")) == 5
    assert told.count((one, "redeemed")) == 1


def test_whoever_is_overtaken_with_one_code_is_told_so(
    shop: World, ann: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = shop.enrol()
    overtaken = iter([ben])
    plain = commit.commit_fact

    def slow(*arguments: Any, **options: Any) -> None:
        for other in overtaken:
            assert said(shop, other, code(shop, 3), "b") == "redeemed"
        plain(*arguments, **options)

    monkeypatch.setattr(commit, "commit_fact", slow)
    assert said(shop, ann, code(shop, 3), "a") == "coupon_used"


def test_a_paused_card_uses_no_code(shop: World, ann: Enrolled) -> None:
    shop.staff.pause(Act("coffee", "anna", "p", "x"), ann.member_id, shop.now, paused=True)
    assert said(shop, ann, "FIFTY", "1") == "membership_paused"


def test_others_are_told(shop: World, ann: Enrolled) -> None:
    use(shop, ann, "FIFTY", "1")
    shop.coupons.undo(asked("1"), shop.now, OWN)
    program = shop.programs.current("coffee")
    used, undone = shop.entries(ann)[-2:]
    told = Told(used.seq - 1, {}, 0)
    kinds = {one.kind: one.data for one in derive(program, used, told)}
    assert kinds["coupon.used"]["coupon"] == "fifty"
    assert (kinds["points.given"]["points"], kinds["points.given"]["reason"]) == (50, "coupon")
    told = Told(used.seq, {"points": 50}, 0)
    kinds = {one.kind: one.data for one in derive(program, undone, told)}
    assert kinds["coupon.returned"]["coupon"] == "fifty"
    assert kinds["points.reversed"]["points"] == 50


@pytest.mark.corrupts
def test_the_invariant_sees_what_is_counted_wrongly(shop: World, ann: Enrolled) -> None:
    use(shop, ann, code(shop, 5), "1")
    entries = shop.entries(ann)
    right = {"coupon:flyers": 1}, {(ann.member_id, "coupon:flyers"): 1}
    used = frozenset({"code:flyers:0000005"})
    assert broken_supply(entries, *right, used) == ()
    assert len(broken_supply(entries, {}, right[1], used)) == 1
    assert len(broken_supply(entries, right[0], {}, used)) == 1
    assert len(broken_supply(entries, *right, frozenset())) == 1
    key = supply_keys.code_key("coffee", "code:flyers:0000005")
    assert shop.tables.get(key)["m"] == ann.member_id
