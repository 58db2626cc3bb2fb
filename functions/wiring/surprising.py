"""What shows surprises."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.wiring import ledger

if TYPE_CHECKING:
    from loyalty.campaigns.surprising import Surprises


@cache
def surprises() -> Surprises:
    """Return what shows surprises, and who has drawn what."""
    # The page of a card loads nothing of campaigns: few ask for this one.
    from loyalty.campaigns.surprising import Surprises  # noqa: PLC0415 - as said

    return Surprises(ledger.books())
