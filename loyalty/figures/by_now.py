"""How many visits are usual by this moment of a day: equal parts of days beside each other. Pure.

A night counts, for each weekday, how many visits had been heard of by the end of each hour on the
four such days before; a day that goes on is held against as much of them as has passed of it.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from loyalty.store.figure_lines import SaleLine

_WEEKS, _DAYS, _HOURS, _HOUR = 4, 7, 24, 60


def counted(sales: Iterable[SaleLine], zone: str, end: int) -> list[dict[str, Any]]:
    """Return for each weekday, Monday first, how many of its days are known and visits by hours.

    ``hours``: on all of those days together, up to the end of each hour. ``end``: the day after the
    last one that is over. A sale that was heard of on another day than its own counts at the end.
    """
    there, found = ZoneInfo(zone), list(sales)
    oldest = min((one.day for one in found if one.sold), default=end)
    came: dict[tuple[str, str, int], int] = {}
    for one in found:
        if not one.sold or one.member is None or not end - _WEEKS * _DAYS <= one.day < end:
            continue
        heard = one.first.astimezone(there)
        hour = heard.hour if heard.toordinal() == one.day else _HOURS - 1
        visit = (one.member, one.place, one.day)
        came[visit] = min(came.get(visit, hour), hour)
    weekdays: list[dict[str, Any]] = [{"days": 0, "hours": [0] * _HOURS} for _ in range(_DAYS)]
    for day in range(max(oldest, end - _WEEKS * _DAYS), end):
        weekdays[date.fromordinal(day).weekday()]["days"] += 1
    for (_, _, day), first in came.items():
        hours = weekdays[date.fromordinal(day).weekday()]["hours"]
        for hour in range(first, _HOURS):
            hours[hour] += 1
    return weekdays


def usual(weekdays: Sequence[Mapping[str, Any]], now: datetime) -> int | None:
    """Return how many visits are usual by a local moment; None where no such day is known.

    Of the hour that goes on as much counts as has passed of it.
    """
    known = weekdays[now.weekday()]
    hours = [0, *known["hours"]]
    before, after = hours[now.hour], hours[now.hour + 1]
    return _rounded(known, before + Fraction((after - before) * now.minute, _HOUR))


def usual_of_the_week(weekdays: Sequence[Mapping[str, Any]], now: datetime) -> int | None:
    """Return how many are usual from Monday to a local moment; None where a day is not known."""
    whole = [_rounded(one, one["hours"][-1]) for one in weekdays[: now.weekday()]]
    told = [*whole, usual(weekdays, now)]
    return None if None in told else sum(one for one in told if one is not None)


def _rounded(known: Mapping[str, Any], visits: Fraction | int) -> int | None:
    if not known["days"]:
        return None
    return int(Fraction(visits) / known["days"] + Fraction(1, 2))
