"""The order that a redemption or the use of a coupon names: its head, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.core.order import Order
from loyalty.store import reading

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.order import OrderKey
    from loyalty.ledger.books import Books


def named_order(books: Books, key: OrderKey, account: Account, now: datetime) -> Order | None:
    """Return the order's head; one that nobody has reported, or that nobody has, becomes theirs.

    None where it is somebody else's.
    """
    order = reading.read_order(books.tables, key)
    if order is None:
        currency = books.programs.current(key.program).currency
        return Order(key, currency, now, now, member=account.member)
    if order.member is None:
        return replace(order, member=account.member)
    return _theirs(books, order, account)


def their_order(books: Books, key: OrderKey, account: Account) -> Order | None:
    """Return the order's head if it is kept and still theirs."""
    order = reading.read_order(books.tables, key)
    return _theirs(books, order, account) if order is not None and order.member else None


def _theirs(books: Books, order: Order, account: Account) -> Order | None:
    member = order.member or ""
    return order if books.same_member(order.key.program, account.member, member) else None
