"""What a sale is worth, for every order of arrival of what is told of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from loyalty.core.decide.spending import Price
from loyalty.core.order import Line, OrderReport, Part
from loyalty.ledger.spending import Request
from tests.support.deciding import basket
from tests.support.world import World

POINTS: dict[str, Any] = {
    "pots": [{"id": "points"}],
    "earning": [{"pot": "points", "points": 1, "amount": 10}],
}
CASHBACK: dict[str, Any] = {
    "pots": [{"id": "points"}],
    "earning": [{"pot": "points", "points": 5, "amount": 100}],
    "points_as_money": {"pot": "points", "points": 1, "amount": 1, "share": 5000},
}
STAMPS: dict[str, Any] = {
    "pots": [{"id": "points", "kind": "stamps"}],
    "earning": [{"pot": "points", "points": 1, "per": "item", "only": {"categories": ["coffee"]}}],
}
CARD = Line("card", "gift_card", 1000, 5000)
COFFEE = Line("latte", "coffee", 1000, 200)
MEAL = Line("meal", "food", 2000, 2500)


def payment(total: int, name: str = "1", **changes: Any) -> Part:
    return replace(Part(f"payment:{name}", 1, "completed", total), **changes)


def refund(total: int, *lines: Line, name: str = "1", **changes: Any) -> Part:
    return replace(Part(f"refund:{name}", 1, "completed", total, lines=lines), **changes)


def balances(rules: dict[str, Any], *told: tuple[Part, ...]) -> set[int]:
    """Return where the customer stands in the end, for each order of arrival."""
    found = set()
    for arrival in permutations(told):
        world = World()
        world.put_program(**{"rewards": [], "points_as_money": None, **rules})
        ann = world.enrol()
        for parts in (*arrival, arrival[0]):
            report = replace(world.report(member=ann), parts=parts)
            world.sales.record_order(report, world.now)
        found.add(world.balance(ann))
    return found


@pytest.mark.parametrize(
    ("parts", "points"),
    [
        # A gift card and a coffee: each takes its own refund.
        ((basket(5200, CARD, COFFEE),), 20),
        ((basket(5200, CARD, COFFEE), refund(5000, CARD)), 20),
        ((basket(5200, CARD, COFFEE), refund(200, COFFEE)), 0),
        ((basket(5200, CARD, COFFEE), refund(100, replace(COFFEE, amount=100))), 10),
        ((basket(5200, CARD, COFFEE), refund(2500, replace(CARD, amount=2500))), 20),
        ((basket(5200, CARD, COFFEE), refund(5200, CARD, COFFEE)), 0),
        ((basket(5200, CARD, COFFEE), refund(5000, CARD), refund(200, COFFEE, name="2")), 0),
        ((basket(5200, CARD, COFFEE), refund(2600)), 10),
        # Named by their category only, as tills without ids do.
        (
            (
                basket(5200, replace(CARD, item=""), replace(COFFEE, item="")),
                refund(200, replace(COFFEE, item="")),
            ),
            0,
        ),
        (
            (
                basket(5200, replace(CARD, item=""), replace(COFFEE, item="")),
                refund(5000, replace(CARD, item="")),
            ),
            20,
        ),
        # The refund's payment is told, too: the same money goes back once.
        (
            (
                basket(5200, CARD, COFFEE),
                payment(5200, refunded=5000),
                refund(5000, CARD),
            ),
            20,
        ),
        # Tips.
        ((basket(2800, MEAL, tip=300), payment(2800, tip=300)), 250),
        ((basket(2800, MEAL, tip=300), payment(2500)), 250),
        ((basket(2800, MEAL, tip=300), payment(2650, tip=150)), 250),
        ((basket(2800, MEAL, tip=300), payment(1250), payment(1250, name="2")), 250),
        ((basket(2800, MEAL, tip=300), payment(1400, tip=150)), 125),
        ((basket(2800, MEAL), payment(2800, tip=300)), 250),
        ((basket(2500, MEAL), payment(2800, tip=300)), 250),
        ((payment(2800, tip=300),), 250),
        ((payment(2800, tip=300, refunded=1400),), 125),
        ((basket(2800, MEAL, tip=300), refund(1250, replace(MEAL, amount=1250))), 125),
        ((basket(2800, MEAL, tip=300), refund(300, tip=300)), 250),
        ((basket(2800, MEAL, tip=300), refund(1550, replace(MEAL, amount=1250), tip=300)), 125),
        ((basket(2800, MEAL, tip=300), refund(1400)), 125),
        # Tax inside the prices, and on top of them.
        ((basket(2500, MEAL, tax=500), refund(1250, replace(MEAL, amount=1250))), 125),
        ((basket(2750, MEAL, tax=250), refund(1375, replace(MEAL, amount=1250), tax=125)), 137),
        ((basket(2750, MEAL, tax=250), refund(250, tax=250)), 250),
        # A fee is kept, a part of the price is given back.
        ((basket(2500, MEAL), refund(1000, MEAL)), 150),
        # What the refund does not name is spread over what is left.
        (
            (
                basket(2700, MEAL, COFFEE),
                refund(200, COFFEE),
                refund(1250, name="2"),
            ),
            125,
        ),
    ],
)
def test_what_is_named_is_taken_from_what_it_names(parts: tuple[Part, ...], points: int) -> None:
    assert balances(POINTS, *((part,) for part in parts)) == {points}


@pytest.mark.parametrize(
    ("parts", "points"),
    [
        ((basket(1000, points_paid=300), payment(700)), 35),
        ((basket(1000, points_paid=300),), 35),
        ((basket(1000, points_paid=300), payment(350)), 17),
        ((basket(1000, points_paid=300), payment(350), payment(350, name="2")), 35),
        ((basket(1000, points_paid=300), payment(700, refunded=700)), 0),
        ((basket(1000, points_paid=300), refund(300, points_paid=300)), 35),
        ((basket(1000, points_paid=300), refund(500)), 17),
        ((basket(1000, points_paid=1000),), 0),
        ((basket(6000, CARD, Line("tea", "tea", 1000, 1000), points_paid=300), payment(5700)), 35),
    ],
)
def test_the_part_paid_with_points_takes_its_own(parts: tuple[Part, ...], points: int) -> None:
    assert balances(CASHBACK, *((part,) for part in parts)) == {points}


LATTES = Line("latte", "coffee", 2000, 1800)
ONE = Line("latte", "coffee", 1000, 900)
PASTRY = Line("bun", "pastry", 1000, 350)
FREE = Line("latte", "coffee", 1000, 0)


@pytest.mark.parametrize(
    ("parts", "stamps"),
    [
        ((basket(350, FREE, PASTRY),), 0),
        ((basket(350, replace(ONE, quantity=0, amount=0), PASTRY),), 0),
        ((basket(1250, replace(ONE, quantity=0), PASTRY),), 0),
        ((basket(1250, FREE, ONE, PASTRY),), 1),
        ((basket(1250, ONE, PASTRY, points_paid=900),), 0),
        ((basket(1250, ONE, PASTRY, points_paid=1250),), 0),
        ((basket(1250, ONE, PASTRY, points_paid=300),), 1),
        ((basket(1800, LATTES, points_paid=900),), 1),
        ((basket(1800, LATTES), refund(900, ONE)), 1),
        ((basket(1800, LATTES), refund(900)), 1),
        ((basket(1800, LATTES), payment(900)), 1),
        ((basket(1800, LATTES), refund(1800)), 0),
        ((basket(450, replace(ONE, quantity=500, amount=450)),), 0),
    ],
)
def test_what_is_free_or_paid_with_points_earns_no_stamp(
    parts: tuple[Part, ...], stamps: int
) -> None:
    assert balances(STAMPS, *((part,) for part in parts)) == {stamps}


def test_free_items_count_where_the_program_says_so() -> None:
    rule = {**STAMPS["earning"][0], "free_items": True}
    rules = {**STAMPS, "earning": [rule]}
    assert balances(rules, (basket(350, FREE, PASTRY),)) == {1}
    assert balances(rules, (basket(1250, FREE, ONE, PASTRY),)) == {2}


@pytest.mark.parametrize(
    ("rule", "points"),
    [
        ({"points": 4, "per": "visit"}, 0),
        ({"points": 1, "amount": 10, "minimum": 100}, 0),
    ],
)
def test_who_pays_with_points_alone_brings_nothing(rule: dict[str, Any], points: int) -> None:
    rules = {**POINTS, "earning": [{"pot": "points", **rule}]}
    assert balances(rules, (basket(500, points_paid=500),)) == {points}
    bonus = {"id": "b", "name": {"en": "x", "ru": "x"}, "pot": "points", "bonus": 7}
    assert balances({**POINTS, "promotions": [bonus]}, (basket(500, points_paid=500),)) == {0}


@pytest.mark.parametrize(
    ("only", "parts", "points"),
    [
        ({"exclude_categories": ["shipping"]}, (basket(500),), 50),
        ({"exclude_items": ["s1"]}, (basket(500),), 50),
        ({"exclude_categories": ["shipping"]}, (payment(500),), 50),
        ({"exclude_categories": ["shipping"]}, (basket(500), payment(250)), 25),
        ({"categories": ["coffee"]}, (basket(500),), 0),
        ({"items": ["latte"]}, (basket(500),), 0),
        ({"categories": ["coffee"], "exclude_items": ["s1"]}, (basket(500),), 0),
        # Of a basket with lines, money that no line tells is not shipping either.
        ({"exclude_categories": ["shipping"]}, (basket(500, COFFEE),), 50),
        ({"exclude_categories": ["coffee"]}, (basket(500, COFFEE),), 30),
        ({"categories": ["coffee"]}, (basket(500, COFFEE),), 20),
        ({"exclude_categories": ["coffee"]}, (basket(200, COFFEE),), 0),
    ],
)
def test_exclusions_take_what_no_line_tells(
    only: dict[str, Any], parts: tuple[Part, ...], points: int
) -> None:
    rules = {**POINTS, "earning": [{"pot": "points", "points": 1, "amount": 10, "only": only}]}
    assert balances(rules, *((part,) for part in parts)) == {points}


# Spent on a bill that becomes smaller

THREE = basket(1000, points_paid=300)


def spent_on(bill: int, *told: tuple[Part, ...], hold: bool = False) -> set[tuple[int, int]]:
    """Spend 300 of 500 points on an order, then tell of it; return points back, points earned."""
    found = set()
    for arrival in permutations(told):
        world = World()
        world.put_program(**{"rewards": [], **CASHBACK})
        ann = world.enrol()
        world.sell("before", total=10_000, member=ann)
        first = replace(world.report(member=ann), parts=(THREE,))
        request = Request("coffee", "till", "r1", "key:till")
        price = Price(points=300, bill=bill)
        if hold:
            world.spending.hold(request, ann.card_code, price, world.now)
            world.spending.capture(request, ann.card_code, world.now, None, first.key)
        else:
            world.spending.spend(request, ann.card_code, price, world.now, first.key)
        for parts in arrival:
            report: OrderReport = replace(first, parts=parts)
            world.sales.record_order(report, world.now)
        of_orders = [entry for entry in world.entries(ann) if entry.fact.startswith("order#")]
        moved = [one for entry in of_orders for one in entry.postings]
        back = sum(int(one.amount) for one in moved if one.cause in {"return", "redeem"})
        found.add((back, world.balance(ann) - 200 - back))
    return found


SMALLER = basket(500, version=2, points_paid=150)


@pytest.mark.parametrize("hold", [False, True])
@pytest.mark.parametrize(
    ("told", "back", "earned"),
    [
        (((THREE,),), 0, 35),
        (((THREE,), (SMALLER,)), 150, 17),
        (((THREE,), (replace(SMALLER, points_paid=0),)), 150, 25),
        (((THREE,), (THREE, refund(500))), 150, 17),
        # The same refund, listed beside a total that was lowered for it.
        (((THREE,), (SMALLER, refund(500))), 150, 17),
        (((THREE,), (SMALLER, refund(500)), (replace(SMALLER, version=3), refund(500))), 150, 17),
        # First an edit, then a refund of half of what is left.
        (
            ((THREE,), (SMALLER,), (replace(SMALLER, version=3), refund(250))),
            225,
            8,
        ),
        (((THREE,), (replace(THREE, version=2, status="cancelled"),)), 300, 0),
        (((THREE,), (replace(SMALLER, total=0, points_paid=0),)), 300, 0),
    ],
)
def test_a_smaller_bill_gives_back_what_it_no_longer_needs(
    told: tuple[tuple[Part, ...], ...], back: int, earned: int, *, hold: bool
) -> None:
    assert spent_on(1000, *told, hold=hold) == {(back, earned)}


def test_a_bill_that_was_a_little_less_than_asked_for_gives_nothing_back() -> None:
    assert spent_on(1000, (basket(900, points_paid=300),)) == {(0, 30)}
    assert spent_on(1000, (basket(1200, points_paid=300),)) == {(0, 45)}


@pytest.mark.parametrize(
    ("told", "points"),
    [
        # One refund both ways counts once; two are two; an edit and a later refund are two.
        (((basket(1000),), (basket(700, version=2), refund(300))), 70),
        (
            (
                (basket(1000),),
                (basket(700, version=2), refund(300)),
                (basket(500, version=3), refund(300), refund(200, name="2")),
            ),
            50,
        ),
        (((basket(1000),), (basket(500, version=5), refund(300), refund(200, name="2"))), 50),
        (((basket(1000),), (basket(1000, version=2), refund(300))), 70),
        (((basket(10_000),), (basket(100, version=2),), (basket(100, version=3), refund(100))), 0),
        (((basket(1000),), (basket(900, version=2), refund(300))), 70),
        (((basket(700, version=2), refund(300)),), 40),
        # The lines still show what went back.
        (((basket(450, MEAL, COFFEE, version=2), refund(250)),), 20),
    ],
)
def test_one_refund_told_two_ways_is_subtracted_once(
    told: tuple[tuple[Part, ...], ...], points: int
) -> None:
    assert balances(POINTS, *told) == {points}


def test_a_refund_told_two_ways_takes_from_the_line_that_it_names() -> None:
    rule = {"pot": "points", "points": 1, "amount": 10, "only": {"categories": ["coffee"]}}
    rules = {**POINTS, "earning": [rule]}
    whole = basket(2700, MEAL, COFFEE)
    kept_lines = (basket(2500, MEAL, COFFEE, version=2), refund(200, COFFEE))
    gone_lines = (basket(2500, MEAL, version=2), refund(200, COFFEE))
    other_line = (basket(200, COFFEE, version=2), refund(2500, MEAL))
    assert balances(rules, (whole,), kept_lines) == {0}
    assert balances(rules, (whole,), gone_lines) == {0}
    assert balances(rules, (whole,), other_line) == {20}
