"""Segments that an owner has named: a few small items."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.store import keys
from loyalty.store.tables import Absent, Delete, Equals, Put

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
    item = tables.get(keys.segment_key(program, segment))
    return _segment(item) if item else None


def read_all(tables: Tables, program: str) -> list[NamedSegment]:
    """Return all segments of a program, by id."""
    place = keys.segment_key(program, "")
    return [_segment(item) for item in tables.query("state", place.pk, place.sk)]


def put(program: str, segment: NamedSegment) -> Write:
    """Return the write of a segment, if its version is the next one."""
    text = json.dumps(segment.conditions, ensure_ascii=False, separators=(",", ":"))
    item = {"n": segment.name, "j": text, "v": segment.version}
    before = segment.version - 1
    condition = Equals("v", before) if before else Absent()
    return Put(keys.segment_key(program, segment.id), item, condition)


def remove(program: str, segment: str, version: int) -> Write:
    """Return the write that removes a segment of that version."""
    return Delete(keys.segment_key(program, segment), Equals("v", version))


def _segment(item: Mapping[str, Any]) -> NamedSegment:
    name = item["sk"].partition("#")[2]
    return NamedSegment(name, item["n"], json.loads(item["j"]), item["v"])
