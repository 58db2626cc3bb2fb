"""Coupons: using their codes, and what owners do with them."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING

from functions.wiring import ledger
from loyalty.ledger.coupon_uses import Coupons, Shown
from loyalty.ledger.offers import Offers
from loyalty.ledger.spending import Request

if TYPE_CHECKING:
    from datetime import datetime

_PAGE = "CARD"


@cache
def coupons() -> Coupons:
    """Return the use cases of codes."""
    return Coupons(ledger.books(), ledger.sales())


@cache
def offers() -> Offers:
    """Return what owners do with coupons."""
    return Offers(ledger.books())


def typed(program: str, member: str, code: str, act: str, now: datetime) -> str | None:
    """Use a code that a member has typed on their card's page; return why not, None if it was."""
    request = Request(program, _PAGE, act, f"member:{member}")
    answer = coupons().use(request, Shown(member=member), code, 0, now)
    reason: str | None = answer.body.get("reason")
    return reason


def new_act() -> str:
    """Return a random name for what a form does: sent twice, it is done once."""
    return secrets.token_hex(16)
