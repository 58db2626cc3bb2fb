"""After a restore: who may do what is as it was last, and not as it was at the backup's instant.

A key that was revoked since, somebody who was let go, a session that was ended or a receiver that
was removed would be good again in tables of the past.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from loyalty.store.access_items import put_access, read_access, read_people_ids

if TYPE_CHECKING:
    from loyalty.store.tables import Key, Tables

_KINDS = {"key": "keys", "session": "sessions", "passkey": "passkeys"}


def as_it_was(tables: Tables, later: Tables, program: str) -> Counter[str] | None:
    """Make access to a program what it is in ``later``: tables of which the others are a past.

    Returns what was changed, by kind: keys, people, sessions, passkeys, receivers. Doing it again
    changes nothing. None: there is nobody and no key of the program there, and nothing is changed,
    since nobody would be let in any more.
    """
    people = {*read_people_ids(later, program), *read_people_ids(tables, program)}
    now, wanted = (read_access(one, program, people) for one in (tables, later))
    if not any(_kind(place) in {"people", "keys"} for place in wanted):
        return None
    changed: Counter[str] = Counter()
    for place in sorted({*now, *wanted}, key=lambda one: (one.pk, one.sk)):
        if now.get(place) != wanted.get(place):
            put_access(tables, place, wanted.get(place))
            changed[_kind(place)] += 1
    changed.pop("", None)
    return changed


def _kind(place: Key) -> str:
    """Return what an item is told as; lists of what lies elsewhere are not told of twice."""
    if place.pk.startswith("D#"):
        return _KINDS.get(place.pk.split("#")[1], "")
    return {"PERSON": "people", "RECEIVER": "receivers"}.get(place.sk.partition("#")[0], "")
