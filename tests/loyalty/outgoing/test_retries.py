"""When something is sent again, and how long a receiver that fails is left alone."""

from __future__ import annotations

import pytest

from loyalty.outgoing import retries


def test_the_schedule_is_that_of_standard_webhooks() -> None:
    found = [retries.wait(failed, 0, 0.0) for failed in range(1, 11)]
    hours = [2, 5, 10, 14, 20, 24]
    assert found == [5, 300, 1800, *(hour * 3600 for hour in hours), None]


@pytest.mark.parametrize("failed", range(1, 10))
def test_chance_spreads_and_never_shortens(failed: int) -> None:
    planned = retries.SECONDS[failed - 1]
    found = [retries.wait(failed, 0, chance / 100) for chance in range(100)]
    assert found[0] == planned
    assert all(planned <= (one or 0) < planned * 1.2 + 1 for one in found)
    assert failed == 1 or len(set(found)) > 10


def test_a_receiver_may_ask_for_patience_and_not_for_ever() -> None:
    assert retries.wait(1, 600, 0.0) == 600
    assert retries.wait(2, 10, 0.0) == 300
    assert retries.wait(1, 10**9, 0.0) == 24 * 3600
    assert retries.wait(10, 600, 0.0) is None


def test_rest() -> None:
    found = [retries.rest(failures) for failures in range(9)]
    assert found == [0, 0, 0, 5, 10, 20, 40, 60, 60]
    assert retries.rest(10**6) == 60
