"""Making programs, and who works for which."""

from __future__ import annotations

from functools import cache

from functions.wiring import storage
from loyalty.access.founding import Founding


@cache
def founding() -> Founding:
    """Return the use cases."""
    return Founding(storage.tables(), storage.programs())
