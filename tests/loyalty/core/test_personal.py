"""Promotions of one member alone: they count in their time, once, and refunds take them back."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core import personal
from loyalty.core.account import Account, Personal, fold
from loyalty.core.decide import decide
from loyalty.core.decide.grants import Leave, Promote, Receive
from loyalty.core.decide.order import RecordOrder
from loyalty.core.order import Line, Order, OrderKey, merge
from loyalty.core.visible import visible
from loyalty.invariants.account import broken
from loyalty.invariants.order import broken_order
from loyalty.program.rules import Filter, Promotion, Window
from loyalty.store.items.account import account_values, to_account
from loyalty.store.items.entry import entry_item, to_entry
from loyalty.store.items.order import order_item, to_order
from loyalty.store.keys import entry_key, order_key
from tests.support.deciding import NOON, basket, per_amount, program

if TYPE_CHECKING:
    from loyalty.core.account import Entry
    from loyalty.core.draft import Decision
    from loyalty.core.order import Part
    from loyalty.program.rules import Program

DOUBLE = Promotion("personal", {}, "points", multiplier=20_000)
BONUS = Promotion("personal", {}, "points", bonus=50)
RULES = program(earning=[per_amount()])
HOUR = timedelta(hours=1)
DAY = 86_400


class Till:
    """Decides one member's orders, and keeps what it would store."""

    def __init__(self, rules: Program = RULES, member: str = "ann") -> None:
        self.rules = rules
        self.account = Account("coffee", member)
        self.orders: dict[str, Order] = {}
        self.entries: list[Entry] = []

    def take(self, decision: Decision) -> Decision:
        self.account = decision.account
        self.entries += [decision.entry] if decision.entry else []
        if decision.order:
            self.orders[decision.order.key.id] = decision.order
        return decision

    def give(
        self, promotion: Promotion, at: datetime = NOON, days: float = 7, uses: int = 0,
        campaign: str = "back",
    ) -> None:  # fmt: skip
        second = int(at.timestamp())
        terms = personal.written(promotion, uses)
        one = Personal(campaign, second, second + int(days * DAY), terms)
        self.take(decide(self.rules, self.account, Promote(f"p#{campaign}#{at}", "c", one), at))

    def sell(self, name: str, *parts: Part, at: datetime, told: datetime | None = None) -> Decision:
        key = OrderKey("coffee", "till", name)
        now = told or at
        dated = [replace(one, occurred=int(at.timestamp() * 1_000_000)) for one in parts]
        known = self.orders.get(name) or Order(key, "USD", now, at, member=self.account.member)
        order = merge(known, *dated).order
        command = RecordOrder(order, self.rules, "till", self.rules)
        return self.take(decide(self.rules, self.account, command, now))

    @property
    def points(self) -> int:
        return self.account.balance("points")

    def sound(self) -> None:
        assert broken(self.account, self.entries, self.rules) == ()
        for order in self.orders.values():
            assert broken_order(order, self.rules, self.entries) == ()


def test_it_counts_in_its_time_and_for_nobody_else() -> None:
    ann, ben = Till(), Till(member="ben")
    ann.sell("0", basket(1000), at=NOON - HOUR)
    ann.give(DOUBLE)
    for one in (ann, ben):
        one.sell("1", basket(1000), at=NOON)
        one.sell("2", basket(1000), at=NOON + timedelta(days=7) - timedelta(seconds=1))
        one.sell("3", basket(1000), at=NOON + timedelta(days=7))
    assert (ann.points, ben.points) == (10 + 20 + 20 + 10, 30)
    [mine] = ann.account.personal
    assert (mine.used, mine.brought) == (2, Fraction(20))
    ann.sound()


@pytest.mark.parametrize("late", [timedelta(days=0), timedelta(days=30)])
def test_an_order_counts_by_its_own_moment_however_late_it_is_told(late: timedelta) -> None:
    till = Till()
    till.give(DOUBLE, days=3)
    within, after = NOON + HOUR, NOON + timedelta(days=4)
    till.sell("in", basket(1000), at=within, told=within + late)
    till.sell("out", basket(1000), at=after, told=after + late)
    till.sell("before", basket(1000), at=NOON - HOUR, told=NOON + HOUR + late)
    assert till.points == 20 + 10 + 10
    till.sound()


def test_a_refund_takes_back_what_it_gave_also_when_it_is_long_over_and_forgotten() -> None:
    till = Till()
    till.give(DOUBLE)
    till.sell("1", basket(1000), at=NOON + HOUR)
    late = NOON + timedelta(days=200)
    # Giving another one lets go of what is long over.
    till.give(BONUS, at=late, campaign="other")
    assert [one.campaign for one in till.account.personal] == ["other"]
    till.sell("1", basket(400, version=2), at=NOON + HOUR, told=late)
    assert till.points == 8
    till.sell("1", basket(0, version=3, status="cancelled"), at=NOON + HOUR, told=late)
    assert till.points == 0
    till.sound()


def test_a_bonus_is_for_each_order_or_each_item_and_only_for_what_it_names() -> None:
    cake = Line("cake", "pastry", 2000, 600)
    tea = Line("tea", "drinks", 1000, 400)
    named = Filter(items=("cake",))
    for per, points in (("order", 10 + 50), ("item", 10 + 100)):
        till = Till()
        till.give(replace(BONUS, per=per, only=named))  # type: ignore[arg-type]
        till.sell("1", basket(1000, cake, tea), at=NOON)
        till.sell("2", basket(400, tea), at=NOON)
        assert till.points == points + 4
        # One of two cakes comes back.
        back = replace(cake, quantity=1000, amount=300)
        till.sell("1", basket(700, back, tea, version=2), at=NOON)
        assert till.points == (7 + 50) + 4
        till.sound()


def test_it_keeps_to_its_hours_and_its_least_bill() -> None:
    till = Till()
    tuesday = Window(("tue",), "14:00", "16:00")
    till.give(replace(DOUBLE, windows=(tuesday,), minimum=500))
    noon = NOON + timedelta(days=1)
    for name, at, total in (("1", noon, 1000), ("2", noon + 2 * HOUR, 1000),
                            ("3", noon + 3 * HOUR, 400)):  # fmt: skip
        till.sell(name, basket(total), at=at)
    assert till.points == 10 + 20 + 4


@pytest.mark.parametrize(
    ("stacking", "points"), [("best", 10 + 20), ("sum", 10 + 20 + 10), ("first", 10 + 10)]
)
def test_it_stacks_with_the_programs_own_as_the_program_says(stacking: str, points: int) -> None:
    everybody = {"id": "may", "name": {"en": "May"}, "pot": "points", "multiplier": 30_000}
    till = Till(program(earning=[per_amount()], promotions=[everybody], stacking=stacking))
    till.give(DOUBLE)
    till.sell("1", basket(1000), at=NOON)
    assert till.points == points
    # Where everybody's counts in its place, it has not been used.
    assert till.account.personal[0].used == (0 if stacking == "best" else 1)


def test_a_number_of_purchases_is_kept_and_a_refund_gives_one_back() -> None:
    till = Till()
    till.give(BONUS, uses=2)
    for name in "123":
        till.sell(name, basket(100), at=NOON)
    assert till.points == 3 + 2 * 50
    assert visible(RULES, till.account, NOON).personal == ()
    till.sell("1", basket(0, version=2, status="cancelled"), at=NOON)
    assert till.points == 2 + 50
    [(_, _, left)] = visible(RULES, till.account, NOON).personal
    assert left == 1
    till.sell("4", basket(100), at=NOON)
    till.sell("5", basket(100), at=NOON)
    assert till.points == 4 + 2 * 50
    # One that had none left does not get one by being told again, and one that had keeps its own.
    till.sell("3", basket(200, version=2), at=NOON)
    assert till.points == 5 + 2 * 50
    till.sell("2", basket(200, version=2), at=NOON)
    assert till.points == 6 + 2 * 50
    till.sound()


def test_of_one_campaign_one_counts_and_of_two_as_the_program_stacks() -> None:
    till = Till(program(earning=[per_amount()], stacking="sum"))
    till.give(DOUBLE)
    till.give(DOUBLE, at=NOON + HOUR)
    till.sell("1", basket(1000), at=NOON + 2 * HOUR)
    assert till.points == 20
    till.give(DOUBLE, campaign="other")
    till.sell("2", basket(1000), at=NOON + 2 * HOUR)
    assert till.points == 20 + 30
    till.sound()


def test_nothing_is_given_of_a_pot_that_the_program_no_longer_has() -> None:
    till = Till()
    till.give(replace(BONUS, pot="stamps"))
    till.sell("1", basket(1000), at=NOON)
    assert (till.points, till.account.balance("stamps")) == (10, 0)


def test_an_order_that_is_refused_uses_nothing() -> None:
    rules = program(
        earning=[per_amount()], limits=[{"action": "earn", "period": "day", "count": 1}]
    )
    till = Till(rules)
    till.sell("1", basket(1000), at=NOON - HOUR)
    till.give(DOUBLE, uses=1)
    till.sell("2", basket(1000), at=NOON)
    assert till.points == 10
    assert till.account.personal[0].used == 0


def test_two_cards_that_become_one_have_both_promotions_and_refunds_find_them() -> None:
    old, new = Till(member="old"), Till(member="new")
    old.give(BONUS, uses=2)
    old.sell("1", basket(100), at=NOON)
    new.give(DOUBLE, campaign="other")
    before = old.account
    left = decide(RULES, old.account, Leave("merge", "merge#1", "k"), NOON)
    lots = tuple(tuple(one) for one in left.answer["lots"])
    old.take(left)
    got = Receive("merge", "merge#1", "k", lots, before)
    new.take(decide(RULES, new.account, got, NOON))
    assert old.account.personal == ()
    assert [(one.campaign, one.used) for one in new.account.personal] == [("back", 1), ("other", 0)]
    new.orders = old.orders
    new.sell("1", basket(0, version=2, status="cancelled"), at=NOON, told=NOON + HOUR)
    assert new.points == 0
    assert [one.used for one in new.account.personal] == [0, 0]
    new.sell("2", basket(100), at=NOON + HOUR)
    assert new.points == 1 + 50  # the better one
    assert broken(new.account, new.entries, RULES) == ()


def test_what_is_stored_is_what_was_decided() -> None:
    till = Till()
    only = Filter(("tea",), (), ("gift",), ("x",))
    window = Window(("mon",), "09:00", "15:00")
    till.give(replace(BONUS, per="item", only=only, windows=(window,), minimum=7), uses=3)
    till.sell("1", basket(900, Line("a", "tea", 3000, 900)), at=NOON)
    assert till.points == 9 + 150
    account, order = till.account, till.orders["1"]
    assert to_account("coffee", "ann", account_values(account)) == account
    item = {**order_item(order), "pk": order_key(order.key).pk}
    assert to_order(item).context == order.context
    places = [entry_key("coffee", "ann", one.seq) for one in till.entries]
    again = [
        to_entry({**entry_item(one), "pk": place.pk, "sk": place.sk})
        for one, place in zip(till.entries, places, strict=True)
    ]
    kept = fold("coffee", "ann", again)
    assert kept.personal == account.personal
    # Most accounts and orders have none, and are stored as before.
    plain = Till()
    plain.sell("1", basket(), at=NOON)
    assert len(account_values(plain.account)["t"]) == 4
    assert len(order_item(plain.orders["1"])["x"]) == 4


# A storm ------------------------------------------------------------------------------------------


@given(
    seed=st.integers(0, 2**32),
    stacking=st.sampled_from(["best", "sum", "first"]),
    many=st.integers(1, 6),
)
def test_any_arrival_of_orders_ends_as_the_naive_sum(seed: int, stacking: str, many: int) -> None:
    chance = random.Random(seed)
    everybody = {"id": "may", "name": {"en": "May"}, "pot": "points", "bonus": 4, "minimum": 600}
    rules = program(
        earning=[per_amount(amount=chance.choice([70, 100]))],
        promotions=[everybody] * chance.randint(0, 1),
        stacking=stacking,
    )
    grants = [
        (
            replace(
                chance.choice([DOUBLE, BONUS, replace(DOUBLE, multiplier=15_000)]),
                minimum=chance.choice([0, 0, 500]),
            ),
            NOON + timedelta(hours=chance.randint(-30, 30)),
            chance.choice([0.5, 1, 2]),
            f"c{number}",
        )
        for number in range(chance.randint(0, 3))
    ]
    reports = []
    for number in range(many):
        at = NOON + timedelta(hours=chance.randint(-48, 60))
        for version in range(1, chance.randint(1, 3) + 1):
            total = chance.choice([0, 130, 470, 501, 990])
            status: Any = "completed" if total else "cancelled"
            reports.append((f"o{number}", basket(total, version=version, status=status), at))
    ends = []
    for _ in range(3):
        till, told = Till(rules), NOON + timedelta(days=4)
        for promotion, at, days, campaign in grants:
            till.give(promotion, at=at, days=days, campaign=campaign)
        storm = [one for one in reports for _ in range(chance.randint(1, 2))]
        chance.shuffle(storm)
        for name, part, at in storm:
            till.sell(name, part, at=at, told=told)
        till.sound()
        ends.append((till.points, till.account.pot("points").remainder, till.account.personal))
    assert ends[0] == ends[1] == ends[2]
    exact = sum((_naively(rules, grants, *one) for one in _latest(reports)), Fraction(0))
    assert ends[0][0] == floor(exact)
    assert ends[0][1] == exact - floor(exact)


def _latest(reports: list[tuple[str, Part, datetime]]) -> list[tuple[int, datetime]]:
    newest: dict[str, tuple[Part, datetime]] = {}
    for name, part, at in reports:
        if name not in newest or newest[name][0].version < part.version:
            newest[name] = part, at
    return [(part.total, at) for part, at in newest.values() if part.total]


def _naively(rules: Program, grants: list[Any], total: int, at: datetime) -> Fraction:
    """Return what an order is worth, said once more in few words."""
    base = Fraction(total * rules.earning[0].points, rules.earning[0].amount or 1)
    extras = []
    for promotion, since, days, _ in sorted(grants, key=lambda one: (one[1], one[3])):
        if since <= at < since + timedelta(days=days) and total >= promotion.minimum:
            times = Fraction(promotion.multiplier or 10_000, 10_000) - 1
            extras.append(promotion.bonus or base * times)
    extras += [one.bonus for one in rules.promotions if total >= one.minimum]
    if not extras:
        return base
    return base + {"best": max(extras), "sum": sum(extras), "first": extras[0]}[rules.stacking]


def test_a_promotion_is_read_as_it_was_written() -> None:
    for one in (DOUBLE, BONUS, replace(BONUS, per="item", windows=(Window(),), minimum=3)):
        assert personal.read(personal.written(one, 4)) == (one, 4)
    assert len(personal.written(DOUBLE)) < 40
