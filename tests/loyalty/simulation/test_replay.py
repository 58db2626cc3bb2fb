"""A program tried on sales of the past: what it would have given, by what decides on real sales."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from loyalty.core.part import Line
from loyalty.program.ready import ready
from loyalty.simulation.replay import replay
from loyalty.simulation.sales import Refund, Sale, Terms
from loyalty.simulation.tally import Tally
from tests.support.deciding import per_amount, program
from tests.support.trial_programs import CASHBACK, LADDER, NOON, STAMPS

END = datetime(2026, 1, 1, tzinfo=UTC)
COFFEE = (Line("latte", "coffee", 1000, 400),)


def days(number: float) -> datetime:
    return NOON + timedelta(days=number)


def sale(day: float, total: int, *refunds: Refund, lines: tuple[Line, ...] = ()) -> Sale:
    return Sale("1", f"sale {day}", days(day), total, lines=lines, refunds=refunds)


def test_points_for_what_was_paid() -> None:
    rules = program(earning=[per_amount(1, 100)])
    found = replay(rules, [sale(1, 1_050), sale(2, 1_050)], Terms(), END)
    assert found.issued == {"points": 21}  # what does not make a point is carried on
    assert (found.members, found.visits, found.gross, found.paid) == (1, 2, 2_100, 2_100)
    assert found.outstanding == {"points": 21}


def test_the_tenth_coffee_is_had_when_nine_stamps_are_there() -> None:
    sales = [sale(day, 400, lines=COFFEE) for day in range(10)]
    found = replay(program(**STAMPS), sales, Terms(), END)
    assert found.rewards == {"cup": 1}
    assert found.outstanding == {"stamps": 1}
    assert found.issued == {"stamps": 10}
    assert found.spent == {"stamps": 9}


def test_who_never_spends_is_owed_everything() -> None:
    sales = [sale(day, 400, lines=COFFEE) for day in range(10)]
    found = replay(program(**STAMPS), sales, Terms(spends=False), END)
    assert (found.rewards, found.outstanding) == ({}, {"stamps": 10})


def test_points_pay_as_much_of_a_bill_as_they_may_and_that_part_earns_nothing() -> None:
    # 10,000 earns 500; of the second bill 300 of 1,000 are paid with points, 700 earn 35.
    found = replay(program(**CASHBACK), [sale(1, 10_000), sale(2, 1_000)], Terms(), END)
    assert found.money == 300
    assert found.issued == {"points": 535}
    assert found.outstanding == {"points": 235}


def test_a_refund_takes_back_what_was_earned_and_gives_back_what_has_paid() -> None:
    sales = [sale(1, 10_000), sale(2, 1_000, Refund(days(3), 1_000))]
    found = replay(program(**CASHBACK), sales, Terms(), END)
    assert (found.gross, found.paid, found.money, found.visits) == (10_000, 10_000, 0, 1)
    assert found.issued == {"points": 500}
    assert found.outstanding == {"points": 500}


def test_refunds_in_parts_add_up() -> None:
    parts = (Refund(days(3), 333), Refund(days(4), 333), Refund(days(5), 334))
    found = replay(program(**CASHBACK), [sale(1, 10_000), sale(2, 1_000, *parts)], Terms(), END)
    assert (found.gross, found.money) == (10_000, 0)
    assert found.outstanding == {"points": 500}


def test_more_than_was_sold_is_not_paid_back() -> None:
    sales = [sale(1, 1_000, Refund(days(2), 800), Refund(days(3), 800))]
    found = replay(program(**CASHBACK), sales, Terms(), END)
    assert (found.gross, found.outstanding) == (0, {})


def test_a_level_lowers_the_bills_that_follow() -> None:
    found = replay(program(**LADDER), [sale(1, 10_000), sale(2, 5_000)], Terms(), END)
    assert (found.discount, found.gross, found.paid) == (500, 15_000, 14_500)
    assert (found.ups, found.downs, found.levels) == (1, 0, {"1": 1})


def test_a_discount_goes_back_with_what_is_paid_back() -> None:
    sales = [sale(1, 10_000), sale(2, 5_000, Refund(days(3), 2_500))]
    found = replay(program(**LADDER), sales, Terms(), END)
    assert (found.discount, found.gross, found.paid) == (250, 12_500, 12_250)


def test_value_that_has_ended_is_owed_no_more() -> None:
    rules = program(pots=[{"id": "points", "expiry": {"months": 1}}], earning=[per_amount(1, 100)])
    found = replay(rules, [sale(1, 1_000)], Terms(), END)
    assert (found.expired, found.outstanding) == ({"points": 10}, {})


def test_who_joins_is_welcomed_once() -> None:
    rules = program(earning=[per_amount(1, 100)], welcome={"pot": "points", "points": 50})
    found = replay(rules, [sale(1, 100), sale(2, 100)], Terms(), END)
    assert found.issued == {"points": 52}


def test_the_order_of_a_file_does_not_matter() -> None:
    sales = [sale(day, 1_000 + day, lines=COFFEE) for day in range(20)]
    for rules in (program(**STAMPS), program(**CASHBACK), program(**LADDER)):
        assert replay(rules, sales, Terms(), END) == replay(rules, sales[::-1], Terms(), END)


SALES = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.integers(0, 30_000),
        st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20_000)), max_size=2),
    ),
    max_size=12,
)


@given(SALES, st.sampled_from([one.program for one in ready()]), st.booleans())
def test_every_point_is_somewhere(sold: Any, rules: Any, spends: bool) -> None:  # noqa: FBT001
    sales = [
        Sale(
            "1", str(number), days(day + number / 1000), total,
            lines=(Line("latte", "coffee", 1000, total),),
            refunds=tuple(Refund(days(day + later), amount) for later, amount in back),
        )
        for number, (day, total, back) in enumerate(sold)
    ]  # fmt: skip
    found = replay(rules, sales, Terms(spends=spends), END)
    back = sum(min(one.total, sum(each.amount for each in one.refunds)) for one in sales)
    assert found.gross == sum(one.total for one in sales) - back
    # What is left of the discounts is what was not paid; parts of a minor unit are cut off.
    assert found.gross - found.discount == found.paid
    for pot in {*found.issued, *found.spent, *found.outstanding}:
        assert found.issued.get(pot, 0) - found.spent.get(pot, 0) - found.expired.get(
            pot, 0
        ) == found.outstanding.get(pot, 0) - found.owed.get(pot, 0)
    if not spends:
        assert (found.money, found.rewards) == (0, {})


def test_customers_add_up_in_any_order() -> None:
    one = replay(program(**CASHBACK), [sale(1, 1_000)], Terms(), END)
    other = replay(program(**CASHBACK), [sale(1, 3_000), sale(2, 100)], Terms(), END)
    both = one + other
    assert both == other + one == Tally() + one + other
    assert (both.members, both.gross, both.issued["points"]) == (2, 4_100, 203)
