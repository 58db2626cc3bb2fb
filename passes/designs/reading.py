"""Read a design's files strictly: TOML tables whose every key is known, and sane PNG images.

Whatever an owner can get wrong raises :class:`DesignError`, which names the file, the key and the
way to mend it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from loyalty.card.view import FIELD_KEYS
from passes import png

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from zipfile import Path as ArchivePath

    Place = Path | ArchivePath
    """Where a design's files lie: a folder, or an archive in the same form."""

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_CARD_FIELD = re.compile(r"[a-z][a-z0-9_]{0,40}")
_PLACEHOLDER = re.compile(r"\{(?:base_url|program)\}")
# Would end the attribute or the tag that a link is written into, or is no part of an address.
_UNSAFE_IN_LINK = re.compile(r"[\s<>\"'{}\\\x00-\x1f]")
_FORMER = {"fact": "field"}
"""Keys as designs used to spell them: named in the refusal of an unknown key."""
_TOML_WORDS = {
    str: "text",
    bool: "true or false",
    dict: "table",
    list: "list",
    int: "whole number",
}


class DesignError(ValueError):
    """A design cannot be used. The message names the file, the key and how to mend it."""


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG as it goes to a wallet: file name, bytes, size in pixels."""

    name: str
    content: bytes
    width: int
    height: int

    def named(self, name: str) -> Image:
        """Return the same picture under another file name."""
        return replace(self, name=name)


class Table:
    """A TOML table that is read strictly: every key once, the rest is refused."""

    def __init__(self, file: str, path: str, content: Mapping[str, Any]) -> None:
        self.file = file
        self.path = path
        self.content = dict(content)
        self.known: list[str] = []

    def key(self, name: str) -> str:
        """Return a key as the owner would find it: with the tables around it."""
        return f"{self.path}.{name}" if self.path else name

    def error(self, name: str, what: str) -> DesignError:
        """Return the error that says what is wrong with a key."""
        return DesignError(f"{self.file}: {self.key(name)} {what}")

    def has(self, name: str) -> bool:
        """Tell whether the key is there; it counts as known from now on."""
        self.known.append(name)
        return name in self.content

    def take(self, name: str, kind: type, default: object = None) -> Any:
        """Return the value of a key, which must be of that kind, or the default."""
        self.known.append(name)
        value = self.content.pop(name, default)
        if value is None:
            self._refuse_former(name)
            raise self.error(name, "is missing")
        if type(value) is not kind:
            raise self.error(name, f"must be a {_TOML_WORDS[kind]}, not {value!r}")
        return value

    def _refuse_former(self, missing: str) -> None:
        """Refuse a key that stands there under its former name."""
        for name in self.content:
            if _FORMER.get(name) == missing:
                self._refuse(name)

    def _refuse(self, name: str) -> NoReturn:
        near = nearest(name, self.known)
        raise self.error(name, f"is not known here{near}; known keys: {', '.join(self.known)}")

    def table(self, name: str, *, default: Mapping[str, Any] | None = None) -> Table:
        """Return the table under a key."""
        return Table(self.file, self.key(name), self.take(name, dict, default))

    def tables(self, name: str, *, optional: bool = False) -> list[Table]:
        """Return the list of tables under a key."""
        found = []
        for index, content in enumerate(self.take(name, list, [] if optional else None)):
            path = f"{self.key(name)}[{index}]"
            if not isinstance(content, dict):
                raise DesignError(f"{self.file}: {path} must be a table")
            found.append(Table(self.file, path, content))
        return found

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        return bool(self.take(name, bool, default))

    def whole(self, name: str, lowest: int, highest: int, default: int | None = None) -> int:
        """Return a whole number within bounds."""
        value = int(self.take(name, int, default))
        if not lowest <= value <= highest:
            raise self.error(name, f"must be {lowest} to {highest}, not {value}")
        return value

    def text(self, name: str, shape: re.Pattern[str], meaning: str) -> str:
        """Return a text of that shape; `meaning` is what the owner is told it must be."""
        value = str(self.take(name, str))
        if not shape.fullmatch(value):
            raise self.error(name, f"must be {meaning}, not {value!r}")
        return value

    def choice(self, name: str, known: tuple[str, ...]) -> str:
        """Return one of the known texts."""
        value = str(self.take(name, str))
        if value not in known:
            near = nearest(value, known)
            raise self.error(name, f"must be one of {', '.join(known)}, not {value!r}{near}")
        return value

    def choices(
        self, name: str, known: tuple[str, ...], default: list[str] | None = None
    ) -> tuple[str, ...]:
        """Return a list of known texts, each once."""
        chosen = self.take(name, list, default)
        for index, one in enumerate(chosen):
            if not isinstance(one, str) or one not in known or one in chosen[:index]:
                raise self.error(
                    f"{name}[{index}]",
                    f"must be one of {', '.join(known)}, each once, not {one!r}"
                    f"{nearest(one, known)}",
                )
        return tuple(chosen)

    def card_field(self, name: str) -> str:
        """Return the key of a card field; one that no card has would never be drawn."""
        key = self.text(name, _CARD_FIELD, "the key of a card field, like balance")
        if key not in FIELD_KEYS:
            known = ", ".join(FIELD_KEYS)
            near = nearest(key, FIELD_KEYS)
            raise self.error(name, f"names {key!r}, which no card has; there are {known}{near}")
        return key

    def colour(self, name: str) -> str:
        """Return a colour as ``#rrggbb``."""
        return self.text(name, _COLOUR, 'a colour like "#4a2c1d" (six small hex digits)')

    def address(self, name: str, schemes: tuple[str, ...]) -> str:
        """Return a whole address of one of the schemes, with placeholders for ours."""
        url = str(self.take(name, str))
        try:
            plain = _PLACEHOLDER.sub("x", url.replace("{base_url}", "https://x"))
            parts = urlsplit(plain)
        except ValueError:
            parts, plain = urlsplit(""), url
        whole = parts.scheme in schemes and (
            parts.netloc if parts.scheme == "https" else parts.path
        )
        if not whole or _UNSAFE_IN_LINK.search(plain):
            raise self.error(
                name,
                f"must be a whole address ({', '.join(schemes)}), with {{base_url}} and "
                f"{{program}} as the only placeholders, not {url!r}",
            )
        return url

    def end(self) -> None:
        """Refuse what nobody asked for: a wallet would ignore it without a word."""
        for name in self.content:
            self._refuse(name)


def nearest(name: object, known: Sequence[str]) -> str:
    """Return the question whether another name was meant, or nothing where none is near."""
    former = _FORMER.get(str(name))
    found = [former] if former in known else get_close_matches(str(name), known, n=1)
    return f" (did you mean {found[0]}?)" if found and found[0] != name else ""


def read_image(place: Place, name: str, file: str, key: str) -> Image:
    """Return the PNG of that name in a design's folder.

    Raises
    ------
    DesignError
        There is none, or it is no PNG, or one that no wallet should be given (A16 of the hostile
        cases): too large, animated, cut off, or with something behind its end.
    """
    try:
        with (place / name).open("rb") as stream:
            content = stream.read(png.LARGEST_FILE + 1)
    except OSError as error:
        raise DesignError(
            f"{file}: {key}: {name} cannot be read: {error.strerror or 'it is not there'}"
        ) from error
    try:
        return Image(name, content, *png.size(content))
    except png.BadPng as fault:
        raise DesignError(
            f"{file}: {key}: {name} is no image that can be used: {fault}; export it as a plain PNG"
        ) from fault
