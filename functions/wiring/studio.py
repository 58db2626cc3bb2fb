"""Where designs are drawn: pictures of owners in, a judged version in its archive out.

Only the function of designs may use it: it loads what draws pictures, and both wallets' linters.
Nothing is stored of what is refused.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from functions.wiring import designs, storage
from functions.wiring.drawing import Made, upload_of
from loyalty.card import samples
from loyalty.card.showcase import states
from loyalty.core.instants import microseconds
from loyalty.refusals import Refusal
from loyalty.store import news_pictures
from loyalty.store.news_pictures import NewsPicture
from passes.designs import archive, card_check
from passes.designs import check as design_check
from passes.designs.design import DESIGNS, DesignError, balances
from passes.drawing import drawn, pictures
from passes.drawing.colours import BadColour, palette, parsed
from passes.drawing.pictures import BadPicture
from passes.drawing.recipe import BASES, COUNTS, ICONS, BadRecipe, Recipe
from passes.preview.sheet import Shown, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from functions.wiring.drawing import Asked
    from passes.designs.design import Design

_SIDE, _SIDE_OF_OWN = 2048, 1440
"""Pixels above which nothing is ever shown of a logo or photograph, and of a single picture."""
_SIDE_OF_NEWS = 1860
"""The same of a picture of news: as wide as Google wants pictures of cards."""
_NARROWEST, _STRETCHED = 600, 2


def draw(program: str, asked: Asked) -> Made:
    """Draw a design, judge it, and store it.

    Raises
    ------
    Refusal
        ``picture_not_found``, ``picture_unusable``, ``colour_unusable``, ``recipe_unusable``: what
        it is to be drawn from cannot be used, with a pointer to it; ``design_refused``: a wallet
        would not take it.
    """
    desk = _Desk(program)
    own_icon = asked.icon not in ICONS
    background = _colour(asked.colour, "/colour")
    accent = _colour(asked.accent, "/accent") if asked.accent else None
    try:
        recipe = Recipe(
            asked.style,
            background,
            accent,
            asked.pattern,
            "star" if own_icon else asked.icon,
            COUNTS.get(asked.style, 0) if asked.count is None else asked.count,
        )
    except BadRecipe as fault:
        raise Refusal("invalid", "recipe_unusable", str(fault), pointer="/count") from None
    given = drawn.Given(
        desk.opened(asked.logo, "the logo", "/logo"),
        desk.opened(asked.icon, "the icon", "/icon") if own_icon else None,
        desk.opened(asked.photo, "the photograph", "/photo"),
    )
    base = (DESIGNS / BASES[asked.style] / "design.toml").read_text(encoding="utf-8")
    own = desk.each(asked.pictures)
    try:
        files = drawn.files(recipe, given, base, own)
    except BadPicture as fault:
        raise Refusal("invalid", "picture_unusable", str(fault), pointer="") from None
    told = {
        "style": asked.style,
        "colour": asked.colour,
        "accent": asked.accent,
        "pattern": asked.pattern,
        "icon": desk.name_of(asked.icon) if own_icon else asked.icon,
        "count": asked.count,
        "logo": desk.name_of(asked.logo),
        "photo": desk.name_of(asked.photo),
        "pictures": {name: desk.name_of(one) for name, one in asked.pictures.items()},
    }
    made = _stored(program, files)
    desk.keep()
    notes = (*palette(background, accent).notes, *drawn.advice(given), *made.notes)
    return Made(made.look, json.dumps(told), notes)


def unpack(program: str, name: str) -> Made:
    """Store a design that somebody has packed as a folder, if both wallets take it.

    Raises
    ------
    Refusal
        ``picture_not_found``: nothing was put there; ``design_unusable``, ``design_refused``.
    """
    data = _fetched(upload_of(program, name), "/folder")
    if data is None:
        raise _not_there("/folder")
    try:
        files = archive.unpacked(data)
    except DesignError as error:
        raise Refusal("invalid", "design_unusable", str(error), pointer="/folder") from None
    return _stored(program, files)


def keep_for_news(program: str, name: str, now: datetime) -> NewsPicture:
    """Keep a picture that was put there as news shows it: no wider than Google draws it.

    Raises
    ------
    Refusal
        ``picture_not_found``, ``picture_unusable``.
    """
    data = _fetched(upload_of(program, name), "")
    if data is None:
        raise _not_there("")
    try:
        image = pictures.opened(io.BytesIO(data), _SIDE_OF_NEWS, "the picture")
        if image.width < _NARROWEST or not image.width / image.height >= 1 / _STRETCHED:
            detail = (
                f"The picture has {image.width} by {image.height} pixels: it is shown as wide as a "
                f"phone. Give {_NARROWEST} in width at least, and no more than {_STRETCHED} times "
                "of it in height."
            )
            raise Refusal("invalid", "picture_unusable", detail, pointer="")
        shown = pictures.plain_photo(image)
    except BadPicture as fault:
        raise Refusal("invalid", "picture_unusable", str(fault), pointer="") from None
    known = news_pictures.name_of(shown)
    kept = NewsPicture(known, image.width, image.height, len(shown), microseconds(now))
    designs.files().put(news_pictures.file_of(program, known), shown)
    news_pictures.put(storage.tables(), program, kept)
    return kept


class _Desk:
    """The owner's pictures on their way into a design."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._files = designs.files()
        self._kept: dict[str, tuple[str, bytes | None]] = {}

    def opened(self, name: str | None, what: str, pointer: str, side: int = _SIDE) -> Any:
        """Return a picture (RGBA), None for none; it is kept without what a camera wrote into it.

        Raises
        ------
        Refusal
            ``picture_not_found``, ``picture_unusable``.
        """
        if name is None:
            return None
        data = _fetched(_kept(self._program, name), pointer)
        known = data is not None
        data = _fetched(upload_of(self._program, name), pointer) if data is None else data
        if data is None:
            raise _not_there(pointer)
        try:
            image = pictures.opened(io.BytesIO(data), side, what)
            if pointer == "/logo":
                drawn.large_enough(image)
        except BadPicture as fault:
            raise Refusal("invalid", "picture_unusable", str(fault), pointer=pointer) from None
        if known:
            self._kept[name] = name, None
        else:
            plain = pictures.packed(image, quickly=True)
            self._kept[name] = sha256(plain).hexdigest()[:32], plain
        return image

    def each(self, named: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
        """Yield pictures one by one: memory holds one."""
        for what, name in named.items():
            yield what, self.opened(name, what, f"/pictures/{what}", _SIDE_OF_OWN)

    def name_of(self, name: str | None) -> str | None:
        """Return the name that a picture is kept under."""
        return None if name is None else self._kept[name][0]

    def keep(self) -> None:
        """Store the pictures that were given."""
        for name, content in self._kept.values():
            if content is not None:
                self._files.put(_kept(self._program, name), content)


def _fetched(place: str, pointer: str) -> bytes | None:
    """Return a file that somebody has put there, None for none; a far too large one is refused."""
    try:
        return designs.files().get(place)
    except Refusal as refusal:
        raise Refusal("invalid", "picture_unusable", refusal.detail, pointer=pointer) from None


def _stored(program: str, files: Mapping[str, bytes]) -> Made:
    data = archive.packed(files)
    look = archive.reference(program, data)
    try:
        found = design_check.judged(archive.opened(look, data), "the design")
    except DesignError as error:
        raise Refusal("invalid", "design_unusable", str(error), pointer="") from None
    refused = next(iter(faults(program, found)), None)
    if refused is not None:
        raise Refusal("invalid", "design_refused", refused, pointer="")
    designs.files().put(archive.place_of(look), data)
    return Made(look, "", design_check.advice(found))


def preview(program: str, look: str, pages: Mapping[str, str]) -> str:
    """Return the page that shows a stored design in a program, both wallets and pages of ours."""
    wearing = storage.programs().latest(program).program
    design = designs.found(look)
    shown = Shown(
        program,
        design,
        samples.profiles(wearing),
        tuple(states(replace(wearing, look=look), balances(design))),
        pages,
    )
    return sheet(f"{program} in a design of its own", [shown], samples.NOW)


def faults(program: str, design: Design) -> Iterator[str]:
    """Yield what a wallet would refuse of the program's cards in a design."""
    wearing = storage.programs().latest(program).program
    return card_check.faults(
        samples.states(wearing), samples.profiles(wearing), samples.NOW, design
    )


def _colour(text: str, pointer: str) -> tuple[int, int, int]:
    try:
        return parsed(text)
    except BadColour as fault:
        raise Refusal("invalid", "colour_unusable", str(fault), pointer=pointer) from None


def _kept(program: str, name: str) -> str:
    return f"pictures/{program}/{name}.png"


def _not_there(pointer: str) -> Refusal:
    detail = "Nothing is there under that name: put the file to the address first, within a day."
    return Refusal("invalid", "picture_not_found", detail, pointer=pointer)
