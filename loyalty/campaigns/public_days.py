"""Which days a whole country has off, how they are called, and which of them are in a row. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from loyalty.campaigns.holiday_table import FIRST, LAST, TABLE
from loyalty.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY: Final = timedelta(days=1)
_EVERY_YEAR: Final = 4  # digits


def known(country: str) -> bool:
    """Tell whether anything is known of a country."""
    return country in TABLE


@lru_cache(maxsize=16)
def days_of(country: str) -> frozenset[date]:
    """Return the public holidays of a country; none of one that is not known."""
    return frozenset(day for _, days in _lines(country) for day in days)


@lru_cache(maxsize=16)
def runs_of(country: str) -> tuple[tuple[date, date], ...]:
    """Return holidays as people have them off: the first and the last of several in a row."""
    found: list[tuple[date, date]] = []
    for day in sorted(days_of(country)):
        if found and found[-1][1] == day - _DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


def names_between(country: str, first: date, last: date) -> dict[date, dict[str, str]]:
    """Return how the public holidays between two days are called, by language, in their order."""
    found = {
        day: {one: name for one, name in zip(LANGUAGES, names, strict=True) if name}
        for names, days in _lines(country)
        for day in days
        if first <= day <= last
    }
    return dict(sorted(found.items()))


def _lines(country: str) -> Iterator[tuple[list[str], list[date]]]:
    """Yield each name of a country's holidays, in every language, and the days it is given to."""
    for line in filter(None, TABLE.get(country, "").split("\n")):
        *names, days = line.split("|")
        yield names, [day for digits in days.split() for day in _read(digits)]


def _read(digits: str) -> list[date]:
    """Read month and day of every year, or year, month and day."""
    month, day = int(digits[-4:-2]), int(digits[-2:])
    if len(digits) == _EVERY_YEAR:
        return [date(year, month, day) for year in range(FIRST, LAST + 1)]
    return [date(2000 + int(digits[:-4]), month, day)]
