"""Counting what comes to tills' addresses, for their health."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import cache

from functions.wiring import environment, storage
from loyalty.store import till_watch
from loyalty.tills.tally import Tally

_REST = timedelta(seconds=10)


@cache
def at_the_door() -> Tally:
    """Return what counts messages that go no further than the door.

    Strangers may send any number of them, so each process writes once in a while only.
    """
    return Tally(storage.tables(), _worker(), environment.now, _REST)


@cache
def at_work() -> Tally:
    """Return what counts the messages of a worker's batches; each batch is written."""
    return Tally(storage.tables(), _worker(), environment.now, timedelta())


@cache
def at_the_api() -> Tally:
    """Return what counts orders that come by the API; each process writes once in a while only."""
    return Tally(storage.tables(), _worker(), environment.now, _REST)


@cache
def watch(program: str, endpoint: str) -> None:
    """Have a till watched that something comes from; a process asks for it once.

    Addresses are watched when they are made. Those that are older, and tills without an address,
    are found by what comes from them.
    """
    till_watch.begin(storage.tables(), program, endpoint)


@cache
def _worker() -> int:
    return secrets.randbelow(2**16)
