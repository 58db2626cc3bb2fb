"""Days of a recurring plan, by iCalendar rules (RFC 5545, section 3.3.10). Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from dateutil.rrule import rrulestr

from loyalty.core.instants import read_local

LONGEST_RULE = 200
_FREQUENT = ("HOUR", "MINUTE", "SECOND")
_NO_INTERVAL = re.compile(r"INTERVAL=(?![1-9][0-9]*(;|$))")
_ALIKE = range(9944, 9972)
"""In 28 years each kind of year begins once on each day of the week; as many more are behind."""


def rule_fault(rule: str, first: str) -> str:
    """Return why a rule cannot be used; empty where it can."""
    if read_local(first) is None:
        return "Give the first day it counts from: 2026-12-01."
    if len(rule) > LONGEST_RULE or "\n" in rule or ":" in rule:
        return f"Give one rule of at most {LONGEST_RULE} characters, without DTSTART."
    if any(one in rule.upper() for one in _FREQUENT):
        return "A plan names days: DAILY, WEEKLY, MONTHLY or YEARLY."
    if _NO_INTERVAL.search(rule.upper()):
        return "An interval is a whole number from 1 on."
    try:
        _rule(rule, first)
        comes = _comes(rule, date.fromisoformat(first))
    except (ValueError, KeyError, TypeError, AttributeError):
        return "This is no rule by RFC 5545, such as FREQ=WEEKLY;BYDAY=MO."
    return "" if comes else "There is no such day, not once in a generation."


def _comes(rule: str, begins: date) -> bool:
    """Tell whether a rule has a day at all.

    Whoever looks for one that has none goes on to the last year that there is: so it is looked for
    in the last years, whose days are those of ours.
    """
    parts = [one for one in rule.split(";") if not one.upper().startswith(("UNTIL=", "COUNT="))]
    weekday = date(begins.year, 1, 1).weekday()
    year = next(
        one for one in _ALIKE
        if (one - begins.year) % 4 == 0 and date(one, 1, 1).weekday() == weekday
    )  # fmt: skip
    # A month's last days are not in every month, and in some year they are.
    first = datetime(year, begins.month, min(begins.day, 28))  # noqa: DTZ001 - a day, no instant
    return next(iter(rrulestr(";".join(parts), dtstart=first)), None) is not None


@lru_cache(maxsize=256)
def days_between(rule: str, first: str, begins: date, ends: date) -> tuple[date, ...]:
    """Return the days of a plan from one day to another, both included.

    A walk asks for the same few days for each of its members.
    """
    earliest = datetime(begins.year, begins.month, begins.day)  # noqa: DTZ001 - days, no instants
    latest = datetime(ends.year, ends.month, ends.day) + timedelta(hours=23)  # noqa: DTZ001
    return tuple(one.date() for one in _rule(rule, first).between(earliest, latest, inc=True))


@lru_cache(maxsize=64)
def _rule(rule: str, first: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    begins = date.fromisoformat(first)
    return rrulestr(rule, dtstart=datetime(begins.year, begins.month, begins.day))  # noqa: DTZ001
