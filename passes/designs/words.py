"""A design's words: texts by language and key.

What every design says stands in each language's file of words (``DESIGNS`` in
:mod:`loyalty.languages`), so that a design speaks every language there is. A design may word any of
it otherwise, and have more words, in its table ``words``; then it speaks the languages of that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from loyalty.languages import LANGUAGES, spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from passes.designs.reading import Table

LONGEST_WORD = 120
"""Characters of a design's own text."""

KEY = re.compile(r"[a-z][a-z0-9_]{0,40}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Words:
    """A design's texts by language and key; every language has every key."""

    def __init__(self, top: Table) -> None:
        tables = top.table("words", default={})
        worded = [language for language in LANGUAGES if language in tables.content]
        languages = top.choices("languages", LANGUAGES, worded or list(LANGUAGES))
        if not languages:
            raise top.error("languages", f"must name at least one of {', '.join(LANGUAGES)}")
        self.table = tables
        self.used: set[str] = set()
        self.states: set[str] = set()
        self.by_language: dict[str, dict[str, str]] = {}
        self.own: set[str] = set()
        for language in languages:
            table = tables.table(language, default={})
            own = {key: _word(table, key) for key in tuple(table.content)}
            self.by_language[language] = {**spoken(language).DESIGNS, **own}
            self.own |= own.keys()
        tables.end()
        for language, words in self.by_language.items():
            for other in self.by_language.values():
                for key in other.keys() - words.keys():
                    raise tables.error(f"{language}.{key}", "is missing; another language has it")
            self._all_different(language, words)

    def _all_different(self, language: str, words: Mapping[str, str]) -> None:
        # Wallet translates by text, so two keys of one text could not differ in another language.
        seen: dict[str, str] = {}
        for key, text in words.items():
            double = seen.setdefault(text, key)
            if double != key and any(
                other[double] != other[key] for other in self.by_language.values()
            ):
                raise self.table.error(
                    f"{language}.{key}",
                    f"says the same as {double}, but not in every language; word one differently",
                )

    def key(self, table: Table, name: str, *, changes: bool = False) -> str:
        """Return the key of a word that a table names, which every language must have.

        With `changes` it must be a change message: ``%@`` once, and no other per cent sign.
        """
        key = table.text(name, KEY, "the key of one of the design's words")
        for language, words in self.by_language.items():
            if key not in words:
                raise table.error(name, f"names {key!r}, which words.{language} does not have")
            if changes and (words[key].count("%@") != 1 or words[key].count("%") != 1):
                raise self.table.error(
                    f"{language}.{key}",
                    "must hold %@ exactly once, where the new value goes, and no other %",
                )
        self.used.add(key)
        return key

    def state_names(self, names: Iterable[str]) -> dict[str, int]:
        """Return the number of each name; one that is a word is known by it in every language."""
        known: dict[str, int] = {}
        for index, name in enumerate(names):
            for words in self.by_language.values():
                known[words.get(name, name).casefold()] = index
                if name in words:
                    self.states.add(name)
        return known

    def end(self) -> None:
        """Refuse own words that nothing uses: most likely a key was mistyped.

        Words that only name states are dropped: they stand for texts of the program, which come in
        the card's language. So are those of every design that this one does not use.
        """
        for language, words in self.by_language.items():
            for key in sorted((self.own & words.keys()) - self.used - self.states):
                raise self.table.error(f"{language}.{key}", "is used nowhere in the design")
            for key in words.keys() - self.used:
                del words[key]


def _word(table: Table, key: str) -> str:
    if not KEY.fullmatch(key):
        raise table.error(key, "must be named with small letters, digits and underscores")
    text = str(table.take(key, str))
    if not text.strip() or len(text) > LONGEST_WORD or _CONTROL.search(text):
        raise table.error(key, f"must be 1 to {LONGEST_WORD} characters on one line")
    return text
