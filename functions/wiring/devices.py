"""The phones that want to hear of passes."""

from __future__ import annotations

from functools import cache

from functions.aws.registrations import TableRegistrations
from functions.wiring import environment, storage


@cache
def registrations() -> TableRegistrations:
    """Return the registrations of phones."""
    return TableRegistrations(storage.tables(), clock=environment.now)
