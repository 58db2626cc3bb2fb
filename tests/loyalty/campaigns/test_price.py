"""What a campaign costs us: write units per member, as DynamoDB would charge them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from loyalty.campaigns.running import Running
from tests.support.campaigning import OPEN, Campaigning
from tests.support.metering import MeteredTables
from tests.support.world import World

NOON = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
MEMBERS = 50


def units(guards: dict[str, Any], *, consents: bool = True) -> float:
    """Return write units per member of a walk through a program."""
    world = World()
    world.put_program()
    world.now = NOON
    shop = Campaigning(world)
    for number in range(MEMBERS):
        shop.join(f"P{number}", consents=consents)
    shop.start("hello", guards={**OPEN, **guards})
    metered = MeteredTables(world.tables)
    world.tables = metered
    world.restart()
    shop.running = Running(world.books)
    shop.running.tick(shop, world.now)
    metered.bill.write_units = 0
    assert len(shop.work()) == MEMBERS
    return metered.bill.write_units / MEMBERS


def test_a_message_costs_a_transaction_of_four_small_items() -> None:
    assert units({}) == 8


def test_who_is_told_nothing_costs_one_unit() -> None:
    assert units({}, consents=False) == 1
