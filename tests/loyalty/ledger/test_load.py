"""A thousand sales in one second: no key takes more than DynamoDB lets one take.

What is written is counted per partition key of tables and indexes, in units, as if everything
happened within one second: 1000 written and 3000 read (Developer Guide, "Designing partition
keys"). Fifty processes share the sales, each knowing what a warm process knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from loyalty.access.keys import Credentials, Endpoint
from loyalty.card.publishing import Publisher
from loyalty.ledger.books import Books
from loyalty.store import keys
from loyalty.store.program_versions import Programs
from tests.support.metering import Bill, MeteredTables
from tests.support.use_cases import UseCases
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyalty.store.publishing import ChangedCard
    from tests.support.memory import MemoryTables

SALES = 1000
PROCESSES = 50
MOST_WRITTEN, MOST_READ = 1000, 3000


class _Queues:
    def __init__(self) -> None:
        self.cards = 0

    def put(self, cards: Sequence[ChangedCard]) -> None:
        self.cards += len(cards)


class _Process:
    """One of the functions that work at the same time."""

    def __init__(self, tables: MeteredTables, world: World) -> None:
        self.credentials = Credentials(tables, "test", lambda: world.now)
        programs = Programs(tables, lambda: world.now)
        self.uses = UseCases(
            Books(tables, programs, TOKENS, random=lambda: 0.0, sleep=lambda _: None),
            world.new_short_code,
        )


def busy_second(named: bool) -> tuple[Bill, int]:  # noqa: FBT001
    """Let one shop sell to a thousand customers, who are named at once, or by nobody."""
    world = World()
    world.put_program("coffee")
    Credentials(world.tables).put_endpoint(Endpoint("till-1", "coffee", ("till",), "standard"))
    members = [world.enrol() for _ in range(SALES)] if named else [None] * SALES
    tables = MeteredTables(world.tables)
    queues = _Queues()
    processes = [_Process(tables, world) for _ in range(PROCESSES)]
    for number, member in enumerate(members):
        process = processes[number % PROCESSES]
        # The door asks once who speaks, the worker once more.
        for _ in range(2):
            assert process.credentials.endpoint("till-1") is not None
        report = world.report(f"order-{number}", member=member, total=500)
        process.uses.sales.record_order(report, world.now)
    publisher = Publisher(tables, queues)
    publisher.publish([keys.owner(pk) for pk, sk in _accounts(world.tables)])
    return tables.bill, queues.cards


def _accounts(tables: MemoryTables) -> list[tuple[str, str]]:
    return [(key.pk, key.sk) for key in tables.items if key.sk == "ACCOUNT"]


@pytest.mark.parametrize("named", [True, False], ids=["named", "by nobody"])
def test_a_thousand_sales_a_second_make_no_key_hot(named: bool) -> None:  # noqa: FBT001
    bill, cards = busy_second(named)
    assert cards == (SALES if named else 0)
    ((hottest, written),) = bill.written_at.most_common(1)
    ((asked, read),) = bill.read_at.most_common(1)
    print(f"most written: {hottest}, {written} units; most read: {asked}, {read} units")  # noqa: T201
    assert written <= MOST_WRITTEN, bill.written_at.most_common(5)
    assert read <= MOST_READ, bill.read_at.most_common(5)


@pytest.mark.parametrize(("shards", "named"), [("PARKED_SHARDS", False), ("PUBLISH_SHARDS", True)])
def test_one_partition_for_all_would_be_too_hot(
    monkeypatch: pytest.MonkeyPatch,
    shards: str,
    named: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setattr(keys, shards, 1)
    bill, _ = busy_second(named)
    assert bill.written_at.most_common(1)[0][1] >= MOST_WRITTEN
