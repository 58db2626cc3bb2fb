"""Guess what the columns of a file are, by their names and by what stands in them.

A guess is shown before anything is done with it, and says how sure it is. Points and thresholds
were found on thirteen layouts of other systems; what they mean stands beside each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.members.moving_in.fields import (
    BALANCE,
    EXACT,
    KNOWN_ASIDE,
    NEGATIVE,
    VALUE_EXACT,
)
from loyalty.sheets.values import plain, plain_name

if TYPE_CHECKING:
    from datetime import date

    from loyalty.program.rules import Program
    from loyalty.sheets.sheet import Sheet

SURE, PERHAPS = 70, 45
UNNAMED = 35
"""What is enough for a column that has no name, to be looked at by the owner."""

_EXACTLY, _CONTAINS = 60, 35
_CELLS = 200
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER = re.compile(r"[-−]?[0-9][0-9\s\u00a0.,]*")
_DAY = re.compile(
    r"[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}.*|[0-9]{4}[./-][0-9]{1,2}[./-][0-9]{1,2}.*"
)
_YEAR = re.compile(r"(?:1[89]|20|21)[0-9]{2}")
_ANSWERS = frozenset(
    [
        "yes",
        "no",
        "y",
        "n",
        "true",
        "false",
        "1",
        "0",
        "да",
        "нет",
        "ja",
        "nein",
        "subscribed",
        "unsubscribed",
        "unknown",
        "подписан",
    ]
)
_WRONG = 40
_MINUS = 60
_PHONE_DIGITS = range(10, 14)
_BORN_BEFORE = 2010
_STAMPS = 15
_FEW = 0.2
_MOST = 0.95
_HALF = 0.5
_SHORT_WORD, _FEW_CELLS, _LARGE = 3, 20, 1000


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column may be. ``sure``: enough to go on with; else the owner is asked to look."""

    field: str
    column: int
    points: int
    sure: bool


@dataclass(frozen=True, slots=True)
class _Look:
    """What stands in a column: shares of its filled cells, from 0 to 1."""

    filled: int
    emails: float
    phones: float
    numbers: float
    days: float
    answers: float
    two_words: float
    words: float
    distinct: float
    largest: int
    years: tuple[int, ...]


def guess(sheet: Sheet, program: Program, today: date) -> tuple[Guess, ...]:
    """Return the best guess for each field, the surest first; each column is one field at most."""
    names = [plain_name(name) for name in sheet.header]
    looks = [_look(sheet.column(index)[:_CELLS]) for index in range(sheet.width)]
    kinds = {f"{BALANCE}{pot.id}": pot.kind for pot in program.pots}
    synonyms: dict[str, tuple[str, tuple[str, ...]]] = {
        field: ("", words) for field, words in EXACT.items()
    }
    synonyms |= {field: (kind, VALUE_EXACT[kind]) for field, kind in kinds.items()}
    found = []
    for column, (name, look) in enumerate(zip(names, looks, strict=True)):
        for field, (kind, words) in synonyms.items():
            points = _name_points(field, kind, name, words) + _content(field, kind, look, today)
            enough = UNNAMED if name.startswith("column ") else PERHAPS
            if look.filled and points >= enough:
                found.append(Guess(field, column, points, points >= SURE))
    found.sort(key=lambda one: (-one.points, one.column, one.field))
    taken_fields: set[str] = set()
    taken_columns: set[int] = set()
    best = []
    for one in found:
        # A first name and a whole name are one thing read twice.
        also = {"first_name", "full_name"} if one.field in {"first_name", "full_name"} else set()
        if one.column in taken_columns or one.field in taken_fields:
            continue
        taken_fields |= also | {one.field}
        taken_columns.add(one.column)
        best.append(one)
    return tuple(best)


def _name_points(field: str, kind: str, name: str, words: tuple[str, ...]) -> int:
    is_value = field.startswith(BALANCE)
    points = 0
    if name in words:
        points = _EXACTLY
    elif name in KNOWN_ASIDE:
        return -_MINUS
    elif any(
        re.search(rf"(?<!\w){re.escape(word)}", name) for word in words if len(word) > _SHORT_WORD
    ):
        points = _CONTAINS
    if is_value and kind == "stamps" and name in {"balance", "points", "stamps"}:
        points -= 20  # "Stamps" may be how many there ever were
    if (is_value or field == "level") and name not in words:
        points -= _MINUS if any(word in name for word in NEGATIVE) else 0
    return points


def _look(cells: list[str]) -> _Look:
    filled = [text for text in map(plain, cells) if text]
    if not filled:
        return _Look(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ())
    many = len(filled)
    digits = [re.sub(r"\D", "", text) for text in filled]
    plain_numbers = [_NUMBER.fullmatch(text) for text in filled]
    phones = sum(
        len(number) in _PHONE_DIGITS and not re.search(r"[^\d\s()+\-.']", text)
        for number, text in zip(digits, filled, strict=True)
    )
    distinct = len(set(filled)) / many
    shape = [
        int(number) for number, match in zip(digits, plain_numbers, strict=True) if match and number
    ]
    years = tuple(
        int(found[0]) for text in filled if _DAY.fullmatch(text) and (found := _YEAR.search(text))
    )
    return _Look(
        many,
        emails=sum(bool(_EMAIL.fullmatch(text)) for text in filled) / many,
        phones=phones / many * distinct,
        numbers=sum(map(bool, plain_numbers)) / many,
        days=sum(bool(_DAY.fullmatch(text)) for text in filled) / many,
        answers=sum(text.casefold() in _ANSWERS for text in filled) / many,
        two_words=sum(text.replace(" ", "").isalpha() and " " in text for text in filled) / many,
        words=sum(text.replace("-", "").isalpha() for text in filled) / many,
        distinct=distinct,
        largest=max(shape, default=0),
        years=years,
    )


def _content(  # noqa: PLR0911 - one answer for each kind of field
    field: str, kind: str, look: _Look, today: date
) -> int:
    """Return how well what stands in a column fits a field."""
    if not look.filled:
        return 0
    if field == "email":
        return int(40 * look.emails) if look.emails > _HALF else -_WRONG
    if field == "phone":
        return int(40 * look.phones) if look.phones > _HALF else -_WRONG
    if field in {"birthday", "expires"}:
        return _when(field, look, today)
    if field == "marketing":
        return 30 if look.answers > _MOST else 0
    if field == "full_name":
        return 35 if look.two_words > _HALF else -_WRONG if look.numbers > _HALF else 0
    if field == "first_name":
        return 25 if look.words > _HALF and look.distinct > _FEW else -_WRONG
    if field in {"level", "home", "language"}:
        few = look.distinct < _FEW or look.filled < _FEW_CELLS
        return 25 if look.words > _HALF and few else 0
    return _amount(field, kind, look)


def _when(field: str, look: _Look, today: date) -> int:
    if look.days <= _HALF:
        return -_WRONG
    if not look.years:
        return 20 if field == "birthday" else 0
    born = sum(year < _BORN_BEFORE for year in look.years) / len(look.years)
    later = sum(year >= today.year for year in look.years) / len(look.years)
    if field == "birthday":
        return 35 if born > _HALF else 0
    return 40 if later > _HALF else 0


def _amount(field: str, kind: str, look: _Look) -> int:
    if look.numbers <= _HALF:
        return -_WRONG
    if field == "visits":
        return 15
    if field == "spend":
        return 20 if look.largest > _LARGE else 15
    card = look.phones > _HALF  # a long number of one width, each another: no balance
    if kind == "stamps":
        return 25 if look.largest <= _STAMPS else 0
    return 5 if card else 25
