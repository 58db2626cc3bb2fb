"""Coupons: using their codes, and what owners do with them."""

from __future__ import annotations

from functools import cache

from functions.wiring import ledger
from loyalty.ledger.coupons import Coupons
from loyalty.ledger.offers import Offers


@cache
def coupons() -> Coupons:
    """Return the use cases of codes."""
    return Coupons(ledger.books(), ledger.sales())


@cache
def offers() -> Offers:
    """Return what owners do with coupons."""
    return Offers(ledger.books())
