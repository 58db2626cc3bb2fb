"""The nightly job."""

from __future__ import annotations

from functools import cache

from functions.wiring import ledger
from functions.wiring.random_names import new_short_code
from loyalty.ledger.nightly import Nightly
from loyalty.ledger.reconcile import Reconciliation
from loyalty.members.erase import Erasure
from loyalty.members.naming_cards import ShortCodes


@cache
def nightly() -> Nightly:
    """Return the nightly job."""
    return Nightly(
        ledger.books(), Reconciliation(ledger.books()), ShortCodes(ledger.books(), new_short_code)
    )


@cache
def erasure() -> Erasure:
    """Return what finishes forgetting people."""
    return Erasure(ledger.books())
