"""Stored designs: one archive per version, in the form of a folder, named by what is in it.

A version of an owner's own design is an archive with its ``design.toml`` and pictures. Its name,
the **reference**, says whose program it is and what it holds: ``coffee~<32 hex digits>``. So what
a reference leads to never changes: whoever has read it keeps it, addresses of its pictures may be
kept for ever, and no program's reference leads to the design of another one.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

from passes.designs.design import DOCUMENT, DesignError, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from passes.designs.design import Design

_REFERENCE = re.compile(r"([a-z][a-z0-9-]{0,39})~([0-9a-f]{32})")
_TIME = (1980, 1, 1, 0, 0, 0)
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._-]{0,80}\.png")
LARGEST = 20_000_000
"""Bytes of a version: a card of 20 stamps on a photograph has 8 million at the most."""
MOST_FILES = 200


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return the archive of a design's files; the same files give the same bytes.

    Pictures are packed already: nothing is packed twice, and reading costs nothing.
    """
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _TIME), files[name])
    return data.getvalue()


def reference(program: str, archive: bytes) -> str:
    """Return the name of an archive among those of a program."""
    return f"{program}~{hashlib.sha256(archive).hexdigest()[:32]}"


def is_reference(name: str) -> bool:
    """Tell whether a design's name leads to a stored version, and not to a shipped folder."""
    return _REFERENCE.fullmatch(name) is not None


def mark_of(name: str) -> int:
    """Return the mark of a version (`Design.mark`) without reading it."""
    return int(name[-4:], 16)


def place_of(name: str) -> str:
    """Return where an archive lies among files: ``designs/<program>/<digest>.zip``."""
    program, _, digest = name.partition("~")
    return f"designs/{program}/{digest}.zip"


class Archives:
    """Archives by reference, in whatever keeps files by name."""

    def __init__(
        self, get: Callable[[str], bytes | None], put: Callable[[str, bytes], None]
    ) -> None:
        self._get = get
        self._put = put

    def get(self, name: str) -> bytes | None:
        """Return the archive of a reference; None where there is none."""
        return self._get(place_of(name))

    def put(self, name: str, archive: bytes) -> bool:
        """Keep an archive; False where the reference is of another one, which is not kept."""
        if not is_reference(name) or reference(name.partition("~")[0], archive) != name:
            return False
        self._put(place_of(name), archive)
        return True


def opened(name: str, archive: bytes) -> Design:
    """Return the design of a reference.

    Raises
    ------
    DesignError
        The archive is none, or something of the design is missing or out of shape.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened_archive:
            found = read(name, zipfile.Path(opened_archive), DOCUMENT)
    except FileNotFoundError:
        raise DesignError(f"the archive has no {DOCUMENT}") from None
    except zipfile.BadZipFile as error:
        raise DesignError(f"the archive cannot be read: {error}; pack the folder anew") from None
    return replace(found, mark=mark_of(name))


def unpacked(archive: bytes) -> dict[str, bytes]:
    """Return the files of a design that somebody has packed: a folder, or what lies in it.

    Only ``design.toml`` and its pictures are taken; whatever else lies beside them (originals,
    what a computer writes into every folder) is left out.

    Raises
    ------
    DesignError
        It is no archive, or holds more than any design does.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened_archive:
            return dict(_files(opened_archive))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise DesignError(
            f"the archive cannot be read: {error}; pack the folder of the design as a plain zip"
        ) from None


def _files(archive: zipfile.ZipFile) -> list[tuple[str, bytes]]:
    entries = archive.infolist()
    documents = [one for one in entries if one.filename.rpartition("/")[2] == DOCUMENT]
    if len(documents) != 1:
        raise DesignError(f"the archive has {len(documents)} files {DOCUMENT}; a design has one")
    folder = documents[0].filename.removesuffix(DOCUMENT)
    inside = [(one.filename.removeprefix(folder), one) for one in entries]
    wanted = [
        (name, one)
        for name, one in inside
        if one.filename.startswith(folder) and (name == DOCUMENT or _FILE.fullmatch(name))
    ]
    if len(wanted) > MOST_FILES or sum(one.file_size for _, one in wanted) > LARGEST:
        raise DesignError(
            f"the archive is too large: a design has at most {MOST_FILES} files and "
            f"{LARGEST:,} bytes"
        )
    # What is said of a size may be a lie: no more is unpacked than was said.
    found = []
    for name, one in wanted:
        with archive.open(one) as stream:
            found.append((name, stream.read(one.file_size)))
    return found
