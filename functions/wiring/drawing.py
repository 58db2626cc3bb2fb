"""Drawing designs: what is asked for, and the way to what draws, which few requests need."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.wiring import designs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.store.news_pictures import NewsPicture

SECONDS = 900
"""How long a signed address is good."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a design is to be drawn from.

    Attributes
    ----------
    icon
        One of our signs, or a picture.
    logo, photo, pictures
        Pictures by the name that an upload was given, or that one was kept under; ``pictures``
        stand in the place of drawn ones, by these's names without scale and ending.
    """

    style: str
    colour: str
    accent: str | None
    pattern: str
    icon: str
    count: int | None
    logo: str | None
    photo: str | None
    pictures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Made:
    """A draft as it is stored: its look, what it was drawn from as JSON, what had to be mended."""

    look: str
    recipe: str
    notes: tuple[str, ...]


def begin_upload(program: str) -> tuple[str, str]:
    """Return a name for a picture or folder that is to come, and an address to put it to."""
    name = secrets.token_hex(16)
    return name, designs.files().address(upload_of(program, name), SECONDS, to_put=True)


def upload_of(program: str, name: str) -> str:
    """Return where a file lies that was put there, for a day."""
    return f"uploads/{program}/{name}"


def draw(program: str, asked: Asked) -> Made:
    """Draw a design; see ``studio.draw``."""
    from functions.wiring import studio  # noqa: PLC0415

    return studio.draw(program, asked)


def unpack(program: str, name: str) -> Made:
    """Take a folder that somebody has packed; see ``studio.unpack``."""
    from functions.wiring import studio  # noqa: PLC0415

    return studio.unpack(program, name)


def keep_for_news(program: str, name: str, now: datetime) -> NewsPicture:
    """Keep a picture for news; see ``studio.keep_for_news``."""
    from functions.wiring import studio  # noqa: PLC0415

    return studio.keep_for_news(program, name, now)


def refused(program: str, look: str) -> str | None:
    """Return what a wallet would refuse of the program's cards in a stored design, if anything."""
    from functions.wiring import studio  # noqa: PLC0415

    return next(iter(studio.faults(program, designs.found(look))), None)


def preview(program: str, look: str, pages: Mapping[str, str]) -> str:
    """Store the page that shows a design, and return its address; see ``studio.preview``."""
    from functions.wiring import studio  # noqa: PLC0415

    html = studio.preview(program, look, pages)
    place = upload_of(program, f"preview-{look.rpartition('~')[2]}.html")
    designs.files().put(place, html.encode())
    return designs.files().address(place, SECONDS, kind="text/html; charset=utf-8")
