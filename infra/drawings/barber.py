"""The shapes of the design barber: a pole, scissors, a comb, and seals for a growing discount."""

from __future__ import annotations

from infra.drawings.poster import CALM

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


def wall(width: float, height: float) -> str:
    """Return a dark wall with a diagonal weave."""
    scale = 1.0 if height > width else height / 144
    weave = "".join(
        f'<path d="M{x * scale} {height} l{height} {-height} h{13 * scale} l{-height} {height} z" '
        f'fill="{NAVY}"/>'
        for x in range(-600, int(width / scale) + 30, 30)
    )
    return f'<rect width="{width}" height="{height}" fill="{NIGHT}"/>{weave}'


def barber_scene(width: float, height: float) -> str:
    """Return the wall, a comb and scissors, and the pole."""
    scale = height / 144
    size = 1.12 * scale
    return f"""
    {wall(width, height)}
    <g transform="rotate(-7 {95 * scale} {72 * scale})">
      {comb(28 * scale, 52 * scale, 150 * scale, 42 * scale, CREAM)}
    </g>
    <g transform="translate({193 * scale} {16 * scale}) rotate(16 {50 * size} {50 * size})
                  scale({size})">{scissors(BRASS, NIGHT)}</g>
    {pole(width - 62 * scale, 37 * scale, 31 * scale, 84 * scale, "glass")}"""


CLIMBED = (0, 5000, 10_000)
"""Basis points of the way up at which one more seal is lit, as in the design's levels."""


def barber_seals(width: float, height: float, reached: int) -> str:
    """Return the same wall with three seals on a cord, lit as far as a member has come."""
    scale = height / 144
    seals = f'<path d="M0 72 H268" stroke="{BRASS}" stroke-width="2.4" opacity="0.6"/>'
    for at in range(len(CLIMBED)):
        x, lit = 52 + 84 * at, at < reached
        ground, mark = (BRASS, NIGHT) if lit else (NIGHT, "#8a7350")
        seals += f"""
        <circle cx="{x}" cy="72" r="37" fill="{ground}" stroke="{BRASS}" stroke-width="2.4"
                {"" if lit else 'stroke-dasharray="5 4"'}/>
        <g transform="translate({x - 25} 46) scale(0.5)">{scissors(mark, ground)}</g>"""
        if lit:
            seals += f"""<circle cx="{x}" cy="72" r="32" fill="none" stroke="{NIGHT}"
                stroke-width="1.6"/>"""
    return f"""
    {wall(width, height)}
    <g transform="scale({scale})">{seals}</g>
    {pole(width - 62 * scale, 37 * scale, 31 * scale, 84 * scale, "glass")}"""


def barber_poster(width: float, height: float) -> str:
    """Return the wall upright with a rail, a pole and the scissors; plain where text stands."""
    scale = width / 358
    rail = height * CALM
    return f"""
    {wall(width, height)}
    <rect y="{rail}" width="{width}" height="{height - rail}" fill="{NIGHT}"/>
    <rect y="{rail}" width="{width}" height="{3 * scale}" fill="{BRASS}"/>
    <rect width="{width}" height="{62 * scale}" fill="{NIGHT}"/>
    {pole(width * 0.63, 124 * scale, 62 * scale, 104 * scale, "tall")}
    <g transform="translate({52 * scale} {78 * scale}) rotate(12) scale({1.5 * scale})">
      {scissors(BRASS, NIGHT)}</g>"""
