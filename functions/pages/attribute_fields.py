"""Fields of a form that ask for a program's attributes; the card page has them, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ATTRIBUTE = "attribute_"
"""How such fields begin."""


def attributes_of(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what a form says of a program's attributes, by id; what was left empty is left out."""
    return {
        name.removeprefix(ATTRIBUTE): value.strip()
        for name, value in fields.items()
        if name.startswith(ATTRIBUTE) and value.strip()
    }


def pointer(name: str) -> str:
    """Return where a field stands in the JSON of an application (RFC 6901)."""
    if name.startswith(ATTRIBUTE):
        return "/attributes" + pointer(name.removeprefix(ATTRIBUTE))
    return "/" + name.replace("~", "~0").replace("/", "~1")
