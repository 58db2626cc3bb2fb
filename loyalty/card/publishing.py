"""Hand changed cards over to the wallets' queues.

An account whose card changed carries a mark in a sparse index until the change is in both queues.
The table's stream says so within a moment; a sweeper finds what no stream record announced. Both
only say where to look: what is true is read here, so late, doubled and reordered records do no
harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from loyalty.store import publishing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyalty.store.publishing import ChangedCard
    from loyalty.store.tables import Tables

SWEEP_LIMIT = 100
SWEEP_PAGES = 10


class WalletQueues(Protocol):
    """Durable queues in front of both wallets."""

    def put(self, cards: Sequence[ChangedCard]) -> None:
        """Put each card into both queues; raises if any of them was not taken."""


class Publisher:
    """Moves changed cards from the tables to the queues."""

    def __init__(self, tables: Tables, queues: WalletQueues) -> None:
        self._tables = tables
        self._queues = queues

    def publish(self, members: Sequence[tuple[str, str]]) -> int:
        """Hand over the cards of those (program, member) that wait for it; return how many did.

        A card goes into the queues first and loses its mark after: a crash in between doubles a
        push, which phones do not notice, and never loses one.
        """
        cards = publishing.changed_cards(self._tables, members)
        if not cards:
            return 0
        self._queues.put(cards)
        for card in cards:
            publishing.unmark(self._tables, card)
        return len(cards)

    def sweep(self, before: int) -> int:
        """Hand over what has waited since before that second (since 1970); return how many.

        Goes on page by page while cards leave the index, and leaves the rest to the next minute.
        """
        return sum(self._sweep(shard, before) for shard in range(publishing.SHARDS))

    def _sweep(self, shard: int, before: int) -> int:
        count = 0
        for _ in range(SWEEP_PAGES):
            members = publishing.waiting(self._tables, shard, before, SWEEP_LIMIT)
            count += self.publish(members)
            if len(members) < SWEEP_LIMIT:
                break
        return count
