"""What a picture without anything see-through has around its drawing: paper, or a plain colour.

A logo that comes from a printer or out of a document is a rectangle. Its ground is found at its
border, and what stands on it is told from it, soft edges and all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageMath  # type: ignore[import-not-found]

from passes.drawing.colours import luminance

if TYPE_CHECKING:
    from passes.drawing.colours import Rgb

_WHOLE = 250
"""Opacity from which a pixel lets nothing see through."""
_ALIKE = 26
"""Difference of a channel up to which two pixels are one colour: a JPEG's has a little noise."""
_BORDER = 0.96
"""Share of a border's pixels that have one colour, where it is a plain one."""
_PAPER, _GREYISH = 0.78, 30
"""Luminance from which a ground is paper, and how far its channels may be apart."""
_LEFT = 0.004
"""Share of a drawing that may have the paper's colour itself: counters of letters show it."""
_REACH = 5
"""Pixels across in which a soft edge is told from what it is the edge of."""
_FLOODED = 240
"""Pixels square in which it is followed from the border how far a ground reaches."""


@dataclass(frozen=True, slots=True)
class Alone:
    """A drawing without its ground.

    Attributes
    ----------
    image
        RGBA, cut to what is seen.
    box
        Where that was.
    clean
        Whether nothing within it has the ground's colour: a white star, the inside of an O.
    """

    image: Any
    box: tuple[int, int, int, int]
    clean: bool


def is_whole(image: Any) -> bool:
    """Tell whether a picture (RGBA) lets see through nowhere at its border."""
    return all(min(side.getchannel("A").getextrema()) >= _WHOLE for side in _sides(image))


def around(image: Any) -> Rgb | None:
    """Return the plain colour around a picture (RGBA); None if there is none."""
    if not is_whole(image):
        return None
    pixels = [one[:3] for side in _sides(image) for one in side.get_flattened_data()]
    red, green, blue = (sorted(parts)[len(pixels) // 2] for parts in zip(*pixels, strict=True))
    middle = red, green, blue
    alike = sum(
        all(abs(a - b) <= _ALIKE for a, b in zip(one, middle, strict=True)) for one in pixels
    )
    return middle if alike >= _BORDER * len(pixels) else None


def is_white(colour: Rgb) -> bool:
    """Tell whether a colour is that of paper, which nobody means as a part of their logo."""
    return luminance(colour) >= _PAPER and max(colour) - min(colour) <= _GREYISH


def lifted(image: Any, ground: Rgb) -> Alone | None:
    """Return what stands on the plain ground around a picture (RGBA); None if nothing does."""
    plain = image.convert("RGB")
    channels = ImageChops.difference(plain, Image.new("RGB", plain.size, ground)).split()
    far = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
    alike = far.point(lambda value: 255 if value <= _ALIKE else 0)
    outside = ImageChops.darker(alike, _reached(alike))
    box = ImageChops.invert(outside).getbbox()
    if box is None:
        return None
    inside = ImageChops.darker(alike, ImageChops.invert(outside)).histogram()[255]
    drawing = plain.width * plain.height - outside.histogram()[255]
    made = _told_from(plain, ground, far, outside)
    return Alone(made.crop(box), box, inside <= _LEFT * drawing)


def _told_from(plain: Any, ground: Rgb, far: Any, outside: Any) -> Any:
    """Return a picture without its ground: a soft edge is its colour, partly see-through."""
    # What an edge is the edge of is what differs most from the ground close by.
    full = far.filter(ImageFilter.MaxFilter(_REACH))
    edge = ImageChops.subtract(outside.filter(ImageFilter.MaxFilter(_REACH)), outside)
    whole = [
        ImageMath.lambda_eval(_unmixed, part=part, level=level, far=far, full=full)
        for part, level in zip(plain.split(), ground, strict=True)
    ]
    alpha = ImageMath.lambda_eval(
        lambda of: of["convert"](of["far"] * 255 / of["max"](of["full"], 1), "L"),
        far=far,
        full=full,
    )
    made = Image.composite(Image.merge("RGB", whole), plain, edge)
    made.putalpha(
        ImageChops.subtract(Image.composite(alpha, Image.new("L", plain.size, 255), edge), outside)
    )
    return made


def _unmixed(of: dict[str, Any]) -> Any:
    """Return a channel as it would be without the ground that shines through."""
    level = of["level"]
    more = (of["part"] - level) * of["full"] / of["max"](of["far"], 1) + level
    return of["convert"](of["max"](of["min"](more, 255), 0), "L")


def _reached(alike: Any) -> Any:
    """Return how far from the border a ground reaches, roughly: a mask somewhat too large."""
    small = alike.resize((_FLOODED, _FLOODED), Image.Resampling.BOX)
    small = small.point(lambda value: 255 if value >= 128 else 0)  # noqa: PLR2004
    padded = Image.new("L", (_FLOODED + 2, _FLOODED + 2), 255)
    padded.paste(small, (1, 1))
    ImageDraw.floodfill(padded, (0, 0), 128)
    found = padded.crop((1, 1, _FLOODED + 1, _FLOODED + 1))
    found = found.point(lambda value: 255 if value == 128 else 0)  # noqa: PLR2004
    return found.filter(ImageFilter.MaxFilter(3)).resize(alike.size, Image.Resampling.NEAREST)


def _sides(image: Any) -> list[Any]:
    wide, high = image.size
    boxes = ((0, 0, wide, 1), (0, high - 1, wide, high), (0, 0, 1, high), (wide - 1, 0, wide, high))
    return [image.crop(box) for box in boxes]
