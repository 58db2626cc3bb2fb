"""Hostile cases A01 to A08: repeats, races, reordering, the last millisecond.

A09, a process killed after any call, is the sweep in ``test_crash_points``.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.decide.spending import Price
from loyalty.core.order import BASKET, OrderKey, Part
from loyalty.ledger.spending import Request
from loyalty.refusals import Busy
from loyalty.store import keys
from tests.support.memory import Killed
from tests.support.refusals import refused
from tests.support.soundness import sound
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.ledger.books import Answer
    from loyalty.members.enrolment import Enrolled

COFFEE = Price(reward="free-coffee")
THREADS = 50


def spend(world: World, member: Enrolled, name: str = "r", price: Price = COFFEE) -> Answer:
    request = Request("coffee", "till", name, "endpoint:till")
    return world.spending.spend(request, member.card_code, price, world.now)


def report(world: World, member: Enrolled | None, *parts: Part) -> Any:
    return world.sales.record_order(replace(world.report(member=member), parts=parts), world.now)


def redeemed(world: World, member: Enrolled) -> int:
    return sum(entry.kind == "redeem" for entry in world.entries(member))


def test_a01_a_lost_answer_is_given_again_after_the_balance_is_gone(
    world: World, ann: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sell(total=1000, member=ann)
    write = world.tables.write

    def applied_and_lost(*writes: Any) -> None:
        write(*writes)
        raise Killed

    with monkeypatch.context() as broken_wire:
        broken_wire.setattr(world.tables, "write", applied_and_lost)
        with pytest.raises(Killed):
            spend(world, ann)
    world.restart()
    assert world.balance(ann) == 0
    again = spend(world, ann)
    assert again.body == {"outcome": "redeemed", "balance": 0, "price": 100}
    assert again.replayed
    assert redeemed(world, ann) == 1
    assert sound(world, ann)


def test_a02_another_amount_under_the_same_key_is_refused(world: World, ann: Enrolled) -> None:
    rule = {"pot": "points", "points": 1, "amount": 1}
    world.put_program(points_as_money=rule)
    world.sell(total=5000, member=ann)
    first = spend(world, ann, price=Price(points=50, bill=100))
    before = world.account(ann)
    for other in (Price(points=51, bill=100), Price(points=50, bill=101), COFFEE):
        with refused("id_reused"):
            spend(world, ann, price=other)
    assert world.account(ann) == before
    assert spend(world, ann, price=Price(points=50, bill=100)) == replace(first, replayed=True)


def many(world: World, deed: Any) -> list[Any]:
    """Let fifty threads do it at once, each asking again as long as it is told to."""

    def patient(number: int) -> Any:
        for _ in range(1000):
            try:
                return deed(number)
            except Busy:
                continue
        raise AssertionError("told to try again for ever")

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(patient, range(THREADS)))


def test_a03_fifty_at_once_with_one_key_spend_once(world: World, ann: Enrolled) -> None:
    world.sell(total=5000, member=ann)
    answers = many(world, lambda _: spend(world, ann))
    assert [answer.replayed for answer in answers].count(False) == 1
    assert all(answer.body == answers[0].body for answer in answers)
    assert (redeemed(world, ann), world.balance(ann)) == (1, 400)
    assert sound(world, ann)


def test_a04_fifty_at_once_with_enough_for_ten(world: World, ann: Enrolled) -> None:
    world.sell(total=10_000, member=ann)
    answers = many(world, lambda number: spend(world, ann, f"r{number}"))
    outcomes = [answer.body["outcome"] for answer in answers]
    assert (outcomes.count("redeemed"), outcomes.count("declined")) == (10, 40)
    assert (redeemed(world, ann), world.balance(ann)) == (10, 0)
    assert sound(world, ann)


def test_a05_one_payment_told_three_times_counts_once(world: World, ann: Enrolled) -> None:
    # The messages' own ids differ and are not part of what the till says about the payment.
    payment = Part("payment:p1", 1_700_000_000_000_000, "completed", 1250)
    results = [report(world, ann, payment).result for _ in range(3)]
    assert results == ["recorded", "unchanged", "unchanged"]
    assert world.balance(ann) == 125
    assert sound(world, ann)


@pytest.mark.parametrize("basket", [True, False], ids=["a refund part", "the payment's own"])
def test_a06_a_refund_before_its_payment(world: World, ann: Enrolled, basket: bool) -> None:  # noqa: FBT001
    if basket:
        sale, refund = Part(BASKET, 1, "completed", 1000), Part("refund:1", 1, "completed", 400)
    else:
        sale = Part("payment:1", 1, "completed", 1000)
        refund = Part("payment:1", 2, "completed", 1000, refunded=400)
    balances = []
    for part in (refund, sale, refund, sale):
        report(world, ann, part)
        pot = world.account(ann).pot("points")
        balances.append(pot.available)
        assert pot.debt == 0
        assert sound(world, ann)
    assert balances[1:] == [60, 60, 60]
    assert balances[0] in {0, 60}


def test_a07_refunds_of_more_than_everything_take_back_everything_once(
    world: World, ann: Enrolled
) -> None:
    report(world, ann, Part(BASKET, 1, "completed", 1000))
    parts = [
        Part(BASKET, 2, "refunded", 1000),
        Part(BASKET, 2, "refunded", 1000),
        Part("refund:1", 1, "completed", 700),
        Part("refund:2", 1, "completed", 700),
    ]
    many(world, lambda number: report(world, ann, parts[number % 4]))
    pot = world.account(ann).pot("points")
    assert (pot.available, pot.debt) == (0, 0)
    assert sum(entry.kind == "reverse" for entry in world.entries(ann)) <= 3
    assert sound(world, ann)


@pytest.mark.parametrize(
    ("moment", "outcome"),
    [
        (-timedelta(milliseconds=1), "redeemed"),
        (timedelta(0), "declined"),
        (timedelta(milliseconds=1), "declined"),
    ],
)
def test_a08_value_is_good_until_its_last_moment(moment: timedelta, outcome: str) -> None:
    world = World()
    world.put_program(pots=[{"id": "points", "expiry": {"months": 1}}])
    ann = world.enrol()
    world.sell(total=1000, member=ann)
    world.now = datetime(2026, 7, 1, 4, tzinfo=UTC) + moment
    # The lot still stands in the item: nothing has touched it.
    item = world.tables.items[keys.account_key("coffee", ann.member_id)]
    assert item["p"]["points"][0][1] == 100
    assert spend(world, ann).body["outcome"] == outcome
    assert sound(world, ann)


def test_a_key_of_another_order_does_not_collide(world: World, ann: Enrolled) -> None:
    world.sell(total=3000, member=ann)
    request = Request("coffee", "till", "r", "endpoint:till")
    for order in ("1", "2"):
        key = OrderKey("coffee", "till", order)
        if order == "1":
            world.spending.spend(request, ann.card_code, COFFEE, world.now, key)
        else:
            with refused("id_reused"):
                world.spending.spend(request, ann.card_code, COFFEE, world.now, key)
    assert world.balance(ann) == 200
