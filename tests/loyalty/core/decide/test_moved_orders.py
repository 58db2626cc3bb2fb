"""An order whose instant is mended: what was posted goes from where it was to where it belongs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from loyalty.core.account import NEVER, Pot
from loyalty.core.calendar import period
from loyalty.core.instants import microseconds
from loyalty.core.order import Spent, merge
from loyalty.core.trace import Step
from tests.loyalty.core.decide.recording import (
    ACTIVE,
    HOME,
    PENDING,
    head,
    postings,
    record,
)
from tests.support.deciding import (
    NOON,
    account,
    basket,
    counters,
    order,
    per_amount,
    program,
    second,
)

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.core.draft import Decision
    from loyalty.core.order import Part
    from loyalty.program.rules import Program

BEFORE = NOON - timedelta(days=1)
APRIL = NOON - timedelta(days=6)
TODAY, YESTERDAY = period(NOON, "UTC", "day"), period(BEFORE, "UTC", "day")
MONTHLY = program(earning=[per_amount()], pots=[{"id": "points", "expiry": {"months": 1}}])
JUNE = second(2026, 6, 1)


def sold(total: int, at: datetime, version: int = 1, **changes: Any) -> Part:
    return basket(total, version=version, occurred=microseconds(at), **changes)


def mended(
    rules: Program, total: int, at: datetime, standing: Account | None = None
) -> tuple[Decision, Decision]:
    """Sell for 10.00 at NOON, then say that it was another total, at another instant."""
    first = record(standing or account(), order(sold(1000, NOON)), rules)
    later = merge(head(first), sold(total, at, 2)).order
    return first, record(first.account, later, rules)


def test_what_is_left_moves_and_what_it_is_worth_less_goes_from_where_it_was() -> None:
    _, after = mended(MONTHLY, 700, APRIL, account((HOME, 5)))
    assert after.account.pot("points").lots == ((JUNE, 7), (HOME, 5))
    assert after.answer == {"points": -3, "balance": 12}
    _, more = mended(MONTHLY, 1200, APRIL, account((HOME, 5)))
    assert more.account.pot("points").lots == ((JUNE, 12), (HOME, 5))


def test_what_was_spent_meanwhile_moves_nowhere() -> None:
    first = record(account(), order(sold(1000, NOON)), MONTHLY)
    for left, lots in ((0, ()), (4, ((JUNE, 4),))):
        standing = replace(first.account, pots={"points": Pot(((HOME, left),) if left else ())})
        later = merge(head(first), sold(1000, APRIL, 2)).order
        assert record(standing, later, MONTHLY).account.pot("points") == Pot(lots)


def test_value_that_waits_goes_on_waiting_from_its_own_day() -> None:
    _, after = mended(PENDING, 1000, BEFORE, account((HOME, 6)))
    pot = after.account.pot("points")
    assert pot.pending == ((ACTIVE - 24 * 3600, HOME, 10),)
    assert pot.lots == ((HOME, 6),)


def test_limits_and_cool_downs_count_it_where_it_happened() -> None:
    one_a_day = [{"action": "earn", "period": "day", "count": 1}]
    rules = program(earning=[per_amount()], limits=one_a_day, cool_down_minutes=10)
    first, after = mended(rules, 1000, BEFORE)
    minute = int(NOON.timestamp()) // 60
    assert counters(first.account)["earn:day"] == (TODAY, 1)
    told = [one for one in postings(after) if one[1] == "counter"]
    assert told == [
        ("earn", "counter", -1, TODAY, "earn:day"),
        ("earn", "counter", -1, minute, "last"),
        ("earn", "counter", 1, TODAY, "earn:day"),
        ("earn", "counter", 1, minute - 24 * 60, "last"),
    ]


def test_room_under_a_cap_moves_along() -> None:
    rules = program(earning=[per_amount()], caps=[{"pot": "points", "period": "day", "points": 8}])
    first, after = mended(rules, 700, BEFORE)
    assert first.trace[-1] == Step("cap", {"pot": "points", "points": 8, "cap": 8, "period": "day"})
    raw = [one for one in postings(after) if one[1] in {"raw", "cap", "cut"}]
    assert raw == [
        ("reverse", "raw", -10, TODAY, "points:day"),
        ("reverse", "cut", -2),
        ("reverse", "raw", 7, YESTERDAY, "points:day"),
        ("reverse", "cap", 8, YESTERDAY, "points:day"),
    ]
    assert after.account.balance("points") == 7


def test_of_an_order_that_stays_only_the_difference_is_posted() -> None:
    rules = program(earning=[per_amount()], caps=[{"pot": "points", "period": "day", "points": 8}])
    _, after = mended(rules, 700, NOON)
    assert [one for one in postings(after) if one[1] == "raw"] == [
        ("reverse", "raw", -3, TODAY, "points:day")
    ]


def test_points_that_pay_a_smaller_bill_are_those_that_paid_a_bill() -> None:
    """A reward on the same order took points of the same pot, and paid no bill."""
    money = {"pot": "points", "points": 1, "amount": 1, "share": 10_000, "minimum": 1}
    rules = program(earning=[per_amount()], points_as_money=money)
    spent = (Spent("points", ((NEVER, 300),), bill=1000), Spent("points", ((NEVER, 100),)))
    paid = order(basket(500, points_paid=300), spent=spent)
    assert [one.returned for one in head(record(account(), paid, rules)).spent] == [0, 0]
    less = order(basket(500, points_paid=150), spent=spent)
    assert [one.returned for one in head(record(account(), less, rules)).spent] == [150, 0]
