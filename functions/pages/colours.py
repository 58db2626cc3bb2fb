"""Page colours that follow a card's design and stay readable (WCAG 2.2 contrast, level AA).

Colours are ``#rrggbb``. Contrast and luminance as defined in WCAG 2.2, "relative luminance".
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT_CONTRAST = 4.5
CONTROL_CONTRAST = 3.0

_WHITE = "#ffffff"
_BLACK = "#000000"
_DARKEST = "#101114"
_STEPS = 20
_PALE = 0.75  # luminance from which a colour is fit to tint a whole page
_LINEAR_UP_TO = 0.04045  # IEC 61966-2-1


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a page in one of the two modes.

    ``line`` outlines controls, ``accent`` fills buttons under ``on_accent``, ``accent_text`` is
    for links; ``wrong`` is for errors. All are readable on both ``page`` and ``surface``.
    """

    page: str
    surface: str
    ink: str
    soft: str
    line: str
    accent: str
    on_accent: str
    accent_text: str
    wrong: str


def light(background: str, foreground: str) -> Palette:
    """Return the palette for light mode of a card with that background and text colour.

    What is written and pressed takes the darker of the two: made from white it would be grey.
    """
    darker, paler = sorted((background, foreground), key=_luminance)
    page = mix(_WHITE, paler, 0.5 if _luminance(paler) > _PALE else 0.05)
    accent = readable(darker, page, TEXT_CONTRAST)
    return Palette(
        page=page,
        surface=_WHITE,
        ink=readable(mix(darker, _DARKEST, 0.75), page, 7.0),
        soft=readable(mix(darker, "#6b6b70", 0.75), page, TEXT_CONTRAST),
        line=readable(mix(_WHITE, darker, 0.4), page, CONTROL_CONTRAST),
        accent=accent,
        on_accent=on(accent, paler),
        accent_text=accent,
        wrong=readable("#c0242e", page, TEXT_CONTRAST),
    )


def dark(background: str, foreground: str, label: str) -> Palette:
    """Return the palette for dark mode; the label's colour is usually the livelier one there.

    Of a pale card it is the background.
    """
    darker, paler = sorted((background, foreground), key=_luminance)
    page = mix(_DARKEST, darker, 0.18)
    surface = mix("#1e1f23", darker, 0.24)
    accent = readable(label if darker == background else background, surface, TEXT_CONTRAST)
    return Palette(
        page=page,
        surface=surface,
        ink=readable(mix("#f4f4f6", paler, 0.4), surface, 7.0),
        soft=readable(mix("#a3a4aa", paler, 0.25), surface, TEXT_CONTRAST),
        line=readable(mix(surface, paler, 0.25), surface, CONTROL_CONTRAST),
        accent=accent,
        on_accent=on(accent, darker),
        accent_text=accent,
        wrong=readable("#ff8a85", surface, TEXT_CONTRAST),
    )


def on(fill: str, wanted: str) -> str:
    """Return a text colour for `fill`: the wanted one if it is readable, else black or white."""
    if contrast(fill, wanted) >= TEXT_CONTRAST:
        return wanted
    return max((_WHITE, _BLACK), key=lambda colour: contrast(fill, colour))


def readable(colour: str, against: str, least: float) -> str:
    """Return `colour`, moved towards black or white as little as `least` contrast needs."""
    goal = _WHITE if contrast(against, _WHITE) > contrast(against, _BLACK) else _BLACK
    for step in range(_STEPS + 1):
        candidate = mix(colour, goal, step / _STEPS)
        if contrast(candidate, against) >= least:
            return candidate
    return goal


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, 1.0 to 21.0."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: str, other: str, part: float) -> str:
    """Return the colour that is `part` (0 to 1) of the way from `one` to `other`."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(first + (second - first) * part):02x}" for first, second in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (
        part / 12.92 if part <= _LINEAR_UP_TO else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
