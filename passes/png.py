"""Look into a PNG as far as we must: whether it is whole, and how large it is.

Pictures come from owners, so the header is judged before anything is unpacked (a file of ten
kilobytes can hold nine thousand by nine thousand pixels), and pixels are counted piece by piece.

Source: W3C, Portable Network Graphics, third edition, sections 5 and 11.
"""

from __future__ import annotations

import struct
import zlib

_START = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_HEADER = struct.Struct(">IIBBBBB")
_PIECE = 65_536

LARGEST_FILE = 2_000_000
"""Bytes of one image file that we look at."""
LARGEST_PIXELS = 4_000_000
"""Pixels of one image."""


class BadPng(ValueError):  # noqa: N818 - it is the picture that is bad
    """The bytes are not a whole PNG image; the message says where it breaks."""


def size(content: bytes) -> tuple[int, int]:  # noqa: C901 - one fault after the other
    """Return width and height in pixels of a PNG that really decodes and does not move.

    Raises
    ------
    BadPng
        It is no PNG, too large, animated, damaged or cut off, has something behind its end, or its
        pixels do not unpack to the size told.
    """
    if len(content) > LARGEST_FILE:
        raise BadPng(f"it is larger than {LARGEST_FILE} bytes")
    if not content.startswith(_START):
        raise BadPng("it is not a PNG image")
    header: bytes | None = None
    packed: list[bytes] = []
    at, name = len(_START), b""
    while name != b"IEND":
        if at + 12 > len(content):
            raise BadPng("it ends in the middle of a chunk")
        length, name = struct.unpack(">I4s", content[at : at + 8])
        body = content[at + 8 : at + 8 + length]
        checksum = content[at + 8 + length : at + 12 + length]
        if len(checksum) != 4 or zlib.crc32(name + body) != int.from_bytes(checksum, "big"):  # noqa: PLR2004
            raise BadPng(f"chunk {name.decode('latin-1')} is damaged")
        if name == b"IHDR":
            header = body
        elif name == b"IDAT":
            packed.append(body)
        elif name == b"acTL":
            raise BadPng("it is animated")
        at += 12 + length
    if header is None or len(header) != _HEADER.size:
        raise BadPng("its header is missing")
    if at != len(content):
        raise BadPng("something stands behind its end")
    return _decoded_size(header, packed)


def _decoded_size(header: bytes, packed: list[bytes]) -> tuple[int, int]:
    width, height, depth, colour, *_, interlaced = _HEADER.unpack(header)
    if not width or not height or colour not in _CHANNELS or width * height > LARGEST_PIXELS:
        raise BadPng(f"its header tells {width}x{height} pixels, out of range")
    row = 1 + (width * _CHANNELS[colour] * depth + 7) // 8
    # Interlaced images hold the same pixels in seven passes, with a few more row starts.
    most = row * height + (width + height + 64 if interlaced else 0)
    found = _unpacked(packed, most)
    if not row * height <= found <= most:
        raise BadPng("it holds fewer or more pixels than its header tells")
    return width, height


def _unpacked(packed: list[bytes], most: int) -> int:
    """Return how many bytes the pixels unpack to; counting stops beyond `most`."""
    unpacker = zlib.decompressobj()
    found = 0
    try:
        for piece in packed:
            rest = piece
            while rest and found <= most:
                found += len(unpacker.decompress(rest, _PIECE))
                rest = unpacker.unconsumed_tail
        found += len(unpacker.decompress(b"", _PIECE))
    except zlib.error as fault:
        raise BadPng("its pixels do not unpack") from fault
    return found
