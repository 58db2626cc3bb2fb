"""Opens a pass with the standard library's zip reader, and reads its translations."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from passes.apple.linter.archive import _STRING


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def read_strings(content: bytes) -> dict[str, str]:
    assert content.startswith(b"\xff\xfe")
    text = content.decode("utf-16")

    def plain(text: str) -> str:
        return re.sub(r"\\(.)", lambda found: {"n": "\n"}.get(found[1], found[1]), text)

    found = {plain(one[1]): plain(one[2]) for one in _STRING.finditer(text)}
    assert len(found) == text.count(";\n")
    return found


def translated(part: Any, strings: dict[str, str]) -> Any:
    """What Wallet makes of a document: every text that is a key is replaced."""
    if isinstance(part, dict):
        return {key: translated(value, strings) for key, value in part.items()}
    if isinstance(part, list):
        return [translated(one, strings) for one in part]
    return strings.get(part, part) if isinstance(part, str) else part
