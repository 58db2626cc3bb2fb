"""What hands changed cards over to the wallets."""

from __future__ import annotations

from functools import cache

from functions.wiring import queues, storage
from loyalty.card.publishing import Publisher


@cache
def publisher() -> Publisher:
    """Return what hands changed cards to the wallets' queues."""
    return Publisher(storage.tables(), queues.wallet_queues())
