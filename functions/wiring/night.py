"""The nightly job."""

from __future__ import annotations

from functools import cache

from functions.wiring import ledger
from loyalty.ledger.nightly import Nightly
from loyalty.ledger.reconcile import Reconciliation
from loyalty.members.erase import Erasure


@cache
def nightly() -> Nightly:
    """Return the nightly job."""
    return Nightly(ledger.books(), Reconciliation(ledger.books()))


@cache
def erasure() -> Erasure:
    """Return what finishes forgetting people."""
    return Erasure(ledger.books())
