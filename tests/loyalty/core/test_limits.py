"""Limits and cool-downs at their edges."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core import limits
from loyalty.core.calendar import period
from tests.support.deciding import NOON, account, draft, program, told

if TYPE_CHECKING:
    from loyalty.core.account import Account

DAY = period(NOON, "UTC", "day")
HOUR = period(NOON, "UTC", "hour")
MINUTE = int(NOON.timestamp()) // 60
LIMITS = [
    {"action": "earn", "period": "day", "count": 2},
    {"action": "redeem", "period": "hour", "count": 1},
]


def counted(**counters: tuple[int, int | Fraction]) -> Account:
    return account(counters={name: (at, Fraction(n)) for name, (at, n) in counters.items()})


@pytest.mark.parametrize(
    ("counters", "reason"),
    [
        ({}, None),
        ({"earn:day": (DAY, 1)}, None),
        ({"earn:day": (DAY, 2)}, "limit"),
        ({"earn:day": (DAY, 3)}, "limit"),
        ({"earn:day": (DAY - 1, 2)}, None),
        ({"redeem:hour": (HOUR, 9)}, None),
    ],
)
def test_orders_beyond_the_limit_are_refused(counters: dict[str, Any], reason: str | None) -> None:
    assert limits.refusal(program(limits=LIMITS), counted(**counters), NOON) == reason


@pytest.mark.parametrize(
    ("last", "count", "reason"),
    [
        (MINUTE, 1, "cool_down"),
        (MINUTE - 9, 1, "cool_down"),
        (MINUTE - 10, 1, None),
        (MINUTE + 9, 1, "cool_down"),
        (MINUTE + 10, 1, None),
        (MINUTE, 0, None),
        (MINUTE, -1, None),
    ],
)
def test_orders_too_close_to_the_last_are_refused(
    last: int, count: int, reason: str | None
) -> None:
    rules = program(cool_down_minutes=10)
    assert limits.refusal(rules, counted(last=(last, count)), NOON) == reason


def test_without_a_cool_down_nothing_is_too_close() -> None:
    assert limits.refusal(program(), counted(last=(MINUTE, 1)), NOON) is None
    assert limits.refusal(program(cool_down_minutes=10), account(), NOON) is None


@pytest.mark.parametrize(("count", "may"), [(0, True), (1, False), (2, False)])
def test_redemptions_within_the_limit(count: int, *, may: bool) -> None:
    standing = counted(**{"redeem:hour": (HOUR, count), "earn:day": (DAY, 9)})
    assert limits.may_redeem(program(limits=LIMITS), standing, NOON) is may
    assert limits.may_redeem(program(limits=LIMITS), standing, NOON + timedelta(hours=1))


def test_orders_count_against_limits_and_for_the_cool_down() -> None:
    made = draft(program(limits=LIMITS, cool_down_minutes=5), account())
    limits.count_order(made, made.program, "earn", 1, NOON + timedelta(seconds=59))
    limits.count_order(made, made.program, "reverse", -1, NOON)
    assert told(made.postings) == [
        ("earn", "counter", 1, DAY, "earn:day"),
        ("earn", "counter", 1, MINUTE, "last"),
        ("reverse", "counter", -1, DAY, "earn:day"),
        ("reverse", "counter", -1, MINUTE, "last"),
    ]
    quiet = draft(program(), account())
    limits.count_order(quiet, quiet.program, "earn", 1, NOON)
    assert quiet.postings == []


def test_redemptions_count_where_they_were_asked_for() -> None:
    made = draft(program(limits=LIMITS), account())
    earlier: datetime = NOON - timedelta(hours=3)
    limits.count_redemption(made, "release", -1, earlier)
    assert told(made.postings) == [("release", "counter", -1, HOUR - 3, "redeem:hour")]


def test_seconds_do_not_shorten_a_cool_down() -> None:
    rules = program(cool_down_minutes=10)
    late = NOON + timedelta(seconds=59)
    assert limits.refusal(rules, counted(last=(MINUTE + 10, 1)), late) is None


def test_what_comes_late_counts_in_the_newest_period() -> None:
    made = draft(program(limits=LIMITS), counted(**{"earn:day": (DAY, 1)}))
    limits.count_order(made, made.program, "earn", 1, NOON - timedelta(days=1))
    wanted: Any = {"earn:day": (DAY, 2)}
    assert made.account.counters == wanted


def test_what_is_paid_back_is_uncounted_where_it_happened() -> None:
    made = draft(program(limits=LIMITS), counted(**{"earn:day": (DAY, 1)}))
    limits.count_order(made, made.program, "reverse", -1, NOON - timedelta(days=1))
    # Yesterday's counts are gone, and today's room is not theirs.
    wanted: Any = {"earn:day": (DAY, 1)}
    assert made.account.counters == wanted


def test_an_order_dated_back_does_not_get_round_a_limit() -> None:
    standing = counted(**{"earn:day": (DAY, 2)})
    yesterday = NOON - timedelta(days=1)
    assert limits.refusal(program(limits=LIMITS), standing, yesterday) == "limit"
