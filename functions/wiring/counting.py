"""Counting what comes to tills' addresses, for their health."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import cache

from functions.wiring import environment, storage
from loyalty.tills.tally import Tally

REST = timedelta(seconds=10)


@cache
def at_the_door() -> Tally:
    """Return what counts messages that go no further than the door.

    Strangers may send any number of them, so each process writes once in a while only.
    """
    return Tally(storage.tables(), worker(), environment.now, REST)


@cache
def at_work() -> Tally:
    """Return what counts the messages of a worker's batches; each batch is written."""
    return Tally(storage.tables(), worker(), environment.now, timedelta())


@cache
def worker() -> int:
    """Return any number that this process keeps."""
    return secrets.randbelow(2**16)
