"""The rules once more, written naively from the specification and sharing no code with it.

Only the words (dataclasses of programs and orders) are taken from the system. Months are
``year * 12 + month - 1``, as there; everything else is worked out here with zoneinfo.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

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


def _age(part: Part) -> tuple[int, int, int]:
    return (part.version, RANKS.index(part.status), -counts(part))


def counts(part: Part) -> int:
    return max(0, part.total - part.refunded) if part.status == "completed" else 0


def total_of(parts: dict[str, Part]) -> int:
    back = sum(counts(part) for key, part in parts.items() if key.startswith("refund:"))
    views = []
    if "basket" in parts:
        views.append(max(0, counts(parts["basket"]) - back))
    paid = [part for key, part in parts.items() if key.startswith("payment:")]
    paid = [part for part in paid if part.status != "open"]
    if paid:
        views.append(sum(counts(part) for part in paid))
    return min(views) if views else 0


def kept_of(parts: dict[str, Part]) -> Fraction:
    """Return which share of the order nobody paid back."""
    shares = [Fraction(1)]
    back = sum(counts(part) for key, part in parts.items() if key.startswith("refund:"))
    basket = parts.get("basket")
    if basket and basket.status != "open":
        if basket.total:
            shares.append(Fraction(max(0, counts(basket) - back), basket.total))
        elif basket.status != "completed":
            shares.append(Fraction(0))
    paid = [part for key, part in parts.items() if key.startswith("payment:")]
    paid = [part for part in paid if part.status != "open"]
    paid = [part for part in paid if part.status != "cancelled"] or paid
    whole = sum(part.total for part in paid)
    if whole:
        shares.append(Fraction(sum(counts(part) for part in paid), whole))
    elif any(part.status != "completed" for part in paid):
        shares.append(Fraction(0))
    return min(shares)


def _left(parts: dict[str, Part]) -> list[tuple[Line, int, int]]:
    """Return the basket's lines with quantity and amount not paid back."""
    basket = parts.get("basket")
    if basket is None:
        return []
    pool: dict[str, list[int]] = {}
    for key, part in parts.items():
        if key.startswith("refund:") and part.status == "completed":
            for line in part.lines:
                pool.setdefault(line.item, [0, 0])
                pool[line.item][0] += line.quantity
                pool[line.item][1] += line.amount
    result = []
    for line in basket.lines:
        have = pool.get(line.item, [0, 0])
        quantity, amount = min(have[0], line.quantity), min(have[1], line.amount)
        have[0] -= quantity
        have[1] -= amount
        result.append((line, line.quantity - quantity, line.amount - amount))
    return result


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


def amount_of(program: Program, parts: dict[str, Part], only: Filter) -> int:
    """Return the money that a rule looks at."""
    total = total_of(parts)
    basket = parts.get("basket")
    if basket is None or basket.total <= 0:
        return total if _everything(only) else 0
    goods = sum(line.amount for line in basket.lines if line.category != "gift_card")
    cards = sum(line.amount for line in basket.lines if line.category == "gift_card")
    money = basket.total - basket.points_paid - cards
    if program.basis.tax == "without":
        money -= basket.tax
    if program.basis.tips == "without":
        money -= basket.tip
    if program.basis.discount == "before":
        money += basket.discount
    money = max(money, 0)
    by_total = int(Fraction(money * total, basket.total))
    if _everything(only):
        return by_total
    if not goods:
        return 0
    lines = sum(amount for line, _, amount in _left(parts) if _wanted(only, line))
    return min(int(Fraction(money * lines, goods)), by_total)


def worth(
    program: Program, parts: dict[str, Part], when: datetime, level: int, rooms: dict[str, Any]
) -> dict[str, Fraction]:
    """Return the exact units that the order earns of each pot."""
    result: dict[str, Fraction] = {}
    if total_of(parts) <= 0:
        return result
    for pot in {rule.pot for rule in program.earning}:
        mine = [rule for rule in program.earning if rule.pot == pot]
        base = sum((_rule(program, rule, parts) for rule in mine), Fraction(0))
        if program.tiers:
            levels = program.tiers.levels
            base *= Fraction(levels[min(level, len(levels) - 1)].multiplier, 10_000)
        extras = [
            extra
            for promotion in program.promotions
            if promotion.pot == pot and running(promotion, when, program.zone)
            if (extra := _promotion(program, promotion, parts, base))
        ]
        if extras:
            units = {"best": max(extras), "sum": sum(extras), "first": extras[0]}
            base += units[program.stacking]
        order_caps = [cap for cap in program.caps if (cap.pot, cap.period) == (pot, "order")]
        if any(int(base) > cap.points for cap in order_caps):
            continue
        base = min(base, rooms.get(pot, base))
        if base:
            result[pot] = base
    return result


def _rule(program: Program, rule: EarnRule, parts: dict[str, Part]) -> Fraction:
    amount = amount_of(program, parts, rule.only)
    if amount < rule.minimum:
        return Fraction(0)
    if rule.per == "amount":
        return Fraction(rule.points * amount, rule.amount or 1)
    if rule.per == "visit":
        return Fraction(rule.points if amount or _everything(rule.only) else 0)
    items = sum(quantity for line, quantity, _ in _left(parts) if _wanted(rule.only, line))
    return Fraction(rule.points * items, 1000)


def _promotion(program: Program, promotion: Any, parts: dict[str, Part], base: Fraction) -> Any:
    amount = amount_of(program, parts, promotion.only)
    named = not _everything(promotion.only)
    if amount < promotion.minimum or (named and amount == 0):
        return Fraction(0)
    if promotion.bonus:
        return Fraction(promotion.bonus)
    share = base
    if named:
        whole = total_of(parts) and amount_of(program, parts, type(promotion.only)())
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
