"""What a sale is worth, for every order of arrival of what is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from typing import Any

import pytest

from loyalty.core.account import Month
from loyalty.core.decide.spending import Price
from loyalty.core.member import Application
from loyalty.core.order import Line, OrderReport, Part
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.messages import Contact
from tests.support import soundness
from tests.support.deciding import basket
from tests.support.world import World

NO_MONEY: dict[str, Any] = {"points_as_money": None}
REWARDS = [{"id": "x", "pot": "points", "price": 30, "name": {"en": "x", "ru": "x"}}]
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
        ((basket(2800, MEAL, tip=300), payment(2500, tip=300)), 250),
        ((basket(2800, MEAL, tip=300), payment(2500)), 250),
        ((basket(2800, MEAL, tip=300), payment(2500, tip=150)), 250),
        ((basket(2800, MEAL, tip=300), payment(1250), payment(1250, name="2")), 250),
        ((basket(2800, MEAL, tip=300), payment(1250, tip=150)), 125),
        ((basket(2800, MEAL), payment(2500, tip=300)), 250),
        ((basket(2500, MEAL), payment(2500, tip=300)), 250),
        ((payment(2500, tip=300),), 250),
        ((basket(2800, MEAL, tip=300), payment(2500, refunded=2500)), 0),
        ((payment(2500, tip=300, refunded=1250),), 125),
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
        # Points are a discount now: of 1000 less 300 are 500 left to pay, so five sevenths stay.
        (((THREE,), (replace(SMALLER, points_paid=0),)), 85, 25),
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


LISTED = basket(700, version=2), refund(300)


@pytest.mark.parametrize(
    ("told", "points"),
    [
        # The total came back: the refund was none, whichever version is heard of last.
        (((basket(1000),), LISTED, (basket(1000, version=3),)), 100),
        # The total stays: it was one.
        (((basket(1000),), LISTED, (basket(700, version=3),)), 70),
        # An edit after it, and an edit before it that is heard of late.
        (((basket(1000),), LISTED, (basket(600, version=3),)), 60),
        (((basket(1200),), (basket(1000, version=2),), (basket(700, version=3), refund(300))), 70),
        # Told as money of its own, it stands without being listed again.
        (((basket(1000),), (basket(1000, version=2), refund(300)), (basket(1000, version=3),)), 70),
        # Dropped, and another is listed in its place.
        (((basket(1000),), LISTED, (basket(500, version=3), refund(200, name="2"))), 50),
        # Dropped and listed again.
        (((basket(1000),), LISTED, (basket(700, version=3),), (LISTED[0], LISTED[1])), 70),
        # The dropped refund is taken back as a part of its own, too.
        (
            (
                (basket(1000),),
                LISTED,
                (basket(1000, version=3),),
                (replace(refund(300), version=2, status="cancelled"),),
            ),
            100,
        ),
    ],
)
def test_a_refund_that_is_listed_and_later_dropped_ends_the_same_for_every_arrival(
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


# When an order happened

HAPPY = {
    **POINTS,
    "promotions": [
        {
            "id": "happy",
            "name": {"en": "Happy hour", "ru": "Счастливый час"},
            "pot": "points",
            "multiplier": 20_000,
            "windows": [{"start": "09:00", "until": "17:00"}],
        }
    ],
}
EVENING = datetime(2026, 5, 4, 21, 5, tzinfo=UTC)  # 17:05 in New York
BEFORE = EVENING - timedelta(minutes=10)


def told_at(*told: tuple[datetime, tuple[Part, ...]], rules: dict[str, Any]) -> set[Any]:
    """Return where the customer stands for each arrival of reports that tell when they happened."""
    found = set()
    for arrival in permutations(told):
        world = World()
        world.now = EVENING + timedelta(days=30)
        world.put_program(**{"zone": "America/New_York", "rewards": [], **NO_MONEY, **rules})
        ann = world.enrol()
        for at, parts in (*arrival, arrival[0]):
            report = replace(world.report(member=ann), parts=parts, occurred_at=at)
            outcome = world.sales.record_order(report, world.now)
            assert not outcome.conflict
        account = world.account(ann)
        months = tuple(sorted(account.months.items()))
        found.add((account.balance("points"), account.pot("points"), months, account.spend))
        assert soundness.faults(world) == []
    return found


@pytest.mark.parametrize(
    ("told", "points"),
    [
        (((BEFORE, (payment(1500),)), (EVENING, (payment(1500, "2"),))), 600),
        (((EVENING, (payment(1500),)), (EVENING, (payment(1500, "2"),))), 300),
        (
            (
                (BEFORE, (payment(1500, status="cancelled"),)),
                (EVENING, (payment(1500, "2"),)),
            ),
            150,
        ),
        (((BEFORE, (basket(1500),)), (EVENING, (basket(1500, version=2),))), 150),
        (((EVENING, (basket(1500),)), (BEFORE, (basket(1500, version=2),))), 300),
        (((EVENING, (basket(1500),)), (BEFORE, (payment(1500),))), 300),
        (((EVENING, (basket(1500),)), (BEFORE, (refund(500),))), 100),
        (
            (
                (BEFORE, (payment(1500, refunded=1500),)),
                (EVENING, (payment(1500, "2"),)),
            ),
            300,
        ),
    ],
)
def test_an_order_happened_when_the_earliest_of_its_parts_did(
    told: tuple[tuple[datetime, tuple[Part, ...]], ...], points: int
) -> None:
    (end,) = told_at(*told, rules=HAPPY)
    assert end[0] == points


def test_days_months_and_lots_follow_the_instant() -> None:
    rules = {
        **POINTS,
        "pots": [{"id": "points", "expiry": {"months": 3}}],
        "caps": [{"pot": "points", "period": "day", "points": 120}],
        "tiers": {
            "levels": [
                {"id": "a", "name": {"en": "a", "ru": "а"}},
                {"id": "b", "name": {"en": "b", "ru": "б"}, "spend": 10**9},
            ],
            "window": "rolling",
            "down": "fit",
        },
    }
    april, may = EVENING - timedelta(days=5), EVENING
    (end,) = told_at((may, (payment(1000),)), (april, (payment(1000, "2"),)), rules=rules)
    assert end[0] == 120
    assert end[2] == ((2026 * 12 + 3, Month(2000, 1, 120)),)
    (mended,) = told_at((april, (basket(1000),)), (may, (basket(1000, version=2),)), rules=rules)
    assert mended[2] == ((2026 * 12 + 4, Month(1000, 1, 100)),)


def test_what_an_order_is_worth_less_is_taken_from_where_it_was() -> None:
    """And not from what it keeps, which lives as long as its mended instant says."""
    rules = {**POINTS, **NO_MONEY, "pots": [{"id": "points", "expiry": {"months": 3}}]}
    april = EVENING - timedelta(days=5)
    ends = set()
    for arrival in permutations(((EVENING, basket(1000)), (april, basket(700, version=2)))):
        world = World()
        world.now = EVENING
        world.put_program(**rules, rewards=[])
        ann = world.enrol()
        world.sell("other", total=1000, member=ann)
        for at, part in arrival:
            report = replace(world.report(member=ann), parts=(part,), occurred_at=at)
            world.sales.record_order(report, world.now)
        assert soundness.faults(world) == []
        ends.add(tuple(amount for _, amount in world.account(ann).pot("points").lots))
    assert ends == {(70, 100)}


def test_a_redemption_that_names_an_order_says_nothing_of_when_it_happened() -> None:
    ends = set()
    for paid_first in (True, False):
        world = World()
        world.now = BEFORE
        world.put_program(
            **{**CASHBACK, "zone": "America/New_York", "promotions": HAPPY["promotions"]},
            rewards=[],
        )
        ann = world.enrol()
        world.sell("before", total=10_000, member=ann)
        report = replace(world.report(member=ann), parts=(basket(4000),), occurred_at=EVENING)
        request = Request("coffee", "till", "r1", "key:till")
        if not paid_first:
            world.sales.record_order(report, EVENING)
        price = Price(points=300, bill=4000)
        world.spending.spend(request, ann.card_code, price, world.now, report.key)
        if paid_first:
            world.sales.record_order(report, EVENING)
        ends.add(world.balance(ann))
    assert ends == {1000 - 300 + 200}


def test_an_order_is_computed_by_the_program_of_its_day() -> None:
    ends = set()
    for late in (timedelta(0), timedelta(days=5)):
        for first in (True, False):
            world = World()
            world.put_program(**{**POINTS, "rewards": [], **NO_MONEY})
            ann = world.enrol()
            sold = world.report(member=ann)
            if first:
                world.sales.record_order(sold, world.now)
            world.wait(days=1)
            richer = [{"pot": "points", "points": 9, "amount": 10}]
            world.put_program(**{**POINTS, "rewards": [], **NO_MONEY, "earning": richer})
            world.now += late
            world.sales.record_order(sold, world.now)
            ends.add(world.balance(ann))
            newer = replace(sold, parts=(basket(2000, version=2),))
            world.sales.record_order(newer, world.now)
            ends.add(world.balance(ann) - 100)
    assert ends == {100}


# Caps


CAPPED = {**POINTS, "caps": [{"pot": "points", "period": "day", "points": 50}]}


def shop(**rules: Any) -> tuple[World, Any]:
    world = World()
    world.put_program(**{"rewards": [], **NO_MONEY, **rules})
    return world, world.enrol()


def test_no_history_of_edits_gets_round_a_cap() -> None:
    world, ann = shop(**CAPPED)
    for order in range(10):
        world.sell(str(order), total=1, member=ann)
    for order in range(10):
        world.sell(str(order), version=2, total=5000, member=ann)
    assert world.balance(ann) == 50
    for order in range(10):
        world.sell(str(order), version=3, total=400, member=ann)
    assert world.balance(ann) == 50
    for order in range(9):
        world.sell(str(order), version=4, total=400, status="refunded", member=ann)
    assert world.balance(ann) == 40
    assert soundness.faults(world) == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_room_comes_back_with_what_filled_it(order: tuple[int, ...]) -> None:
    world, ann = shop(**CAPPED)
    done = [
        lambda: world.sell("1", total=400, member=ann),
        lambda: world.sell("2", total=400, member=ann),
        lambda: world.sell("1", version=2, total=400, status="refunded", member=ann),
    ]
    for step in order:
        done[step]()
    assert world.balance(ann) == 40
    assert soundness.faults(world) == []


def test_what_is_forgiven_keeps_its_room() -> None:
    world, ann = shop(**CAPPED, debt="forgive", rewards=REWARDS)
    world.sell("1", total=400, member=ann)
    world.spending.redeem(
        "coffee", source="till", redemption="r", card_code=ann.card_code, reward="x", now=world.now
    )
    world.sell("1", version=2, total=400, status="refunded", member=ann)
    assert world.balance(ann) == 0
    world.sell("2", total=400, member=ann)
    assert world.balance(ann) == 20
    assert soundness.faults(world) == []


def test_two_cards_that_become_one_keep_what_they_were_credited() -> None:
    world, ann = shop(**CAPPED)
    ben = world.enrol()
    for member, name in ((ann, "a"), (ben, "b")):
        world.sell(name, total=700, member=member)
    world.staff.merge(
        Act("coffee", "anna", "m", "because"), ben.member_id, ann.member_id, world.now
    )
    assert world.balance(ann) == 100
    world.sell("c", total=700, member=ann)
    assert world.balance(ann) == 100
    for name in "abc":
        world.sell(name, version=2, total=700, status="refunded", member=ann)
    assert world.balance(ann) == 0
    assert soundness.faults(world) == []


# Levels


def ladder(**changes: Any) -> dict[str, Any]:
    levels = [
        {"id": f"l{number}", "name": {"en": "x", "ru": "x"}, **({"spend": spend} if spend else {})}
        for number, spend in enumerate((0, 10_000, 50_000))
    ]
    return {"tiers": {"levels": levels, **changes}, **POINTS}


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"down": "fit"},
        {"window": "rolling", "down": "step", "grace_months": 3},
        {"window": "rolling", "down": "fit", "grace_months": 3},
        {"window": "rolling"},
        {"window": "calendar_year"},
        {"down": "step", "quiet_months": 3},
    ],
)
def test_a_level_goes_with_what_alone_had_reached_it(rules: dict[str, Any]) -> None:
    world, ann = shop(**ladder(**rules))
    world.sell("1", total=12_000, member=ann)
    assert world.account(ann).level == 1
    world.sell("2", total=50_000, member=ann)
    assert world.account(ann).level == 2
    world.wait(days=70)
    world.sell("2", version=2, total=25_000, member=ann)
    assert world.account(ann).level == 1
    world.sell("2", version=3, total=50_000, status="refunded", member=ann)
    assert world.account(ann).level == 1
    world.sell("1", version=2, total=9_999, member=ann)
    assert (world.account(ann).level, world.account(ann).deadline) == (0, 0)
    assert soundness.faults(world) == []


def test_a_level_that_others_have_reached_stays() -> None:
    world, ann = shop(**ladder(window="rolling", rolling_months=1, down="fit", grace_months=6))
    world.sell("1", total=50_000, member=ann)
    world.wait(days=92)
    world.sell("2", total=500, member=ann)
    assert world.account(ann).level == 2
    world.sell("2", version=2, total=500, status="refunded", member=ann)
    assert world.account(ann).level == 2
    assert world.account(ann).deadline


def test_no_two_levels_fall_on_one_day() -> None:
    world, ann = shop(**ladder(window="rolling", rolling_months=1, down="step", quiet_months=2))
    world.sell("1", total=60_000, member=ann)
    levels = []
    for _ in range(200):
        world.wait(days=1)
        world.night(1)
        levels.append(world.account(ann).level)
    assert levels[-1] == 0
    assert max(one - other for one, other in pairwise([2, *levels])) == 1


def test_a_friend_who_pays_back_takes_the_level_along() -> None:
    levels = [
        {"id": "a", "name": {"en": "x", "ru": "x"}},
        {"id": "b", "name": {"en": "x", "ru": "x"}, "referrals": 1},
    ]
    world, ann = shop(
        **POINTS,
        tiers={"levels": levels},
        referral={"pot": "points", "referrer": 5, "friend": 5},
    )
    application = Application(
        first_name="Ben",
        contact=Contact("email", "ben@example.com"),
        birthday=None,
        language="en",
        consent_version="2026-11",
        marketing_consent_version=None,
        referrer_code=ann.card_code,
    )
    ben = world.enrolment.enrol("coffee", application, world.now)
    world.sell("1", total=500, member=ben)
    assert world.account(ann).level == 1
    world.sell("1", version=2, total=500, status="refunded", member=ben)
    assert world.account(ann).level == 0


# Gift cards


def test_money_of_a_gift_card_earns_once() -> None:
    assert balances(POINTS, (payment(5000),)) == {500}
    assert balances(POINTS, (payment(5000, by_gift_card=True),)) == {0}
    split = ((payment(3000, by_gift_card=True),), (payment(2000, "2"),))
    assert balances(POINTS, *split) == {200}
    # Where the basket is known, its gift cards have earned nothing, and what they pay does.
    lunch = basket(5000, replace(MEAL, amount=5000))
    assert balances(POINTS, (lunch,), (payment(5000, by_gift_card=True),)) == {500}
    assert balances(POINTS, (lunch,), *split) == {500}
    assert balances(POINTS, (basket(5000, CARD),), (payment(5000),)) == {0}


@pytest.mark.parametrize(
    ("parts", "visit", "bonus"),
    [
        ((basket(5000, CARD),), 0, 0),
        ((basket(5200, CARD, COFFEE),), 4, 27),
        ((basket(5200, CARD, COFFEE), refund(200, COFFEE)), 0, 0),
        ((basket(5200, CARD, COFFEE), refund(5000, CARD)), 4, 27),
        ((basket(5200, CARD, COFFEE, points_paid=200),), 0, 0),
        ((basket(5000, CARD), payment(5000)), 0, 0),
        ((basket(200, COFFEE), payment(200, by_gift_card=True)), 4, 27),
    ],
)
def test_buying_a_gift_card_is_no_visit_that_earns_and_brings_no_bonus(
    parts: tuple[Part, ...], visit: int, bonus: int
) -> None:
    told = tuple((part,) for part in parts)
    by_visit = {"pot": "points", "points": 4, "per": "visit"}
    assert balances({**POINTS, "earning": [by_visit]}, *told) == {visit}
    extra = {"id": "b", "name": {"en": "x", "ru": "x"}, "pot": "points", "bonus": 7}
    assert balances({**POINTS, "promotions": [extra]}, *told) == {bonus}


CUT = Line("cut", "cut", 1000, 10_000)
GIFT = Line("card", "gift_card", 1000, 10_000)


@pytest.mark.parametrize(
    ("orders", "spend", "visits", "level"),
    [
        ([(basket(10_000, GIFT),)], 0, 1, 0),
        (
            [(basket(10_000, GIFT),), (basket(10_000, CUT), payment(10_000, by_gift_card=True))],
            *(10_000, 2, 1),
        ),
        ([(basket(20_000, GIFT, CUT),)], 10_000, 1, 1),
        ([(basket(20_000, GIFT, CUT), refund(10_000, GIFT))], 10_000, 1, 1),
        ([(basket(20_000, GIFT, CUT), refund(10_000, CUT))], 0, 1, 0),
        ([(basket(20_000, GIFT, CUT), payment(10_000))], 5_000, 1, 0),
        ([(basket(20_000, GIFT, CUT, points_paid=15_000),)], 10_000, 1, 1),
        # Nothing tells what a payment alone was for, but a gift card's counts when it pays.
        ([(payment(10_000, by_gift_card=True),)], 0, 0, 0),
    ],
)
def test_money_for_a_gift_card_counts_once_towards_a_level(
    orders: list[tuple[Part, ...]], spend: int, visits: int, level: int
) -> None:
    world, ann = shop(**ladder())
    for number, parts in enumerate(orders):
        report = replace(world.report(f"{number}", member=ann), parts=parts)
        world.sales.record_order(report, world.now)
    account = world.account(ann)
    assert (account.spend, account.visits, account.level) == (spend, visits, level)
    assert soundness.faults(world) == []


@pytest.mark.parametrize(("line", "rewarded"), [(GIFT, False), (CUT, True)])
def test_a_friend_who_buys_only_a_gift_card_has_bought_nothing_yet(
    line: Line, *, rewarded: bool
) -> None:
    world, ann = shop(**POINTS, referral={"pot": "points", "referrer": 5, "friend": 5})
    application = world.applied(referrer=ann)
    ben = world.enrolment.enrol("coffee", application, world.now)
    report = replace(world.report(member=ben), parts=(basket(10_000, line),))
    world.sales.record_order(report, world.now)
    assert world.balance(ann) == (5 if rewarded else 0)
