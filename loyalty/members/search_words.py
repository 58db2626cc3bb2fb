"""The words by which members are found: beginnings of their names, tags, values of attributes.

Also by where they came from and belong. Pure. A name is found by the beginning of any of its first
words, whatever case and accents; what is kept are some beginnings only, so a search reads the
longest one that it has and looks at the rest.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST = 2
"""Letters of a name that a search needs at least."""
_LENGTHS = (SHORTEST, 3, 5)
_WORDS = 3

Word = tuple[str, str]
"""Its kind, and what it is."""


def plain(text: str) -> tuple[str, ...]:
    """Return the words of a name without case, accents, and what is no letter or figure."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one if one.isalnum() else " " for one in decomposed if not _is_mark(one))
    return tuple(letters.split())


def of_name(name: str) -> set[Word]:
    """Return the words by which somebody of that name is found."""
    return {
        ("name", word[:length])
        for word in plain(name)[:_WORDS]
        for length in _LENGTHS
        if len(word) >= length
    }


def of_origin(source: str, home: str | None) -> set[Word]:
    """Return the words by which somebody is found who came by that link, or belongs there."""
    return ({("source", source)} if source else set()) | ({("home", home)} if home else set())


def of_name_asked(text: str) -> Word | None:
    """Return the word that reads fewest for a name or its beginning; None where it is too short."""
    asked = max(plain(text), key=len, default="")
    fitting = [length for length in _LENGTHS if length <= len(asked)]
    return ("name", asked[: fitting[-1]]) if fitting else None


def fits(name: str, text: str) -> bool:
    """Tell whether each word that is asked for begins a word of the name."""
    known = plain(name)
    return all(any(one.startswith(asked) for one in known) for asked in plain(text))


def of_record(tags: tuple[str, ...], attributes: Mapping[str, str]) -> set[Word]:
    """Return the words by which somebody with these tags and attributes is found."""
    return {("tag", one) for one in tags} | {
        ("attribute", f"{name}={value}") for name, value in attributes.items()
    }


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) == "Mn"
