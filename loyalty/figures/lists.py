"""Members by their last visit, or in the order in which they are due or slip away: as of a night.

An order by days that pass changes with every midnight, so it is worked out with the figures and
kept in pages; nothing is written for it when somebody buys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from loyalty.refusals import Refusal
from loyalty.store import figure_charts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.store.tables import Tables

Order = Literal["last_visit", "due", "slipping"]

LISTED: Final = 500
"""Members in one page of a list as it is kept."""


@dataclass(frozen=True, slots=True)
class Expected:
    """How a member is expected. Days are written as ``2026-05-04``.

    Attributes
    ----------
    last
        Of the last visit.
    due, early, late
        The day by which half of those like this member have come, and between which four in five.
    week
        The probability of a visit within seven days, in basis points.
    slipping, gone
        Later than nine in ten of those who come back; hardly ever to come back.
    nudge
        The day to write; empty where it has passed, or where the member comes without.
    """

    member: str
    last: str
    due: str
    early: str
    late: str
    week: int
    slipping: bool
    gone: bool
    nudge: str


@dataclass(frozen=True, slots=True)
class Page:
    """Members in order as of a day (``date.toordinal``); ``next`` is None at the end."""

    as_of: int
    members: tuple[Expected, ...]
    next: int | None


def paged(order: str, members: Iterable[Expected]) -> dict[str, Any]:
    """Return a list as it is kept: by chart, rows; one at least."""
    rows = [
        [one.member, one.last, one.due, one.early, one.late, one.week, int(one.slipping),
         int(one.gone), one.nudge]
        for one in members
    ]  # fmt: skip
    pages = range(0, max(1, len(rows)), LISTED)
    return {f"list#{order}#{at // LISTED}": rows[at : at + LISTED] for at in pages}


def page(tables: Tables, program: str, order: Order, position: int, limit: int) -> Page:
    """Return the next members of a list; one read of one or two items.

    Raises
    ------
    Refusal
        ``figures_missing``: no list was worked out yet.
    """
    number = position // LISTED
    names = [f"list#{order}#{one}" for one in (number, number + 1)]
    found = figure_charts.read_many(tables, program, names)
    if names[0] not in found:
        if position:
            return Page(0, (), None)
        detail = "Figures were not worked out yet: that happens every night."
        raise Refusal("conflict", "figures_missing", detail)
    first = found[names[0]]
    rows = [*first.data[position % LISTED :], *_more(found, names[1])]
    following = position + limit if len(rows) > limit else None
    return Page(first.as_of, tuple(_expected(row) for row in rows[:limit]), following)


def _more(found: Mapping[str, figure_charts.Chart], name: str) -> list[Any]:
    chart = found.get(name)
    rows: list[Any] = chart.data if chart else []
    return rows


def _expected(row: list[Any]) -> Expected:
    member, last, due, early, late, week, slipping, gone, nudge = row
    return Expected(member, last, due, early, late, week, bool(slipping), bool(gone), nudge)
