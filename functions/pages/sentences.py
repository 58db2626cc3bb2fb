"""The sentences of the pages, by language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAGES = TEMPLATES / "pages"


@cache
def words(language: str, room: str = "pages") -> Mapping[str, Any]:
    """Return the sentences of the pages in a language; same keys in every language.

    ``room``: the folder of templates whose pages they are.
    """
    file = TEMPLATES / room / "words" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
