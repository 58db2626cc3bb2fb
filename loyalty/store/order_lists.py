"""Lists of orders that somebody should look at, oldest first and page by page.

Parked orders wait for their member; possible doubles were kept apart from the first order of their
id. Both stand in the index ``waiting``, which is eventually consistent: what was written moments
ago may be missing, and what has been dealt with since is left out, so that a page may be short.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.order import OrderKey
from loyalty.store import cursor as cursors
from loyalty.store import keys
from loyalty.store.items.order import to_order
from loyalty.store.tables import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.core.order import Order
    from loyalty.store.tables import Key, Tables

_PLACE = re.compile(r"[0-9]{1,12}#[^#]+#.+", re.DOTALL)


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
    after = _after(program, cursor, keys.order_key)
    places = tables.waiting(keys.parked(program), before, limit, since, after)
    page = _page(tables, places, limit)
    return OrderPage(tuple(one for one in page.orders if one.member is None), page.next)


def doubles(tables: Tables, program: str, cursor: str, limit: int, before: int) -> OrderPage:
    """Return orders that were kept apart by that second; raises as ``parked``."""
    after = _after(program, cursor, keys.double_key)
    return _page(tables, tables.waiting(keys.doubles(program), before, limit, 0, after), limit)


def _page(tables: Tables, places: list[Place], limit: int) -> OrderPage:
    heads = [keys.order_key(keys.order_at(place.key.pk)) for place in places]
    found = tables.get_many(heads)
    orders = tuple(to_order(found[head]) for head in heads if head in found)
    return OrderPage(orders, _cursor(places[-1]) if len(places) == limit else None)


def _cursor(place: Place) -> str:
    order = keys.order_at(place.key.pk)
    return cursors.written(f"{place.second}#{order.source}#{order.id}")


def _after(program: str, cursor: str, key: Callable[[OrderKey], Key]) -> Place | None:
    if not cursor:
        return None
    second, source, name = cursors.read(cursor, _PLACE).split("#", 2)
    return Place(int(second), key(OrderKey(program, source, name)))
