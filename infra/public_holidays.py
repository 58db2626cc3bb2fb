"""Write the table of public holidays anew, from the library `holidays`.

Run it by::

    .venv/bin/python -m infra.public_holidays

It is asked here and not where campaigns run: it is as large as all our own code, and takes a second
to load. A test compares the table with the library, so that raising the library's version in the
lock file says when the table has to be written. The years are said here: raise them in time.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import holidays

if TYPE_CHECKING:
    from datetime import date

FIRST, LAST = 2026, 2032
TABLE = Path(__file__).parents[1] / "loyalty" / "campaigns" / "holiday_table.py"
_HEAD = '''"""Public holidays of countries, by country (ISO 3166).

A line for each year, with month and day of each holiday. ``python -m infra.public_holidays`` writes
this file: change nothing here.
"""

from typing import Final

TABLE: Final = {
'''


def countries() -> list[str]:
    """Return the countries that the library knows."""
    return sorted(holidays.list_supported_countries(include_aliases=False))


def days_of(country: str) -> list[date]:
    """Return a country's public holidays in all years of the table."""
    return sorted(holidays.country_holidays(country, years=range(FIRST, LAST + 1)))


def written(country: str) -> str:
    """Return what the table says of a country: days that the whole country has off."""
    years: defaultdict[int, list[str]] = defaultdict(list)
    for day in days_of(country):
        if FIRST <= day.year <= LAST:
            years[day.year].append(f"{day:%m%d}")
    return "\n".join(f"{year} {' '.join(days)}" for year, days in sorted(years.items()))


def table() -> str:
    """Return the whole module."""
    lines = [f'    "{one}": """\n{written(one)}\n""",\n' for one in countries()]
    return f"{_HEAD}{''.join(lines)}}}\n"


def main() -> None:
    """Write it."""
    TABLE.write_text(table(), encoding="utf-8")


if __name__ == "__main__":
    main()
