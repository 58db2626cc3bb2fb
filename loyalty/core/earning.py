"""What an order is worth: exact units of each pot, by the program it was first decided with."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from loyalty.core.calendar import runs
from loyalty.core.trace import Step
from loyalty.program.rules import GIFT_CARD, ONE, Filter

if TYPE_CHECKING:
    from loyalty.core.order import Context, Line, Order
    from loyalty.program.rules import EarnRule, Program, Promotion

_THOUSANDTHS = 1000
_EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Worth:
    """Exact units per pot, and how they came about."""

    units: dict[str, Fraction]
    steps: tuple[Step, ...]


def worth(program: Program, order: Order, context: Context) -> Worth:
    """Return what the order, as it stands, should have earned in its frozen context.

    Parameters
    ----------
    program
        The version that the context names.
    """
    bill = _Bill(program, order)
    if bill.total <= 0:
        return Worth({}, ())
    if context.refused:
        return Worth({}, (Step(context.refused),))
    steps: list[Step] = []
    if bill.points_paid and any(rule.per == "amount" for rule in program.earning):
        steps.append(Step("points_paid", {"amount": bill.points_paid}))
    units: dict[str, Fraction] = {}
    pots = [rule.pot for rule in program.earning] + [one.pot for one in program.promotions]
    for pot in dict.fromkeys(pots):
        found = _pot_units(program, bill, context, pot, steps)
        if found:
            units[pot] = found
    return Worth(units, tuple(steps))


class _Bill:
    """What of an order earns: worked out once, looked at by every rule."""

    __slots__ = ("_earning", "_rung_up", "_rung_up_lines", "lines", "points_paid", "total")

    def __init__(self, program: Program, order: Order) -> None:
        basket, basis = order.basket, program.basis
        self.total = order.total
        self.lines = [line for line in order.lines if line.category != GIFT_CARD]
        self.points_paid = basket.points_paid if basket else 0
        self._rung_up = basket.total if basket else 0
        self._earning = self._rung_up_lines = 0
        if basket is None or basket.total <= 0:
            return
        lines = sum(line.amount for line in basket.lines)
        self._rung_up_lines = sum(
            line.amount for line in basket.lines if line.category != GIFT_CARD
        )
        earning = basket.total - basket.points_paid - (lines - self._rung_up_lines)
        earning -= basket.tax if basis.tax == "without" else 0
        earning -= basket.tip if basis.tips == "without" else 0
        earning += basket.discount if basis.discount == "before" else 0
        self._earning = max(0, earning)

    def amount(self, only: Filter) -> int:
        """Return the minor units that a rule counts: what its lines are of the money that earns.

        Everything is worked out on the basket as it was rung up and then taken down in proportion
        to what is left of it, rounded down once at the end; so parts paid back add up to the
        whole.
        """
        if self._rung_up <= 0:
            return self.total if only == _EVERYTHING else 0
        kept = self._earning * self.total // self._rung_up
        if only == _EVERYTHING:
            return kept
        # Lines that were paid back are gone from the share; the rest of the money is as rung up.
        left, whole = sum(line.amount for line in self.matching(only)), self._rung_up_lines
        return min(self._earning * left // whole, kept) if whole else 0

    def matching(self, only: Filter) -> list[Line]:
        """Return the lines that a rule looks at."""
        if only == _EVERYTHING:
            return self.lines
        return [line for line in self.lines if only.takes(line.category, line.item)]


def _pot_units(
    program: Program, bill: _Bill, context: Context, pot: str, steps: list[Step]
) -> Fraction:
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
    total = base + _promoted(program, bill, context, pot, base, steps)
    return _capped(program, context, pot, total, steps)


def _base(bill: _Bill, rule: EarnRule, steps: list[Step]) -> Fraction:
    amount = bill.amount(rule.only)
    if amount < rule.minimum:
        steps.append(Step("minimum", {"minimum": rule.minimum, "amount": amount}))
        return Fraction(0)
    if rule.per == "amount":
        units = Fraction(amount * rule.points, rule.amount or 1)
    elif rule.per == "visit":
        units = Fraction(rule.points if amount or rule.only == _EVERYTHING else 0)
    else:
        quantity = sum(line.quantity for line in bill.matching(rule.only))
        units = Fraction(quantity * rule.points, _THOUSANDTHS)
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
) -> Fraction:
    """Return what promotions add, by the program's stacking policy."""
    extras = [
        (_extra(promotion, bill, base), promotion)
        for promotion in program.promotions
        if promotion.pot == pot and runs(promotion, context.occurred_at, program.zone)
    ]
    extras = [(extra, promotion) for extra, promotion in extras if extra]
    if not extras:
        return Fraction(0)
    if program.stacking == "best":
        extras = [max(extras, key=lambda pair: pair[0])]
    elif program.stacking == "first":
        extras = extras[:1]
    added = Fraction(0)
    for extra, promotion in extras:
        added += extra
        values = {
            "pot": pot,
            "promotion": promotion.name,
            "multiplier": promotion.multiplier,
            "bonus": promotion.bonus,
            "points": floor(base + added),
        }
        steps.append(Step("promotion", values))
    return added


def _extra(promotion: Promotion, bill: _Bill, base: Fraction) -> Fraction:
    amount = bill.amount(promotion.only)
    if amount < promotion.minimum or (promotion.only != _EVERYTHING and not amount):
        return Fraction(0)
    if promotion.bonus is not None:
        return Fraction(promotion.bonus)
    multiplied = base
    if promotion.only != _EVERYTHING:
        # Only the named lines are multiplied: their share of what the whole order earns.
        whole = bill.amount(_EVERYTHING)
        # In ten-thousandths, so that remainders keep small denominators whatever baskets cost.
        share = floor(base * amount * ONE / whole) if whole else 0
        multiplied = Fraction(share, ONE)
    return multiplied * ((promotion.multiplier or ONE) - ONE) / ONE


def _capped(
    program: Program, context: Context, pot: str, units: Fraction, steps: list[Step]
) -> Fraction:
    """Apply caps: an order's refuses the order, a period's cuts off."""
    caps = [cap for cap in program.caps if cap.pot == pot]
    for cap in caps:
        if cap.period == "order" and floor(units) > cap.points:
            steps.append(Step("order_cap", {"pot": pot, "cap": cap.points, "points": 0}))
            return Fraction(0)
    room = context.rooms.get(pot)
    if room is None or units <= room:
        return units
    values = {"pot": pot, "points": floor(room)}
    periods = [cap for cap in caps if cap.period != "order"]
    if len(periods) == 1:
        # Of several caps the context keeps only what they leave together.
        values |= {"cap": periods[0].points, "period": periods[0].period}
    steps.append(Step("cap", values))
    return room
