"""Whole histories of a customer's orders, whose end is a sum that anybody can make by hand."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.decide.spending import Price
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.refusals import Refusal
from tests.loyalty.ledger.test_worth import CASHBACK, NO_MONEY, POINTS, payment, refund, shop
from tests.support import soundness
from tests.support.deciding import basket
from tests.support.extent import FULL, part
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.core.order import Part
    from loyalty.members.enrolment import Enrolled

    Deed = Callable[[World, Enrolled], Any]

# Caps


@dataclass
class Told:
    """An order as it was told last: what it is worth, when it was, whose it is."""

    at: datetime
    version: int = 0
    total: int = 0
    counts: bool = True
    moved: bool = False


def credited(caps: dict[str, int], orders: list[tuple[date, Fraction]]) -> int:
    """Put every worth into its day, its week, …, and let each hold no more than its cap."""
    jars = [(day, amount) for day, amount in orders]
    begins: dict[str, Callable[[date], date]] = {
        "day": lambda day: day,
        "week": lambda day: day - timedelta(days=day.weekday()),
        "month": lambda day: day.replace(day=1),
        "year": lambda day: day.replace(month=1, day=1),
    }
    for period, begin in begins.items():
        if period in caps:
            filled: dict[date, Fraction] = defaultdict(Fraction)
            for day, amount in jars:
                filled[begin(day)] += amount
            jars = [(day, min(amount, Fraction(caps[period]))) for day, amount in filled.items()]
    return int(sum((amount for _, amount in jars), Fraction(0)))


@pytest.mark.parametrize("seed", range(part(1000, 25)))
def test_no_history_gets_round_caps_or_loses_room(seed: int) -> None:
    """Edits, refunds, mended days, and sales that move to somebody else."""
    chance = random.Random(seed)
    world = World()
    world.now = datetime(2026, 4, 20, 12, tzinfo=UTC)
    sizes = (("day", (30, 50)), ("week", (70, 90)), ("month", (150, 200)), ("year", (400, 900)))
    caps = {period: chance.choice(some) for period, some in sizes if chance.random() < 0.6}
    rules = [{"pot": "points", "period": one, "points": most} for one, most in caps.items()]
    waits = chance.choice((0, 3))
    pots = [{"id": "points", "pending_days": waits}]
    world.put_program(
        **{**POINTS, **NO_MONEY, "zone": "UTC", "rewards": [], "pots": pots}, caps=rules
    )
    ann, ben = world.enrol(), world.enrol()
    orders: dict[str, Told] = {}
    for step in range(chance.randrange(5, 30)):
        name, dice = str(chance.randrange(6)), chance.random()
        act = Act("coffee", "anna", f"act{step}", "because")
        key = world.report(name).key
        if dice < 0.6:
            told = orders.setdefault(name, Told(world.now))
            if chance.random() < 0.25 and world.now - told.at < timedelta(days=5):
                told.at = world.now - timedelta(days=chance.randrange(3))
            told.version += 1
            told.total = chance.choice((1, 100, 300, 400, 700, 5000))
            told.counts = chance.random() < 0.8
            status = "completed" if told.counts else "refunded"
            report = world.report(name, member=ann)
            new = replace(report.parts[0], version=told.version, total=told.total, status=status)  # type: ignore[arg-type]
            world.sales.record_order(replace(report, parts=(new,), occurred_at=told.at), world.now)
        elif dice < 0.75 and name in orders and not orders[name].moved:
            try:
                world.order_acts.move(act, key, ben.member_id, world.now)
            except Refusal:
                continue
            orders[name].moved = True
        else:
            world.wait(days=chance.choice((0.2, 1, 1, 2, 6, 9)))
    for member, moved in ((ann, False), (ben, True)):
        worth = [
            (told.at.date(), Fraction(told.total if told.counts else 0, 10))
            for told in orders.values()
            if told.moved is moved
        ]
        pot = world.account(member).pot("points")
        assert pot.available + pot.waiting - pot.debt == credited(caps, worth), (caps, orders)
    assert soundness.faults(world) == []


# Levels


def sell(order: str, total: int, version: int = 1, **more: Any) -> Deed:
    return lambda world, ann: world.sell(order, version, total, member=ann, **more)


def wait(days: int) -> Deed:
    def rest(world: World, _: Enrolled) -> None:
        world.wait(days=days)
        world.night(1)

    return rest


LEVELS: dict[str, tuple[int, int]] = {"visits": (2, 4), "points": (100, 300), "spend": (1000, 3000)}


@pytest.mark.parametrize(
    "window",
    [
        *({"window": "lifetime", "down": down} for down in ("never", "fit")),
        *({"window": "rolling", "down": down} for down in ("never", "step")),
        *({"window": "calendar_year", "down": down} for down in ("step", "fit")),
    ],
)
@pytest.mark.parametrize(
    ("metric", "deeds", "level"),
    [
        ("visits", [sell("1", 500), sell("2", 500)], 1),
        ("visits", [sell("1", 500), sell("2", 500), sell("2", 500, 2, status="refunded")], 0),
        ("visits", [sell("1", 500), sell("2", 500), sell("2", 500, 2, status="cancelled")], 0),
        ("visits", [*(sell(f"{n}", 9) for n in range(4)), sell("0", 0, 2)], 1),
        ("points", [sell("1", 1200), sell("1", 900, 2)], 0),
        ("points", [sell("1", 3200), sell("1", 1200, 2)], 1),
        ("points", [sell("1", 1200), wait(40), sell("1", 1200, 2, status="refunded")], 0),
        ("spend", [sell("1", 3200), wait(100), sell("1", 0, 2)], 0),
        ("spend", [sell("1", 3200), wait(800), sell("1", 3200, 2, status="refunded")], 0),
        ("spend", [sell("1", 999), sell("2", 1), sell("2", 1, 2, status="refunded")], 0),
    ],
)
def test_what_was_paid_back_takes_its_level_along(
    metric: str, deeds: list[Deed], level: int, window: dict[str, Any]
) -> None:
    named = {"name": {"en": "x", "ru": "x"}}
    first, second = LEVELS[metric]
    levels = [
        {"id": "a", **named},
        {"id": "b", **named, metric: first},
        {"id": "c", **named, metric: second},
    ]
    world, ann = shop(**POINTS, tiers={"levels": levels, **window})
    for deed in deeds:
        deed(world, ann)
    assert world.account(ann).level == level
    assert soundness.faults(world) == []


# Points as money, anywhere among what is told of the bill

WHOLE = basket(1000, points_paid=300)


def report(*parts: Part) -> Deed:
    def tell(world: World, ann: Enrolled) -> None:
        world.sales.record_order(replace(world.report(member=ann), parts=parts), world.now)

    return tell


def pay(points: int, bill: int) -> Deed:
    def pay(world: World, ann: Enrolled) -> None:
        asked = Request("coffee", "till", f"r{points}", "key:till")
        price, order = Price(points=points, bill=bill), world.report().key
        world.spending.spend(asked, ann.card_code, price, world.now, order)

    return pay


spend = pay(300, 1000)


def capture(world: World, ann: Enrolled) -> None:
    asked = Request("coffee", "till", "r1", "key:till")
    world.spending.hold(asked, ann.card_code, Price(points=300, bill=1000), world.now)
    world.spending.capture(asked, ann.card_code, world.now, None, world.report().key)


@pytest.mark.parametrize("paying", [spend, capture])
@pytest.mark.parametrize(
    ("told", "balance"),
    [
        ([report(WHOLE)], 235),
        ([report(WHOLE), report(basket(500, version=2, points_paid=150))], 367),
        (
            [
                report(WHOLE),
                report(basket(500, version=2, points_paid=150)),
                report(replace(WHOLE, version=3)),
            ],
            235,
        ),
        ([report(WHOLE), report(refund(500))], 367),
        ([report(WHOLE), report(refund(300, points_paid=300))], 535),
        ([report(WHOLE), report(replace(WHOLE, version=2, status="cancelled"))], 500),
        ([report(WHOLE), report(payment(700))], 235),
        ([report(WHOLE), report(payment(700)), report(payment(700, version=2, refunded=700))], 500),
    ],
)
def test_points_may_pay_before_between_and_after(
    told: list[Deed], balance: int, paying: Deed
) -> None:
    assert ends(*told, paying) == {balance}


@pytest.mark.parametrize("second", [pay(100, 700), pay(100, 1000)])
@pytest.mark.parametrize(
    ("smaller", "balance"),
    [
        (basket(500, version=2, points_paid=200), 315),
        (basket(500, version=2, points_paid=100), 320),
        # Points are a discount to this till: of 600 that were left to pay 300 are.
        (basket(300, version=2), 315),
        (basket(1000, version=2, points_paid=400), 130),
    ],
)
def test_whoever_pays_twice_gets_back_in_proportion(
    smaller: Part, balance: int, second: Deed
) -> None:
    """Whether the till has asked for the whole bill, or for what was left of it."""
    first = report(basket(1000, points_paid=400))
    assert ends(first, report(smaller), spend, second) == {balance}


def ends(*deeds: Deed) -> set[int]:
    """Return where a customer of 500 points stands in the end, for each order of arrival."""
    found = set()
    arrivals = list(permutations(deeds))
    for arrival in arrivals[:: 1 if FULL else max(1, len(arrivals) // 6)]:
        world = World()
        world.put_program(**CASHBACK, rewards=[])
        ann = world.enrol()
        world.sell("before", total=10_000, member=ann)
        for deed in arrival:
            deed(world, ann)
        found.add(world.balance(ann))
        assert soundness.faults(world) == []
    return found
