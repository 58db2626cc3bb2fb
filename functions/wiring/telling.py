"""What turns entries into events, and hands these over to be sent."""

from __future__ import annotations

from functools import cache

from functions.wiring import queues, storage
from loyalty.outgoing.telling import Telling


@cache
def telling() -> Telling:
    """Return what tells receivers of members and programs."""
    return Telling(storage.tables(), storage.programs(), queues.sending_queue())
