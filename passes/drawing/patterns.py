"""Patterns behind what a card shows: quiet, in a shade of the background."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from PIL import Image, ImageDraw  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Callable

    from passes.drawing.colours import Palette

_FINE = 2


def _plain(*_: Any) -> None:
    """Nothing."""


def _stripes(draw: Any, width: int, height: int, step: float) -> None:
    for at in range(-math.ceil(height / step), math.ceil(width / step), 2):
        left = at * step
        draw.polygon(
            [(left, height), (left + height, 0), (left + height + step, 0), (left + step, height)],
            fill=255,
        )


def _dots(draw: Any, width: int, height: int, step: float) -> None:
    for row in range(math.ceil(height / step) + 1):
        for column in range(-1, math.ceil(width / step) + 1):
            x, y = (column + 0.5 * (row % 2)) * step, row * step
            draw.ellipse((x - step * 0.16, y - step * 0.16, x + step * 0.16, y + step * 0.16), 255)


def _waves(draw: Any, width: int, height: int, step: float) -> None:
    for row in range(math.ceil(height / step) + 2):
        middle = row * step
        points = [
            (x, middle + step * 0.22 * math.sin(math.tau * x / (3 * step)))
            for x in range(-2, width + 4, 2)
        ]
        draw.line(points, fill=255, width=max(1, round(step * 0.2)))


def _rays(draw: Any, width: int, height: int, _: float) -> None:
    x, y, far = width * 0.82, height * 0.5, 2.0 * (width + height)
    for at in range(0, 36, 2):
        angles = (math.tau * at / 36, math.tau * (at + 1) / 36)
        ends = [(x + far * math.cos(a), y + far * math.sin(a)) for a in angles]
        draw.polygon([(x, y), *ends], fill=255)


PATTERNS: Final[dict[str, Callable[[Any, int, int, float], None]]] = {
    "dots": _dots,
    "plain": _plain,
    "rays": _rays,
    "stripes": _stripes,
    "waves": _waves,
}
"""Patterns by name."""


def ground(name: str, size: tuple[int, int], colours: Palette) -> Any:
    """Return a picture of that size with nothing but the pattern."""
    width, height = size[0] * _FINE, size[1] * _FINE
    mask = Image.new("L", (width, height))
    PATTERNS[name](
        ImageDraw.Draw(mask), width, height, height / 6 if width > height else width / 12
    )
    picture = Image.new("RGB", size, colours.background)
    picture.paste(colours.shade, mask=mask.resize(size, Image.Resampling.BOX))
    return picture
