"""All processes of an issuer take their turns off one timeline in the state table."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.aws.google_pace import SharedPace
from loyalty.store import keys
from loyalty.store.tables import Cancelled, OutcomeUnknown, Reason
from passes.google import quota
from passes.google.quota import INTERVAL, SECOND
from tests.support.memory import MemoryTables
from tests.support.turns import worst_window

NOW = 1_795_000_000 * SECOND


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def pace(tables: Any, clock: Clock, lane: quota.Lane = "live") -> SharedPace:
    return SharedPace(
        tables, "3388", clock=clock, sleep=clock.sleep, random=random.Random(1).random, lane=lane
    )


def test_a_block_is_one_write_and_no_read() -> None:
    tables, clock = MemoryTables(), Clock()
    turns = pace(tables, clock)
    turns.expect(10)
    assert all(turns.take(5) for _ in range(10))
    assert tables.calls == turns.writes == 1
    assert sum(clock.slept) == pytest.approx(9 * INTERVAL / SECOND)
    assert turns.take(5)
    assert tables.calls == 2, "after what was expected, one at a time"


def test_processes_share_the_line_and_a_lost_race_costs_one_write() -> None:
    tables, clock = MemoryTables(), Clock()
    one, other = pace(tables, clock), pace(tables, clock)
    sent = []
    for _ in range(20):
        for process in (one, other):
            process.expect(5)
            for _ in range(5):
                assert process.take(5)
                sent.append(int(clock.now.timestamp() * SECOND))
    assert worst_window(sent) <= quota.QUOTA
    assert one.writes + other.writes == tables.calls
    assert tables.calls <= 2 * (len(sent) // 5)


def test_a_turn_that_was_slept_through_is_lost() -> None:
    tables, clock = MemoryTables(), Clock()
    turns = pace(tables, clock)
    turns.expect(3)
    assert turns.take(5)
    clock.now += timedelta(seconds=10)
    begun = clock.now
    assert turns.take(5)
    assert tables.calls == 2, "the turns of ten seconds ago were not used"
    assert clock.now - begun < timedelta(seconds=0.001)


def test_no_turn_in_time_is_said_and_takes_nothing() -> None:
    tables, clock = MemoryTables(), Clock()
    turns = pace(tables, clock)
    key = keys.google_pace_key("3388")
    free = int(clock.now.timestamp() * SECOND) + 20 * SECOND
    tables.items[key] = {"pk": key.pk, "sk": key.sk, "t": free, "c": 0}
    assert not turns.take(5)
    assert tables.items[key]["t"] == free


def test_a_campaign_waits_for_live_updates_to_end() -> None:
    tables, clock = MemoryTables(), Clock()
    live, campaign = pace(tables, clock), pace(tables, clock, "campaign")
    campaign.expect(4)
    assert campaign.take(5)
    live.expect(10)
    assert live.take(5)
    begun = clock.now
    campaign.expect(4)
    for _ in range(4):
        assert campaign.take(5)
    assert (clock.now - begun).total_seconds() >= 9 * INTERVAL / SECOND - 0.06


class Throttled(MemoryTables):
    def __init__(self, *failures: Exception) -> None:
        super().__init__()
        self.failures = list(failures)

    def write(self, *writes: Any) -> None:
        if self.failures:
            self.calls += 1
            raise self.failures.pop(0)
        super().write(*writes)


def test_a_throttled_table_leaves_a_safe_rate() -> None:
    tables, clock = Throttled(*[Cancelled((Reason("throttled"),))] * 99), Clock()
    turns = pace(tables, clock)
    turns.expect(10)
    begun = clock.now
    for _ in range(9):
        assert turns.take(30)
    assert (clock.now - begun).total_seconds() == pytest.approx(4.0)
    assert tables.calls == 1, "the table is left alone for a while"
    for _ in range(10):
        assert turns.take(30)
    assert 2 <= tables.calls <= 3
    tables.failures.clear()
    clock.now += timedelta(seconds=10)
    turns.expect(10)
    begun = clock.now
    for _ in range(10):
        assert turns.take(30)
    assert (clock.now - begun).total_seconds() < 1


def test_contention_is_bounded() -> None:
    endless = [Cancelled((Reason("conflict"),))] * 99
    tables, clock = Throttled(*endless), Clock()
    assert pace(tables, clock).take(5)
    assert tables.calls == SharedPace.MOST_TRIES


def test_an_unknown_outcome_loses_turns_and_nothing_else() -> None:
    tables, clock = Throttled(OutcomeUnknown("lost")), Clock()
    turns = pace(tables, clock)
    assert turns.take(5)
    assert turns.take(5)
    assert tables.calls == 3
