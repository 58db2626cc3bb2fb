"""A possible double beside the sale that it may be: whose each is, and what each comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.double import is_double, plain
from loyalty.ledger.buyers import matches
from loyalty.store import membership, reading

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.order import Order
    from loyalty.ledger.books import Books
    from loyalty.ledger.told_twice import ToldTwice


@dataclass(frozen=True, slots=True)
class Whose:
    """An order with whose it is: the member as they are called by now, and their first name."""

    order: Order
    member: str | None
    first_name: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A possible double, and the sale that counts beside it as far as it is known."""

    one: Whose
    other: Whose | None


class Beside:
    """Lays possible doubles beside what they may be."""

    def __init__(self, books: Books, told_twice: ToldTwice) -> None:
        self._books = books
        self._told_twice = told_twice

    def pair(self, order: Order, now: datetime) -> Pair:
        """Return an order with the one that it may be told of twice."""
        if is_double(order.key):
            first = reading.read_order(self._books.tables, plain(order.key))
            return Pair(self._whose(order), self._whose(first) if first else None)
        if not order.void:
            return Pair(self._whose(order), None)
        # It names somebody, and counts for nobody until it is said what it is.
        for member in matches(self._books, order.key.program, order.hints, None, now):
            account = self._books.account(order.key.program, member)
            if account is None or account.closed:
                continue
            other = self._told_twice.same_visit(order, account, now)
            return Pair(self._whose(order, member), self._whose(other) if other else None)
        return Pair(self._whose(order), None)

    def _whose(self, order: Order, named: str | None = None) -> Whose:
        program, member = order.key.program, order.member or named
        account = self._books.account(program, member) if member else None
        if account is None:
            return Whose(order, None, "")
        person = membership.read_remains(self._books.tables, program, account.member)
        return Whose(order, account.member, (person.first_name or "") if person else "")
