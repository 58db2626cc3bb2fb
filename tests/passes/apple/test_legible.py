"""What a phone writes on a poster's artwork can be read, in every state: no cream on cream."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from infra.preview.states import states
from passes.apple.pass_json import Identity, pass_document
from passes.designs import design
from tests.support.world import TEMPLATES, shipped

Colour = tuple[int, int, int]

# What Wallet writes, by our mocks (infra/preview): the header above; below, from the bottom up, the
# footer, a line for each further field, and the name. In parts of a poster 400 high.
HEADER, FOOTER, LINE, NAME, POSTER = 50, 55, 36, 48, 400
READABLE = 4.5  # WCAG 2.2, 1.4.3
CALM = 0.98
"""How much of the ground below a name is of one colour: an edge that crosses a letter is seen."""

PROGRAMS = sorted(file.stem for file in (TEMPLATES / "programs").glob("*.toml"))
WORN = sorted(
    {(name, shipped(name).design) for name in PROGRAMS}
    | {(name, design.PLAIN) for name in PROGRAMS}
)


def pixels(content: bytes) -> list[list[Colour]]:
    """Return the rows of a palette PNG that is not interlaced."""
    at, packed, palette, header = 8, b"", b"", b""
    while at < len(content):
        length, name = struct.unpack(">I4s", content[at : at + 8])
        body = content[at + 8 : at + 8 + length]
        at += 12 + length
        header = body if name == b"IHDR" else header
        palette = body if name == b"PLTE" else palette
        packed += body if name == b"IDAT" else b""
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    assert (kind, interlaced) == (3, 0)
    stride = (width * depth + 7) // 8
    raw, rows, above = zlib.decompress(packed), [], bytes(stride)
    for line in range(height):
        start = line * (stride + 1)
        above = unfiltered(raw[start], raw[start + 1 : start + 1 + stride], above)
        numbers = [
            above[at * depth // 8] >> (8 - depth - at * depth % 8) & (1 << depth) - 1
            for at in range(0, width, 4)  # every fourth pixel is enough
        ]
        rows.append([(palette[3 * n], palette[3 * n + 1], palette[3 * n + 2]) for n in numbers])
    return rows


def unfiltered(method: int, row: bytes, above: bytes) -> bytes:
    """Undo a row's filter; pixels of a palette are one byte or less."""
    done = bytearray()
    for at, value in enumerate(row):
        left, up = done[at - 1] if at else 0, above[at]
        corner = above[at - 1] if at else 0
        paeth = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
        done.append(value + (0, left, up, (left + up) // 2, paeth)[method] & 0xFF)
    return bytes(done)


def light(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def of_hex(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def written_from(program: str, name: str) -> float:
    """Return the share of the height below which the fullest card of a program is written on."""
    worn = design.load(name)
    identity = Identity("pass.example.preview", "AAAAAAAAAA", "https://cards.example")
    highest = 0
    for state in states(replace(shipped(program), design=name), worn):
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
