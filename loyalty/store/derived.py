"""Read and write what follows from a member's entries, and up to which entry.

One item per account, written once per sale; it can be thrown away and is made again from the
entries (what was told to others before is told again then, under the same ids).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core.told import Told
from loyalty.store import keys
from loyalty.store.tables import Absent, Cancelled, Equals, Update

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.store.tables import Tables


def read_told(tables: Tables, program: str, member: str = "") -> Told | None:
    """Read how far others have been told; None where that was never written."""
    item = tables.get(keys.derived_key(program, member))
    return Told(item["s"], item["b"], item["l"]) if item else None


def read_told_of(tables: Tables, members: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Return the number of the last entry that was told, of those of these with any."""
    places = {keys.derived_key(*member): member for member in members}
    return {places[key]: item["s"] for key, item in tables.get_many(places).items()}


def put_told(tables: Tables, program: str, member: str, seen: Told | None, told: Told) -> bool:
    """Write how far others have been told; False where somebody else has told meanwhile."""
    values = {"s": told.seq, "b": dict(told.balances), "l": told.level}
    condition = Absent() if seen is None else Equals("s", seen.seq)
    try:
        tables.write(Update(keys.derived_key(program, member), values, condition=condition))
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind == "throttled":
            raise
        return False
    return True
