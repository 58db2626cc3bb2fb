"""Up to which entry figures have counted a member, and how the member comes: one item, O(1).

Whatever rings may ring again, late or for nothing: what is counted follows from how far it was
counted before, and from what stands in the ledger now. The item can be thrown away and comes out
the same. The rhythm is eight numbers in 56 bytes (``loyalty.forecast.rhythm``), written as text.
"""

from __future__ import annotations

import struct
from base64 import b85decode, b85encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, Update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.store.tables import Tables

_RHYTHM = struct.Struct("<ii6d")

Rhythm = tuple[int, int, tuple[float, float, float], tuple[float, float, float]]
"""Last day, gaps, and the sums of the short and of the long memory."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How far a member is counted.

    ``seq``: the number of the last entry that is; ``rhythm`` is None of whoever never came, and
    of whoever has left.
    """

    seq: int = 0
    rhythm: Rhythm | None = None


def read(tables: Tables, program: str, member: str) -> Counted | None:
    """Return how far a member is counted; None where nothing ever was."""
    item = tables.get(keys.counted_key(program, member))
    return _counted(item) if item else None


def read_many(tables: Tables, program: str, members: Iterable[str]) -> dict[str, Counted]:
    """Return how far each of these members is counted, of those of whom anything is."""
    places = {keys.counted_key(program, one): one for one in members}
    found = tables.get_many(places) if places else {}
    return {places[key]: _counted(item) for key, item in found.items()}


def put(tables: Tables, program: str, member: str, seen: Counted | None, counted: Counted) -> bool:
    """Write how far a member is counted; False where somebody else has counted meanwhile."""
    values: dict[str, object] = {"s": counted.seq}
    if counted.rhythm is not None:
        last, repeats, short, long = counted.rhythm
        packed = _RHYTHM.pack(last, repeats, *short, *long)
        values["y"] = b85encode(packed).decode()
    gone = ("y",) if counted.rhythm is None and seen is not None and seen.rhythm else ()
    condition = Absent() if seen is None else Equals("s", seen.seq)
    key = keys.counted_key(program, member)
    try:
        tables.write_alone(Update(key, values, remove=gone, condition=condition))
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind == "throttled":
            raise
        return False
    return True


def forget(tables: Tables, program: str, member: str) -> None:
    """Forget how far a member is counted: the next bell takes everything up anew."""
    tables.write_alone(Delete(keys.counted_key(program, member)))


def behind(tables: Tables, members: Iterable[tuple[str, str, int]]) -> list[tuple[str, str]]:
    """Return those of these accounts (with the number of their last entry) that are not counted."""
    wanted = {keys.counted_key(program, one): (program, one, seq) for program, one, seq in members}
    found = tables.get_many(wanted) if wanted else {}
    return [
        (program, member)
        for key, (program, member, seq) in wanted.items()
        if seq > (found[key]["s"] if key in found else 0)
    ]


def _counted(item: Mapping[str, object]) -> Counted:
    seq, text = item["s"], item.get("y")
    assert isinstance(seq, int)  # noqa: S101 - for the type checker
    if not isinstance(text, str):
        return Counted(seq)
    last, repeats, *sums = _RHYTHM.unpack(b85decode(text))
    return Counted(seq, (last, repeats, tuple(sums[:3]), tuple(sums[3:])))
