"""Read a card design: one folder with ``design.toml`` and its images.

Every mistake in the file and its images is found here and told with the file and the key; whether
a wallet takes what the design draws is for ``check``. A loaded design never changes, so it is read
once per process.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from passes.apple import layout_reading
from passes.apple.layout import AppleLayout, FieldPlace
from passes.designs.reading import DesignError, Image, Table
from passes.designs.words import Words
from passes.google import layout as google_layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from passes.designs.reading import Place
    from passes.google.layout import GoogleDesign

__all__ = [
    "DESIGNS",
    "PLAIN",
    "Design",
    "DesignError",
    "FieldPlace",
    "Image",
    "load",
    "names",
    "spoken",
]

DESIGNS = Path(__file__).parents[2] / "templates" / "designs"

DOCUMENT = "design.toml"

PLAIN = "plain"
"""The design of no shop, worn where the one that a program names is gone."""

LARGEST_PASS = 3_000_000
"""Bytes of one pass's pictures: a function answers with 6 MB at most, and in base 64 at that."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")


@dataclass(frozen=True, slots=True)
class Design:
    """A loaded design.

    Attributes
    ----------
    name
        The folder's name; what a card's ``design`` says.
    background, foreground, label
        Colours as ``#rrggbb``, lower case. The background is also Google's.
    words
        The design's own texts by language and key; every language has every key.
    apple_images
        Images of the pass in both scales, under the names they have in the bundle.
    apple_logo_text
        Whether the program's name stands beside the logo.
    apple_fields
        Card fields in the order they are drawn.
    apple
        Everything else about the Apple pass.
    google
        Everything about the Google card.
    mark
        A number below 65536 that stands for file and pictures: another one where they differ.
    """

    name: str
    background: str
    foreground: str
    label: str
    words: Mapping[str, Mapping[str, str]]
    apple_images: tuple[Image, ...]
    apple_logo_text: bool
    apple_fields: tuple[FieldPlace, ...]
    apple: AppleLayout
    google: GoogleDesign
    mark: int = 0


def spoken(design: Design, language: str) -> Mapping[str, str]:
    """Return the design's words in a language, or in its first one when it lacks that."""
    return design.words.get(language) or next(iter(design.words.values()))


@lru_cache(maxsize=64)
def load(name: str, folder: Path = DESIGNS) -> Design:
    """Return the design of that name, read once per process.

    Raises
    ------
    DesignError
        The folder, the file, a key or an image is missing, unknown or out of shape.
    """
    place = folder / checked_name(name)
    where = f"{folder.name}/{name}/{DOCUMENT}"
    try:
        return read(name, place, where)
    except FileNotFoundError:
        known = ", ".join(names(folder)) or "none"
        raise DesignError(f"{where} does not exist; designs found: {known}") from None


def read(name: str, place: Place, where: str) -> Design:
    """Return the design whose files lie in a place; ``where`` is how its document is called.

    Raises
    ------
    DesignError
        As `load`.
    FileNotFoundError
        There is no document.
    """
    try:
        text = (place / DOCUMENT).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise DesignError(f"{where} cannot be read as UTF-8 text: {error}") from error
    try:
        top = Table(where, "", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DesignError(f"{where} is not TOML: {error}") from error
    design = _design(name, place, top)
    return replace(design, mark=_mark(text, design))


def checked_name(name: str) -> str:
    """Return a name that a design may have.

    Raises
    ------
    DesignError
        It has other characters in it.
    """
    if not _NAME.fullmatch(name):
        raise DesignError(
            f"design {name!r}: a design is named with small letters, digits and hyphens, "
            "like its folder under templates/designs"
        )
    return name


def names(folder: Path = DESIGNS) -> tuple[str, ...]:
    """Return the names of the designs in a folder, sorted."""
    return tuple(sorted(found.parent.name for found in folder.glob("*/design.toml")))


def _mark(text: str, design: Design) -> int:
    strips = design.apple.strips
    pictures = (
        *design.apple_images,
        *design.apple.poster_images,
        *(one for pair in (strips.images if strips else ()) for one in pair),
        *design.google.images,
    )
    digest = hashlib.sha256(text.encode())
    for picture in pictures:
        digest.update(hashlib.sha256(picture.content).digest())
    return int.from_bytes(digest.digest()[:2], "big")


def _design(name: str, place: Place, top: Table) -> Design:
    colours = top.table("colours")
    words = Words(top)
    apple = top.table("apple")
    google = top.table("google")
    images = layout_reading.card_images(place, apple)
    apple_layout = layout_reading.read(place, apple, words, images)
    design = Design(
        name=name,
        background=colours.colour("background"),
        foreground=colours.colour("foreground"),
        label=colours.colour("label"),
        words=words.by_language,
        apple_images=images,
        apple_logo_text=apple.flag("logo_text", default=True),
        apple_fields=layout_reading.card_fields(apple, words),
        apple=apple_layout,
        google=google_layout.read(place, google, words, apple_layout.strips),
    )
    for table in (colours, apple, google, top):
        table.end()
    words.end()
    if (weight := pass_bytes(design)) > LARGEST_PASS:
        raise top.error(
            "apple",
            f"has pictures of {weight:,} bytes for one pass; at most {LARGEST_PASS:,} can be "
            "answered, and 60,000 are quick: `loyalty design images` makes lighter ones",
        )
    return design


def balances(design: Design) -> tuple[int, ...]:
    """Return the balances from which on the card has another picture."""
    strips = design.apple.strips
    return strips.levels if strips and strips.field in {"balance", "worth"} else ()


def pass_bytes(design: Design) -> int:
    """Return what the pictures of one pass weigh at the most: those of its heaviest state."""
    strips = design.apple.strips
    plain = [one for one in design.apple_images if one.name.startswith("strip@")]
    states = [plain, *(strips.images if strips else ())]
    common = [
        one for one in (*design.apple_images, *design.apple.poster_images) if one not in plain
    ]
    return _weight(common) + max(_weight(state) for state in states)


def _weight(images: Iterable[Image]) -> int:
    return sum(len(one.content) for one in images)
