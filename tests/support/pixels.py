"""The pixels of a PNG and the contrast of colours, computed without anything that draws them."""

from __future__ import annotations

import struct
import zlib

Colour = tuple[int, int, int]


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
