"""A campaign that tells everybody writes nothing that a sale reads or writes of anybody else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.campaigns.running import Running
from tests.support.campaigning import HELLO, OPEN, Campaigning
from tests.support.memory import MemoryTables
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.store.tables import Item, Key, Write

POINTS = {"kind": "points", "pot": "points", "points": 50, "cost": 30}
MEMBERS = 30


class Noted(MemoryTables):
    """Tables that note which items are read, and which are written."""

    def __init__(self) -> None:
        super().__init__()
        self.read: set[Key] = set()
        self.written: set[Key] = set()

    def get(self, key: Key) -> Item | None:
        self.read.add(key)
        return super().get(key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        wanted = list(keys)
        self.read.update(wanted)
        return super().get_many(wanted)

    def write(self, *writes: Write) -> None:
        self.written.update(one.key for one in writes)
        super().write(*writes)


@pytest.mark.parametrize("exact", [False, True], ids=["message", "points"])
def test_a_blast_shares_no_item_with_a_sale_of_somebody_else(
    exact: bool,  # noqa: FBT001 - pytest gives it
) -> None:
    tables = Noted()
    world = World(tables)
    world.put_program()
    world.now = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    shop = Campaigning(world)
    people = [shop.join(f"P{number}") for number in range(MEMBERS)]
    guards: dict[str, Any] = {**OPEN, **({"budget": 9_000} if exact else {})}
    shop.start("blast", actions=[HELLO, *([POINTS] if exact else [])], guards=guards)

    tables.read, tables.written = set(), set()
    buyer = people[0]
    world.restart()
    world.sell("mine", total=700, member=buyer)
    sale = tables.read | tables.written
    assert sale

    tables.read, tables.written = set(), set()
    shop.running = Running(world.books)
    assert len(shop.run()) == MEMBERS
    shared = {one for one in tables.written & sale if buyer.member_id not in one.pk}
    assert shared == set()
    # Their own account is the only thing that the buyer's sale and the blast both write.
    both = {(one.table, one.sk) for one in tables.written & sale}
    assert both <= {("state", "ACCOUNT")}
