"""What an order is worth: exact units of each pot, by the program it was first decided with."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from loyalty.calendar import runs
from loyalty.order import GIFT_CARD
from loyalty.program import ONE, Filter
from loyalty.trace import Step

if TYPE_CHECKING:
    from loyalty.order import Context, Line, Order
    from loyalty.program import EarnRule, Program, Promotion

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
    steps: list[Step] = []
    if order.total <= 0:
        return Worth({}, ())
    if context.refused:
        return Worth({}, (Step(context.refused),))
    units: dict[str, Fraction] = {}
    for pot in dict.fromkeys(rule.pot for rule in program.earning):
        found = _pot_units(program, order, context, pot, steps)
        if found:
            units[pot] = found
    return Worth(units, tuple(steps))


def _pot_units(
    program: Program, order: Order, context: Context, pot: str, steps: list[Step]
) -> Fraction:
    rules = [rule for rule in program.earning if rule.pot == pot]
    base = sum((_base(program, rule, order, steps) for rule in rules), Fraction(0))
    level = program.level(context.level)
    if level and level.multiplier != ONE and base:
        base = base * level.multiplier / ONE
        values = {"level": level.name, "multiplier": level.multiplier, "points": floor(base)}
        steps.append(Step("tier", values))
    total = base + _promoted(program, order, context, pot, base, steps)
    return _capped(program, context, pot, total, steps)


def _base(program: Program, rule: EarnRule, order: Order, steps: list[Step]) -> Fraction:
    amount = _amount(program, order, rule.only)
    if amount < rule.minimum:
        steps.append(Step("minimum", {"minimum": rule.minimum, "amount": amount}))
        return Fraction(0)
    if rule.per == "amount":
        units = Fraction(amount * rule.points, rule.amount or 1)
    elif rule.per == "visit":
        units = Fraction(rule.points if amount or rule.only == _EVERYTHING else 0)
    else:
        quantity = sum(line.quantity for line in _matching(order.lines, rule.only))
        units = Fraction(quantity * rule.points, _THOUSANDTHS)
    if units:
        values = {"pot": rule.pot, "amount": amount, "points": floor(units)}
        steps.append(Step({"item": "items"}.get(rule.per, rule.per), values))
    return units


def _promoted(  # noqa: PLR0917
    program: Program,
    order: Order,
    context: Context,
    pot: str,
    base: Fraction,
    steps: list[Step],
) -> Fraction:
    """Return what promotions add, by the program's stacking policy."""
    extras = [
        (_extra(program, promotion, order, base), promotion)
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
            "promotion": promotion.name,
            "multiplier": promotion.multiplier,
            "points": floor(base + added),
        }
        steps.append(Step("promotion", values))
    return added


def _extra(program: Program, promotion: Promotion, order: Order, base: Fraction) -> Fraction:
    amount = _amount(program, order, promotion.only)
    if amount < promotion.minimum or (promotion.only != _EVERYTHING and not amount):
        return Fraction(0)
    if promotion.bonus is not None:
        return Fraction(promotion.bonus)
    multiplied = base
    if promotion.only != _EVERYTHING:
        # Only the named lines are multiplied: their share of what the whole order earns.
        whole = _amount(program, order, _EVERYTHING)
        # In ten-thousandths, so that remainders keep small denominators whatever baskets cost.
        share = floor(base * amount * ONE / whole) if whole else 0
        multiplied = Fraction(share, ONE)
    return multiplied * ((promotion.multiplier or ONE) - ONE) / ONE


def _capped(
    program: Program, context: Context, pot: str, units: Fraction, steps: list[Step]
) -> Fraction:
    """Apply caps: an order's refuses the order, a period's cuts off."""
    for cap in program.caps:
        if cap.pot == pot and cap.period == "order" and floor(units) > cap.points:
            steps.append(Step("order_cap", {"cap": cap.points, "points": floor(units)}))
            return Fraction(0)
    room = context.rooms.get(pot)
    if room is None or units <= room:
        return units
    steps.append(Step("cap", {"points": floor(room)}))
    return room


def _amount(program: Program, order: Order, only: Filter) -> int:
    """Return the minor units that a rule counts: what its lines are of the money that earns.

    Everything is worked out on the basket as it was rung up and then taken down in proportion to
    what is left of it, rounded down once at the end; so parts paid back add up to the whole.
    """
    basket = order.basket
    if basket is None or basket.total <= 0:
        return order.total if only == _EVERYTHING else 0
    basis = program.basis
    lines = [line for line in basket.lines if line.category != GIFT_CARD]
    gift_cards = sum(line.amount for line in basket.lines) - sum(line.amount for line in lines)
    earning = basket.total - basket.points_paid - gift_cards
    earning -= basket.tax if basis.tax == "without" else 0
    earning -= basket.tip if basis.tips == "without" else 0
    earning += basket.discount if basis.discount == "before" else 0
    earning = max(0, earning)
    if only == _EVERYTHING:
        return earning * order.total // basket.total
    # Lines that were paid back are gone from the share; the rest of the money is as rung up.
    left = sum(line.amount for line in _matching(order.lines, only))
    whole = sum(line.amount for line in lines)
    return min(earning * left // whole, earning * order.total // basket.total) if whole else 0


def _matching(lines: tuple[Line, ...], only: Filter) -> list[Line]:
    return [
        line
        for line in lines
        if line.category != GIFT_CARD and only.takes(line.category, line.item)
    ]
