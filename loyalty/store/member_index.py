"""Who belongs to a program, in order of joining.

The index ``members`` stands on the item with a member's personal data, which no sale writes. It is
spread over shards, each in order; a page is merged from all of them. Whoever was forgotten stays in
it: their item tells nothing but that somebody joined then, and counts stay right.

The index is eventually consistent, and who joins is written moments after the instant they joined
at. So a walk misses nobody who had joined seconds before it began, and may miss who joined since.
"""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from loyalty.core.instants import instant
from loyalty.store import cursor as cursors
from loyalty.store import keys
from loyalty.store.items.member import index_values
from loyalty.store.tables import Cancelled, Equals, Key, Update

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from loyalty.store.tables import Item, Tables

SHARDS = keys.MEMBER_SHARDS
"""That members are spread over: a page of each is one query."""
_PLACE = re.compile(r"[0-9]{20}#[^#]+")
_SLACK = 5
_MOST_AT_ONCE = 1000
"""Well below the megabyte at which an answer ends early."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A member and when they joined."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Members in order of joining; ``next`` is where to go on, None at the end."""

    members: tuple[Joined, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Mended:
    """What one page of mending did: members looked at and put right; ``next`` None at the end."""

    seen: int
    mended: int
    next: tuple[str, str] | None


def page(tables: Tables, program: str, cursor: str, limit: int) -> Page:
    """Return the next members of a program; ``cursor`` is empty at the beginning.

    Raises
    ------
    Refusal
        ``invalid_cursor``: it is none that a page has returned.
    """
    after = cursors.read(cursor, _PLACE) if cursor else ""
    # About as many from each shard as a page needs of it, and seldom too few.
    chunk = min(_MOST_AT_ONCE, limit * 3 // (2 * keys.MEMBER_SHARDS) + _SLACK)
    shards = [
        _shard(tables, keys.members_partition(program, shard), after, chunk)
        for shard in range(keys.MEMBER_SHARDS)
    ]
    places = list(islice(heapq.merge(*shards), limit + 1))
    more, places = len(places) > limit, places[:limit]
    members = tuple(Joined(*_read(place)) for place in places)
    return Page(members, cursors.written(places[-1]) if more else None)


def page_of_shard(tables: Tables, program: str, shard: int, cursor: str, limit: int) -> Page:
    """Return the next members of one shard, in order of joining: one query; see ``page``."""
    after = cursors.read(cursor, _PLACE) if cursor else ""
    places = tables.listed(keys.members_partition(program, shard), after, limit + 1)
    more, places = len(places) > limit, places[:limit]
    members = tuple(Joined(*_read(place)) for place in places)
    return Page(members, cursors.written(places[-1]) if more else None)


def _shard(tables: Tables, partition: str, after: str, chunk: int) -> Iterator[str]:
    while True:
        places = tables.listed(partition, after, chunk)
        yield from places
        if len(places) < chunk:
            return
        after = places[-1]


def mend(tables: Tables, after: tuple[str, str] | None, limit: int) -> Mended:
    """Read a page of the whole table and put right what is missing or wrong in the index.

    Going over it again changes nothing; a walk that was cut short goes on after any page.
    """
    found, following = tables.scan(0, 1, after, limit, (keys.member_key("", "").sk,))
    mended = sum(_mend(tables, item) for item in found)
    return Mended(len(found), mended, following)


def _mend(tables: Tables, item: Item) -> bool:
    program, member = keys.owner(item["pk"])
    values = index_values(program, member, instant(item["en"]))
    if all(item.get(name) == value for name, value in values.items()):
        return False
    key = Key("state", item["pk"], item["sk"])
    try:
        # It must not come into being by this. What else writes it writes the same values.
        tables.write(Update(key, values, condition=Equals("pk", key.pk)))
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind != "condition":
            raise
        return False
    return True


def _read(place: str) -> tuple[str, datetime]:
    joined, _, member = place.partition("#")
    return member, instant(int(joined))
