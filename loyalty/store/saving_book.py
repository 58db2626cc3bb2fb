"""Saving together: goals as owners have named them, groups, and which of them a member is in.

A group is one item, so that whoever changes it excludes whoever else does. A line beside each
member says which group they are in: one for each goal. Until nothing more can come of it a group
waits to be looked at, so that a bell that was lost costs a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from loyalty.core.saving import UNKNOWN, Group, Part
from loyalty.store import keys, named_documents
from loyalty.store.tables import Absent, Below, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.store.tables import Tables, Write

_LAST: Final = "~"
_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class KeptGoal:
    """A goal as it lies in the table: its document, as an owner has sent it."""

    id: str
    document: Mapping[str, Any]
    version: int = 1


def put_goal(program: str, one: KeptGoal) -> Write:
    """Return the write of a goal, if its version is the next one."""
    return named_documents.put(keys.savings_goal_key(program, one.id), one.document, one.version)


def read_goal(tables: Tables, program: str, goal: str) -> KeptGoal | None:
    """Return a goal."""
    return named_documents.read(tables, keys.savings_goal_key(program, goal), _goal)


def read_goals(tables: Tables, program: str) -> list[KeptGoal]:
    """Return all goals of a program, by id."""
    return named_documents.read_all(tables, keys.savings_goal_key(program, ""), _goal)


def put_group(program: str, one: Group, look: int) -> Write:
    """Return the write of a group, if its version is the next one; it is forgotten when empty.

    ``look``: the second at which it is to be looked at, 0 for never again.
    """
    key, before = keys.group_key(program, one.goal, one.id), one.version - 1
    if before and not one.parts:
        return Delete(key, Equals("v", before))
    item = {
        "p": [_part(each) for each in one.parts],
        "k": one.kept,
        "r": one.reached,
        "z": one.prize,
        "v": one.version,
        **({"wp": keys.SAVING, "wt": look} if look else {}),
    }
    return Put(key, item, Equals("v", before) if before else Absent())


def _part(one: Part) -> list[Any]:
    since = [] if one.since == UNKNOWN else [one.since, one.base]
    return [one.member, one.upto, int(one.shows), one.amount, one.said, *since]


def read_group(tables: Tables, program: str, goal: str, name: str) -> Group | None:
    """Return a group."""
    item = tables.get(keys.group_key(program, goal, name))
    return _group(item) if item else None


def read_groups(tables: Tables, program: str, goal: str, after: str, limit: int) -> list[Group]:
    """Return so many groups of a goal behind that one, by id."""
    first = keys.group_key(program, goal, "")
    begin = f"{first.sk}{after}{_LAST}" if after else first.sk
    found = tables.between("state", first.pk, begin, first.sk + _LAST, limit)
    return [_group(item) for item in found]


def places_taken(tables: Tables, program: str, goal: str) -> tuple[int, bool]:
    """Return how many groups have a place, and whether that is written down yet.

    A goal that is older than places has none written: its groups are counted.
    """
    item = tables.get(keys.places_key(program, goal))
    if item is not None:
        return int(item["c"]), True
    found, after = 0, ""
    while page := read_groups(tables, program, goal, after, _PAGE):
        found, after = found + len(page), page[-1].id
    return found, False


def take_place(program: str, goal: str, taken: tuple[int, bool], most: int) -> Write:
    """Return the write by which one more group has a place, if there is one; ``most`` 0: always."""
    key, (count, kept) = keys.places_key(program, goal), taken
    if not kept:
        return Put(key, {"c": count + 1}, Absent())
    return Update(key, adds={"c": 1}, condition=Below("c", most) if most else None)


def free_place(program: str, goal: str, taken: tuple[int, bool]) -> list[Write]:
    """Return the write by which a group has its place no more; nothing where none is written."""
    return [Update(keys.places_key(program, goal), adds={"c": -1})] if taken[1] else []


def enter(program: str, member: str, goal: str, group: str) -> Write:
    """Return the write by which a member is in a group, if they are in none of that goal."""
    return Put(keys.saves_key(program, member, goal), {"g": group}, Absent())


def leave(program: str, member: str, goal: str, group: str) -> Write:
    """Return the write by which a member is in it no more."""
    return Delete(keys.saves_key(program, member, goal), Equals("g", group))


def groups_of(tables: Tables, program: str, member: str) -> dict[str, str]:
    """Return the groups that a member is in, by goal."""
    first = keys.saves_key(program, member, "")
    found = tables.query("state", first.pk, first.sk)
    return {item["sk"].removeprefix(first.sk): item["g"] for item in found}


def group_of(tables: Tables, program: str, member: str, goal: str) -> str:
    """Return the group that a member is in for a goal; empty for none."""
    item = tables.get(keys.saves_key(program, member, goal))
    return item["g"] if item else ""


def due(tables: Tables, second: int, limit: int) -> list[tuple[str, str, str]]:
    """Return groups (program, goal, id) that are to be looked at by that second."""
    return [keys.group_at(one.key) for one in tables.waiting(keys.SAVING, second, limit)]


def _goal(item: Mapping[str, Any]) -> KeptGoal:
    return KeptGoal(item["sk"].partition("#")[2], named_documents.document_of(item), item["v"])


def _group(item: Mapping[str, Any]) -> Group:
    goal, _, name = item["sk"].partition("#")[2].partition("#")
    return Group(
        goal=goal,
        id=name,
        # Of whoever came in before it was kept there are no more than five.
        parts=tuple(Part(each[0], each[1], bool(each[2]), *each[3:]) for each in item["p"]),
        kept=item["k"],
        reached=item["r"],
        prize=item["z"],
        version=item["v"],
    )
