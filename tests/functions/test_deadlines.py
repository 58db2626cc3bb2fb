"""Functions answer in time, whatever hangs behind them, and a repeat is told what happened."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import api, orders, redemptions
from functions.aws import time_left
from functions.wiring import queues, storage
from loyalty.store.deadline import Deadline
from tests.functions.conftest import FACTORIES
from tests.support.events import Context, content, http, sqs
from tests.support.slow import ATTEMPT, PAUSE, Slow
from tests.support.till import order, redemption

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

FUNCTION, GATEWAY = 15.0, 30.0
"""Seconds that a function behind the gateway has, and that the gateway waits."""
MODES = ("writes hang", "late", "reads hang", "slow", "slow conflicts")


@pytest.fixture
def ann(shop: Shop) -> Enrolled:
    member = shop.world.enrol()
    shop.world.sell(total=2500, member=member)
    shop.world.sell(order="parked", total=700)
    return member


@pytest.fixture
def hang(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], Slow]:
    """Put tables behind the functions that are slow in some way from some call on."""

    def make(mode: str, after: int) -> Slow:
        slow = Slow(shop.world.tables.items, mode, after)
        slow.deadline = time_left.DEADLINE
        monkeypatch.setattr(time_left.DEADLINE, "_clock", lambda: slow.time)
        monkeypatch.setattr(storage, "tables", lambda: slow)
        shop.world.tables = slow
        shop.world.restart()
        for factory in FACTORIES:
            factory.cache_clear()
        return slow

    return make


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("after", [0, 2, 4, 5, 6])
def test_a_redemption_is_answered_before_the_gateway_gives_up(  # noqa: PLR0917
    shop: Shop, ask: Ask, ann: Enrolled, hang: Any, mode: str, after: int
) -> None:
    event = shop.post("/webhooks/coffee-till/redemptions", redemption(ann.card_code))
    slow = hang(mode, after)
    answer = ask(redemptions, event)
    assert slow.time <= FUNCTION - time_left.RESERVE + PAUSE < FUNCTION < GATEWAY
    if answer["statusCode"] != 200:
        assert answer["statusCode"] == 503
        assert int(answer["headers"]["Retry-After"]) >= 1
        assert content(answer)["code"] in {"busy", "unavailable"}
    slow.heal()
    # What counts how often the till has asked is late, too, and comes with every attempt.
    late = [writes for writes in slow.late if any(one.key.table == "ledger" for one in writes)]
    for writes in late[:1]:
        slow.write(*writes)
    again = ask(redemptions, event)
    assert content(again) == {"outcome": "redeemed", "balance": 150, "price": 100}
    if late:
        assert again["headers"]["Idempotent-Replayed"] == "true"
    assert shop.world.balance(ann) == 150


@pytest.mark.parametrize("mode", MODES)
def test_a_claim_is_answered_in_time_too(
    shop: Shop, ask: Ask, ann: Enrolled, hang: Any, mode: str
) -> None:
    headers = {"authorization": shop.key("till")}
    body = json.dumps({"card_code": ann.card_code})
    event = http("POST", "/v1/orders/till/parked/claim", headers, body)
    slow = hang(mode, 3)
    answer = ask(api, event)
    assert slow.time <= FUNCTION - time_left.RESERVE + PAUSE
    assert (answer["statusCode"], "Retry-After" in answer["headers"]) in {(503, True), (200, False)}
    slow.heal()
    assert ask(api, event)["statusCode"] == 200
    assert shop.world.balance(ann) == 320


def batch(ann: Enrolled, count: int = 5) -> dict[str, Any]:
    return sqs(
        [
            json.dumps(
                {
                    "endpoint": "coffee-till",
                    "body": json.dumps(order({"card_code": ann.card_code}, id=f"n{n}", total=100)),
                }
            )
            for n in range(count)
        ]
    )


def failed(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_orders_take_as_many_as_fit_and_give_the_rest_back_untouched(
    shop: Shop, ann: Enrolled, hang: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(queues, "show_inbox_message", shown.append)
    slow = hang("slow", 0)
    again = failed(orders.handler(batch(ann), Context(milliseconds=30_000)))
    assert slow.time <= 30.0 - time_left.RESERVE
    assert 0 < len(again) < 5
    # Something went well, so what was not begun is seen again at once.
    assert 0 < len(shown) <= len(again)
    slow.heal()
    rest = batch(ann)
    rest["Records"] = [one for one in rest["Records"] if one["messageId"] in again]
    assert failed(orders.handler(rest, Context())) == []
    assert shop.world.balance(ann) == 250 + 5 * 10


@pytest.mark.parametrize("mode", ["writes hang", "reads hang"])
def test_where_nothing_goes_well_orders_wait_as_long_as_failed_ones(
    shop: Shop, ann: Enrolled, hang: Any, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(queues, "show_inbox_message", shown.append)
    slow = hang(mode, 0)
    again = failed(orders.handler(batch(ann), Context(milliseconds=10_000)))
    assert len(again) == 5
    assert shown == []
    assert slow.time <= 10.0 - time_left.RESERVE + PAUSE
    slow.heal()
    assert failed(orders.handler(batch(ann), Context())) == []
    assert shop.world.balance(ann) == 250 + 5 * 10


def test_a_message_that_cannot_be_shown_comes_after_the_queues_own_time(
    shop: Shop, ann: Enrolled, hang: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise ConnectionError

    monkeypatch.setattr(queues, "show_inbox_message", refuse)
    hang("slow", 0)
    again = failed(orders.handler(batch(ann), Context(milliseconds=30_000)))
    assert 0 < len(again) < 5


def test_a_deadline_is_of_one_invocation() -> None:
    with time_left.limited(Context(milliseconds=15_000)):
        assert time_left.DEADLINE.left == pytest.approx(12.5, abs=0.5)
    assert time_left.DEADLINE.left == float("inf")
    with time_left.limited(None):
        assert time_left.DEADLINE.left == float("inf")
    assert isinstance(time_left.DEADLINE, Deadline)
    assert time_left.RESERVE > PAUSE
    assert FUNCTION - time_left.RESERVE > ATTEMPT
