"""Read and write what was changed of a program's configuration: one line a change.

A line is written in the transaction of its change, so there is none without the other. It says who,
what, when, before and after in ids and settings, and nothing that a person is called by.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.core.instants import instant, microseconds
from loyalty.store import cursor as cursors
from loyalty.store import keys
from loyalty.store.tables import Absent, Put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.store.tables import Item, Key, Tables, Write

COMMAND = "command"
"""Whoever deploys, and changes things from the command line."""

_PLACE = re.compile(r"[0-9]{17}#[0-9a-z#-]{1,200}")


@dataclass(frozen=True, slots=True)
class Changed:
    """One change.

    Attributes
    ----------
    by
        Who did it: ``key:<id>``, ``person:<id>``, or ``command`` for whoever deploys.
    what
        What was done to what kind of thing: ``key.made``, ``receiver.removed``.
    which
        Its id.
    before, after
        Its settings; empty before it was made, and after it is gone.
    revision
        Of what was changed: two changes of it at one instant have two lines.
    """

    program: str
    at: datetime
    by: str
    what: str
    which: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    revision: int = 0


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Changes, the newest first; ``next`` is where to go on, None at the end."""

    changes: tuple[Changed, ...]
    next: str | None


def put(change: Changed) -> Write:
    """Return the write of a change's line: a new one, never in another's place."""
    return Put(_place(change), _item(change), Absent())


def note(tables: Tables, change: Changed) -> None:
    """Write the line of what is no change of one item: that something was begun."""
    tables.write(Put(_place(change), _item(change)))


def _place(change: Changed) -> Key:
    name = f"{change.what.replace('.', '-')}#{change.which}#{change.revision}"
    return keys.audit_key(change.program, microseconds(change.at), name)


def page(
    tables: Tables, program: str, between: tuple[int, int], cursor: str, limit: int
) -> ChangePage:
    """Return changes from an instant (µs since 1970) to another, both included, a page at a time.

    Raises
    ------
    Refusal
        ``invalid_cursor``.
    """
    first = keys.audit_key(program, between[0], "")
    behind = keys.audit_key(program, between[1] + 1, "").sk
    if cursor:
        behind = min(behind, cursors.read(cursor, _PLACE))
    if behind <= first.sk:
        return ChangePage((), None)
    found = tables.between("state", first.pk, first.sk, behind, limit + 2, newest=True)
    found = [item for item in found if item["sk"] < behind]
    shown = found[:limit]
    last = shown[-1]["sk"] if len(found) > limit else None
    changes = tuple(_changed(program, item) for item in shown)
    return ChangePage(changes, cursors.written(last) if last else None)


def _item(change: Changed) -> Item:
    return {
        "by": change.by,
        "w": change.what,
        "i": change.which,
        "b": _text(change.before),
        "a": _text(change.after),
    }


def _changed(program: str, item: Item) -> Changed:
    return Changed(
        program=program,
        at=instant(int(item["sk"].partition("#")[0])),
        by=item["by"],
        what=item["w"],
        which=item["i"],
        before=json.loads(item["b"]),
        after=json.loads(item["a"]),
    )


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"))
