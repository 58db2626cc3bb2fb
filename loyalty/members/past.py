"""Whom a member was made of: those who were merged into them, and into those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store import membership, reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.ledger.books import Books


def merged_into(books: Books, program: str, member: str) -> tuple[str, ...]:
    """Return all who have become this member."""
    found: dict[str, None] = {}
    waiting = [member]
    while waiting:
        one = waiting.pop()
        known = [*membership.read_merged(books.tables, program, one), *_told(books, program, one)]
        new = [other for other in known if other not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return tuple(found)


def _told(books: Books, program: str, member: str) -> Iterator[str]:
    """Yield who was merged into a member by what the ledger says: the only word of old merges."""
    for entry in reading.read_entries(books.tables, program, member):
        stored = reading.read_fact_of(books.tables, entry) if entry.kind == "merge" else None
        for other, _ in stored.entries if stored else ():
            account = reading.read_account(books.tables, program, other)
            if account is not None and account.successor == member:
                yield other
