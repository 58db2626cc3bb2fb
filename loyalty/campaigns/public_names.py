"""How public holidays are called. Pure; apart from when they are, which is asked more often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyalty.campaigns.holiday_names import NAMES
from loyalty.campaigns.public_days import days_of
from loyalty.languages import LANGUAGES

if TYPE_CHECKING:
    from datetime import date

_EVERY_YEAR: Final = 4  # digits


def names_between(country: str, first: date, last: date) -> dict[date, dict[str, str]]:
    """Return how the public holidays between two days are called, by language, in their order."""
    called: dict[str, dict[str, str]] = {}
    for line in filter(None, NAMES.get(country, "").split("\n")):
        *names, days = line.split("|")
        by_language = {one: name for one, name in zip(LANGUAGES, names, strict=True) if name}
        for digits in days.split():
            called[digits] = by_language
    found: dict[date, dict[str, str]] = {}
    for day in sorted(one for one in days_of(country) if first <= one <= last):
        known = called.get(f"{day:%y%m%d}") or called.get(f"{day:%m%d}")
        if known:
            found[day] = known
    return found
