"""A till's own customers: which member each of them is, so that an order that names them counts.

Vendors keep customers of their own. Whoever has seen both, the customer at the till and the card,
says once that they are one person; from then on an order with that customer is the member's
(hint ``customer:<source>:<id>``), where the program lets customers be known by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.ledger.books import member_not_found
from loyalty.refusals import Busy, Refusal
from loyalty.store import customer_links
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from loyalty.ledger.books import Books

MOST = 20
"""Customers of one member: more is a till that gives every sale a customer of its own."""

LONGEST_ID = 128


class Customers:
    """Links customers of tills to members."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def link(self, program: str, member: str, source: str, customer: str) -> None:
        """Let a customer of a source lead to a member; repeating it changes nothing.

        Raises
        ------
        Refusal
            ``member_not_found`` (also who has left), ``customer_taken`` (it leads to another
            member: unlink it there first), ``too_many_customers``, or busy.
        """
        tables = self._books.tables
        for _ in self._books.attempts():
            account = self._books.account(program, member)
            if account is None or account.closed:
                raise member_not_found(member)
            seen = customer_links.read(tables, program, source, customer)
            if seen is not None:
                if seen == account.member:
                    return
                before = self._books.account(program, seen)
                if before and not before.closed and before.member != account.member:
                    detail = "This customer is another member; take the link away there first."
                    raise Refusal("conflict", "customer_taken", detail)
            if len(customer_links.read_of(tables, program, account.member)) >= MOST:
                detail = f"At most {MOST} customers of tills lead to one member."
                raise Refusal("conflict", "too_many_customers", detail)
            try:
                customer_links.link(tables, program, account.member, (source, customer), seen)
            except (Cancelled, OutcomeUnknown):
                continue
            return
        raise Busy

    def unlink(self, program: str, member: str, source: str, customer: str) -> None:
        """Let a customer lead to the member no more; repeating it changes nothing.

        Raises
        ------
        Refusal
            ``customer_not_found``: it does not lead to that member. Busy.
        """
        tables = self._books.tables
        for _ in self._books.attempts():
            seen = customer_links.read(tables, program, source, customer)
            if seen is None or not self._books.same_member(program, seen, member):
                detail = "No such customer leads to this member."
                raise Refusal("not_found", "customer_not_found", detail)
            try:
                customer_links.unlink(tables, program, seen, (source, customer))
            except (Cancelled, OutcomeUnknown):
                continue
            return
        raise Busy

    def linked(self, program: str, member: str) -> tuple[tuple[str, str], ...]:
        """Return the customers (source, id) that lead to a member."""
        return customer_links.read_of(self._books.tables, program, member)
