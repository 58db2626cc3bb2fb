"""Documents of owners that are kept by a name: each as it was sent, with a version that rises."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from loyalty.store.tables import Absent, Equals, Put

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyalty.store.tables import Item, Key, Tables, Write

_Made = TypeVar("_Made")


def read(tables: Tables, key: Key, made: Callable[[Item], _Made]) -> _Made | None:
    """Return what lies at a key; None for nothing."""
    item = tables.get(key)
    return made(item) if item else None


def read_all(tables: Tables, first: Key, made: Callable[[Item], _Made]) -> list[_Made]:
    """Return all whose keys begin so, by their names."""
    return [made(item) for item in tables.query(first.table, first.pk, first.sk)]


def put(
    key: Key, document: Mapping[str, Any], version: int, more: Mapping[str, Any] | None = None
) -> Write:
    """Return the write of a document, with more beside it, if its version is the next one."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    before = version - 1
    condition = Equals("v", before) if before else Absent()
    return Put(key, {"j": text, "v": version, **(more or {})}, condition)


def document_of(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the document of an item."""
    found: Mapping[str, Any] = json.loads(item["j"])
    return found
