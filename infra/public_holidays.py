"""Write the table of public holidays anew, from the library `holidays`: when, and how called.

Run it by::

    .venv/bin/python -m infra.public_holidays

It is asked here and not where campaigns run: it is as large as all our own code, and takes a second
to load. A test compares the table with the library, so that raising the library's version in the
lock file says when the table has to be written. The years are said here: raise them in time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import holidays

from loyalty.languages import LANGUAGES

if TYPE_CHECKING:
    from datetime import date

FIRST, LAST = 2026, 2032
TABLE = Path(__file__).parents[1] / "loyalty" / "campaigns" / "holiday_table.py"
_UNSURE = re.compile(r" \((estimated|geschätzt|предполагаемая дата)\)")
_HEAD = f'''"""Public holidays of countries, when and how they are called, by country (ISO 3166).

A line for each name in each language of ours (empty where it is not known), with its days: month
and day of every year of the table, or year, month and day. ``python -m infra.public_holidays``
writes this file: change nothing here.
"""

from typing import Final

FIRST: Final = {FIRST}
LAST: Final = {LAST}
TABLE: Final = {{
'''


def countries() -> list[str]:
    """Return the countries that the library knows."""
    return sorted(holidays.list_supported_countries(include_aliases=False))


def days_of(country: str) -> list[date]:
    """Return a country's public holidays in all years of the table."""
    return sorted(holidays.country_holidays(country, years=range(FIRST, LAST + 1)))


def written(country: str) -> str:
    """Return what the table says of a country: names, and when the whole country has them off.

    Four digits are a day of every year of the table, six one of a certain year.
    """
    years = range(FIRST, LAST + 1)
    by_language = [_called(country, language) for language in LANGUAGES]
    days: defaultdict[tuple[str, ...], set[date]] = defaultdict(set)
    for day in days_of(country):
        if FIRST <= day.year <= LAST:
            days[tuple(names.get(day, "") for names in by_language)].add(day)
    lines = []
    for names, found in sorted(days.items(), key=lambda one: (min(one[1]), one[0])):
        dates = [f"{day:%m%d}" for day in sorted(found)]
        always = {one for one in dates if dates.count(one) == len(years)}
        some = [f"{day:%y%m%d}" for day in sorted(found) if f"{day:%m%d}" not in always]
        lines.append("|".join((*names, " ".join((*sorted(always), *some)))))
    return "\n".join(lines)


def _called(country: str, language: str) -> dict[date, str]:
    """Return how a country's holidays are called in a language; in English, or else as there."""
    spoken = getattr(holidays, country).supported_languages
    known = next((one for one in spoken if one.partition("_")[0] == language), None)
    if known is None and language != LANGUAGES[0]:
        return {}
    found = holidays.country_holidays(country, years=range(FIRST, LAST + 1), language=known)
    return {day: _UNSURE.sub("", text).replace("|", "/") for day, text in found.items()}


def table() -> str:
    """Return the whole module."""
    lines = [f'    "{one}": """\n{written(one)}\n""",\n' for one in countries()]
    return f"{_HEAD}{''.join(lines)}}}\n"


def main() -> None:
    """Write it."""
    TABLE.write_text(table(), encoding="utf-8")


if __name__ == "__main__":
    main()
