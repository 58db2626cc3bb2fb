"""The port through which files are kept that somebody will fetch: a bucket, or a folder."""

from __future__ import annotations

from typing import Protocol


class Files(Protocol):
    """Files by name; a name has slashes like a path."""

    def get(self, name: str) -> bytes | None:
        """Return a file, None when there is none (any more)."""
        ...

    def put(self, name: str, data: bytes) -> None:
        """Write a file; one of that name is there no more."""
        ...
