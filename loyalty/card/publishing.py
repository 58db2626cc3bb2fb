"""Hand changed cards over to the wallets' queues.

An account whose card changed carries a mark in a sparse index until the change is in both queues.
The table's stream says so within a moment; a sweeper finds what no stream record announced. Both
only say where to look: what is true is read here, so late, doubled and reordered records do no
harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from loyalty.store import items
from loyalty.store.tables import Cancelled, Equals, Update

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyalty.store.tables import Key, Tables

SWEEP_LIMIT = 100
SWEEP_PAGES = 10


@dataclass(frozen=True, slots=True)
class ChangedCard:
    """A card that looks different since it was last handed over."""

    program: str
    member: str
    version: int


class WalletQueues(Protocol):
    """Durable queues in front of both wallets."""

    def put(self, cards: Sequence[ChangedCard]) -> None:
        """Put each card into both queues; raises if any of them was not taken."""


class Publisher:
    """Moves changed cards from the tables to the queues."""

    def __init__(self, tables: Tables, queues: WalletQueues) -> None:
        self._tables = tables
        self._queues = queues

    def publish(self, keys: Sequence[Key]) -> int:
        """Hand over those of these accounts that wait for it; return how many did.

        A card goes into the queues first and loses its mark after: a crash in between doubles a
        push, which phones do not notice, and never loses one.
        """
        found = self._tables.get_many(keys)
        waiting = {key: item for key, item in found.items() if "wp" in item}
        cards = [ChangedCard(*items.owner(key.pk), item["c"]) for key, item in waiting.items()]
        if not cards:
            return 0
        self._queues.put(cards)
        for key, item in waiting.items():
            self._unmark(key, item["c"])
        return len(cards)

    def sweep(self, before: int) -> int:
        """Hand over what has waited since before that second (since 1970); return how many.

        Goes on page by page while cards leave the index, and leaves the rest to the next minute.
        """
        return sum(self._sweep(partition, before) for partition in items.publish_partitions())

    def _sweep(self, partition: str, before: int) -> int:
        count = 0
        for _ in range(SWEEP_PAGES):
            keys = self._tables.waiting(partition, before, SWEEP_LIMIT)
            count += self.publish(keys)
            if len(keys) < SWEEP_LIMIT:
                break
        return count

    def _unmark(self, key: Key, version: int) -> None:
        unmarked = Update(key, {"pv": version}, remove=("wp", "wt"), condition=Equals("c", version))
        try:
            self._tables.write(unmarked)
        except Cancelled:
            # It changed again meanwhile, or somebody writes to it now: the mark stays, and the
            # next stream record or the sweeper hands the newer card over.
            return
