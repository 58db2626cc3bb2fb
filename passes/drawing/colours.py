"""Colours that can be read on each other: what an owner chose, mended where it has to be. Pure.

Source: WCAG 2.2, 1.4.3 (texts, 4.5 to 1) and 1.4.11 (shapes that tell something, 3 to 1); relative
luminance and contrast ratio as defined there.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass
from typing import Final

Rgb = tuple[int, int, int]

READABLE: Final = 4.5
SEEN: Final = 3.0
# A little more than that: packing a picture into a palette may move a colour by a hair.
_SAFELY: Final = 1.017
# A ground on which white or ink stands out so well is left with it; else black does better.
_COMFORTABLE: Final = 7.0
WHITE: Final[Rgb] = (255, 255, 255)
INK: Final[Rgb] = (20, 22, 26)
BLACK: Final[Rgb] = (0, 0, 0)
_SHADE, _DEEP = 0.1, 0.24
_GREYISH: Final = 0.1
"""Difference of its channels (of 1) below which a colour has no hue that anybody would name."""
_VIVID: Final = 4.0
"""How much more saturated a tone may be than its colour is: ivory gets no mustard."""
_TONES: Final = 255
"""Steps of lightness on the way to white or black."""
_HEX: Final = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")


class BadColour(ValueError):  # noqa: N818 - it is the colour that is bad
    """What was given is no colour; the message says what one looks like."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a design.

    Attributes
    ----------
    background
        The card's, as the owner chose it.
    foreground, label
        Of values and of captions: both can be read on the background.
    accent
        Of what is drawn on the background: it can be told from it.
    on_accent
        Of what is drawn on the accent.
    shade, deep
        Of patterns and of what is still empty: close to the background, on purpose.
    notes
        A sentence for each colour that had to be mended.
    """

    background: Rgb
    foreground: Rgb
    label: Rgb
    accent: Rgb
    on_accent: Rgb
    shade: Rgb
    deep: Rgb
    notes: tuple[str, ...] = ()


def parsed(text: str) -> Rgb:
    """Return a colour written as ``#1b4a3c`` or ``#fff``.

    Raises
    ------
    BadColour
        It is written in another way.
    """
    found = _HEX.fullmatch(text.strip())
    if found is None:
        raise BadColour(f"{text!r} is no colour: write six digits after a #, such as #1b4a3c")
    digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])  # noqa: PLR2004
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def written(colour: Rgb) -> str:
    """Return a colour as designs have it: ``#1b4a3c``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Rgb) -> float:
    """Return how light a colour is to the eye, from 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for part in (part / 255 for part in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Return a colour between two: ``share`` of the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def text_on(ground: Rgb) -> Rgb:
    """Return the colour of a text on a ground: white, ink or black, at 4.5 to 1 or better.

    One of white and black reaches 4.58 on every ground.
    """
    for colour in (WHITE, INK):
        if contrast(colour, ground) >= _COMFORTABLE:
            return colour
    return max((WHITE, BLACK), key=lambda colour: contrast(colour, ground))


def mended(colour: Rgb, ground: Rgb, wanted: float) -> Rgb:
    """Return the colour, or the nearest lighter or darker tone of it that stands out enough.

    A tone has its colour's hue. Black, white and greys have none: on a coloured ground they become
    a tone of that, as a designer would shade it, instead of another grey.
    """
    if contrast(colour, ground) >= wanted:
        return colour
    kind = ground if _colourful(colour) < min(_GREYISH, _colourful(ground)) else colour
    hue, _, saturation = colorsys.rgb_to_hls(*(part / 255 for part in kind))
    saturation = min(saturation, _VIVID * _colourful(kind))
    start = colorsys.rgb_to_hls(*(part / 255 for part in colour))[1]
    end = 1.0 if contrast(WHITE, ground) >= contrast(BLACK, ground) else 0.0
    lights = (start + (end - start) * step / _TONES for step in range(_TONES + 1))
    tones = (_of_parts(*colorsys.hls_to_rgb(hue, light, saturation)) for light in lights)
    reached = (one for one in tones if contrast(one, ground) >= wanted)
    return next(reached, WHITE if end else BLACK)


def _colourful(colour: Rgb) -> float:
    """Return how far a colour is from grey, from 0 to 1."""
    return (max(colour) - min(colour)) / 255


def _of_parts(*parts: float) -> Rgb:
    red, green, blue = (round(255 * part) for part in parts)
    return red, green, blue


def palette(background: Rgb, accent: Rgb | None = None) -> Palette:
    """Return the colours of a design from the two that an owner gives.

    Without the second one, captions and drawings are in the colour of the texts.
    """
    foreground = text_on(background)
    chosen = accent or foreground
    label = mended(chosen, background, READABLE * _SAFELY)
    mark = mended(chosen, background, SEEN * _SAFELY)
    notes = [
        f"{what} are {written(used)} instead of {written(chosen)}, which on {written(background)} "
        f"{why}; another second colour, or another background, keeps it as it is"
        for what, used, why in (
            ("captions", label, "would be hard to read"),
            ("drawings", mark, "would hardly be seen"),
        )
        if used != chosen
    ]
    between = mixed(foreground, mark, 0.5)
    return Palette(
        background,
        foreground,
        label,
        mark,
        text_on(mark),
        mixed(background, between, _SHADE),
        mixed(background, between, _DEEP),
        tuple(notes),
    )
