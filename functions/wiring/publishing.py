"""What hands changed cards over: to the wallets, and to tools that are told what cards show."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.wiring import queues, showing, storage
from loyalty.card.publishing import Publisher

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyalty.store.publishing import ChangedCard


class _Everybody:
    """See ``loyalty.card.publishing.WalletQueues``."""

    def put(self, cards: Sequence[ChangedCard]) -> None:
        queues.wallet_queues().put(cards)
        showing.ask((card.program, card.member) for card in cards)


@cache
def publisher() -> Publisher:
    """Return what hands changed cards over."""
    return Publisher(storage.tables(), _Everybody())
