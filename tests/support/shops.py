"""Shops with a meter, and sales as large as tills really make them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loyalty.card.publishing import Publisher
from loyalty.core.order import BASKET, Line, Part
from tests.support.memory import MemoryTables
from tests.support.metering import Bill, MeteredTables
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.core.order import OrderReport
    from loyalty.members.enrolment import Enrolled

LEVELS = [
    {"id": "new", "name": {"en": "New", "ru": "Новый"}, "discount": 500},
    {"id": "regular", "name": {"en": "Regular", "ru": "Свой"}, "spend": 10_000, "discount": 1000},
    {"id": "friend", "name": {"en": "Friend", "ru": "Друг"}, "spend": 90_000, "discount": 3000},
]
PROGRAMS: dict[str, dict[str, Any]] = {
    "points": {},
    "points that wait, a daily cap, a limit": {
        "pots": [{"id": "points", "expiry": {"months": 12}, "pending_days": 14}],
        "caps": [{"pot": "points", "period": "day", "points": 10_000}],
        "limits": [{"action": "earn", "period": "day", "count": 50}],
        "cool_down_minutes": 1,
    },
    "a ladder that shrinks": {
        "pots": [],
        "earning": [],
        "rewards": [],
        "tiers": {"levels": LEVELS, "window": "rolling", "down": "step", "quiet_months": 3},
    },
}


class Nowhere:
    """Queues that take everything."""

    def put(self, cards: Any) -> None:
        """Take it."""


def metered(**changes: Any) -> tuple[World, MeteredTables, Enrolled]:
    """Return a shop, its meter, and a member who has bought every month for two years."""
    tables = MeteredTables(MemoryTables())
    world = World(tables)
    world.put_program(**changes)
    ann = world.enrol()
    for _ in range(25):
        world.sell(order=str(uuid.uuid4()), total=1999, member=ann)
        world.wait(days=30)
    Publisher(tables, Nowhere()).sweep(2**40)
    return world, tables, ann


def snapshot(world: World, ann: Enrolled, lines: int, version: int = 1) -> OrderReport:
    """Return a report as large as tills really make them: long ids, words in Cyrillic."""
    bought = tuple(
        Line(uuid.uuid4().hex, ("Горячие напитки", "Выпечка")[number % 2], 1000, 35_000 + number)
        for number in range(lines)
    )
    report = world.report(order=str(uuid.uuid4()), member=ann)
    basket = Part(BASKET, version, "completed", 351_234, 0, 1234, 2345, 3456, 0, bought)
    return replace(report, parts=(basket,), actor="endpoint:coffee-square-terminal")


def billed(world: World, tables: MeteredTables, report: OrderReport) -> Bill:
    world.programs.current("coffee")
    tables.bill = Bill()
    assert world.sales.record_order(report, world.now).result == "recorded"
    bill, tables.bill = tables.bill, Bill()
    return bill
