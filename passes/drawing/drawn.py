"""All pictures of a design, from a recipe and the owner's own pictures."""

from __future__ import annotations

import io
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from passes.apple.layout_reading import ALL_SCALES, IMAGE_POINTS, SCALES, png_suffix
from passes.drawing import pictures, scenes
from passes.drawing.colours import palette, written
from passes.drawing.fitting import largest, wanted
from passes.drawing.logos import prepared, without_logo
from passes.drawing.pictures import BadPicture
from passes.drawing.recipe import LEVELS, document, states

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from passes.drawing.colours import Palette, Rgb
    from passes.drawing.logos import Logo
    from passes.drawing.recipe import Recipe

_LARGEST = max(SCALES)
_GOOGLE_LOGO, _GOOGLE_HERO = (660, 660), (1032, 336)
_IN_ICON, _IN_CIRCLE = 0.94, 0.8
"""Across the circle that a logo keeps to, of an icon's and of Google's round logo's side."""
_LONG = 5
"""How much longer than high a logo is of which little is seen in a square or a circle."""
_COLOURS, _OF_PHOTOS = 48, 160
_BESIDE_A_NAME = 80
"""Points of a logo's width that leave room for the program's name beside it."""
_SHARP = 300
"""Pixels of it, below which it is unsharp on posters and in Google's round logo."""
_SMALLEST = 32
"""Pixels on a logo's longer side, below which it is none."""


@dataclass(frozen=True, slots=True)
class Given:
    """The owner's own pictures, RGBA; each may be missing."""

    logo: Any = None
    icon: Any = None
    photo: Any = None


def files(
    recipe: Recipe, given: Given, base: str, own: Iterable[tuple[str, Any]] = ()
) -> dict[str, bytes]:
    """Return a whole design: its document and all its pictures, by file name.

    Parameters
    ----------
    base
        The document of the shipped design of this style.
    own
        Pictures (RGBA) of the owner's that stand in the place of drawn ones, each with the name of
        that one without scale and ending: ``strip-3``, ``google-hero``.

    Raises
    ------
    BadPicture
        A picture is none that the design has, or one of the owner's cannot be used.
    """
    text = document(recipe, base)
    found = {"design.toml": text.encode()}
    known = {one.name: one for one in wanted(tomllib.loads(text))}
    ground = written(recipe.background)
    for name, image in own:
        if name not in known:
            raise BadPicture(
                f"{name} is no picture of this design; it has {', '.join(sorted(known))}"
            )
        one = known[name]
        made = largest(image, one, ground, own=True)
        found |= dict(_scaled(name, made) if one.scales else [(f"{name}.png", _packed(made))])
    for name, content in images(recipe, given):
        found.setdefault(name, content)
    return found


def images(recipe: Recipe, given: Given) -> Iterator[tuple[str, bytes]]:
    """Yield every picture of both wallets, in every state and at every scale, by file name."""
    colours = palette(recipe.background, recipe.accent)
    logo = _logo(recipe, given, colours)
    icon = given.icon if given.icon is not None else recipe.icon
    scenery = scenes.Scenery(colours, logo, recipe.pattern, icon, given.photo)
    plate = logo.plate or colours.background
    size = _pixels("icon")
    yield from _scaled("icon", _square(logo, size, plate, _IN_ICON))
    yield from _scaled("logo", _high(logo, "logo"))
    yield from _scaled("primaryLogo", _high(logo, "primaryLogo"))
    yield "google-logo.png", _packed(_square(logo, _GOOGLE_LOGO, plate, _IN_CIRCLE))
    names = ["", *(f"-{state}" for state in states(recipe))]
    photographic = given.photo is not None
    strips = _scenes(recipe, scenery, _pixels("strip"))
    for name, (scene, shared) in zip(
        names, _in_few(strips, photographic=photographic), strict=True
    ):
        yield from _scaled(f"strip{name}", scene, shared)
    heroes = _scenes(recipe, scenery, _GOOGLE_HERO)
    for name, (scene, _) in zip(names, _in_few(heroes, photographic=photographic), strict=True):
        yield f"google-hero{name}.png", _packed(scene)
    artwork = scenes.poster(scenery, _pixels("artwork"))
    yield from _scaled("artwork", _few(artwork, photographic=photographic))


def _logo(recipe: Recipe, given: Given, colours: Palette) -> Logo:
    if given.logo is None:
        return without_logo(recipe.icon, colours)
    return prepared(large_enough(given.logo), colours)


def advice(given: Given) -> tuple[str, ...]:
    """Return what could be better about an owner's pictures, a sentence each."""
    logo = given.logo
    if logo is None:
        return ()
    found = []
    if max(logo.size) < _SHARP:
        found.append(
            f"the logo has {logo.width} x {logo.height} pixels and is unsharp where it is large: "
            "one of 500 or more, or an SVG, is sharp everywhere"
        )
    if _long(logo):
        found.append(
            "the logo is so long that little is seen of it on lock screens and in Google's circle: "
            "give a sign that is about square, or such a picture for icon and google-logo"
        )
    return tuple(found)


def _long(logo: Any) -> bool:
    left, upper, right, lower = logo.getbbox(alpha_only=True)
    short, long = sorted((right - left, lower - upper))
    return bool(long >= _LONG * short)


def large_enough(logo: Any) -> Any:
    """Return a logo of which something can be drawn; raises `BadPicture` for any other."""
    if max(logo.size) < _SMALLEST:
        raise BadPicture(
            f"the logo has {logo.width} x {logo.height} pixels, of which nothing can be drawn; "
            "give one of 500 or more"
        )
    return logo


def _scenes(recipe: Recipe, scenery: scenes.Scenery, size: tuple[int, int]) -> Iterator[Any]:
    if recipe.style == "stamps":
        return scenes.stamps(scenery, size, recipe.count)
    if recipe.style == "ladder":
        return scenes.ladder(scenery, size, recipe.count)
    if recipe.style == "cashback":
        return scenes.cashback(scenery, size)
    if recipe.style == "membership":
        return scenes.membership(scenery, size, LEVELS)
    return scenes.plain(scenery, size)


def _pixels(kind: str) -> tuple[int, int]:
    narrowest, _, high = IMAGE_POINTS[kind]
    return narrowest * _LARGEST, high * _LARGEST


def _square(logo: Logo, size: tuple[int, int], plate: Rgb, room: float) -> Any:
    side = round(scenes.in_circle(logo.bare.size, size[0] * room))
    whole = pictures.on(pictures.within(logo.bare, (side, side)), size, written(plate))
    return pictures.in_few_colours(whole, _COLOURS, exactly=True)


def _high(logo: Logo, kind: str) -> Any:
    narrowest, widest, high = (_LARGEST * side for side in IMAGE_POINTS[kind])
    if kind == "logo":
        widest = _LARGEST * _BESIDE_A_NAME
    return pictures.for_a_pass(pictures.as_high(logo.image, high, narrowest, widest))


def _in_few(drawn: Iterator[Any], *, photographic: bool) -> Iterator[tuple[Any, Any]]:
    """Yield each state's picture in few colours, and the palette of all where they share one.

    Of states on a photograph the colours are looked for once: in the first and the last of them,
    which show all that is drawn on it.
    """
    if not photographic:
        yield from ((_few(scene, photographic=False), None) for scene in drawn)
        return
    whole = list(drawn)
    shared = pictures.shared_colours((whole[0], whole[-1]), _OF_PHOTOS)
    yield from ((pictures.in_these(scene, shared), shared) for scene in whole)


def _few(scene: Any, *, photographic: bool) -> Any:
    return pictures.in_few_colours(scene, _OF_PHOTOS if photographic else _COLOURS, exactly=True)


def _packed(image: Any) -> bytes:
    return pictures.packed(image, quickly=True)


def _scaled(name: str, image: Any, colours_of: Any = None) -> Iterator[tuple[str, bytes]]:
    """Yield a picture at its largest scale and at the smaller ones, which are made from it."""
    kind = name.partition("-")[0]
    largest = _packed(image)
    yield f"{name}{png_suffix(_LARGEST)}", largest
    # What lets see through says so only once it is read again.
    plain = image.mode == "P" and image.palette.mode == "RGB"
    kept = image if plain else pictures.read(io.BytesIO(largest))
    for scale in sorted(ALL_SCALES.get(kind, SCALES), reverse=True)[1:]:
        size = (round(kept.width * scale / _LARGEST), round(kept.height * scale / _LARGEST))
        made = pictures.smaller(kept, size, exactly=True, colours_of=colours_of)
        yield f"{name}{png_suffix(scale)}", _packed(made)
