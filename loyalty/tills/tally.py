"""Counts what comes to tills' addresses in memory, and writes it down now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store import till_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime, timedelta

    from loyalty.access.keys import Endpoint
    from loyalty.store.tables import Tables


class Tally:
    """What one process has counted and not written yet.

    Parameters
    ----------
    worker
        Any number that the process keeps: it chooses the shard.
    rest
        How long an endpoint's counts rest after they were written. What is counted meanwhile is
        written with what comes next, and lost where the process ends before.
    """

    def __init__(
        self, tables: Tables, worker: int, clock: Callable[[], datetime], rest: timedelta
    ) -> None:
        self._tables = tables
        self._worker = worker
        self._clock = clock
        self._rest = rest
        self._counted: dict[tuple[str, str], dict[str, int]] = {}
        self._written: dict[tuple[str, str], datetime] = {}

    def count(self, endpoint: Endpoint, kind: str, number: int = 1) -> None:
        """Count something of ``till_counts.KINDS`` at an endpoint."""
        counted = self._counted.setdefault((endpoint.program, endpoint.id), {})
        counted[kind] = counted.get(kind, 0) + number

    def write(self) -> None:
        """Write what was counted, an endpoint's at once; what fails is not counted again."""
        for name, counted in list(self._due()):
            del self._counted[name]
            now = self._written[name] = self._clock()
            second = int(now.timestamp())
            till_counts.add(self._tables, name, self._worker, second, counted)

    def _due(self) -> Iterator[tuple[tuple[str, str], dict[str, int]]]:
        now = self._clock()
        for name, counted in self._counted.items():
            if name not in self._written or now - self._written[name] >= self._rest:
                yield name, counted
