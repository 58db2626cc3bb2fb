"""The shapes of the design cashback: coins that pile up as the balance grows."""

from __future__ import annotations

from infra.drawings.poster import HEADED

INK, PLUM, VIOLET, LILAC, GOLD, AMBER, PALE = (
    "#1d1535",
    "#2b2050",
    "#43327a",
    "#8d7bd1",
    "#ffc94d",
    "#e09a21",
    "#fff3d1",
)
PILES = (1, 2, 3, 4, 5)
"""Coins in each pile, lowest first; a level of the balance fills one pile."""


def coin(colour: str, hole: str) -> str:
    """Return a coin with an arrow that comes back, in a 100x100 box."""
    return f"""
    <circle cx="50" cy="50" r="42" fill="{colour}"/>
    <circle cx="50" cy="50" r="33" fill="none" stroke="{hole}" stroke-width="3.4"/>
    <path d="M66 44 A18 18 0 1 0 67 57" fill="none" stroke="{hole}" stroke-width="7.4"
          stroke-linecap="round"/>
    <path d="M72 28 L71 50 L52 43 z" fill="{hole}"/>"""


def _disc(x: float, y: float, wide: float, thick: float, *, filled: bool) -> str:
    """Return one coin lying flat, seen from a little above."""
    rise = wide * 0.24
    top, side, edge = (GOLD, AMBER, PALE) if filled else (PLUM, PLUM, VIOLET)
    left = x - wide / 2
    return f"""
    <path d="M{left} {y} v{thick} a{wide / 2} {rise} 0 0 0 {wide} 0 v{-thick} z" fill="{side}"
          stroke="{INK if filled else VIOLET}" stroke-width="1.4"/>
    <ellipse cx="{x}" cy="{y}" rx="{wide / 2}" ry="{rise}" fill="{top}"
          stroke="{INK if filled else VIOLET}" stroke-width="1.4"/>
    <ellipse cx="{x}" cy="{y}" rx="{wide * 0.36}" ry="{rise * 0.7}" fill="none" stroke="{edge}"
          stroke-width="{1.6 if filled else 1}"/>"""


def _hills(width: float, height: float) -> str:
    return f"""<rect width="{width}" height="{height}" fill="{INK}"/>
    <circle cx="{width * 0.9}" cy="{height * 0.1}" r="{height * 0.92}" fill="{PLUM}"/>
    <circle cx="{width * 0.98}" cy="{height * -0.04}" r="{height * 0.6}" fill="{VIOLET}"/>"""


def coin_piles(width: float, height: float, filled: int) -> str:
    """Return five piles of coins of which so many are real; the others are still outlines."""
    scale = height / 144
    inner = width / scale
    step = (inner - 36) / len(PILES)
    drawn = ""
    for pile, coins in enumerate(PILES):
        x = 18 + step * (pile + 0.5)
        for at in range(coins):
            drawn += _disc(x, 112 - 18 * at, step * 0.82, 14, filled=pile < filled)
    return f'{_hills(width, height)}<g transform="scale({scale})">{drawn}</g>'


def coin_poster(width: float, height: float) -> str:
    """Return one large coin over two piles."""
    drawn = ""
    for x, coins in ((0.25, 2), (0.75, 3)):
        for at in range(coins):
            drawn += _disc(width * x, height * 0.455 - 25 * at, width * 0.26, 20, filled=True)
    size = width / 100 * 0.36
    return f"""<rect width="{width}" height="{height}" fill="{INK}"/>
    <circle cx="{width * 0.9}" cy="{height * 0.02}" r="{height * 0.53}" fill="{PLUM}"/>
    <circle cx="{width * 0.98}" r="{height * 0.36}" fill="{VIOLET}"/>{drawn}
    <g transform="translate({width * 0.5 - 50 * size} {height * HEADED}) scale({size})">
      {coin(GOLD, INK)}</g>"""
