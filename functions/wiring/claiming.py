"""What lets customers claim their sales by receipt."""

from __future__ import annotations

from functools import cache

from functions.wiring import ledger, storage
from loyalty.ledger.receipts import Receipts


@cache
def receipts() -> Receipts:
    """Return the use case of claiming by receipt."""
    return Receipts(ledger.books(), ledger.sales())


def currency(program: str) -> str:
    """Return what a program counts in."""
    return storage.programs().current(program).currency
