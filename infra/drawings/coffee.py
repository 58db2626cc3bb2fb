"""The shapes of the design coffee: layers of milk and espresso, beans, a cup."""

from __future__ import annotations

import math

from infra.drawings.poster import CALM, MIDDLE

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


def coffee_poster(width: float, height: float) -> str:
    """Return coffee poured into milk, with the cup in front of it; dark where text stands."""
    bands = (
        *((0.155, CARAMEL), (0.22, LATTE), (0.3, "#f6ddb9")),
        *((0.41, LATTE), (0.49, CARAMEL), (CALM - 0.015, ROAST)),
    )
    drawn = f'<rect width="{width}" height="{height}" fill="{ROAST}"/>'
    for number, (level, colour) in enumerate(bands):
        y, swell = height * level, 22 - 4 * abs(2 - number)
        drawn += (
            f'<path d="M0 {y} C{width * 0.3} {y - swell} {width * 0.62} '
            f'{y + swell} {width} {y} V{height} H0 Z" fill="{colour}"/>'
        )
    size, y = width / 100 * 0.36, height * MIDDLE
    return f"""{drawn}
    <circle cx="{width / 2}" cy="{y}" r="{width * 0.25}" fill="{MILK}"/>
    <g transform="translate({width / 2 - 45 * size} {y - 50 * size}) scale({size})">
      {cup(ROAST, LATTE)}</g>"""
