"""A program with as many members as you like, of whom none lies in memory.

Each is made of one whom a world has enrolled, under an id and a time of joining of their own, as
they are read. What is written to them is judged by its condition and forgotten, but for a note of
who was told: a walk of a campaign reads nobody twice, unless it goes wrong.
"""

from __future__ import annotations

import marshal
from bisect import bisect_right
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from loyalty.store import keys
from loyalty.store.tables import Cancelled, Put, Reason, holds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.store.tables import Item, Key, TableName, Write
    from tests.support.memory import MemoryTables
    from tests.support.world import World

LENGTH = 32


def named(number: int) -> str:
    """Return the id of a member."""
    return f"{number:0{LENGTH}x}"


class Multitude:
    """Tables in which a program has so many members, all like one of a world."""

    def __init__(self, world: World, member: str, members: int) -> None:
        self.small: MemoryTables = world.tables
        self.member, self.members = member, members
        self.begun = Counter[str]()
        self.ended = Counter[str]()
        self._pk = keys.account_key("coffee", member).pk
        self._packed = {
            key.sk: marshal.dumps({**item})
            for key, item in self.small.items.items()
            if key.table == "state" and key.pk == self._pk
        }
        self._joined = int(self.small.items[keys.member_key("coffee", member)]["mo"][:20])
        self._shards: dict[str, list[int]] = {}
        for number in range(members):
            shard = keys.members_partition("coffee", keys.members_shard(named(number)))
            self._shards.setdefault(shard, []).append(number)

    def _made(self, key: Key) -> Item | None:
        if key.table != "state" or not keys.is_of_member(key) or key in self.small.items:
            return self.small.get(key)
        packed = self._packed.get(key.sk)
        if packed is None:
            return None
        name = keys.owner(key.pk)[1]
        if len(name) != LENGTH:
            return None
        return cast("Item", marshal.loads(packed.replace(self.member.encode(), name.encode())))

    def get(self, key: Key) -> Item | None:
        return self._made(key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        found = {key: self._made(key) for key in keys}
        return {key: item for key, item in found.items() if item is not None}

    def query(self, table: TableName, pk: str, prefix: str = "") -> list[Item]:
        return self.small.query(table, pk, prefix)

    def waiting(self, *arguments: Any) -> Any:
        return self.small.waiting(*arguments)

    def listed(self, partition: str, after: str, limit: int) -> list[str]:
        """Return places of a shard behind one; they are in order of joining, a second apart."""
        behind = self._number(after) if after else -1
        numbers = self._shards.get(partition, [])
        first = bisect_right(numbers, behind)
        return [self._place(number) for number in numbers[first : first + limit]]

    def _place(self, number: int) -> str:
        return keys.members_place(self._joined + number * 1_000_000, named(number))

    def _number(self, place: str) -> int:
        return int(place.partition("#")[2], 16)

    def write_alone(self, write: Write) -> None:
        self.write(write)

    def write(self, *writes: Write) -> None:
        olds = [self._made(one.key) for one in writes]
        good = [
            one.condition is None or holds(one.condition, old)
            for one, old in zip(writes, olds, strict=True)
        ]
        if not all(good):
            reasons = (Reason("none") if one else Reason("condition") for one in good)
            raise Cancelled(tuple(reasons))
        for one in writes:
            if keys.is_of_member(one.key):
                self.begun[one.key.sk] += 1
            elif isinstance(one, Put) and "o" in one.item:
                self.ended[one.item["o"]] += 1
            else:
                self.small.write(replace(one, condition=None))
