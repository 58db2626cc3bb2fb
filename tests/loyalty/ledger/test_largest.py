"""Orders at the largest amount, as many as there may be: no history breaks a bound (I15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core import bounds
from loyalty.core.decide.spending import Price
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.money import LARGEST_AMOUNT, LARGEST_ORDER, LARGEST_SUM
from tests.support import soundness
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

MOST: dict[str, Any] = {
    "earning": [{"pot": "points", "points": 10, "amount": 1}],
    "rewards": [{"id": "car", "pot": "points", "price": 10**9, "name": {"en": "x", "ru": "x"}}],
    "points_as_money": None,
}
BELOW_EXACT = 2**53
"""Up to there every whole number is told exactly in JSON (RFC 8259, section 6)."""


def shop(**changes: Any) -> tuple[World, Enrolled]:
    world = World()
    world.put_program(**{**MOST, **changes})
    return world, world.enrol()


def figures(world: World, member: Enrolled) -> list[Any]:
    account = world.account(member)
    raw = [summed for periods in account.caps.values() for summed, _ in periods.values()]
    pots = account.pots.values()
    values = [n for pot in pots for n in (pot.available, pot.waiting, pot.debt, pot.cut)]
    months = [n for month in account.months.values() for n in (month.spend, month.earned)]
    return [account.spend, account.earned, *raw, *values, *months]


CAPS = [{"pot": "points", "period": "year", "points": 10**9}]


@pytest.mark.parametrize("changes", [{}, {"caps": CAPS}, {"debt": "forgive"}])
def test_many_orders_at_the_largest_amount_never_break_a_bound(changes: dict[str, Any]) -> None:
    world, ann = shop(**changes)
    outcomes = [world.sell(f"{n}", total=LARGEST_ORDER, member=ann) for n in range(1_010)]
    assert max(figures(world, ann)) == LARGEST_SUM < BELOW_EXACT
    assert [outcome.full for outcome in outcomes] == [False] * 1_000 + [True] * 10
    assert {outcome.points for outcome in outcomes[1_000:]} == {0}
    assert soundness.faults(world) == []


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three of the largest orders fill an account."""
    monkeypatch.setattr(bounds, "LARGEST_SUM", 3 * LARGEST_AMOUNT)


@pytest.mark.usefixtures("small")
def test_an_order_that_did_not_fit_counts_once_there_is_room() -> None:
    world, ann = shop()
    for name in "abc":
        assert not world.sell(name, total=LARGEST_ORDER, member=ann).full
    late = world.sell("late", total=LARGEST_ORDER, member=ann)
    assert (late.result, late.points, late.full) == ("recorded", 0, True)
    # One cent fits no better, and an order of nothing does.
    assert world.sell("cent", total=1, member=ann).full
    assert not world.sell("free", total=0, member=ann).full
    world.sell("a", version=2, total=LARGEST_ORDER, status="refunded", member=ann)
    assert world.balance(ann) == 2 * LARGEST_AMOUNT
    again = world.sell("late", total=LARGEST_ORDER, member=ann)
    assert (again.result, again.points, again.full) == ("recorded", LARGEST_AMOUNT, False)
    assert world.sell("late", total=LARGEST_ORDER, member=ann).result == "unchanged"
    assert world.account(ann).spend == 3 * LARGEST_ORDER
    assert soundness.faults(world) == []


@pytest.mark.usefixtures("small")
def test_an_edit_that_does_not_fit_leaves_nothing_of_the_order_until_it_does() -> None:
    world, ann = shop()
    for name in "ab":
        world.sell(name, total=LARGEST_ORDER, member=ann)
    world.sell("c", total=100, member=ann)
    world.sell("d", total=LARGEST_ORDER - 100, member=ann)
    edited = world.sell("c", version=2, total=LARGEST_ORDER, member=ann)
    assert (edited.full, edited.points) == (True, -1000)
    assert soundness.faults(world) == []
    mended = world.sell("c", version=3, total=100, member=ann)
    assert (mended.full, mended.points) == (False, 1000)
    assert soundness.faults(world) == []


@pytest.mark.usefixtures("small")
def test_gifts_corrections_and_merges_do_not_break_a_bound_either() -> None:
    world, ann = shop()
    ben = world.enrol()
    for name in "abc":
        world.sell(name, total=LARGEST_ORDER, member=ann)
    world.sell("d", total=LARGEST_ORDER, member=ben)
    full = {"outcome": "declined", "reason": "account_full"}
    given = world.staff.give(act("g"), ann.member_id, "points", 1, world.now).body
    raised = world.staff.adjust(act("a"), ann.member_id, "points", 1, world.now).body
    moved = world.staff.transfer(act("t"), ben.member_id, ann.member_id, "points", 5, world.now)
    merged = world.staff.merge(act("m"), ben.member_id, ann.member_id, world.now).body
    assert [given, raised, moved.body, merged] == [full] * 4
    assert not world.account(ben).closed
    lowered = world.staff.adjust(act("l"), ann.member_id, "points", -1, world.now).body
    assert lowered["outcome"] != "declined"
    assert soundness.faults(world) == []


@pytest.mark.usefixtures("small")
def test_value_that_was_held_comes_back_and_what_was_spent_makes_room() -> None:
    world, ann = shop()
    for name in "abc":
        world.sell(name, total=LARGEST_ORDER, member=ann)
    request = Request("coffee", "till", "h", "key:till")
    world.spending.hold(request, ann.card_code, Price(reward="car"), world.now)
    assert world.sell("d", total=LARGEST_ORDER, member=ann).full
    assert world.spending.release(request, ann.card_code, world.now).body["outcome"] == "released"
    assert world.balance(ann) == 3 * LARGEST_AMOUNT
    assert world.redeem(ann, reward="car").body["outcome"] == "redeemed"
    # What was earned and spent in all is as large as before: figures are bounded, too.
    assert world.sell("d", total=LARGEST_ORDER, member=ann).full
    assert soundness.faults(world) == []


def act(name: str) -> Act:
    return Act("coffee", "anna", name, "because")
