"""The shapes of the design membership: an emblem in the metal of the member's level."""

from __future__ import annotations

import math

from infra.drawings.poster import CALM, HEADED

NIGHT, GRAPHITE, STEEL = "#15171c", "#20242c", "#3a404c"
_FACETS = 8
# Light, middle and dark of each level's metal.
METALS = {
    "member": ("#e9dfd2", "#c9ab8b", "#8f6f50"),
    "silver": ("#f4f6f9", "#b9c2cf", "#717c8c"),
    "gold": ("#ffe9b0", "#e3b44f", "#9a6d1c"),
}


def star(metal: tuple[str, str, str]) -> str:
    """Return a star of eight facets, light from the left, in a 100x100 box."""
    light, middle, dark = metal
    facets = ""
    for step in range(_FACETS):
        tip = math.tau * step / _FACETS - math.pi / 2
        long = 46 if step % 2 == 0 else 27
        x, y = 50 + long * math.cos(tip), 50 + long * math.sin(tip)
        for side, colour in (
            (-1, light if step < _FACETS // 2 else middle),
            (1, middle if step < _FACETS // 2 else dark),
        ):
            edge = tip + side * math.tau / (2 * _FACETS)
            facets += (
                f'<path d="M50 50 L{x:.2f} {y:.2f} L{50 + 13 * math.cos(edge):.2f} '
                f'{50 + 13 * math.sin(edge):.2f} z" fill="{colour}"/>'
            )
    return facets


def _pinstripes(width: float, height: float, step: float, colour: str) -> str:
    """Return fine level lines, as on brushed metal; they cost a pass almost nothing."""
    return "".join(
        f'<rect x="0" y="{at * step}" width="{width}" height="{step / 3}" fill="{colour}"/>'
        for at in range(int(height / step) + 1)
    )


def emblem(level: str, ground: str) -> str:
    """Return the mark of the design: the star in a ring, in a 100x100 box."""
    light, middle, _ = METALS[level]
    return f"""<circle cx="50" cy="50" r="46" fill="{ground}" stroke="{middle}" stroke-width="3"/>
    <circle cx="50" cy="50" r="40" fill="none" stroke="{light}" stroke-width="1.2"/>
    <g transform="translate(15 15) scale(0.7)">{star(METALS[level])}</g>"""


def level_strip(width: float, height: float, level: str) -> str:
    """Return lace on graphite, the emblem, and as many small stars as the level is high."""
    scale = height / 144
    inner = width / scale
    light, middle, dark = METALS[level]
    rank = list(METALS).index(level)
    stars = "".join(
        f'<g transform="translate({20 + 49 * at} 46) scale(0.45)">'
        f"{star(METALS[level] if at <= rank else (STEEL, STEEL, STEEL))}</g>"
        for at in range(len(METALS))
    )
    x = inner - 93
    return f"""<rect width="{width}" height="{height}" fill="{NIGHT}"/>
    <g transform="scale({scale})">
      {_pinstripes(inner, 144, 3, GRAPHITE)}
      <path d="M{x - 96} 0 H{inner} V144 H{x - 96} z" fill="{dark}"/>
      <path d="M{x - 91} 0 H{inner} V144 H{x - 91} z" fill="{GRAPHITE}"/>
      <circle cx="{x}" cy="72" r="56" fill="{NIGHT}"/>
      <circle cx="{x}" cy="72" r="56" fill="none" stroke="{middle}" stroke-width="3"/>
      <circle cx="{x}" cy="72" r="50" fill="none" stroke="{light}" stroke-width="1"/>
      <g transform="translate({x - 43} 29) scale(0.86)">{star(METALS[level])}</g>
      {stars}
      <path d="M24 107 H159" stroke="{middle}" stroke-width="2.4" stroke-linecap="round"/>
    </g>"""


def level_poster(width: float, height: float) -> str:
    """Return the emblem, large, on a plaque of brushed metal; plain where text stands."""
    _, middle, dark = METALS["gold"]
    top, low = height * HEADED, height * CALM
    x, y = width / 2, (top + low) / 2
    size = width / 100 * 0.37
    return f"""<rect width="{width}" height="{height}" fill="{NIGHT}"/>
    <g transform="translate(0 {top})">{_pinstripes(width, low - top - 4, 4, GRAPHITE)}</g>
    <rect x="{width * 0.12}" y="{top}" width="{width * 0.76}" height="{low - top}" fill="{dark}"/>
    <rect x="{width * 0.135}" y="{top}" width="{width * 0.73}" height="{low - top}"
          fill="{GRAPHITE}"/>
    <circle cx="{x}" cy="{y}" r="{width * 0.225}" fill="{NIGHT}" stroke="{middle}"
            stroke-width="6"/>
    <g transform="translate({x - 50 * size} {y - 50 * size}) scale({size})">
      {star(METALS["gold"])}</g>"""
