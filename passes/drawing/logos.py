"""An owner's logo on a ground: as it is where it stands out, else on a plate where it does.

What a printer or a screen shot brings along is not the logo: white paper around it is lifted out,
and another plain colour around it becomes its plate. One of which nearly nothing would be seen at
the size of an icon, a watermark or a drawing of hairlines, is made denser, and thicker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw  # type: ignore[import-not-found]

from passes.drawing import paper
from passes.drawing.colours import INK, SEEN, WHITE, contrast, mixed
from passes.drawing.marks import mark

if TYPE_CHECKING:
    from passes.drawing.colours import Palette, Rgb

_SIDE = 960
"""Pixels above which nothing is shown of a logo anywhere: Google's round one takes 528."""
_LOOKED_AT = 64
"""Pixels square that a logo is reduced to when its colours are looked at."""
_SOLID = 128
_DENSE = 230
"""Opacity of what hides what lies behind it; a logo's densest part is made so dense."""
_MOSTLY = 0.3
_TOLD_APART = 1.8
"""Contrast above which a badge stands out from its ground; what is thin needs that of shapes."""
_FULL = 0.4
"""Share of a square that a badge covers, and lettering does not."""
_ENOUGH = 0.7
"""Share of a logo's pixels that has to stand out from a ground."""
_THICKER = 96
"""A hairline grows on each side by such a part of the logo's side, and so on, ..."""
_TIMES = 3
"""... at most so often."""
_PLATE_ROOM, _PLATE_ROUND = 0.1, 0.16
_FINE = 4


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo as it is put on cards: cut to what is seen, on a plate where it needs one.

    Attributes
    ----------
    image
        RGBA, plate and all.
    plate
        What it stands on; None if it stands on the card's own background.
    bare
        RGBA, without its plate: where the plate fills a whole square.
    """

    image: Any
    plate: Rgb | None
    bare: Any


def prepared(image: Any, colours: Palette) -> Logo:
    """Return a logo (RGBA, with something to see) for a background."""
    seen = image.crop(image.getbbox(alpha_only=True))
    seen.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    around = paper.around(seen)
    if around is not None and (alone := paper.lifted(seen, around)) is not None:
        if paper.is_white(around) and alone.clean and _stands_out(alone.image, colours.background):
            return _as_it_is(alone.image)
        return _plated(seen.crop(alone.box), around)
    if around is None and paper.is_whole(seen):
        return _as_it_is(seen)  # a photograph: what is to be seen stands on what it brings along
    strong = _strengthened(seen)
    if _stands_out(strong, colours.background):
        return _as_it_is(strong)
    # Of two plates the one that more of it stands out from; white where both do.
    plate = max((WHITE, INK), key=lambda ground: _share(strong, ground))
    return _plated(strong, plate)


def without_logo(name: str, colours: Palette) -> Logo:
    """Return one of our own signs, for a shop that has no logo."""
    drawn = mark(name, 512)
    image = Image.new("RGBA", drawn.size, (*colours.accent, 0))
    image.putalpha(drawn)
    return _as_it_is(image.crop(image.getbbox(alpha_only=True)))


def _as_it_is(image: Any) -> Logo:
    return Logo(image, None, image)


def _plated(image: Any, plate: Rgb) -> Logo:
    return Logo(_on_plate(image, plate), plate, image)


def _stands_out(image: Any, ground: Rgb) -> bool:
    # Lettering and lines are told apart less easily than a badge of the same colours.
    # So is a thread: what counts is how much of a square it covers.
    covered = sum(_small(image).getchannel("A").get_flattened_data()) / (255 * _LOOKED_AT**2)
    covered *= min(image.size) / max(image.size)
    wanted = _TOLD_APART if covered >= _FULL else SEEN
    return _share(image, ground, wanted) >= _ENOUGH


def _strengthened(image: Any) -> Any:
    """Return a logo that can be seen: a watermark denser, hairlines thicker, others as they are."""
    densest = image.getchannel("A").getextrema()[1]
    if densest < _DENSE:
        image.putalpha(image.getchannel("A").point(lambda value: min(255, value * 255 // densest)))
    step = max(1, max(image.size) // _THICKER)
    for _ in range(_TIMES):
        if _is_solid(image):
            break
        image = _thicker(image, step)
    return image


def _is_solid(image: Any) -> bool:
    """Tell whether something dense is left of a logo at the size of an icon."""
    alphas = _small(image).getchannel("A").histogram()
    return bool(sum(alphas[_SOLID:]) >= _MOSTLY * sum(alphas[1:]))


def _thicker(image: Any, step: int) -> Any:
    """Return a drawing whose every line is wider by ``step`` pixels on each side."""
    wide = Image.new("RGBA", (image.width + 2 * step, image.height + 2 * step))
    slant = max(1, round(step * 0.7))
    around = [(slant * x, slant * y) for x in (-1, 1) for y in (-1, 1)]
    around += [(-step, 0), (step, 0), (0, -step), (0, step), (0, 0)]
    for x, y in around:
        wide.alpha_composite(image, (step + x, step + y))
    return wide


def _small(image: Any) -> Any:
    return image.resize((_LOOKED_AT, _LOOKED_AT), Image.Resampling.BOX)


def _share(image: Any, ground: Rgb, wanted: float = SEEN) -> float:
    """Return how much of a logo can be told from a ground, as it is seen on it."""
    found = [one for one in _small(image).get_flattened_data() if one[3]]
    # Soft edges do not count, unless there is little else.
    solid = [one for one in found if one[3] >= _SOLID]
    judged = solid if len(solid) >= _MOSTLY * len(found) else found
    seen = [mixed(ground, one[:3], one[3] / 255) for one in judged]
    return sum(contrast(one, ground) >= wanted for one in seen) / len(seen)


def _on_plate(image: Any, plate: Rgb) -> Any:
    room = round(max(image.size) * _PLATE_ROOM)
    size = (image.width + 2 * room, image.height + 2 * room)
    fine = tuple(_FINE * side for side in size) if max(size) < 2000 else size  # noqa: PLR2004
    mask = Image.new("L", fine)
    round_off = min(fine) * _PLATE_ROUND
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, fine[0] - 1, fine[1] - 1), round_off, fill=255)
    box = Image.new("RGBA", size, (*plate, 0))
    box.putalpha(mask.resize(size, Image.Resampling.BOX))
    box.alpha_composite(image, (room, room))
    return box
