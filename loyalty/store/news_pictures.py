"""Pictures that news may show: which there are. Their files lie beside designs."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from loyalty.program import sides
from loyalty.store import keys
from loyalty.store.tables import Put

if TYPE_CHECKING:
    from loyalty.store.tables import Item, Tables


@dataclass(frozen=True, slots=True)
class NewsPicture:
    """A picture as it is kept.

    Attributes
    ----------
    id
        Made of its content: the same picture is kept once.
    width, height
        Pixels.
    size
        Bytes.
    at
        When it was kept (µs since 1970).
    """

    id: str
    width: int
    height: int
    size: int
    at: int


def put(tables: Tables, program: str, one: NewsPicture) -> None:
    """Write a picture; again is the same."""
    item = {"w": one.width, "h": one.height, "b": one.size, "at": one.at}
    tables.write(Put(keys.news_picture_key(sides.real(program), one.id), item))


def read(tables: Tables, program: str, picture: str) -> NewsPicture | None:
    """Read a picture; a test side has those of its program."""
    key = keys.news_picture_key(sides.real(program), picture)
    item = tables.get(key)
    return None if item is None else _to_picture(picture, item)


def name_of(data: bytes) -> str:
    """Return the id of a picture with that content."""
    return sha256(data).hexdigest()[:32]


def read_all(tables: Tables, program: str) -> list[NewsPicture]:
    """Read all pictures of a program, the newest first."""
    first = keys.news_picture_key(sides.real(program), "")
    found = [
        _to_picture(keys.listed_name(item["sk"]), item)
        for item in tables.query("state", first.pk, first.sk)
    ]
    return sorted(found, key=lambda one: -one.at)


def file_of(program: str, picture: str) -> str:
    """Return where the file of a picture lies."""
    return f"designs/news/{sides.real(program)}/{picture}.jpg"


def _to_picture(picture: str, item: Item) -> NewsPicture:
    return NewsPicture(picture, item["w"], item["h"], item["b"], item["at"])
