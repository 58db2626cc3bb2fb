"""Rewards of which there are so many, that one may have so often, or at certain times only."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.decide.spending import Price
from loyalty.core.order import OrderKey
from loyalty.ledger.act import Act
from loyalty.ledger.books import Answer
from loyalty.ledger.spending import Request
from loyalty.ledger.stock import Stock
from loyalty.refusals import Busy
from loyalty.store import audit_log, commit, supplies, supply_keys
from loyalty.store.tables import AtLeast, Update
from tests.support.refusals import refused

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.support.world import World

MUG = {"id": "mug", "pot": "points", "price": 10, "name": {"en": "Mug", "ru": "Кружка"}}
TILL = OrderKey("coffee", "till", "bill")


@pytest.fixture
def shelf(world: World) -> Stock:
    world.put_program("coffee", rewards=[{**MUG, "stocked": True}])
    return Stock(world.books)


def act(name: str) -> Act:
    return Act("coffee", "owner1", name, "")


def rich(world: World) -> Enrolled:
    member = world.enrol()
    world.sell(order=f"first of {member.member_id}", total=10_000, member=member)
    return member


def redeem(world: World, member: Enrolled, name: str, order: OrderKey | None = None) -> Any:
    request = Request("coffee", "till", name, "endpoint:till")
    answer = world.spending.spend(request, member.card_code, Price("mug"), world.now, order)
    return answer.body.get("reason", answer.body["outcome"])


def hold(world: World, member: Enrolled, name: str) -> Any:
    request = Request("coffee", "till", name, "endpoint:till")
    answer = world.spending.hold(request, member.card_code, Price("mug"), world.now)
    return answer.body.get("reason", answer.body["outcome"])


def left(shelf: Stock) -> int | None:
    return shelf.offer("coffee", "mug").left


def test_what_nobody_has_put_into_stock_is_out_of_stock(world: World, shelf: Stock) -> None:
    ann = rich(world)
    assert redeem(world, ann, "1") == "out_of_stock"
    assert shelf.put(act("a"), "mug", world.now, left=2).body == {"left": 2}
    assert [redeem(world, ann, name) for name in "1234"] == [
        "out_of_stock", "redeemed", "redeemed", "out_of_stock",
    ]  # fmt: skip
    assert (left(shelf), shelf.offer("coffee", "mug").taken) == (0, 2)
    assert world.balance(ann) == 1000 - 20


def test_a_shelf_is_filled_once_per_act_and_told_of_in_the_audit(
    world: World, shelf: Stock
) -> None:
    shelf.put(act("a"), "mug", world.now, left=20)
    world.wait(seconds=1)
    assert shelf.put(act("b"), "mug", world.now, more=5).body == {"left": 25}
    again = shelf.put(act("b"), "mug", world.now, more=5)
    assert again == Answer({"left": 25}, replayed=True)
    assert shelf.put(act("c"), "mug", world.now, more=-25).body == {"left": 0}
    with refused("below_nothing"):
        shelf.put(act("d"), "mug", world.now, more=-1)
    with refused("id_reused"):
        shelf.put(act("b"), "mug", world.now, more=6)
    with refused("not_found"):
        shelf.put(act("e"), "cup", world.now, more=6)
    lines = audit_log.page(world.tables, "coffee", (0, 2**53), "", 10).changes
    told = [
        (one.what, one.which, one.before, one.after) for one in lines if one.what[:5] == "stock"
    ]
    assert ("stock.set", "mug", {"left": 20}, {"left": 25}) in told
    assert ("stock.set", "mug", {}, {"left": 20}) in told


def test_the_stock_of_a_reward_that_has_none_cannot_be_set(world: World) -> None:
    world.put_program("coffee", rewards=[MUG])
    with refused("not_stocked"):
        Stock(world.books).put(act("a"), "mug", world.now, left=1)
    assert left(Stock(world.books)) is None


def test_the_last_one_is_found_wherever_it_lies(world: World, shelf: Stock) -> None:
    members = [rich(world) for _ in range(5)]
    shelf.put(act("a"), "mug", world.now, left=4)
    assert [redeem(world, one, str(at)) for at, one in enumerate(members)] == [
        *["redeemed"] * 4, "out_of_stock",
    ]  # fmt: skip


def test_a_hold_takes_one_and_gives_it_back(world: World, shelf: Stock) -> None:
    ann, ben = rich(world), rich(world)
    shelf.put(act("a"), "mug", world.now, left=1)
    assert hold(world, ann, "h1") == "held"
    assert (left(shelf), redeem(world, ben, "1")) == (0, "out_of_stock")
    request = Request("coffee", "till", "h1", "endpoint:till")
    world.spending.release(request, ann.card_code, world.now)
    assert left(shelf) == 1
    # One that lapses gives it back, too, when the account is looked at next.
    assert hold(world, ann, "h2") == "held"
    world.wait(hours=3)
    world.night()
    assert left(shelf) == 1
    # A captured one does not, one of which nothing is captured does.
    assert hold(world, ann, "h3") == "held"
    world.spending.capture(Request("coffee", "till", "h3", "e"), ann.card_code, world.now)
    assert left(shelf) == 0
    undone = world.spending.undo(Request("coffee", "till", "h3", "endpoint:till"), None, world.now)
    assert (undone.body["outcome"], left(shelf)) == ("returned", 1)
    assert hold(world, ann, "h4") == "held"
    world.spending.capture(Request("coffee", "till", "h4", "e"), ann.card_code, world.now, 0)
    assert left(shelf) == 1


def test_a_refund_of_all_gives_it_back_once(world: World, shelf: Stock) -> None:
    ann = rich(world)
    shelf.put(act("a"), "mug", world.now, left=1)
    world.sell(order="bill", total=400, member=ann)
    assert redeem(world, ann, "1", TILL) == "redeemed"
    world.sell(order="bill", version=2, total=200, member=ann)
    assert left(shelf) == 0
    world.sell(order="bill", version=3, total=400, status="refunded", member=ann)
    assert left(shelf) == 1
    world.spending.undo(Request("coffee", "till", "1", "endpoint:till"), None, world.now)
    assert left(shelf) == 1
    # A refund that is taken back says that it was had after all, even if there is none by now.
    assert redeem(world, ann, "2", OrderKey("coffee", "till", "bill2")) == "redeemed"
    world.sell(order="bill2", total=400, member=ann)
    world.sell(order="bill2", version=2, total=400, status="refunded", member=ann)
    assert redeem(world, ann, "3") == "redeemed"
    world.sell(order="bill2", version=3, total=400, member=ann)
    stock = supplies.read_stock(world.tables, "coffee", "reward:mug")
    assert (left(shelf), stock) == (0, supplies.Stock(-1, 2))
    assert redeem(world, ann, "4") == "out_of_stock"


def test_one_may_have_it_so_often(world: World) -> None:
    world.put_program("coffee", rewards=[{**MUG, "per_member": 2}])
    ann, ben = rich(world), rich(world)
    told = [redeem(world, ann, name) for name in "123"]
    assert told == ["redeemed", "redeemed", "reward_all_had"]
    assert redeem(world, ben, "4") == "redeemed"
    world.spending.undo(Request("coffee", "till", "2", "endpoint:till"), None, world.now)
    assert hold(world, ann, "5") == "held"
    # Whoever was two people is one, and has had what both had.
    world.staff.merge(Act("coffee", "anna", "m", "one"), ben.member_id, ann.member_id, world.now)
    assert redeem(world, ann, "6") == "reward_all_had"


def test_it_is_to_be_had_at_its_times(world: World) -> None:
    hours = {"windows": [{"weekdays": ["mon"], "start": "12:00", "until": "15:00"}]}
    world.put_program("coffee", zone="UTC", rewards=[{**MUG, **hours, "last_day": "2026-05-11"}])
    ann = rich(world)
    assert redeem(world, ann, "1") == "redeemed"
    world.wait(hours=3)
    assert redeem(world, ann, "2") == "reward_not_now"
    quote = world.sales.quote(world.report(), ann.member_id, world.now)
    assert quote is not None
    assert quote.rewards == ()
    world.now = datetime(2026, 5, 11, 14, 59, tzinfo=UTC)
    assert redeem(world, ann, "3") == "redeemed"
    shown = world.cards.by_member("coffee", ann.member_id, world.now)
    assert shown is not None
    assert shown.field("reward") is not None
    world.wait(days=7)
    shown = world.cards.by_member("coffee", ann.member_id, world.now)
    assert shown is not None
    assert shown.field("reward") is None


def test_a_quote_leaves_out_what_is_out_of_stock(world: World, shelf: Stock) -> None:
    ann = rich(world)
    for there, told in ((0, ()), (1, ("mug",))):
        shelf.put(act(f"a{there}"), "mug", world.now, left=there)
        quote = world.sales.quote(world.report(), ann.member_id, world.now)
        assert quote is not None
        assert quote.rewards == told


def test_never_more_are_had_than_there_are_whoever_comes_at_once(
    world: World, shelf: Stock
) -> None:
    shelf.put(act("a"), "mug", world.now, left=11)
    members = [rich(world) for _ in range(6)]
    told: list[str] = []

    def come(number: int) -> None:
        for at in range(4):
            answer = None
            while answer is None:
                with suppress(Busy):
                    answer = redeem(world, members[number], f"{number} {at}")
            told.append(answer)

    threads = [threading.Thread(target=come, args=(number,)) for number in range(len(members))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (told.count("redeemed"), told.count("out_of_stock")) == (11, 24 - 11)
    assert left(shelf) == 0


def test_whoever_is_overtaken_at_the_last_one_is_told_so(
    world: World, shelf: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and writing another customer takes it: no luck with threads is needed."""
    shelf.put(act("a"), "mug", world.now, left=1)
    ann, ben = rich(world), rich(world)
    overtaken = iter([ben])
    plain = commit.commit_fact

    def slow(*arguments: Any, **options: Any) -> None:
        for other in overtaken:
            assert redeem(world, other, "b") == "redeemed"
        plain(*arguments, **options)

    monkeypatch.setattr(commit, "commit_fact", slow)
    assert redeem(world, ann, "a") == "out_of_stock"
    assert left(shelf) == 0


def test_what_is_left_is_spread_so_that_no_item_is_hot(world: World, shelf: Stock) -> None:
    shelf.put(act("a"), "mug", world.now, left=21)
    counts = [item["n"] for key, item in world.tables.items.items() if key.sk == "COUNT"]
    assert sorted(counts) == [2, 2, 2, 3, 3, 3, 3, 3]
    ann = rich(world)
    entry = None
    redeem(world, ann, "1")
    entry = world.entries(ann)[-1]
    own = supply_keys.supply_key("coffee", "reward:mug", supply_keys.supply_shard(ann.member_id))
    adds, enough = {"n": -1, "t": 1}, AtLeast("n", 1)
    writes = supplies.writes(world.tables, entry)
    assert writes is not None
    assert Update(own, adds=adds, condition=enough) in writes
