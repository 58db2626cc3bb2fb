"""What figures cost: writes per sale as it is taken up, and how long working a year out takes."""

from __future__ import annotations

import time

from benchmarks.timing import result, row, title
from loyalty.figures.feeding import Feeding
from loyalty.figures.places import Places
from loyalty.figures.refreshing import Refreshing
from loyalty.store import streams
from tests.support.memory import MemoryTables
from tests.support.metering import Bill, MeteredTables
from tests.support.world import World

MEMBERS = 200
VISITS = 12
SALES = 300


def run() -> None:
    """Print everything."""
    title("figures")
    tables = MemoryTables()
    world = World(tables)
    world.put_program()
    metered = MeteredTables(tables)
    feeding = Feeding(metered, world.programs, Places(tables, lambda: world.now))
    members = [world.enrol() for _ in range(MEMBERS)]
    for member in members:
        feeding.member("coffee", member.member_id, world.now)
    metered.bill = Bill()
    begun = time.process_time()
    fed = 0.0
    for number in range(VISITS):
        world.wait(days=7)
        for index, member in enumerate(members):
            world.sell(f"{number}-{index}", total=500 + index, member=member)
            started = time.process_time()
            feeding.member("coffee", member.member_id, world.now)
            fed += time.process_time() - started
    sales = MEMBERS * VISITS
    bill = metered.bill
    units = (bill.write_units + bill.index_units) / sales
    row(
        "a member's sale taken up",
        f"{fed / sales * 1e6:,.0f} µs",
        f"{bill.read_units / sales:.1f} RU",
    )
    result("derived write units per sale of a member", units, "at most 2")
    metered.bill = Bill()
    for number in range(SALES):
        world.sell(f"n{number}", total=700)
    heads = streams.orders((key.pk, key.sk) for key in [*tables.items] if "#till#n" in key.pk)
    for head in heads:
        feeding.order(head, world.now)
    result(
        "derived write units per sale of nobody", metered.bill.write_units / len(heads), "at most 1"
    )
    world.wait(days=1)
    metered.bill = Bill()
    begun = time.process_time()
    told = Refreshing(metered, world.programs).work("coffee", world.now)
    took = time.process_time() - begun
    row(
        f"worked out: {told['sales']:,} sales, {told['members']} members",
        f"{took:.2f} s",
        f"{metered.bill.read_units} RU, {metered.bill.write_units} WU",
    )
    print(f"  that is {took / told['members'] * 1e3:.1f} ms a member")
