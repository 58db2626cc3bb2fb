"""How much is left of what there is only so much of, and how often each member has had it.

What is left is spread over shards, so that no item is hot: whoever takes one looks at their own
shard first and then at the others, and takes it only where there is one. So never more are had than
there were, whoever comes at once; the last ones go wherever they lie. All of it is written in the
transaction that posts it (``loyalty.core.supply``).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.supply import ONCE
from loyalty.store import keys, supply_keys
from loyalty.store.tables import Absent, AtLeast, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.core.account import Entry
    from loyalty.store.tables import Condition, Item, Tables, Write

_DECIDED = frozenset({"redeem", "hold", "coupon"})
"""Kinds of entries that take only what is there. What else takes something says that it was had,
as a refund that is taken back: there may be one less than none then."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What is left of something, and how many were had."""

    left: int
    taken: int


def read_stock(tables: Tables, program: str, what: str) -> Stock | None:
    """Read what there is; None where nobody has said yet how many there are."""
    found = _shards(tables, program, what).values()
    if not any(found):
        return None
    shards = [item for item in found if item]
    return Stock(sum(one["n"] for one in shards), sum(one.get("t", 0) for one in shards))


def read_left(tables: Tables, program: str, what: str, member: str) -> int:
    """Return whether there is something for a member: 0 if there is none, else some of it."""
    own = tables.get(supply_keys.supply_key(program, what, supply_keys.supply_shard(member)))
    if own is not None and own["n"] > 0:
        return int(own["n"])
    found = _shards(tables, program, what).values()
    return max(0, sum(int(item["n"]) for item in found if item))


def read_had(tables: Tables, program: str, members: Iterable[str], what: str) -> int:
    """Return how often members have had something, together."""
    found = tables.get_many([supply_keys.used_key(program, one, what) for one in members])
    return sum(int(item["n"]) for item in found.values())


def kept(
    items: Iterable[Item],
) -> tuple[dict[str, int], dict[tuple[str, str], int], frozenset[str]]:
    """Return what items of a program say was had (I16).

    By what; by member and what; and codes that were used.
    """
    codes = set()
    taken, had = Counter[str](), Counter[tuple[str, str]]()
    for item in items:
        if item["sk"] == "COUNT":
            taken[supply_keys.supplied(item["pk"])] += int(item.get("t", 0))
        elif item["sk"].startswith("USED#"):
            had[keys.owner(item["pk"])[1], item["sk"].removeprefix("USED#")] += int(item["n"])
        elif item["sk"].startswith("CODE#"):
            codes.add(f"{supply_keys.supplied(item['pk'])}:{item['sk'].removeprefix('CODE#')}")
    return dict(taken), dict(had), frozenset(codes)


def writes(tables: Tables, entry: Entry) -> list[Write] | None:
    """Return the writes that count what an entry says was had or given back.

    None where there is none left by now: read and decide again.
    """
    counted = Counter[tuple[str, int]]()
    for posting in entry.postings:
        if posting.measure == "used":
            counted[posting.ref, posting.at] += int(posting.amount)
    found: list[Write] = []
    for (what, together), more in sorted(counted.items()):
        if more and together == ONCE:
            found.append(_code(entry, what, more))
        elif more:
            found.append(
                Update(supply_keys.used_key(entry.program, entry.member, what), adds={"n": more})
            )
            taken = _taken(tables, entry, what, more) if together else ()
            if taken is None:
                return None
            found += taken
    return found


def setting(
    tables: Tables, program: str, what: str, seen: int | None, left: int
) -> list[Write] | None:
    """Return the writes by which so many are left; None if by now there are not those ``seen``.

    They hold only if nobody takes one meanwhile.
    """
    found = _shards(tables, program, what)
    there = [item["n"] for item in found.values() if item]
    if (sum(there) if there else None) != seen:
        return None
    most, rest = divmod(left, supply_keys.SUPPLY_SHARDS)
    done: list[Write] = []
    for shard, item in found.items():
        key = supply_keys.supply_key(program, what, shard)
        share = most + (shard < rest)
        if item is None:
            done.append(Put(key, {"n": share, "t": 0}, Absent()))
        else:
            unmoved: Condition = Equals("n", item["n"])
            done.append(Update(key, {"n": share}, condition=unmoved))
    return done


def _code(entry: Entry, what: str, more: int) -> Write:
    """Return the write by which a code is used, which nobody has used yet, or good again."""
    key = supply_keys.code_key(entry.program, what)
    if more < 0:
        # Whose it was may be another by now: who has used it was merged.
        return Delete(key, AtLeast("at", 1))
    return Put(key, {"m": entry.member, "at": entry.at}, Absent())


def _taken(tables: Tables, entry: Entry, what: str, more: int) -> tuple[Write, ...] | None:
    own = supply_keys.supply_shard(entry.member)
    adds = {"n": -more, "t": more}
    if more < 0 or entry.kind not in _DECIDED:
        return (Update(supply_keys.supply_key(entry.program, what, own), adds=adds),)
    item = tables.get(supply_keys.supply_key(entry.program, what, own))
    found = {own: item}
    if item is None or item["n"] < more:
        found = _shards(tables, entry.program, what)
    for ahead in range(supply_keys.SUPPLY_SHARDS):
        shard = (own + ahead) % supply_keys.SUPPLY_SHARDS
        there = found.get(shard)
        if there is not None and there["n"] >= more:
            key = supply_keys.supply_key(entry.program, what, shard)
            return (Update(key, adds=adds, condition=AtLeast("n", more)),)
    return None


def _shards(tables: Tables, program: str, what: str) -> dict[int, Item | None]:
    every = {shard: supply_keys.supply_key(program, what, shard) for shard in _every()}
    found = tables.get_many(every.values())
    return {shard: found.get(key) for shard, key in every.items()}


def _every() -> Iterable[int]:
    return range(supply_keys.SUPPLY_SHARDS)
