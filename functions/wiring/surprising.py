"""What shows surprises."""

from __future__ import annotations

from functools import cache

from functions.wiring import ledger
from loyalty.campaigns.surprising import Surprises


@cache
def surprises() -> Surprises:
    """Return what shows surprises, and who has drawn what."""
    return Surprises(ledger.books())
