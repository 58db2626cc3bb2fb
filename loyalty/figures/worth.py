"""Figures of points: what was given and used by day, by whom, and what is owed as money. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loyalty.figures.charts import MONTH, day_name, month_name
from loyalty.figures.coming import month_of
from loyalty.figures.liability import expectation, owed, rounded, value_of_point
from loyalty.figures.looks import Looks, Shift
from loyalty.figures.points import GIVEN, USED, by_staff
from loyalty.figures.usage import Change, usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from loyalty.figures.shop import Shop
    from loyalty.program.rules import Program
    from loyalty.store.figure_lines import Moves, SaleLine

COUNTERS = ("given", "used", "expired", "by_staff")
"""What is counted of a pot's points on a day."""

OFTEN = 5
"""Sales of one member on one day above which somebody should look."""

PAIR = Fraction(2, 5)
"""The part of one person's gifts to one member above which somebody should look."""

FEWEST_GIFTS = 5
MOST_SHIFTS = 1_500
"""Rows of some 200 bytes: an item holds 400 KB."""
_MONTHS = 12
_MOST_MONTHS = 36


def by_day(moves: Iterable[Moves], end: int) -> dict[str, dict[int, list[int]]]:
    """Return by pot and day (``date.toordinal``) the numbers of ``COUNTERS``."""
    found: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(
        lambda: defaultdict(lambda: [0] * len(COUNTERS))
    )
    for one in moves:
        for cause, pot, _, amount in one.amounts if one.day < end else ():
            row = found[pot][one.day]
            row[0] += amount if cause in GIVEN else 0
            row[1] -= amount if cause in USED else 0
            row[2] -= amount if cause == "expire" else 0
            row[3] += amount if by_staff(one.actor, cause) else 0
    return {
        pot: {day: row for day, row in sorted(days.items()) if any(row)}
        for pot, days in found.items()
    }


@dataclass(frozen=True, slots=True)
class Owing:
    """What members have of one pot, as points and, where a point pays something, as money.

    Attributes
    ----------
    by_month
        Points by the month in which they end, as ``2026-05``; ``""`` never.
    points, expected_low, expected_high
        All of them, and how many of them are expected to be used.
    money, money_low, money_high
        The same in minor units; None where points of the pot pay for no bill.
    lots
        How many times points were given: the expectation rests on them.
    expired
        Points that ended in the last thirty days.
    """

    pot: str
    by_month: Mapping[str, int]
    points: int
    expected_low: int
    expected_high: int
    money: int | None
    money_low: int | None
    money_high: int | None
    lots: int
    expired: int


def owing(
    program: Program,
    shop: Shop,
    standing: Mapping[str, Mapping[int | None, int]],
    moves: Sequence[Moves],
) -> list[dict[str, Any]]:
    """Return what is owed, pot by pot.

    ``standing``: by pot, members' points by the month in which they end, of those who are there.
    """
    found = []
    days = by_day(moves, shop.end)
    for pot in program.pots:
        points = standing.get(pot.id, {})
        used = usage(_changes(moves, shop, pot.id))
        months = pot.expiry.months if pot.expiry and pot.expiry.months else _MONTHS
        months = min(months, _MOST_MONTHS)
        now = month_of(shop.end)
        expected = expectation(used.granted, used.used, now, months, lots=used.lots)
        money = program.points_as_money
        worth = value_of_point(money) if money and money.pot == pot.id else None
        whole = sum(points.values())
        worths = owed(points, worth, expected) if worth is not None else None
        expired = sum(
            row[2] for day, row in days.get(pot.id, {}).items() if shop.end - MONTH <= day
        )
        one = Owing(
            pot=pot.id,
            by_month={
                "" if month is None else month_name(month): number
                for month, number in sorted(points.items(), key=lambda one: one[0] or 10**6)
                if number
            },
            points=whole,
            expected_low=rounded(whole * expected.low),
            expected_high=rounded(whole * expected.high),
            money=worths.whole if worths else None,
            money_low=worths.low if worths else None,
            money_high=worths.high if worths else None,
            lots=expected.lots,
            expired=expired,
        )
        found.append(asdict(one))
    return found


def _changes(moves: Iterable[Moves], shop: Shop, pot: str) -> list[list[Change]]:
    """Return each member's changes of a pot in their order, of those who are there."""
    by_member: defaultdict[str, list[Moves]] = defaultdict(list)
    for one in moves:
        if one.member in shop.people and one.day < shop.end:
            by_member[one.member].append(one)
    return [
        [
            Change(month_of(one.day), cause, bucket, amount)
            for one in sorted(entries, key=lambda one: one.seq)
            for cause, name, bucket, amount in one.amounts
            if name == pot
        ]
        for entries in by_member.values()
    ]


def staff(
    program: Program,
    shop: Shop,
    moves: Iterable[Moves],
    looked: Mapping[str, Looks] | None = None,
) -> list[dict[str, Any]]:
    """Return what each key or person has given members, in thirty days and in those before.

    ``looked``: how they looked for cards.

    ``look``: one member had more than two fifths of the gifts of whoever gave five or more.
    """
    money = program.points_as_money
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    worth: dict[str, Fraction] = defaultdict(Fraction)
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    for one in moves:
        if not shop.end - 2 * MONTH <= one.day < shop.end:
            continue
        lately = one.day >= shop.end - MONTH
        for cause, pot, _, amount in one.amounts:
            if not by_staff(one.actor, cause):
                continue
            row = rows[one.actor]
            if not lately:
                row["points_before"] += amount
                continue
            row["gifts" if cause == "gift" else "adjustments"] += 1
            row["points"] += amount
            if cause == "gift":
                pairs[one.actor][one.member] += 1
            if money and money.pot == pot:
                worth[one.actor] += amount * value_of_point(money)
    seen = looked or {}
    return [
        {
            "who": who,
            "gifts": row["gifts"],
            "adjustments": row["adjustments"],
            "points": row["points"],
            "points_before": row["points_before"],
            "money": rounded(worth[who]) if money else None,
            "members": len(pairs[who]),
            "look": _to_one(pairs[who]),
            **asdict(seen.get(who, Looks())),
        }
        for who, row in sorted((who, rows[who]) for who in {*rows, *seen})
    ]


def shifts(
    program: Program, shop: Shop, moves: Iterable[Moves], looked: Mapping[Shift, Looks]
) -> list[dict[str, Any]]:
    """Return what each key or person did on each of thirty days (a shift), the last day first.

    The oldest ones of more than ``MOST_SHIFTS`` are left out: a chart is one item.
    """
    money = program.points_as_money
    rows: dict[Shift, Counter[str]] = defaultdict(Counter)
    worth: dict[Shift, Fraction] = defaultdict(Fraction)
    for one in moves:
        if not shop.end - MONTH <= one.day < shop.end:
            continue
        for cause, pot, _, amount in one.amounts:
            if not by_staff(one.actor, cause):
                continue
            shift = one.actor, one.day
            rows[shift]["gifts" if cause == "gift" else "adjustments"] += 1
            rows[shift]["points"] += amount
            if money and money.pot == pot:
                worth[shift] += amount * value_of_point(money)
    known = sorted({*rows, *looked}, key=lambda shift: (-shift[1], shift[0]))
    return [
        {
            "day": day_name(shift[1]),
            "who": shift[0],
            "gifts": rows[shift]["gifts"],
            "adjustments": rows[shift]["adjustments"],
            "points": rows[shift]["points"],
            "money": rounded(worth[shift]) if money else None,
            **asdict(looked.get(shift, Looks())),
        }
        for shift in known[:MOST_SHIFTS]
    ]


def staff_share(shop: Shop, found: Iterable[Mapping[str, Any]]) -> int | None:
    """Return what staff have given as a part of net sales of thirty days, in basis points."""
    net = sum(one.net for one in shop.sales if shop.end - MONTH <= one.day < shop.end)
    money = [one["money"] for one in found if one["money"] is not None]
    return rounded(Fraction(sum(money) * 10_000, net)) if net and money else None


def _to_one(members: Counter[str]) -> bool:
    gifts = sum(members.values())
    return gifts >= FEWEST_GIFTS and max(members.values()) > PAIR * gifts


def oddities(shop: Shop, lines: Iterable[SaleLine]) -> dict[str, Any]:
    """Return what somebody should look at: many sales of one on a day, sales while it was closed.

    Of the last thirty days.
    """
    per_day: Counter[tuple[str, int]] = Counter()
    closed: Counter[str] = Counter()
    for one in lines:
        if not (one.sold and shop.end - MONTH <= one.day < shop.end):
            continue
        if one.member is not None:
            per_day[one.member, one.day] += 1
        closed[one.place] += one.closed
    return {
        "often": [
            {"member_id": member, "day": day_name(day), "sales": number}
            for (member, day), number in sorted(per_day.items(), key=lambda one: -one[1])
            if number > OFTEN
        ][:50],
        "while_closed": {place: number for place, number in sorted(closed.items()) if number},
    }
