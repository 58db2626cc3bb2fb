"""Whether the nightly job would ring the alarm for what a test has made."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

from loyalty.ledger import nightly
from tests.support.extent import FULL
from tests.support.memory import MemoryTables
from tests.support.world import OPENED, World

LARGE = 300
"""Accounts of a world that is looked at in ``make test-full`` only: it would cost as much again."""

LATER = timedelta(days=40)
"""Long enough for a month to begin, so that whoever can be settled is settled again."""


def forget() -> None:
    """Forget the worlds of the test before."""
    OPENED.clear()


def alarms() -> list[str]:
    """Return what two nights find in every world in memory that was opened since."""
    return [fault for world in list(OPENED) for fault in ringing(world)]


def ringing(world: World) -> list[str]:
    """Return what this night and a later one find in a world, looking at everything."""
    if not isinstance(world.tables, MemoryTables):
        return []  # on an emulator it would take minutes; those stories are told in memory too
    accounts = sum(key.sk == "ACCOUNT" for key in world.tables.items)
    if not accounts or (accounts > LARGE and not FULL):
        return []
    copied = MemoryTables()
    copied.items = {key: dict(item) for key, item in world.tables.items.items()}
    after = World(copied)
    after.now = world.now
    found: list[str] = []
    with mock.patch.object(nightly, "RECONCILE_NIGHTS", 1):
        for _ in range(2):
            pages = after.night(segments=1)
            found += [fault for page in pages for fault in page.faults]
            after.now += LATER
    return found
