"""What a calendar said last, so that what it says now can be told from it.

One item for each calendar: of its events nothing but digests, and when they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Absent, Equals, Put

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.store.tables import Tables

KEPT = 30 * 86_400
"""Seconds; it is written on each day on which it is read."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One event.

    Attributes
    ----------
    version
        The instant at which it was first seen like this, in microseconds since 1970.
    at
        Second since 1970 at which it begins.
    mark
        Digest of all that it says.
    day
        On which it was told last (proleptic Gregorian ordinal).
    """

    version: int
    at: int
    mark: str
    day: int


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar.

    Attributes
    ----------
    tag
        By which its server knows what we have (ETag).
    day
        On which all of it was told last; 0 where something of it is still to be told.
    revision
        Rises with each write.
    """

    tag: str = ""
    day: int = 0
    listed: Mapping[str, Listed] = field(default_factory=dict)
    revision: int = 0


def read(tables: Tables, program: str, endpoint: str) -> Feed:
    """Return what a calendar said last."""
    item = tables.get(keys.feed_key(program, endpoint))
    if item is None:
        return Feed()
    listed = {name: Listed(*one) for name, one in item["li"].items()}
    return Feed(item["tg"], item["dy"], listed, item["r"])


def put(tables: Tables, program: str, endpoint: str, after: Feed, second: int) -> None:
    """Keep what it says now.

    Raises
    ------
    Cancelled
        Somebody else has looked meanwhile: what they have found stays.
    """
    unmoved = Equals("r", after.revision) if after.revision else Absent()
    item = {
        "tg": after.tag,
        "dy": after.day,
        "li": {
            name: [one.version, one.at, one.mark, one.day] for name, one in after.listed.items()
        },
        "r": after.revision + 1,
        "ttl": second + KEPT,
    }
    tables.write(Put(keys.feed_key(program, endpoint), item, unmoved))
