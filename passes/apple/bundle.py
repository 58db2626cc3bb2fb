"""Put a pass together: hashes, manifest, signature, and one zip archive.

A .pkpass is an ordinary zip with its files at the root. The images of a design never change, so
their part of the archive (file records, directory records, lines of the manifest) is made once per
process; per card only ``pass.json``, ``manifest.json``, ``signature`` and the end of the archive
are new. Nothing is compressed: images do not shrink, and the rest is about two kilobytes.

The standard library's zipfile is the judge of this writer in the tests, and ten times slower.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from passes.design import Design

CONTENT_TYPE = "application/vnd.apple.pkpass"

# PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_MADE_BY_UNIX = (3 << 8) | 20
_NEEDS_2_0 = 20
_STORED = 0
# Midnight of 1980-01-01, the first instant a zip can tell: the same card gives the same bytes.
_TIME, _DATE = 0, (1 << 5) | 1
_READABLE_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Prepared:
    """What all passes of a design have in common.

    Attributes
    ----------
    records
        The images' file records; they open every archive.
    directory
        The images' directory records.
    files
        Number of images.
    manifest
        The manifest's lines for the images, from the opening brace to the last comma.
    """

    records: bytes
    directory: bytes
    files: int
    manifest: bytes


@lru_cache(maxsize=64)
def prepare(design: Design) -> Prepared:
    """Return the unchanging part of a design's passes, made once per process."""
    records, directory, lines = bytearray(), bytearray(), bytearray(b"{")
    for image in design.apple_images:
        record, entry = _member(image.name, image.content, len(records))
        records += record
        directory += entry
        lines += _manifest_line(image.name, image.content) + b","
    return Prepared(bytes(records), bytes(directory), len(design.apple_images), bytes(lines))


def build(prepared: Prepared, pass_json: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the .pkpass file.

    Parameters
    ----------
    prepared
        From :func:`prepare`.
    pass_json
        The pass's document, encoded.
    sign
        Gives the detached signature of the manifest's exact bytes.
    """
    manifest = prepared.manifest + _manifest_line("pass.json", pass_json) + b"}"
    archive = bytearray(prepared.records)
    directory = bytearray(prepared.directory)
    for name, content in (
        ("pass.json", pass_json),
        ("manifest.json", manifest),
        ("signature", sign(manifest)),
    ):
        record, entry = _member(name, content, len(archive))
        archive += record
        directory += entry
    files = prepared.files + 3
    end = _END.pack(b"PK\5\6", 0, 0, files, files, len(directory), len(archive), 0)
    return bytes(archive + directory + end)


def _manifest_line(name: str, content: bytes) -> bytes:
    # SHA-1 is what Wallet compares, to this day; the signature over it is SHA-256.
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    return f"{json.dumps(name)}:{json.dumps(digest)}".encode()


def _member(name: str, content: bytes, offset: int) -> tuple[bytes, bytes]:
    """Return a file's record and its directory record."""
    path = name.encode("ascii")
    size, checksum = len(content), zlib.crc32(content)
    common = (_NEEDS_2_0, 0, _STORED, _TIME, _DATE, checksum, size, size, len(path), 0)
    record = _LOCAL.pack(b"PK\3\4", *common) + path + content
    entry = _CENTRAL.pack(b"PK\1\2", _MADE_BY_UNIX, *common, 0, 0, 0, _READABLE_FILE, offset) + path
    return record, entry
