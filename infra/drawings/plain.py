"""The shapes of the design plain, which is of no shop: worn where another design is gone."""

from __future__ import annotations

from infra.drawings.poster import MIDDLE

SLATE, STONE, MIST, WHITE = "#26282e", "#343842", "#b9c2d0", "#ffffff"


def heart_card(colour: str, gap: str) -> str:
    """Return a card with a heart on it, in a 100x100 box."""
    return f"""
    <rect x="9" y="22" width="82" height="56" rx="9" fill="{colour}"/>
    <path d="M50 66 C35 55 29 49 29 41.5 a10.5 10.5 0 0 1 21 -3.8 a10.5 10.5 0 0 1 21 3.8
             C71 49 65 55 50 66 z" fill="{gap}"/>"""


def plain_scene(width: float, height: float) -> str:
    """Return cards fanned out at the right on slate."""
    scale = height / 144
    fan = "".join(
        f'<g transform="translate({width - 86 * scale} {150 * scale}) rotate({turn})">'
        f'<rect x="{-62 * scale}" y="{-128 * scale}" width="{124 * scale}" '
        f'height="{84 * scale}" rx="{11 * scale}" fill="{colour}"/></g>'
        for turn, colour in ((-38, STONE), (-13, "#444a57"), (12, "#59606f"))
    )
    return f'<rect width="{width}" height="{height}" fill="{SLATE}"/>{fan}'


def plain_poster(width: float, height: float) -> str:
    """Return one large card on slate; plain where text stands."""
    size, y = width / 100 * 0.42, height * MIDDLE
    return f"""<rect width="{width}" height="{height}" fill="{SLATE}"/>
    <circle cx="{width / 2}" cy="{y}" r="{width * 0.26}" fill="{STONE}"/>
    <g transform="translate({width / 2 - 50 * size} {y - 50 * size}) scale({size})">
      {heart_card(MIST, SLATE)}</g>"""
