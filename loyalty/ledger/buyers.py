"""Who bought: the members that an order's hints name, in the order that the program sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store import contact_book, customer_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from loyalty.ledger.books import Books
    from loyalty.program.rules import Identity

_WAYS: Mapping[str, tuple[Identity, ...]] = {
    "code": ("card",),
    "short": ("card",),
    "customer": ("customer",),
    "phone": ("phone",),
    "email": ("email",),
    # What orders were told before contacts said of what kind they are.
    "contact": ("phone", "email"),
}


def _ways(hint: str) -> tuple[Identity, ...]:
    """Return by what a hint finds a member."""
    return _WAYS.get(hint.partition(":")[0], ())


def matches(
    books: Books, program_id: str, hints: tuple[str, ...], seeker: str | None, now: datetime
) -> Iterator[str]:
    """Find the members that the hints name, in the order that the program sets."""
    order = books.programs.current(program_id).identity
    ranked = ((order.index(way), hint) for hint in hints for way in _ways(hint) if way in order)
    for hint in dict.fromkeys(hint for _, hint in sorted(ranked)):
        kind, _, name = hint.partition(":")
        if kind == "code":
            member = books.by_reference(program_id, name)
        elif kind == "short":
            member = books.by_short_code(program_id, name, seeker, now)
        elif kind == "customer":
            source, _, customer = name.partition(":")
            member = customer_links.read(books.tables, program_id, source, customer)
        else:
            contact = contact_book.read_contact(books.tables, program_id, name)
            # A contact that nobody has proved to own must not collect for anyone.
            member = contact.member if contact and contact.verified else None
        if member:
            yield member
