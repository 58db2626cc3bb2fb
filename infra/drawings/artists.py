"""The pictures of the shipped designs, as shapes: which there are, and how large. Pure.

`infra.draw_designs` and `infra.draw_google` make files of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.drawings import barber, cashback, coffee, ladder, membership, plain, stamps
from passes.apple.layout_reading import SCALES, png_suffix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LARGEST = max(SCALES)
"""The scale that is drawn; `infra.design_images` makes the smaller ones of it."""
_STRIP, _POSTER = (375.0, 144.0), (358.0, 448.0)
_SQUARE = (100.0, 100.0)
_HERO = (1032 * 144 / 336, 144.0)


@dataclass(frozen=True, slots=True)
class Picture:
    """One file to draw: an SVG body inside a view box, and the pixels it becomes."""

    file: str
    body: str
    box: tuple[float, float]
    pixels: tuple[int, int]
    transparent: bool = False
    colours: int = 48


@dataclass(frozen=True, slots=True)
class Artist:
    """The shapes of one design.

    Attributes
    ----------
    mark
        The glyph of icon and logos in a 100x100 box.
    ground
        What the icon's glyph stands on.
    strip
        The plain strip, and Google's hero, in any width and height.
    states
        Strips of the states by their names.
    poster
        The artwork of iOS 27.
    ring
        Colour of a ring around the glyph on Google's round logo; without one the glyph is larger.
    colours, poster_colours
        How many colours strips and artwork are cut down to: the fewer, the smaller the pass.
    """

    mark: str
    ground: str
    strip: Callable[[float, float], str]
    poster: Callable[[float, float], str]
    states: Mapping[str, Callable[[float, float], str]]
    ring: str = ""
    colours: int = 16
    poster_colours: int = 16


def for_apple(artist: Artist) -> Iterator[Picture]:
    """Yield every picture of a design that an Apple pass holds, at the largest scale.

    Google's: `infra.draw_google`.
    """
    ground = f'<rect width="100" height="100" fill="{artist.ground}"/>'
    icon = f'{ground}<g transform="translate(16 16) scale(0.68)">{artist.mark}</g>'
    end = png_suffix(LARGEST)
    yield Picture(f"icon{end}", icon, _SQUARE, (38 * LARGEST,) * 2, colours=24)
    for name, height in (("logo", 50), ("primaryLogo", 30)):
        size = (height * LARGEST,) * 2
        yield Picture(f"{name}{end}", artist.mark, _SQUARE, size, transparent=True, colours=24)
    for name, strip in {"strip": artist.strip, **artist.states}.items():
        size = (375 * LARGEST, 144 * LARGEST)
        yield Picture(f"{name}{end}", strip(*_STRIP), _STRIP, size, colours=artist.colours)
    size = (358 * LARGEST, 448 * LARGEST)
    poster = artist.poster(*_POSTER)
    yield Picture(f"artwork{end}", poster, _POSTER, size, colours=artist.poster_colours)


def for_google(artist: Artist) -> Iterator[Picture]:
    """Yield every Google picture of a design."""
    yield Picture("google-logo.png", _badge(artist), _SQUARE, (660, 660), colours=24)
    heroes = {"google-hero": artist.strip} | {
        name.replace("strip-", "google-hero-"): drawn for name, drawn in artist.states.items()
    }
    for name, drawn in heroes.items():
        colours = max(artist.colours, 16)
        yield Picture(f"{name}.png", drawn(*_HERO), _HERO, (1032, 336), colours=colours)


def _ground(artist: Artist, width: float) -> str:
    return f'<rect width="{width:g}" height="100" fill="{artist.ground}"/>'


def _badge(artist: Artist) -> str:
    """Draw the glyph inside the circle that Google cuts out, with room around it.

    The circle has the card's own colour, so nothing but the glyph is seen where there is no ring.
    """
    ring = (
        f'<circle cx="50" cy="50" r="41" fill="none" stroke="{artist.ring}" stroke-width="1.8"/>'
        if artist.ring
        else ""
    )
    place = "translate(24 23) scale(0.54)" if artist.ring else "translate(15 15) scale(0.7)"
    glyph = f'<g transform="{place}">{artist.mark}</g>'
    return _ground(artist, 100) + ring + glyph


def _stamped(count: int) -> Callable[[float, float], str]:
    return lambda width, height: stamps.stamp_card(width, height, count)


def _sealed(count: int) -> Callable[[float, float], str]:
    return lambda width, height: barber.barber_seals(width, height, count)


def _climbed(count: int) -> Callable[[float, float], str]:
    return lambda width, height: ladder.climb(width, height, count)


def _piled(count: int) -> Callable[[float, float], str]:
    return lambda width, height: cashback.coin_piles(width, height, count)


def _levelled(level: str) -> Callable[[float, float], str]:
    return lambda width, height: membership.level_strip(width, height, level)


ALL = {
    "coffee": Artist(
        coffee.cup(coffee.MILK, coffee.ROAST),
        coffee.ROAST,
        coffee.coffee_scene,
        coffee.coffee_poster,
        {},
        ring=coffee.MILK,
    ),
    "barber": Artist(
        barber.scissors(barber.BRASS, barber.NIGHT),
        barber.NIGHT,
        barber.barber_scene,
        barber.barber_poster,
        {f"strip-{step}": _sealed(at) for at, step in enumerate(barber.CLIMBED, start=1)},
        ring=barber.BRASS,
    ),
    "stamps": Artist(
        coffee.cup(stamps.PAPER, stamps.PINE),
        stamps.PINE,
        _stamped(0),
        stamps.stamp_poster,
        {f"strip-{count}": _stamped(count) for count in range(1, stamps.FIELDS + 1)},
        ring=stamps.HONEY,
        colours=9,
        poster_colours=9,
    ),
    "cashback": Artist(
        cashback.coin(cashback.GOLD, cashback.INK),
        cashback.INK,
        _piled(0),
        cashback.coin_poster,
        {
            f"strip-{level}": _piled(count)
            for count, level in enumerate((1, 250, 500, 1000, 2500), start=1)
        },
        colours=12,
        poster_colours=9,
    ),
    "membership": Artist(
        membership.emblem("gold", membership.NIGHT),
        membership.NIGHT,
        _levelled("member"),
        membership.level_poster,
        {f"strip-{level}": _levelled(level) for level in ("silver", "gold")},
        colours=16,
        poster_colours=12,
    ),
    "ladder": Artist(
        ladder.rungs(ladder.SUN),
        ladder.DEEP,
        _climbed(0),
        ladder.ladder_poster,
        {f"strip-{step}": _climbed(at) for at, step in enumerate(ladder.CLIMBED, start=1)},
        ring=ladder.SUN,
    ),
    "plain": Artist(
        plain.heart_card(plain.MIST, plain.SLATE),
        plain.SLATE,
        plain.plain_scene,
        plain.plain_poster,
        {},
    ),
}
