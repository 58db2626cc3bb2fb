"""What a phone writes on a poster's artwork can be read, in every state: no cream on cream."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from loyalty.card.showcase import states
from passes.apple.pass_json import Identity, pass_document
from passes.designs import design
from tests.support.pixels import Colour, contrast, of_hex, pixels
from tests.support.world import TEMPLATES, shipped

# What Wallet writes, by our mocks (passes/preview): the header above; below, from the bottom up,
# the footer, a line for each further field, and the name. In parts of a poster 400 high.
HEADER, FOOTER, LINE, NAME, POSTER = 50, 55, 36, 48, 400
READABLE = 4.5  # WCAG 2.2, 1.4.3
CALM = 0.98
"""How much of the ground below a name is of one colour: an edge that crosses a letter is seen."""

PROGRAMS = sorted(file.stem for file in (TEMPLATES / "programs").glob("*.toml"))
WORN = sorted(
    {(name, shipped(name).design) for name in PROGRAMS}
    | {(name, design.PLAIN) for name in PROGRAMS}
)


def written_from(program: str, name: str) -> float:
    """Return the share of the height below which the fullest card of a program is written on."""
    worn = design.load(name)
    identity = Identity("pass.example.preview", "AAAAAAAAAA", "https://cards.example")
    highest = 0
    for state in states(replace(shipped(program), design=name), design.balances(worn)):
        for one in state.cards:
            poster = pass_document(one, worn, identity, "0" * 32)["posterGeneric"]
            lines = len(poster["primaryFields"]) - 1
            footer = FOOTER if poster.get("footerFields") else 0
            highest = max(highest, NAME + LINE * lines + footer)
    return 1 - highest / POSTER


@cache
def artwork(name: str) -> list[list[Colour]]:
    images = design.load(name).apple.poster_images
    return pixels(next(one for one in images if one.name == "artwork@2x.png").content)


@pytest.mark.parametrize(("program", "name"), WORN)
def test_text_on_the_artwork_stands_out_wherever_a_phone_writes_it(program: str, name: str) -> None:
    shown, rows = design.load(name), artwork(name)
    below = written_from(program, name)
    assert 0.5 < below < 0.9, "no state writes more, or less, than posters are drawn for"
    for top, low in ((0.0, HEADER / POSTER), (below, 1.0)):
        region = rows[int(top * len(rows)) : int(low * len(rows))]
        found = Counter(colour for row in region for colour in row)
        ground = [one for one, count in found.items() if count > 0.001 * found.total()]
        assert ground
        for colour in ground:
            assert contrast(colour, of_hex(shown.foreground)) >= READABLE, (name, top, colour)
            assert contrast(colour, of_hex(shown.label)) >= READABLE, (name, top, colour)
    assert found.most_common(1)[0][1] >= CALM * found.total(), "nothing crosses the name"
