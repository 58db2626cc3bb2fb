"""The rules once more, written naively from the specification and sharing no code with it.

Only the words (dataclasses of programs and orders) are taken from the system. Months are
``year * 12 + month - 1``, as there; everything else is worked out here with zoneinfo.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from math import floor
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.support.naive_bill import NOWHERE, Counter, counts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.core.order import Line, Part
    from loyalty.program.rules import EarnRule, Filter, PotRule, Program

FOREVER = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()) + 1
RANKS = ["open", "completed", "refunded", "cancelled"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


# The calendar


def here(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone))


def month_of(instant: datetime, zone: str) -> int:
    local = here(instant, zone)
    return local.year * 12 + local.month - 1


@cache
def begins(day: date, zone: str) -> int:
    """Return the first second of a local day: the first one whose clock shows that date."""
    second = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) - 15 * 3600
    while here(datetime.fromtimestamp(second, UTC), zone).date() < day:
        second += 900
    return second


def month_begins(number: int, zone: str) -> int:
    return begins(date(number // 12, number % 12 + 1, 1), zone)


def period_of(instant: datetime, zone: str, length: str) -> Any:
    local = here(instant, zone)
    return {
        "hour": (local.date().toordinal(), local.hour, local.fold),
        "day": local.date().toordinal(),
        "week": local.date().toordinal() - local.weekday(),
        "month": month_of(instant, zone),
        "year": local.year,
    }[length]


def first_day(day: date, length: str) -> date:
    if length == "week":
        return day - timedelta(days=day.weekday())
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[length]


def last_day(first: date, length: str) -> date:
    later = first + timedelta(days={"day": 1, "week": 7, "month": 32, "year": 367}[length])
    return first_day(later, length) - timedelta(days=1)


def home(rule: PotRule | None, granted: datetime, zone: str) -> tuple[int, int]:
    """Return when value granted then becomes spendable (0: at once), and when it is gone."""
    if rule is None:
        return 0, FOREVER
    active, starts = 0, granted
    if rule.pending_days:
        active = begins(here(granted, zone).date() + timedelta(days=rule.pending_days), zone)
        starts = datetime.fromtimestamp(active, UTC)
    if rule.expiry is None or rule.expiry.inactivity_months:
        return active, FOREVER
    if rule.expiry.months:
        return active, month_begins(month_of(starts, zone) + rule.expiry.months + 1, zone)
    day = here(starts, zone).date()
    while not _named(day, rule.expiry.dates):
        day += timedelta(days=1)
    return active, begins(day + timedelta(days=1), zone)


def _named(day: date, dates: tuple[str, ...]) -> bool:
    """Tell whether a yearly date is that day; leap days come a day early in other years."""
    short = f"{day:%m-%d}" == "02-28" and (day + timedelta(days=1)).month == 3
    return f"{day:%m-%d}" in dates or (short and "02-29" in dates)


# Orders


def newest(reports: Iterable[Part]) -> dict[str, Part]:
    """Return the report that counts for each part, out of all that ever came."""
    found: dict[str, Part] = {}
    for report in reports:
        rival = found.get(report.key)
        if rival is None or _age(report) > _age(rival):
            found[report.key] = report
        elif _age(report) == _age(rival) and report != rival:
            # Two contents claim the same: any rule will do that does not look at the arrival.
            found[report.key] = max(report, rival, key=lambda part: part.digest)
    return found


def _age(part: Part) -> tuple[int, int, int, int]:
    return (part.version, RANKS.index(part.status), -counts(part), -part.occurred)


def remembered(
    baskets: Iterable[tuple[int, int, frozenset[str]]], newest: Part | None = None
) -> Any:
    """Return what a head has to remember of baskets that list refunds."""
    seen: dict[int, int] = {}
    for version, total, _ in baskets:
        seen[version] = min(total, seen.get(version, total))
    names = {name for _, _, listed in baskets for name in listed}
    first = {
        name: min(version for version, _, listed in baskets if name in listed) for name in names
    }
    alone = newest is not None and seen == {newest.version: newest.total}
    return first, {} if alone else seen


def _wanted(only: Filter, line: Line) -> bool:
    if line.category == "gift_card":
        return False
    if line.category in only.exclude_categories or line.item in only.exclude_items:
        return False
    if not only.categories and not only.items:
        return True
    return line.category in only.categories or line.item in only.items


def _everything(only: Filter) -> bool:
    return not (only.categories or only.items or only.exclude_categories or only.exclude_items)


def amount_of(program: Program, till: Counter, only: Filter) -> int:
    """Return the money that a rule looks at: the coins of its lines, each less what is not."""
    sells = [place for place, line in enumerate(till.lines) if line.category != "gift_card"]
    tip = till.tip if program.basis.tips == "with" else Fraction(0)
    whole = _earning(program, till, lambda _: True)
    if _everything(only):
        return floor(whole + tip)
    open_ended = not only.categories and not only.items
    lying = sum((pile.number for pile in till.goods if pile.line != NOWHERE), Fraction(0))
    if not lying:
        return floor(whole + tip) if open_ended and not sells else 0
    mine = {place for place in sells if _wanted(only, till.lines[place])}
    if open_ended:
        mine.add(None)  # type: ignore[arg-type]
    number = sum((pile.number for pile in till.goods if pile.line in mine), Fraction(0))
    # Points and tax beyond all money leave nothing, of whichever line.
    money = _earning(program, till, lambda line: line in mine) if whole else Fraction(0)
    return floor(money + (tip if open_ended and number else 0))


def _earning(program: Program, till: Counter, wanted: Any) -> Fraction:
    each = till.of("money", wanted) - till.of("points", wanted)
    each -= till.of("tax", wanted) if program.basis.tax == "without" else 0
    each += till.of("off", wanted) if program.basis.discount == "before" else 0
    return max(Fraction(0), each) * till.came


def visited(till: Counter) -> bool:
    return max(Fraction(0), till.of("money") - till.of("points")) * till.came + till.tip >= 1


def worth(
    program: Program, till: Counter, when: datetime, level: int, own: Iterable[tuple[Any, Any]] = ()
) -> tuple[dict[str, Fraction], dict[Any, Fraction]]:
    """Return the exact units that the order is worth in each pot, whatever periods' caps leave.

    ``own``: promotions that this member has, by what they are called; and what these have given.
    """
    result: dict[str, Fraction] = {}
    gave: dict[Any, Fraction] = {}
    everything = [*own, *((None, promotion) for promotion in program.promotions)]
    if till.total <= 0:
        return result, gave
    for pot in {one.pot for one in (*program.earning, *(promotion for _, promotion in everything))}:
        mine = [rule for rule in program.earning if rule.pot == pot]
        base = sum((_rule(program, rule, till) for rule in mine), Fraction(0))
        if program.tiers:
            levels = program.tiers.levels
            base *= Fraction(levels[min(level, len(levels) - 1)].multiplier, 10_000)
        extras = [
            (extra, name)
            for name, promotion in everything
            if promotion.pot == pot and running(promotion, when, program.zone)
            if (extra := _promotion(program, promotion, till, base))
        ]
        most = max((extra for extra, _ in extras), default=Fraction(0))
        chosen = {
            "best": [one for one in extras if one[0] == most][:1],
            "sum": extras,
            "first": extras[:1],
        }[program.stacking]
        base += sum(extra for extra, _ in chosen)
        order_caps = [cap for cap in program.caps if (cap.pot, cap.period) == (pot, "order")]
        if base and not any(int(base) > cap.points for cap in order_caps):
            result[pot] = base
            gave |= {name: extra for extra, name in chosen if name is not None}
    return result, gave


def _rule(program: Program, rule: EarnRule, till: Counter) -> Fraction:
    amount = amount_of(program, till, rule.only)
    if amount < rule.minimum:
        return Fraction(0)
    if rule.per == "amount":
        return Fraction(rule.points * amount, rule.amount or 1)
    if rule.per == "visit":
        came = visited(till) if _everything(rule.only) else amount > 0
        return Fraction(rule.points if came else 0)
    return rule.points * _items(rule.only, till)


def _items(only: Filter, till: Counter) -> Fraction:
    """Count the items that lie there and that money has paid."""
    money = till.of("money")
    by_money = max(Fraction(0), money - till.of("points")) / money if money else Fraction(0)
    share = till.spread * till.came * by_money
    whole, weighed = 0, Fraction(0)
    for place, line in enumerate(till.lines):
        coins = sum((pile.number for pile in till.goods if pile.line == place), Fraction(0))
        quantity = till.quantities[place]
        if _wanted(only, line) and coins >= 1 and quantity > 0:
            if quantity % 1000:
                weighed += Fraction(quantity, 1000) * share
            else:
                whole += quantity // 1000
    # The nearest whole number; of two equally near the smaller.
    exact = whole * share
    nearest = floor(exact) + (1 if exact - floor(exact) > Fraction(1, 2) else 0)
    return nearest + weighed


def _promotion(program: Program, promotion: Any, till: Counter, base: Fraction) -> Any:
    amount = amount_of(program, till, promotion.only)
    named = not _everything(promotion.only)
    if amount < promotion.minimum or not (amount if named else visited(till)):
        return Fraction(0)
    if promotion.bonus:
        return promotion.bonus * (
            _items(promotion.only, till) if promotion.per == "item" else Fraction(1)
        )
    share = base
    if named:
        whole = amount_of(program, till, type(promotion.only)())
        share = Fraction(int(base * amount * 10_000 / whole), 10_000) if whole else Fraction(0)
    return share * (promotion.multiplier - 10_000) / 10_000


def running(promotion: Any, when: datetime, zone: str) -> bool:
    local = here(when, zone)
    clock = f"{local:%H:%M}"
    first, last = promotion.first_day or "0000", promotion.last_day or "9999"

    def on(day: date, window: Any) -> bool:
        fits = not window or not window.weekdays or DAYS[day.weekday()] in window.weekdays
        return fits and first <= day.isoformat() <= last

    today, yesterday = local.date(), local.date() - timedelta(days=1)
    if not promotion.windows:
        return on(today, None)
    for window in promotion.windows:
        over_midnight = window.until <= window.start
        if not over_midnight and window.start <= clock < window.until and on(today, window):
            return True
        if over_midnight and clock >= window.start and on(today, window):
            return True
        if over_midnight and clock < window.until and on(yesterday, window):
            return True
    return False
