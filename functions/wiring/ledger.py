"""The use cases that move value."""

from __future__ import annotations

import random
import time
from functools import cache

from functions.aws.time_left import DEADLINE
from functions.wiring import access, storage
from loyalty.ledger.beside import Beside
from loyalty.ledger.books import Books
from loyalty.ledger.referral_rewards import ReferralRewards
from loyalty.ledger.sales import Sales
from loyalty.ledger.spending import Spending
from loyalty.ledger.standing import Standings
from loyalty.ledger.timeline import Timeline
from loyalty.ledger.told_twice import ToldTwice
from loyalty.ledger.visits import Visits


@cache
def books() -> Books:
    """Return accounts and facts."""
    return Books(
        storage.tables(),
        storage.programs(),
        access.tokens(),
        random=random.random,
        sleep=time.sleep,
        deadline=DEADLINE,
    )


@cache
def sales() -> Sales:
    """Return the use cases of orders."""
    return Sales(books(), ReferralRewards(books()), _told_twice())


@cache
def _told_twice() -> ToldTwice:
    return ToldTwice(books())


@cache
def beside() -> Beside:
    """Return what lays possible doubles beside what they may be."""
    return Beside(books(), _told_twice())


@cache
def visits() -> Visits:
    """Return the use case of visits."""
    return Visits(books(), sales(), _told_twice())


@cache
def standings() -> Standings:
    """Return who says where members stand."""
    return Standings(books())


@cache
def spending() -> Spending:
    """Return the use cases of spending."""
    return Spending(books(), sales())


@cache
def timeline() -> Timeline:
    """Return what tells of the past."""
    return Timeline(books())
