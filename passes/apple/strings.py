"""Write what a phone translates a pass by: ``<language>.lproj/pass.strings``.

A phone shows a card in its own language, whole, or in the card's: captions in one language over
values in another look like a mistake. So a pass has files for those languages in which the whole
card was drawn, and no others.

Wallet looks up the text that stands in pass.json, so the texts in the card's language are the keys:
a phone in a third language then shows the card as it was made. Files are UTF-16 with a byte order
mark, the one form that every iOS reads beyond ASCII.
"""

from __future__ import annotations

import codecs
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Translations = tuple[str, ...]
"""What stands in the place of a text in each of the other languages."""

# The backslash first: the others bring one each. A bare line end would end the entry.
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t"))

MARK = codecs.BOM_UTF16_LE
LOCALISED = frozenset(
    {
        *("attributedValue", "changeMessage", "description", "label", "logoText"),
        *("organizationName", "relevantText", "value"),
    }
)
"""Keys of pass.json under which Wallet translates, as far as we write them."""


def name(language: str) -> str:
    """Return a file's name in the bundle."""
    return f"{language}.lproj/pass.strings"


def files(
    language: str,
    document: Mapping[str, Any],
    others: Mapping[str, Mapping[str, Any]],
    known: Mapping[str, Mapping[str, str]],
) -> dict[str, bytes]:
    """Return the files of a pass by name; none when it is in one language.

    Parameters
    ----------
    language, document
        The pass's language, and what stands in its pass.json.
    others
        The same pass drawn in other languages, by language.
    known
        The design's words by language and key.
    """
    translations = gather(
        chain(
            words(known[language], [known[one] for one in others]),
            pairs(document, tuple(others.values())),
        )
    )
    written = [lines(own, other) for own, other in translations.items()]
    return {
        name(one): MARK + b"".join(line[at] for line in written if line)
        for at, one in enumerate((language, *others) if others else ())
    }


def words(
    own: Mapping[str, str], others: Sequence[Mapping[str, str]]
) -> Iterator[tuple[str, Translations]]:
    """Yield a design's words, each as it is in the other languages."""
    for key, text in own.items():
        yield text, tuple([other[key] for other in others])


def pairs(own: Any, others: Sequence[Any]) -> Iterator[tuple[str, Translations]]:
    """Yield the texts of a part of a document, each with its counterparts in the other drawings."""
    if isinstance(own, dict):
        dated = "dateStyle" in own
        for key, value in own.items():
            below = [other.get(key) if isinstance(other, dict) else None for other in others]
            if not isinstance(value, str):
                yield from pairs(value, below)
            elif key in LOCALISED and not (dated and key == "value"):
                yield value, tuple(one if isinstance(one, str) else value for one in below)
    elif isinstance(own, list) and all(
        # Drawings of one card have the same fields; were that ever wrong, nothing is translated.
        isinstance(one, list) and len(one) == len(own)
        for one in others
    ):
        for at, value in enumerate(own):
            yield from pairs(value, [other[at] for other in others])


def gather(found: Iterable[tuple[str, Translations]]) -> dict[str, Translations]:
    """Return the counterparts by text.

    A text that has two translations (a member is called like a level) stays as it is,
    in every language: a phone cannot know which is meant.
    """
    translations: dict[str, Translations] = {}
    for own, others in found:
        if translations.setdefault(own, others) != others:
            translations[own] = (own,) * len(others)
    return translations


@lru_cache(maxsize=4096)
def lines(own: str, others: Translations) -> tuple[bytes, ...]:
    """Return a text's line for the file of each language, the card's first; none if all agree."""
    if all(other == own for other in others):
        return ()
    key = _escape(own)
    return tuple(
        f'"{key}" = "{_escape(text)}";\n'.encode("utf-16-le", "replace") for text in (own, *others)
    )


def _escape(text: str) -> str:
    for letter, escaped in _ESCAPES:
        text = text.replace(letter, escaped)
    return text
