"""Read numbers, days and answers as other systems write them: a column at a time.

A cell alone does not say whether ``52,620`` is fifty-two or fifty-two thousand, and whether
``02/03/90`` is in February. Its column usually does; where it does not, the owner is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Decimals = Literal[".", ","]
ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#FORMULA!", "#Н/Д"}
)
"""What spreadsheets show where a formula has no value."""
NOTHING = frozenset(
    {"", "-", "–", "—", "n/a", "na", "none", "null", "nil", "нет", "нет данных", "не указан", "."}
)

_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’`]+")
_MARKS = re.compile(r"[₽$€£₸₴¥%]|(?:[^\W\d_]+\.?)+$|^[^\W\d_]+\.?")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_POWER = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]{1,2}", re.IGNORECASE)
_GROUP = 3
_PIECES = re.compile(r"[./\- ]+")
_TIME = re.compile(r"[T\s]\s*[0-9]{1,2}:[0-9]{2}.*$")
_SERIAL = re.compile(r"[1-9][0-9]{4}(?:[.,]0+)?")
_LAST_SERIAL = 2_958_465  # 31 December 9999
_SHORT_MONTH = 60  # the day that 1900 did not have: Lotus 1-2-3 said it was a leap year
_NO_YEARS = (1, 1004, 1900)
"""Years that systems write where they know none."""
_CENTURY = 100
_PAIR, _WHOLE = 2, 3
"""Numbers of a day without its year, and with it."""
_YEAR_DIGITS = 4
_LAST_MONTH = 12
_MONTHS = (
    ("jan", "янв"),
    ("feb", "фев"),
    ("mar", "мар", "mär", "mrz"),
    ("apr", "апр"),
    ("may", "май", "мая", "mai"),
    ("jun", "июн"),
    ("jul", "июл"),
    ("aug", "авг"),
    ("sep", "сен"),
    ("oct", "окт", "okt"),
    ("nov", "ноя"),
    ("dec", "дек", "dez"),
)
_YES = frozenset(
    [
        "yes",
        "y",
        "true",
        "1",
        "+",
        "да",
        "д",
        "ja",
        "j",
        "subscribed",
        "opted-in",
        "agreed",
        "accepted",
        "granted",
        "подписан",
        "подписана",
        "согласен",
        "согласна",
        "есть",
        "разрешено",
        "on",
        "✓",
        "✔",
    ]
) | {"opted in", "opt in"}


class Unreadable(ValueError):  # noqa: N818 - it is caught where a row is judged
    """A cell that cannot be read; ``sentence`` says why."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True, slots=True)
class Numbers:
    """How a column writes numbers. ``decimals`` None: no cell says, and some could be either."""

    decimals: Decimals | None
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """How a column writes days. ``day_first`` None: no cell says, and some could be either."""

    day_first: bool | None
    mixed: bool = False


def plain(cell: str) -> str:
    """Return a cell without the blanks around it, and nothing where it only says that."""
    text = cell.strip().strip("\u200b\ufeff")
    return "" if text.casefold() in NOTHING else text


def plain_name(name: str) -> str:
    """Return the name of a column as names are compared."""
    return " ".join(name.casefold().replace("_", " ").split()).strip(" :*")


# Numbers


def numbers(cells: Iterable[str], said: Decimals | None = None) -> Numbers:
    """Decide by all cells of a column which sign parts the decimals off."""
    if said is not None:
        return Numbers(said)
    shown: set[Decimals] = set()
    open_ones = False
    for cell in cells:
        _, digits = _sign(plain(cell))
        one = _shown(digits)
        if one is None:
            open_ones = open_ones or "," in digits or "." in digits
        else:
            shown.add(one)
    if len(shown) == 1:
        return Numbers(next(iter(shown)))
    if shown:
        return Numbers(None, mixed=True)
    return Numbers(None if open_ones else ".")


def _shown(digits: str) -> Decimals | None:
    """Return which sign this number alone shows to part the decimals off, if it does."""
    if not _NUMBER.fullmatch(digits):
        return None
    signs = [letter for letter in digits if letter in ".,"]
    if not signs:
        return None
    if len(set(signs)) > 1:
        return signs[-1]  # type: ignore[return-value]
    if len(signs) > 1:
        return "," if signs[0] == "." else "."
    before, after = re.split(r"[.,]", digits)
    if len(after) != _GROUP or len(before) > _GROUP or before == "0":
        return signs[0]  # type: ignore[return-value]
    return None


def number(cell: str, style: Numbers) -> Decimal | None:
    """Return a cell's number; None where there is none.

    Raises
    ------
    Unreadable
        It is no number, or could be two.
    """
    text = plain(cell)
    if not text:
        return None
    _judge(text)
    negative, digits = _sign(text)
    if not _NUMBER.fullmatch(digits):
        raise Unreadable("not_a_number", "This is no number.")
    decimals = _shown(digits) if style.mixed else style.decimals
    signs = "." in digits or "," in digits
    if decimals is None and signs:
        raise Unreadable("ambiguous_number", "This could be two numbers: say which sign parts.")
    grouping = "," if decimals == "." else "."
    whole, _, part = digits.partition(decimals or ".")
    if grouping in part or (decimals or ".") in part or not _grouped(whole, grouping):
        raise Unreadable("not_a_number", "The signs in this number contradict its column.")
    found = Decimal(f"{whole.replace(grouping, '')}.{part or '0'}")
    return -found if negative else found


def _grouped(whole: str, grouping: str) -> bool:
    first, *rest = whole.split(grouping)
    return all(len(group) == _GROUP for group in rest) and (not rest or len(first) <= _GROUP)


def _sign(text: str) -> tuple[bool, str]:
    text = text.replace("\u2212", "-").replace("–", "-")
    bare = _MARKS.sub("", _SPACES.sub("", text))
    negative = (
        bare.startswith(("-", "(-")) or bare.endswith("-") or (bare[:1], bare[-1:]) == ("(", ")")
    )
    return negative, bare.strip("()").strip("+-")


def _judge(text: str) -> None:
    if text.upper() in ERRORS:
        raise Unreadable("formula_error", "The formula in this cell has no value.")
    if _POWER.fullmatch(_SPACES.sub("", text)):
        raise Unreadable("digits_lost", "A spreadsheet has cut off digits here: they are lost.")


# Days


def days(cells: Iterable[str], *, said: bool | None = None) -> Days:
    """Decide by all cells of a column whether the day stands before the month."""
    if said is not None:
        return Days(said)
    shown: set[bool] = set()
    open_ones = False
    for cell in cells:
        text = _TIME.sub("", plain(cell))
        pieces = _PIECES.split(text)
        if (
            not all(piece.isdecimal() for piece in pieces)
            or len(pieces) < _PAIR
            or len(pieces[0]) == _YEAR_DIGITS
        ):
            continue
        first, second = int(pieces[0]), int(pieces[1])
        if "." in text or first > _LAST_MONTH:
            shown.add(True)
        elif second > _LAST_MONTH:
            shown.add(False)
        elif first != second:
            open_ones = True
    if len(shown) == 1:
        return Days(next(iter(shown)))
    if shown:
        return Days(None, mixed=True)
    return Days(None if open_ones else True)


def day(cell: str, style: Days, today: date, *, past: bool, from_1904: bool = False) -> date | None:
    """Return the day that a cell names; None where it names none, or says a year of no meaning.

    Parameters
    ----------
    past
        It lies in the past (somebody is born): so a year of two digits does, too.

    Raises
    ------
    Unreadable
        It is no day, there was none, its year is missing, or it could be two.
    """
    text = plain(cell)
    if not text:
        return None
    _judge(text)
    if _SERIAL.fullmatch(text):
        found = serial_day(int(re.split("[.,]", text)[0]), from_1904=from_1904)
        if found is None:
            raise Unreadable("not_a_day", "This is no day.")
        return found
    year, month, number = _parts(_TIME.sub("", text), style)
    if year < _CENTURY:
        year += today.year - today.year % _CENTURY
        if past and year > today.year:
            year -= _CENTURY
    if year in _NO_YEARS:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        raise Unreadable("not_a_day", "There is no such day.") from None


def _parts(text: str, style: Days) -> tuple[int, int, int]:
    pieces = [piece.rstrip(",.") for piece in _PIECES.split(text.replace(",", " ")) if piece]
    pieces = [piece for piece in pieces if piece.casefold() not in {"г", "года", "of"}]
    named = next((index for index, piece in enumerate(pieces) if not piece.isdecimal()), None)
    if named is not None:
        month = _month(pieces.pop(named))
        if len(pieces) < _PAIR:
            raise Unreadable("year_missing", "The year is missing.")
        if len(pieces) > _PAIR or not all(piece.isdecimal() for piece in pieces):
            raise Unreadable("not_a_day", "This is no day.")
        first, second = pieces
        if len(first) == _YEAR_DIGITS:
            return int(first), month, int(second)
        return int(second), month, int(first)
    if len(pieces) == _PAIR:
        raise Unreadable("year_missing", "The year is missing.")
    if len(pieces) != _WHOLE or any(len(piece) > _YEAR_DIGITS for piece in pieces):
        raise Unreadable("not_a_day", "This is no day.")
    one, two, three = (int(piece) for piece in pieces)
    if len(pieces[0]) == _YEAR_DIGITS:
        return one, two, three
    day_first = style.day_first
    if day_first is None and style.mixed:
        day_first = (
            True if "." in text or one > _LAST_MONTH else False if two > _LAST_MONTH else None
        )
    if day_first is None and one != two:
        raise Unreadable("ambiguous_day", "This could be two days: say whether the day is first.")
    return (three, one, two) if day_first is False else (three, two, one)


def _month(name: str) -> int:
    for number, beginnings in enumerate(_MONTHS, 1):
        if name.casefold().startswith(beginnings):
            return number
    raise Unreadable("not_a_day", "This is no day.")


# Answers


def agreed(cell: str) -> bool:
    """Tell whether a cell says yes; whatever else it says, and if it says nothing, is no."""
    return plain(cell).casefold() in _YES


def serial_day(number: int, *, from_1904: bool) -> date | None:
    """Return the day that a spreadsheet counts as a number; None where there is no such day."""
    if from_1904:
        return date(1904, 1, 1) + timedelta(days=number) if 0 <= number <= _LAST_SERIAL else None
    if not 0 < number <= _LAST_SERIAL or number == _SHORT_MONTH:
        return None
    before = date(1899, 12, 31 if number < _SHORT_MONTH else 30)
    return before + timedelta(days=number)
