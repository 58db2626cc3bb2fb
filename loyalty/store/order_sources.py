"""Which tills a program's orders came from: whoever knows a receipt's number alone asks them all.

One item per till, written when its first order is taken up for figures, and never removed: who has
changed tills still finds what the old one has sold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Update

if TYPE_CHECKING:
    from loyalty.store.tables import Tables

MOST = 100
"""Tills that are asked at most."""


def known(tables: Tables, program: str) -> list[str]:
    """Return the names of tills that orders came from."""
    place = keys.order_source_key(program, "")
    return [item["sk"] for item in tables.between("state", place.pk, "!", "~", MOST)]


def remember(tables: Tables, program: str, source: str) -> None:
    """Write down that orders came from a till; again changes nothing."""
    key = keys.order_source_key(program, source)
    if tables.get(key) is None:
        tables.write_alone(Update(key, {"on": 1}))
