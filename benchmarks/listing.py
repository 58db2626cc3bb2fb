"""What looking for members costs in a large shop: calls and read units of a page, and how it grows.

In memory: what counts is how often DynamoDB would be asked and how much it would read. The time of
a page follows from that (a call takes some milliseconds within a region; assumed, not measured).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from benchmarks.timing import result, title
from loyalty.members.finding import Finding, Wanted
from tests.support.memory import MemoryTables
from tests.support.metering import Bill

if TYPE_CHECKING:
    from tests.support.metering import MeteredTables
    from tests.support.world import World

PAGE = 50
_CALL = 6  # milliseconds, assumed
_LOOKED_AT = 3  # pages of a walk through all members


class Indexed(MemoryTables):
    """Tables in memory whose index of members is kept in order, as a database keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[str, list[str]] = {}
        self._seen = -1

    def listed(self, partition: str, after: str, limit: int) -> list[str]:
        """Read places of the index; see ``Tables.listed``."""
        if self._seen != len(self.items):
            found: dict[str, list[str]] = defaultdict(list)
            for item in self.items.values():
                if "mp" in item:
                    found[item["mp"]].append(item["mo"])
            self._places = {name: sorted(places) for name, places in found.items()}
            self._seen = len(self.items)
        places = self._places.get(partition, [])
        start = bisect_right(places, after)
        return places[start : start + limit]


def run(world: World, tables: MeteredTables, members: int) -> None:
    """Print what each way of looking costs among so many members, who came in by a file."""
    title(f"looking for members: {members:,} of them, {PAGE} to a page")
    finding = Finding(world.books)
    most = 0
    for name, wanted in (
        ("all, page by page", Wanted()),
        ("by the beginning of a name", Wanted(name="ann")),
        ("by a name that few have", Wanted(name="4711")),
    ):
        cursor: str | None = ""
        for number in range(_LOOKED_AT):
            tables.bill = Bill()
            page = finding.page("coffee", wanted, cursor or "", PAGE, "key:bench", world.now)
            calls, units = len(tables.bill.calls), tables.bill.read_units
            if "scan" in tables.bill.calls:
                raise RuntimeError("members are found by a scan")
            most = max(most, calls)
            print(
                f"  {name:28} page {number + 1}: {len(page.members):3} found, {calls:3} calls, "
                f"{units:4} read units, about {calls * _CALL} ms one after the other"
            )
            cursor = page.next
            if cursor is None:
                break
    result("calls of a page at most", most, "below 30, whatever the shop's size")
