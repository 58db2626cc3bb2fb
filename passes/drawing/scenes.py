"""What stands on the banner of a card, in every state, and on the poster of iOS 27.

Nothing is written on banners and posters: texts come from the wallets, in every language, and are
read aloud. Where iOS 27 writes on a poster there is nothing but the background.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw  # type: ignore[import-not-found]

from passes.drawing import pictures
from passes.drawing.colours import BLACK, mixed, written
from passes.drawing.marks import mark, present
from passes.drawing.patterns import ground

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from passes.drawing.colours import Palette, Rgb
    from passes.drawing.logos import Logo

    Size = tuple[int, int]
    Place = tuple[float, float]

_FINE = 3
_WHOLLY = 255
_VEIL = 0.78
"""How much of the background lies over a photograph on which a state is drawn."""
WRITTEN_ON = (0.14, 0.565)
"""Above and below these shares of its height iOS 27 writes on a poster, in every state."""
MOST_ROWS = 4
PILES = 5


@dataclass(frozen=True, slots=True)
class Scenery:
    """What all pictures of a design share.

    Attributes
    ----------
    pattern
        One of `patterns.PATTERNS`.
    icon
        One of `marks.MARKS`, or a picture (RGBA).
    photo
        A picture (RGBA) behind it all.
    """

    colours: Palette
    logo: Logo
    pattern: str
    icon: Any
    photo: Any = None

    def behind(self, size: Size, *, veiled: bool = True) -> Any:
        """Return what everything else is drawn on."""
        if self.photo is None:
            return ground(self.pattern, size, self.colours)
        scene = pictures.covering(self.photo, size, written(self.colours.background))
        if veiled:
            scene = Image.blend(scene, Image.new("RGB", size, self.colours.background), _VEIL)
        # Once, for all states: what is drawn on it adds a few colours.
        return pictures.for_a_pass(scene, quickly=True, plainly=veiled).convert("RGB")


def plain(scenery: Scenery, size: Size) -> Iterator[Any]:
    """Yield the one banner of a card that shows no state: the logo, or the photograph alone."""
    scene = scenery.behind(size, veiled=False)
    if scenery.photo is None:
        width, height = size
        middle, radius = (width - 0.62 * height, height / 2), 0.42 * height
        # What the logo stands on is the background, on which it was judged.
        _disc(scene, middle, radius, scenery.colours.deep)
        _disc(scene, middle, radius * 0.97, scenery.colours.background)
        _logo(scene, scenery.logo, middle, radius * 1.7)
    yield scene


def stamp_fields(size: Size, count: int) -> tuple[list[Place], float]:
    """Return the middles of so many fields, as large as fits, and their diameter."""
    width, height = size

    def room(rows: int) -> float:
        return min(width / math.ceil(count / rows), height / rows)

    rows = max(range(1, MOST_ROWS + 1), key=room)
    columns, step = math.ceil(count / rows), room(rows)
    places = []
    for at in range(count):
        row, column = divmod(at, columns)
        there = min(columns, count - row * columns)
        places.append(
            (
                width / 2 + (column - (there - 1) / 2) * min(step * 1.12, width / columns),
                height / 2 + (row - (rows - 1) / 2) * min(step * 1.04, height / rows),
            )
        )
    return places, step * 0.84


def stamps(scenery: Scenery, size: Size, count: int) -> Iterator[Any]:
    """Yield the card with no stamp, one, and so on to all of them, when its present lights up."""
    colours = scenery.colours
    places, across = stamp_fields(size, count + 1)
    scene = scenery.behind(size)
    for place in places:
        _disc(scene, place, across / 2, colours.deep)
        _disc(scene, place, across / 2 - max(2, across * 0.03), colours.shade)
    _sign(
        scene, present(round(across * 0.5)), places[-1], mixed(colours.shade, colours.accent, 0.5)
    )
    yield scene.copy()
    for number, place in enumerate(places[:-1], start=1):
        _stamp(scene, scenery, place, across)
        if number == count:
            _disc(scene, places[-1], across / 2, colours.accent)
            _sign(scene, present(round(across * 0.56)), places[-1], colours.on_accent)
        yield scene.copy()


def _stamp(scene: Any, scenery: Scenery, place: Place, across: float) -> None:
    if isinstance(scenery.icon, str):
        _disc(scene, place, across / 2, scenery.colours.accent)
        sign = mark(scenery.icon, round(across * 0.6))
        _sign(scene, sign, place, scenery.colours.on_accent)
        return
    _disc(scene, place, across / 2, (255, 255, 255))
    _paste(scene, scenery.icon, place, across * 0.64)


def ladder(scenery: Scenery, size: Size, steps: int) -> Iterator[Any]:
    """Yield a rising path without a step reached, with one, and so on to the star at its end."""
    width, height = size
    colours = scenery.colours
    across = min(width / (steps + 0.6), height * 0.52)
    low, high = height - across * 0.72, across * 0.72
    places = [
        (
            width * (at + 0.5) / steps if steps > 1 else width / 2,
            low + (high - low) * at / max(1, steps - 1),
        )
        for at in range(steps)
    ]
    scene = scenery.behind(size)
    _path(scene, places, colours.deep, across * 0.09)
    for place in places:
        _disc(scene, place, across * 0.42, colours.deep)
        _disc(scene, place, across * 0.38, colours.shade)
    _sign(scene, mark("star", round(across * 0.44)), places[-1], colours.deep)
    yield scene.copy()
    for number, place in enumerate(places, start=1):
        if number > 1:
            _path(scene, places[number - 2 : number], colours.accent, across * 0.09)
            _reached(scene, scenery, places[number - 2], across, last=False)
        _reached(scene, scenery, place, across, last=number == steps)
        yield scene.copy()


def _reached(scene: Any, scenery: Scenery, place: Place, across: float, *, last: bool) -> None:
    _disc(scene, place, across * 0.42, scenery.colours.accent)
    sign = mark("star" if last else "check", round(across * 0.48))
    _sign(scene, sign, place, scenery.colours.on_accent)


def cashback(scenery: Scenery, size: Size) -> Iterator[Any]:
    """Yield piles of coins: none full, one, and so on to all."""
    colours = scenery.colours
    scene = scenery.behind(size)
    for at in range(PILES):
        _pile(scene, at, colours.deep, colours.shade)
    yield scene.copy()
    for at in range(PILES):
        _pile(scene, at, mixed(colours.accent, BLACK, 0.35), colours.accent)
        yield scene.copy()


def _pile(scene: Any, at: int, edge: Rgb, face: Rgb) -> None:
    width, height = scene.size
    across = min(width / (PILES * 1.32), height * 0.5)
    flat, thick = across * 0.36, height * 0.115
    x = width / 2 + (at - (PILES - 1) / 2) * across * 1.28
    for coin in range(at + 1):
        y = height * 0.84 - coin * thick
        _coin(scene, (x, y), (across, flat, thick), (edge, face))


def _coin(
    scene: Any, place: Place, sides: tuple[float, float, float], colours: tuple[Rgb, Rgb]
) -> None:
    (x, y), (across, flat, thick), (edge, face) = place, sides, colours
    size = (round(across * _FINE) + 2, round((flat + thick) * _FINE) + 2)
    coin = Image.new("RGBA", size, (*edge, 0))
    draw = ImageDraw.Draw(coin)
    wide, low, deep = size[0] - 1, flat * _FINE, thick * _FINE
    draw.ellipse((0, deep, wide, deep + low), fill=edge)
    draw.rectangle((0, low / 2, wide, deep + low / 2), fill=edge)
    draw.arc((0, deep, wide, deep + low), 0, 180, mixed(edge, BLACK, 0.4), round(_FINE * 1.5))
    draw.ellipse((0, 0, wide, low), fill=edge)
    rim = 0.05 * wide
    draw.ellipse((rim, rim * 0.4, wide - rim, low - rim * 0.8), fill=face)
    shown = coin.resize((size[0] // _FINE, size[1] // _FINE), Image.Resampling.BOX)
    at = (round(x - shown.width / 2), round(y - shown.height / 2))
    scene.paste(shown, at, shown)


def membership(scenery: Scenery, size: Size, levels: int) -> Iterator[Any]:
    """Yield the emblem without a level, with one star, and so on to all."""
    width, height = size
    colours = scenery.colours
    scene = scenery.behind(size)
    middle, radius = (width - 0.66 * height, height / 2), 0.42 * height
    across = min(height * 0.34, (width - 1.3 * height) / levels)
    places = [(0.3 * height + across * (at + 0.2), height / 2) for at in range(levels)]
    _disc(scene, middle, radius, colours.deep)
    _disc(scene, middle, radius * 0.93, colours.background)
    _logo(scene, scenery.logo, middle, radius * 1.6)
    for place in places:
        _sign(scene, mark("star", round(across * 0.86)), place, colours.deep)
    yield scene.copy()
    for place in places:
        _sign(scene, mark("star", round(across * 0.86)), place, colours.accent)
        _ring(scene, middle, (radius, radius * 0.93), colours.accent)
        yield scene.copy()


def poster(scenery: Scenery, size: Size) -> Any:
    """Return what iOS 27 writes on: calm above and below, the logo between."""
    width, height = size
    colours = scenery.colours
    if scenery.photo is not None:
        scene = pictures.covering(scenery.photo, size, written(colours.background))
        calm = pictures.calmed(scene, written(colours.background), WRITTEN_ON, _WHOLLY)
        return pictures.for_a_pass(calm, quickly=True)
    top, low = (share * height for share in WRITTEN_ON)
    middle, radius = (width / 2, (top + low) / 2), (low - top) / 2 - 0.02 * height
    scene = Image.new("RGB", size, colours.background)
    _disc(scene, middle, radius, colours.deep)
    inside = Image.new("L", size)
    _disc(inside, middle, radius - max(2, radius * 0.03), 255)
    scene.paste(ground(scenery.pattern, size, colours), mask=inside)
    _logo(scene, scenery.logo, middle, radius * 1.7)
    return scene


def _disc(scene: Any, place: Place, radius: float, colour: Any) -> None:
    side = max(1, round(2 * radius))
    disc = Image.new("L", (side * _FINE, side * _FINE))
    ImageDraw.Draw(disc).ellipse((0, 0, side * _FINE - 1, side * _FINE - 1), fill=255)
    _sign(scene, disc.resize((side, side), Image.Resampling.BOX), place, colour)


def _ring(scene: Any, place: Place, radii: tuple[float, float], colour: Rgb) -> None:
    side, inner = round(2 * radii[0]), 2 * radii[1]
    ring = Image.new("L", (side * _FINE, side * _FINE))
    draw = ImageDraw.Draw(ring)
    draw.ellipse((0, 0, side * _FINE - 1, side * _FINE - 1), fill=255)
    edge = (side - inner) / 2 * _FINE
    draw.ellipse((edge, edge, side * _FINE - 1 - edge, side * _FINE - 1 - edge), fill=0)
    _sign(scene, ring.resize((side, side), Image.Resampling.BOX), place, colour)


def _path(scene: Any, places: Sequence[Place], colour: Rgb, thick: float) -> None:
    line = Image.new("L", (scene.width * 2, scene.height * 2))
    doubled = [(2 * x, 2 * y) for x, y in places]
    ImageDraw.Draw(line).line(doubled, fill=255, width=round(2 * thick), joint="curve")
    scene.paste(colour, mask=line.resize(scene.size, Image.Resampling.BOX))


def _sign(scene: Any, mask: Any, place: Place, colour: Any) -> None:
    at = (round(place[0] - mask.width / 2), round(place[1] - mask.height / 2))
    scene.paste(colour, (*at, at[0] + mask.width, at[1] + mask.height), mask)


def _logo(scene: Any, logo: Logo, place: Place, across: float) -> None:
    """Put a logo into a circle: a wide one may be wider than a square one is."""
    _paste(scene, logo.image, place, in_circle(logo.image.size, across))


def in_circle(size: Size, across: float) -> float:
    """Return the longer side of a picture of these proportions that fits into a circle."""
    return across * max(size) / math.hypot(*size)


def _paste(scene: Any, image: Any, place: Place, across: float) -> None:
    """Put a whole picture into a square, as large as fits."""
    scale = across / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(size, Image.Resampling.LANCZOS)
    at = (round(place[0] - small.width / 2), round(place[1] - small.height / 2))
    scene.paste(small, at, small)
