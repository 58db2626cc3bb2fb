"""Read and write what staff did: one line per act, found by the member and by the key.

A line says who, what, when, and how things stood before and after, in ids and figures. The reason
that somebody typed stands apart (``membership.put_note``), because people type names into it; so a
line may outlive whoever it is about, on the side of the key.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.core.instants import instant, microseconds
from loyalty.store import cursor as cursors
from loyalty.store import keys
from loyalty.store.tables import Put

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.store.tables import Item, Key, Tables, Write

_PLACE = re.compile(r"[0-9]{16}#.+", re.DOTALL)
EVER = (0, 10**16 - 1)
"""All instants, in microseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One act of staff.

    Attributes
    ----------
    key, id
        Who did it (an API key), and the id that the key gave it.
    kind
        What it was: ``gift``, ``adjust``, ``transfer``, ``merge``, ``move`` and so on.
    before, after
        How things stood, in figures and ids: balances of pots, whose an order was.
    location
        Where it was done, by the location's id; empty where that is not known.
    """

    program: str
    member: str
    key: str
    kind: str
    id: str
    at: datetime
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    location: str = ""


@dataclass(frozen=True, slots=True)
class DeedPage:
    """Acts, the newest first; ``next`` is where to go on, None at the end."""

    deeds: tuple[Deed, ...]
    next: str | None


def put_by_member(deed: Deed) -> Write:
    """Return the write of an act's line on the side of the member that it is about."""
    return Put(keys.member_act_key(deed.program, deed.member, _place(deed)), _item(deed))


def put_by_key(deed: Deed) -> Write:
    """Return the write of an act's line on the side of the key that did it."""
    # An act on two members is one line with each of them, and so two with the key.
    place = f"{_place(deed)}#{deed.member}"
    return Put(keys.key_act_key(deed.program, deed.key, place), _item(deed))


def _place(deed: Deed) -> str:
    return f"{microseconds(deed.at):016d}#{deed.kind}#{deed.key}#{deed.id}"


def _item(deed: Deed) -> Item:
    return {
        "m": deed.member,
        "k": deed.key,
        "w": deed.kind,
        "i": deed.id,
        "at": microseconds(deed.at),
        "b": _text(deed.before),
        "a": _text(deed.after),
        **({"l": deed.location} if deed.location else {}),
    }


def of_member(  # noqa: PLR0917
    tables: Tables,
    program: str,
    member: str,
    cursor: str,
    limit: int,
    times: tuple[int, int] = EVER,
) -> DeedPage:
    """Return acts on a member between instants (µs); ``cursor`` is empty at the beginning.

    Raises
    ------
    Refusal
        ``invalid_cursor``.
    """
    return _page(tables, program, keys.member_act_key(program, member, ""), cursor, limit, times)


def cursor_of(deed: Deed) -> str:
    """Return the cursor with which a page of a member goes on behind this act."""
    return cursors.written(_place(deed))


def of_key(  # noqa: PLR0917
    tables: Tables, program: str, key: str, cursor: str, limit: int, times: tuple[int, int] = EVER
) -> DeedPage:
    """Return acts of a key; as ``of_member``."""
    return _page(tables, program, keys.key_act_key(program, key, ""), cursor, limit, times)


def _page(  # noqa: PLR0917
    tables: Tables, program: str, first: Key, cursor: str, limit: int, times: tuple[int, int]
) -> DeedPage:
    begin, behind = (f"{first.sk}{times[0]:016d}#", f"{first.sk}{times[1]:016d}#~")
    if cursor:
        behind = min(behind, first.sk + cursors.read(cursor, _PLACE))
    if behind < begin:
        return DeedPage((), None)
    # What the cursor names was on the page before.
    found = tables.between("state", first.pk, begin, behind, limit + 2, newest=True)
    found = [item for item in found if item["sk"] != behind]
    page = found[:limit]
    deeds = tuple(_deed(program, item) for item in page)
    last = page[-1]["sk"].removeprefix(first.sk) if len(found) > limit else None
    return DeedPage(deeds, cursors.written(last) if last else None)


def _deed(program: str, item: Item) -> Deed:
    return Deed(
        program=program,
        member=item["m"],
        key=item["k"],
        kind=item["w"],
        id=item["i"],
        at=instant(item["at"]),
        before=json.loads(item["b"]),
        after=json.loads(item["a"]),
        location=item.get("l", ""),
    )


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"))
