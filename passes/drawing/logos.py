"""An owner's logo on a ground: as it is where it stands out, else on a plate where it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw  # type: ignore[import-not-found]

from passes.drawing.colours import INK, WHITE, contrast, luminance, mixed
from passes.drawing.marks import mark

if TYPE_CHECKING:
    from passes.drawing.colours import Palette, Rgb

_LOOKED_AT = 64
"""Pixels square that a logo is reduced to when its colours are looked at."""
_SOLID = 128
_WHOLE = 250
_MOSTLY = 0.3
_TOLD_APART = 1.6
"""Contrast above which two grounds are two; a logo's parts need not be read like a text."""
_ENOUGH = 0.6
"""Share of a logo's pixels that has to stand out from a ground."""
_PLATE_ROOM, _PLATE_ROUND = 0.1, 0.16
_FINE = 4


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo as it is put on cards: cut to what is seen, on a plate where it needs one.

    Attributes
    ----------
    image
        RGBA.
    plate
        What it stands on; None if it stands on the card's own background.
    """

    image: Any
    plate: Rgb | None


def prepared(image: Any, colours: Palette) -> Logo:
    """Return a logo (RGBA, with something to see) for a background."""
    seen = image.crop(image.getbbox(alpha_only=True))
    if _has_its_own_ground(seen) or _stands_out(seen, colours.background):
        return Logo(seen, None)
    # Of two plates the one that more of it stands out from; white where both do.
    plate = max((WHITE, INK), key=lambda ground: _share(seen, ground))
    return Logo(_on_plate(seen, plate), plate)


def without_logo(name: str, colours: Palette) -> Logo:
    """Return one of our own signs, for a shop that has no logo."""
    drawn = mark(name, 512)
    image = Image.new("RGBA", drawn.size, (*colours.accent, 0))
    image.putalpha(drawn)
    return Logo(image.crop(image.getbbox(alpha_only=True)), None)


def _stands_out(image: Any, ground: Rgb) -> bool:
    return _share(image, ground) >= _ENOUGH


def _has_its_own_ground(image: Any) -> bool:
    """Tell whether a logo is a whole rectangle, such as a photograph, in which there is something.

    It needs no plate: what is to be seen stands on what it brings along.
    """
    small = image.resize((_LOOKED_AT, _LOOKED_AT), Image.Resampling.BOX)
    last = _LOOKED_AT - 1
    border = [(x, y) for x in range(_LOOKED_AT) for y in (0, last)]
    border += [(x, y) for y in range(_LOOKED_AT) for x in (0, last)]
    if any(small.getpixel(place)[3] < _WHOLE for place in border):
        return False
    lights = sorted(luminance(one[:3]) for one in small.get_flattened_data())
    apart = (lights[-1 - len(lights) // 50] + 0.05) / (lights[len(lights) // 50] + 0.05)
    return apart >= _TOLD_APART


def _share(image: Any, ground: Rgb) -> float:
    """Return how much of a logo can be told from a ground, as it is seen on it."""
    small = image.resize((_LOOKED_AT, _LOOKED_AT), Image.Resampling.BOX)
    found = [one for one in small.get_flattened_data() if one[3]]
    # Soft edges do not count, unless there is little else: hairlines, or a ghost.
    solid = [one for one in found if one[3] >= _SOLID]
    judged = solid if len(solid) >= _MOSTLY * len(found) else found
    seen = [mixed(ground, one[:3], one[3] / 255) for one in judged]
    return sum(contrast(one, ground) >= _TOLD_APART for one in seen) / len(seen)


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
