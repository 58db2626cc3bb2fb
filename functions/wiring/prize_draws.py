"""Prize draws, put together."""

from __future__ import annotations

from functools import cache

from functions.wiring import ledger
from loyalty.ledger.drawing_prizes import Draws


@cache
def draws() -> Draws:
    """Return the use cases of prize draws."""
    return Draws(ledger.books())
