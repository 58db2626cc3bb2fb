"""Caps of periods: raw sums, of which at most the cap is credited."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core import caps
from loyalty.core.calendar import period
from tests.support import naive_jars
from tests.support.deciding import NOON, account, draft, program, told, well_formed

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.core.draft import Draft

DAY = period(NOON, "UTC", "day")
WEEK = period(NOON, "UTC", "week")


def capped(**most: int) -> Any:
    rules = [{"pot": "points", "period": name, "points": points} for name, points in most.items()]
    stamps = {"pot": "stamps", "period": "day", "points": 1}
    return program(caps=[stamps, *reversed(rules)])


def count(made: Draft, units: Fraction | int, at: datetime = NOON) -> Fraction:
    return caps.count(made, made.program, "earn", "points", Fraction(units), at)


def test_a_program_without_caps_credits_everything_and_posts_nothing() -> None:
    made = draft(program(), account())
    assert count(made, Fraction(7, 2)) == Fraction(7, 2)
    assert made.postings == []


def test_units_are_summed_up_under_every_cap_of_their_pot() -> None:
    # One per order refuses an order before it comes here.
    made = draft(capped(day=3, week=80, order=1), account())
    assert count(made, Fraction(7, 2)) == 3
    assert told(made.postings) == [
        ("earn", "raw", Fraction(7, 2), DAY, "points:day"),
        ("earn", "cap", 3, DAY, "points:day"),
        ("earn", "raw", 3, WEEK, "points:week"),
        ("earn", "cap", 80, WEEK, "points:week"),
        ("earn", "cut", Fraction(1, 2)),
    ]


@pytest.mark.parametrize("arrival", list(permutations([30, 40, -30, Fraction(1, 3)])), ids=str)
def test_every_arrival_credits_the_same(arrival: tuple[Any, ...]) -> None:
    made = draft(capped(day=50), account())
    assert sum(count(made, units) for units in arrival) == Fraction(121, 3)
    assert made.account.capped("points:day", DAY) == (Fraction(121, 3), 50)
    assert made.account.pot("points").cut == 0


def test_never_more_than_the_cap_and_room_comes_back() -> None:
    made = draft(capped(day=50), account())
    assert sum(count(made, Fraction(1, 100)) for _ in range(10)) == Fraction(1, 10)
    assert sum(count(made, 49) for _ in range(10)) == Fraction(499, 10)
    assert count(made, -50) == 0
    assert made.account.pot("points").cut == Fraction(3901, 10)
    other = draft(capped(day=50), account())
    assert [count(other, 40), count(other, 40), count(other, -40)] == [40, 10, -10]


def test_a_week_lies_in_the_month_that_it_begins_in() -> None:
    """30 April 2026 is a Thursday: its week, and 1 May's, began in April."""
    made = draft(capped(day=10, week=15, month=20), account())
    april, may = datetime(2026, 4, 30, 12, tzinfo=UTC), datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert [count(made, 12, april), count(made, 12, may)] == [10, 5]
    assert dict(made.account.caps["points:month"]) == {2026 * 12 + 3: (Fraction(15), 20)}
    assert count(made, 12, NOON) == 10
    assert 2026 * 12 + 4 in made.account.caps["points:month"]
    backwards = draft(capped(day=10, week=15, month=20), account())
    assert count(backwards, 12, may) + count(backwards, 12, april) == 15
    assert count(backwards, -12, may) + count(backwards, -12, april) == -15


def test_in_a_period_in_which_the_cap_changed_the_larger_counts() -> None:
    made = draft(capped(day=50), account())
    assert count(made, 60) == 50
    less = draft(capped(day=30), made.account)
    assert count(less, 60) == 0
    more = draft(capped(day=70), less.account)
    assert count(more, 60) == 20
    assert count(more, -60) + count(more, -60) + count(more, -60) == -70


def later(standing: Account, days: int, **most: int) -> Draft:
    return draft(capped(**most), standing, NOON + timedelta(days=days))


def test_a_period_that_is_over_is_forgotten_and_gives_back_what_it_gave() -> None:
    made = draft(capped(day=50), account())
    count(made, 40)
    kept = later(made.account, 80, day=50)
    count(kept, 5, kept.now)
    assert DAY in kept.account.caps["points:day"]
    gone = later(made.account, 81, day=50)
    count(gone, 5, gone.now)
    assert DAY not in gone.account.caps["points:day"]
    assert [one.cause for one in gone.postings if one.at == DAY] == ["settle", "settle"]
    # An old order is paid back, and more than it was: what is forgotten counts as full.
    assert [count(gone, -10), count(gone, 10), count(gone, 5)] == [-10, 10, 0]
    assert count(gone, -5) == 0


def test_a_period_above_its_cap_is_remembered_up_to_a_number() -> None:
    standing = account()
    for number in range(caps.MOST_REMEMBERED + 3):
        made = later(standing, number, day=50)
        count(made, 60, made.now)
        standing = made.account
    made = later(standing, 400, day=50)
    count(made, 1, made.now)
    kept = made.account.caps["points:day"]
    assert len(kept) == caps.MOST_REMEMBERED + 1
    assert min(kept) == DAY + 3
    well_formed(made.postings)
    assert count(made, -10, NOON + timedelta(days=3)) == 0
    assert count(made, -10, NOON) == -10
    assert made.account.pot("points").cut == 10 * caps.MOST_REMEMBERED - 10


def test_a_year_is_remembered_while_orders_of_it_may_come() -> None:
    made = later(account(), 0, year=100)
    count(made, 60)
    late = later(made.account, 241 + 80, year=100)
    assert count(late, 60) == 40
    over = later(made.account, 241 + 81, year=100)
    assert count(over, 60) == 40  # it is remembered until something of a later year comes


@pytest.mark.parametrize(
    ("length", "day", "first", "last"),
    [
        ("day", date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29)),
        ("week", date(2026, 5, 3), date(2026, 4, 27), date(2026, 5, 3)),
        ("week", date(2026, 5, 4), date(2026, 5, 4), date(2026, 5, 10)),
        ("month", date(2028, 2, 1), date(2028, 2, 1), date(2028, 2, 29)),
        ("month", date(2026, 11, 30), date(2026, 11, 1), date(2026, 11, 30)),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        ("month", date(2027, 1, 1), date(2027, 1, 1), date(2027, 1, 31)),
        ("year", date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(
    length: str, day: date, first: date, last: date
) -> None:
    assert caps._bounds(caps._number(day, length), length) == (first, last)


@pytest.mark.parametrize("seed", range(60))
def test_caps_credit_what_comes_to_lie_in_jars(seed: int) -> None:
    chance = random.Random(seed)
    lengths = chance.sample(["day", "week", "month", "year"], 4)
    rulebooks = [
        capped(
            **{name: chance.choice((0, 7, 30, 90)) for name in lengths[: 1 + chance.randrange(4)]}
        )
        for _ in range(2)
    ]
    standing, now = account(), NOON
    jars: dict[naive_jars.Place, naive_jars.Jar] = {}
    worth = credited = thrown = Fraction(0)
    for _ in range(24):
        now += timedelta(hours=chance.choice((0, 1, 20, 24, 24, 100, 1000)))
        at = now - timedelta(days=chance.choice((0, 0, 0, 1, 7, 40, 80, 81, 88)))
        units = Fraction(chance.choice((-90, -40, -5, 5, 40, 90)), chance.choice((1, 1, 3)))
        made = draft(chance.choice(rulebooks), standing, now)
        worth, credited = worth + units, credited + count(made, units, at)
        standing = made.account
        thrown += naive_jars.fill(jars, made.program, "points", at, units, now)
        bowls = sum((jar.bowl for jar in jars.values()), Fraction(0))
        assert (credited, standing.pot("points").cut) == (worth - thrown - bowls, bowls)
        assert {
            (kind, caps._bounds(number, kind)[0]): figures
            for name, periods in standing.caps.items()
            for kind in [name.partition(":")[2]]
            for number, figures in periods.items()
        } == {
            (kind, day): (jar.inside + jar.bowl, jar.size) for (_, kind, day), jar in jars.items()
        }
