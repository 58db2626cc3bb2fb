"""Which of a program's sources are booking tools and CRMs that have told of sales.

Only where there are any does a sale have to be looked at twice (``loyalty.ledger.told_twice``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Update

if TYPE_CHECKING:
    from loyalty.store.tables import Tables

_BEGIN = "s#"


def read(tables: Tables, program: str) -> frozenset[str]:
    """Return the names of all that there are."""
    item = tables.get(keys.bridge_sources_key(program)) or {}
    return frozenset(name.removeprefix(_BEGIN) for name in item if name.startswith(_BEGIN))


def add(tables: Tables, program: str, source: str) -> None:
    """Remember one more."""
    tables.write(Update(keys.bridge_sources_key(program), {f"{_BEGIN}{source}": 1}))
