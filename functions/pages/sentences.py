"""The sentences of the pages, by language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGES = Path(__file__).resolve().parents[2] / "templates" / "pages"


@cache
def words(language: str) -> Mapping[str, Any]:
    """Return the sentences of the pages in a language; same keys in every language."""
    return tomllib.loads((PAGES / "words" / f"{language}.toml").read_text(encoding="utf-8"))
