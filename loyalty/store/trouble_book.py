"""What the watch knows to be wrong, in one item of the whole deployment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Put

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.store.tables import Tables

    Row = tuple[str, str, str, int, int]


def read(tables: Tables) -> list[Row]:
    """Return kind, place, words, and the seconds since when and when last told, of each."""
    item = tables.get(keys.troubles_key())
    return [tuple(row) for row in json.loads(item["f"])] if item else []


def looked_at(tables: Tables) -> int | None:
    """Return the second of the last look that has ended well; None before the first."""
    item = tables.get(keys.troubles_key())
    return int(item["at"]) if item else None


def write(tables: Tables, rows: Iterable[Row], now: int) -> None:
    """Keep what is known at that second, as ``read`` returns it."""
    key = keys.troubles_key()
    tables.write(Put(key, {"pk": key.pk, "sk": key.sk, "f": json.dumps(list(rows)), "at": now}))
