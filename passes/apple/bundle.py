"""Put a pass together: hashes, manifest, signature, and one zip archive.

A .pkpass is an ordinary zip with its files at the root. What a design gives to all its passes (the
images) never changes, so that part of the archive (file records, directory records, lines of the
manifest) is made once per process; per card only ``pass.json``, ``manifest.json``, ``signature``,
the ends of the translations and the end of the archive are new. Files that shrink are deflated when
they are prepared; nothing is compressed per card, since two kilobytes are not worth it.

The standard library's zipfile is the judge of this writer in the tests, and ten times slower.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from passes.designs.design import Design

CONTENT_TYPE = "application/vnd.apple.pkpass"

# PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_MADE_BY_UNIX = (3 << 8) | 20
_NEEDS_2_0 = 20
_NAMED_IN_UTF8 = 1 << 11
_STORED, _DEFLATED = 0, 8
_BLOCK = struct.Struct("<BHH")
_LARGEST_BLOCK = 0xFFFF
# Midnight of 1980-01-01, the first instant a zip can tell: the same card gives the same bytes.
_TIME, _DATE = 0, (1 << 5) | 1
_READABLE_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Section:
    """Files that many archives have in common, laid out for one place in them.

    Attributes
    ----------
    records, directory
        File records and directory records.
    files
        Number of files.
    manifest
        The files' lines in the manifest, each with a comma behind it.
    """

    records: bytes
    directory: bytes
    files: int
    manifest: bytes

    @classmethod
    def of(cls, files: Iterable[tuple[str, bytes]], offset: int = 0) -> Section:
        """Lay out files (name, content) that begin at `offset` bytes of the archive."""
        records, directory, lines, count = bytearray(), bytearray(), bytearray(), 0
        for name, content in files:
            record, entry = _member(name, content, offset + len(records), shrink=True)
            records += record
            directory += entry
            lines += _manifest_line(name, content) + b","
            count += 1
        return cls(bytes(records), bytes(directory), count, bytes(lines))

    @property
    def size(self) -> int:
        """Bytes of memory that this takes."""
        return len(self.records) + len(self.directory) + len(self.manifest)


class Opening:
    """The beginning that a file has in common with its namesakes: packed and digested once.

    The packed bytes end on a whole byte in the middle of a deflate stream (RFC 1951), so that a
    file's own end follows as a stored block, and costs nothing.
    """

    def __init__(self, content: bytes) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        self.packed = packer.compress(content) + packer.flush(zlib.Z_SYNC_FLUSH)
        self.size = len(content)
        self.checksum = zlib.crc32(content)
        self.digest = hashlib.sha1(content, usedforsecurity=False)


class ContinuedFile(NamedTuple):
    """A file whose end is a card's own."""

    name: str
    opening: Opening
    end: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """What all passes of a design have in common.

    Attributes
    ----------
    common
        What every pass holds; it opens the archive.
    states
        By state (None: no state of its own), what follows: the strip.
    """

    common: Section
    states: Mapping[int | None, Section]

    @property
    def size(self) -> int:
        """Bytes of memory that this takes."""
        return self.common.size + sum(section.size for section in self.states.values())


def prepare(design: Design) -> Prepared:
    """Return the unchanging section of a design's passes; make it once per process."""
    strips = design.apple.strips
    images = [*design.apple_images, *design.apple.poster_images]
    plain = [image for image in images if strips and image.name.startswith("strip@")]
    common = Section.of((image.name, image.content) for image in images if image not in plain)
    states: dict[int | None, Section] = {
        state: Section.of(((one.name, one.content) for one in chosen), len(common.records))
        for state, chosen in ((None, tuple(plain)), *enumerate(strips.images if strips else ()))
    }
    return Prepared(common, states)


def prepare_files(files: Mapping[str, bytes]) -> Prepared:
    """Return the same for any files: a pass that was not made from a design."""
    return Prepared(Section.of(files.items()), {None: Section.of(())})


def build(
    prepared: Prepared,
    pass_json: bytes,
    sign: Callable[[bytes], bytes],
    state: int | None = None,
    continued: Sequence[ContinuedFile] = (),
) -> bytes:
    """Return the .pkpass file.

    Parameters
    ----------
    prepared
        From :func:`prepare`.
    pass_json
        The pass's document, encoded.
    sign
        Gives the detached signature of the manifest's exact bytes.
    state
        Which of the design's strips the card shows; None for the plain one.
    continued
        Further files, each with an end of its own: the translations.
    """
    common, own = prepared.common, prepared.states[state]
    records, directory = [common.records, own.records], [common.directory, own.directory]
    size = len(common.records) + len(own.records)
    listed = [b"{", common.manifest, own.manifest]
    for file in continued:
        record, entry, line = _continued_member(file, size)
        records.append(record)
        directory.append(entry)
        listed += (line, b",")
        size += len(record)
    manifest = b"".join((*listed, _manifest_line("pass.json", pass_json), b"}"))
    for name, content in (
        ("pass.json", pass_json),
        ("manifest.json", manifest),
        ("signature", sign(manifest)),
    ):
        record, entry = _member(name, content, size)
        records.append(record)
        directory.append(entry)
        size += len(record)
    files = common.files + own.files + len(continued) + 3
    end = _END.pack(b"PK\5\6", 0, 0, files, files, sum(map(len, directory)), size, 0)
    return b"".join((*records, *directory, end))


def _manifest_line(name: str, content: bytes) -> bytes:
    # SHA-1 is what Wallet compares, to this day; the signature over it is SHA-256.
    return _line(name, hashlib.sha1(content, usedforsecurity=False).hexdigest())


def _line(name: str, digest: str) -> bytes:
    return f'{_quoted(name)}:"{digest}"'.encode()


@lru_cache(maxsize=1024)
def _quoted(name: str) -> str:
    return json.dumps(name)


def _member(name: str, content: bytes, offset: int, *, shrink: bool = False) -> tuple[bytes, bytes]:
    """Return a file's record and its directory record."""
    packed, method = content, _STORED
    if shrink:
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        smaller = packer.compress(content) + packer.flush()
        if len(smaller) < len(content):
            packed, method = smaller, _DEFLATED
    return _recorded(name, packed, method, zlib.crc32(content), len(content), offset)


def _continued_member(file: ContinuedFile, offset: int) -> tuple[bytes, bytes, bytes]:
    """Return the same, and the line of the manifest."""
    opening, end = file.opening, file.end
    blocks = [opening.packed]
    # At least one block, if an empty one: it says that the stream ends.
    for at in range(0, len(end) or 1, _LARGEST_BLOCK):
        block = end[at : at + _LARGEST_BLOCK]
        is_last = at + _LARGEST_BLOCK >= len(end)
        blocks += (_BLOCK.pack(is_last, len(block), len(block) ^ _LARGEST_BLOCK), block)
    digest = opening.digest.copy()
    digest.update(end)
    record, entry = _recorded(
        file.name,
        b"".join(blocks),
        _DEFLATED,
        zlib.crc32(end, opening.checksum),
        opening.size + len(end),
        offset,
    )
    return record, entry, _line(file.name, digest.hexdigest())


def _recorded(  # noqa: PLR0917 - what a record is made of
    name: str, packed: bytes, method: int, checksum: int, size: int, offset: int
) -> tuple[bytes, bytes]:
    path = name.encode("utf-8")
    common = (
        *(_NEEDS_2_0, 0 if name.isascii() else _NAMED_IN_UTF8, method, _TIME, _DATE),
        *(checksum, len(packed), size, len(path), 0),
    )
    record = _LOCAL.pack(b"PK\3\4", *common) + path + packed
    entry = _CENTRAL.pack(b"PK\1\2", _MADE_BY_UNIX, *common, 0, 0, 0, _READABLE_FILE, offset) + path
    return record, entry
