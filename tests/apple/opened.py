"""Opens a pass with the standard library's zip reader."""

from __future__ import annotations

import io
import zipfile


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}
