"""What owners do with segments and campaigns."""

from __future__ import annotations

from functools import cache

from functions.aws.time_left import DEADLINE
from functions.wiring import ledger
from loyalty.campaigns.audiences import Audiences

_KEPT = 4.0
"""Seconds that are left for what comes after counting."""


@cache
def audiences() -> Audiences:
    """Return who names segments, and says who is in them."""
    return Audiences(ledger.books())


def more() -> bool:
    """Tell whether there is time to look at more members."""
    return DEADLINE.left > _KEPT
