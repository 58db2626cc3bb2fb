"""All that says who may do what in a program, as it lies in the state table.

After a restore it is as it was last, and not as it was at the backup's instant: a key that was
revoked since, somebody who was let go, a session that was ended or a receiver that was removed
would be good again in tables of the past.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Delete, Put

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from loyalty.store.tables import Item, Key, Tables

    Found = Mapping[Key, Item]

_PLACE = ("pk", "sk")
_KINDS = {"key": "keys", "session": "sessions", "passkey": "passkeys"}


def as_it_was(tables: Tables, later: Tables, program: str) -> Counter[str] | None:
    """Make access to a program what it is in ``later``: tables of which the others are a past.

    Returns what was changed, by kind: keys, people, sessions, passkeys, receivers. Doing it again
    changes nothing. None: there is nobody and no key of the program there, and nothing is changed,
    since nobody would be let in any more.
    """
    people = {*_people(later, program), *_people(tables, program)}
    now, wanted = (_read(one, program, people) for one in (tables, later))
    if not any(_kind(place) in {"people", "keys"} for place in wanted):
        return None
    changed: Counter[str] = Counter()
    for place in sorted({*now, *wanted}, key=lambda one: (one.pk, one.sk)):
        if now.get(place) != wanted.get(place):
            _put(tables, place, wanted.get(place))
            changed[_kind(place)] += 1
    changed.pop("", None)
    return changed


def _people(tables: Tables, program: str) -> set[str]:
    """Return who works for a program."""
    first = keys.person_key(program, "")
    return {keys.listed_name(item["sk"]) for item in tables.query("state", first.pk, first.sk)}


def _read(tables: Tables, program: str, people: Collection[str]) -> Found:
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


def _put(tables: Tables, place: Key, item: Item | None) -> None:
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


def _kind(place: Key) -> str:
    """Return what an item is told as; lists of what lies elsewhere are not told of twice."""
    if place.pk.startswith("D#"):
        return _KINDS.get(place.pk.split("#")[1], "")
    return {"PERSON": "people", "RECEIVER": "receivers"}.get(place.sk.partition("#")[0], "")
