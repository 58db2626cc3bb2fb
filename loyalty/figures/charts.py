"""Figures as they are told: whole numbers with a unit, and the period before beside each. Pure.

Shares are in basis points, money in minor units, visits a month in hundredths; halves are rounded
up. What rests on too few is no number (``loyalty.figures.figure``).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING, Any

from loyalty.figures import coming, groups
from loyalty.figures.coming import month_of
from loyalty.figures.figure import Figure, count
from loyalty.figures.liability import rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from loyalty.figures.shop import Pocketed, Shop
    from loyalty.store.happenings import InWallet

MONTH, QUARTER, YEAR = 30, 90, 365
_MONTHS_OF_A_QUARTER = 3
_NORMAL = 1.96

UNITS: Mapping[str, tuple[str, int]] = {
    "members": ("members", 1),
    "joined": ("members", 1),
    "active": ("members", 1),
    "new": ("members", 1),
    "returning": ("members", 1),
    "repeat_rate": ("basis_points", 10_000),
    "second_visit": ("basis_points", 10_000),
    "cohort": ("basis_points", 10_000),
    "frequency": ("hundredths", 100),
    "histogram": ("members", 1),
    "lifetime_value": ("minor_units", 1),
    "visits": ("visits", 1),
    "sales": ("sales", 1),
    "net": ("minor_units", 1),
    "penetration": ("basis_points", 10_000),
    "penetration_money": ("basis_points", 10_000),
    "average_ticket": ("minor_units", 1),
    "average_ticket_others": ("minor_units", 1),
    "lapsed": ("members", 1),
    "slipping": ("members", 1),
    "gone": ("members", 1),
    "expected": ("visits", 1),
    "put_into_apple": ("cards", 1),
    "put_into_google": ("cards", 1),
    "taken_from_apple": ("cards", 1),
    "taken_from_google": ("cards", 1),
    "staff_share": ("basis_points", 10_000),
    "nps": ("points", 1),
}
"""Each figure's unit, and how many of it are one."""

GOALS = frozenset(UNITS) - {"cohort", "histogram", "nps", "staff_share"}
"""Figures that may be a goal."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as it is told.

    ``days``: of its window; 0 where it has none. ``missing``: ``too_few``, ``not_over``, or
    ``never_asked``, in place of a value. ``previous``: the same of the window before.
    """

    name: str
    days: int
    unit: str
    value: int | None
    n: int
    missing: str | None
    previous: int | None = None


def summary(shop: Shop, *, whole: bool) -> list[Shown]:
    """Return the figures of a shop, or of a part of it.

    ``whole``: sales of nobody are among its sales, so that members can be held against them.
    """
    visits, end = shop.visits, shop.end

    def windowed(name: str, days: int, of: Callable[..., Figure]) -> Shown:
        return _shown(name, days, lambda until: of(visits, days, until), end)

    def since(name: str, days: int, of: Callable[..., Figure]) -> Shown:
        return _shown(name, days, lambda until: of(visits, until - days, until), end)

    found = [
        _shown("members", 0, lambda until: _members(shop, until), end, MONTH),
        _shown("joined", MONTH, lambda until: _joined(shop, until), end),
        *(windowed("active", days, coming.active) for days in coming.WINDOWS),
        since("new", MONTH, coming.new),
        since("returning", MONTH, coming.returning),
        *(windowed("repeat_rate", days, coming.repeat_rate) for days in (QUARTER, YEAR)),
        *(windowed("second_visit", days, coming.second_visit) for days in coming.SECOND_VISIT),
        *(windowed("lapsed", days, coming.lapsed) for days in coming.LAPSED),
        _shown(
            "frequency",
            QUARTER,
            lambda until: coming.frequency(visits, until - QUARTER, _MONTHS_OF_A_QUARTER, until),
            end,
        ),
        since("lifetime_value", YEAR, coming.lifetime_value),
        *(_shown(name, MONTH, _in_wallets(shop, name), end) for name in POCKETED),
        _shown("visits", MONTH, lambda until: _visits(shop, until), end),
        _shown("sales", MONTH, lambda until: _sales(shop, until), end),
        _shown("net", MONTH, lambda until: _net(shop, until), end),
    ]
    if whole:
        found += _beside_others(shop)
    return found + _expected(shop)


def _beside_others(shop: Shop) -> list[Shown]:
    def share(name: str) -> Callable[[int], Figure]:
        return lambda end: coming.penetration(shop.sales, end - MONTH, end)[name]

    def ticket(name: str) -> Callable[[int], Figure]:
        return lambda end: coming.average_ticket(shop.sales, end - MONTH, end)[name]

    return [
        _shown("penetration", MONTH, share("count"), shop.end),
        _shown("penetration_money", MONTH, share("money"), shop.end),
        _shown("average_ticket", MONTH, ticket("members"), shop.end),
        _shown("average_ticket_others", MONTH, ticket("others"), shop.end),
        Shown("nps", QUARTER, UNITS["nps"][0], None, 0, "never_asked"),
    ]


def _expected(shop: Shop) -> list[Shown]:
    """Return who is late, and how many visits the next week brings; nothing of parts by place."""
    found = shop.standings.values()
    n = len(found)
    if not n:
        return []
    slipping = sum(one.slipping and not one.gone for one in found)
    gone = sum(one.gone for one in found)
    week = rounded(Fraction(sum(one.week for one in found)))
    return [
        Shown("slipping", 0, "members", slipping, n, None),
        Shown("gone", 0, "members", gone, n, None),
        Shown("expected", 7, "visits", week, n, None),
    ]


def expected_band(shop: Shop) -> tuple[int, int]:
    """Return between how many members come in the next week, in 19 of 20 weeks."""
    found = [one.week for one in shop.standings.values()]
    middle, spread = sum(found), _NORMAL * sqrt(sum(one * (1 - one) for one in found))
    return max(0, rounded(Fraction(middle - spread))), rounded(Fraction(middle + spread))


def _shown(name: str, days: int, of: Callable[[int], Figure], end: int, before: int = 0) -> Shown:
    now, then = of(end), of(end - (before or days))
    unit, scale = UNITS[name]
    return Shown(
        name,
        days,
        unit,
        None if now.value is None else rounded(now.value * scale),
        now.n,
        now.missing,
        None if then.value is None else rounded(then.value * scale),
    )


def _members(shop: Shop, end: int) -> Figure:
    return count("members", sum(one.joined < end for one in shop.people.values()), end)


def _joined(shop: Shop, end: int) -> Figure:
    first = end - MONTH
    number = sum(first <= one.joined < end for one in shop.people.values())
    return count("joined", number, end)


def _visits(shop: Shop, end: int) -> Figure:
    return count("visits", sum(end - MONTH <= one.day < end for one in shop.visits), end)


def _sales(shop: Shop, end: int) -> Figure:
    return count("sales", sum(end - MONTH <= one.day < end for one in shop.sales), end)


def _net(shop: Shop, end: int) -> Figure:
    inside = [one.net for one in shop.sales if end - MONTH <= one.day < end]
    return Figure("net", Fraction(sum(inside)), len(inside), end)


def _in_wallets(shop: Shop, name: str) -> Callable[[int], Figure]:
    def of(end: int) -> Figure:
        days = (one.day for one in shop.pocketed if pocketed(one) == name)
        return count(name, sum(end - MONTH <= day < end for day in days), end)

    return of


def pocketed(one: Pocketed | InWallet) -> str:
    """Return under which of ``POCKETED`` it is counted."""
    return f"taken_from_{one.wallet}" if one.taken else f"put_into_{one.wallet}"


# Tables


def cohorts(shop: Shop) -> list[dict[str, Any]]:
    """Return by month of the first visit its size and, month by month, the share who came."""
    _, scale = UNITS["cohort"]
    return [
        {
            "month": month_name(cohort),
            "size": row[0].n,
            "shares": [None if one.value is None else rounded(one.value * scale) for one in row],
            "missing": [one.missing for one in row],
        }
        for cohort, row in coming.cohorts(shop.visits, shop.end).items()
    ]


def often(shop: Shop) -> list[dict[str, Any]]:
    """Return how many members came so often in a year."""
    found = coming.histogram(shop.visits, shop.end - YEAR, shop.end)
    return [
        {"from": low, "to": high, "members": int(one.value or 0)}
        for (low, high), one in zip(coming.CLASSES, found, strict=True)
    ]


def group_sizes(shop: Shop, rhythms: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return the eleven groups with the one of five that an owner sees, and their members."""
    found = groups.standings(shop.visits, shop.people, shop.end, rhythms)
    sizes = Counter(one.group for one in found.values())
    return [
        {"group": name, "shown": seen, "members": sizes[name]}
        for name, seen in groups.SHOWN.items()
    ]


POCKETED = ("put_into_apple", "taken_from_apple", "put_into_google", "taken_from_google")
"""What is counted of cards in wallets."""

COUNTERS = ("sales", "member_sales", "net", "member_net", "visits", "new", "joined", *POCKETED)
"""What is counted of a day; what comes to be counted later is added at the end."""

Days = dict[int, list[int]]
"""By day (``date.toordinal``): the numbers of ``COUNTERS``."""


def days(shop: Shop, first_visits: Mapping[str, int]) -> Days:
    """Return what happened on each day on which anything did.

    ``first_visits``: the day of each member's first visit ever, anywhere.
    """
    found: defaultdict[int, list[int]] = defaultdict(lambda: [0] * len(COUNTERS))
    for sale in shop.sales:
        row = found[sale.day]
        row[0] += 1
        row[2] += sale.net
        if sale.member is not None:
            row[1] += 1
            row[3] += sale.net
    newly: set[str] = set()
    for visit in shop.visits:
        row = found[visit.day]
        row[4] += 1
        if first_visits.get(visit.member) == visit.day and visit.member not in newly:
            newly.add(visit.member)
            row[5] += 1
    for one in shop.people.values():
        if one.joined < shop.end:
            found[one.joined][6] += 1
    for card in shop.pocketed:
        found[card.day][COUNTERS.index(pocketed(card))] += 1
    return dict(found)


def first_visits(shop: Shop) -> dict[str, int]:
    """Return the day of each member's first visit."""
    found: dict[str, int] = {}
    for visit in shop.visits:
        found.setdefault(visit.member, visit.day)
    return found


def by_month(found: Days) -> dict[int, Days]:
    """Return days by the number of their month (since year 0)."""
    months: defaultdict[int, Days] = defaultdict(dict)
    for day, row in sorted(found.items()):
        months[month_of(day)][day] = row
    return dict(months)


def joining(shop: Shop) -> list[dict[str, Any]]:
    """Return where members joined and by which link, ever and in the last thirty days."""
    ever = Counter((one.home, one.source) for one in shop.people.values())
    lately = Counter(
        (one.home, one.source)
        for one in shop.people.values()
        if shop.end - MONTH <= one.joined < shop.end
    )
    return [
        {
            "location": where[0],
            "source": where[1],
            "members": ever[where],
            "last_30_days": lately[where],
        }
        for where in sorted(ever)
    ]


def told(found: Iterable[Shown]) -> list[dict[str, Any]]:
    """Return figures as plain data."""
    return [asdict(one) for one in found]


def month_name(number: int) -> str:
    """Return a month (since year 0) as ``2026-05``."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def day_name(day: int) -> str:
    """Return a day as ``2026-05-04``."""
    return date.fromordinal(day).isoformat()


def counted(kept: Sequence[Any]) -> list[int]:
    """Return the numbers of a day as it is kept; what was not counted yet then was nothing."""
    numbers = list(kept[:-1])
    return [*numbers, *[0] * (len(COUNTERS) - len(numbers))]


def changed(before: Mapping[str, Sequence[Any]], after: Days, end: int) -> dict[str, list[Any]]:
    """Return a month's days as they are kept: the counters, and the day on which they last changed.

    ``before``: as they were kept. A day that was told and says something else now has changed
    today; one that is told for the first time has not.
    """
    found: dict[str, list[Any]] = {}
    before = {name: [*counted(known), known[-1]] for name, known in before.items()}
    for day, row in after.items():
        name = day_name(day)
        known = before.get(name)
        last = "" if known is None else str(known[-1])
        if known is not None and list(known[:-1]) != row:
            last = day_name(end)
        found[name] = [*row, last]
    for name, known in before.items():
        if name not in found:
            gone = [0] * len(COUNTERS)
            found[name] = [*gone, known[-1] if not any(known[:-1]) else day_name(end)]
    return dict(sorted(found.items()))
