"""The words by which members are found: beginnings of their names, tags, values of attributes.

Also by where they came from and belong, and the numbers on receipts. Pure. A name is found by the
beginning of any of its first words, whatever case and accents; what is kept are some beginnings
only, so a search reads the longest one that it has and looks at the rest.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST = 2
"""Letters of a name that a search needs at least."""
_LENGTHS = (SHORTEST, 3, 5)
_WORDS = 3
_LONGEST_ID = 128
_PADDED = range(4, 9)
"""To how many figures tills fill up the numbers on receipts."""
_MARK = re.compile(r"^(?:[#\u2116]|no?\.|nr\.?(?=[\s\d])|n\u00b0|n\u00ba)\s*", re.IGNORECASE)
_EDGE = re.compile(r"(?<=[^\W\d_])(?=\d)")
"""Between letters and figures, where a hyphen may be left out."""
_GAP = re.compile(r"[\s\-\u2010-\u2015]+")

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


def of_receipt(text: str) -> tuple[str, ...]:
    """Return what a till may call an order whose receipt's number somebody typed, likeliest first.

    A till's id is asked for as it is, so each way of writing it is one more: with or without the
    mark before a number, spaces and hyphens, in capitals or not, filled up with noughts or not.
    """
    bare = text.strip()
    found: dict[str, None] = {}
    for start in (_MARK.sub("", bare), bare):
        # Figures and letters of Asian keyboards are wider.
        plain_text = unicodedata.normalize("NFKC", start)
        for between in (None, "", "-"):
            form = plain_text if between is None else _GAP.sub(between, plain_text)
            for each in (form, _EDGE.sub("-", form)):
                found |= dict.fromkeys((each, each.upper(), each.lower()))
    for form in list(found):
        if form.isdecimal() and len(form) <= _LONGEST_ID:
            shortest = form.lstrip("0") or "0"
            found |= dict.fromkeys((shortest, *(shortest.zfill(length) for length in _PADDED)))
    return tuple(one for one in found if one and len(one) <= _LONGEST_ID and len(one.split()) == 1)


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) == "Mn"
