"""Tables that nothing is written to: what would be lies in memory, for whoever reads after it.

So a command says beforehand what it would do, by doing it. Places of indexes, and what a scan
finds, are those of the tables beneath: they are eventually consistent anyhow.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from loyalty.store.tables import Cancelled, Delete, Key, Put, Reason, holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loyalty.store.tables import Item, Place, TableName, Tables, Update, Write


class UnwrittenTables:
    """See ``loyalty.store.tables.Tables``."""

    def __init__(self, beneath: Tables) -> None:
        self._beneath = beneath
        self._items: dict[Key, Item | None] = {}

    def forget(self) -> None:
        """Forget what would have been written."""
        self._items.clear()

    # Reading

    def get(self, key: Key) -> Item | None:
        """Read one item; see ``Tables.get``."""
        return deepcopy(self._items[key]) if key in self._items else self._beneath.get(key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Read items; see ``Tables.get_many``."""
        wanted = list(keys)
        found = self._beneath.get_many([key for key in wanted if key not in self._items])
        own = {key: self._items[key] for key in wanted if key in self._items}
        return found | {key: deepcopy(item) for key, item in own.items() if item is not None}

    def query(self, table: TableName, pk: str, prefix: str = "") -> list[Item]:
        """Read all items of a partition; see ``Tables.query``."""
        found = self._beneath.query(table, pk, prefix)
        return self._with_own(found, table, pk, lambda sk: sk.startswith(prefix))

    def between(
        self, table: TableName, pk: str, first: str, last: str, limit: int, *, newest: bool = False
    ) -> list[Item]:
        """Read so many items of a partition; see ``Tables.between``."""
        # As many more as would be gone: they may be the first ones.
        gone = sum(1 for key, item in self._items.items() if item is None and key.pk == pk)
        found = self._beneath.between(table, pk, first, last, limit + gone, newest=newest)
        every = self._with_own(found, table, pk, lambda sk: first <= sk <= last)
        return (every[::-1] if newest else every)[:limit]

    def waiting(
        self,
        partition: str,
        before: int,
        limit: int,
        since: int = 0,
        after: Place | None = None,
    ) -> list[Place]:
        """Read places of the index ``waiting``; see ``Tables.waiting``."""
        return self._beneath.waiting(partition, before, limit, since, after)

    def listed(self, partition: str, after: str, limit: int) -> list[str]:
        """Read places of the index ``members``; see ``Tables.listed``."""
        return self._beneath.listed(partition, after, limit)

    def scan(
        self,
        segment: int,
        segments: int,
        after: tuple[str, str] | None,
        limit: int,
        sort_keys: tuple[str, ...],
    ) -> tuple[list[Item], tuple[str, str] | None]:
        """Read a page of the state table; see ``Tables.scan``."""
        return self._beneath.scan(segment, segments, after, limit, sort_keys)

    # What would be written

    def write(self, *writes: Write) -> None:
        """Remember all or nothing; see ``Tables.write``."""
        reasons = tuple(map(self._reason, writes))
        if any(reason.kind != "none" for reason in reasons):
            raise Cancelled(reasons)
        for one in writes:
            self._items[one.key] = self._after(one)

    def write_alone(self, write: Write) -> None:
        """Remember one item; see ``Tables.write_alone``."""
        self.write(write)

    def add(self, key: Key, numbers: Mapping[str, int], values: Mapping[str, Any]) -> None:
        """Remember numbers that are added to; see ``Tables.add``."""
        item = self.get(key) or _empty(key)
        more = {name: item.get(name, 0) + number for name, number in numbers.items()}
        self._items[key] = {**item, **deepcopy(dict(values)), **more}

    def _after(self, one: Write) -> Item | None:
        if isinstance(one, Delete):
            return None
        if isinstance(one, Put):
            return {**_empty(one.key), **deepcopy(dict(one.item))}
        return self._updated(one)

    def _updated(self, one: Update) -> Item:
        item = self.get(one.key) or _empty(one.key)
        item |= deepcopy(dict(one.values))
        item = {**dict(one.defaults), **item}
        for name in one.remove:
            item.pop(name, None)
        return item | {name: item.get(name, 0) + more for name, more in one.adds.items()}

    def _reason(self, one: Write) -> Reason:
        if one.condition is None:
            return Reason("none")
        item = self.get(one.key)
        return Reason("none") if holds(one.condition, item) else Reason("condition", item)

    def _with_own(
        self, found: list[Item], table: TableName, pk: str, fits: Callable[[str], bool]
    ) -> list[Item]:
        """Return items of a partition as they would be, in the order of their keys."""
        every: dict[str, Item | None] = {item["sk"]: item for item in found}
        for key, item in self._items.items():
            if (key.table, key.pk) == (table, pk) and fits(key.sk):
                every[key.sk] = deepcopy(item)
        return [item for _, item in sorted(every.items()) if item is not None]


def _empty(key: Key) -> Item:
    return {"pk": key.pk, "sk": key.sk}
