"""A bill against coins on a counter: what is left, and what it earns, for random orders."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from loyalty.core.bill import bill, returned
from loyalty.core.earning import worth
from loyalty.core.order import BASKET, Context, Line, Order, OrderKey, merge
from tests.support import mechanics, naive_rules
from tests.support.deciding import NOON, basket
from tests.support.deciding import program as bare
from tests.support.drive import made_up
from tests.support.naive_bill import counter, told_twice

if TYPE_CHECKING:
    from loyalty.core.order import Part

KEY = OrderKey("coffee", "till", "1")
KEYS = (BASKET, BASKET, BASKET, "payment:1", "payment:2", "refund:1", "refund:2")
PROGRAMS = [one for name in mechanics.NAMES for one in mechanics.versions(name)]


def reports(chance: random.Random) -> list[tuple[Part, ...]]:
    """Make up what a till may say of one order, one report after the other."""
    found = []
    for _ in range(chance.randrange(1, 7)):
        key = chance.choice(KEYS)
        content = chance.randrange(1 << 16)
        one = made_up(key, version=chance.randrange(1, 7), status=content // 7, content=content)
        parts: tuple[Part, ...] = (one,)
        if key == BASKET and chance.randrange(2):
            content = chance.randrange(1 << 16)
            listed = made_up("refund:1", version=1 + content % 2, status=0, content=content)
            lowered = min(one.total, listed.total * chance.randrange(2))
            parts = (replace(one, total=one.total - lowered), listed)
        found.append(parts)
    return found


MENU = (
    Line("latte", "coffee", 2000, 360),
    Line("cake", "cake", 1000, 250),
    Line("card", "gift_card", 1000, 500),
    Line("other", "gift_card", 2000, 300),
)


def told_two_ways(chance: random.Random) -> list[tuple[Part, ...]]:
    """Make up a bill of which something goes back that its next version leaves out as well."""
    lines = tuple(chance.sample(MENU, chance.randrange(1, 5)))
    tip, tax = chance.choice((0, 90)), chance.choice((0, 60))
    total = sum(line.amount for line in lines) + tip + chance.choice((0, tax, -40))
    points = chance.choice((0, 0, min(total, 200)))
    whole = basket(total, *lines, tip=tip, tax=tax, discount=40, points_paid=points)
    gone = tuple(chance.sample(lines, chance.randrange(len(lines) + 1)))
    shares = {"tip": chance.choice((0, tip)), "tax": chance.choice((0, tax, 25))}
    shares["points_paid"] = chance.choice((0, points, points // 2, points + 30))
    back = sum(line.amount for line in gone) + shares["tip"] + chance.choice((0, 70, -20))
    back = max(1, back)
    refund = replace(basket(back, *gone, **shares), key="refund:1")
    lowered = min(total, chance.choice((0, back, back // 2, back // 3)))
    left = tuple(line for line in lines if line not in gone or chance.randrange(3) == 0)
    after = replace(whole, version=2, total=total - lowered, lines=left)
    after = replace(after, points_paid=min(after.total, points))
    told: list[tuple[Part, ...]] = [(whole,), (after, refund)]
    if chance.randrange(2):
        half = tuple(replace(line, quantity=1000, amount=line.amount // 2) for line in lines[:1])
        told.append((replace(basket(120, *half, **shares), key="refund:2"),))
    chance.shuffle(told)
    return told


@pytest.mark.parametrize("seed", range(12))
def test_what_is_left_is_what_lies_on_the_counter(seed: int) -> None:
    chance = random.Random(seed)
    for number in range(60):
        told = (reports, told_two_ways)[number % 2](chance)
        order = Order(KEY, "USD", NOON, NOON)
        for parts in told:
            order = merge(order, *parts).order
        baskets = [
            (one.version, one.total, frozenset(part.key for part in parts if part.key > "refund:"))
            for parts in told
            for one in parts
            if one.key == BASKET
        ]
        newest = naive_rules.newest([part for parts in told for part in parts])
        lying = counter(newest, told_twice(baskets, newest))
        left = order.bill
        assert (order.total, left.kept, left.rung_up) == (lying.total, lying.kept, lying.rung)
        coins = [lying.of(what) for what in ("money", "points", "tax", "off")]
        assert [left.goods, left.points, left.tax, left.discount] == coins, told
        assert (left.tip, left.gift_cards) == (lying.tip, lying.on_cards)
        assert (left.spread, left.brought) == (lying.spread, lying.came)
        program = PROGRAMS[number % len(PROGRAMS)]
        units = worth(program, order, Context(1, NOON)).units
        assert (units, {}) == naive_rules.worth(program, lying, NOON, 0), told


def test_an_order_of_nothing_has_no_bill() -> None:
    nothing = bill(())
    assert nothing.total == 0
    assert nothing.money == nothing.paid_in_money == Fraction(0)
    assert nothing.kept == Fraction(1)
    assert nothing.rung_up is None


def test_lines_are_found_by_item_and_category_then_item_then_category() -> None:
    tea, cake = Line("tea", "drinks", 2000, 400), Line("cake", "food", 1000, 300)
    other = Line("tea", "", 1000, 150)
    lines = (other, tea, cake)
    found = returned(
        lines,
        [
            basket(0, replace(tea, quantity=3000, amount=500), version=1),
            replace(basket(0, Line("", "food", 1000, 1000)), key="refund:2"),
            replace(basket(0, Line("", "", 1000, 10)), key="refund:3"),
        ],
    )
    # First the tea that is called so, then what else is called tea.
    assert found["basket"] == {1: (2000, 400), 0: (1000, 100)}
    assert found["refund:2"] == {2: (1000, 300)}
    assert found["refund:3"] == {}
    assert Fraction(1) == bill((basket(0),)).kept


def test_a_refund_of_the_tip_alone_takes_nothing_from_the_lines_that_it_names() -> None:
    sold = basket(460, MENU[0], tip=100)
    back = replace(basket(100, MENU[0], tip=100), key="refund:1")
    left = bill((sold, back))
    assert [left.goods, left.tip, left.total] == [360, 0, 360]
    assert left.lines == ((replace(MENU[0], quantity=0), Fraction(360)),)


def test_items_whose_money_went_back_are_no_items() -> None:
    """However many there still are: they were free, in the end."""
    sold = basket(610, MENU[0], MENU[1])
    back = replace(basket(360, replace(MENU[0], quantity=0)), key="refund:1")
    per_item = {"pot": "points", "points": 1, "per": "item"}
    told = Order(KEY, "USD", NOON, NOON, (sold, back))
    for free, units in ((False, 1), (True, 3)):
        program = bare(earning=[{**per_item, "free_items": free}])
        assert worth(program, told, Context(1, NOON)).units == {"points": units}
