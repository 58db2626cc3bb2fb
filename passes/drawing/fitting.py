"""Which pictures a design names, and each of them made from a picture of somebody's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from passes.apple.layout_reading import ALL_SCALES, IMAGE_POINTS, SCALES
from passes.drawing import pictures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LARGEST = max(SCALES)
GOOGLE_LOGO, GOOGLE_HERO = (660, 660), (1032, 336)
# Google cuts a circle out of the logo; an icon is cut at its corners.
_ROOM_IN_CIRCLE, _ROOM_IN_ICON = 0.56, 0.68
WRITTEN_ON = (0.125, 0.76)
"""Above and below these shares of its height iOS 27 writes on the artwork (by our mocks)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that a design names.

    Attributes
    ----------
    name
        Without the ending: ``strip-silver``.
    kind
        What decides its size: ``strip``.
    made_from
        Originals that do, the best one first.
    scales
        Of Apple's; empty for Google's one size.
    """

    name: str
    kind: str
    made_from: tuple[str, ...]
    scales: tuple[int, ...] = ()


def wanted(design: Mapping[str, Any]) -> Iterator[Wanted]:
    """Yield every picture that a design names; what is wrong with it is for its reader to say."""
    apple, google = design.get("apple", {}), design.get("google", {})
    poster = apple.get("poster", {})
    for kind in (*apple.get("images", ()), *poster.get("images", ())):
        scales = tuple(ALL_SCALES.get(kind, SCALES))
        yield Wanted(kind, kind, _sources(kind), scales)
    strip = apple.get("strip", {})
    states = [str(state) for state in strip.get("levels") or strip.get("names") or ()]
    for state in states:
        yield Wanted(f"strip-{state}", "strip", (f"strip-{state}", "strip"), SCALES)
    if "logo" in google:
        name = str(google["logo"]).removesuffix(".png")
        yield Wanted(name, "google-logo", (name, "icon", "logo"))
    if "hero" in google:
        name = str(google["hero"]).removesuffix(".png")
        yield Wanted(name, "google-hero", (name, "strip"))
        for state in states if google.get("hero_states") else ():
            found = (f"{name}-{state}", f"strip-{state}", name, "strip")
            yield Wanted(f"{name}-{state}", "google-hero", found)


def _sources(kind: str) -> tuple[str, ...]:
    return {
        "icon": ("icon", "logo"),
        "primaryLogo": ("primaryLogo", "logo"),
        "artwork": ("artwork", "strip"),
    }.get(kind, (kind,))


def largest(image: Any, one: Wanted, ground: str, *, own: bool) -> Any:
    """Return a picture at its largest scale, made from an original (RGBA).

    ``own``: the original was made for this very picture, and fills it.
    """
    narrowest, widest, high = (LARGEST * side for side in IMAGE_POINTS.get(one.kind, (0, 0, 0)))
    if one.kind in {"logo", "primaryLogo"}:
        return pictures.for_a_pass(pictures.as_high(image, high, narrowest, widest))
    if one.kind in {"icon", "google-logo"}:
        size = GOOGLE_LOGO if one.kind == "google-logo" else (narrowest, high)
        room = _ROOM_IN_CIRCLE if one.kind == "google-logo" else _ROOM_IN_ICON
        inner = size if own else (round(size[0] * room), round(size[1] * room))
        return pictures.for_a_pass(pictures.on(pictures.within(image, inner), size, ground))
    size = GOOGLE_HERO if one.kind == "google-hero" else (narrowest, high)
    scene = pictures.covering(image, size, ground)
    if one.kind == "artwork" and not own:
        scene = pictures.calmed(scene, ground, WRITTEN_ON)
    return pictures.for_a_pass(scene)
