"""An order rung up line by line earns no more than as a whole, or the program says why."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.core import earning
from loyalty.core.order import Context, Line, Part
from loyalty.invariants import order as invariants_order
from loyalty.invariants.order import broken_split, gains_in_parts, split
from loyalty.program.rules import PotRule, Program
from tests.loyalty.invariants.books import CAKES, RULES, SALE, WHEN
from tests.support import deciding
from tests.support.programs import programs

PLAIN: dict[str, Any] = {
    "pots": st.just((PotRule("points"),)),
    "caps": st.just(()),
    "limits": st.just(()),
}


@settings(max_examples=200, deadline=None)
@given(
    programs(**PLAIN) | programs(**PLAIN, promotions=st.just(())),
    st.lists(
        st.tuples(
            st.sampled_from(["coffee", "tea", "pastry", "gift_card"]),
            st.sampled_from(["flat white", "sencha", "cake"]),
            st.integers(0, 5000),
            st.integers(0, 99_999),
        ),
        min_size=1,
        max_size=6,
    ),
    st.tuples(*[st.integers(0, 999)] * 4),
    st.integers(0, 3),
)
def test_no_program_gives_more_for_parts_unless_it_says_so(
    program: Program,
    lines: list[tuple[str, str, int, int]],
    shares: tuple[int, int, int, int],
    level: int,
) -> None:
    told = tuple(Line(item, category, *rest) for category, item, *rest in lines)
    total = sum(line.amount for line in told)
    tax, tip, discount, points = (min(share, total) for share in shares)
    basket = Part("basket", 1, "completed", total, 0, tax, tip, discount, points, told)
    order = replace(SALE, parts=(basket,))
    assert broken_split(program, order, Context(1, WHEN, level)) == ()


def test_parts_of_an_order_add_up_to_it() -> None:
    more = (Line("x", "tea", 1000, 41), Line("y", "tea", 1000, 59))
    lines = (*CAKES, *more, Line("c", "gift_card", 1000, 500))
    basket = Part("basket", 1, "completed", 1600, 0, 101, 33, 52, 17, lines)
    parts = [part.parts[0] for part in split(replace(SALE, parts=(basket,)))]
    assert sum(part.total for part in parts) == 1600
    for name in ("tax", "tip", "discount", "points_paid"):
        assert sum(getattr(part, name) for part in parts) == getattr(basket, name)
    assert [part.lines for part in parts] == [(line,) for line in lines]
    assert parts[-1].total == 500


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (Part("basket", 1, "completed", 333, lines=CAKES[:1]),),
        (Part("basket", 1, "completed", 1000, refunded=1, lines=CAKES),),
        (Part("basket", 1, "completed", 400, lines=(*CAKES, Line("c", "gift_card", 1, 500))),),
        (*SALE.parts, Part("refund:a", 1, "completed", 10)),
        (*SALE.parts, Part("payment:a", 1, "completed", 10)),
    ],
    ids=str,
)
def test_what_is_no_whole_basket_is_not_split(parts: tuple[Part, ...]) -> None:
    assert split(replace(SALE, parts=parts)) == ()


def test_parts_that_gain_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    right = earning.worth

    def a_point_more(*arguments: Any) -> Any:
        found = right(*arguments)
        return replace(found, units={pot: units + 1 for pot, units in found.units.items()})

    assert broken_split(RULES, SALE, Context(1, WHEN)) == ()
    monkeypatch.setattr(invariants_order, "worth", a_point_more)
    (told,) = broken_split(RULES, SALE, Context(1, WHEN))
    assert told.startswith("I14")


def test_room_under_a_cap_is_used_up_by_the_parts() -> None:
    room = Context(1, WHEN, rooms={"points": Fraction(20)})
    assert broken_split(RULES, SALE, room) == ()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"earning": [{"pot": "points", "points": 1, "per": "visit"}]}, "earning per visit"),
        (
            {"promotions": [{"id": "x", "name": {"en": "x"}, "pot": "points", "bonus": 3}]},
            "bonuses per order",
        ),
        (
            {"caps": [{"pot": "points", "period": "order", "points": 5}]},
            "caps that refuse a large order",
        ),
        (
            {
                "promotions": [
                    {"id": name, "name": {"en": "x"}, "pot": "points", "multiplier": 20_000}
                    for name in "ab"
                ]
            },
            "one promotion out of several for each order",
        ),
        (
            {
                "earning": [deciding.per_amount(minimum=5)],
                "promotions": [
                    {
                        "id": "x",
                        "name": {"en": "x"},
                        "pot": "points",
                        "multiplier": 20_000,
                        "only": {"items": ["a"]},
                    }
                ],
            },
            "promotions of some lines where lines earn differently",
        ),
    ],
)
def test_what_a_program_gives_for_parts_is_named(changes: dict[str, Any], named: str) -> None:
    program = deciding.program(**{"earning": [deciding.per_amount()], **changes})
    assert gains_in_parts(program) == (named,)
    assert gains_in_parts(RULES) == ()


LIFTED = {
    "promotions": [
        {
            "id": "x",
            "name": {"en": "x"},
            "pot": "points",
            "multiplier": 20_000,
            "only": {"items": ["a"]},
        }
    ]
}


@pytest.mark.parametrize(
    ("rule", "lifts"),
    [
        (deciding.per_amount(), False),
        (deciding.per_amount(minimum=1), True),
        (deciding.per_amount(only={"items": ["b"]}), True),
        ({"pot": "points", "points": 1, "per": "item"}, True),
    ],
    ids=str,
)
def test_lines_that_earn_alike_may_be_lifted(rule: dict[str, Any], *, lifts: bool) -> None:
    program = deciding.program(earning=[rule], **LIFTED)
    assert bool(gains_in_parts(program)) is lifts


def test_promotions_that_add_up_give_no_choice() -> None:
    both = [
        {"id": name, "name": {"en": "x"}, "pot": "points", "multiplier": 20_000} for name in "ab"
    ]
    program = deciding.program(earning=[deciding.per_amount()], promotions=both, stacking="sum")
    assert gains_in_parts(program) == ()


def test_money_shared_out_is_rounded_and_no_more_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of 100 is 33 on the bill, and 34 for whom the last cent is left."""
    rules = deciding.program(
        basis={"tips": "with"},
        earning=[deciding.per_amount(1, 1, only={"items": ["c"]})],
    )
    lines = tuple(Line(name, "tea", 1000, 1) for name in "abc")
    order = replace(SALE, parts=(Part("basket", 1, "completed", 100, tip=97, lines=lines),))
    assert broken_split(rules, order, Context(1, WHEN)) == ()
    monkeypatch.setattr(invariants_order, "_rounding", lambda *_: Fraction(0))
    (told,) = broken_split(rules, order, Context(1, WHEN))
    assert told == "I14: in parts order 1 earns 34 of pot 'points', not 33"
