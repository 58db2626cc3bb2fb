"""The numbers of the first screen: how today and this week go, what members are owed. Pure.

Which ten these are: figures.md, section 6, as told in docs/figures.md. Things that need somebody
and the number of campaigns stand beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Pace:
    """Visits so far, beside what is usual by the same time; None where no week before is known.

    ``week`` began on Monday, today included.
    """

    today: int
    usual_today: int | None
    week: int
    usual_week: int | None


def monday(today: str) -> str:
    """Return the first day of a day's week."""
    day = date.fromisoformat(today)
    return (day - timedelta(day.weekday())).isoformat()


def pace(today: Mapping[str, Any], days: Iterable[Mapping[str, Any]]) -> Pace:
    """Return how visits go, of ``/v1/figures/today`` and the week's ``/v1/figures/days``."""
    so_far = sum(row["visits"] for row in today["locations"])
    now = today["day"]
    earlier = sum(row["visits"] for row in days if monday(now) <= row["day"] < now)
    return Pace(so_far, today["usual_today"], so_far + earlier, today["usual_week"])


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
