"""Programs that have changed and whose saved cards have to be drawn anew, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from loyalty.store import keys
from loyalty.store.tables import Cancelled, Equals, Put, Update

if TYPE_CHECKING:
    from loyalty.store.tables import Item, Tables


Reach = Literal["all", "phones", "class"]


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk over a program's saved cards.

    Attributes
    ----------
    since
        Second of the change that it is for.
    step
        Number of the step that comes next.
    cursor
        Where in the index of members it goes on; empty at the beginning.
    queued
        Cards queued for so far.
    at
        Second of the last step.
    last
        Cards of the last whole walk; 0 where there was none.
    reach
        What it is for: all cards of both wallets, phones alone, or no more than Google's class.
    rung
        Members whose phones were rung for so far.
    says
        Whether what all cards say has changed, too.
    """

    since: int
    step: int
    cursor: str
    queued: int
    at: int
    last: int
    reach: Reach = "all"
    rung: int = 0
    says: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """What a program is marked for: see `Walk`."""

    since: int
    reach: Reach
    says: bool


def changed_attributes(second: int) -> dict[str, int | str]:
    """Return what marks a program as changed; for whoever writes the program itself."""
    return {"wp": keys.CHANGED_PROGRAMS, "wt": second, "wa": second}


def told_attributes(second: int, reach: Literal["phones", "class"]) -> dict[str, int | str]:
    """Return what marks a program that says something on all cards; what is pending stays so."""
    return {"wp": keys.CHANGED_PROGRAMS, "wt": second, "wb": reach}


def reach_of(program: Item) -> Reach:
    """Return what a program is marked for; all of it, if anything else than a broadcast is."""
    said: Reach = program.get("wb", "all")
    return "all" if "wa" in program else said


def mark_changed(tables: Tables, program: str, second: int) -> None:
    """Mark a program whose cards have to be drawn anew; raises Cancelled where there is none."""
    key = keys.program_key(program)
    tables.write(Update(key, changed_attributes(second), condition=Equals("pk", key.pk)))


def notice_look(tables: Tables, program: str, look: int, second: int) -> bool:
    """Remember the look of a program's design; mark the program where it had another, and tell so.

    Whoever puts a program marks it anyhow, and what was remembered of its looks goes.
    """
    key = keys.program_key(program)
    item = tables.get(key)
    if item is None or item.get("lk") == look:
        return False
    changed = changed_attributes(second) if "lk" in item else {}
    noticed = Update(key, {"lk": look, **changed}, condition=Equals("version", item["version"]))
    return _write_if_unchanged(tables, noticed) and bool(changed)


def unmark_changed(tables: Tables, program: str, second: int) -> None:
    """Take the mark of that second away, unless the program has changed again."""
    unmarked = Update(
        keys.program_key(program),
        remove=("wp", "wt", "wa", "wb"),
        condition=Equals("wt", second),
    )
    _write_if_unchanged(tables, unmarked)


def changed_programs(tables: Tables, before: int, limit: int) -> list[str]:
    """Return programs that were marked by that second, oldest first. Eventually consistent."""
    return [one.key.pk for one in tables.waiting(keys.CHANGED_PROGRAMS, before, limit)]


def changed_at(tables: Tables, program: str) -> int | None:
    """Return the second of a program's mark; None where it has none."""
    marked = mark_of(tables, program)
    return marked.since if marked else None


def mark_of(tables: Tables, program: str) -> Marked | None:
    """Return a program's mark; None where it has none."""
    item = tables.get(keys.program_key(program))
    if item is None or "wt" not in item:
        return None
    return Marked(item["wt"], reach_of(item), says="wb" in item)


def read_walk(tables: Tables, program: str) -> Walk | None:
    """Read the walk over a program's saved cards: the last one, if none is under way."""
    item = tables.get(keys.google_walk_key(program))
    if item is None:
        return None
    return Walk(
        item["f"],
        item["s"],
        item["a"],
        item["g"],
        item["at"],
        item["k"],
        item.get("t", "all"),
        item.get("p", 0),
        item.get("c") == 1,
    )


def put_walk(tables: Tables, program: str, walk: Walk) -> None:
    """Write a walk, whatever was there."""
    tables.write(Put(keys.google_walk_key(program), _walk_item(walk)))


def claim_step(tables: Tables, program: str, walk: Walk) -> bool:
    """Write a walk one step further, once; False: somebody else has taken that step."""
    values = _walk_item(replace(walk, step=walk.step + 1))
    key = keys.google_walk_key(program)
    return _write_if_unchanged(tables, Update(key, values, condition=Equals("s", walk.step)))


def _walk_item(walk: Walk) -> Item:
    return {
        "f": walk.since,
        "s": walk.step,
        "a": walk.cursor,
        "g": walk.queued,
        "at": walk.at,
        "k": walk.last,
        "t": walk.reach,
        "p": walk.rung,
        "c": int(walk.says),
    }


def _write_if_unchanged(tables: Tables, write: Update) -> bool:
    try:
        tables.write(write)
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind != "condition":
            raise
        return False
    return True
