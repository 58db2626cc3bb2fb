"""Lists of orders that somebody should look at, oldest first and page by page.

Parked orders wait for their member; possible doubles were kept apart from the first order of their
id. Both stand in the index ``waiting``, which is eventually consistent: what was written moments
ago may be missing, and what has been dealt with since is left out, so that a page may be short.
"""

from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

from loyalty.core.order import OrderKey
from loyalty.store import cursor as cursors
from loyalty.store import keys
from loyalty.store.reading import order_of
from loyalty.store.tables import Place

if TYPE_CHECKING:
    from loyalty.core.order import Order
    from loyalty.store.tables import Tables

_PLACE = re.compile(r"[0-9]{1,12}#[^#]+#.+", re.DOTALL)
_PLACES = re.compile(r"[0-9]{1,12}(\n[^#\n]+#[^\n]+)+")


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Orders, oldest first; ``next`` is where to go on, None at the end."""

    orders: tuple[Order, ...]
    next: str | None


def parked(  # noqa: PLR0917
    tables: Tables, program: str, cursor: str, limit: int, since: int, before: int
) -> OrderPage:
    """Return orders that were parked between these seconds; ``cursor`` is empty at the beginning.

    Raises
    ------
    Refusal
        ``invalid_cursor``.
    """
    second, behind = _behind(program, cursor)
    if since > second:
        # A query cannot begin behind a place that it does not reach.
        second, behind = since, {}
    if second > before:
        return OrderPage((), None)
    shards = [
        tables.waiting(partition, before, limit, second, behind.get(partition))
        for partition in keys.parked_partitions(program)
    ]
    places = list(islice(heapq.merge(*shards, key=attrgetter("second")), limit))
    page = _page(tables, places)
    waiting = tuple(one for one in page if one.member is None)
    return OrderPage(waiting, _following(places, second, behind) if len(places) == limit else None)


def doubles(  # noqa: PLR0917
    tables: Tables, program: str, cursor: str, limit: int, since: int, before: int
) -> OrderPage:
    """Return orders that were kept apart between these seconds; raises as ``parked``."""
    after = _after(program, cursor)
    if after is not None and after.second < since:
        after = None
    if max(since, after.second if after else 0) > before:
        return OrderPage((), None)
    places = tables.waiting(keys.doubles(program), before, limit, since, after)
    following = _cursor(places[-1]) if len(places) == limit else None
    return OrderPage(_page(tables, places), following)


def _page(tables: Tables, places: list[Place]) -> tuple[Order, ...]:
    heads = [keys.order_key(keys.order_at(place.key.pk)) for place in places]
    found = tables.get_many(heads)
    return tuple(order_of(tables, found[head]) for head in heads if head in found)


def _cursor(place: Place) -> str:
    order = keys.order_at(place.key.pk)
    return cursors.written(f"{place.second}#{order.source}#{order.id}")


def _after(program: str, cursor: str) -> Place | None:
    if not cursor:
        return None
    second, source, name = cursors.read(cursor, _PLACE).split("#", 2)
    return Place(int(second), keys.double_key(OrderKey(program, source, name)))


# Parked orders are spread over partitions, and an index tells nothing of the order among places of
# one second. So a cursor holds the last second of a page, and where each partition was left that
# had places in it: whatever lies before that second has been told, in every partition.


def _behind(program: str, cursor: str) -> tuple[int, dict[str, Place]]:
    """Return from which second a page goes on, and behind which place of each partition."""
    if not cursor:
        return 0, {}
    second, *names = cursors.read(cursor, _PLACES).split("\n")
    left = [OrderKey(program, *name.split("#", 1)) for name in names]
    places = [Place(int(second), keys.order_key(order)) for order in left]
    return int(second), {keys.parked(keys.order_at(one.key.pk)): one for one in places}


def _following(places: list[Place], second: int, behind: dict[str, Place]) -> str:
    last = places[-1].second
    left = dict(behind) if last == second else {}
    for place in places:
        if place.second == last:
            left[keys.parked(keys.order_at(place.key.pk))] = place
    orders = [keys.order_at(place.key.pk) for place in left.values()]
    return cursors.written("\n".join([str(last), *(f"{one.source}#{one.id}" for one in orders)]))
