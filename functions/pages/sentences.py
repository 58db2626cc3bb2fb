"""The sentences of the pages, by language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyalty.languages import LANGUAGES, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAGES = TEMPLATES / "pages"


def words(language: str, room: str = "pages") -> Mapping[str, Any]:
    """Return the sentences of the pages in a language; same keys in every language.

    ``room``: the folder of templates whose pages they are. What customers read is in the language's
    own file; what the team reads stands beside its pages, and is English where a language has none.
    """
    return spoken(language).PAGES if room == "pages" else _beside(room, language)


@cache
def _beside(room: str, language: str) -> Mapping[str, Any]:
    files = (TEMPLATES / room / "words" / f"{one}.toml" for one in (language, LANGUAGES[0]))
    found = next(file for file in files if file.is_file())
    return tomllib.loads(found.read_text(encoding="utf-8"))
