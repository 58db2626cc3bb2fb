"""A till's own customers: which member each of them is, so that an order that names them counts.

Vendors keep customers of their own. Whoever has seen both, the customer at the till and the card,
says once that they are one person; from then on an order with that customer is the member's
(hint ``customer:<source>:<id>``), where the program lets customers be known by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.ledger import deeds
from loyalty.ledger.act import Act
from loyalty.ledger.books import member_not_found
from loyalty.refusals import Busy, Refusal
from loyalty.store import customer_links
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.ledger.books import Books
    from loyalty.store.tables import Write

MOST = 20
"""Customers of one member: more is a till that gives every sale a customer of its own."""

LONGEST_ID = 128


class Customers:
    """Links customers of tills to members."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def link(  # noqa: PLR0917
        self, program: str, member: str, source: str, customer: str, key: str, now: datetime
    ) -> None:
        """Let a customer of a source lead to a member; repeating it changes nothing.

        A line of who did it (``key``: an API key's id) is kept with the member and with the key.

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
            before_id = seen if seen != account.member else None
            line = _line(program, key, (source, customer), (before_id, account.member), now)
            try:
                customer_links.link(tables, program, account.member, (source, customer), seen, line)
            except (Cancelled, OutcomeUnknown):
                continue
            return
        raise Busy

    def unlink(  # noqa: PLR0917
        self, program: str, member: str, source: str, customer: str, key: str, now: datetime
    ) -> None:
        """Let a customer lead to the member no more; a line is kept, as by ``link``.

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
            line = _line(program, key, (source, customer), (seen, None), now)
            try:
                customer_links.unlink(tables, program, seen, (source, customer), line)
            except (Cancelled, OutcomeUnknown):
                continue
            return
        raise Busy

    def linked(self, program: str, member: str) -> tuple[tuple[str, str], ...]:
        """Return the customers (source, id) that lead to a member."""
        return customer_links.read_of(self._books.tables, program, member)


def _line(
    program: str,
    key: str,
    customer: tuple[str, str],
    owners: tuple[str | None, str | None],
    now: datetime,
) -> list[Write]:
    """Return the writes that keep whose a customer was and is, by whose doing."""
    source, name = customer
    before, after = ({"source": source, "customer": name, "member": owner} for owner in owners)
    member = str(owners[1] or owners[0])
    act = Act(program, key, f"customer {source}", "")
    kind = "link" if owners[1] else "unlink"
    # The vendor knows a person by that id: with the key, which outlives the member, it is not kept.
    return deeds.recorded(act, kind, member, before, after, now, ("customer",))
