"""What somebody usually buys, and when: from their last few orders, for whoever greets them.

Nothing is kept for it. Items are the till's own ids; without three orders that agree there is
nothing to say.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.calendar import local
from loyalty.core.order import order_named
from loyalty.store import reading

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyalty.core.order import Order
    from loyalty.ledger.books import Books

LAST = 20
"""Entries that are looked at: one query, and as many heads as name different orders."""

_AGREE = 3


@dataclass(frozen=True, slots=True)
class Habit:
    """The item that is in most orders (the till's id), the local hour of most; None: no such.

    ``weekday`` is that of most, 0 is Monday.
    """

    favourite: str | None = None
    hour: int | None = None
    weekday: int | None = None


def habit(orders: Iterable[Order], zone: str, now: datetime) -> Habit:
    """Return what at least three of the orders, and at least half of them, have in common."""
    paid = [order for order in orders if order.total > 0]
    items = Counter(item for order in paid for item in {line.item for line in order.lines} if item)
    hours = Counter(local(order.instant(now), zone).hour for order in paid)
    days = Counter(local(order.instant(now), zone).weekday() for order in paid)
    # A quarter to nine and a quarter past are one time of the day.
    around = {hour: hours[hour] + hours[(hour - 1) % 24] + hours[(hour + 1) % 24] for hour in hours}
    hour = max(around, key=lambda one: (hours[one], around[one], -one), default=None)
    favourite = max(items, key=lambda one: (items[one], one), default=None)
    weekday = max(days, key=lambda one: (days[one], -one), default=None)
    return Habit(
        favourite if favourite and _agreed(items[favourite], len(paid)) else None,
        hour if hour is not None and _agreed(around[hour], len(paid)) else None,
        weekday if weekday is not None and _agreed(days[weekday], len(paid)) else None,
    )


def habit_of(books: Books, program: str, member: str, now: datetime) -> Habit:
    """Return the habit of a member by the orders behind their last entries."""
    account = books.account(program, member)
    if account is None:
        return Habit()
    entries = reading.read_last_entries(books.tables, program, account.member, LAST)
    named = dict.fromkeys(filter(None, map(order_named, entries)))
    orders = (reading.read_order(books.tables, key) for key in named)
    mine = [one for one in orders if one and one.member == account.member and not one.void]
    return habit(mine, books.programs.current(program).zone, now)


def _agreed(times: int, of: int) -> bool:
    return times >= _AGREE and 2 * times >= of
