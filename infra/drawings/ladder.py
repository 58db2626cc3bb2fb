"""The shapes of the design ladder: rungs that light up on the way to the highest level."""

from __future__ import annotations

from infra.drawings.poster import MIDDLE

DEEP, TEAL, SEA, SAND, SUN, GLOW = (
    "#0f2b33",
    "#174049",
    "#2c6670",
    "#f4ead8",
    "#ffb54a",
    "#ffe3ae",
)
CLIMBED = (0, 2500, 5000, 7500, 10_000)
"""Basis points of the way up at which one more rung is lit, as in the design's levels."""


def rungs(colour: str) -> str:
    """Return a ladder that leans, with a star at its top, in a 100x100 box."""
    steps = "".join(
        f'<path d="M{31 - 1.2 * at:g} {84 - 15 * at} h{34 - 1 * at:g}" stroke="{colour}" '
        'stroke-width="6" stroke-linecap="round"/>'
        for at in range(4)
    )
    return f"""
    <g transform="rotate(9 50 50)">
      <path d="M32 94 L26 22 M66 94 L60 22" stroke="{colour}" stroke-width="6.6"
            stroke-linecap="round"/>
      {steps}
    </g>
    <g transform="translate(58 2) scale(0.3)">{_star(colour)}</g>"""


def _star(colour: str) -> str:
    """Return a star of five points in a 100x100 box."""
    return (
        '<path d="M50 4 L62.9 36.4 L97.6 38.6 L70.9 60.9 L79.4 94.7 L50 76 L20.6 94.7 '
        f'L29.1 60.9 L2.4 38.6 L37.1 36.4 z" fill="{colour}"/>'
    )


def _hills(width: float, height: float) -> str:
    return f"""<rect width="{width}" height="{height}" fill="{DEEP}"/>
    <path d="M0 {height * 0.86} C{width * 0.3} {height * 0.5} {width * 0.55} {height * 0.98}
             {width} {height * 0.42} V{height} H0 z" fill="{TEAL}"/>"""


def climb(width: float, height: float, lit: int) -> str:
    """Return a ladder up to a star, with so many of its five rungs lit; all of them light it."""
    scale = height / 144
    inner = width / scale
    left, right = 20.0, inner - 92
    steps = len(CLIMBED)
    drawn = ""
    for at in range(steps):
        share = (at + 0.6) / steps
        x, y = left + (right - left) * share, 108 - 50 * share
        on = at < lit
        if on:
            drawn += (
                f'<path d="M{x - 6:.1f} {y - 28:.1f} l12 56" stroke="{GLOW}" stroke-width="15" '
                'stroke-linecap="round" opacity="0.28"/>'
            )
        drawn += (
            f'<path d="M{x - 6:.1f} {y - 28:.1f} l12 56" stroke="{SUN if on else SEA}" '
            'stroke-width="9" stroke-linecap="round"/>'
        )
    rails = "".join(
        f'<path d="M{left + shift - 6:.1f} {108 + side} L{right + shift + 14:.1f} {56 + side}" '
        f'stroke="{SAND}" stroke-width="6" stroke-linecap="round"/>'
        for side, shift in ((-28, -6), (28, 6))
    )
    full = lit == steps
    halo = f'<circle cx="{inner - 46}" cy="52" r="40" fill="{SUN}" opacity="0.3"/>' if full else ""
    return f"""{_hills(width, height)}<g transform="scale({scale})">
      {drawn}{rails}{halo}
      <g transform="translate({inner - 76} 22) scale(0.6)">{_star(SUN if full else SEA)}</g></g>"""


def ladder_poster(width: float, height: float) -> str:
    """Return the ladder upright before the star; plain where text stands."""
    size, y = width / 100 * 0.44, height * MIDDLE
    return f"""<rect width="{width}" height="{height}" fill="{DEEP}"/>
    <circle cx="{width / 2}" cy="{y}" r="{width * 0.26}" fill="{TEAL}"/>
    <g transform="translate({width / 2 - 50 * size} {y - 50 * size}) scale({size})">
      {rungs(SUN)}</g>"""
