"""Whom a member was made of: those who were merged into them, and into those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store import reading

if TYPE_CHECKING:
    from loyalty.ledger.books import Books


def merged_into(books: Books, program: str, member: str) -> tuple[str, ...]:
    """Return all who have become this member, by what the ledger says."""
    found: dict[str, None] = {}
    waiting = [member]
    while waiting:
        one = waiting.pop()
        for entry in reading.read_entries(books.tables, program, one):
            if entry.kind != "merge":
                continue
            stored = reading.read_fact_of(books.tables, entry)
            for other, _ in stored.entries if stored else ():
                account = reading.read_account(books.tables, program, other)
                merged = account is not None and account.successor == one
                if merged and other not in found:
                    found[other] = None
                    waiting.append(other)
    return tuple(found)
