"""Whatever logo on whatever ground: it is seen, and brings no box of paper along."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from passes.drawing.colours import Rgb, palette
from tests.support.drawing_tools import loaded
from tests.support.extent import part
from tests.support.pixels import contrast

Image, Draw = loaded("PIL.Image"), loaded("PIL.ImageDraw")
logos = loaded("passes.drawing.logos")

colours = st.tuples(*[st.integers(0, 255)] * 3)
CREAM, WINE, PINE = (244, 239, 230), (122, 31, 61), (18, 53, 43)
GREEN, WHITE = (0, 110, 90), (255, 255, 255)


def badge(colour: Any) -> Any:
    """Return a shape with soft edges, as a scanner or a designer's program leaves them."""
    fine = Image.new("L", (1200, 800))
    Draw.Draw(fine).rounded_rectangle((160, 120, 1043, 683), 240, fill=255)
    mask = fine.resize((300, 200), Image.Resampling.BOX)
    whole = (*colour[:3], colour[3] if len(colour) > 3 else 255)
    image = Image.new("RGBA", (300, 200), (*whole[:3], 0))
    image.putalpha(mask.point(lambda value: value * whole[3] // 255))
    return image


def lettering(colour: Any, width: int = 16) -> Any:
    image = Image.new("RGBA", (320, 120))
    pen = Draw.Draw(image)
    for left in (10, 120, 230):
        pen.line(((left, 110), (left + 40, 10), (left + 80, 110)), fill=colour, width=width)
    return image


def rays(colour: Any) -> Any:
    image = Image.new("RGBA", (900, 900))
    for at in range(0, 900, 75):
        Draw.Draw(image).line(((at, 0), (899 - at, 899)), fill=colour, width=2)
    return image


def printed(image: Any, paper: Rgb) -> Any:
    """Return a picture as a printer sends it: a JPEG on paper."""
    sheet = Image.new("RGB", image.size, paper)
    sheet.paste(image, mask=image)
    file = io.BytesIO()
    sheet.save(file, "JPEG", quality=85)
    return Image.open(file).convert("RGBA")


def prepared(image: Any, ground: Rgb) -> Any:
    return logos.prepared(image, palette(ground))


def shown(image: Any, ground: Rgb) -> Any:
    """Return a logo as it is seen on a ground."""
    scene = Image.new("RGBA", image.size, ground)
    scene.alpha_composite(image)
    return scene.convert("RGB")


def strongest(image: Any, ground: Rgb, share: float = 0.05) -> float:
    """Return the contrast that this share of a logo's rectangle has at least."""
    many = shown(image, ground).getcolors(image.width * image.height)
    found = sorted(((contrast(colour, ground), count) for count, colour in many), reverse=True)
    left = share * image.width * image.height
    for ratio, count in found:
        left -= count
        if left < 0:
            return ratio
    return 1.0


def furthest(one: Any, other: Any) -> int:
    """Return the difference of channels that a tenth of two pictures' pixels exceed."""
    bands = loaded("PIL.ImageChops").difference(one, other).split()
    counts = [band.histogram() for band in bands]
    left = one.width * one.height / 10
    return max(next(n for n in range(256) if sum(many[n + 1 :]) <= left) for many in counts)


@settings(max_examples=part(4_000, 60), deadline=None)
@given(colours, colours, st.integers(20, 255), st.sampled_from((badge, lettering)))
def test_a_logo_is_seen_on_what_it_stands_on(
    colour: Rgb, ground: Rgb, opacity: int, drawn: Any
) -> None:
    """Ghosts, too: what is see-through all over is meant to be seen."""
    made = prepared(drawn((*colour, opacity)), ground)
    wanted = 1.75 if made.plate is None and drawn is badge else 2.9
    assert strongest(made.bare, made.plate or ground) >= wanted
    assert strongest(made.image, ground, 0.01) >= 1.75


@settings(max_examples=part(1_000, 20), deadline=None)
@given(colours, colours, st.integers(0, 12))
def test_a_box_of_paper_is_not_a_part_of_a_logo(colour: Rgb, ground: Rgb, grey: int) -> None:
    """It is lifted out where the rest is seen on the ground, soft edges and all; else a plate."""
    paper = (255 - grey,) * 3
    assume(max(abs(a - b) for a, b in zip(colour, paper, strict=True)) > 90)
    made = prepared(printed(badge(colour), paper), ground)
    if made.plate is not None:
        assert max(abs(a - b) for a, b in zip(made.plate, paper, strict=True)) <= 4
        assert made.image.getpixel((0, 0))[3] == 0, "a plate has round corners"
        return
    # As if it had been given without paper: what differs is noise of a JPEG, and half a pixel.
    seen = shown(made.image, ground)
    right = shown(badge(colour).crop((40, 30, 261, 171)), ground).resize((55, 35))
    assert furthest(seen.resize((55, 35)), right) <= 30
    # No rim of paper: nothing is much lighter than both what is drawn and the ground.
    light = tuple(min(255, max(pair) + 28) for pair in zip(colour, ground, strict=True))
    rim = loaded("PIL.ImageChops").subtract(seen, Image.new("RGB", seen.size, light))
    bright = [sum(band.histogram()[1:]) for band in rim.split()]
    assert max(bright) <= 0.004 * seen.width * seen.height


@pytest.mark.parametrize("ground", [CREAM, PINE, WINE], ids=["cream", "pine", "wine"])
def test_a_plain_colour_around_a_logo_becomes_its_plate(ground: Rgb) -> None:
    red = (200, 40, 50)
    made = prepared(printed(badge(WHITE), red), ground)
    assert max(abs(a - b) for a, b in zip(made.plate, red, strict=True)) <= 6


def test_white_in_a_drawing_is_not_torn_out_with_its_paper() -> None:
    """The inside of an O is paper, too, and a white star is not: both stay, on a plate."""
    image = badge((*GREEN, 255))
    Draw.Draw(image).ellipse((120, 70, 180, 130), fill=WHITE)
    made = prepared(printed(image, WHITE), PINE)
    assert made.plate is not None
    assert min(made.plate) >= 250
    middle = made.image.getpixel((made.image.width // 2, made.image.height // 2))
    assert min(middle) >= 245


def test_a_printed_badge_loses_its_box_on_cream() -> None:
    made = prepared(printed(badge((*GREEN, 255)), WHITE), CREAM)
    assert made.plate is None
    assert made.image.getpixel((0, 0))[3] == 0
    colours = shown(made.image, CREAM).getcolors(1 << 16)
    assert all(min(colour) < 248 for _, colour in colours), "a rim of paper"


def test_a_photograph_stays_whole() -> None:
    noise = Image.effect_noise((300, 200), 90)
    photo = Image.merge("RGB", (noise, noise.rotate(180), noise)).convert("RGBA")
    made = prepared(photo, PINE)
    assert made.plate is None
    assert made.image.size == (300, 200)
    assert made.image.getchannel("A").getextrema() == (255, 255)


def test_hairlines_are_seen_at_the_size_of_an_icon() -> None:
    thin = rays((120, 90, 40, 255))
    before = thin.resize((64, 64), Image.Resampling.BOX).getchannel("A").histogram()
    made = prepared(thin, (16, 20, 24))
    after = made.bare.resize((64, 64), Image.Resampling.BOX).getchannel("A").histogram()
    assert sum(after[128:]) > 4 * sum(before[128:])


def test_a_drawing_that_is_seen_is_not_thickened() -> None:
    made = prepared(lettering((250, 250, 250, 255)), PINE)
    assert made.image.size == lettering("white").crop(lettering("white").getbbox()).size
