"""Rules 1 to 6: the archive, the manifest, images and localisations."""

from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import zipfile
import zlib
from typing import TYPE_CHECKING

from passes import png
from passes.apple.linter.findings import Finding, advice, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_REQUIRED = ("pass.json", "manifest.json", "signature")
_UNLISTED = frozenset({"manifest.json", "signature"})
_RUBBISH = re.compile(r"(^|/)(\.DS_Store|__MACOSX|Thumbs\.db)(/|$)")
_IMAGE = re.compile(r"(?:[^/]+/)?([A-Za-z]+)(@[23]x)?\.png")
_LOCALISED = re.compile(r"([^/]+)\.lproj/([^/]+)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
_STRING = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*=\s*"((?:[^"\\]|\\.)*)"\s*;', re.DOTALL)
_COMMENT = re.compile(r"\s*/\*.*?\*/", re.DOTALL)
_SHA1_HEX = re.compile(r"[0-9a-f]{40}")
_LARGEST_PASS = 1_000_000
_LARGEST_FILE = 20_000_000

# Points: smallest width, largest width, smallest height, largest height.
_POINTS = {
    "icon": (38, 38, 38, 38),
    "logo": (50, 160, 1, 50),
    "strip": (375, 375, 144, 144),
    "thumbnail": (60, 90, 90, 90),
    "artwork": (358, 358, 448, 448),
    "primaryLogo": (30, 126, 30, 30),
}


def read(content: bytes) -> tuple[dict[str, bytes], list[Finding]]:
    """Return a pass's files by name, and what is wrong with the archive itself (rules 1, 2)."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
        sound = all(one.file_size <= _LARGEST_FILE and not one.flag_bits & 1 for one in entries)
        damaged = archive.testzip() if sound else None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as fault:
        return {}, [error(1, "archive", f"it is not a readable zip ({fault})", "Build it anew")]
    if damaged:
        return {}, [error(1, damaged, "the file is damaged in the archive", "Build it anew")]
    files: dict[str, bytes] = {}
    found: list[Finding] = []
    for entry in entries:
        wrong = _wrong_entry(entry, files)
        if wrong:
            found.append(error(1, entry.filename, wrong, "Zip plain files from inside the folder"))
        elif not entry.is_dir():
            files[entry.filename] = archive.read(entry)
    for name in _REQUIRED:
        if name not in files:
            elsewhere = [other for other in files if other.lower().endswith(name)]
            hint = f"; it holds {elsewhere[0]}" if elsewhere else ""
            found.append(
                error(2, name, f"the file is missing{hint}", "Put it at the root, in small letters")
            )
    return files, found


def check(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Yield what is wrong with the manifest, the images and the localisations (rules 3 to 6)."""
    yield from _manifest(files)
    yield from _images(files)
    yield from _localisations(files)


def _wrong_entry(  # noqa: PLR0911 - one mistake per line
    entry: zipfile.ZipInfo, seen: Mapping[str, bytes]
) -> str | None:
    name = entry.filename
    if entry.is_dir():
        return "it is a directory"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a symbolic link"
    if entry.flag_bits & 1:
        return "it is encrypted"
    if name in seen:
        return "the name occurs twice"
    if _RUBBISH.search(name):
        return "it does not belong into a pass"
    if entry.file_size > _LARGEST_FILE:
        return "it is far too large"
    if name.startswith("/") or ".." in name.split("/") or "\\" in name:
        return "the name leads out of the archive"
    if "/" in name and not _LOCALISED.fullmatch(name):
        return "it is in a folder"
    return None


def _manifest(files: Mapping[str, bytes]) -> Iterator[Finding]:
    if "manifest.json" not in files:
        return
    try:
        listed = json.loads(files["manifest.json"])
    except ValueError:
        listed = None
    if not isinstance(listed, dict):
        yield error(3, "manifest.json", "it is not a JSON object", "Write file names and hashes")
        return
    for name in sorted(set(files) - _UNLISTED - set(listed)):
        yield error(3, f"manifest.json: {name}", "the file is not listed", "Add its SHA-1")
    for name, told in listed.items():
        where = f"manifest.json: {name}"
        if name not in files or name in _UNLISTED:
            yield error(3, where, "no such file may be listed", "Remove the line")
        elif not isinstance(told, str) or not _SHA1_HEX.fullmatch(told):
            yield error(3, where, "it is not a SHA-1 in small hex digits", "Write all 40 digits")
        elif hashlib.sha1(files[name], usedforsecurity=False).hexdigest() != told:
            yield error(3, where, "the hash is not the file's", "Hash the bytes that are shipped")


def _images(files: Mapping[str, bytes]) -> Iterator[Finding]:
    images = {name: match for name in files if (match := _IMAGE.fullmatch(name))}
    for kind in ("icon", "logo"):
        held = {match[2] for name, match in images.items() if match[1] == kind and "/" not in name}
        if kind == "icon" and not held:
            yield error(4, "icon@2x.png", "the pass has no icon", "Add icon@2x.png and icon@3x.png")
            continue
        # Apple's own readers do without the single size; others refuse the whole pass.
        missing = [
            f"{kind}{scale or ''}.png" for scale in (None, "@2x", "@3x") if scale not in held
        ]
        if held and missing:
            yield advice(
                4,
                kind,
                f"it lacks {', '.join(missing)}",
                "Add it, some readers insist",
            )
    scales: dict[str, set[str | None]] = {}
    for name, match in images.items():
        scales.setdefault(name[: match.start(2) if match[2] else match.end(1)], set()).add(match[2])
        yield from _image(name, match[1], match[2], files[name])
    for name, found in scales.items():
        if found == {None}:
            yield advice(
                5, f"{name}.png", "it is there in the lowest resolution only", "Add @2x, @3x"
            )
    total = sum(map(len, files.values()))
    if total > _LARGEST_PASS:
        yield advice(5, "archive", f"the pass is {total} bytes", "Stay below one million")


def _image(name: str, kind: str, scale: str | None, content: bytes) -> Iterator[Finding]:
    try:
        width, height = png.size(content)
    except png.BadPng as fault:
        yield error(5, name, f"it is no PNG that can be drawn: {fault}", "Export the image again")
        return
    bounds = _POINTS.get(kind)
    if bounds is None:
        return
    times = int(scale[1]) if scale else 1
    narrowest, widest, lowest, highest = (bound * times for bound in bounds)
    if not narrowest <= width <= widest or not lowest <= height <= highest:
        yield advice(
            5,
            name,
            f"it is {width}x{height} pixels",
            f"Draw it {narrowest} to {widest} wide and {lowest} to {highest} high",
        )


def _localisations(files: Mapping[str, bytes]) -> Iterator[Finding]:
    folders: dict[str, set[str]] = {}
    for name in files:
        match = _LOCALISED.fullmatch(name)
        if match:
            folders.setdefault(match[1], set()).add(match[2])
    for language in folders:
        if not _LANGUAGE.fullmatch(language):
            yield error(6, f"{language}.lproj", "it names no language", "Write like fr or zh-Hans")
    pictures = {
        language: {one for one in held if one.endswith(".png")}
        for language, held in folders.items()
    }
    everywhere = set().union(*pictures.values()) if pictures else set()
    for language, held in pictures.items():
        for name in sorted(everywhere - held):
            yield error(6, f"{language}.lproj/{name}", "other languages have it", "Add the image")
    for name in sorted(everywhere & set(files)):
        yield error(6, name, "it hides the localised images of that name", "Remove one of them")
    yield from _strings(files, folders)


def _strings(files: Mapping[str, bytes], folders: Mapping[str, set[str]]) -> Iterator[Finding]:
    keys: dict[str, set[str]] = {}
    for language, held in folders.items():
        if "pass.strings" not in held:
            continue
        where = f"{language}.lproj/pass.strings"
        content = files[where]
        utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        if not utf16 and not content.isascii():
            yield error(6, where, "text beyond ASCII is not in UTF-16", "Save as UTF-16 with BOM")
        try:
            keys[language] = _keys(content.decode("utf-16" if utf16 else "utf-8"))
        except ValueError as fault:
            yield error(6, where, f"it cannot be read: {fault}", 'Write lines like "key" = "text";')
    everywhere = set().union(*keys.values()) if keys else set()
    for language, held_keys in keys.items():
        for key in sorted(everywhere - held_keys):
            yield error(
                6, f"{language}.lproj/pass.strings: {key}", "the key is missing", "Translate it"
            )


def _keys(text: str) -> set[str]:
    keys: set[str] = set()
    at = 0
    while text[at:].strip():
        match = _STRING.match(text, at)
        if match:
            keys.add(match[1])
        else:
            match = _COMMENT.match(text, at)
        if not match:
            raise ValueError(f"at {text[at : at + 30].strip()!r}")
        at = match.end()
    return keys
