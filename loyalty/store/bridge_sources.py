"""Which of a program's sources are booking tools and CRMs that have told of sales.

Only where there are any does a sale have to be looked at twice (``loyalty.ledger.told_twice``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Put

if TYPE_CHECKING:
    from loyalty.store.tables import Tables


def read(tables: Tables, program: str) -> frozenset[str]:
    """Return the names of all that there are."""
    item = tables.get(keys.bridge_sources_key(program))
    return frozenset(item["li"]) if item else frozenset()


def add(tables: Tables, program: str, source: str) -> None:
    """Remember one more; one that is lost to another writer is remembered the next time."""
    listed = sorted({*read(tables, program), source})
    tables.write(Put(keys.bridge_sources_key(program), {"li": listed}))
