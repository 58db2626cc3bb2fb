"""Count by the hour and its last minute what a key has asked; forgotten by itself (TTL)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Absent, Equals, Update

if TYPE_CHECKING:
    from loyalty.store.tables import Tables

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Counted:
    """What was taken of one kind: in an hour, and of that in a minute (both since 1970)."""

    in_hour: int
    minute: int
    in_minute: int


def read(tables: Tables, program: str, caller: str, kind: str, hour: int) -> Counted | None:
    """Return what was taken in an hour; None where nothing was."""
    item = tables.get(keys.velocity_key(program, caller, kind, hour))
    return Counted(item["n"], item["m"], item["k"]) if item else None


def take(
    tables: Tables, place: tuple[str, str, str, int], seen: Counted | None, following: Counted
) -> None:
    """Write what is taken after what was seen; ``place`` as for `read`.

    Raises
    ------
    Cancelled
        Others have taken meanwhile.
    OutcomeUnknown
        It may have been taken.
    """
    values = {
        "n": following.in_hour,
        "m": following.minute,
        "k": following.in_minute,
        "ttl": (place[3] + 2) * _HOUR,
    }
    # The hour's number rises with every write.
    unchanged = Absent() if seen is None else Equals("n", seen.in_hour)
    tables.write(Update(keys.velocity_key(*place), values, condition=unchanged))
