"""An order is decided once and then brought up to date: differences, debts, what goes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.account import NEVER, Month
from loyalty.core.calendar import period
from loyalty.core.decide import decide
from loyalty.core.decide.order import RecordOrder
from loyalty.core.order import Posted, Spent, merge
from tests.support.deciding import (
    FAR,
    MAY,
    NOON,
    account,
    basket,
    context,
    counters,
    order,
    per_amount,
    program,
    second,
    told,
    well_formed,
)

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.draft import Decision
    from loyalty.core.order import Order
    from loyalty.program.rules import Program

NOW = int(NOON.timestamp())
TEN = program(earning=[per_amount(1, 100)])
LEVELS = [{"id": "new", "name": {"en": "New"}}, {"id": "old", "name": {"en": "Old"}, "spend": 900}]


def record(standing: Account, head: Order, rules: Program = TEN, now: datetime = NOON) -> Decision:
    decision = decide(rules, standing, RecordOrder(head, rules, "endpoint:till"), now)
    well_formed(decision.entry.postings if decision.entry else ())
    return decision


def postings(decision: Decision) -> list[tuple[Any, ...]]:
    assert decision.entry is not None
    return told(list(decision.entry.postings))


def head(decision: Decision) -> Order:
    assert decision.order is not None
    return decision.order


def test_the_first_report_earns() -> None:
    decision = record(account(), order(basket(1050)))
    assert postings(decision) == [
        ("earn", "remainder", Fraction(1, 2)),
        ("earn", "lot", 10, NEVER),
        ("earn", "earned", 10),
        ("earn", "spend", 1050),
        ("earn", "visits", 1),
    ]
    assert decision.answer == {"points": 10, "balance": 10}
    entry = decision.entry
    assert entry is not None
    assert (entry.kind, entry.fact, entry.actor) == ("earn", "order#till#1#1", "endpoint:till")
    assert entry.program_version == 1
    assert head(decision).posted == Posted({"points": Fraction(21, 2)}, 1050, 1)
    assert head(decision).revision == 1
    assert head(decision).context == context()
    assert [step.kind for step in decision.trace] == ["amount"]


def test_remainders_of_two_orders_make_a_point_and_that_is_said() -> None:
    first = record(account(), order(basket(1050)))
    second = record(first.account, order(basket(1050)))
    assert second.answer == {"points": 11, "balance": 21}
    assert postings(second)[0] == ("earn", "remainder", Fraction(-1, 2))
    assert [step.kind for step in second.trace] == ["amount", "carried"]
    assert second.trace[1].values == {"pot": "points", "points": 11}


def test_a_repeat_posts_nothing() -> None:
    first = record(account(), order(basket(1050)))
    again = record(first.account, head(first))
    assert again.entry is None
    assert again.answer == {"points": 0, "balance": 10}
    assert head(again).posted == head(first).posted
    assert [step.kind for step in again.trace] == ["amount"]


def test_a_refund_takes_back_the_difference_where_it_was_granted() -> None:
    first = record(account((FAR, 5)), order(basket(1050)))
    refund = merge(head(first), basket(1050, version=2, refunded=100)).order
    decision = record(first.account, refund)
    assert postings(decision) == [
        ("reverse", "lot", -1, NEVER),
        ("reverse", "earned", -1),
        ("reverse", "spend", -100),
    ]
    assert decision.answer == {"points": -1, "balance": 14}
    assert decision.entry is not None
    assert (decision.entry.kind, decision.entry.fact) == ("reverse", "order#till#1#2")


def test_a_full_refund_ends_the_visit_and_leaves_no_trace() -> None:
    first = record(account(), order(basket(1050)))
    gone = merge(head(first), basket(1050, version=2, status="refunded")).order
    decision = record(first.account, gone)
    clean = replace(decision.account, seq=0, revision=0, head="", card_version=1, shown="")
    assert clean == account()
    assert head(decision).posted.visits == 0
    back = merge(head(decision), basket(1050, version=3)).order
    assert record(decision.account, back).answer == {"points": 10, "balance": 10}


def refunded(standing: Account, first: Decision, rules: Program) -> Decision:
    gone = merge(head(first), basket(1000, version=2, status="cancelled")).order
    return record(standing, gone, rules)


@pytest.mark.parametrize(
    ("debt", "points", "owed", "posted"), [("owe", -10, 7, 0), ("forgive", -3, 0, 7)]
)
def test_what_was_spent_already_is_owed_or_forgiven(
    debt: str, points: int, owed: int, posted: int
) -> None:
    rules = program(earning=[per_amount()], debt=debt)
    first = record(account(), order(basket(1000)), rules)
    spent = replace(first.account, pots=account((FAR, 3)).pots)
    decision = refunded(spent, first, rules)
    assert decision.answer["points"] == points
    assert decision.account.pot("points").debt == owed
    assert decision.account.pot("points").available == 0
    assert head(decision).posted.units.get("points", 0) == posted
    # What was forgiven stays counted: should the order come back, it is not given twice.
    back = merge(head(decision), basket(1000, version=3)).order
    again = record(decision.account, back, rules)
    assert again.account.pot("points").available == 3
    assert again.account.earned == 10


def test_debts_are_paid_first() -> None:
    decision = record(account(debt=4), order(basket(1000)))
    assert postings(decision)[:2] == [("earn", "debt", -4), ("earn", "lot", 6, NEVER)]
    assert decision.answer == {"points": 10, "balance": 6}
    assert record(account(debt=14), order(basket(1000))).account.pot("points").debt == 4


PENDING = program(
    earning=[per_amount()],
    pots=[{"id": "points", "pending_days": 2, "expiry": {"months": 1}}],
)
ACTIVE = second(2026, 5, 6)
HOME = second(2026, 7, 1)


def test_value_may_have_to_wait_and_is_counted_but_not_spendable() -> None:
    decision = record(account(debt=4), order(basket(1000)), PENDING)
    assert postings(decision)[0] == ("earn", "pending", 10, HOME, ACTIVE)
    assert decision.answer == {"points": 10, "balance": 0}
    assert decision.account.pot("points").debt == 4


def test_a_late_report_of_old_value_is_spendable_at_once_or_gone() -> None:
    old = order(basket(1000), at=NOON - timedelta(days=3))
    assert postings(record(account(), old, PENDING))[0] == ("earn", "lot", 10, HOME)
    ancient = order(basket(1000), at=NOON - timedelta(days=90))
    decision = record(account(), ancient, PENDING)
    assert decision.account.pot("points").available == 0
    assert [one[0] for one in postings(decision)][-1] == "expire"


def test_a_refund_takes_its_own_value_first_then_what_waits_then_the_soonest() -> None:
    first = record(account(), order(basket(1000)), PENDING)
    others = ((ACTIVE - 86_400, HOME, 2), (ACTIVE, HOME, 4))
    standing = replace(first.account, pots=account((HOME, 1), (FAR, 9), pending=others).pots)
    decision = refunded(standing, first, PENDING)
    assert postings(decision)[:4] == [
        ("reverse", "pending", -4, HOME, ACTIVE),
        ("reverse", "lot", -1, HOME),
        ("reverse", "pending", -2, HOME, ACTIVE - 86_400),
        ("reverse", "lot", -3, FAR),
    ]


def test_an_order_from_the_future_happens_now() -> None:
    decision = record(account(), order(at=NOON + timedelta(days=40)), PENDING)
    assert head(decision).context == context(NOON)


FROZEN = program(
    earning=[per_amount()],
    caps=[{"pot": "points", "period": "day", "points": 12}],
    tiers={"levels": LEVELS},
    limits=[{"action": "earn", "period": "day", "count": 2}],
)


def test_the_first_decision_freezes_room_tier_and_refusal() -> None:
    first = record(account(), order(basket(1000)), FROZEN)
    assert head(first).context == context(rooms={"points": Fraction(12)}, level=0)
    assert first.account.level == 1
    second = record(first.account, replace(order(basket(1000)), key=other()), FROZEN)
    assert head(second).context == context(rooms={"points": Fraction(2)}, level=1)
    assert second.answer["points"] == 2
    assert counters(second.account)["earn:day"] == (period(NOON, "UTC", "day"), 2)
    third = record(second.account, replace(order(basket(1000)), key=other("3")), FROZEN)
    frozen = head(third).context
    assert frozen is not None
    assert frozen.refused == "limit"
    assert third.answer["points"] == 0
    # Room that comes free later does not help an order that was decided.
    grown = merge(head(second), basket(5000, version=2)).order
    assert record(account(), grown, FROZEN).answer["points"] == 0


def other(name: str = "2") -> Any:
    return replace(order().key, id=name)


def test_an_order_that_counts_nothing_yet_freezes_nothing() -> None:
    decision = record(account(), order(basket(1000, status="open")), FROZEN)
    assert decision.entry is None
    assert head(decision).context is None
    assert head(decision).revision == 1
    first = record(account(), order(basket(1000)), FROZEN)
    gone = merge(head(first), basket(1000, version=2, status="cancelled")).order
    assert head(record(first.account, gone, FROZEN)).context == head(first).context


def test_orders_that_no_longer_earn_make_room_for_others() -> None:
    first = record(account(), order(basket(1000)), FROZEN)
    gone = merge(head(first), basket(1000, version=2, status="cancelled")).order
    decision = record(first.account, gone, FROZEN)
    day = period(NOON, "UTC", "day")
    assert counters(decision.account) == {"cap:points:day": (day, 0), "earn:day": (day, 0)}


def test_figures_of_months_are_kept_where_there_are_tiers() -> None:
    decision = record(account(), order(basket(1000)), FROZEN)
    assert decision.account.months == {MAY: Month(1000, 1, 10)}
    assert record(account(), order(basket(1000))).account.months == {}


def test_figures_belong_to_the_month_in_which_the_order_happened() -> None:
    old = order(basket(1000), at=NOON - timedelta(days=9))
    assert record(account(), old, FROZEN).account.months == {MAY - 1: Month(1000, 1, 10)}


def test_a_visit_is_activity_where_that_matters() -> None:
    rules = program(pots=[{"id": "points", "expiry": {"inactivity_months": 3}}])
    decision = record(account(), order(basket(1000)), rules)
    assert counters(decision.account) == {"active": (MAY, 1)}
    again = record(decision.account, replace(order(basket(1000)), key=other()), rules)
    assert counters(again.account) == {"active": (MAY, 1)}
    assert counters(record(account(), order(basket(1000))).account) == {}


def test_a_visit_is_counted_for_quiet_times_when_it_comes_not_when_it_goes() -> None:
    rules = program(tiers={"levels": LEVELS, "down": "step", "quiet_months": 3})
    first = record(account(), order(basket(1000)), rules)
    assert counters(first.account) == {"visit": (MAY, 1)}
    gone = merge(head(first), basket(1000, version=2, status="cancelled")).order
    assert counters(record(first.account, gone, rules).account) == {"visit": (MAY, 1)}
    lasting = program(tiers={"levels": LEVELS})
    assert counters(record(account(), order(basket(1000)), lasting).account) == {}


def test_an_order_brings_the_tier_up_and_its_refund_down() -> None:
    rules = program(tiers={"levels": LEVELS, "down": "fit"})
    first = record(account(), order(basket(900)), rules)
    assert first.account.level == 1
    gone = merge(head(first), basket(900, version=2, refunded=1)).order
    assert record(first.account, gone, rules).account.level == 0


LOTS = ((FAR, 4), (FAR + 1, 6))


def paid(*, returned: int = 0) -> Order:
    """Return the head of an order of 1000 on which ten points were spent."""
    first = head(record(account(), order(basket(1000)), program()))
    return replace(first, spent=(Spent("points", LOTS, returned),))


@pytest.mark.parametrize(
    ("refund", "back"),
    [
        (0, ()),
        (99, ()),
        (100, ((FAR + 1, 1),)),
        (199, ((FAR + 1, 1),)),
        (600, ((FAR + 1, 6),)),
        (700, ((FAR, 1), (FAR + 1, 6))),
        (1000, LOTS),
    ],
)
def test_what_was_spent_goes_back_in_proportion_the_last_to_expire_first(
    refund: int, back: tuple[tuple[int, int], ...]
) -> None:
    part = merge(paid(), basket(1000, version=2, refunded=refund)).order
    decision = record(account(), part, program())
    assert decision.account.pot("points").lots == back
    assert head(decision).spent == (Spent("points", LOTS, sum(amount for _, amount in back)),)
    if back:
        causes = {one.cause for one in decision.entry.postings if one.measure == "lot"}  # type: ignore[union-attr]
        assert causes == {"return"}


def test_partial_refunds_add_up_to_the_whole() -> None:
    standing, now = account(), paid()
    for version, refund in enumerate((333, 334, 700, 999, 1000), 2):
        now = merge(now, basket(1000, version=version, refunded=refund)).order
        decision = record(standing, now, program())
        standing, now = decision.account, head(decision)
    assert standing.pot("points").lots == LOTS


def test_a_refund_that_is_taken_back_spends_again() -> None:
    part = merge(paid(), basket(1000, version=2, refunded=700)).order
    returned = record(account(), part, program())
    undone = merge(head(returned), basket(1000, version=3, refunded=100)).order
    decision = record(returned.account, undone, program())
    assert decision.account.pot("points").lots == ((FAR + 1, 1),)
    assert head(decision).spent[0].returned == 1


@pytest.mark.parametrize(("debt", "owed", "returned"), [("owe", 6, 0), ("forgive", 0, 6)])
def test_what_is_spent_again_may_be_owed_or_forgiven(debt: str, owed: int, returned: int) -> None:
    rules = program(debt=debt)
    part = merge(paid(), basket(1000, version=2, refunded=700)).order
    gave = record(account(), part, rules)
    elsewhere = replace(gave.account, pots=account((FAR - 1, 1)).pots)
    undone = merge(head(gave), basket(1000, version=3)).order
    decision = record(elsewhere, undone, rules)
    assert decision.account.pot("points").available == 0
    assert decision.account.pot("points").debt == owed
    assert head(decision).spent[0].returned == returned


def test_an_order_counts_even_after_goodbye() -> None:
    first = record(account(), order(basket(1000)))
    closed = replace(first.account, closed=1)
    gone = merge(head(first), basket(1000, version=2, status="cancelled")).order
    assert record(closed, gone).account.balance("points") == 0


def test_a_program_without_pots_still_counts_spend() -> None:
    decision = record(account(), order(basket(1000)), program(pots=[]))
    assert decision.answer == {"points": 0, "balance": 0}
    assert decision.account.spend == 1000


def test_several_pots_and_the_answer_tells_of_the_first() -> None:
    rules = program(
        pots=[{"id": "stamps", "kind": "stamps"}, {"id": "points"}],
        earning=[per_amount(), {"pot": "stamps", "points": 1, "per": "visit"}],
    )
    decision = record(account(), order(basket(1000)), rules)
    assert decision.answer == {"points": 11, "balance": 1}
    assert decision.account.balance("points") == 10


def test_the_smallest_order_is_a_visit_and_freezes_its_context() -> None:
    decision = record(account(), order(basket(1)))
    assert decision.account.visits == 1
    assert head(decision).context == context()


def test_more_for_the_same_money_is_earned_and_less_is_reversed() -> None:
    rules = program(earning=[per_amount()], basis={"tax": "without"})
    first = record(account(), order(basket(1000, tax=200)), rules)
    less_tax = merge(head(first), basket(1000, version=2)).order
    decision = record(first.account, less_tax, rules)
    assert decision.answer["points"] == 2
    assert decision.entry is not None
    assert decision.entry.kind == "earn"


def test_a_part_that_was_forgiven_stays_counted_beside_what_is_left() -> None:
    rules = program(earning=[per_amount()], debt="forgive")
    first = record(account(), order(basket(1000)), rules)
    spent = replace(first.account, pots=account((FAR, 3)).pots)
    part = merge(head(first), basket(1000, version=2, refunded=700)).order
    decision = record(spent, part, rules)
    assert decision.answer["points"] == -3
    assert head(decision).posted.units == {"points": 7}


def test_an_order_that_earned_part_of_a_point_counts_once_against_limits() -> None:
    first = record(account(), order(basket(50)), FROZEN)
    grown = merge(head(first), basket(60, version=2)).order
    decision = record(first.account, grown, FROZEN)
    assert decision.account.count("earn:day", period(NOON, "UTC", "day")) == 1


def test_growing_is_no_further_visit() -> None:
    rules = program(tiers={"levels": LEVELS, "down": "step", "quiet_months": 3})
    first = record(account(), order(basket(1000)), rules)
    grown = merge(head(first), basket(1100, version=2)).order
    assert record(first.account, grown, rules).account.count("visit", MAY) == 1


def test_what_is_spent_again_comes_from_where_it_went_back() -> None:
    part = merge(paid(), basket(1000, version=2, refunded=400)).order
    returned = record(account((FAR - 9, 5)), part, program())
    assert returned.account.pot("points").lots == ((FAR - 9, 5), (FAR + 1, 4))
    undone = merge(head(returned), basket(1000, version=3)).order
    decision = record(returned.account, undone, program())
    assert decision.account.pot("points").lots == ((FAR - 9, 5),)
    assert postings(decision)[-1] == ("redeem", "lot", -4, FAR + 1)
    # What is not there any more is owed, and that is part of the redemption too.
    gone = replace(returned.account, pots={})
    assert postings(record(gone, undone, program()))[-1] == ("redeem", "debt", 4)


def test_every_posting_of_a_busy_order_is_of_its_cause() -> None:
    rules = program(
        earning=[per_amount()],
        pots=[{"id": "points", "expiry": {"inactivity_months": 3}}],
        caps=[{"pot": "points", "period": "day", "points": 99}],
        limits=[{"action": "earn", "period": "day", "count": 9}],
        cool_down_minutes=1,
        tiers={"levels": LEVELS, "down": "step", "quiet_months": 3},
    )
    first = record(account(reviewed=MAY), order(basket(800)), rules)
    assert first.entry is not None
    assert {one.cause for one in first.entry.postings} == {"earn"}
    refs = {one.ref for one in first.entry.postings}
    assert refs == {"", "active", "cap:points:day", "earn:day", "last", "visit"}
    gone = merge(head(first), basket(800, version=2, status="cancelled")).order
    decision = record(first.account, gone, rules)
    assert decision.entry is not None
    assert {one.cause for one in decision.entry.postings} == {"reverse"}


def test_what_counted_before_a_change_of_the_program_is_not_taken_from_what_counts_after() -> None:
    old = program(earning=[per_amount()])
    new = replace(FROZEN, version=2, cool_down_minutes=5)
    first = record(account(), order(basket(1000)), old)
    gone = merge(head(first), basket(1000, version=2, status="cancelled")).order
    decision = decide(new, first.account, RecordOrder(gone, old, "endpoint:till"), NOON)
    assert decision.account.months == {}
    assert counters(decision.account) == {}
    assert decision.account.balance("points") == 0
    # And the other way round: what counted is taken away though nobody counts any more.
    counted = record(account(), order(basket(1000)), new)
    gone = merge(head(counted), basket(1000, version=2, status="cancelled")).order
    decision = decide(old, counted.account, RecordOrder(gone, new, "endpoint:till"), NOON)
    assert decision.account.months == {}
    assert {count for _, count in decision.account.counters.values()} == {0}


def test_a_head_names_the_entry_that_posted_last() -> None:
    waiting = record(replace(account(), seq=4), order(basket(1000, status="open")))
    assert (waiting.entry, head(waiting).entry) == (None, 0)
    first = record(replace(account(), seq=4), order(basket(1000)))
    assert head(first).entry == 5
    assert first.entry is not None
    assert first.entry.seq == 5
    same = record(replace(first.account, seq=9), replace(head(first), hints=("code:x",)))
    assert (same.entry, head(same).entry) == (None, 5)
    back = replace(head(first), parts=(basket(1000, version=2, status="refunded"),))
    assert head(record(replace(first.account, seq=9), back)).entry == 10


def test_what_falls_due_with_an_order_that_does_not_count_is_no_entry_of_it() -> None:
    """It may still turn out to be somebody else's."""
    standing = replace(account((NOW, 5)), seq=4)
    decision = record(standing, order(basket(1000, status="open")))
    assert decision.entry is not None
    assert (head(decision).context, head(decision).entry) == (None, 0)
