"""Twenty logos from the difficult end, made here: nobody's, and each of another kind.

Needs what draws pictures (tests/support/drawing_tools.py).
"""

from __future__ import annotations

import io
import math
import random
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFilter  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Stroke = Sequence[tuple[float, float]]

RED, INK, CREAM, TEAL = (200, 40, 50), (24, 26, 34), (250, 240, 220), (10, 130, 130)

# Letters as strokes in a square, from the top left: written by hand, so no font is needed.
_CYRILLIC: Sequence[Sequence[Stroke]] = (
    ([(0, 0), (1, 1)], [(1, 0), (0, 1)], [(0.5, 0), (0.5, 1)]),
    ([(0, 0), (0.5, 0.55)], [(1, 0), (0.3, 1)]),
    ([(0, 0), (0, 1)], [(1, 0), (0, 0.5), (1, 1)]),
)
_CJK: Sequence[Sequence[Stroke]] = (
    ([(0.5, 0), (0.5, 0.9)], [(0.1, 0.35), (0.1, 0.9), (0.9, 0.9), (0.9, 0.35)]),
    (
        [(0.15, 0.1), (0.85, 0.1), (0.85, 0.95), (0.15, 0.95), (0.15, 0.1)],
        [(0.15, 0.5), (0.85, 0.5)],
    ),
    ([(0.1, 0.1), (0.9, 0.1)], [(0.5, 0.1), (0.5, 0.95)], [(0, 0.95), (1, 0.95)]),
)


def _new(size: tuple[int, int], ground: Any = (0, 0, 0, 0)) -> Any:
    return Image.new("RGBA", size, ground)


def _png(image: Any, **more: Any) -> bytes:
    return _saved(image, "PNG", **more)


def _saved(image: Any, kind: str, **more: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


def _badge(size: tuple[int, int], colour: Any, inner: Any) -> Any:
    image = _new(size)
    pen = ImageDraw.Draw(image)
    wide, high = size
    pen.ellipse((2, 2, wide - 3, high - 3), fill=colour)
    pen.polygon(
        [
            (
                wide / 2 + wide * 0.36 * radius * math.sin(at * math.pi / 5),
                high / 2 - high * 0.36 * radius * math.cos(at * math.pi / 5),
            )
            for at, radius in enumerate((1, 0.45) * 5)
        ],
        fill=inner,
    )
    return image


def _lettering(letters: Sequence[Sequence[Stroke]], colour: Any, ground: Any = None) -> Any:
    side, room, thick = 300, 40, 34
    image = _new((len(letters) * (side + room) + room, side + 2 * room), ground or (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for at, strokes in enumerate(letters):
        left = room + at * (side + room)
        for stroke in strokes:
            line = [(left + x * side, room + y * side) for x, y in stroke]
            pen.line(line, fill=colour, width=thick, joint="curve")
            for x, y in line:
                pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), colour)
    return image


def _arabic() -> bytes:
    """A line of bowls with dots above and below, joined as Arabic is."""
    image = _new((1200, 420))
    pen = ImageDraw.Draw(image)
    for at in range(4):
        left = 60 + at * 270
        pen.arc((left, 90, left + 290, 330), 20, 165, fill=INK, width=38)
        for dot in range(at % 3 + 1):
            x, y = left + 110 + dot * 60, 60 if at % 2 else 360
            pen.regular_polygon((x, y, 24), 4, rotation=45, fill=RED)
    pen.rectangle((1130, 20, 1168, 250), fill=INK)
    return _png(image)


def _photograph() -> bytes:
    dice = random.Random(7)
    small = Image.new("RGB", (60, 45))
    small.putdata([tuple(dice.randrange(256) for _ in range(3)) for _ in range(60 * 45)])
    large = small.resize((2400, 1800)).filter(ImageFilter.GaussianBlur(9))
    return _saved(large, "JPEG", quality=80)


def _turned() -> bytes:
    """Lies on its side, and says by EXIF that it is to be stood up."""
    image = Image.new("RGB", (800, 400), CREAM)
    ImageDraw.Draw(image).polygon([(60, 200), (400, 60), (400, 340)], fill=RED)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A camera of Ann's"
    return _saved(image, "JPEG", exif=exif)


def _hairlines() -> bytes:
    image = _new((900, 900))
    pen = ImageDraw.Draw(image)
    for at in range(24):
        turn = at * math.pi / 12
        end = (450 + 420 * math.cos(turn), 450 + 420 * math.sin(turn))
        pen.line(((450, 450), end), fill=(120, 90, 40), width=2)
    return _png(image)


def _gradient() -> bytes:
    image = _new((600, 600))
    for row in range(600):
        colour = (255 - row // 3, 60 + row // 4, 120 + row // 5, 255)
        ImageDraw.Draw(image).line(((0, row), (599, row)), fill=colour)
    mask = Image.new("L", (600, 600))
    ImageDraw.Draw(mask).rounded_rectangle((20, 20, 580, 580), 160, fill=255)
    image.putalpha(mask)
    return _png(image)


def _corner() -> bytes:
    image = _new((2000, 2000))
    image.paste(_badge((220, 220), TEAL, CREAM), (1740, 30))
    return _png(image)


def _palette() -> bytes:
    image = Image.new("P", (400, 400), 0)
    image.putpalette([0, 0, 0, 220, 60, 40, 40, 60, 160, 250, 220, 40] + [0] * 756)
    pen = ImageDraw.Draw(image)
    for at, colour in enumerate((1, 2, 3)):
        pen.pieslice((20, 20, 380, 380), at * 120, at * 120 + 120, fill=colour)
    return _png(image, transparency=0)


def _print() -> bytes:
    image = Image.new("RGB", (900, 500), (255, 255, 255))
    ImageDraw.Draw(image).rounded_rectangle((80, 80, 820, 420), 90, fill=(0, 110, 90))
    return _saved(image.convert("CMYK"), "JPEG")


def _sixteen_bits() -> bytes:
    image = Image.new("I;16", (400, 300), 60_000)
    image.paste(9_000, (120, 80, 280, 220))
    return _png(image)


_SVG = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg"
    xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 240 120">
  <defs>
    <linearGradient id="sun">
      <stop stop-color="#f6b73c"/><stop offset="1" stop-color="#e4572e"/>
    </linearGradient>
    <g id="ray"><path d="M60 6 L66 26 L54 26 Z"/></g>
  </defs>
  <g fill="url(#sun)">
    <circle cx="60" cy="60" r="28"/>
    <use xlink:href="#ray"/><use href="#ray" transform="rotate(60 60 60)"/>
    <use href="#ray" transform="rotate(120 60 60)"/><use href="#ray" transform="rotate(180 60 60)"/>
    <use href="#ray" transform="rotate(240 60 60)"/><use href="#ray" transform="rotate(300 60 60)"/>
  </g>
  <path d="M120 84 h100 M120 60 h100 M120 36 h100" stroke="#1d3557" stroke-width="12"
    stroke-linecap="round"/>
</svg>"""


LOGOS: dict[str, Callable[[], bytes]] = {
    "square-badge": lambda: _png(_badge((600, 600), RED, CREAM)),
    "very-wide": lambda: _png(_badge((3000, 120), TEAL, CREAM)),
    "very-tall": lambda: _png(_badge((120, 3000), TEAL, CREAM)),
    "tiny": lambda: _png(_badge((34, 34), RED, CREAM)),
    "white-on-nothing": lambda: _png(_badge((500, 500), (255, 255, 255), (0, 0, 0, 0))),
    "black-on-nothing": lambda: _png(_badge((500, 500), (0, 0, 0), (0, 0, 0, 0))),
    "ghost": lambda: _png(_badge((500, 400), (128, 128, 128, 90), (255, 255, 255, 60))),
    "for-print": _print,
    "turned": _turned,
    "palette": _palette,
    "photograph": _photograph,
    "svg": _SVG.encode,
    "cyrillic": lambda: _png(_lettering(_CYRILLIC, RED)),
    "arabic": _arabic,
    "cjk": lambda: _png(_lettering(_CJK, CREAM, RED)),
    "hairlines": _hairlines,
    "gradient": _gradient,
    "in-a-corner": _corner,
    "sixteen-bits": _sixteen_bits,
    "webp": lambda: _saved(_badge((700, 500), (90, 40, 140), (255, 210, 0)), "WEBP"),
}
"""Logos by kind."""
