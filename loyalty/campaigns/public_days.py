"""Which days a whole country has off, and on which of them several in a row begin. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from loyalty.campaigns.holiday_table import TABLE

_DAY = timedelta(days=1)


def known(country: str) -> bool:
    """Tell whether anything is known of a country."""
    return country in TABLE


@lru_cache(maxsize=16)
def days_of(country: str) -> frozenset[date]:
    """Return the public holidays of a country; none of one that is not known."""
    lines = TABLE.get(country, "").split("\n")
    return frozenset(
        date(int(year), int(day[:2]), int(day[2:]))
        for year, *days in map(str.split, filter(None, lines))
        for day in days
    )


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
