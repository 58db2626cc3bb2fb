"""What sums of a simulation mean for an owner."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty.core.part import Line
from loyalty.program.ready import ready
from loyalty.simulation.comparing import item_prices, mechanics, nearest, outcome
from loyalty.simulation.sales import Sale, Terms
from loyalty.simulation.tally import Tally
from tests.support.deciding import per_amount, program
from tests.support.trial_programs import CASHBACK, LADDER, NOON, STAMPS

REWARD: dict[str, Any] = {
    "earning": [per_amount(1, 100)],
    "rewards": [{"id": "cup", "pot": "points", "price": 50, "name": {"en": "Cup"}}],
}


def test_the_cost_is_what_was_not_paid_and_what_was_given() -> None:
    tally = Tally(gross=100_000, discount=2_000, money=1_000, rewards={"cup": 4})
    found = outcome(program(**REWARD), tally, Terms(reward_costs=(("cup", 150),)), {})
    assert (found.cost, found.share) == (3_600, 360)
    assert [(one.count, one.each, one.assumed) for one in found.rewards] == [(4, 150, False)]


def test_visits_that_pay_for_it_cost_something_themselves() -> None:
    # 100,000 at 60 % earn 60,000 and cost 12,000: each visit more brings in 48,000 of 60,000.
    tally = Tally(gross=100_000, discount=12_000)
    assert outcome(program(**LADDER), tally, Terms(margin=6_000), {}).break_even == 2_500
    assert outcome(program(**LADDER), tally, Terms(margin=1_200), {}).break_even is None
    assert outcome(program(**LADDER), Tally(gross=100_000), Terms(), {}).break_even == 0


@pytest.mark.parametrize(("discount", "margin"), [(12_000, 6_000), (1, 10_000), (33_333, 5_000)])
def test_so_many_visits_more_just_pay(discount: int, margin: int) -> None:
    tally = Tally(gross=100_000, discount=discount)
    more = outcome(program(**LADDER), tally, Terms(margin=margin), {}).break_even
    assert more is not None

    def left(extra: int) -> int:
        return (10_000 + extra) * (100_000 * margin - discount * 10_000)

    alone = 10_000 * 100_000 * margin
    assert left(more) >= alone > left(more - 1)


def test_a_reward_costs_what_the_goods_cost_that_earn_it_unless_the_owner_says_so() -> None:
    sales = [
        Sale("1", "1", NOON, 900, lines=(Line("Latte", "coffee", 2000, 900),)),
        Sale("1", "2", NOON, 650, lines=(Line("B", "coffee", 1000, 300), Line("C", "f", 1, 350))),
    ]  # fmt: skip
    rules = program(**STAMPS)
    prices = item_prices(rules, sales)
    assert prices == {"stamps": 400}
    tally = Tally(gross=1_550, rewards={"cup": 2}, outstanding={"stamps": 18})
    found = outcome(rules, tally, Terms(), prices)
    assert (found.cost, found.rewards[0].assumed, found.liability) == (800, True, 800)
    assert outcome(rules, tally, Terms(reward_costs=(("cup", 90),)), prices).cost == 180


def test_what_nobody_has_priced_is_not_guessed() -> None:
    tally = Tally(gross=10_000, rewards={"cup": 3}, outstanding={"points": 40})
    found = outcome(program(**REWARD), tally, Terms(), {})
    assert (found.cost, found.rewards[0].each) == (0, None)
    assert (found.liability, found.break_even) == (None, None)
    # A reward that nobody had costs nothing, whatever it would cost.
    assert outcome(program(**REWARD), Tally(gross=10_000), Terms(), {}).break_even == 0


def test_points_that_pay_are_owed_at_what_they_pay() -> None:
    tally = Tally(gross=10_000, outstanding={"points": 40})
    assert outcome(program(**CASHBACK), tally, Terms(), {}).liability == 40


def test_levels_are_told_by_name_also_those_of_nobody() -> None:
    found = outcome(program(**LADDER), Tally(gross=1, levels={"1": 3}), Terms(), {})
    assert [(one.level, one.members) for one in found.levels] == [("guest", 0), ("friend", 3)]


def test_each_program_to_start_from_is_nearest_to_itself() -> None:
    for one in ready():
        assert mechanics(nearest(one.program, ready())[0].program) == mechanics(one.program)
        assert len(nearest(one.program, ready())) == 3
