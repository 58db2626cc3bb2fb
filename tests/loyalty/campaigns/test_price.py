"""What a campaign costs us: write units per member, as DynamoDB would charge them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from loyalty.campaigns.running import Running
from loyalty.store.keys import MEMBER_SHARDS
from tests.support.campaigning import OPEN, Campaigning
from tests.support.metering import MeteredTables
from tests.support.world import World

NOON = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
MEMBERS = 50


def units(
    guards: dict[str, Any], *, consents: bool = True, known: bool = False, campaigns: int = 1
) -> float:
    """Return write units per member of a walk through a program; ``known``: not their first."""
    world = World()
    world.put_program()
    world.now = NOON
    shop = Campaigning(world)
    for number in range(MEMBERS):
        shop.join(f"P{number}", consents=consents)
    if known:
        shop.start("before", guards=OPEN)
        shop.run()
        world.wait(hours=1)
    for number in range(campaigns):
        shop.start(f"hello-{number}", guards={**OPEN, **guards})
    metered = MeteredTables(world.tables)
    world.tables = metered
    world.restart()
    shop.running = Running(world.books)
    shop.running.tick(shop, world.now)
    metered.bill.write_units = 0
    assert len(shop.work()) == MEMBERS * campaigns
    return metered.bill.write_units / MEMBERS


def test_a_message_costs_three_small_items_written_one_by_one() -> None:
    assert units({}, known=True) == 3


def test_two_at_once_cost_twice_as_much_and_no_write_that_fails() -> None:
    assert units({"cap": 9}, known=True, campaigns=2) == 6


def test_the_first_one_that_a_member_is_told_costs_five() -> None:
    assert units({}) == 5


def test_who_is_told_nothing_costs_one_unit() -> None:
    assert units({}, consents=False) == 1


def reads(campaigns: int) -> float:
    """Return read units per member of what so many campaigns that are due at once need."""
    world = World()
    world.put_program()
    world.now = NOON
    shop = Campaigning(world)
    for number in range(MEMBERS):
        shop.join(f"P{number}", consents=False)
    for number in range(campaigns):
        shop.start(f"c{number}", trigger={"kind": "birthday"})
    metered = MeteredTables(world.tables)
    world.tables = metered
    world.restart()
    shop.running = Running(world.books)
    assert shop.running.tick(shop, world.now) == MEMBER_SHARDS
    metered.bill.read_units = 0
    assert shop.work() == []
    return metered.bill.read_units / MEMBERS


def test_campaigns_that_are_due_at_once_read_members_once() -> None:
    assert reads(6) < reads(1) + 1
