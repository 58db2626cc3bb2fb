"""Days of a recurring plan, by iCalendar rules (RFC 5545, section 3.3.10). Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from dateutil.rrule import rrulestr

LONGEST_RULE = 200
_FREQUENT = ("HOURLY", "MINUTELY", "SECONDLY")


def rule_fault(rule: str, first: str) -> str:
    """Return why a rule cannot be used; empty where it can."""
    try:
        date.fromisoformat(first)
    except ValueError:
        return "Give the first day it counts from: 2026-12-01."
    if len(rule) > LONGEST_RULE or "\n" in rule or ":" in rule:
        return f"Give one rule of at most {LONGEST_RULE} characters, without DTSTART."
    if any(one in rule.upper() for one in _FREQUENT):
        return "A plan names days: DAILY, WEEKLY, MONTHLY or YEARLY."
    try:
        _rule(rule, first)
    except (ValueError, KeyError, TypeError, AttributeError):
        return "This is no rule by RFC 5545, such as FREQ=WEEKLY;BYDAY=MO."
    return ""


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
