"""Segments that an owner has named: a few small items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.store import keys, named_documents
from loyalty.store.tables import Delete, Equals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.store.tables import Tables, Write


@dataclass(frozen=True, slots=True)
class NamedSegment:
    """Conditions under a name, as they were sent; ``version`` rises with every change."""

    id: str
    name: str
    conditions: Mapping[str, Any]
    version: int = 1


def read(tables: Tables, program: str, segment: str) -> NamedSegment | None:
    """Return a segment."""
    return named_documents.read(tables, keys.segment_key(program, segment), _segment)


def read_all(tables: Tables, program: str) -> list[NamedSegment]:
    """Return all segments of a program, by id."""
    return named_documents.read_all(tables, keys.segment_key(program, ""), _segment)


def put(program: str, segment: NamedSegment) -> Write:
    """Return the write of a segment, if its version is the next one."""
    key, more = keys.segment_key(program, segment.id), {"n": segment.name}
    return named_documents.put(key, segment.conditions, segment.version, more)


def remove(program: str, segment: str, version: int) -> Write:
    """Return the write that removes a segment of that version."""
    return Delete(keys.segment_key(program, segment), Equals("v", version))


def _segment(item: Mapping[str, Any]) -> NamedSegment:
    name = item["sk"].partition("#")[2]
    return NamedSegment(name, item["n"], named_documents.document_of(item), item["v"])
