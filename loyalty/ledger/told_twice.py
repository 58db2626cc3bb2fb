"""A visit that a booking tool and a till have both told of is bought once.

Neither knows of the other, so nothing but who, where, when and how much says that two orders are
one visit. Whichever comes second is kept apart as a possible double and earns nothing until the
owner has said that it is another sale (``loyalty.ledger.order_acts``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.core.double import is_same_visit
from loyalty.core.order import order_named
from loyalty.store import bridge_sources, reading

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.order import Order
    from loyalty.ledger.books import Books

MOST = 20
"""Last entries of a member that are looked at: those of some days, and of some visits."""

_KEPT = 60.0
"""Seconds for which is known that a program has no booking tools: a shop that has none pays for no
more than a look a minute."""


class ToldTwice:
    """Finds out whether an order is a visit that counts already."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._known: dict[str, tuple[float, frozenset[str]]] = {}

    def note(self, program: str, source: str, now: datetime) -> None:
        """Remember that a booking tool or a CRM tells of sales under that name."""
        if source not in self._bridges(program, now):
            bridge_sources.add(self._books.tables, program, source)
            self._known.pop(program, None)

    def __call__(self, order: Order, account: Account, now: datetime) -> bool:
        """Tell whether an order that has not counted yet is the same visit as one that counts."""
        if order.context or order.void or order.spent or order.total <= 0:
            return False
        return self.same_visit(order, account, now) is not None

    def same_visit(self, order: Order, account: Account, now: datetime) -> Order | None:
        """Return the order of the other side that may be the same visit; None where there is none.

        Also of an order that was kept apart for it: what it would come to is compared.
        """
        program = order.key.program
        bridges = self._bridges(program, now)
        if not bridges:
            return None
        order = replace(order, void=False)
        ours = order.key.source in bridges
        last = reading.read_last_entries(self._books.tables, program, account.member, MOST)
        others = dict.fromkeys(filter(None, map(order_named, last)))
        for other in others:
            if (other.source in bridges) == ours:
                continue
            found = reading.read_order(self._books.tables, other)
            if found and found.member == account.member and is_same_visit(order, found, now):
                return found
        return None

    def _bridges(self, program: str, now: datetime) -> frozenset[str]:
        second = now.timestamp()
        known = self._known.get(program)
        if known is None or not 0 <= second - known[0] < _KEPT:
            known = second, bridge_sources.read(self._books.tables, program)
            self._known[program] = known
        return known[1]
