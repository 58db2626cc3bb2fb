"""All that says who may do what in a program, as it lies in the state table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Delete, Put

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from loyalty.store.tables import Item, Key, Tables

    Found = Mapping[Key, Item]

_PLACE = ("pk", "sk")


def read_people_ids(tables: Tables, program: str) -> set[str]:
    """Return who works for a program."""
    first = keys.person_key(program, "")
    return {keys.listed_name(item["sk"]) for item in tables.query("state", first.pk, first.sk)}


def read_access(tables: Tables, program: str, people: Collection[str]) -> Found:
    """Read keys, people, sessions, passkeys and receivers of a program, each under its place.

    ``people``: whose sessions and passkeys to look for.
    """
    found: dict[Key, Item] = {}
    elsewhere: list[Key] = []
    for kind, first in _listings(program, people):
        for item in tables.query("state", first.pk, first.sk):
            name = keys.listed_name(item["sk"])
            found[replace(first, sk=item["sk"])] = item
            if kind:
                elsewhere.append(keys.directory_key(kind, name))
    for person in people:
        elsewhere += (keys.directory_key("person", person), keys.founder_key(person))
    return {**found, **tables.get_many(elsewhere)}


def put_access(tables: Tables, place: Key, item: Item | None) -> None:
    """Let an item of these lie as it is given; None: let it be gone."""
    if item is None:
        tables.write(Delete(place))
    else:
        tables.write(Put(place, {name: item[name] for name in item if name not in _PLACE}))


def _listings(program: str, people: Collection[str]) -> Iterator[tuple[str, Key]]:
    """Return where things are listed, and under which name in the directory each one lies."""
    yield "key", keys.listed_key_key(program, "")
    yield "", keys.person_key(program, "")
    yield "", keys.receiver_key(program, "")
    for person in sorted(people):
        yield "session", keys.listed_session_key(program, person, "")
        yield "passkey", keys.listed_passkey_key(program, person, "")
