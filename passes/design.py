"""Read a card design: one folder with ``design.toml`` and its images.

Everything an owner can get wrong is found here, when the design is loaded, and told with the file
and the key. A loaded design never changes, so it is read once per process.
"""

from __future__ import annotations

import re
import struct
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

DESIGNS = Path(__file__).parent.parent / "templates" / "designs"

Group = Literal["header", "primary", "secondary", "auxiliary", "back"]

_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_FACT = re.compile(r"[a-z][a-z0-9_]{0,40}")
_PNG_START = b"\x89PNG\r\n\x1a\n"
_IHDR_END = 24
_SCALES = (2, 3)

# Points of 2026 (Human Interface Guidelines, Wallet): smallest and largest width, height.
APPLE_IMAGE_POINTS: dict[str, tuple[int, int, int]] = {
    "icon": (38, 38, 38),
    "logo": (50, 160, 50),
    "strip": (375, 375, 144),
}
# Google's guidance: a square logo of at least 660 pixels, a hero of 1032x336.
GOOGLE_IMAGE_PIXELS: dict[str, tuple[int, int]] = {"logo": (660, 660), "hero": (1032, 336)}
# How many fields a store card shows in front; secondary and auxiliary share one row.
_ROOM: dict[tuple[Group, ...], int] = {
    ("header",): 3,
    ("primary",): 1,
    ("secondary", "auxiliary"): 4,
}
_MOST_ANNOUNCED = 2


class DesignError(ValueError):
    """A design cannot be used. The message names the file, the key and how to mend it."""


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG as it goes to a wallet: file name, bytes, size in pixels."""

    name: str
    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where a fact goes on an Apple pass.

    Attributes
    ----------
    group, fact
        Field group of the pass; key of the fact.
    label
        Whether the fact's caption is shown.
    announce
        Whether a change of the value shows the fact's change message on the lock screen.
    as_text
        Whether the formatted text is shown even if the fact is a number.
    """

    group: Group
    fact: str
    label: bool = True
    announce: bool = False
    as_text: bool = False


@dataclass(frozen=True, slots=True)
class Design:
    """A loaded design.

    Attributes
    ----------
    name
        The folder's name; what a card's ``design`` says.
    background, foreground, label
        Colours as ``#rrggbb``, lower case. The background is also Google's.
    apple_images
        Images of the pass in both scales, under the names they have in the bundle.
    apple_logo_text
        Whether the program's name stands beside the logo.
    apple_fields
        Facts in the order they are drawn.
    google_logo, google_hero
        Images of the Google card.
    """

    name: str
    background: str
    foreground: str
    label: str
    apple_images: tuple[Image, ...]
    apple_logo_text: bool
    apple_fields: tuple[FieldPlace, ...]
    google_logo: Image
    google_hero: Image


@lru_cache(maxsize=64)
def load(name: str, folder: Path = DESIGNS) -> Design:
    """Return the design of that name, read once per process.

    Raises
    ------
    DesignError
        The folder, the file, a key or an image is missing, unknown or out of shape.
    """
    if not _NAME.fullmatch(name):
        raise DesignError(
            f"design {name!r}: a design is named with small letters, digits and hyphens, "
            "like its folder under templates/designs"
        )
    place = folder / name
    file = place / "design.toml"
    where = f"{folder.name}/{name}/design.toml"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        known = ", ".join(names(folder)) or "none"
        raise DesignError(f"{where} does not exist; designs found: {known}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DesignError(f"{where} cannot be read as UTF-8 text: {error}") from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DesignError(f"{where} is not TOML: {error}") from error
    top = _Table(where, "", document)
    colours = top.table("colours")
    apple = top.table("apple")
    google = top.table("google")
    design = Design(
        name=name,
        background=colours.colour("background"),
        foreground=colours.colour("foreground"),
        label=colours.colour("label"),
        apple_images=_apple_images(place, apple),
        apple_logo_text=apple.flag("logo_text", default=True),
        apple_fields=_apple_fields(apple),
        google_logo=_google_image(place, google, "logo"),
        google_hero=_google_image(place, google, "hero"),
    )
    for table in (colours, apple, google, top):
        table.end()
    return design


def names(folder: Path = DESIGNS) -> tuple[str, ...]:
    """Return the names of the designs in a folder, sorted."""
    return tuple(sorted(found.parent.name for found in folder.glob("*/design.toml")))


class _Table:
    """A TOML table that is read strictly: every key once, the rest is refused."""

    def __init__(self, file: str, path: str, content: dict[str, Any]) -> None:
        self.file = file
        self.path = path
        self.content = dict(content)
        self.known: list[str] = []

    def key(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def take(self, name: str, kind: type, default: object = None) -> Any:
        self.known.append(name)
        value = self.content.pop(name, default)
        if value is None:
            raise DesignError(f"{self.file}: {self.key(name)} is missing")
        if type(value) is not kind:
            raise DesignError(
                f"{self.file}: {self.key(name)} must be a {_TOML_WORDS[kind]}, not {value!r}"
            )
        return value

    def table(self, name: str) -> _Table:
        return _Table(self.file, self.key(name), self.take(name, dict))

    def tables(self, name: str) -> list[_Table]:
        found = []
        for index, content in enumerate(self.take(name, list)):
            path = f"{self.key(name)}[{index}]"
            if not isinstance(content, dict):
                raise DesignError(f"{self.file}: {path} must be a table")
            found.append(_Table(self.file, path, content))
        return found

    def flag(self, name: str, *, default: bool) -> bool:
        return bool(self.take(name, bool, default))

    def text(self, name: str, shape: re.Pattern[str], meaning: str) -> str:
        value = str(self.take(name, str))
        if not shape.fullmatch(value):
            raise DesignError(f"{self.file}: {self.key(name)} must be {meaning}, not {value!r}")
        return value

    def colour(self, name: str) -> str:
        return self.text(name, _COLOUR, 'a colour like "#4a2c1d" (six small hex digits)')

    def end(self) -> None:
        """Refuse what nobody asked for: a wallet would ignore it without a word."""
        for name in self.content:
            raise DesignError(
                f"{self.file}: {self.key(name)} is not known here; known keys: "
                + ", ".join(self.known)
            )


_TOML_WORDS = {str: "text", bool: "true or false", dict: "table", list: "list"}


def _apple_fields(apple: _Table) -> tuple[FieldPlace, ...]:
    fields: list[FieldPlace] = []
    for table in apple.tables("fields"):
        group = table.take("group", str)
        if group not in get_args(Group):
            raise DesignError(
                f"{table.file}: {table.key('group')} must be one of "
                f"{', '.join(get_args(Group))}, not {group!r}"
            )
        place = FieldPlace(
            group=group,
            fact=table.text("fact", _FACT, "the key of a fact, like balance"),
            label=table.flag("label", default=True),
            announce=table.flag("announce", default=False),
            as_text=table.flag("as_text", default=False),
        )
        table.end()
        if any(other.fact == place.fact for other in fields):
            raise DesignError(
                f"{table.file}: {table.key('fact')} places {place.fact!r} twice; "
                "a field's key must be unique on a pass"
            )
        fields.append(place)
    for groups, room in _ROOM.items():
        if sum(place.group in groups for place in fields) > room:
            raise DesignError(
                f"{apple.file}: {apple.key('fields')} has more than {room} fields in "
                f"{' and '.join(groups)}; Wallet does not draw the rest"
            )
    if sum(place.announce for place in fields) > _MOST_ANNOUNCED:
        raise DesignError(
            f"{apple.file}: {apple.key('fields')} announces more than {_MOST_ANNOUNCED} facts; "
            "a lock screen is for what a customer must know now"
        )
    return tuple(fields)


def _apple_images(place: Path, apple: _Table) -> tuple[Image, ...]:
    images = []
    chosen = apple.take("images", list)
    for index, name in enumerate(chosen):
        key = f"{apple.key('images')}[{index}]"
        if not isinstance(name, str) or name not in APPLE_IMAGE_POINTS or name in chosen[:index]:
            raise DesignError(
                f"{apple.file}: {key} must be one of {', '.join(APPLE_IMAGE_POINTS)}, "
                f"each once, not {name!r}"
            )
        narrowest, widest, height = APPLE_IMAGE_POINTS[name]
        for scale in _SCALES:
            image = _image(place, f"{name}@{scale}x.png", apple.file, key)
            if (
                not narrowest * scale <= image.width <= widest * scale
                or image.height != height * scale
            ):
                raise DesignError(
                    f"{apple.file}: {key}: {image.name} is {image.width}x{image.height} pixels; "
                    f"it must be {narrowest * scale} to {widest * scale} wide and "
                    f"{height * scale} high"
                )
            images.append(image)
    if "icon" not in chosen:
        raise DesignError(
            f'{apple.file}: {apple.key("images")} must hold "icon": Wallet refuses a pass without'
        )
    return tuple(images)


def _google_image(place: Path, google: _Table, key: str) -> Image:
    name = google.text(key, re.compile(r"[a-z0-9-]+\.png"), "the name of a PNG in the folder")
    image = _image(place, name, google.file, google.key(key))
    width, height = GOOGLE_IMAGE_PIXELS[key]
    if (image.width, image.height) != (width, height):
        raise DesignError(
            f"{google.file}: {google.key(key)}: {name} is {image.width}x{image.height} pixels; "
            f"it must be {width}x{height}"
        )
    return image


def _image(place: Path, name: str, file: str, key: str) -> Image:
    try:
        content = (place / name).read_bytes()
    except OSError as error:
        raise DesignError(f"{file}: {key}: {name} cannot be read: {error.strerror}") from error
    size = png_size(content)
    if size is None:
        raise DesignError(f"{file}: {key}: {name} is not a PNG image")
    return Image(name, content, *size)


def png_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels of a PNG, or None when the bytes are no PNG."""
    if len(content) < _IHDR_END or not content.startswith(_PNG_START) or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return (width, height) if width and height else None
