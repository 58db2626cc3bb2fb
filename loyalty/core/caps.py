"""Caps of periods: what orders are worth is summed up, and of the sum at most the cap is credited.

Sums do not mind the order in which things arrive, and room comes back when an order is paid back.
Several caps on one pot form a chain from the shortest period to the longest: what a shorter one
credits is the sum of the longer one that its first day lies in.

A period is remembered as long as an order may still be reported into it, and after that while its
sum is above the cap. A period that is forgotten counts as full: what is paid back is taken back,
and nothing is credited that was not before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from loyalty.core.calendar import local

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account, Cause
    from loyalty.core.draft import Draft
    from loyalty.program.rules import Cap, Program

REMEMBERED = timedelta(days=80)
"""How long after its end a period takes new orders: as old as they may be dated, and parked."""

MOST_REMEMBERED = 24
"""Older periods that are remembered for each cap; beyond, the oldest counts as full."""

_LENGTHS = ("day", "week", "month", "year")
_MONTHS = 12
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Link:
    """One cap in a chain: its period, what was summed up in it, and what is credited of that."""

    cap: Cap
    name: str
    number: int
    added: Fraction
    limit: int
    limit_before: int
    credited: Fraction


def chain(  # noqa: PLR0917
    program: Program,
    account: Account,
    pot: str,
    units: Fraction,
    occurred_at: datetime,
    now: datetime,
) -> tuple[Link, ...]:
    """Return what so many units more (or fewer) change in each cap of a pot, shortest first."""
    links = []
    first = local(occurred_at, program.zone).date()
    today = local(now, program.zone).date()
    for cap in sorted(
        (cap for cap in program.caps if cap.pot == pot and cap.period != "order"),
        key=lambda cap: _LENGTHS.index(cap.period),
    ):
        name, number = f"{pot}:{cap.period}", _number(first, cap.period)
        first, end = _bounds(number, cap.period)
        summed, limit_before = account.capped(name, number)
        old = end + REMEMBERED < today
        limit = limit_before if old else max(limit_before, cap.points)
        credited = min(summed + units, Fraction(limit)) - min(summed, Fraction(limit_before))
        links.append(Link(cap, name, number, units, limit, limit_before, credited))
        units = credited
    return tuple(links)


def count(  # noqa: PLR0917
    draft: Draft, program: Program, cause: Cause, pot: str, units: Fraction, occurred_at: datetime
) -> Fraction:
    """Sum up what an order is worth more (or less); return what of that is credited."""
    credited = units
    for link in chain(program, draft.account, pot, units, occurred_at, draft.now):
        draft.post(cause, "", "raw", link.added, at=link.number, ref=link.name)
        draft.post(cause, "", "cap", link.limit - link.limit_before, at=link.number, ref=link.name)
        _forget(draft, pot, link)
        credited = link.credited
    draft.post(cause, pot, "cut", units - credited)
    return credited


def _forget(draft: Draft, pot: str, link: Link) -> None:
    """Let go of periods that nothing is reported into any more."""
    today = local(draft.now, draft.program.zone).date()
    old = [
        (number, summed, limit)
        for number, (summed, limit) in sorted(draft.account.caps.get(link.name, {}).items())
        if number != link.number and _bounds(number, link.cap.period)[1] + REMEMBERED < today
    ]
    full = [one for one in old if not one[2] or one[1] > one[2]]
    for number, summed, limit in old:
        if (number, summed, limit) in full[-MOST_REMEMBERED:]:
            continue
        draft.post("settle", "", "raw", -summed, at=number, ref=link.name)
        draft.post("settle", "", "cap", -limit, at=number, ref=link.name)
        draft.post("settle", pot, "cut", min(summed, Fraction(limit)) - summed)


def _number(day: date, length: str) -> int:
    if length == "day":
        return day.toordinal()
    if length == "week":
        return (day.toordinal() - 1) // _WEEK
    return day.year if length == "year" else day.year * _MONTHS + day.month - 1


def _bounds(number: int, length: str) -> tuple[date, date]:
    """Return the first and the last day of a period."""
    if length == "day":
        return date.fromordinal(number), date.fromordinal(number)
    if length == "week":
        first = date.fromordinal(number * _WEEK + 1)
        return first, first + timedelta(days=_WEEK - 1)
    if length == "year":
        return date(number, 1, 1), date(number, 12, 31)
    following = number + 1
    after = date(following // _MONTHS, following % _MONTHS + 1, 1)
    return date(number // _MONTHS, number % _MONTHS + 1, 1), after - timedelta(days=1)
