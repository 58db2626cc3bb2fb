"""Look into a PNG as far as a linter must: whether it is whole, and how large it is.

Source: W3C, Portable Network Graphics, third edition, sections 5 and 11.
"""

from __future__ import annotations

import struct
import zlib

_START = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_HEADER = struct.Struct(">IIBBBBB")
_LARGEST_PIXELS = 16_000_000


class BadPng(ValueError):  # noqa: N818 - it is the picture that is bad
    """The bytes are not a whole PNG image; the message says where it breaks."""


def size(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a PNG that really decodes.

    Raises
    ------
    BadPng
        A chunk is missing or damaged, or the pixels do not unpack to the size told.
    """
    if not content.startswith(_START):
        raise BadPng("it does not begin as a PNG file")
    header: bytes | None = None
    packed = bytearray()
    at = len(_START)
    while True:
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
            packed += body
        elif name == b"IEND":
            break
        at += 12 + length
    if header is None or len(header) != _HEADER.size:
        raise BadPng("its header is missing")
    return _decoded_size(header, bytes(packed))


def _decoded_size(header: bytes, packed: bytes) -> tuple[int, int]:
    width, height, depth, colour, *_, interlaced = _HEADER.unpack(header)
    if not width or not height or colour not in _CHANNELS or width * height > _LARGEST_PIXELS:
        raise BadPng("its header is out of range")
    row = 1 + (width * _CHANNELS[colour] * depth + 7) // 8
    unpacker = zlib.decompressobj()
    try:
        pixels = unpacker.decompress(packed, row * height + width + height + 64)
    except zlib.error as fault:
        raise BadPng("its pixels do not unpack") from fault
    # Interlaced images hold the same pixels in seven passes, with a few more row starts.
    if len(pixels) < row * height or (not interlaced and len(pixels) != row * height):
        raise BadPng("it holds fewer or more pixels than its header tells")
    return width, height
