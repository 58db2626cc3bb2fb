"""Whatever the order of arrival, however often: one set of facts, one end."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.decide.spending import Price
from loyalty.core.instants import microseconds
from loyalty.core.order import BASKET, Line, Order, OrderKey, Part, merge
from loyalty.invariants.account import apart, broken
from loyalty.invariants.order import split
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.store import reading
from tests.support import soundness
from tests.support.extent import FULL
from tests.support.memory import MemoryTables
from tests.support.world import START, World

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.members.enrolment import Enrolled

# Each line is covered by other suites, too; tracing would double the time.
pytestmark = pytest.mark.no_cover

KEY = OrderKey("coffee", "till", "1")
LINES = (Line("latte", "coffee", 3000, 777), Line("cake", "cake", 1000, 1001))
SHARED = (*LINES, Line("gift", "gift_card", 1000, 800))
MAY, APRIL = (microseconds(START - timedelta(days=days)) for days in (1, 6))
"""Value of either month ends with another one."""
PROGRAM: dict[str, Any] = {
    "earning": [
        {"pot": "points", "points": 7, "amount": 300},
        {"pot": "points", "points": 1, "per": "item", "only": {"categories": ["coffee"]}},
    ],
    "promotions": [
        {
            "id": "cake",
            "name": {"en": "x", "ru": "x"},
            "pot": "points",
            "multiplier": 15000,
            "only": {"items": ["cake"]},
        }
    ],
}

SETS: dict[str, tuple[Part, ...]] = {
    "five versions": (
        Part(BASKET, 1, "open", 1778, lines=LINES),
        Part(BASKET, 2, "completed", 1778, lines=LINES),
        Part(BASKET, 3, "completed", 2300, tip=522, lines=LINES),
        Part(BASKET, 4, "completed", 1778, refunded=333, lines=LINES),
        Part(BASKET, 5, "completed", 1778, refunded=100, points_paid=50, lines=LINES),
    ),
    "up to the full refund": (
        Part(BASKET, 1, "completed", 1778, lines=LINES),
        Part(BASKET, 2, "completed", 1500),
        Part(BASKET, 3, "completed", 1778, refunded=1700, lines=LINES),
        Part(BASKET, 4, "completed", 1778, lines=LINES),
        Part(BASKET, 5, "refunded", 1778, lines=LINES),
    ),
    "refunds by line": (
        Part(BASKET, 1, "open", 1778, lines=LINES),
        Part(BASKET, 2, "completed", 1778, lines=LINES),
        Part("refund:a", 1, "completed", 259, lines=(Line("latte", "coffee", 1000, 259),)),
        Part("refund:b", 1, "completed", 1001, lines=(Line("cake", "cake", 1000, 1001),)),
        Part("refund:b", 2, "cancelled", 1001, lines=(Line("cake", "cake", 1000, 1001),)),
    ),
    "two payments": (
        Part(BASKET, 1, "completed", 1778, lines=LINES),
        Part("payment:a", 1, "completed", 778),
        Part("payment:b", 1, "open", 1000),
        Part("payment:b", 2, "completed", 1000, refunded=400),
        Part("refund:a", 1, "completed", 400, lines=(Line("cake", "cake", 400, 400),)),
    ),
    "shares, gift cards and instants": (
        Part(BASKET, 1, "completed", 2878, tip=300, points_paid=100, lines=SHARED, occurred=MAY),
        Part(BASKET, 2, "completed", 2778, tip=300, points_paid=100, lines=SHARED, occurred=APRIL),
        Part("payment:a", 1, "completed", 1500, tip=300, occurred=APRIL + 1),
        Part("refund:a", 1, "completed", 800, lines=SHARED[2:]),
        Part("refund:b", 1, "completed", 559, tip=300, lines=(replace(LINES[0], quantity=1000),)),
    ),
    "two contents of one version": (
        Part(BASKET, 1, "completed", 1778, lines=LINES),
        Part(BASKET, 1, "completed", 1500),
        Part(BASKET, 1, "refunded", 1778),
        Part("payment:a", 1, "completed", 1778),
        Part("payment:a", 1, "completed", 1777),
    ),
}


@cache
def begun(spent: bool) -> tuple[dict[Any, Any], Enrolled]:  # noqa: FBT001
    world = World(seed=5)
    world.put_program(**PROGRAM)
    ann = world.enrol()
    world.sell(order="before", total=9995, member=ann)
    if spent:
        request = Request("coffee", "till", "r", "endpoint:till")
        price = Price(reward="free-coffee")
        world.spending.spend(request, ann.card_code, price, world.now, KEY)
    return dict(world.tables.items), ann


MOST_REPEATED = 5 if FULL else 1
"""Facts of one arrival that come twice."""


class Tree:
    """Every order of arrival, with every choice of repeats after it, sharing what begins alike."""

    def __init__(self, *, spent: bool) -> None:
        self.items, self.ann = begun(spent)
        self.world = World(MemoryTables())
        self.ends: list[Any] = []
        self.accounts: list[Account] = []
        self.told = 0

    def arrive(self, found: dict[Any, Any], arrived: tuple[Part, ...], rest: set[Part]) -> None:
        if not rest:
            self._judge_soundness()
            self.repeat(found, arrived)
        for part in rest:
            self.arrive(self._told(found, part), (*arrived, part), rest - {part})

    def repeat(
        self, found: dict[Any, Any], parts: tuple[Part, ...], most: int = MOST_REPEATED
    ) -> None:
        self._judge(found)
        if most:
            for index, part in enumerate(parts):
                self.repeat(self._told(found, part), parts[index + 1 :], most - 1)

    def _told(self, found: dict[Any, Any], part: Part) -> dict[Any, Any]:
        tables = self.world.tables
        tables.items = {key: dict(item) for key, item in found.items()}
        report = replace(self.world.report(member=self.ann), parts=(part,))
        self.world.sales.record_order(report, self.world.now)
        items: dict[Any, Any] = tables.items
        return items

    def _judge(self, found: dict[Any, Any]) -> None:
        self.world.tables.items = found
        self.told += 1
        head = reading.read_order(self.world.tables, KEY)
        assert head is not None
        returned = [(one.lots, one.returned) for one in head.spent]
        one = end(self.world.account(self.ann)), returned
        if one not in self.ends:
            self.ends.append(one)
            self.accounts.append(self.world.account(self.ann))

    def _judge_soundness(self) -> None:
        account, entries = self.world.account(self.ann), self.world.entries(self.ann)
        assert broken(account, entries) == ()
        assert soundness.faults(self.world) == []


def end(account: Any) -> Any:
    return account.pots, account.spend, account.visits, account.earned, account.months


def arrivals(parts: tuple[Part, ...]) -> set[tuple[Part, ...]]:
    """Return every order of arrival, every fact coming once or, by mask, once more at the end."""
    return {
        (*arrival, *(arrival[bit] for bit in range(5) if mask >> bit & 1))
        for arrival in permutations(parts)
        for mask in range(32)
    }


@pytest.mark.timeout(900)
@pytest.mark.parametrize("spent", [False, True], ids=["earned", "paid with points"])
@pytest.mark.parametrize("name", SETS)
def test_every_arrival_with_every_repeat_ends_the_same(name: str, spent: bool) -> None:  # noqa: FBT001
    tree = Tree(spent=spent)
    tree.arrive(tree.items, (), set(SETS[name]))
    assert tree.told == 120 * (32 if FULL else 6)
    assert len(tree.ends) == 1, [apart(tree.accounts[0], one) for one in tree.accounts[1:]]


@pytest.mark.parametrize("name", SETS)
def test_every_arrival_and_repeat_folds_to_one_order(name: str) -> None:
    new = Order(KEY, "USD", START, START)
    heads: list[Order] = []
    told = 0
    for arrival in arrivals(SETS[name]):
        order = new
        for part in arrival:
            order = merge(order, part).order
        told += 1
        if order not in heads:
            heads.append(order)
    assert told == 120 * 32
    assert len(heads) == 1


def facts(chance: random.Random) -> list[tuple[str, int, Part]]:
    """Return reports of several orders: (order, days ago, part)."""
    found = []
    for order in "abcd":
        days = chance.randrange(70)
        top = chance.randrange(3, 6)
        for version in range(1, top):
            total = chance.randrange(1, 3000)
            refunded = chance.choice((0, 0, total // 3))
            status = chance.choice(("completed", "completed", "refunded", "open"))
            found.append((order, days, Part(BASKET, version, status, total, refunded)))  # type: ignore[arg-type]
    return found


def across(seed: int, program: dict[str, Any], *, gift: int = 0) -> list[Any]:
    """Return the ends that a set of facts comes to, in ten orders of arrival."""
    chance = random.Random(seed)
    known = facts(chance)
    ends: list[Any] = []
    for _ in range(10):
        world = World(seed=5)
        world.put_program(**program)
        ann = world.enrol()
        if gift:
            act = Act("coffee", "anna", "g", "because")
            world.staff.give(act, ann.member_id, "points", gift, world.now)
        chance.shuffle(known)
        for order, days, part in known:
            report = replace(world.report(order=order, member=ann), parts=(part,))
            report = replace(report, occurred_at=world.now - timedelta(days=days))
            world.sales.record_order(report, world.now)
        # What was pending has become spendable, in every story.
        found = end(world.account(ann))
        if found not in ends:
            ends.append(found)
    return ends


PLAIN: dict[str, dict[str, Any]] = {
    "points": {"pots": [{"id": "points", "expiry": {"months": 12}}]},
    "pending": {"pots": [{"id": "points", "pending_days": 30, "expiry": {"months": 12}}]},
    "never": {"pots": [{"id": "points"}]},
}


WHOLE: dict[str, Any] = {"earning": [{"pot": "points", "points": 2, "amount": 1}]}


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("seed", range(6))
def test_any_arrival_across_orders_ends_the_same(name: str, seed: int) -> None:
    assert len(across(seed, {**WHOLE, **PLAIN[name]}, gift=500 * (seed % 2))) == 1


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("seed", range(6))
def test_only_a_carried_point_may_lie_in_another_lot(name: str, seed: int) -> None:
    """A point made of two orders' fractions expires with the order that completed it."""
    ends = across(seed, {**PROGRAM, **PLAIN[name]})
    sums = {
        (
            sum(n for _, n in pots["points"].lots)
            + sum(n for *_, n in pots["points"].pending)
            - pots["points"].debt,
            pots["points"].remainder,
            *figures,
        )
        if "points" in pots
        else None
        for pots, *figures, _ in ends
    }
    assert len(sums) == 1
    lots = [dict(pots["points"].lots) if "points" in pots else {} for pots, *_ in ends]
    for one in lots:
        for bucket in one:
            assert abs(one[bucket] - lots[0].get(bucket, 0)) <= len("abcd")


@pytest.mark.parametrize("seed", range(8))
def test_an_order_in_parts_ends_as_the_whole_does(seed: int) -> None:
    """What is carried makes it exact: rung up by lines, paid back by pieces, to nothing (I14)."""
    chance = random.Random(seed)
    lines = tuple(Line(f"i{number}", "tea", 1000, chance.randrange(1, 2000)) for number in range(5))
    total = sum(line.amount for line in lines)
    whole = Order(
        KEY, "USD", START, START, parts=(Part(BASKET, 1, "completed", total, lines=lines),)
    )
    pieces = [part.parts[0] for part in split(whole)]
    assert len(pieces) == len(lines)
    found = []
    for parts in ([whole.parts[0]], pieces):
        world = World(seed=5)
        world.put_program(earning=[{"pot": "points", "points": 7, "amount": 300}])
        ann = world.enrol()
        for number, part in enumerate(parts):
            report = replace(world.report(order=f"{number}", member=ann), parts=(part,))
            world.sales.record_order(report, world.now)
        earned = world.account(ann)
        for number, part in enumerate(parts):
            steps = sorted({chance.randrange(part.total + 1) for _ in range(3)} | {part.total})
            for version, refunded in enumerate(steps, start=2):
                less = replace(part, version=version, refunded=refunded)
                report = replace(world.report(order=f"{number}", member=ann), parts=(less,))
                world.sales.record_order(report, world.now)
        found.append(replace(earned, visits=1))
        assert world.account(ann).pots == {}
        assert soundness.faults(world) == []
    assert apart(*found) == ()


@pytest.mark.parametrize("name", ["refunds by line", "up to the full refund"])
def test_a_sale_that_is_moved_at_any_moment_ends_as_if_it_had_been_the_others(name: str) -> None:
    """Whatever has arrived when staff move it, and in whatever order the rest comes."""
    parts = SETS[name][1:]

    def told(world: World, part: Part, who: Enrolled) -> None:
        report = replace(world.report(member=who), parts=(part,))
        world.sales.record_order(report, world.now)

    def end(world: World, *members: Enrolled) -> list[Any]:
        assert soundness.faults(world) == []
        accounts = [world.account(member) for member in members]
        return [(dict(one.pots), one.spend, one.visits, one.earned, one.months) for one in accounts]

    def shop() -> tuple[World, Enrolled, Enrolled]:
        world = World(seed=5)
        world.put_program(**PROGRAM)
        return world, world.enrol(), world.enrol()

    world, nobody, right = shop()
    for part in parts:
        told(world, part, right)
    wanted = end(world, nobody, right)
    told_before = 0
    for arrival in permutations(parts):
        for moment in range(1, len(arrival) + 1):
            world, wrong, right = shop()
            for number, part in enumerate(arrival, start=1):
                told(world, part, wrong)
                if number == moment:
                    act = Act("coffee", "anna", "m", "")
                    world.order_acts.move(act, KEY, right.member_id, world.now)
            assert end(world, wrong, right) == wanted, (arrival, moment)
            told_before += 1
    assert told_before == 96
