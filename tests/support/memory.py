"""The two tables in memory, with the same promises as DynamoDB, and with faults on demand."""

from __future__ import annotations

import marshal
import threading
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast
from zlib import crc32

from loyalty.store.tables import (
    Cancelled,
    Delete,
    Item,
    Key,
    OutcomeUnknown,
    Place,
    Put,
    Reason,
    TableName,
    Update,
    Write,
    holds,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_Plain = TypeVar("_Plain")
Fault = Literal["lost_before", "lost_after", "conflict", "throttled", "killed", "killed_after"]
FAULTS: tuple[Fault, ...] = (
    "lost_before",
    "lost_after",
    "conflict",
    "throttled",
    "killed",
    "killed_after",
)


class Items(dict[Key, Item]):
    """Items by their keys, and which keys there are of a partition, and of members."""

    def __init__(self, items: Mapping[Key, Item] | None = None) -> None:
        super().__init__()
        self.of: dict[tuple[str, str], dict[Key, None]] = {}
        self.members: dict[Key, None] = {}
        self.waiting: dict[Key, None] = {}
        for key, item in (items or {}).items():
            self[key] = item

    def __setitem__(self, key: Key, item: Item) -> None:
        super().__setitem__(key, item)
        self.of.setdefault((key.table, key.pk), {})[key] = None
        if "mp" in (item or {}):
            self.members[key] = None
        self.note(key)

    def note(self, key: Key) -> None:
        """Know whether an item that was changed in its place waits."""
        if "wp" in self[key]:
            self.waiting[key] = None
        else:
            self.waiting.pop(key, None)

    def __delitem__(self, key: Key) -> None:
        super().__delitem__(key)
        del self.of[key.table, key.pk][key]
        self.members.pop(key, None)
        self.waiting.pop(key, None)

    def pop(self, key: Key, default: Any = None) -> Any:
        found = self.get(key, default)
        if key in self:
            del self[key]
        return found

    def setdefault(self, key: Key, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *more: Any, **named: Any) -> None:
        for key, item in dict(*more, **named).items():
            self[key] = item

    def clear(self) -> None:
        super().clear()
        self.of.clear()
        self.members.clear()
        self.waiting.clear()


class Killed(BaseException):
    """The process is gone at this point; nothing in it may catch this."""


class MemoryTables:
    """See ``loyalty.store.tables.Tables``.

    ``calls`` counts calls; the call of number ``fault_at`` meets ``fault``, once.
    """

    def __init__(self) -> None:
        self._items = Items()
        self.calls = 0
        self.fault_at: int | None = None
        self.fault: Fault | None = None
        self._lock = threading.Lock()

    @property
    def items(self) -> dict[Key, Item]:
        return self._items

    @items.setter
    def items(self, items: Mapping[Key, Item]) -> None:
        self._items = Items(items)

    def plan(self, fault: Fault, after_calls: int) -> None:
        """Let the call that comes after so many others meet a fault."""
        self.fault, self.fault_at = fault, self.calls + after_calls

    def get(self, key: Key) -> Item | None:
        self._count_read()
        with self._lock:
            return _copied(self.items.get(key))

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        self._count_read()
        with self._lock:
            return {key: _copied(self.items[key]) for key in keys if key in self.items}

    def query(self, table: TableName, pk: str, prefix: str = "") -> list[Item]:
        self._count_read()
        with self._lock:
            found = [key for key in self._of(table, pk) if key.sk.startswith(prefix)]
            return [_copied(self.items[key]) for key in sorted(found, key=lambda k: k.sk)]

    def between(
        self, table: TableName, pk: str, first: str, last: str, limit: int, *, newest: bool = False
    ) -> list[Item]:
        assert pk
        assert first, "DynamoDB takes no empty key"
        self._count_read()
        with self._lock:
            found = [key for key in self._of(table, pk) if first <= key.sk <= last]
            ordered = sorted(found, key=lambda key: key.sk, reverse=newest)
            return [_copied(self.items[key]) for key in ordered[:limit]]

    def waiting(
        self,
        partition: str,
        before: int,
        limit: int,
        since: int = 0,
        after: Place | None = None,
    ) -> list[Place]:
        self._count_read()
        behind = (after.second, after.key.pk, after.key.sk) if after else (0, "", "")
        with self._lock:
            found = [
                (item["wt"], key.pk, key.sk)
                for key, item in ((key, self.items[key]) for key in self._items.waiting)
                if item.get("wp") == partition and since <= item["wt"] <= before
            ]
        found = sorted(one for one in found if one > behind)
        return [Place(at, Key("state", pk, sk)) for at, pk, sk in found[:limit]]

    def listed(self, partition: str, after: str, limit: int) -> list[str]:
        self._count_read()
        with self._lock:
            items = [self.items[key] for key in self._items.members]
            found = [item["mo"] for item in items if item.get("mp") == partition]
        return sorted(place for place in found if place > after)[:limit]

    def scan(
        self,
        segment: int,
        segments: int,
        after: tuple[str, str] | None,
        limit: int,
        sort_keys: tuple[str, ...],
    ) -> tuple[list[Item], tuple[str, str] | None]:
        self._count_read()
        with self._lock:
            keys = sorted(
                (key.pk, key.sk)
                for key in self.items
                if key.table == "state" and crc32(key.pk.encode()) % segments == segment
            )
            page = [key for key in keys if after is None or key > after][:limit]
            found = [_copied(self.items[Key("state", *key)]) for key in page if key[1] in sort_keys]
        return found, page[-1] if len(page) == limit else None

    def write(self, *writes: Write) -> None:
        fault = self._next_fault()
        if fault == "killed":
            raise Killed
        if fault == "lost_before":
            raise OutcomeUnknown(fault)
        if fault in {"conflict", "throttled"}:
            first = Reason("conflict" if fault == "conflict" else "throttled")
            raise Cancelled((first, *(Reason("none") for _ in writes[1:])))
        with self._lock:
            self._apply(writes)
        if fault == "lost_after":
            raise OutcomeUnknown(fault)
        if fault == "killed_after":
            raise Killed

    def write_alone(self, write: Write) -> None:
        self.write(write)

    def add(self, key: Key, numbers: Mapping[str, int], values: Mapping[str, Any]) -> None:
        assert numbers, "DynamoDB takes no empty clause"
        self._count_read()
        with self._lock:
            item = self.items.setdefault(key, {"pk": key.pk, "sk": key.sk})
            for name, number in numbers.items():
                item[name] = item.get(name, 0) + number
            item.update(_copied(dict(values)))
            self._items.note(key)

    def _apply(self, writes: tuple[Write, ...]) -> None:
        assert len({write.key for write in writes}) == len(writes), "one item twice"
        reasons = tuple(self._reason(write) for write in writes)
        if any(reason.kind != "none" for reason in reasons):
            raise Cancelled(reasons)
        for write in writes:
            if isinstance(write, Delete):
                self.items.pop(write.key, None)
            elif isinstance(write, Put):
                keys = {"pk": write.key.pk, "sk": write.key.sk}
                self.items[write.key] = _copied({**keys, **write.item})
            else:
                self._update(write)

    def _update(self, update: Update) -> None:
        item = self.items.setdefault(update.key, {"pk": update.key.pk, "sk": update.key.sk})
        item.update(_copied(dict(update.values)))
        for name, value in update.defaults.items():
            item.setdefault(name, value)
        for name in update.remove:
            item.pop(name, None)
        for name in (*update.values, *update.defaults, *update.remove, *update.adds):
            # The real ones stand for themselves in an expression.
            assert name.isidentifier(), f"DynamoDB takes no attribute {name!r} in an update"
        for name, number in update.adds.items():
            item[name] = item.get(name, 0) + number
        self._items.note(update.key)

    def _reason(self, write: Write) -> Reason:
        item = self.items.get(write.key)
        if write.condition is None or holds(write.condition, item):
            return Reason("none")
        return Reason("condition", _copied(item))

    def _of(self, table: TableName, pk: str) -> Iterable[Key]:
        return self._items.of.get((table, pk), ())

    def _count_read(self) -> None:
        fault = self._next_fault()
        if fault in {"killed", "killed_after"}:
            raise Killed
        # A read that fails is retried by the SDK, and then fails the request: nothing was done.
        if fault is not None:
            raise ConnectionError(fault)

    def _next_fault(self) -> Fault | None:
        self.calls += 1
        if self.fault_at is None or self.calls <= self.fault_at:
            return None
        fault, self.fault, self.fault_at = self.fault, None, None
        return fault


def _copied(value: _Plain) -> _Plain:
    """Return plain data anew; nothing but plain data is stored."""
    return cast("_Plain", marshal.loads(marshal.dumps(cast("Any", value))))
