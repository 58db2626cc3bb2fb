"""What owners do with segments and campaigns."""

from __future__ import annotations

from functools import cache

from functions.aws.time_left import DEADLINE
from functions.wiring import ledger
from loyalty.campaigns.audiences import Audiences
from loyalty.campaigns.managing import Campaigns

_KEPT = 4.0
"""Seconds that are left for what comes after counting."""


@cache
def audiences() -> Audiences:
    """Return who names segments, and says who is in them."""
    return Audiences(ledger.books())


@cache
def campaigns() -> Campaigns:
    """Return who makes, starts and stops campaigns."""
    return Campaigns(ledger.books(), audiences())


def more() -> bool:
    """Tell whether there is time to look at more members."""
    return DEADLINE.left > _KEPT
