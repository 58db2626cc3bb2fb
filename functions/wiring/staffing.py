"""What staff do, put together."""

from __future__ import annotations

from functools import cache

from functions.wiring import ledger
from loyalty.ledger.order_acts import OrderActs
from loyalty.ledger.referral_rewards import ReferralRewards
from loyalty.ledger.staff import Staff
from loyalty.ledger.stock import Stock
from loyalty.members.customers import Customers
from loyalty.members.erase import Erasure
from loyalty.members.finding import Finding
from loyalty.members.privacy import Privacy
from loyalty.members.records import Records


@cache
def staff() -> Staff:
    """Return acts on accounts."""
    return Staff(ledger.books())


@cache
def stock() -> Stock:
    """Return what says how many of a reward there are."""
    return Stock(ledger.books())


@cache
def order_acts() -> OrderActs:
    """Return acts on orders."""
    return OrderActs(ledger.books(), ledger.sales(), ReferralRewards(ledger.books()))


@cache
def erasure() -> Erasure:
    """Return what lets members leave."""
    return Erasure(ledger.books())


@cache
def privacy() -> Privacy:
    """Return what lists and answers vendors' requests for people's data."""
    return Privacy(ledger.books(), erasure())


@cache
def customers() -> Customers:
    """Return what links tills' customers to members."""
    return Customers(ledger.books())


@cache
def finding() -> Finding:
    """Return what finds members for staff."""
    return Finding(ledger.books())


@cache
def records() -> Records:
    """Return what writes down of members."""
    return Records(ledger.books())
