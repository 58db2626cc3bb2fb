"""What moving in costs: 100,000 rows read, planned and imported, calls and capacity units a row.

Then what it costs to look for one of these members.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks import listing
from benchmarks.timing import result, title
from loyalty.core.calendar import local
from loyalty.members.moving_in import mapping as mappings
from loyalty.members.moving_in import planning
from loyalty.members.moving_in.running import PAGE, READERS
from loyalty.sheets import sheet
from tests.support.metering import Bill, MeteredTables
from tests.support.moving import CHANGES, COLUMNS, HEADER, Mover
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.members.moving_in.plan import Plan

ROWS = 100_000


def file(rows: int) -> bytes:
    """Return a file of so many members."""
    lines = (
        f"Ann {number},+1415{5_550_000 + number:07d},a{number}@example.com,{number % 900},"
        f"{number % 9},{number % 50}.50,,{'yes' if number % 3 else 'no'}\n"
        for number in range(rows)
    )
    return (HEADER + "".join(lines)).encode()


def planned(world: World, data: bytes) -> Plan:
    program = world.programs.current("coffee")
    mapping = mappings.read({"columns": COLUMNS, "consent": "form"})
    today = local(world.now, program.zone).date()
    return planning.plan(sheet.read(data), mapping, program, today, READERS)


def run(rows: int = ROWS) -> None:
    """Print everything."""
    title(f"moving in: {rows:,} rows")
    tables = MeteredTables(listing.Indexed())
    world = World(tables)
    world.put_program(**CHANGES)
    data = file(rows)
    begun = time.perf_counter()
    plan = planned(world, data)
    took = time.perf_counter() - begun
    wrong = sum(line.doing != "enrol" for line in plan.lines)
    print(f"read and planned in {took:.1f} s ({len(data) / 1e6:.1f} MB), {wrong} rows wrong")
    tables.bill = Bill()
    begun = time.perf_counter()
    mover = Mover(world)
    head = mover.run(data, consent="form")
    took = time.perf_counter() - begun
    bill = tables.bill
    print(f"imported in {took:.0f} s in memory, {PAGE} lines to a page: {head.counts}")
    print(
        f"  a row: {len(bill.calls) / rows:.2f} calls, {bill.write_units / rows:.1f} write, "
        f"{bill.index_units / rows:.1f} index, {bill.read_units / rows:.2f} read units; "
        f"at most {max(bill.transactions)} items in a transaction"
    )
    result("calls a row", len(bill.calls) / rows, "below 2")
    listing.run(world, tables, rows)


if __name__ == "__main__":
    run()
