"""The rules once more, written naively from the specification and sharing no code with it.

Only the words (dataclasses of programs and orders) are taken from the system. Months are
``year * 12 + month - 1``, as there; everything else is worked out here with zoneinfo.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from math import floor
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


def counts(part: Part) -> int:
    return max(0, part.total - part.refunded) if part.status == "completed" else 0


@dataclass
class Till:
    """All that lies on the counter after everything that was told: heaps of exact money."""

    lines: list[tuple[Line, int, Fraction]]
    goods: Fraction
    points: Fraction
    tax: Fraction
    discount: Fraction
    tip: Fraction
    cards: Fraction
    untold: Fraction
    spread: Fraction
    came: Fraction
    kept: Fraction
    rung: int | None

    @property
    def owed_in_money(self) -> Fraction:
        return max(Fraction(0), self.goods + self.cards - self.points)

    @property
    def total(self) -> int:
        by_points = min(self.points, self.goods + self.cards)
        return floor(self.owed_in_money * self.came + self.tip + by_points)


def told_twice(
    baskets: Iterable[tuple[int, int, frozenset[str]]], parts: dict[str, Part]
) -> dict[str, int]:
    """Return how much of each refund had left the basket's total when it was first listed."""
    seen: dict[int, int] = {}
    for version, total, _ in baskets:
        seen[version] = min(total, seen.get(version, total))
    done: dict[str, int] = {}
    first = {
        name: min(version for version, _, names in baskets if name in names)
        for _, _, listed in baskets
        for name in listed
    }
    for version in set(first.values()):
        earlier = [one for one in seen if one < version]
        fallen = seen[max(earlier)] - seen[version] if earlier else 0
        for name in sorted(name for name, since in first.items() if since == version):
            if name in parts:
                done[name] = max(0, min(fallen, counts(parts[name])))
                fallen -= done[name]
    return {name: n for name, n in done.items() if n > 0}


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


def till_of(  # noqa: C901, PLR0915 - slow and plain, one step after the other
    parts: dict[str, Part], twice: dict[str, int] | None = None
) -> Till:
    none, one = Fraction(0), Fraction(1)
    paid = [p for key, p in parts.items() if key.startswith("payment:") and p.status != "open"]
    basket = parts.get("basket")
    nothing = Till([], none, none, none, none, none, none, none, one, one, one, None)
    if basket is None:
        new = [part for part in paid if not part.by_gift_card]
        nothing.goods = nothing.untold = Fraction(sum(counts(part) for part in new))
        nothing.tip = Fraction(sum(part.tip for part in new if counts(part)))
        nothing.kept = _stayed(paid, None)
        return nothing
    if basket.status != "completed":
        nothing.kept = min(one if basket.status == "open" else none, _stayed(paid, None))
        return nothing
    refunds = [p for key, p in sorted(parts.items()) if key.startswith("refund:") and counts(p)]
    rung, points_paid = basket.total, basket.points_paid
    fallen = sum((twice or {}).get(part.key, 0) for part in refunds)
    if fallen:
        told = sum(line.amount for line in basket.lines)
        if told + basket.tip - rung >= fallen:
            points_paid = points_paid * (rung + fallen) // (rung or 1)
            rung += fallen
        else:
            refunds = [_rest(part, (twice or {}).get(part.key, 0)) for part in refunds]
    tip = Fraction(min(basket.tip, rung))
    on_cards = sum(line.amount for line in basket.lines if line.category == "gift_card")
    on_goods = sum(line.amount for line in basket.lines) - on_cards
    cards = min(Fraction(on_cards), rung - tip)
    goods = rung - tip - cards
    untold = max(none, goods - on_goods - basket.tax)
    points = Fraction(min(points_paid, rung))
    tax = min(Fraction(basket.tax), goods)
    whole_goods, whole_points = goods, points
    heap = [Fraction(line.amount) for line in basket.lines]
    number = [line.quantity for line in basket.lines]
    names = _who_takes(basket, refunds)
    loose = Fraction(basket.refunded)
    for part in refunds:
        price = {
            at: n
            * (
                cards_or(on_cards, min(Fraction(on_cards), rung - tip))
                if c
                else whole_goods / (on_goods + untold)
            )
            for at, (_, n) in names[part.key].items()
            for c in [basket.lines[at].category == "gift_card"]
            if n
        }
        from_cards = sum(
            (n for at, n in price.items() if basket.lines[at].category == "gift_card"), none
        )
        from_goods = sum(price.values(), none) - from_cards
        by_points = min(one, points / goods) if goods else none
        money = from_goods * (1 - by_points) + from_cards
        fee = min(one, max(0, part.total - part.tip) / money) if money else one
        for at, (quantity, n) in names[part.key].items():
            heap[at] -= n * fee
            number[at] -= quantity
        share = from_goods * fee / goods if goods else none
        back_points = min(
            points, Fraction(part.points_paid) if part.points_paid else points * share
        )
        back_tax = min(tax, Fraction(part.tax) if part.tax else tax * share)
        said = (back_points if part.points_paid else 0) + (back_tax if part.tax else 0)
        back = min(goods, max(from_goods * fee, said))
        back_tip = min(tip, Fraction(part.tip))
        goods, points, tax, tip = goods - back, points - back_points, tax - back_tax, tip - back_tip
        cards -= from_cards * fee
        loose += max(none, part.total - back - back_tip - from_cards * fee)
    left = goods + tip + cards
    spread = max(none, left - loose) / left if left else one
    kept = left * spread / rung if rung else one
    if whole_points:
        kept = points * spread / whole_points
    discount = basket.discount * goods / whole_goods if whole_goods else none
    found = Till(
        [(line, number[at], heap[at]) for at, line in enumerate(basket.lines)],
        goods * spread,
        points * spread,
        tax * spread,
        discount * spread,
        tip * spread,
        cards * spread,
        untold,
        spread,
        one,
        kept,
        rung,
    )
    if paid:
        brought, tips = sum(counts(part) for part in paid), sum(p.tip for p in paid if counts(p))
        wanted = found.owed_in_money
        found.kept *= _stayed(paid, wanted)
        if tips:
            surplus = min(max(none, tips - found.tip), max(none, wanted - brought))
            found.tip = min(found.tip, Fraction(tips)) + surplus
        elif wanted and not brought:
            found.tip = none
        found.came = min(one, brought / wanted) if wanted else one
    return found


def cards_or(listed: int, money: Fraction) -> Fraction:
    return money / (listed or 1)


def _rest(refund: Part, done: int) -> Part:
    """Return what of a refund has not left the basket yet."""
    if not done:
        return refund
    left = max(0, refund.total - done)
    share = Fraction(left, refund.total)
    return replace(
        refund,
        total=left,
        tip=floor(refund.tip * share),
        tax=floor(refund.tax * share),
        points_paid=floor(refund.points_paid * share),
        lines=tuple(
            replace(line, quantity=0, amount=floor(line.amount * share)) for line in refund.lines
        )
        if left
        else (),
    )


def _stayed(paid: list[Part], wanted: Fraction | None) -> Fraction:
    there = [part for part in paid if part.status != "cancelled"] or paid
    stayed, whole = sum(counts(part) for part in there), sum(part.total for part in there)
    gone = Fraction(whole - stayed)
    if wanted is not None:
        gone = min(gone, max(Fraction(0), wanted - stayed))
    if not stayed + gone:
        return Fraction(int(all(part.status == "completed" for part in there)))
    return 1 - gone / (stayed + gone)


def _who_takes(basket: Part, refunds: list[Part]) -> dict[str, dict[int, tuple[int, int]]]:
    """Hand lines back one name after the other: exact names, then items, then categories."""
    found: dict[str, dict[int, tuple[int, int]]] = {part.key: {} for part in refunds}
    stock = {at: [line.quantity, line.amount] for at, line in enumerate(basket.lines)}
    asked = [
        (part.key, line, [line.quantity, line.amount]) for part in refunds for line in part.lines
    ]
    for way in (_same_name, _same_item, _same_kind):
        for key, line, open_ in asked:
            for at, sold in enumerate(basket.lines):
                if way(line, sold):
                    have = [min(stock[at][n], open_[n]) for n in (0, 1)]
                    for n in (0, 1):
                        stock[at][n] -= have[n]
                        open_[n] -= have[n]
                    so_far = found[key].get(at, (0, 0))
                    found[key][at] = so_far[0] + have[0], so_far[1] + have[1]
    return found


def _same_name(one: Line, other: Line) -> bool:
    return one.item == other.item and one.category == other.category


def _same_item(one: Line, other: Line) -> bool:
    return one.item != "" and one.item == other.item


def _same_kind(one: Line, other: Line) -> bool:
    return one.item == "" and one.category != "" and one.category == other.category


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


def amount_of(program: Program, till: Till, only: Filter) -> int:
    """Return the money that a rule looks at."""
    money = till.goods - till.points
    money -= till.tax if program.basis.tax == "without" else 0
    money += till.discount if program.basis.discount == "before" else 0
    money = max(Fraction(0), money) * till.came
    tip = till.tip if program.basis.tips == "with" else Fraction(0)
    if _everything(only):
        return floor(money + tip)
    sold = [(line, heap) for line, _, heap in till.lines if line.category != "gift_card"]
    whole = sum((heap for _, heap in sold), till.untold)
    open_ended = not only.categories and not only.items
    if not whole:
        return floor(money + tip) if open_ended and not sold else 0
    mine = sum((heap for line, heap in sold if _wanted(only, line)), Fraction(0))
    mine += till.untold if open_ended else 0
    return floor(money * mine / whole + (tip if open_ended and mine else 0))


def visited(till: Till) -> bool:
    return till.owed_in_money * till.came + till.tip >= 1


def worth(program: Program, till: Till, when: datetime, level: int) -> dict[str, Fraction]:
    """Return the exact units that the order is worth in each pot, whatever periods' caps leave."""
    result: dict[str, Fraction] = {}
    if till.total <= 0:
        return result
    for pot in {rule.pot for rule in program.earning}:
        mine = [rule for rule in program.earning if rule.pot == pot]
        base = sum((_rule(program, rule, till) for rule in mine), Fraction(0))
        if program.tiers:
            levels = program.tiers.levels
            base *= Fraction(levels[min(level, len(levels) - 1)].multiplier, 10_000)
        extras = [
            extra
            for promotion in program.promotions
            if promotion.pot == pot and running(promotion, when, program.zone)
            if (extra := _promotion(program, promotion, till, base))
        ]
        if extras:
            units = {"best": max(extras), "sum": sum(extras), "first": extras[0]}
            base += units[program.stacking]
        order_caps = [cap for cap in program.caps if (cap.pot, cap.period) == (pot, "order")]
        if base and not any(int(base) > cap.points for cap in order_caps):
            result[pot] = base
    return result


def _rule(program: Program, rule: EarnRule, till: Till) -> Fraction:
    amount = amount_of(program, till, rule.only)
    if amount < rule.minimum:
        return Fraction(0)
    if rule.per == "amount":
        return Fraction(rule.points * amount, rule.amount or 1)
    if rule.per == "visit":
        came = visited(till) if _everything(rule.only) else amount > 0
        return Fraction(rule.points if came else 0)
    by_money = (1 - min(Fraction(1), till.points / till.goods)) if till.goods else Fraction(0)
    share = till.spread * till.came * by_money
    whole, weighed = 0, Fraction(0)
    for line, quantity, heap in till.lines:
        if _wanted(rule.only, line) and int(heap) and quantity > 0:
            if quantity % 1000:
                weighed += Fraction(quantity, 1000) * share
            else:
                whole += quantity // 1000
    # The nearest whole number; of two equally near the smaller.
    exact = whole * share
    nearest = floor(exact) + (1 if exact - floor(exact) > Fraction(1, 2) else 0)
    return rule.points * (nearest + weighed)


def _promotion(program: Program, promotion: Any, till: Till, base: Fraction) -> Any:
    amount = amount_of(program, till, promotion.only)
    named = not _everything(promotion.only)
    if amount < promotion.minimum or not (amount if named else visited(till)):
        return Fraction(0)
    if promotion.bonus:
        return Fraction(promotion.bonus)
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
