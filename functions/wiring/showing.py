"""Which tools are told what cards show: asked for by whoever hands changed cards over."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from functions.wiring import environment, queues, storage
from loyalty.program import sides
from loyalty.store import credentials

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

KEEP = timedelta(seconds=30)
"""How long a process goes on with what it has read of a program."""


@cache
def _known() -> dict[str, tuple[datetime, tuple[str, ...]]]:
    """Return the addresses whose tools are written into, by program, and when that was read."""
    return {}


def ask(members: Iterable[tuple[str, str]]) -> None:
    """Have tools told of these (program, member), whose cards look different."""
    for program, member in members:
        for endpoint in _of(program):
            queues.inbox().put({"endpoint": endpoint, "write": member})


def _of(program: str) -> tuple[str, ...]:
    if sides.is_test(program):
        return ()
    now, kept = environment.now(), _known().get(program)
    if kept is not None and now - kept[0] < KEEP:
        return kept[1]
    found = credentials.read_writing(storage.tables(), program)
    _known()[program] = now, found
    return found
