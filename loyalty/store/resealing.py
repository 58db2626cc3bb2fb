"""Seal what lies in clear from before there were data keys, page by page, as often as asked.

What was sealed already stays as it is, but for its data key where an older master key wraps it:
that is wrapped by the current one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.items.member import to_member
from loyalty.store.sealing import is_sealed, private_in
from loyalty.store.tables import Cancelled, Equals, Key, Put

if TYPE_CHECKING:
    from loyalty.store.sealed_tables import SealedTables
    from loyalty.store.tables import Item

_PERSON = keys.member_key("", "").sk


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one page did; ``next`` is where to go on, None at the end.

    ``members`` that were looked at, ``items`` sealed, data keys ``wrapped`` anew, and members whose
    data key is gone: program and id.
    """

    members: int
    items: int
    wrapped: int
    gone: tuple[tuple[str, str], ...]
    next: tuple[str, str] | None


def page(tables: SealedTables, after: tuple[str, str] | None, limit: int) -> Sealed:
    """Seal what lies in clear of the members among so many items of the table."""
    found, following = tables.scan(0, 1, after, limit, (_PERSON,))
    items = wrapped = 0
    gone = []
    for person in found:
        pk = person["pk"]
        there = tables.beneath.query("state", pk)
        sealed = any(is_sealed(one) for one in there)
        if sealed and not tables.has_data_key(pk):
            gone.append(keys.owner(pk))
            continue
        items += sum(_seal(tables, one) for one in there)
        wrapped += tables.rewrap(pk)
    return Sealed(len(found), items, wrapped, tuple(gone), following)


def _seal(tables: SealedTables, item: Item) -> bool:
    key = Key("state", item["pk"], item["sk"])
    if is_sealed(item) or not any(name in item for name in private_in(key)):
        return False
    if key.sk == _PERSON and to_member(item).is_forgotten:
        return False  # a tombstone, which has an empty name from before there were data keys
    # Of a member and a record the version rises with every change, and a note is never changed.
    unchanged = next(Equals(name, item[name]) for name in ("cv", "v", "text") if name in item)
    rest = {name: value for name, value in item.items() if name not in {"pk", "sk"}}
    try:
        tables.write(Put(key, rest, unchanged))
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind != "condition":
            raise
        return False  # written meanwhile, and sealed by that; or gone
    return True
