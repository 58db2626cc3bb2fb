"""What must hold of every order: one end whatever the arrival, and nothing to gain in parts.

I11: the head holds what its present form is worth at its own instant, and its entries add up to
exactly that, with what caps have cut off. Worth does not look at how the order came to be what it
is, so neither does what is posted. I5 follows: what was taken back, line by line, never exceeds
what was given.

I14: an order rung up in parts earns what the whole does, to the exact fraction, which the account
carries on. Money shared out over the parts is rounded to minor units; otherwise parts may earn
more only by what ``gains_in_parts`` names.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from loyalty.core.earning import worth
from loyalty.core.order import BASKET, REFUND, Order, Posted
from loyalty.program.rules import GIFT_CARD, ONE, Filter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyalty.core.account import Entry
    from loyalty.core.order import Context, Part
    from loyalty.program.rules import Program, Promotion

_OWN = frozenset({"earn", "reverse"})
_EVERYTHING = Filter()
_SHARED = 5
"""Figures of a basket that are shared out over its lines, each rounded to minor units."""


def broken_order(
    order: Order, rules: Program | None, entries: Iterable[Entry] | None = None
) -> tuple[str, ...]:
    """Return a sentence for everything that does not hold of an order's head.

    Parameters
    ----------
    rules
        The version that the order's context names; without it nothing is said of its worth.
    entries
        All of the accounts that its member, and whose it was by mistake, have ever been; without
        them only the head is looked at.
    """
    name = f"order {order.key.source} {order.key.id}"
    faults = [
        f"I5: {name} has given back more than was spent on it"
        for one in order.spent
        if not 0 <= one.returned <= sum(amount for _, amount in one.lots)
    ]
    if order.context is None:
        if order.posted != Posted():
            faults.append(f"I11: {name} has posted something and never counted")
        if order.member and order.total > 0:
            faults.append(f"I11: {name} is somebody's and has never counted")
        return tuple(faults)
    if rules is None:
        return tuple(faults)
    faults += [f"I11: {name} {fault}" for fault in _unlike(order, rules, order.context)]
    if entries is not None:
        told = posted(order, entries)
        pots = sorted({*order.posted.units, *order.forgiven})
        kept = {pot: order.forgiven.get(pot, Fraction(0)) for pot in pots}
        held = {pot: order.posted.units.get(pot, Fraction(0)) + kept[pot] for pot in pots}
        held = {pot: units for pot, units in held.items() if units}
        if told != replace(order.posted, units=held):
            faults.append(f"I11: {name} holds {order.posted}, its entries add up to {told}")
    return (*faults, *broken_split(rules, order, order.context))


def belongs(entry: Entry, order: Order) -> bool:
    """Tell whether an entry was made by a report of the order."""
    return entry.fact.rpartition("#")[0] == f"order#{order.key.source}#{order.key.id}"


def counted(entry: Entry) -> bool:
    """Tell whether an entry has posted anything for an order, and not only what had come due.

    Until an order counts it may pass to somebody else, or lapse while it is nobody's.
    """
    return any(one.cause in _OWN for one in entry.postings)


def posted(order: Order, entries: Iterable[Entry]) -> Posted:
    """Return what entries have posted for an order, whatever else they did on the way."""
    units: dict[str, Fraction] = {}
    spend = visits = 0
    for entry in entries:
        if not belongs(entry, order):
            continue
        for one in entry.postings:
            if one.cause not in _OWN:
                continue
            if one.measure in {"lot", "pending", "remainder", "debt", "cut"}:
                amount = -one.amount if one.measure == "debt" else one.amount
                units[one.pot] = units.get(one.pot, Fraction(0)) + amount
            elif one.measure == "spend":
                spend += int(one.amount)
            elif one.measure == "visits":
                visits += int(one.amount)
    return Posted({pot: amount for pot, amount in units.items() if amount}, spend, visits)


def _unlike(order: Order, rules: Program, context: Context) -> list[str]:
    """Say where what was posted is not what the order's present form is worth."""
    faults = [] if order.member else ["counts and is nobody's"]
    found = worth(rules, order, context)
    wanted = found.units
    told = {one.key: one.units for one in context.personal if one.units}
    if told != found.brought:
        faults.append("has counted other than it is worth for promotions of the member's own")
    for pot in sorted({*wanted, *order.posted.units}):
        more = order.posted.units.get(pot, Fraction(0)) - wanted.get(pot, Fraction(0))
        forgiven = rules.debt == "forgive" and more > 0 and more.denominator == 1
        if more and not forgiven:
            faults.append(f"has posted {more} more of pot {pot!r} than it is worth")
    if any(part.occurred for part in order.parts):
        latest = max(context.occurred_at, order.first_seen)
        if order.instant(latest) != context.occurred_at:
            faults.append("was not computed as of its own instant")
    if (order.posted.spend, order.posted.visits) != (order.spend, int(order.total > 0)):
        faults.append("has other figures posted than it comes to")
    return faults


def broken_split(program: Program, order: Order, context: Context) -> tuple[str, ...]:
    """Return where an order would have earned more line by line than it did as a whole (I14)."""
    parts = split(order)
    if not parts or gains_in_parts(program) or context.personal:
        return ()
    whole = worth(program, order, context).units
    earned = dict.fromkeys(whole, Fraction(0))
    for part in parts:
        for pot, units in worth(program, part, context).units.items():
            earned[pot] = earned.get(pot, Fraction(0)) + units
    by_points = bool(order.basket and order.basket.points_paid)
    return tuple(
        f"I14: in parts order {order.key.id} earns {units} of pot {pot!r}, not {whole.get(pot, 0)}"
        for pot, units in earned.items()
        if units - whole.get(pot, 0)
        > _rounding(program, context, pot, paid_with_points=by_points) * len(parts)
    )


def gains_in_parts(program: Program) -> tuple[str, ...]:
    """Name what in a program gives more for several orders than for one, as its owner wants it."""
    found = []
    if any(rule.per == "visit" for rule in program.earning):
        found.append("earning per visit")
    if any(promotion.bonus for promotion in program.promotions):
        found.append("bonuses per order")
    if any(cap.period == "order" for cap in program.caps):
        found.append("caps that refuse a large order")
    if program.stacking != "sum" and len(program.promotions) > 1:
        found.append("one promotion out of several for each order")
    if any(_lifts_a_share(program, promotion) for promotion in program.promotions):
        found.append("promotions of some lines where lines earn differently")
    return tuple(found)


def split(order: Order) -> tuple[Order, ...]:
    """Return the order rung up line by line; nothing where it is not one basket kept whole.

    What is not told by line (tip, tax, discount, points paid) is shared out by the lines' money,
    so that the parts add up to the whole.
    """
    basket = order.basket
    refunded = any(part.key.startswith(REFUND) for part in order.parts)
    if basket is None or refunded or order.total != basket.total or len(basket.lines) <= 1:
        return ()
    # Payments may bring less than was rung up, and a tip that the basket does not know of.
    if order.bill.brought != 1 or order.bill.tip != basket.tip:
        return ()
    goods = [line for line in basket.lines if line.category != GIFT_CARD]
    cards = [line for line in basket.lines if line.category == GIFT_CARD]
    paid = basket.total - sum(line.amount for line in cards)
    if paid < 0 or sum(line.amount for line in goods) <= 0:
        return ()
    weights = [line.amount for line in goods]
    shares = zip(
        goods,
        _shared(paid, weights),
        _shared(basket.tax, weights),
        _shared(basket.tip, weights),
        _shared(basket.discount, weights),
        _shared(basket.points_paid, weights),
        strict=True,
    )
    parts = [
        _alone(basket, total, (line,), tax=tax, tip=tip, discount=discount, points_paid=points)
        for line, total, tax, tip, discount, points in shares
    ]
    parts += [_alone(basket, line.amount, (line,)) for line in cards]
    return tuple(replace(order, parts=(part,), context=None, spent=()) for part in parts)


def _alone(basket: Part, total: int, lines: tuple[object, ...], **shares: int) -> Part:
    nothing = dict.fromkeys(("tax", "tip", "discount", "points_paid"), 0)
    changes: dict[str, object] = {**nothing, **shares, "total": total, "lines": lines}
    return replace(basket, key=BASKET, **changes)  # type: ignore[arg-type]


def _shared(amount: int, weights: Sequence[int]) -> list[int]:
    """Share out an amount in proportion, rounded cumulatively, so that nothing is left over."""
    whole, so_far, given = sum(weights), 0, 0
    shares = []
    for weight in weights:
        so_far += weight
        shares.append(amount * so_far // whole - given)
        given += shares[-1]
    return shares


def _lifts_a_share(program: Program, promotion: Promotion) -> bool:
    """Tell whether a promotion multiplies some lines' share of money that others earned."""
    if promotion.only == _EVERYTHING:
        return False
    mine = [rule for rule in program.earning if rule.pot == promotion.pot]
    return any(rule.per != "amount" or rule.only != _EVERYTHING or rule.minimum for rule in mine)


def _rounding(program: Program, context: Context, pot: str, *, paid_with_points: bool) -> Fraction:
    """Return what a part can gain by money that was rounded to minor units, in points."""
    rate = sum(
        (
            Fraction(rule.points, rule.amount or 1)
            for rule in program.earning
            if (rule.pot, rule.per) == (pot, "amount")
        ),
        Fraction(0),
    )
    if paid_with_points:
        # Items are counted whole: nearly a coffee is one.
        rate += sum(one.points for one in program.earning if (one.pot, one.per) == (pot, "item"))
    level = program.level(context.level)
    factor = Fraction(level.multiplier if level else ONE, ONE)
    lifted = factor
    for promotion in program.promotions:
        if promotion.pot == pot and promotion.multiplier:
            lifted += factor * Fraction(promotion.multiplier - ONE, ONE)
    # A promotion's share of the money is itself rounded, to a ten-thousandth of a point.
    return _SHARED * rate * lifted + lifted / ONE
