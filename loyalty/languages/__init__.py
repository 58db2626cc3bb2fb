"""The languages that programs, cards, designs and pages speak: one file of words each, beside this.

``de.py`` is German. A further language is a further file with the same names in it; nothing else
lists them. Strangers are told in the first, which is English. A file is read when its language is
first spoken.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST = "en"


def _with_words() -> tuple[str, ...]:
    # Without their endings: what is deployed holds compiled files, too.
    names = {file.name.partition(".")[0] for file in Path(__file__).parent.iterdir()}
    codes = {name for name in names if len(name) == len(_FIRST) and name.isalpha()}
    return (_FIRST, *sorted(codes - {_FIRST}))


LANGUAGES: tuple[str, ...] = _with_words()

if TYPE_CHECKING:
    Language = str
else:
    Language = Literal[LANGUAGES]


class Spoken(Protocol):
    """What stands in a file of words.

    Attributes
    ----------
    PHRASES
        What programs, cards and cash desks say, by key; ``{names}`` are filled in.
    PLURALS
        Counted nouns: by noun and CLDR's form of the number. ``points.of``: after "at most",
        "more than", "from", where a language has another case there.
    UNIT_FORMS, BARE_UNIT, UNIT_EXAMPLE
        The forms after numbers in which an owner gives a noun of their own; whether the plural
        without a number may follow as one more; an example.
    UNITS
        The forms of what pots are often called, by that name in small letters.
    GENDERS
        Of one unit of a currency, where "every" depends on it (``each.<gender>`` in PHRASES).
    COMING_DAY
        Patterns of a day ahead without and with its year; None where CLDR's are short enough.
    PAGES
        The sentences of the pages, by page and key.
    DESIGNS
        What designs say beside the card fields, by key.
    """

    PHRASES: Mapping[str, str]
    PLURALS: Mapping[str, Mapping[str, str]]
    UNIT_FORMS: tuple[str, ...]
    BARE_UNIT: bool
    UNIT_EXAMPLE: str
    UNITS: Mapping[str, str]
    GENDERS: Mapping[str, str]
    COMING_DAY: tuple[str, str] | None
    PAGES: Mapping[str, Mapping[str, str]]
    DESIGNS: Mapping[str, str]

    @staticmethod
    def governed(forms: Mapping[str, str], form: str) -> str:
        """Return an owner's noun as it stands after "at most" and a number of that form."""


@cache
def spoken(language: str) -> Spoken:
    """Return the words of a language.

    Raises
    ------
    KeyError
        It has no file of words.
    """
    if language not in LANGUAGES:
        raise KeyError(language)
    return cast("Spoken", import_module(f"{__name__}.{language}"))
