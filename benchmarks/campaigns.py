"""What telling everybody something costs: calls, capacity units, money, memory, time.

``python -m benchmarks.campaigns [MEMBERS]``. The walk is the product's own; members are made as
they are read, and calls that DynamoDB would answer are counted and put on a virtual clock. Every
worker does one thing after the other.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from benchmarks.cost import prices
from benchmarks.timing import result, title
from loyalty.campaigns.running import Running
from loyalty.store import keys
from loyalty.store.keys import MEMBER_SHARDS
from tests.support.campaigning import HELLO, OPEN, Campaigning
from tests.support.metering import Bill, MeteredTables
from tests.support.multitude import Multitude
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.campaigns.running import Cursor
    from loyalty.store.tables import Tables

MEMBERS = 20_000
MILLION = 1_000_000
CALL = 0.005
"""Seconds that DynamoDB takes for one call; its documents say single-digit milliseconds."""
WORK = 0.001
"""Seconds of processor that a member takes, at half a gigabyte. Unverified on AWS."""
KEPT = 10_000
"""Calls whose names the bill keeps at most."""
GOAL_DOLLARS, GOAL_MINUTES = 1.0, 35.0


class Shards:
    """The campaigns' queue, worked off shard by shard, each on a virtual clock of its own."""

    def __init__(self) -> None:
        self.waiting: list[Cursor] = []
        self.seconds: defaultdict[int, float] = defaultdict(float)

    def put(self, cursor: Cursor) -> None:
        """Keep a cursor."""
        self.waiting.append(cursor)


def begun(members: int, *, known: bool) -> tuple[Multitude, MeteredTables, Running, World]:
    """Return a program of so many members whom a campaign is to tell something.

    ``known``: they were told something before.
    """
    world = World()
    world.put_program()
    world.now = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    shop = Campaigning(world)
    ann = shop.join("Ann")
    if known:
        shop.start("before", guards=OPEN)
        shop.run()
        shop.move("before", "cancelled")
        world.wait(days=14)
    shop.start("hello", actions=[HELLO], guards=OPEN)
    # Their cards were published long ago.
    account = world.tables.items[keys.account_key("coffee", ann.member_id)]
    for name in ("wp", "wt"):
        account.pop(name, None)
    many = Multitude(world, ann.member_id, members)
    metered = MeteredTables(cast("Tables", many))
    world.tables = metered
    world.restart()
    return many, metered, Running(world.books), world


def walked(members: int, *, known: bool = True) -> tuple[Bill, float, Multitude, int]:
    """Walk through all of them; return bill, virtual seconds, the members, and memory's growth.

    The growth is in bytes, from when a tenth of the walk was done.
    """
    many, metered, running, world = begun(members, known=known)
    queue = Shards()
    running.tick(queue, world.now)
    metered.bill = Bill()
    told, grown = 0, 0
    while queue.waiting:
        cursor = queue.waiting.pop()
        calls = len(metered.bill.calls)
        found = running.walk(cursor, world.now)
        spent = (len(metered.bill.calls) - calls) * CALL + len(found.outcomes) * WORK
        queue.seconds[cursor.shard] += spent
        told += len(found.outcomes)
        # What is billed is kept by call and key here, which nobody's memory has to bear.
        if len(metered.bill.calls) > KEPT:
            metered.bill.calls.clear()
            metered.bill.written_at.clear()
            metered.bill.read_at.clear()
        if not grown and told >= members // 10:
            grown = _memory()
        if found.next:
            queue.put(found.next)
    return metered.bill, max(queue.seconds.values()), many, _memory() - grown


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def run(members: int = MEMBERS) -> None:
    """Print it."""
    title(f"A message on the cards of a million members (of {members:,} walked through)")
    table = prices()["units"]
    for known in (True, False):
        start = time.perf_counter()
        bill, seconds, many, grown = walked(members, known=known)
        took = time.perf_counter() - start
        if many.ended != {"sent": members}:
            raise SystemExit(f"not everybody was told once: {dict(many.ended)}")
        times = MILLION / members
        work = seconds * MEMBER_SHARDS * prices()["memory"]["gigabytes"]
        dollars = {
            "writes": bill.write_units * table["write_unit"],
            "index": bill.index_units * table["write_unit"],
            "reads": bill.read_units * table["read_unit"],
            "work": work * table["gigabyte_second"],
        }
        units = (bill.write_units, bill.index_units, bill.read_units)
        write, index, read = (one / members for one in units)
        print(f"  told something {'before' if known else 'for the first time'}:")
        print(f"  {write:.2f} write, {index:.2f} index, {read:.2f} read units a member")
        print("  dollars:", ", ".join(f"{one * times:.2f} {name}" for name, one in dollars.items()))
        minutes = seconds * times / 60
        here = took * 1e6 / members
        print(f"  {minutes:.0f} minutes on a virtual clock; {here:.0f} µs a member here")
        print(f"  memory grew by {grown / 1e6:.1f} MB over the last nine tenths")
        together = sum(dollars.values()) * times
        result("dollars, times the goal of one", together / GOAL_DOLLARS, "1")
        result(f"minutes, times the goal of {GOAL_MINUTES:.0f}", minutes / GOAL_MINUTES, "1")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS)
