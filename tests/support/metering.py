"""Count what DynamoDB would charge: store calls, and capacity units by the documented rules.

Sizes: a name or text counts its UTF-8 bytes; a number about one byte per two significant digits
and one more; a list or map three bytes, and one per element. A strongly consistent read costs a
unit per 4 KB begun, a write in a transaction two per 1 KB begun (of the larger of old and new
item), a change in a sparse index one unit per item that enters or leaves it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loyalty.store.tables import Delete, Key, Place, Put, TableName, Tables, Write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.store.tables import Item

KILOBYTE = 1024


def size(item: Mapping[str, Any]) -> int:
    """Return the bytes that DynamoDB counts for an item."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Any) -> int:
    if isinstance(value, bool) or value is None:
        return 1
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, int):
        digits = len(str(abs(value)).rstrip("0")) or 1
        return (digits + 1) // 2 + 1 + (value < 0)
    if isinstance(value, dict):
        return 3 + size(value) + len(value)
    return 3 + sum(1 + _size(part) for part in value)


@dataclass
class Bill:
    """What was done so far: names of calls, items per transaction, units, sizes written.

    ``read_at`` and ``written_at`` are units by partition key (``table key``; ``index key``), which
    DynamoDB limits one by one: 3000 read and 1000 write units a second
    (Developer Guide, "Designing partition keys").
    """

    calls: list[str] = field(default_factory=list)
    transactions: list[int] = field(default_factory=list)
    read_units: int = 0
    write_units: int = 0
    index_units: int = 0
    sizes: dict[str, int] = field(default_factory=dict)
    read_at: Counter[str] = field(default_factory=Counter)
    written_at: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        units = f"{self.read_units} read, {self.write_units} write, {self.index_units} index units"
        return f"{len(self.calls)} calls ({', '.join(self.calls)}); {units}; bytes {self.sizes}"


class MeteredTables:
    """Tables that keep a bill."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.bill = Bill()

    def get(self, key: Key) -> Item | None:
        item = self._tables.get(key)
        self._read("get", {key: item or {}})
        return item

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        found = self._tables.get_many(keys)
        self._read("get_many", found)
        return found

    def query(self, table: TableName, pk: str, prefix: str = "") -> list[Item]:
        found = self._tables.query(table, pk, prefix)
        together = sum(size(item) for item in found)
        units = max(1, _begun(together, 4 * KILOBYTE))
        self.bill.calls.append("query")
        self.bill.read_units += units
        self.bill.read_at[f"{table} {pk}"] += units
        return found

    def between(
        self, table: TableName, pk: str, first: str, last: str, limit: int, *, newest: bool = False
    ) -> list[Item]:
        found = self._tables.between(table, pk, first, last, limit, newest=newest)
        together = sum(size(item) for item in found)
        self.bill.calls.append("between")
        self.bill.read_units += max(1, _begun(together, 4 * KILOBYTE))
        return found

    def waiting(
        self,
        partition: str,
        before: int,
        limit: int,
        since: int = 0,
        after: Place | None = None,
    ) -> list[Place]:
        self.bill.calls.append("waiting")
        self.bill.read_units += 1
        self.bill.read_at[f"waiting {partition}"] += 1
        return self._tables.waiting(partition, before, limit, since, after)

    def listed(self, partition: str, after: str, limit: int) -> list[str]:
        self.bill.calls.append("listed")
        self.bill.read_units += 1
        self.bill.read_at[f"members {partition}"] += 1
        return self._tables.listed(partition, after, limit)

    def scan(
        self,
        segment: int,
        segments: int,
        after: tuple[str, str] | None,
        limit: int,
        sort_keys: tuple[str, ...],
    ) -> tuple[list[Item], tuple[str, str] | None]:
        self.bill.calls.append("scan")
        return self._tables.scan(segment, segments, after, limit, sort_keys)

    def write_alone(self, write: Write) -> None:
        old = self._tables.get(write.key) or {}
        new = _after(write, old)
        units = max(1, _begun(max(size(old), size(new)), KILOBYTE))
        self.bill.calls.append("write_alone")
        # What is refused by its condition is charged as well.
        self.bill.write_units += units
        self.bill.written_at[f"{write.key.table} {write.key.pk}"] += units
        self.bill.sizes[write.key.sk.partition("#")[0]] = max(size(old), size(new))
        self._tables.write_alone(write)
        moved = _index_units(old, new)
        self.bill.index_units += sum(moved.values())
        self.bill.written_at.update(moved)

    def write(self, *writes: Write) -> None:
        before = [self._tables.get(write.key) or {} for write in writes]
        after = [_after(write, old) for write, old in zip(writes, before, strict=True)]
        self.bill.calls.append("write")
        self.bill.transactions.append(len(writes))
        for write, old, new in zip(writes, before, after, strict=True):
            # A transaction that is cancelled is charged as well.
            larger = max(size(old), size(new))
            units = 2 * max(1, _begun(larger, KILOBYTE))
            self.bill.write_units += units
            self.bill.written_at[f"{write.key.table} {write.key.pk}"] += units
            self.bill.sizes[write.key.sk.partition("#")[0]] = larger
        self._tables.write(*writes)
        for old, new in zip(before, after, strict=True):
            moved = _index_units(old, new)
            self.bill.index_units += sum(moved.values())
            self.bill.written_at.update(moved)

    def add(self, key: Key, numbers: Mapping[str, int], values: Mapping[str, Any]) -> None:
        old = self._tables.get(key) or {}
        self._tables.add(key, numbers, values)
        larger = max(size(old), size(self._tables.get(key) or {}))
        units = max(1, _begun(larger, KILOBYTE))
        self.bill.calls.append("add")
        self.bill.write_units += units
        self.bill.written_at[f"{key.table} {key.pk}"] += units

    def _read(self, call: str, found: Mapping[Key, Item]) -> None:
        self.bill.calls.append(call)
        units = {key: _begun(size(item), 4 * KILOBYTE) for key, item in found.items()}
        self.bill.read_units += max(1, sum(units.values()))
        for key, read in units.items():
            self.bill.read_at[f"{key.table} {key.pk}"] += max(1, read)


def _after(write: Write, old: Item) -> Item:
    keys = {"pk": write.key.pk, "sk": write.key.sk}
    if isinstance(write, Delete):
        return {}
    if isinstance(write, Put):
        return {**keys, **write.item}
    defaults = {name: value for name, value in write.defaults.items() if name not in old}
    item = {**keys, **old, **write.values, **defaults}
    return {name: value for name, value in item.items() if name not in write.remove}


def _index_units(old: Mapping[str, Any], new: Mapping[str, Any]) -> Counter[str]:
    """Return the units of each index partition that an item leaves, or enters."""
    found: Counter[str] = Counter()
    for index, partition, place in (("waiting", "wp", "wt"), ("members", "mp", "mo")):
        was, now = old.get(partition), new.get(partition)
        if (was, old.get(place)) != (now, new.get(place)):
            found.update(f"{index} {one}" for one in (was, now) if one is not None)
    return found


def _begun(amount: int, unit: int) -> int:
    return -(-amount // unit)
