"""The numbers of the first screen: how today and this week go, what members are owed. Pure.

Which ten these are: figures.md, section 6, as told in docs/figures.md. Things that need somebody
and the number of campaigns stand beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WEEKS = 4
DAYS_BACK = 7 * (_WEEKS + 1)
"""How many days before today are read: the present week, and four before it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Visits beside what is usual: the mean of the same days of the four weeks before.

    ``today`` goes on, and is held against whole days; ``week`` began on Monday, today included.
    None where no week before is known whole.
    """

    today: int
    usual_today: int | None
    week: int
    usual_week: int | None


def first_day(today: str) -> str:
    """Return the first day that is read for a day's pace."""
    return (date.fromisoformat(today) - timedelta(DAYS_BACK)).isoformat()


def pace(today: Mapping[str, Any], days: Iterable[Mapping[str, Any]]) -> Pace:
    """Return how visits go, of ``/v1/figures/today`` and of days of ``/v1/figures/days``."""
    now = date.fromisoformat(today["day"])
    by_day = {date.fromisoformat(row["day"]): row["visits"] for row in days}
    so_far = sum(row["visits"] for row in today["locations"])
    monday = now - timedelta(now.weekday())
    earlier = [monday + timedelta(at) for at in range(now.weekday())]
    oldest = min(by_day, default=now)
    known = [weeks for weeks in range(1, _WEEKS + 1) if oldest <= monday - timedelta(7 * weeks)]

    def usual(some: list[date]) -> int | None:
        if not known:
            return None
        found = [by_day.get(day - timedelta(7 * weeks), 0) for day in some for weeks in known]
        return int(Fraction(sum(found), len(known)) + Fraction(1, 2))

    return Pace(
        so_far,
        usual([now]),
        so_far + sum(by_day.get(day, 0) for day in earlier),
        usual([*earlier, now]),
    )


def told(figures: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return figures for the first screen: what wallets did only where they did something."""
    return [
        one
        for one in figures
        if not one["name"].startswith(("put_into_", "taken_from_"))
        or one["value"]
        or one["previous"]
    ]


@dataclass(frozen=True, slots=True)
class Proven:
    """How many campaigns run now, and of those that have run: proven, not proven, not over yet."""

    running: int
    proven: int
    not_proven: int


def proven(campaigns: Iterable[Mapping[str, Any]]) -> Proven | None:
    """Return that of ``/v1/campaigns/verdicts``; None where none has ever run.

    What kept people away is proven, too, and counts as not: it did not bring anybody.
    """
    ran = list(campaigns)
    if not ran:
        return None
    said = [one["verdict"] for one in ran]
    return Proven(
        running=sum(one["state"] == "running" for one in ran),
        proven=said.count("proven_more"),
        not_proven=sum(one in {"not_proven", "proven_less", "uneven"} for one in said),
    )


def owed(told: Mapping[str, Any] | None) -> int | None:
    """Return what members are owed in money, of ``/v1/figures/owing``; None where none is."""
    money = [one["money"] for one in told["pots"] if one["money"] is not None] if told else []
    return sum(money) if money else None
