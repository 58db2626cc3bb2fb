"""Broadcasts: what is said on every card of a program at once, and how each stands.

What all cards show at present lies on the program itself, so that nobody who draws a card reads
anything here; sending writes it there, and raises the version of all cards, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from loyalty.store import keys, named_documents, program_marks
from loyalty.store.tables import Equals, Update

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.store.tables import Item, Tables, Write

State = Literal["draft", "running", "paused", "cancelled"]


@dataclass(frozen=True, slots=True)
class KeptBroadcast:
    """A broadcast as it is kept.

    Attributes
    ----------
    document
        As the owner sent it.
    version
        Rises with every change of it or of its state.
    started
        Seconds since 1970 at which it was sent; 0 before.
    since
        The second of the walk by which phones are rung; 0 before.
    members
        How many there were when it was sent.
    """

    id: str
    document: Mapping[str, Any]
    state: State = "draft"
    version: int = 1
    started: int = 0
    since: int = 0
    members: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """What lies on a program beside its document.

    Attributes
    ----------
    card_version
        What the write of whoever has read this depends on.
    notice
        The broadcast that cards show; empty for none.
    marked
        The second for which phones are to be rung; None where they are not.
    alone
        They are rung for a broadcast and nothing else.
    """

    card_version: int
    notice: str
    marked: int | None
    alone: bool


def read(tables: Tables, program: str, broadcast: str) -> KeptBroadcast | None:
    """Return a broadcast."""
    return named_documents.read(tables, keys.broadcast_key(program, broadcast), _kept)


def read_all(tables: Tables, program: str) -> list[KeptBroadcast]:
    """Return all broadcasts of a program, by id."""
    return named_documents.read_all(tables, keys.broadcast_key(program, ""), _kept)


def put(program: str, one: KeptBroadcast) -> Write:
    """Return the write of a broadcast, if its version is the next one."""
    more = {"st": one.state, "sa": one.started, "si": one.since, "n": one.members}
    key = keys.broadcast_key(program, one.id)
    return named_documents.put(key, one.document, one.version, more)


def shown(tables: Tables, program: str) -> Shown | None:
    """Return what lies on a program; None where there is none."""
    item = tables.get(keys.program_key(program))
    if item is None:
        return None
    notice = item["no"]["id"] if "no" in item else ""
    alone = program_marks.reach_of(item) != "all"
    return Shown(item["card_version"], notice, item.get("wt"), alone)


def say(program: str, seen: Shown, notice: Mapping[str, Any], second: int) -> Write:
    """Return the write by which all cards say it, and by which phones are rung.

    Where cards are to be drawn anew for another reason, that walk tells of it, too.
    """
    marked = program_marks.told_attributes(second, "phones")
    return Update(
        keys.program_key(program),
        {"no": dict(notice), **marked},
        adds={"card_version": 1},
        condition=Equals("card_version", seen.card_version),
    )


def unsay(program: str, seen: Shown, second: int) -> Write:
    """Return the write after which no card says it; phones are not rung for what is gone."""
    return Update(
        keys.program_key(program),
        program_marks.told_attributes(second, "class"),
        remove=("no",),
        adds={"card_version": 1},
        condition=Equals("card_version", seen.card_version),
    )


def rest(program: str, seen: Shown) -> Write:
    """Return the write after which no more phones are rung; what cards say stays."""
    unchanged = Equals("wt", seen.marked or 0)
    return Update(keys.program_key(program), remove=("wp", "wt", "wb"), condition=unchanged)


def go_on(program: str, seen: Shown, since: int) -> Write:
    """Return the write by which the walk of that second is taken up where it rested."""
    marked = program_marks.told_attributes(since, "phones")
    unchanged = Equals("card_version", seen.card_version)
    return Update(keys.program_key(program), marked, condition=unchanged)


def _kept(item: Item) -> KeptBroadcast:
    return KeptBroadcast(
        id=keys.listed_name(item["sk"]),
        document=named_documents.document_of(item),
        state=item["st"],
        version=item["v"],
        started=item["sa"],
        since=item["si"],
        members=item["n"],
    )
