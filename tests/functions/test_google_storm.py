"""Thousands of card updates through a storm: every object ends as its card, nothing said twice."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from functions.aws.google_state import TableChecks, TableHistory
from functions.wiring import google as google_wallet
from passes.google import publish as publish_module
from passes.google import quota
from passes.google.messages import History
from tests.support.extent import FULL
from tests.support.google_delays import FAULTS
from tests.support.google_storm import Storm

if TYPE_CHECKING:
    from collections.abc import Callable

# Each line is covered by other suites, too; tracing would double the time.
pytestmark = pytest.mark.no_cover

SEED = 20261121
UPDATES = 10_000 if FULL else 4_000


@pytest.fixture
def storm(world: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Storm]:
    def make(seed: int, members: int = 400) -> Storm:
        sys.stdout.write(f"seed {seed}\n")
        return Storm(seed, world, members).opened(monkeypatch)

    return make


def test_thousands_of_updates_end_at_the_last_state(storm: Callable[..., Storm]) -> None:
    day = storm(SEED)
    day.run(UPDATES)
    sys.stdout.write(f"{day.updates} updates, {dict(day.google.requests)}\n")
    assert day.updates >= UPDATES
    assert day.behind() == []
    assert day.said() == Counter(dict.fromkeys(day.messages, 1))
    assert worst_window(day.sent_at) <= quota.QUOTA
    # The storm was one.
    assert day.google.carried_out_late > UPDATES // 100
    assert len(day.messages) > UPDATES // 50


@pytest.mark.parametrize("seed", range(3))
def test_smaller_storms(storm: Callable[..., Storm], seed: int) -> None:
    day = storm(seed, members=20)
    day.run(1_000)
    assert day.behind() == []
    assert day.said() == Counter(dict.fromkeys(day.messages, 1))


def test_without_reading_again_an_older_state_stays(
    storm: Callable[..., Storm], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: what overtakes a request on its way is seen by the second read only."""

    def once(read: Any, client: Any, create_class: Any, **options: Any) -> Any:
        drawn = read()
        first = options.get("first_save", False)
        publish_module._send(drawn.body, client, create_class, insert_first=first, notify=False)
        return drawn

    monkeypatch.setattr(google_wallet, "publish", once)
    assert left_behind(storm) > 0


def test_without_a_second_look_what_came_late_stays(
    storm: Callable[..., Storm], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: nobody else finds what Google has carried out late."""
    monkeypatch.setattr(TableChecks, "want", lambda *_: None)
    monkeypatch.setitem(FAULTS, "no answer, carried out late", 500)
    assert left_behind(storm) > 0


def test_without_the_record_messages_are_doubled(
    storm: Callable[..., Storm], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: see passes.google.messages."""
    monkeypatch.setattr(TableHistory, "read", lambda _: History())
    monkeypatch.setattr(TableHistory, "write", lambda *_: True)
    day = storm(SEED, members=100)
    day.run(500)
    assert max(day.said().values()) > 1


def left_behind(storm: Callable[..., Storm]) -> int:
    day = storm(SEED, members=500)  # so that few are mended by a later sale
    day.overtaking = 0.4
    day.run(1_200)
    sys.stdout.write(f"{len(day.behind())} left behind\n")
    return len(day.behind())


def worst_window(instants: list[float]) -> int:
    """Return the most of these, in order, in any window of a second."""
    worst = first = 0
    for last, instant in enumerate(instants):
        while instant - instants[first] >= 1:
            first += 1
        worst = max(worst, last - first + 1)
    return worst
