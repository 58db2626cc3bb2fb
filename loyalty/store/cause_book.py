"""Causes that members give points to, and what each was given: one item each, and one counter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyalty.core.cause import NOTHING, Cause, Collected
from loyalty.store import keys
from loyalty.store.tables import Absent, Equals, Put, Update

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.store.tables import Tables, Write


def put(program: str, one: Cause) -> Write:
    """Return the write of a cause, if its version is the next one."""
    item = {
        "nm": dict(one.names),
        "tx": dict(one.texts),
        "p": one.pot,
        "l": one.least,
        "tg": one.target,
        "li": one.link,
        "o": int(one.open),
        "v": one.version,
    }
    before = one.version - 1
    condition = Equals("v", before) if before else Absent()
    return Put(keys.cause_key(program, one.id), item, condition)


def read(tables: Tables, program: str, cause: str) -> Cause | None:
    """Return a cause."""
    item = tables.get(keys.cause_key(program, cause))
    return _cause(item) if item else None


def read_all(tables: Tables, program: str) -> list[Cause]:
    """Return all causes of a program, by id."""
    first = keys.cause_key(program, "")
    return [_cause(item) for item in tables.query("state", first.pk, first.sk)]


def count(program: str, cause: str, points: int) -> Write:
    """Return the write that counts a gift: part of the transaction that spends the points."""
    return Update(keys.collected_key(program, cause), adds={"p": points, "n": 1})


def collected(tables: Tables, program: str, cause: str) -> Collected:
    """Return what a cause was given so far."""
    item = tables.get(keys.collected_key(program, cause))
    return Collected(item["p"], item["n"]) if item else NOTHING


def mend(program: str, cause: str, before: Collected, now: Collected) -> Write:
    """Return the write of what a cause was given, where somebody has added that up anew."""
    key = keys.collected_key(program, cause)
    seen = Equals("n", before.gifts) if before != NOTHING else Absent()
    return Put(key, {"p": now.points, "n": now.gifts}, seen)


def _cause(item: Mapping[str, Any]) -> Cause:
    return Cause(
        id=item["sk"].partition("#")[2],
        names=item["nm"],
        texts=item["tx"],
        pot=item["p"],
        least=item["l"],
        target=item["tg"],
        link=item["li"],
        open=bool(item["o"]),
        version=item["v"],
    )
