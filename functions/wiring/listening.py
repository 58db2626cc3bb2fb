"""What takes what carriers and members say of a channel."""

from __future__ import annotations

from functools import cache

from functions.aws.sns import Sns
from functions.wiring import environment, ledger
from loyalty.campaigns.hearing import Hearing


@cache
def hearing() -> Hearing:
    """Return what takes what is said."""
    return Hearing(ledger.books())


@cache
def sns() -> Sns:
    """Return what judges messages of Amazon SNS."""
    settings = environment.configuration()
    return Sns(settings.outbox_url if settings.development else "")
