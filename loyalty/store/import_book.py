"""Read and write how far imports of members have come. What a file says is never in here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from loyalty.core.instants import instant, microseconds
from loyalty.store import keys
from loyalty.store.tables import Absent, Equals, Put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.store.tables import Item, Tables

State = Literal["ready", "running", "done", "undoing", "undone"]


@dataclass(frozen=True, slots=True)
class ImportHead:
    """An import of one file.

    Attributes
    ----------
    id
        Made of the program and the file's content: the same file is the same import.
    run
        Rises when a file is imported again after it was undone.
    mapping
        As JSON.
    lines, position
        How many lines the plan has, and how many of them are done in this state.
    counts
        How many lines came to what.
    by, at
        Who began it, and when.
    """

    program: str
    id: str
    state: State
    run: int
    mapping: str
    lines: int
    by: str
    at: datetime
    position: int = 0
    counts: Mapping[str, int] | None = None
    revision: int = 0

    @property
    def source(self) -> str:
        """Return what the numbers of its lines are unique in."""
        return f"{self.id}.{self.run}"


def read(tables: Tables, program: str, name: str) -> ImportHead | None:
    """Return the import of that id."""
    item = tables.get(keys.import_key(program, name))
    return _to_head(program, item) if item else None


def read_all(tables: Tables, program: str) -> list[ImportHead]:
    """Return all imports of a program, the newest first."""
    partition = keys.import_key(program, "").pk
    found = [_to_head(program, item) for item in tables.query("state", partition)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def write(tables: Tables, head: ImportHead) -> ImportHead:
    """Write an import if it still is as it was read; return it as it is now.

    Raises
    ------
    Cancelled
        Somebody else goes on with it.
    OutcomeUnknown
        It may have been written.
    """
    after = replace(head, revision=head.revision + 1)
    condition = Equals("r", head.revision) if head.revision else Absent()
    tables.write(Put(keys.import_key(head.program, head.id), _item(after), condition))
    return after


def _item(head: ImportHead) -> Item:
    return {
        "st": head.state,
        "ru": head.run,
        "ma": head.mapping,
        "n": head.lines,
        "po": head.position,
        "co": dict(head.counts or {}),
        "by": head.by,
        "at": microseconds(head.at),
        "r": head.revision,
    }


def _to_head(program: str, item: Item) -> ImportHead:
    return ImportHead(
        program=program,
        id=item["sk"],
        state=item["st"],
        run=item["ru"],
        mapping=item["ma"],
        lines=item["n"],
        position=item["po"],
        counts=item["co"],
        by=item["by"],
        at=instant(item["at"]),
        revision=item["r"],
    )
