"""What should have been done by now: the oldest entry of each part of the index ``waiting``.

Whoever has to do something later stands in that index by the second when it is due. Something that
stands there for much longer than it should is work that nobody does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.store.tables import Tables

MINUTE = 60

PATIENCE: Mapping[str, tuple[tuple[str, ...], int]] = {
    # A bell rings within seconds, and the sweep of each minute rings what was missed.
    "cards": (keys.publish_partitions(), 10 * MINUTE),
    "events": (keys.sending_partitions(), 15 * MINUTE),
    "messages": ((keys.OFFERS,), 15 * MINUTE),
    "campaigns": ((keys.CAMPAIGNS,), 15 * MINUTE),
    "tills": ((keys.TILLS,), 15 * MINUTE),
    "groups": ((keys.SAVING,), 60 * MINUTE),
    # drand tells its round within seconds; somebody may be waiting for the winners.
    "draws": ((keys.DRAWS,), 60 * MINUTE),
    "designs": ((keys.CHANGED_PROGRAMS,), 60 * MINUTE),
    "google": ((keys.GOOGLE_CHECKS,), 60 * MINUTE),
    # Wallets of the forgotten are told for a day; the night after that removes what is left.
    "erasing": ((keys.LEAVING,), 2 * 24 * 60 * MINUTE),
}
"""Partitions by what waits there, and the seconds after which that is late."""


@dataclass(frozen=True, slots=True)
class Late:
    """Something that should have been done: what, and for how many seconds it has been due."""

    what: str
    seconds: int


def late(tables: Tables, now: int) -> list[Late]:
    """Return what is late at that second, each kind with its oldest. Eventually consistent."""
    found = []
    for what, (partitions, patience) in PATIENCE.items():
        oldest = [
            place.second
            for partition in partitions
            # Second 0 is "at the next look", and says nothing of since when.
            for place in tables.waiting(partition, now - patience, 1, since=1)
        ]
        if oldest:
            found.append(Late(what, now - min(oldest)))
    return found
