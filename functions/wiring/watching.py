"""Looking at tills' addresses now and then."""

from __future__ import annotations

from functools import cache

from functions.wiring import access, queues, storage
from loyalty.refusals import Refusal
from loyalty.tills.looking import Looking


@cache
def looking() -> Looking:
    """Return what looks at the addresses that are due."""
    return Looking(
        storage.tables(),
        queues.inbox(),
        endpoint=access.credentials().endpoint,
        zone=_zone,
    )


def _zone(program: str) -> str:
    try:
        return storage.programs().current(program).zone
    except Refusal:
        return "UTC"  # an address of a program that nobody has put yet
