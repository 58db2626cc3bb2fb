"""Find members by the names that the outside knows them by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from loyalty.store import keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.store.tables import Tables

Kind = Literal["code", "link", "serial", "join", "short", "coupon"]
"""Reference of a card code, digest of a link token, serial of a pass, an application (hashed),
a short code, or a word or number of a coupon, with its program (`short_name`)."""


def short_name(program: str, letters: str) -> str:
    """Return the name that a short code has: programs do not share them out among themselves."""
    return f"{program}#{letters}"


def find(tables: Tables, kind: Kind, name: str) -> tuple[str, str] | None:
    """Return program and member of a name; None for unknown and revoked ones alike."""
    item = tables.get(keys.directory_key(kind, name))
    return (item["program"], item["member"]) if item else None


def find_many(tables: Tables, kind: Kind, names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return program and member of each of these names; unknown ones are left out."""
    wanted = {keys.directory_key(kind, name): name for name in names}
    found = tables.get_many(wanted)
    return {wanted[key]: (item["program"], item["member"]) for key, item in found.items()}
