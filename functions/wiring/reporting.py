"""Counting orders that come by the API, and having tills watched that something comes from."""

from __future__ import annotations

from functools import cache

from functions.wiring import counting, environment, storage
from loyalty.store import till_watch
from loyalty.tills.tally import Tally


@cache
def at_the_api() -> Tally:
    """Return what counts orders that come by the API; each process writes once in a while only."""
    return Tally(storage.tables(), counting.worker(), environment.now, counting.REST)


@cache
def watch(program: str, endpoint: str) -> None:
    """Have a till watched that something comes from; a process asks for it once.

    Addresses are watched when they are made. Those that are older, and tills without an address,
    are found by what comes from them.
    """
    till_watch.begin(storage.tables(), program, endpoint)
