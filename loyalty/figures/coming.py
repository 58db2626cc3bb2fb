"""Figures of who comes, how often, and again. Pure.

Days are ordinals of the Gregorian calendar; spans are half open, ``[first, end)``. ``visits`` are
all visits of a program before ``end``, and later ones change nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING

from loyalty.core.calendar import MONTHS_IN_A_YEAR
from loyalty.figures.figure import Figure, cell, count, ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.figures.records import Record, Visit

WINDOWS = (30, 90, 365)
SECOND_VISIT = (30, 60, 90)
LAPSED = (60, 90)
CLASSES = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 10), (11, None))
"""Numbers of visits that are told together, first and last; None: and more."""


def _by_member(visits: Iterable[Visit], first: int, end: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for visit in visits:
        if first <= visit.day < end:
            found[visit.member].append(visit.day)
    return {member: sorted(days) for member, days in found.items()}


def active(visits: Iterable[Visit], days: int, end: int) -> Figure:
    """Return how many members came in the last so many days before ``end``."""
    return count("active", len(_by_member(visits, end - days, end)), end)


def lapsed(visits: Iterable[Visit], days: int, end: int) -> Figure:
    """Return how many members have come once or more, and not in the last so many days.

    The plain rule, beside the one that knows each member's rhythm (``slipping``, ``gone``).
    """
    came = _by_member(visits, 0, end)
    return count("lapsed", sum(one[-1] < end - days for one in came.values()), end)


def new(visits: Iterable[Visit], first: int, end: int) -> Figure:
    """Return how many members came for the first time ever."""
    came = _by_member(visits, 0, end)
    return count("new", sum(days[0] >= first for days in came.values()), end)


def returning(visits: Iterable[Visit], first: int, end: int) -> Figure:
    """Return how many members came in the span, and not for the only time until its end.

    People are counted, not visits; who came for the first time and once more is new and returning.
    """
    came = _by_member(visits, 0, end)
    again = sum(len(days) > 1 and days[-1] >= first for days in came.values())
    return count("returning", again, end)


def repeat_rate(visits: Iterable[Visit], days: int, end: int) -> Figure:
    """Return the share of those who came in the window who came at least twice in it."""
    came = _by_member(visits, end - days, end)
    return ratio("repeat_rate", sum(len(one) > 1 for one in came.values()), len(came), end)


def second_visit(visits: Iterable[Visit], days: int, end: int) -> Figure:
    """Return the share of members who came a second time within so many days.

    Of those only whose first visit was so many days ago; younger ones could not have come yet.
    """
    came = _by_member(visits, 0, end)
    today = end - 1
    old = [one for one in came.values() if today - one[0] >= days]
    again = sum(len(one) > 1 and one[1] - one[0] <= days for one in old)
    return ratio("second_visit", again, len(old), end)


def month_of(day: int) -> int:
    """Return the number of a day's month, counted since year 0."""
    found = date.fromordinal(day)
    return found.year * MONTHS_IN_A_YEAR + found.month - 1


def cohorts(visits: Iterable[Visit], end: int, months: int = 12) -> dict[int, list[Figure]]:
    """Return by month of the first visit: which share of these members came so many months later.

    So many months back from the month of ``end``, the newest last. A month that is not over has no
    figure; who came in a month is asked for that month alone, not for it or any later one.
    """
    came = _by_member(visits, 0, end)
    now = month_of(end)
    sizes: Counter[int] = Counter()
    active_in: Counter[tuple[int, int]] = Counter()
    for days in came.values():
        cohort = month_of(days[0])
        sizes[cohort] += 1
        active_in.update((cohort, month) for month in {month_of(day) for day in days})
    return {
        cohort: [
            cell("cohort", active_in[cohort, month], sizes[cohort], end)
            if month < now
            else Figure("cohort", None, sizes[cohort], end, "not_over")
            for month in range(cohort, now + 1)
        ]
        for cohort in range(now - months + 1, now + 1)
        if sizes[cohort]
    }


def frequency(visits: Iterable[Visit], first: int, months: int, end: int) -> Figure:
    """Return visits per active member and month, of so many months from ``first`` to ``end``."""
    came = _by_member(visits, first, end)
    number = sum(map(len, came.values()))
    return ratio("frequency", number, len(came) * months, end, n=len(came))


def histogram(visits: Iterable[Visit], first: int, end: int) -> list[Figure]:
    """Return how many members came once, twice … in the span, by ``CLASSES``."""
    numbers = [len(days) for days in _by_member(visits, first, end).values()]
    return [
        count(
            "histogram", sum(low <= one and (high is None or one <= high) for one in numbers), end
        )
        for low, high in CLASSES
    ]


def penetration(sales: Iterable[Record], first: int, end: int) -> Mapping[str, Figure]:
    """Return members' part of all sales: of their number and of their money."""
    inside = [one for one in sales if one.sold and first <= one.day < end]
    members = [one for one in inside if one.member is not None]
    money = sum(one.net for one in members), sum(one.net for one in inside)
    n = len(inside)
    return {
        "count": ratio("penetration", len(members), n, end),
        "money": ratio("penetration_money", *money, end, n=n),
    }


def average_ticket(sales: Iterable[Record], first: int, end: int) -> Mapping[str, Figure]:
    """Return net money per sale, of members and of others.

    A comparison and no effect: members were better customers before they joined.
    """
    inside = [one for one in sales if one.sold and first <= one.day < end]
    groups = {
        "members": [one.net for one in inside if one.member is not None],
        "others": [one.net for one in inside if one.member is None],
    }
    return {
        name: ratio("average_ticket", sum(nets), len(nets), end) for name, nets in groups.items()
    }


def lifetime_value(visits: Iterable[Visit], first: int, end: int) -> Figure:
    """Return net money per member who came in the span. It says nothing of years to come."""
    inside = [visit for visit in visits if first <= visit.day < end]
    members = len({visit.member for visit in inside})
    return ratio("lifetime_value", sum(visit.net for visit in inside), members, end)
