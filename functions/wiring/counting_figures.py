"""What takes up for figures what happened to members and orders."""

from __future__ import annotations

from functools import cache

from functions.wiring import environment, storage
from loyalty.figures.feeding import Feeding
from loyalty.figures.places import Places


@cache
def feeding() -> Feeding:
    """Return what takes up entries and orders."""
    tables = storage.tables()
    return Feeding(tables, storage.programs(), Places(tables, environment.now))
