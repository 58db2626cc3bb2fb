"""However many processes count a key's calls: never more than the limit in a minute or an hour."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.access.velocity import Kind, TooFast, Velocity, headers
from loyalty.program.rules import Velocity as Rules
from loyalty.refusals import Busy
from loyalty.store.tables import OutcomeUnknown
from tests.support.memory import MemoryTables
from tests.support.world import START

if TYPE_CHECKING:
    from datetime import datetime

FEW = Rules(sales_per_minute=250, spending_per_minute=3, spending_per_hour=7, others_per_minute=5)
KINDS: tuple[Kind, ...] = ("sales", "spending", "others")


def counter(tables: MemoryTables) -> Velocity:
    return Velocity(tables, lambda: iter(range(6)))


def let(velocity: Velocity, kind: Kind, now: datetime, key: str = "till", most: int = 500) -> int:
    """Return how many calls are let through at an instant."""
    for number in range(most):
        try:
            velocity.count("coffee", key, kind, FEW, now)
        except TooFast:
            return number
    return most


def test_one_process_lets_through_exactly_the_limit() -> None:
    velocity = counter(MemoryTables())
    assert [let(velocity, kind, START) for kind in KINDS] == [250, 3, 5]
    assert let(velocity, "spending", START, "another") == 3
    later = START + timedelta(minutes=1)
    assert let(velocity, "spending", later) == 3
    # The hour has seven.
    assert let(velocity, "spending", START + timedelta(minutes=2)) == 1
    assert let(velocity, "spending", START + timedelta(minutes=59)) == 0
    assert let(velocity, "spending", START + timedelta(hours=1)) == 3


def test_spending_is_exact_whichever_processes_count_it() -> None:
    tables = MemoryTables()
    some = [counter(tables) for _ in range(4)]
    through = 0
    for number in range(20):
        try:
            some[number % 4].count("coffee", "till", "spending", FEW, START)
        except TooFast:
            continue
        through += 1
    assert through == 3


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(KINDS), st.integers(0, 40)), max_size=120)
)
def test_all_processes_together_never_let_more_through(
    calls: list[tuple[int, Kind, int]],
) -> None:
    tables, now = MemoryTables(), START
    some = [counter(tables) for _ in range(4)]
    through: Counter[tuple[Kind, int, int]] = Counter()
    for process, kind, seconds in calls:
        now += timedelta(seconds=seconds)
        second = int(now.timestamp())
        try:
            some[process].count("coffee", "till", kind, FEW, now)
        except TooFast:
            continue
        through[kind, 60, second // 60] += 1
        through[kind, 3600, second // 3600] += 1
    most = {("sales", 60): 250, ("spending", 60): 3, ("spending", 3600): 7, ("others", 60): 5}
    for (kind, window, _), number in through.items():
        assert number <= most.get((kind, window), 10**9)


def test_a_limit_of_any_size_is_written_a_hundred_times_a_minute_at_most() -> None:
    tables = MemoryTables()
    velocity, rules = counter(tables), Rules(sales_per_minute=60_000)
    written = 0
    right = tables.write

    def write(*writes: object) -> None:
        nonlocal written
        written += 1
        right(*writes)  # type: ignore[arg-type]

    tables.write = write  # type: ignore[method-assign]
    for _ in range(60_000):
        velocity.count("coffee", "till", "sales", rules, START)
    assert written == 100
    with pytest.raises(TooFast):
        velocity.count("coffee", "till", "sales", rules, START)
    assert written == 100


def test_what_may_have_been_counted_counts() -> None:
    tables = MemoryTables()
    velocity = counter(tables)
    right = tables.write
    doubts = iter([True])

    def write(*writes: object) -> None:
        right(*writes)  # type: ignore[arg-type]
        if next(doubts, False):
            raise OutcomeUnknown

    tables.write = write  # type: ignore[method-assign]
    assert let(velocity, "spending", START) == 2
    nobody = Velocity(tables, lambda: iter(()))
    with pytest.raises(Busy):
        nobody.count("coffee", "other", "spending", FEW, START)


def test_what_is_left_and_when_it_begins_anew_is_told() -> None:
    velocity, now = counter(MemoryTables()), START + timedelta(seconds=18)
    velocity.count("coffee", "till", "spending", FEW, now)
    told = headers(velocity.count("coffee", "till", "spending", FEW, now))
    assert told["RateLimit-Policy"] == '"spending";q=3;w=60, "spending-hour";q=7;w=3600'
    assert told["RateLimit"] == '"spending";r=1;t=42, "spending-hour";r=5;t=3582'
    assert let(velocity, "spending", now) == 1
    with pytest.raises(TooFast) as refused:
        velocity.count("coffee", "till", "spending", FEW, now)
    assert (refused.value.retry_after, refused.value.code) == (42, "too_fast")
    for minutes, wait in ((1, 42), (2, 3582 - 120)):
        later = now + timedelta(minutes=minutes)
        let(velocity, "spending", later)
        with pytest.raises(TooFast) as refused:
            velocity.count("coffee", "till", "spending", FEW, later)
        assert refused.value.retry_after == wait
