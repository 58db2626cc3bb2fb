"""The sentences of the pages, by language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from loyalty.languages import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGES = Path(__file__).resolve().parents[2] / "templates" / "pages"


def words(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return the sentences of the pages in a language; same keys in every language."""
    return spoken(language).PAGES
