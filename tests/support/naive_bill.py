"""The counter of a shop: a bill laid out as coins, and hands that take coins away.

Each minor unit on a line is a coin that lies on that line's pile; money that no line tells lies
on a pile of its own. A refund takes coins by what it names, coin by coin. What it says beyond that
is taken from all coins evenly. What is left is counted by looking at the coins that still lie:
nothing is kept beside them. (Coins of one pile that are alike are moved together.)
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter as Counted
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from itertools import chain, repeat
from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from loyalty.core.order import Line, Part

NONE, ALL = Fraction(0), Fraction(1)
NOWHERE = -1


def counts(part: Part) -> int:
    return max(0, part.total - part.refunded) if part.status == "completed" else 0


@dataclass
class Coins:
    """Alike coins of one pile: how many, and what each is: money, of that points and tax.

    ``line`` is the line's place, None for what no line tells, -1 for what lies nowhere. ``number``
    may be broken, where a hand took a part of each coin. ``face`` is what a coin was
    when it was laid out.
    """

    line: int | None
    number: Fraction
    face: Fraction
    money: Fraction
    points: Fraction = NONE
    tax: Fraction = NONE
    off: Fraction = NONE
    untouched: bool = True

    def all(self, what: str) -> Fraction:
        each: Fraction = getattr(self, what)
        return each * self.number


@dataclass
class Counter:
    """What lies on the counter: goods, gift cards, the tip. ``quantities`` are the items' own."""

    lines: tuple[Line, ...] = ()
    goods: list[Coins] = field(default_factory=list)
    cards: list[Coins] = field(default_factory=list)
    tip: Fraction = NONE
    quantities: list[int] = field(default_factory=list)
    kept: Fraction = ALL
    rung: int | None = None
    spread: Fraction = ALL
    came: Fraction = ALL

    def of(self, what: str, wanted: Callable[[int | None], bool] = lambda _: True) -> Fraction:
        return sum((pile.all(what) for pile in self.goods if wanted(pile.line)), NONE)

    @property
    def on_cards(self) -> Fraction:
        return sum((pile.all("money") for pile in self.cards), NONE)

    @property
    def owed_in_money(self) -> Fraction:
        return max(NONE, self.of("money") - self.of("points") + self.on_cards)

    @property
    def total(self) -> int:
        by_points = min(self.of("points"), self.of("money") + self.on_cards)
        return floor(self.owed_in_money * self.came + self.tip + by_points)

    @property
    def on_goods(self) -> int:
        """Look at the coins for goods one by one: points have paid them, or money that came in."""
        money = self.of("money")
        by_points = min(ALL, self.of("points") / money) if money else NONE
        each = by_points + (1 - by_points) * self.came
        return floor(sum((pile.all("money") * each for pile in self.goods), NONE) + self.tip)

    # Hands

    def name(self, places: Iterable[int], amount: int) -> list[Coins]:
        """Put so many coins that no hand has touched yet apart, from these lines in turn."""
        found = []
        for place in places:
            for pile in [one for one in (*self.goods, *self.cards) if one.line == place]:
                if pile.untouched and amount:
                    taken = min(Fraction(amount), pile.number)
                    home = self.goods if pile in self.goods else self.cards
                    apart = replace(pile, number=taken, untouched=False)
                    home.append(apart)
                    pile.number -= taken
                    amount -= int(taken)
                    found.append(apart)
        return found

    def shrink(self, piles: Iterable[Coins], amount: Fraction, what: str = "money") -> None:
        """Take money (or points, or tax) from all coins evenly."""
        piles = list(piles)
        there = sum((pile.all(what) for pile in piles), NONE)
        for pile in piles:
            if there:
                each = getattr(pile, what)
                setattr(pile, what, each - each * min(amount, there) / there)

    def stir(self) -> None:
        """Let points and tax lie evenly on all goods again."""
        for what in ("points", "tax", "off"):
            there, money = self.of(what), self.of("money")
            for pile in self.goods:
                adrift = there if pile.line == NOWHERE else NONE
                setattr(pile, what, there * pile.money / money if money else adrift)


def told_twice(
    baskets: Iterable[tuple[int, int, frozenset[str]]], parts: dict[str, Part]
) -> dict[str, int]:
    """Walk through the versions of a basket; return what of each refund had left its total."""
    smallest: dict[int, int] = {}
    new: dict[int, set[str]] = {}
    for version, total, names in sorted(baskets, key=lambda told: told[0]):
        smallest[version] = min(total, smallest.get(version, total))
        older = set().union(*(names for at, names in new.items() if at < version))
        new.setdefault(version, set()).update(names - older)
    done: Counted[str] = Counted()
    height: int | None = None
    for version in sorted(smallest):
        # A total is a stack of coins. Those that lay on top of it before are missing now; each
        # belongs to a refund that stands here for the first time, as long as these have coins.
        missing = () if height is None else range(smallest[version], height)
        whose = chain.from_iterable(
            repeat(name, counts(parts[name])) for name in sorted(new[version]) if name in parts
        )
        done.update(name for _, name in zip(missing, whose, strict=False))
        height = smallest[version]
    return dict(done)


def counter(parts: dict[str, Part], twice: dict[str, int] | None = None) -> Counter:
    """Return what lies on the counter after everything that was told."""
    return _counter(tuple(parts.values()), tuple((twice or {}).items()))


@lru_cache(maxsize=4096)
def _counter(parts: tuple[Part, ...], twice: tuple[tuple[str, int], ...]) -> Counter:
    named = {part.key: part for part in parts}
    paid = [one for one in parts if one.key[:8] == "payment:" and one.status != "open"]
    basket = named.get("basket")
    if basket is None:
        new = [part for part in paid if not part.by_gift_card]
        coin = Coins(None, Fraction(sum(counts(part) for part in new)), ALL, ALL)
        tip = sum((Fraction(part.tip) for part in new if counts(part)), NONE)
        return Counter(goods=[coin], tip=tip, kept=_stayed(paid, None))
    if basket.status != "completed":
        taken_back = NONE if basket.status != "open" else ALL
        return Counter(kept=min(taken_back, _stayed(paid, None)))
    refunds = [one for one in parts if one.key[:7] == "refund:" and one.status == "completed"]
    refunds.sort(key=lambda one: one.key)
    basket, refunds = _once(basket, refunds, dict(twice))
    found = _laid_out(basket)
    points = found.of("points")
    loose = Fraction(basket.refunded)
    wanted = _names(basket, refunds)
    for refund in refunds:
        loose += _hand_back(found, refund, wanted[refund.key])
    left = found.of("money") + found.tip + found.on_cards
    if left:
        found.spread = max(NONE, left - loose) / left
        for what in ("money", "points", "tax", "off"):
            found.shrink(found.goods, found.of(what) * (1 - found.spread), what)
        found.shrink(found.cards, found.on_cards * (1 - found.spread))
        found.tip *= found.spread
    if points:
        found.kept = found.of("points") / points
    elif basket.total:
        found.kept = left * found.spread / basket.total
    return _held_against(found, paid) if paid else found


def _once(basket: Part, refunds: list[Part], twice: dict[str, int]) -> tuple[Part, list[Part]]:
    """Undo one of the two ways in which the same money was told to have gone back."""
    fallen = sum(twice.get(one.key, 0) for one in refunds)
    if not fallen:
        return basket, refunds
    # Lines and tip are marks on the counter that the basket's coins cover in turn.
    lying, bare = basket.total, 0
    for mark in (*(line.amount for line in basket.lines), basket.tip):
        covered = min(mark, lying)
        lying, bare = lying - covered, bare + mark - covered
    if bare >= fallen:
        # The fallen coins find their marks: so they lie there again, for the refund to take.
        whole = basket.total + fallen
        points = whole if basket.points_paid else 0  # where points alone have paid
        if basket.total:
            points = _dealt(basket.points_paid, basket.total, whole)
        return replace(basket, total=whole, points_paid=points), refunds
    return basket, [_waiting(one, twice.get(one.key, 0)) for one in refunds]


def _waiting(refund: Part, done: int) -> Part:
    """Return what of a refund's coins still have to be taken, where so many have been."""
    if not done:
        return refund
    ahead = range(done, refund.total)
    lines = [
        replace(line, quantity=0, amount=_dealt(line.amount, refund.total, len(ahead)))
        for line in refund.lines
        if ahead
    ]
    tip, tax, points = (
        _dealt(share, refund.total, len(ahead))
        for share in (refund.tip, refund.tax, refund.points_paid)
    )
    return replace(
        refund, total=len(ahead), lines=tuple(lines), tip=tip, tax=tax, points_paid=points
    )


def _dealt(coins: int, round_: int, places: int) -> int:
    """Deal coins evenly over the places of each round; return how many lie on the first places.

    The last place of a round completes a coin, so the coin of a number lies where its whole share
    of places has gone by.
    """
    if not coins:
        return 0
    most = range(1, coins * -(-places // round_) + 1)
    return bisect_right(most, places, key=lambda coin: -(-coin * round_ // coins))


def _laid_out(basket: Part) -> Counter:
    """Lay the basket's money out as coins."""
    tip = min(basket.tip, basket.total)
    sells = [line.category == "gift_card" for line in basket.lines]
    listed = sum(line.amount for line, card in zip(basket.lines, sells, strict=True) if card)
    told = sum(line.amount for line in basket.lines) - listed
    cards = min(listed, basket.total - tip)
    goods = basket.total - tip - cards
    untold = max(0, goods - told - basket.tax)
    found = Counter(basket.lines, tip=Fraction(tip), rung=basket.total)
    found.quantities = [line.quantity for line in basket.lines]
    for place, (line, card) in enumerate(zip(basket.lines, sells, strict=True)):
        face = Fraction(cards, listed or 1) if card else Fraction(goods, told + untold or 1)
        home = found.cards if card else found.goods
        home.append(Coins(place, Fraction(line.amount), face, face))
    if told + untold:
        face = Fraction(goods, told + untold)
        found.goods.append(Coins(None, Fraction(untold), face, face))
    # Tax beside lines of nothing is a coin that lies nowhere; so are points without goods.
    face = Fraction(0 if told + untold else goods)
    found.goods.append(Coins(NOWHERE, ALL, face, face))
    found.goods[-1].points = Fraction(min(basket.points_paid, basket.total))
    found.goods[-1].tax = Fraction(min(basket.tax, goods))
    found.goods[-1].off = Fraction(basket.discount) if goods else NONE
    found.stir()
    return found


def _hand_back(found: Counter, refund: Part, named: dict[int, tuple[int, int]]) -> Fraction:
    """Take what a refund names, then what else it tells; return what it does not name."""
    hand: list[Coins] = []
    for place, (quantity, amount) in named.items():
        hand += found.name([place], amount)
        found.quantities[place] -= quantity
    cards = [pile for pile in hand if any(pile is one for one in found.cards)]
    goods = [pile for pile in hand if not any(pile is one for one in cards)]
    there, points, tax = found.of("money"), found.of("points"), found.of("tax")
    off = found.of("off")
    by_points = min(ALL, points / there) if there else NONE
    cash = sum((pile.all("face") for pile in cards), NONE)
    cash += sum((pile.all("face") for pile in goods), NONE) * (1 - by_points)
    # A fee was kept, or a part of the price given back: that part of each coin stays.
    leaves = min(ALL, max(0, refund.total - refund.tip) / cash) if cash else ALL
    wanted = sum((pile.all("face") for pile in goods), NONE) * leaves
    from_cards = sum((pile.all("face") for pile in cards), NONE) * leaves
    for pile in hand:
        pile.number *= 1 - leaves
    # What these coins are short of, because something was taken evenly before.
    short = min(wanted, there) - (there - found.of("money"))
    found.shrink(found.goods, short)
    for what, told, before in (("points", refund.points_paid, points), ("tax", refund.tax, tax)):
        evenly = before * (there - min(wanted, there)) / there if there else before
        should = max(NONE, before - told) if told else evenly
        _put(found, what, should)
    said = (points - found.of("points") if refund.points_paid else NONE) + (
        tax - found.of("tax") if refund.tax else NONE
    )
    found.shrink(found.goods, max(NONE, said - wanted))
    even = found.of("money") / there if there else ALL
    _put(found, "off", off * even)
    found.stir()
    from_tip = min(found.tip, Fraction(refund.tip))
    found.tip -= from_tip
    taken = there - found.of("money")
    return max(NONE, refund.total - taken - from_cards - from_tip)


def _put(found: Counter, what: str, should: Fraction) -> None:
    """Let so much of the points (tax, …) lie on the counter; ``stir`` spreads it."""
    for pile in found.goods:
        setattr(pile, what, NONE)
    nowhere = next(pile for pile in found.goods if pile.line == NOWHERE)
    setattr(nowhere, what, should)


def _names(basket: Part, refunds: list[Part]) -> dict[str, dict[int, tuple[int, int]]]:
    """Hand lines back unit by unit: exact names first, then items, then categories."""
    found: dict[str, dict[int, tuple[int, int]]] = {part.key: {} for part in refunds}
    stock = [[line.quantity, line.amount] for line in basket.lines]
    asked = [
        (part.key, line, [line.quantity, line.amount]) for part in refunds for line in part.lines
    ]
    for same in (_same_name, _same_item, _same_kind):
        for key, line, more in asked:
            for place, sold in enumerate(basket.lines):
                if not same(line, sold):
                    continue
                units = [0, 0]
                for measure in (0, 1):
                    while stock[place][measure] and more[measure]:
                        stock[place][measure] -= 1
                        more[measure] -= 1
                        units[measure] += 1
                before = found[key].get(place, (0, 0))
                found[key][place] = before[0] + units[0], before[1] + units[1]
    return found


def _same_name(one: Line, other: Line) -> bool:
    return one.item == other.item and one.category == other.category


def _same_item(one: Line, other: Line) -> bool:
    return one.item != "" and one.item == other.item


def _same_kind(one: Line, other: Line) -> bool:
    return one.item == "" and one.category != "" and one.category == other.category


def _held_against(found: Counter, paid: list[Part]) -> Counter:
    """Hold what lies there against what payments have brought; the smaller counts."""
    brought, tips = sum(counts(one) for one in paid), sum(one.tip for one in paid if counts(one))
    wanted = found.owed_in_money
    kept = found.kept * _stayed(paid, wanted)
    tip = found.tip
    if tips:
        surplus = min(max(NONE, tips - tip), max(NONE, wanted - brought))
        tip = min(tip, Fraction(tips)) + surplus
    elif wanted and not brought:
        tip = NONE
    came = min(ALL, brought / wanted) if wanted else ALL
    return replace(found, tip=tip, kept=kept, came=came)


def _stayed(paid: list[Part], wanted: Fraction | None) -> Fraction:
    """Return which part of the coins that came in by payments still lies in the till.

    The bill is a row of places. Coins that lie in the till cover it from its beginning, then the
    holes that coins left which were given back; holes beyond the end of the row miss nobody.
    """
    there = [one for one in paid if one.status != "cancelled"] or paid
    end = covered = sum(counts(one) for one in there)
    for one in there:
        end += one.total - counts(one)
    row = Fraction(end) if wanted is None else min(Fraction(end), max(wanted, Fraction(covered)))
    if not row:
        return ALL if all(one.status == "completed" for one in there) else NONE
    return covered / row
