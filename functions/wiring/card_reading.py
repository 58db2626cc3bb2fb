"""What finds cards and draws them."""

from __future__ import annotations

from functools import cache

from functions.wiring import storage
from loyalty.card.reader import CardReader


@cache
def cards() -> CardReader:
    """Return what finds and draws cards."""
    return CardReader(storage.tables(), storage.programs())
