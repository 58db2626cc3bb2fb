"""Where a till stands: the location that its address, or its key, names."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from loyalty.store import credentials, till_watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.store.tables import Tables

KEEP = timedelta(seconds=60)
"""How long a process goes on with what it has read."""


class Places:
    """Reads where a program's tills stand, and keeps that for a minute."""

    def __init__(self, tables: Tables, clock: Callable[[], datetime]) -> None:
        self._tables = tables
        self._clock = clock
        self._kept: dict[str, tuple[datetime, Mapping[str, str]]] = {}

    def of(self, program: str) -> Mapping[str, str]:
        """Return the ids of locations by the names of tills; others are known of nowhere.

        A till that is reached by an address and by a key stands where the address says.
        """
        now = self._clock()
        kept = self._kept.get(program)
        if kept is None or now - kept[0] > KEEP:
            kept = now, self._read(program)
            self._kept[program] = kept
        return kept[1]

    def _read(self, program: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for key in credentials.read_keys(self._tables, program).values():
            for source in key.sources:
                if key.location:
                    found.setdefault(source, key.location)
        for watch in till_watch.of_program(self._tables, program):
            endpoint = credentials.read_endpoint(self._tables, watch.endpoint)
            for source in endpoint.sources if endpoint and endpoint.program == program else ():
                if endpoint and endpoint.location:
                    found[source] = endpoint.location
        return found
