"""An order is decided once, with what held at its time, and brought up to date after that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

from loyalty.core.account import NEVER, Month
from loyalty.core.calendar import period
from loyalty.core.decide import decide
from loyalty.core.decide.order import RecordOrder
from loyalty.core.order import Posted, merge
from tests.loyalty.core.decide.recording import (
    ACTIVE,
    HOME,
    NOW,
    PENDING,
    head,
    postings,
    record,
)
from tests.support.deciding import (
    MAY,
    NOON,
    account,
    basket,
    context,
    counters,
    order,
    per_amount,
    program,
)

LEVELS = [{"id": "new", "name": {"en": "New"}}, {"id": "old", "name": {"en": "Old"}, "spend": 900}]


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


def test_an_order_from_the_future_happens_now() -> None:
    decision = record(account(), order(at=NOON + timedelta(days=40)), PENDING)
    assert head(decision).context == context(NOON)


FROZEN = program(
    earning=[per_amount()],
    caps=[{"pot": "points", "period": "day", "points": 12}],
    tiers={"levels": LEVELS},
    limits=[{"action": "earn", "period": "day", "count": 2}],
)


def test_the_first_decision_freezes_tier_and_refusal() -> None:
    first = record(account(), order(basket(1000)), FROZEN)
    assert head(first).context == context(level=0)
    assert first.account.level == 1
    second = record(first.account, replace(order(basket(1000)), key=other()), FROZEN)
    assert head(second).context == context(level=1)
    assert head(second).posted.units == {"points": 10}
    assert second.answer["points"] == 2
    assert counters(second.account)["earn:day"] == (period(NOON, "UTC", "day"), 2)
    third = record(second.account, replace(order(basket(1000)), key=other("3")), FROZEN)
    frozen = head(third).context
    assert frozen is not None
    assert frozen.refused == "limit"
    assert third.answer["points"] == 0
    # Room that comes free helps whoever was cut off.
    gone = merge(head(first), basket(1000, version=2, status="cancelled")).order
    again = record(second.account, gone, FROZEN)
    assert again.answer["points"] == -2
    assert again.account.balance("points") == 10


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
    assert counters(decision.account) == {"earn:day": (day, 0)}
    assert decision.account.capped("points:day", day) == (Fraction(0), 12)


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
    assert refs == {"", "active", "points:day", "earn:day", "last", "visit"}
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
