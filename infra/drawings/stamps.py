"""The shapes of the design stamps: a card of ten fields, nine to be stamped and one present."""

from __future__ import annotations

import math

from infra.drawings.coffee import cup
from infra.drawings.poster import MIDDLE

PINE, MOSS, FERN, PAPER, HONEY, RUST = (
    "#12352b",
    "#1b4a3c",
    "#4f8a74",
    "#fbf3e0",
    "#f0b84b",
    "#c8603a",
)
FIELDS = 9
"""Stamps to a present."""

# A stamp by hand is never straight.
_TURNS = (-9, 6, -4, 11, -7, 5, -12, 8, -5)


def present(colour: str, ribbon: str) -> str:
    """Return a present with a bow in a 100x100 box."""
    return f"""
    <path d="M50 30 C38 8 18 16 27 28 C31 33 42 32 50 30 C58 32 69 33 73 28 C82 16 62 8 50 30 z"
          fill="none" stroke="{ribbon}" stroke-width="6.5" stroke-linejoin="round"/>
    <rect x="18" y="46" width="64" height="42" rx="4" fill="{colour}"/>
    <rect x="12" y="31" width="76" height="18" rx="4" fill="{colour}"/>
    <rect x="44" y="31" width="12" height="57" fill="{ribbon}"/>"""


def _burst(x: float, y: float, outer: float, inner: float, colour: str) -> str:
    """Return a seal: a disc with a rim of small teeth."""
    points = []
    for step in range(36):
        radius = outer if step % 2 else inner
        angle = math.tau * step / 36
        points.append(f"{x + radius * math.cos(angle):.1f},{y + radius * math.sin(angle):.1f}")
    return f'<polygon points="{" ".join(points)}" fill="{colour}"/>'


def _field(number: int, x: float, y: float, *, stamped: bool, full: bool) -> str:
    if number == FIELDS:
        ground, mark, ribbon = (HONEY, RUST, PAPER) if full else (MOSS, FERN, PINE)
        outer, inner = (28.0, 26.0) if full else (29.5, 27.5)
        rays = "".join(
            f'<path d="M{x + 31 * math.cos(a):.1f} {y + 31 * math.sin(a):.1f} '
            f'L{x + 35 * math.cos(a):.1f} {y + 35 * math.sin(a):.1f}" stroke="{HONEY}" '
            'stroke-width="3" stroke-linecap="round"/>'
            for a in (math.tau * step / 12 for step in range(12))
        )
        return f"""{rays if full else ""}{_burst(x, y, outer, inner, ground)}
        <g transform="translate({x - 16} {y - 17.5}) scale(0.32)">{present(mark, ribbon)}</g>"""
    if not stamped:
        return f"""<circle cx="{x}" cy="{y}" r="27" fill="{MOSS}" stroke="{FERN}"
            stroke-width="1.8" stroke-dasharray="4.2 4.3"/>"""
    return f"""<g transform="rotate({_TURNS[number]} {x} {y})">
        {_burst(x, y, 29.5, 27.6, PAPER)}
        <g transform="translate({x - 18.7} {y - 20.5}) scale(0.41)">{cup(RUST, PAPER)}</g></g>"""


def stamp_card(width: float, height: float, stamped: int) -> str:
    """Return the card with so many fields stamped; nine light up the present."""
    scale = height / 144
    inner = width / scale
    step = (inner - 18) / 5
    fields = "".join(
        _field(
            number,
            9 + step * (number % 5 + 0.5),
            38.5 + 67 * (number // 5),
            stamped=number < stamped,
            full=stamped >= FIELDS,
        )
        for number in range(FIELDS + 1)
    )
    return f"""<rect width="{width}" height="{height}" fill="{PINE}"/>
    <g transform="scale({scale})">{fields}</g>"""


def stamp_poster(width: float, height: float) -> str:
    """Return a stamp's print, large, on the card's green; plain where text stands."""
    size = width / 100 * 0.28
    x, y = width / 2, height * MIDDLE
    return f"""<rect width="{width}" height="{height}" fill="{PINE}"/>
    <circle cx="{x}" cy="{y}" r="{width * 0.26}" fill="{MOSS}"/>
    <g transform="rotate(-8 {x} {y})">{_burst(x, y, width * 0.225, width * 0.215, PAPER)}
      <circle cx="{x}" cy="{y}" r="{width * 0.187}" fill="none" stroke="{RUST}" stroke-width="4"/>
      <g transform="translate({x - 45 * size} {y - 51 * size}) scale({size})">
        {cup(RUST, PAPER)}</g></g>"""
