"""What is left of an order's money: its components, each less what was taken from it.

A basket is what was rung up, payments say what money came in, refunds what went back. What a
refund names (lines, tip, tax, gift cards, the part paid with points) is taken from what it names.
What it does not name, and money that payments have not brought, is spread over what is left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from loyalty.core.part import BASKET, PAYMENT, REFUND, Line, Part
from loyalty.program.rules import GIFT_CARD

if TYPE_CHECKING:
    from collections.abc import Iterable

_NONE = Fraction(0)
_ALL = Fraction(1)
_WAYS = 3
"""In how many ways a refund may name a line, the plainest first."""


@dataclass(frozen=True, slots=True)
class Bill:
    """An order's money as it stands, in exact minor units.

    Attributes
    ----------
    goods
        What goods cost, with tax and with what points paid of it; without gift cards and tip.
    points, tax, discount
        How much of ``goods`` points paid and tax is; by how much goods were lowered.
    tip, gift_cards
        What else was rung up.
    brought
        Which part of the money for goods and gift cards has come in and stayed, from 0 to 1.
    lines
        The basket's lines that sell goods, less what refunds have named, each with its weight:
        what it is of the goods.
    untold
        The weight of goods that a basket's lines do not tell.
    spread
        What is left of everything after refunds that name nothing, from 0 to 1; it is taken off
        all amounts already, and off no line.
    kept
        Which part of what was rung up was not paid back: what points have bought is kept in the
        same proportion.
    rung_up
        The basket's total, before anything was paid back; None without one that counts.
    """

    goods: Fraction = _NONE
    points: Fraction = _NONE
    tax: Fraction = _NONE
    discount: Fraction = _NONE
    tip: Fraction = _NONE
    gift_cards: Fraction = _NONE
    brought: Fraction = _ALL
    lines: tuple[tuple[Line, Fraction], ...] = ()
    untold: Fraction = _NONE
    spread: Fraction = _ALL
    kept: Fraction = _ALL
    rung_up: int | None = None

    @property
    def expected(self) -> Fraction:
        """Return what money, and not points, pays for goods and gift cards."""
        return max(_NONE, self.goods + self.gift_cards - self.points)

    @property
    def money(self) -> Fraction:
        """Return what of it has come in, with the tip."""
        return self.expected * self.brought + self.tip

    @property
    def for_goods(self) -> Fraction:
        """Return what money has paid for goods, with the tip: what buys gift cards comes again."""
        return max(_NONE, self.goods - self.points) * self.brought + self.tip

    @property
    def spent(self) -> int:
        """Return what was spent, in whole minor units: gift cards are, once they pay for goods."""
        return int(self.for_goods + min(self.points, self.goods))

    @property
    def total(self) -> int:
        """Return what counts of the whole, in whole minor units."""
        return int(self.money + min(self.points, self.goods + self.gift_cards))

    @property
    def paid_in_money(self) -> Fraction:
        """Return which part of each line money has paid, and not points, and nobody paid back."""
        if not self.goods:
            return _NONE
        by_points = min(_ALL, self.points / self.goods)
        return self.spread * self.brought * (1 - by_points)


@lru_cache(maxsize=512)
def bill(parts: tuple[Part, ...], taken_off: tuple[tuple[str, int], ...] = ()) -> Bill:
    """Return what is left of an order.

    Parameters
    ----------
    taken_off
        By refund: how much of it the basket's total was lowered by already.
    """
    basket = next((part for part in parts if part.key == BASKET), None)
    payments = [part for part in parts if part.key.startswith(PAYMENT) and part.status != "open"]
    refunds = [part for part in parts if part.key.startswith(REFUND) and part.status == "completed"]
    if basket is None:
        return _paid_alone(payments)
    if basket.status != "completed":
        there = _ALL if basket.status == "open" else _NONE
        return Bill(kept=min(there, _not_paid_back(payments)))
    left = _left(*_restored(basket, refunds, dict(taken_off)))
    return _with_payments(left, payments) if payments else left


def _paid_alone(payments: list[Part]) -> Bill:
    """Return the bill of an order of which only payments are known.

    Nothing tells whether they paid for gift cards. So money counts where it comes in, and what a
    gift card pays has counted before.
    """
    goods, tip = _brought([part for part in payments if not part.by_gift_card])
    return Bill(goods=goods, tip=tip, kept=_not_paid_back(payments))


def _brought(payments: list[Part]) -> tuple[Fraction, Fraction]:
    """Return what payments have brought for goods, and as tips that they tell."""
    tips = sum(part.tip for part in payments if part.net)
    return Fraction(sum(part.net for part in payments)), Fraction(tips)


def _with_payments(left: Bill, payments: list[Part]) -> Bill:
    """Let the smaller of what was rung up and what was paid count.

    Payments are told without their tips, so the goods are held against them.
    """
    goods, tips = _brought(payments)
    expected, tip = left.expected, left.tip
    kept = left.kept * _not_paid_back(payments, expected)
    if tips:
        # A tip that the basket does not know of was rung up as something else.
        more = min(max(_NONE, tips - tip), max(_NONE, expected - goods))
        tip = min(tip, tips) + more
    elif expected and not goods:
        tip = _NONE
    brought = min(_ALL, goods / expected) if expected else _ALL
    return replace(left, tip=tip, brought=brought, kept=kept)


def _not_paid_back(payments: list[Part], expected: Fraction | None = None) -> Fraction:
    """Return which part of the payments stayed, but for what is known to be paid back anyway.

    Neither a payment to come nor one that failed while another went through was paid back.
    """
    paid = [part for part in payments if part.status != "cancelled"] or payments
    stayed = Fraction(sum(part.net for part in paid))
    back = sum(part.total for part in paid) - stayed
    if expected is not None and back:
        back = min(back, max(_NONE, expected - stayed))
    if stayed + back:
        return stayed / (stayed + back)
    # Nothing was to pay, as for a reward: it is kept until somebody takes the order back.
    return Fraction(all(part.status == "completed" for part in paid))


def _restored(
    basket: Part, refunds: list[Part], taken_off: dict[str, int]
) -> tuple[Part, list[Part]]:
    """Return basket and refunds so that nothing is subtracted twice.

    Where a basket's total was lowered by a refund and its lines were not, the total is raised
    again (and with it what points paid of it), so that the refund takes from the lines that it
    names. Otherwise the refund is done.
    """
    lowered = sum(taken_off.get(part.key, 0) for part in refunds)
    if not lowered:
        return basket, refunds
    if sum(line.amount for line in basket.lines) + basket.tip - basket.total >= lowered:
        whole = basket.total + lowered
        points = basket.points_paid * whole // (basket.total or 1)
        return replace(basket, total=whole, points_paid=points), refunds
    return basket, [_less(part, taken_off.get(part.key, 0)) for part in refunds]


def _less(refund: Part, done: int) -> Part:
    """Return what is left to do of a refund; what was done has left the lines, too."""
    left = max(0, refund.total - done)
    if not done:
        return refund
    if not left:
        return replace(refund, total=0, tip=0, tax=0, points_paid=0, lines=())
    lines = tuple(
        replace(line, quantity=0, amount=line.amount * left // refund.total)
        for line in refund.lines
    )
    tip, tax, points = (
        share * left // refund.total for share in (refund.tip, refund.tax, refund.points_paid)
    )
    return replace(refund, total=left, tip=tip, tax=tax, points_paid=points, lines=lines)


def _left(basket: Part, refunds: list[Part]) -> Bill:
    """Return what refunds leave of a basket."""
    tip = min(basket.tip, basket.total)
    listed = sum(line.amount for line in basket.lines if line.category == GIFT_CARD)
    cards = min(listed, basket.total - tip)
    goods = basket.total - tip - cards
    told = sum(line.amount for line in basket.lines) - listed
    untold = max(0, goods - told - basket.tax)
    points = min(basket.points_paid, basket.total)
    # What one minor unit on a line stands for: lines may be told without tax or discounts.
    good, card = Fraction(goods, told + untold or 1), Fraction(cards, listed or 1)
    shares = _Goods(Fraction(goods), Fraction(points), Fraction(min(basket.tax, goods)))
    sold = [_Sold(line, card if line.category == GIFT_CARD else good) for line in basket.lines]
    left_tip, left_cards, unnamed = Fraction(tip), Fraction(cards), Fraction(basket.refunded)
    gone = returned(basket.lines, refunds)
    for refund in refunds:
        of_goods, of_cards = _named(sold, gone[refund.key], refund, shares.by_points)
        of_goods = shares.take(refund, of_goods)
        of_tip = min(left_tip, Fraction(refund.tip))
        left_tip, left_cards = left_tip - of_tip, left_cards - of_cards
        unnamed += max(_NONE, refund.total - of_goods - of_cards - of_tip)
    whole = shares.goods + left_tip + left_cards
    spread = max(_NONE, whole - unnamed) / whole if whole else _ALL
    if points:
        kept = shares.points * spread / points
    else:
        kept = whole * spread / basket.total if basket.total else _ALL
    return Bill(
        goods=_part(shares.goods, spread),
        points=_part(shares.points, spread),
        tax=_part(shares.tax, spread),
        discount=_part(basket.discount * shares.goods / goods, spread) if goods else _NONE,
        tip=_part(left_tip, spread),
        gift_cards=_part(left_cards, spread),
        lines=tuple((one.left, one.weight) for one in sold if one.left.category != GIFT_CARD),
        untold=Fraction(untold),
        spread=spread,
        kept=kept,
        rung_up=basket.total,
    )


def _part(whole: Fraction, share: Fraction) -> Fraction:
    """Return a share; most orders are whole, and multiplying fractions is dear."""
    return whole if share == _ALL else whole * share


class _Sold:
    """A line, what is left of it, and what money one minor unit on it stands for."""

    __slots__ = ("left", "weight", "worth")

    def __init__(self, line: Line, worth: Fraction) -> None:
        self.left = line
        self.weight = Fraction(line.amount)
        self.worth = worth


class _Goods:
    """Money for goods, what of it points paid and what tax is, while refunds take from it."""

    __slots__ = ("goods", "points", "tax")

    def __init__(self, goods: Fraction, points: Fraction, tax: Fraction) -> None:
        self.goods, self.points, self.tax = goods, points, tax

    @property
    def by_points(self) -> Fraction:
        """Return which part of the goods points paid."""
        return min(_ALL, self.points / self.goods) if self.goods else _NONE

    def take(self, refund: Part, named: Fraction) -> Fraction:
        """Take what a refund names of the goods; return how much that is.

        What it says of tax and of points counts; where it says nothing they go with its lines.
        """
        part = named / self.goods if self.goods else _NONE
        points = min(self.points, Fraction(refund.points_paid) or self.points * part)
        tax = min(self.tax, Fraction(refund.tax) or self.tax * part)
        told = (points if refund.points_paid else _NONE) + (tax if refund.tax else _NONE)
        taken = min(self.goods, max(named, told))
        self.goods, self.points, self.tax = self.goods - taken, self.points - points, self.tax - tax
        return taken


def _named(
    sold: list[_Sold], taken: dict[int, tuple[int, int]], refund: Part, by_points: Fraction
) -> tuple[Fraction, Fraction]:
    """Take what a refund names from the lines; return the money of goods and of gift cards.

    No more is taken than was paid back: some keep a fee, or give back a part of the price. Whoever
    tells only the money of what was paid with points, too, means the whole line.
    """
    goods = cards = _NONE
    for index, (_, amount) in taken.items():
        if sold[index].left.category == GIFT_CARD:
            cards += amount * sold[index].worth
        else:
            goods += amount * sold[index].worth
    money = goods * (1 - by_points) + cards
    most = min(_ALL, max(0, refund.total - refund.tip) / money) if money else _ALL
    for index, (quantity, amount) in taken.items():
        one = sold[index]
        one.weight -= amount * most
        one.left = replace(one.left, quantity=one.left.quantity - quantity, amount=int(one.weight))
    return goods * most, cards * most


def returned(
    lines: tuple[Line, ...], refunds: Iterable[Part]
) -> dict[str, dict[int, tuple[int, int]]]:
    """Return what each refund names of each line: thousandths and minor units, by the line's place.

    The plainest names go first: item and category, then the item alone, then the category where
    no item is told.
    """
    left = [[line.quantity, line.amount] for line in lines]
    found: dict[str, dict[int, tuple[int, int]]] = {}
    wanted: list[tuple[str, Line, list[int]]] = []
    for refund in refunds:
        found[refund.key] = {}
        wanted += [(refund.key, line, [line.quantity, line.amount]) for line in refund.lines]
    for way in range(_WAYS):
        places: dict[object, list[int]] = {}
        for index, one in enumerate(lines):
            places.setdefault(_sold_as(one, way), []).append(index)
        for key, line, more in wanted:
            for index in places.get(_named_as(line, way), ()):
                if not any(more):
                    break
                quantity, amount = (min(*pair) for pair in zip(left[index], more, strict=True))
                before = found[key].get(index, (0, 0))
                found[key][index] = before[0] + quantity, before[1] + amount
                for place, taken in enumerate((quantity, amount)):
                    left[index][place] -= taken
                    more[place] -= taken
    return found


def _sold_as(line: Line, way: int) -> object:
    return ((line.item, line.category), line.item, line.category)[way]


def _named_as(line: Line, way: int) -> object:
    """Return what a refund's line calls what it means; None where it does not in this way."""
    if way == 0:
        return line.item, line.category
    if way == 1:
        return line.item or None
    return None if line.item else line.category or None
