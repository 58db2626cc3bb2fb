"""What rings for those of whom others have to be told something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.wiring import queues, storage
from loyalty.outgoing import bells

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.outgoing.bells import Bell


def ring(found: Iterable[Bell]) -> int:
    """Ring for those of these whose program has a receiver; return how many that are."""
    heard = bells.heard(storage.tables(), found)
    if heard:
        queues.telling_queue().put(heard)
    return len(heard)
