"""Read and write who works for a program, and as what.

What a person is called stands in the program that they work for and nowhere else: another program
that knows their id learns nothing of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loyalty.core.instants import instant, microseconds
from loyalty.store import keys
from loyalty.store.tables import Absent, Delete, Equals, Put

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.store.tables import Item, Tables, Write

Role = Literal["owner", "manager", "accountant", "staff"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works for a program.

    Attributes
    ----------
    since
        Sessions, links and passkeys from before that instant let them in no more: it is when they
        were taken in, or signed out everywhere.
    key
        The id of the one key that is good for them here; empty while there is none.
    revision
        Rises with every change.
    """

    program: str
    id: str
    name: str
    role: Role
    since: datetime
    key: str = ""
    revision: int = 1


def read_person(tables: Tables, program: str, person: str) -> Person | None:
    """Read somebody who works for a program."""
    item = tables.get(keys.person_key(program, person))
    return None if item is None else _to_person(program, item)


def read_people(tables: Tables, program: str) -> list[Person]:
    """Read all who work for a program, by id."""
    first = keys.person_key(program, "")
    return [_to_person(program, item) for item in tables.query("state", first.pk, first.sk)]


def read_programs(tables: Tables, person: str) -> tuple[dict[str, Role], int] | None:
    """Return somebody's roles by program, and the revision of that; None where there is nobody."""
    item = tables.get(keys.directory_key("person", person))
    return None if item is None else (dict(item["roles"]), item["r"])


def put_person(person: Person) -> list[Write]:
    """Return the write of somebody in their next revision."""
    before = person.revision - 1
    condition = Equals("r", before) if before else Absent()
    return [Put(keys.person_key(person.program, person.id), _item(person), condition)]


def remove_person(person: Person) -> list[Write]:
    """Return the write that removes somebody, as they were read."""
    condition = Equals("r", person.revision)
    return [Delete(keys.person_key(person.program, person.id), condition)]


def put_programs(person: str, roles: dict[str, Role], revision: int) -> list[Write]:
    """Return the write of as what somebody works for which programs, in its next revision."""
    condition = Equals("r", revision - 1) if revision > 1 else Absent()
    item = {"roles": roles, "r": revision}
    return [Put(keys.directory_key("person", person), item, condition)]


def _item(person: Person) -> Item:
    return {
        "n": person.name,
        "ro": person.role,
        "si": microseconds(person.since),
        "k": person.key,
        "r": person.revision,
    }


def _to_person(program: str, item: Item) -> Person:
    return Person(
        program=program,
        id=keys.listed_name(item["sk"]),
        name=item["n"],
        role=item["ro"],
        since=instant(item["si"]),
        key=item["k"],
        revision=item["r"],
    )


def is_founder(tables: Tables, person: str) -> bool:
    """Tell whether somebody may make programs in this deployment."""
    return tables.get(keys.founder_key(person)) is not None


def allow_founder(tables: Tables, person: str, *, allowed: bool) -> None:
    """Let somebody make programs, or no more."""
    key = keys.founder_key(person)
    tables.write(Put(key, {}) if allowed else Delete(key))
