"""Small signs for stamps and for shops without a logo, as masks of one size.

Own shapes, in a box of 100 by 100. A picture of the owner's does as well.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from PIL import Image, ImageDraw  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Point = tuple[float, float]

_FINE = 4
"""How much larger a sign is drawn than it is shown: edges become soft."""


class _Pen:
    """Draws in a box of 100 by 100, whatever its size in pixels."""

    def __init__(self, size: int) -> None:
        self.image = Image.new("L", (size, size))
        self._draw = ImageDraw.Draw(self.image)
        self._scale = size / 100

    def shape(self, points: Sequence[Point], *, gap: bool = False) -> None:
        self._draw.polygon(
            [(x * self._scale, y * self._scale) for x, y in points], fill=0 if gap else 255
        )

    def disc(self, x: float, y: float, radius: float, *, gap: bool = False) -> None:
        box = [(one - radius) * self._scale for one in (x, y)]
        box += [(one + radius) * self._scale for one in (x, y)]
        self._draw.ellipse(box, fill=0 if gap else 255)

    def box(self, left: float, top: float, right: float, low: float, radius: float = 0) -> None:
        corners = [one * self._scale for one in (left, top, right, low)]
        self._draw.rounded_rectangle(corners, radius * self._scale, fill=255)

    def line(self, points: Sequence[Point], width: float) -> None:
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        self._draw.line(scaled, fill=255, width=round(width * self._scale), joint="curve")
        for x, y in (points[0], points[-1]):
            self.disc(x, y, width / 2)


def _around(x: float, y: float, radius: float, count: int, start: float = -90) -> list[Point]:
    angles = (math.radians(start + 360 * step / count) for step in range(count))
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]


def _star(pen: _Pen) -> None:
    outer, inner = _around(50, 53, 44, 5), _around(50, 53, 19, 5, -54)
    pen.shape([point for pair in zip(outer, inner, strict=True) for point in pair])


def _heart(pen: _Pen) -> None:
    turns = (math.tau * step / 120 for step in range(120))
    pen.shape(
        [
            (
                50 + 2.6 * 16 * math.sin(t) ** 3,
                47
                - 2.6
                * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)),
            )
            for t in turns
        ]
    )


def _check(pen: _Pen) -> None:
    pen.line([(18, 54), (41, 76), (82, 28)], 15)


def _cup(pen: _Pen) -> None:
    pen.disc(74, 54, 16)
    pen.disc(74, 54, 8.5, gap=True)
    pen.box(16, 36, 74, 56)
    pen.shape([(16, 50), (74, 50), (66, 78), (24, 78)])
    pen.box(12, 84, 80, 91, 3)
    for x in (34, 54):
        pen.line([(x, 26), (x + 4, 20), (x, 14), (x + 4, 8)], 5)


def _leaf(pen: _Pen) -> None:
    curve = [step / 40 for step in range(41)]
    upper = [(14 + 72 * t, 86 - 72 * t - 34 * math.sin(math.pi * t)) for t in curve]
    lower = [(14 + 72 * t + 34 * math.sin(math.pi * t), 86 - 72 * t) for t in curve]
    pen.shape([(min(x, 88), max(y, 10)) for x, y in (*upper, *reversed(lower))])
    pen.line([(10, 90), (26, 74)], 6)


def _paw(pen: _Pen) -> None:
    for x, y, radius in ((20, 46, 10), (39, 27, 11), (61, 27, 11), (80, 46, 10)):
        pen.disc(x, y, radius)
    pen.disc(50, 66, 19)
    pen.disc(38, 74, 12)
    pen.disc(62, 74, 12)


def _flower(pen: _Pen) -> None:
    for x, y in _around(50, 50, 25, 6):
        pen.disc(x, y, 17)
    pen.disc(50, 50, 14, gap=True)
    pen.disc(50, 50, 8.5)


def _crown(pen: _Pen) -> None:
    pen.shape([(14, 72), (10, 30), (32, 48), (50, 18), (68, 48), (90, 30), (86, 72)])
    pen.box(14, 77, 86, 87, 3)
    for x, y in ((10, 27), (50, 15), (90, 27)):
        pen.disc(x, y, 6)


def _drop(pen: _Pen) -> None:
    pen.disc(50, 63, 26)
    pen.shape([(50, 8), (74, 52), (26, 52)])


def _scissors(pen: _Pen) -> None:
    pen.line([(34, 64), (72, 10)], 9)
    pen.line([(66, 64), (28, 10)], 9)
    for x in (27, 73):
        pen.disc(x, 76, 17)
        pen.disc(x, 76, 9, gap=True)


def _present(pen: _Pen) -> None:
    for x in (38, 62):
        pen.disc(x, 22, 13)
        pen.disc(x, 22, 6.5, gap=True)
    pen.box(12, 32, 88, 48, 3)
    pen.box(18, 52, 82, 90, 4)


MARKS: Final[dict[str, Callable[[_Pen], None]]] = {
    "check": _check,
    "crown": _crown,
    "cup": _cup,
    "drop": _drop,
    "flower": _flower,
    "heart": _heart,
    "leaf": _leaf,
    "paw": _paw,
    "scissors": _scissors,
    "star": _star,
}
"""Signs by name."""


def mark(name: str, size: int) -> Any:
    """Return a sign as a mask, so many pixels square."""
    return _drawn(MARKS[name], size)


def present(size: int) -> Any:
    """Return the mask of what a full card brings."""
    return _drawn(_present, size)


def _drawn(draw: Callable[[_Pen], None], size: int) -> Any:
    pen = _Pen(size * _FINE)
    draw(pen)
    return pen.image.resize((size, size), Image.Resampling.BOX)
