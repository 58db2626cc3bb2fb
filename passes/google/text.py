"""Texts as Google takes them: clean, and not too long. Pure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from passes.cutting import cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_REPLACEMENT: Final = "\ufffd"


def clean(text: str, limit: int | None = None) -> str:
    """Make text fit to be shown: no control characters, no half characters, at most `limit` long.

    A lone surrogate cannot be written as UTF-8 and would make Google refuse the whole card.
    """
    kept = "".join(
        _REPLACEMENT if unicodedata.category(character) == "Cs" else character
        for character in text
        if character == "\n" or unicodedata.category(character) != "Cc"
    ).strip()
    return kept if limit is None else cut(kept, limit)


def paragraphs(lines: Mapping[str, Sequence[str]], limit: int) -> Iterator[dict[str, str]]:
    """Put as many sentences into one text as its limit allows, in every language alike.

    `lines` are the same sentences by language; the first language is the one they are shown in by
    default. Where another has more or fewer sentences, nobody knows which belong together, and it
    is left out.
    """
    cleaned = {
        language: [clean(line, limit) for line in spoken] for language, spoken in lines.items()
    }
    default = next(iter(cleaned), None)
    if default is None:
        return
    alike = {
        language: spoken
        for language, spoken in cleaned.items()
        if len(spoken) == len(cleaned[default])
    }
    text: dict[str, str] = {}
    for at in range(len(cleaned[default])):
        line = {language: spoken[at] for language, spoken in alike.items()}
        longer = {one: "\n".join(filter(None, (text.get(one), line[one]))) for one in line}
        if any(len(one) > limit for one in longer.values()):
            if text.get(default):
                yield text
            text = line
        else:
            text = longer
    if text.get(default):
        yield text
