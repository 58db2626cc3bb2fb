"""Draw the images of the shipped designs from vector shapes.

The PNG files under ``templates/designs`` are made by this script and committed, so nobody needs to
run it to build or deploy. Run it after changing a shape or a colour::

    uv run --with pillow python -m infra.draw_designs

It needs Chromium on PATH (as ``chromium`` or in the variable CHROMIUM) and Pillow, which cuts the
colours down to a palette so that a whole pass stays small. Sizes are the ones of 2026: points times
scale (icon 38x38, logo at most 160x50, strip 375x144). No text stands in any image, since images
are not read aloud and not translated.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

DESIGNS = Path(__file__).parent.parent / "templates" / "designs"


@dataclass(frozen=True, slots=True)
class Picture:
    """One file to draw: an SVG body inside a view box, and the pixels it becomes."""

    file: str
    body: str
    box: tuple[float, float]
    pixels: tuple[int, int]
    transparent: bool = False
    colours: int = 48


# Coffee: espresso, caramel and milk.
ESPRESSO, ROAST, CARAMEL, LATTE, MILK = "#2f1b12", "#4a2c1d", "#b9763f", "#e3b57e", "#fff4e3"


def cup(colour: str, gap: str) -> str:
    """Return a cup with a saucer and steam in a 100x100 box; ``gap`` fills the handle's hole."""
    return f"""
    <path d="M36 33 C30 26 42 22 36 13" fill="none" stroke="{colour}" stroke-width="4.6"
          stroke-linecap="round"/>
    <path d="M52 33 C46 26 58 22 52 13" fill="none" stroke="{colour}" stroke-width="4.6"
          stroke-linecap="round"/>
    <path d="M70 45 h5 a13 13 0 0 1 0 26 h-9" fill="none" stroke="{colour}" stroke-width="6.4"/>
    <path d="M16 40 h57 v16 a23 23 0 0 1 -23 23 h-11 a23 23 0 0 1 -23 -23 z" fill="{colour}"/>
    <path d="M44.5 68 c-8 -6 -12 -9.5 -12 -14.2 a6.2 6.2 0 0 1 12 -2.3 a6.2 6.2 0 0 1 12 2.3
             c0 4.7 -4 8.2 -12 14.2 z" fill="{gap}"/>
    <rect x="13" y="83" width="63" height="6" rx="3" fill="{colour}"/>"""


def bean(x: float, y: float, size: float, turn: float) -> str:
    """Return a coffee bean: an ellipse with its seam."""
    return f"""
    <g transform="translate({x} {y}) rotate({turn}) scale({size})">
      <ellipse rx="10" ry="7" fill="{ESPRESSO}"/>
      <path d="M-9.6 1.2 C-4 -4.2 3.6 4.6 9.6 -1.2" fill="none" stroke="{CARAMEL}"
            stroke-width="1.7" stroke-linecap="round"/>
    </g>"""


def coffee_scene(width: float, height: float) -> str:
    """Return poured layers of milk, caramel and coffee with beans on them and a cup."""
    scale = height / 144

    def wave(level: float, swell: float, phase: float, colour: str) -> str:
        points = []
        for step in range(61):
            x = width * step / 60
            y = height * level + swell * scale * math.sin(phase + step / 60 * math.tau * 1.15)
            points.append(f"{x:.1f} {y:.1f}")
        return f'<path d="M{" L".join(points)} L{width} {height} L0 {height} Z" fill="{colour}"/>'

    beans = "".join(
        bean(width * x, height * y, size * scale, turn)
        for x, y, size, turn in (
            (0.05, 0.86, 1.25, -24),
            (0.13, 0.95, 1.0, 38),
            (0.21, 0.87, 0.9, -62),
            (0.33, 0.95, 1.1, 12),
            (0.47, 0.93, 0.85, 68),
            (0.58, 0.965, 1.1, -18),
            (0.96, 0.93, 1.2, 24),
        )
    )
    size = 1.16 * scale
    return f"""
    <rect width="{width}" height="{height}" fill="{MILK}"/>
    {wave(0.30, 11, 0.6, "#f6ddb9")}
    {wave(0.48, 12, 1.5, LATTE)}
    {wave(0.64, 11, 2.6, CARAMEL)}
    {wave(0.82, 9, 3.7, ROAST)}
    <circle cx="{width - 92 * scale}" cy="{70 * scale}" r="{63 * scale}" fill="{MILK}"/>
    <g transform="translate({width - 146 * scale} {7 * scale}) scale({size})">
      {cup(ROAST, LATTE)}
    </g>
    {beans}"""


# Barber: night blue, brass, and the pole's red and white.
NIGHT, NAVY, BRASS, CREAM, POLE_RED, POLE_BLUE = (
    "#10192b",
    "#1b2942",
    "#d9a441",
    "#f7efe2",
    "#c23b3b",
    "#3a67a8",
)


def scissors(colour: str, hole: str) -> str:
    """Return open scissors in a 100x100 box; ``hole`` fills the rivet."""
    return f"""
    <g fill="none" stroke="{colour}" stroke-width="6.4">
      <ellipse cx="29" cy="79" rx="12.5" ry="11" transform="rotate(-38 29 79)"/>
      <ellipse cx="71" cy="79" rx="12.5" ry="11" transform="rotate(38 71 79)"/>
    </g>
    <path d="M35.5 69.5 L45 55 L70.5 9 C75.5 17 75 23.5 72 30.5 L55 60 L42 73 Z" fill="{colour}"/>
    <path d="M64.5 69.5 L55 55 L29.5 9 C24.5 17 25 23.5 28 30.5 L45 60 L58 73 Z" fill="{colour}"/>
    <circle cx="50" cy="56" r="3.4" fill="{hole}"/>"""


def pole(x: float, y: float, width: float, height: float, name: str) -> str:
    """Return a barber's pole: striped glass between two brass caps."""
    stripe = width * 0.62
    bands = "".join(
        f'<path d="M{x} {y + at * stripe} l{width} {-width} v{stripe} l{-width} {width} z" '
        f'fill="{(POLE_RED, CREAM, POLE_BLUE, CREAM)[at % 4]}"/>'
        for at in range(int((height + width) / stripe) + 2)
    )
    cap = width * 1.3
    left = x - (cap - width) / 2
    rise = width * 0.34
    return f"""
    <clipPath id="{name}"><rect x="{x}" y="{y}" width="{width}" height="{height}"/></clipPath>
    <rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{CREAM}"/>
    <g clip-path="url(#{name})">{bands}
      <rect x="{x + width * 0.16}" y="{y}" width="{width * 0.1}" height="{height}" fill="#ffffff"
            opacity="0.55"/>
      <rect x="{x + width * 0.78}" y="{y}" width="{width * 0.22}" height="{height}" fill="{NIGHT}"
            opacity="0.16"/>
    </g>
    <rect x="{left}" y="{y - rise}" width="{cap}" height="{rise}" rx="{rise / 3}" fill="{BRASS}"/>
    <rect x="{left}" y="{y + height}" width="{cap}" height="{rise}" rx="{rise / 3}"
          fill="{BRASS}"/>
    <circle cx="{x + width / 2}" cy="{y - rise - width * 0.27}" r="{width * 0.36}"
            fill="{BRASS}"/>"""


def comb(x: float, y: float, width: float, height: float, colour: str) -> str:
    """Return a comb lying with its teeth down."""
    teeth = 17
    step = width / teeth
    drawn = "".join(
        f'<rect x="{x + step * at:.2f}" y="{y + height * 0.3}" '
        f'width="{step * (0.62 if at not in {0, teeth - 1} else 0.8):.2f}" '
        f'height="{height * 0.7}" rx="{step * 0.2:.2f}" fill="{colour}"/>'
        for at in range(teeth)
    )
    return (
        f'<rect x="{x}" y="{y}" width="{width - step * 0.2}" height="{height * 0.42}" '
        f'rx="{height * 0.14}" fill="{colour}"/>{drawn}'
    )


def barber_scene(width: float, height: float) -> str:
    """Return a dark wall with a diagonal weave, a comb and scissors, and the pole."""
    scale = height / 144
    weave = "".join(
        f'<path d="M{x * scale} {height} l{height} {-height} h{13 * scale} l{-height} {height} z" '
        f'fill="{NAVY}"/>'
        for x in range(-150, int(width / scale) + 30, 30)
    )
    size = 1.12 * scale
    return f"""
    <rect width="{width}" height="{height}" fill="{NIGHT}"/>
    {weave}
    <g transform="rotate(-7 {95 * scale} {72 * scale})">
      {comb(28 * scale, 52 * scale, 150 * scale, 42 * scale, CREAM)}
    </g>
    <g transform="translate({193 * scale} {16 * scale}) rotate(16 {50 * size} {50 * size})
                  scale({size})">{scissors(BRASS, NIGHT)}</g>
    {pole(width - 62 * scale, 37 * scale, 31 * scale, 84 * scale, "glass")}"""


def pictures(
    glyph: Callable[[str, str], str],
    scene: Callable[[float, float], str],
    ground: str,
    mark: str,
    hole: str,
) -> list[Picture]:
    """Return every picture of a design made of one glyph and one scene."""
    on_square = f'<g transform="translate(16 16) scale(0.68)">{glyph(mark, hole)}</g>'
    icon = f'<rect width="100" height="100" fill="{ground}"/>{on_square}'
    badge = f"""<rect width="100" height="100" fill="{ground}"/>
        <circle cx="50" cy="50" r="41" fill="none" stroke="{mark}" stroke-width="1.8"/>
        <g transform="translate(24 23) scale(0.54)">{glyph(mark, hole)}</g>"""
    made = [
        Picture("google-logo.png", badge, (100, 100), (660, 660), colours=24),
        Picture(
            "google-hero.png", scene(1032 * 144 / 336, 144), (1032 * 144 / 336, 144), (1032, 336)
        ),
    ]
    for scale in (2, 3):
        made += [
            Picture(f"icon@{scale}x.png", icon, (100, 100), (38 * scale,) * 2, colours=24),
            Picture(
                f"logo@{scale}x.png",
                glyph(mark, ground),
                (100, 100),
                (50 * scale,) * 2,
                transparent=True,
                colours=24,
            ),
            Picture(f"strip@{scale}x.png", scene(375, 144), (375, 144), (375 * scale, 144 * scale)),
        ]
    return made


ALL = {
    "coffee": pictures(cup, coffee_scene, ROAST, MILK, ROAST),
    "barber": pictures(scissors, barber_scene, NIGHT, BRASS, NIGHT),
}


def render(picture: Picture, target: Path, workspace: Path) -> None:
    """Write one picture as a palette PNG."""
    # A drawing tool, not a dependency of the product: imported only when drawing.
    from PIL import Image  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    width, height = picture.pixels
    page = workspace / "page.html"
    shot = workspace / "shot.png"
    page.write_text(
        "<!doctype html><style>*{margin:0}svg{display:block}</style>"
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {picture.box[0]} {picture.box[1]}" preserveAspectRatio="none">'
        f"{picture.body}</svg>",
        encoding="utf-8",
    )
    subprocess.run(
        [
            os.environ.get("CHROMIUM", "chromium"),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--hide-scrollbars",
            "--force-device-scale-factor=1",
            f"--user-data-dir={workspace / 'profile'}",
            f"--default-background-color={'00000000' if picture.transparent else 'ffffffff'}",
            # Headless windows have a smallest width and lose some height: cut to size below.
            f"--window-size={max(width, 600)},{height + 200}",
            f"--screenshot={shot}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
    )
    image = Image.open(shot).crop((0, 0, width, height))
    image = image.convert("RGBA" if picture.transparent else "RGB")
    method = Image.Quantize.FASTOCTREE if picture.transparent else Image.Quantize.MEDIANCUT
    small = image.quantize(picture.colours, method=method, dither=Image.Dither.NONE)
    small.save(target, optimize=True)


def main() -> None:
    """Draw every picture of every design, or of the designs named."""
    parser = argparse.ArgumentParser(description="Draw the images of the shipped designs.")
    parser.add_argument("designs", nargs="*", default=sorted(ALL), help="names; all by default")
    chosen = parser.parse_args().designs
    with tempfile.TemporaryDirectory() as folder:
        for name in chosen:
            (DESIGNS / name).mkdir(parents=True, exist_ok=True)
            for picture in ALL[name]:
                target = DESIGNS / name / picture.file
                render(picture, target, Path(folder))
                print(f"{target.relative_to(DESIGNS)}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
