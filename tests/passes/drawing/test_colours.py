"""Whatever two colours an owner chooses, everything can be read."""

from __future__ import annotations

import colorsys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passes.drawing.colours import (
    READABLE,
    SEEN,
    BadColour,
    Rgb,
    contrast,
    mended,
    palette,
    parsed,
    text_on,
    written,
)
from tests.support.extent import FULL

colours = st.tuples(*[st.integers(0, 255)] * 3)


@settings(max_examples=20_000 if FULL else 1_000, deadline=None)
@given(colours, st.none() | colours)
def test_whatever_is_chosen_can_be_read(background: Rgb, accent: Rgb | None) -> None:
    made = palette(background, accent)
    assert made.background == background
    assert contrast(made.foreground, background) >= READABLE
    assert contrast(made.label, background) >= READABLE
    assert contrast(made.accent, background) >= SEEN
    assert contrast(made.on_accent, made.accent) >= READABLE
    chosen = accent or made.foreground
    if contrast(chosen, background) >= 1.02 * READABLE:
        assert made.label == chosen
    assert len(made.notes) == (made.label != chosen) + (made.accent != chosen)


def _turned(one: Rgb, other: Rgb) -> float:
    """Return how far apart two hues are, in degrees."""
    hues = [colorsys.rgb_to_hsv(*(part / 255 for part in colour))[0] for colour in (one, other)]
    apart = abs(hues[0] - hues[1]) * 360
    return min(apart, 360 - apart)


def _colourful(colour: Rgb) -> int:
    return max(colour) - min(colour)


@settings(max_examples=20_000 if FULL else 1_000, deadline=None)
@given(colours, colours)
def test_what_is_mended_is_a_tone_of_what_was_chosen(accent: Rgb, ground: Rgb) -> None:
    """Another lightness of the same hue, not a grey; a grey becomes a tone of its ground."""
    for wanted in (SEEN, READABLE):
        made = mended(accent, ground, wanted)
        if made == accent or _colourful(made) < 40:  # too pale for its hue to be measured
            continue
        if _colourful(accent) >= 40:
            assert _turned(made, accent) <= 5
        elif _colourful(accent) < 25 and _colourful(ground) >= 40:
            assert _turned(made, ground) <= 5


@pytest.mark.parametrize(
    ("accent", "ground"),
    [
        ("#12352b", "#101418"),  # dark green on near black
        ("#101418", "#12352b"),  # near black on dark green
        ("#7a1f3d", "#7a1f3d"),
        ("#e0b13a", "#f4efe6"),
    ],
)
def test_what_is_mended_does_not_turn_grey(accent: str, ground: str) -> None:
    made = mended(parsed(accent), parsed(ground), SEEN)
    assert _colourful(made) >= 60, written(made)


def test_hardly_any_colour_does_not_become_a_loud_one() -> None:
    """Ivory is yellow by the numbers, and nobody who chose it wants mustard."""
    assert _colourful(mended(parsed("#fffff0"), parsed("#ffffff"), READABLE)) < 60


@pytest.mark.parametrize(
    ("colour", "ground", "wanted", "right"),
    [
        # Independent of our formula: values of WCAG's own examples and of well-known pairs.
        ("#767676", "#ffffff", 4.5, "#767676"),
        ("#777777", "#ffffff", 4.5, "#767676"),
        ("#ffffff", "#000000", 21.0, "#ffffff"),
        ("#000000", "#000000", 4.5, "#757575"),
    ],
)
def test_a_colour_moves_no_further_than_it_has_to(
    colour: str, ground: str, wanted: float, right: str
) -> None:
    assert written(mended(parsed(colour), parsed(ground), wanted)) == right


def test_the_lightness_of_texts_follows_the_ground() -> None:
    assert [written(text_on(parsed(one))) for one in ("#102030", "#f4f0e0", "#767676")] == [
        "#ffffff",
        "#14161a",
        "#000000",
    ]


def test_a_note_says_what_was_mended_and_what_else_would_do() -> None:
    captions, drawings = palette(parsed("#12352b"), parsed("#1b4a3c")).notes
    assert captions.startswith("captions are #")
    assert "instead of #1b4a3c, which on #12352b would be hard to read; another" in captions
    assert drawings.startswith("drawings are #")


@pytest.mark.parametrize("text", ["#FFF", "fff", " #ffffff "])
def test_a_colour_is_read_as_people_write_it(text: str) -> None:
    assert parsed(text) == (255, 255, 255)


@pytest.mark.parametrize("text", ["", "red", "#ffff", "#12345g", "rgb(1,2,3)", "#1234567"])
def test_what_is_no_colour_is_said(text: str) -> None:
    with pytest.raises(BadColour, match="six digits after a #, such as #1b4a3c"):
        parsed(text)
