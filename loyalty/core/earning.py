"""What an order is worth: exact units of each pot, by the program it was first decided with."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from loyalty.core.calendar import runs
from loyalty.core.personal import promotion_of
from loyalty.core.trace import Step
from loyalty.program.rules import ONE, Filter

if TYPE_CHECKING:
    from loyalty.core.order import Context, Line, Order
    from loyalty.program.rules import EarnRule, Program, Promotion

_THOUSANDTHS = 1000
_EVERYTHING = Filter()
_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Worth:
    """Exact units per pot, and how they came about.

    ``brought``: what of that promotions of the member's own have given, by their keys.
    """

    units: dict[str, Fraction]
    steps: tuple[Step, ...]
    brought: dict[tuple[int, str], Fraction] = field(default_factory=dict)


def worth(program: Program, order: Order, context: Context) -> Worth:
    """Return what the order, as it stands, should have earned in its frozen context.

    Parameters
    ----------
    program
        The version that the context names.
    """
    bill = _Bill(program, order)
    if order.total <= 0:
        return Worth({}, ())
    if context.refused:
        return Worth({}, (Step(context.refused),))
    if order.lowered and program.lowered_bills == "nothing":
        return Worth({}, (Step("coupon"),))
    steps: list[Step] = []
    if bill.points_paid and any(rule.per == "amount" for rule in program.earning):
        steps.append(Step("points_paid", {"amount": bill.points_paid}))
    units: dict[str, Fraction] = {}
    brought: dict[tuple[int, str], Fraction] = {}
    pots = [rule.pot for rule in program.earning] + [one.pot for one in program.promotions]
    pots += [promotion_of(one).pot for one in context.personal]
    for pot in dict.fromkeys(pots):
        found, own = _pot_units(program, bill, context, pot, steps)
        if found:
            units[pot] = found
            brought |= own
    return Worth(units, tuple(steps), brought)


class _Bill:
    """What of an order earns: worked out once, looked at by every rule."""

    __slots__ = ("_goods", "_left", "_tip", "_whole", "points_paid", "visited")

    def __init__(self, program: Program, order: Order) -> None:
        left, basket, basis = order.bill, order.basket, program.basis
        self._left = left
        self.points_paid = basket.points_paid if basket else 0
        # Who pays with points alone, or buys a gift card, has brought nothing yet.
        self.visited = left.for_goods >= 1
        goods = left.goods - left.points
        goods -= left.tax if basis.tax == "without" else 0
        goods += left.discount if basis.discount == "before" else 0
        self._goods = max(Fraction(0), goods) * left.brought
        self._tip = left.tip if basis.tips == "with" else Fraction(0)
        self._whole = sum((weight for _, weight in left.lines), left.untold)

    def amount(self, only: Filter) -> int:
        """Return the minor units that a rule counts: its lines' share of the money that earns.

        Exact until it is rounded down, once, at the end; so parts paid back add up to the whole.
        """
        if only == _EVERYTHING:
            return floor(self._goods + self._tip)
        share = sum((weight for line, weight in self._left.lines if _takes(only, line)), _NOTHING)
        # Whoever only excludes means the rest: also money that no line tells, and the tip.
        rest = not (only.categories or only.items)
        if rest:
            share += self._left.untold
        if not self._whole:
            return floor(self._goods + self._tip) if rest and not self._left.lines else 0
        earning = self._goods * share / self._whole
        return floor(earning + self._tip if rest and share else earning)

    def came_for(self, only: Filter) -> bool:
        """Tell whether money was paid for what a rule looks at; of any order, also for others."""
        return self.visited if only == _EVERYTHING else bool(self.amount(only))

    def matching(self, only: Filter) -> list[Line]:
        """Return the lines that a rule looks at, less what refunds have named."""
        lines = [line for line, _ in self._left.lines if line.quantity or line.amount]
        return [line for line in lines if only == _EVERYTHING or _takes(only, line)]

    def quantity(self, only: Filter, *, free_items: bool = False) -> Fraction:
        """Return how many items a rule counts: those that money paid.

        Of whole items the nearest whole number, so that a coffee is a coffee or none.
        """
        part = self._left.paid_in_money
        free = sum(line.quantity for line in self.matching(only) if not line.amount)
        whole = measured = 0
        for line in self.matching(only):
            if line.amount and line.quantity > 0:
                if line.quantity % _THOUSANDTHS:
                    measured += line.quantity
                else:
                    whole += line.quantity // _THOUSANDTHS
        items = ceil(whole * part - Fraction(1, 2)) + Fraction(measured, _THOUSANDTHS) * part
        return items + (Fraction(free, _THOUSANDTHS) if free_items else 0)


def _takes(only: Filter, line: Line) -> bool:
    return only.takes(line.category, line.item)


def _pot_units(
    program: Program, bill: _Bill, context: Context, pot: str, steps: list[Step]
) -> tuple[Fraction, dict[tuple[int, str], Fraction]]:
    rules = [rule for rule in program.earning if rule.pot == pot]
    base = sum((_base(bill, rule, steps) for rule in rules), Fraction(0))
    level = program.level(context.level)
    if level and level.multiplier != ONE and base:
        base = base * level.multiplier / ONE
        values = {
            "pot": pot,
            "level": level.name,
            "multiplier": level.multiplier,
            "points": floor(base),
        }
        steps.append(Step("tier", values))
    added, brought = _promoted(program, bill, context, pot, base, steps)
    total = base + added
    return (_NOTHING, {}) if _refused_by_cap(program, pot, total, steps) else (total, brought)


def _base(bill: _Bill, rule: EarnRule, steps: list[Step]) -> Fraction:
    amount = bill.amount(rule.only)
    if amount < rule.minimum:
        steps.append(Step("minimum", {"minimum": rule.minimum, "amount": amount}))
        return Fraction(0)
    if rule.per == "amount":
        units = Fraction(amount * rule.points, rule.amount or 1)
    elif rule.per == "visit":
        units = Fraction(rule.points if bill.came_for(rule.only) else 0)
    else:
        units = bill.quantity(rule.only, free_items=rule.free_items) * rule.points
    if units:
        values = {
            "pot": rule.pot,
            "amount": amount,
            "lines": [
                (line.category, line.quantity, line.amount) for line in bill.matching(rule.only)
            ],
            "points": floor(units),
        }
        steps.append(Step({"item": "items"}.get(rule.per, rule.per), values))
    return units


def _promoted(  # noqa: PLR0917
    program: Program,
    bill: _Bill,
    context: Context,
    pot: str,
    base: Fraction,
    steps: list[Step],
) -> tuple[Fraction, dict[tuple[int, str], Fraction]]:
    """Return what promotions add, by the program's stacking policy; and what of it is their own.

    What a campaign has promised the member stands before what everybody is given.
    """
    running: list[tuple[tuple[int, str] | None, Promotion]]
    running = [(one.key, promotion_of(one)) for one in context.personal]
    running += [(None, promotion) for promotion in program.promotions]
    extras = [
        (_extra(promotion, bill, base), key, promotion)
        for key, promotion in running
        if promotion.pot == pot and runs(promotion, context.occurred_at, program.zone)
    ]
    extras = [one for one in extras if one[0]]
    if program.stacking == "best" and extras:
        extras = [max(extras, key=lambda one: one[0])]
    elif program.stacking == "first":
        extras = extras[:1]
    added = _NOTHING
    brought: dict[tuple[int, str], Fraction] = {}
    for extra, key, promotion in extras:
        added += extra
        values = {
            "pot": pot,
            "promotion": promotion.name,
            "multiplier": promotion.multiplier,
            "bonus": None if promotion.bonus is None else floor(extra),
            "points": floor(base + added),
        }
        steps.append(Step("personal" if key else "promotion", values))
        if key:
            brought[key] = extra
    return added, brought


def _extra(promotion: Promotion, bill: _Bill, base: Fraction) -> Fraction:
    amount = bill.amount(promotion.only)
    if amount < promotion.minimum or not bill.came_for(promotion.only):
        return Fraction(0)
    if promotion.bonus is not None:
        times = bill.quantity(promotion.only) if promotion.per == "item" else 1
        return Fraction(promotion.bonus * times)
    multiplied = base
    if promotion.only != _EVERYTHING:
        # Only the named lines are multiplied: their share of what the whole order earns.
        whole = bill.amount(_EVERYTHING)
        # In ten-thousandths, so that remainders keep small denominators whatever baskets cost.
        share = floor(base * amount * ONE / whole) if whole else 0
        multiplied = Fraction(share, ONE)
    return multiplied * ((promotion.multiplier or ONE) - ONE) / ONE


def _refused_by_cap(program: Program, pot: str, units: Fraction, steps: list[Step]) -> bool:
    """Tell whether the order is too large to earn; caps of periods cut off when it is posted."""
    for cap in program.caps:
        if (cap.pot, cap.period) == (pot, "order") and floor(units) > cap.points:
            steps.append(Step("order_cap", {"pot": pot, "cap": cap.points, "points": 0}))
            return True
    return False
