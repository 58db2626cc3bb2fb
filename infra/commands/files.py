"""Reading what an owner names on the command line: whatever lies there, a sentence comes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from infra.failures import Failure

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 5_000_000  # bytes; nothing that a command takes comes near


def content(path: Path, largest: int = LARGEST) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    Failure
        It cannot be read, or is far too large.
    """
    try:
        with path.open("rb") as file:
            found = file.read(largest + 1)
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}; check the path") from None
    if len(found) > largest:
        raise Failure(f"{path} is larger than {largest // 10**6} MB: that is another file")
    return found


def text(path: Path) -> str:
    """Return a text file, without the mark that some editors put before UTF-8; see `content`."""
    try:
        return content(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Failure(f"{path} is not UTF-8; save it as UTF-8") from None


def json_value(path: Path) -> Any:
    """Return what a JSON file holds; see `content`."""
    try:
        return json.loads(text(path))
    except RecursionError:
        raise Failure(f"{path} is nested too deeply; make it flatter") from None
    except ValueError as error:
        raise Failure(f"{path} is not JSON: {error}") from None
