"""Figures that no single run has the time for: worked out in many, they are the same."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from loyalty.core.instants import microseconds
from loyalty.figures.pieces import InMemory
from loyalty.figures.refreshing import Progress, Refreshing
from loyalty.ledger import looking
from loyalty.store import happenings
from loyalty.store.happenings import InWallet
from tests.support.figure_streams import FigureStreams
from tests.support.world import World


@pytest.fixture(scope="module")
def world() -> World:
    """A shop of half a year, in which everything that figures count has happened."""
    made = World(seed=3)
    made.put_program()
    streams, dice = FigureStreams(made), random.Random(3)
    people = [made.enrol() for _ in range(12)]
    for number in range(80):
        made.wait(days=2, minutes=dice.randrange(600))
        who = dice.choice([*people, None])
        made.sell(str(number), total=dice.randrange(100, 3000), member=who)
        looking.by_code(made.books, "coffee", people[0].card_code, "key:anna", made.now)
    second = int(made.now.timestamp()) - 86_400
    card = InWallet(people[1].member_id, "apple", "7", taken=False, at=second)
    made.tables.write(happenings.put_in_wallet("coffee", card))
    streams.ring(streams.news())
    made.wait(days=1)
    return made


def charts(world: World) -> dict[str, tuple[int, str]]:
    items = world.tables.items.items()
    return {key.sk: (item["d"], item["j"]) for key, item in items if key.sk.startswith("CHART#")}


def worked_out(world: World, monkeypatch: pytest.MonkeyPatch, files: Any, at_once: int) -> int:
    """Let a run do one page and no more, as a function without time would; return how many."""
    monkeypatch.setattr("loyalty.figures.refreshing.AT_ONCE", at_once)
    for key in [key for key in world.tables.items if key.sk.startswith("CHART#")]:
        del world.tables.items[key]
    left: Any = Progress(microseconds(world.now))
    runs = 0
    while isinstance(left, Progress):
        # Another process each time; the clock goes on, what is worked out does not.
        left = Refreshing(world.tables, world.programs, files).go_on("coffee", left, lambda: False)
        runs += 1
        assert runs < 200, left
    return runs


def test_many_short_runs_end_as_one_long_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    Refreshing(world.tables, world.programs).work("coffee", world.now)
    whole = charts(world)
    assert len(whole) > 15
    runs = worked_out(world, monkeypatch, InMemory(), 5)
    assert runs > 10
    assert charts(world) == whole


def test_a_run_that_was_repeated_ends_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A queue brings a message twice: what is written again is the same."""
    monkeypatch.setattr("loyalty.figures.refreshing.AT_ONCE", 5)
    Refreshing(world.tables, world.programs).work("coffee", world.now)
    whole = charts(world)
    files = InMemory()
    left: Any = Progress(microseconds(world.now) + 1)
    for _ in range(200):
        if not isinstance(left, Progress):
            break
        again = Refreshing(world.tables, world.programs, files)
        first = again.go_on("coffee", left, lambda: False)
        left = again.go_on("coffee", left, lambda: False)
        assert first == left or not isinstance(left, Progress)
    assert charts(world) == whole


def test_what_was_kept_is_asked_for_and_not_made_up(world: World) -> None:
    later = Progress(microseconds(world.now + timedelta(days=1)), "charts", 0, "24316", 3, 3)
    with pytest.raises(LookupError, match="kept no more"):
        Refreshing(world.tables, world.programs, InMemory()).go_on("coffee", later, lambda: True)
