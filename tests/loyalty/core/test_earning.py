"""What an order is worth, rule by rule."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from loyalty.core.earning import worth
from loyalty.core.order import Line, Part
from tests.support.deciding import NOON, basket, context, order, per_amount, program

LATTE = Line("latte", "coffee", 2000, 900)
CAKE = Line("cake", "bakery", 1000, 600)
CARD = Line("card", "gift_card", 1000, 500)
LUNCH = basket(1500, LATTE, CAKE)
DOUBLE = {"id": "double", "name": {"en": "Double"}, "pot": "points", "multiplier": 20_000}
TRIPLE = {"id": "triple", "name": {"en": "Triple"}, "pot": "points", "multiplier": 30_000}
EXTRA = {"id": "extra", "name": {"en": "Extra"}, "pot": "points", "bonus": 7}
LEVELS = {
    "levels": [
        {"id": "new", "name": {"en": "New"}},
        {"id": "gold", "name": {"en": "Gold"}, "visits": 5, "multiplier": 15_000},
    ]
}


def earned(rules: dict[str, Any], *parts: Part, **frozen: Any) -> Any:
    """Return units of the first pot (None: not even the pot), and the kinds of steps."""
    found = worth(program(**rules), order(*parts), context(**frozen))
    return found.units.get("points"), [step.kind for step in found.steps]


def only(**named: Any) -> dict[str, Any]:
    return {"only": {name: list(values) for name, values in named.items()}}


@pytest.mark.parametrize(
    ("rule", "units"),
    [
        (per_amount(1, 100), Fraction(15)),
        (per_amount(3, 70), Fraction(1500 * 3, 70)),
        (per_amount(1, 100, minimum=1500), Fraction(15)),
        (per_amount(1, 100, minimum=1501), None),
        ({"pot": "points", "points": 4, "per": "visit"}, Fraction(4)),
        ({"pot": "points", "points": 4, "per": "visit", "minimum": 1501}, None),
        ({"pot": "points", "points": 2, "per": "item"}, Fraction(6)),
        ({"pot": "points", "points": 2, "per": "item", **only(items=["latte"])}, Fraction(4)),
        (per_amount(1, 100, **only(categories=["coffee"])), Fraction(9)),
        (per_amount(1, 100, **only(exclude_categories=["coffee"])), Fraction(6)),
        (per_amount(1, 100, **only(items=["cake"])), Fraction(6)),
        (per_amount(1, 100, **only(exclude_items=["cake"])), Fraction(9)),
        (per_amount(1, 100, **only(items=["tea"])), None),
        (per_amount(1, 100, minimum=901, **only(categories=["coffee"])), None),
        (per_amount(1, 100, minimum=900, **only(categories=["coffee"])), Fraction(9)),
        ({"pot": "points", "points": 4, "per": "visit", **only(items=["cake"])}, Fraction(4)),
        ({"pot": "points", "points": 4, "per": "visit", **only(items=["tea"])}, None),
    ],
)
def test_rules(rule: dict[str, Any], units: Fraction | None) -> None:
    assert earned({"earning": [rule]}, LUNCH)[0] == units


@pytest.mark.parametrize(
    ("rule", "steps"),
    [
        (per_amount(1, 100), ["amount"]),
        (per_amount(1, 100, minimum=1501), ["minimum"]),
        (per_amount(1, 100, **only(items=["tea"])), []),
        ({"pot": "points", "points": 4, "per": "visit"}, ["visit"]),
        ({"pot": "points", "points": 2, "per": "item"}, ["items"]),
    ],
)
def test_rules_say_what_they_did(rule: dict[str, Any], steps: list[str]) -> None:
    assert earned({"earning": [rule]}, LUNCH)[1] == steps


def test_steps_carry_figures() -> None:
    rules = program(earning=[per_amount(1, 80)], promotions=[DOUBLE], tiers=LEVELS)
    found = worth(rules, order(LUNCH), context(level=1))
    amount, tier, promotion = found.steps
    assert (amount.values["pot"], amount.values["amount"]) == ("points", 1500)
    assert amount.values["points"] == 18  # 18.75
    assert (tier.values["level"], tier.values["multiplier"]) == ({"en": "Gold"}, 15_000)
    assert tier.values["points"] == 28  # 28.125
    assert (promotion.values["promotion"], promotion.values["points"]) == ({"en": "Double"}, 56)
    assert promotion.values["multiplier"] == 20_000
    assert found.units == {"points": Fraction(1500 * 3, 80)}


def test_rules_of_one_pot_add_up_and_pots_stand_apart() -> None:
    rules = program(
        pots=[{"id": "points"}, {"id": "stamps", "kind": "stamps"}],
        earning=[
            per_amount(1, 100),
            {"pot": "stamps", "points": 1, "per": "item", **only(categories=["coffee"])},
            {"pot": "points", "points": 3, "per": "visit"},
        ],
    )
    assert worth(rules, order(LUNCH), context()).units == {"points": 18, "stamps": 2}


PAID = basket(1500, LATTE, CAKE, tax=100, tip=50, discount=200, points_paid=300)


@pytest.mark.parametrize(
    ("basis", "units"),
    [
        ({}, 1150),
        ({"tips": "with"}, 1200),
        ({"tax": "without"}, 1050),
        ({"discount": "before"}, 1350),
        ({"discount": "before", "tax": "without", "tips": "with"}, 1300),
    ],
)
def test_what_earns_is_the_programs_basis_less_what_points_paid(
    basis: dict[str, str], units: int
) -> None:
    assert earned({"earning": [per_amount(1, 1)], "basis": basis}, PAID)[0] == units


def test_a_points_paid_part_is_said() -> None:
    assert earned({"earning": [per_amount(1, 1)]}, PAID)[1] == ["points_paid", "amount"]


def test_gift_cards_earn_nothing_by_amount_item_or_name() -> None:
    bought = basket(2000, LATTE, CAKE, CARD)
    assert earned({"earning": [per_amount(1, 1)]}, bought)[0] == 1500
    per_item = {"pot": "points", "points": 1, "per": "item"}
    assert earned({"earning": [per_item]}, bought)[0] == 3
    named = per_amount(1, 1, **only(categories=["gift_card"]))
    assert earned({"earning": [named]}, bought)[0] is None


def test_an_order_of_nothing_but_a_gift_card_earns_nothing_before_it_pays() -> None:
    only_card = basket(500, CARD)
    assert earned({"earning": [per_amount(1, 1)]}, only_card)[0] is None
    visit = {"pot": "points", "points": 4, "per": "visit"}
    assert earned({"earning": [visit]}, only_card)[0] is None
    assert earned({"earning": [visit]}, basket(2000, LATTE, CAKE, CARD))[0] == 4


def test_what_earns_is_never_negative() -> None:
    assert earned({"earning": [per_amount(1, 1)]}, basket(100, tax=0, points_paid=150))[0] is None


def test_an_order_that_came_as_payments_earns_on_their_sum() -> None:
    paid = Part("payment:1", 1, "completed", 700)
    assert earned({"earning": [per_amount(1, 100)]}, paid)[0] == 7
    named = per_amount(1, 100, **only(categories=["coffee"]))
    assert earned({"earning": [named]}, paid)[0] is None


def test_an_order_that_counts_nothing_earns_nothing_and_says_nothing() -> None:
    visit = {"pot": "points", "points": 4, "per": "visit"}
    assert earned({"earning": [visit]}, basket(0)) == (None, [])
    assert earned({"earning": [visit]}, basket(900, status="cancelled")) == (None, [])
    assert earned({"earning": [visit]}, basket(1)) == (4, ["visit"])


def test_a_refused_order_earns_nothing_and_says_why() -> None:
    assert earned({"earning": [per_amount()]}, LUNCH, refused="limit") == (None, ["limit"])


def test_refunds_take_down_what_earns_in_proportion() -> None:
    refund = Part("refund:1", 1, "completed", 500)
    taxed = basket(1500, LATTE, CAKE, tax=300)
    rule = {"earning": [per_amount(1, 1)], "basis": {"tax": "without"}}
    assert earned(rule, taxed, refund)[0] == 800  # 1200 x 1000 / 1500
    assert earned(rule, basket(1000, tax=333, refunded=1))[0] == 666  # 667 x 999 / 1000, down


def test_lines_that_were_paid_back_no_longer_earn_by_name() -> None:
    back = Part("refund:1", 1, "completed", 450, lines=(Line("latte", "", 1000, 450),))
    rule = {"earning": [per_amount(1, 1, **only(categories=["coffee"]))]}
    assert earned(rule, LUNCH, back)[0] == 450
    per_item = {"pot": "points", "points": 1, "per": "item"}
    assert earned({"earning": [per_item]}, LUNCH, back)[0] == 2


def test_named_lines_never_earn_more_than_what_is_left_of_them() -> None:
    # What a refund does not name is spread over what is left.
    rule = {"earning": [per_amount(1, 1, **only(categories=["coffee"]))]}
    assert earned(rule, LUNCH, Part("refund:1", 1, "completed", 1000))[0] == 300


def test_named_lines_bear_their_share_of_tax() -> None:
    rule = per_amount(1, 1, **only(categories=["coffee"]))
    rules = {"earning": [rule], "basis": {"tax": "without"}}
    assert earned(rules, basket(1500, LATTE, CAKE, tax=300))[0] == 1200 * 900 // 1500


@pytest.mark.parametrize(
    ("stacking", "promotions", "units"),
    [
        ("best", [DOUBLE, TRIPLE, EXTRA], 45),
        ("sum", [DOUBLE, TRIPLE, EXTRA], 15 + 15 + 30 + 7),
        ("first", [EXTRA, TRIPLE, DOUBLE], 22),
        ("first", [{**TRIPLE, "minimum": 1501}, DOUBLE], 30),
        ("best", [{**DOUBLE, "minimum": 1500}], 30),
        ("best", [{**DOUBLE, "minimum": 1501}], 15),
        ("sum", [{**DOUBLE, **only(categories=["coffee"])}], 15 + 9),
        ("sum", [{**EXTRA, **only(categories=["coffee"])}], 22),
        ("sum", [{**EXTRA, **only(categories=["tea"])}], 15),
        ("sum", [{**DOUBLE, "last_day": "2026-05-03"}], 15),
        ("sum", [{**DOUBLE, "last_day": "2026-05-04"}], 30),
        ("sum", [{**DOUBLE, "windows": [{"start": "12:00", "until": "13:00"}]}], 30),
        ("sum", [{**DOUBLE, "windows": [{"start": "13:00", "until": "14:00"}]}], 15),
    ],
)
def test_promotions(stacking: str, promotions: list[dict[str, Any]], units: int) -> None:
    rules = {"earning": [per_amount()], "promotions": promotions, "stacking": stacking}
    assert earned(rules, LUNCH)[0] == units


def test_promotions_of_another_pot_do_not_count() -> None:
    rules = program(
        pots=[{"id": "points"}, {"id": "stamps", "kind": "stamps"}],
        earning=[per_amount()],
        promotions=[{**EXTRA, "pot": "stamps"}],
    )
    assert worth(rules, order(LUNCH), context()).units == {"points": 15, "stamps": 7}


def test_a_promotion_runs_when_the_order_happened() -> None:
    rules = {"earning": [per_amount()], "promotions": [{**DOUBLE, "last_day": "2026-05-04"}]}
    assert earned(rules, LUNCH, at=NOON.replace(day=5))[0] == 15


def test_a_share_of_promoted_lines_is_exact_to_a_ten_thousandth_rounded_down() -> None:
    third = basket(300, Line("a", "coffee", 1000, 100), Line("b", "tea", 1000, 200))
    rules = {
        "earning": [per_amount(1, 7)],
        "promotions": [{**DOUBLE, **only(categories=["coffee"])}],
    }
    base = Fraction(300, 7)
    assert earned(rules, third)[0] == base + Fraction(int(base * 10_000 / 3), 10_000)


def test_tiers_multiply_what_rules_give_and_promotions_come_on_top() -> None:
    rules = {"earning": [per_amount()], "tiers": LEVELS, "promotions": [DOUBLE]}
    assert earned(rules, LUNCH, level=1) == (45, ["amount", "tier", "promotion"])
    assert earned(rules, LUNCH, level=0) == (30, ["amount", "promotion"])
    assert earned({"earning": [per_amount(minimum=9999)], "tiers": LEVELS}, LUNCH, level=1) == (
        None,
        ["minimum"],
    )


@pytest.mark.parametrize(
    ("cap", "units", "steps"),
    [(14, None, ["amount", "order_cap"]), (15, 15, ["amount"]), (16, 15, ["amount"])],
)
def test_an_orders_cap_refuses_the_order(cap: int, units: int | None, steps: list[str]) -> None:
    caps = [{"pot": "points", "period": "order", "points": cap}]
    assert earned({"earning": [per_amount()], "caps": caps}, LUNCH) == (units, steps)


def test_the_smallest_order_keeps_to_the_basis_too() -> None:
    assert earned({"earning": [per_amount(1, 1)]}, basket(1, points_paid=1))[0] is None
    assert earned({"earning": [per_amount(1, 1)]}, basket(1))[0] == 1


def steps_of(rules: dict[str, Any], *parts: Part, **frozen: Any) -> list[tuple[str, Any]]:
    found = worth(program(**rules), order(*parts), context(**frozen))
    return [(step.kind, dict(step.values)) for step in found.steps]


def test_steps_name_everything_that_a_sentence_needs() -> None:
    lines = [("coffee", 2000, 900), ("bakery", 1000, 600)]
    rules = {
        "earning": [per_amount(1, 80), per_amount(1, 100, minimum=9999)],
        "promotions": [DOUBLE],
        "tiers": LEVELS,
    }
    paid = basket(1500, LATTE, CAKE, points_paid=100)
    assert steps_of(rules, paid, level=1) == [
        ("points_paid", {"amount": 100}),
        ("amount", {"pot": "points", "amount": 1400, "lines": lines, "points": 17}),
        ("minimum", {"minimum": 9999, "amount": 1400}),
        (
            "tier",
            {"pot": "points", "level": {"en": "Gold"}, "multiplier": 15_000, "points": 26},
        ),
        (
            "promotion",
            {
                "pot": "points",
                "promotion": {"en": "Double"},
                "multiplier": 20_000,
                "bonus": None,
                "points": 52,
            },
        ),
    ]


def test_an_orders_cap_is_named() -> None:
    cap = {"pot": "points", "period": "order", "points": 3}
    stamps = {"pot": "stamps", "period": "order", "points": 1}
    assert steps_of({"earning": [per_amount()], "caps": [stamps, cap]}, LUNCH)[1:] == [
        ("order_cap", {"pot": "points", "cap": 3, "points": 0})
    ]


def test_of_two_equally_good_promotions_the_first_counts() -> None:
    twin = {**DOUBLE, "id": "twin", "name": {"en": "Twin"}}
    rules = {"earning": [per_amount()], "promotions": [DOUBLE, twin]}
    found = worth(program(**rules), order(LUNCH), context())
    assert found.units == {"points": 30}
    assert found.steps[-1].values["promotion"] == {"en": "Double"}


def test_a_basket_of_free_lines_has_nothing_to_share_out() -> None:
    free = basket(100, Line("latte", "coffee", 1000, 0))
    named = per_amount(1, 1, **only(categories=["coffee"]))
    assert earned({"earning": [named]}, free)[0] is None


def test_payments_have_no_points_paid_and_no_lines() -> None:
    paid = Part("payment:1", 1, "completed", 700)
    assert earned({"earning": [per_amount()]}, paid) == (7, ["amount"])
    per_item = {"pot": "points", "points": 1, "per": "item"}
    assert earned({"earning": [per_item]}, paid) == (None, [])
    named = per_amount(1, 1, **only(categories=["coffee"]))
    assert earned({"earning": [named]}, paid, basket(0, LATTE)) == (None, [])
