"""Count by the hour what somebody who asks has tried in vain; forgotten by itself (TTL)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Absent, Equals, Update

if TYPE_CHECKING:
    from loyalty.store.tables import Tables

_HOUR = 3600


def read(tables: Tables, program: str, seeker: str, hour: int) -> int | None:
    """Return how often somebody has tried in an hour (since 1970); None where never."""
    item = tables.get(keys.misses_key(program, seeker, hour))
    return int(item["n"]) if item else None


def count(tables: Tables, key: tuple[str, str, int], seen: int | None, following: int) -> None:
    """Write the number that follows the one that was seen; ``key`` as for `read`.

    Raises
    ------
    Cancelled
        There are others by now.
    OutcomeUnknown
        It may have been counted.
    """
    values = {"n": following, "ttl": (key[2] + 2) * _HOUR}
    unchanged = Absent() if seen is None else Equals("n", seen)
    tables.write(Update(keys.misses_key(*key), values, condition=unchanged))
