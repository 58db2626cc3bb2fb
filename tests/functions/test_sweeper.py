"""Every minute: whatever no bell rang for is found, and nothing is handed over twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import sweeper
from functions.http.failures import FunctionFailed
from tests.functions.conftest import told

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]


def test_the_sweeper_finds_what_no_bell_rang_for(
    shop: Shop, ask: Ask, members: list[Enrolled], capsys: pytest.CaptureFixture[str]
) -> None:
    ask(sweeper, {})
    assert shop.queues.sent == {}, "what is younger than a minute is still on its way"
    shop.world.wait(seconds=60)
    ask(sweeper, {})
    assert sorted(told(shop, "apple")) == sorted(member.member_id for member in members)
    assert shop.world.unpublished() == []
    ask(sweeper, {})
    assert len(told(shop, "apple")) == len(members)
    figures = [json.loads(line)["CardsSwept"] for line in capsys.readouterr().out.splitlines()]
    assert figures == [[0.0], [13.0], [0.0]]


def test_a_sweep_that_fails_is_an_error_and_the_next_one_mends_it(
    shop: Shop, ask: Ask, members: list[Enrolled]
) -> None:
    shop.world.wait(minutes=5)
    shop.queues.down.add("google.fifo")
    with pytest.raises(FunctionFailed, match=r"^QueueDownError$"):
        ask(sweeper, {})
    shop.queues.down.clear()
    ask(sweeper, {})
    assert sorted(told(shop, "google.fifo")) == sorted(member.member_id for member in members)
