"""Write a design's words as ``<language>.lproj/pass.strings``, which phones translate a pass by.

Wallet looks up the text that stands in pass.json, so the words in the card's language are the keys:
a phone in a third language then shows the card as it was made. Files are UTF-16 with a byte order
mark, the one form that every iOS reads beyond ASCII.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def files(words: Mapping[str, Mapping[str, str]], own: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files by name; none when a design has one language or no words.

    Parameters
    ----------
    words
        Texts by language and key.
    own
        The texts in the card's language, as they stand in pass.json.
    """
    if len(words) < 2 or not own:  # noqa: PLR2004 - one language is nothing to translate
        return {}
    return {
        f"{language}.lproj/pass.strings": _file(
            {own[key]: text for key, text in sorted(told.items())}
        )
        for language, told in sorted(words.items())
    }


def _file(texts: Mapping[str, str]) -> bytes:
    lines = "".join(f'"{_escape(key)}" = "{_escape(text)}";\n' for key, text in texts.items())
    return codecs.BOM_UTF16_LE + lines.encode("utf-16-le")


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
