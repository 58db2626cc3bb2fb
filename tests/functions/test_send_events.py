"""From the sending queue to a receiver over a real socket, and what comes again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook

from functions import send_events, sweeper
from functions.wiring import environment
from loyalty.outgoing.queued import Sending
from loyalty.store import deliveries, receivers
from loyalty.store.receivers import Receiver as Stored
from tests.support.events import Context, sqs
from tests.support.receiver import Receiver
from tests.support.till import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver().start()
    yield made
    made.stop()


@pytest.fixture
def listening(shop: Shop, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Shop:
    settings = replace(environment.configuration(), stage="local")
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    stored = Stored("coffee", "crm", receiver.url, (), "active", shop.now)
    receivers.put_receiver(shop.world.tables, stored)
    shop.secrets["receivers/coffee/crm"] = json.dumps({"secrets": [SECRET]})
    return shop


def queued(name: str = "evt_1", number: int = 1) -> str:
    body = json.dumps({"type": "points.earned", "data": {"seq": number}})
    return Sending("coffee", "crm", name, "points.earned", number, body).text()


def log(shop: Shop) -> list[deliveries.Delivery]:
    times = (0, 2**50)
    return deliveries.read_log(shop.world.tables, "coffee", "crm", times, 100)


def counted(capsys: pytest.CaptureFixture[str], name: str) -> float:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return sum(sum(line.get(name, [])) for line in lines)


def test_a_batch_arrives_signed_and_is_written_down(
    listening: Shop, ask: Ask, receiver: Receiver
) -> None:
    bodies = [queued(f"evt_{number}", number) for number in range(10)]
    assert ask(send_events, sqs(bodies)) == NOTHING_FAILED
    assert len(receiver.received) == 10
    assert {entry.outcome for entry in log(listening)} == {"delivered"}
    got = receiver.received[0]
    signed_at = str(int(listening.now.timestamp()))
    assert got.headers["webhook-timestamp"] == signed_at
    expected = Webhook(SECRET).sign(got.headers["webhook-id"], listening.now, got.body.decode())
    assert got.headers["webhook-signature"] == expected


def test_doubled_messages_arrive_once(listening: Shop, ask: Ask, receiver: Receiver) -> None:
    assert ask(send_events, sqs([queued()])) == NOTHING_FAILED
    assert ask(send_events, sqs([queued()])) == NOTHING_FAILED
    assert len(receiver.received) == 1


def test_the_first_failure_comes_again_within_seconds_the_others_by_the_clock(
    listening: Shop, ask: Ask, receiver: Receiver
) -> None:
    receiver.answers = [500, 500]
    batch = sqs([queued()])
    assert ask(send_events, batch) == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert listening.queues.hidden == [("handle-0", send_events.SOON_SECONDS)]
    listening.world.wait(seconds=send_events.SOON_SECONDS)
    assert ask(send_events, batch) == NOTHING_FAILED
    assert len(receiver.received) == 2
    ask(sweeper, {})
    assert listening.queues.messages("sending.fifo") == []
    listening.world.wait(minutes=7)
    ask(sweeper, {})
    (again,) = listening.queues.messages("sending.fifo")
    assert json.loads(again["MessageBody"])["body"] is None
    (event,) = (entry.event for entry in log(listening))
    assert again["MessageDeduplicationId"] == f"crm:{event}:2"
    assert ask(send_events, sqs([again["MessageBody"]])) == NOTHING_FAILED
    assert len(receiver.received) == 3
    assert log(listening)[0].outcome == "delivered"
    listening.queues.sent.clear()
    ask(sweeper, {})
    assert listening.queues.sent == {}


def test_who_takes_long_does_not_hold_up_the_batch(
    listening: Shop, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers = ["hang"] * 2
    monkeypatch.setattr(send_events, "SECONDS", 0.6)
    bodies = [queued(f"evt_{number}", number) for number in range(6)]
    send_events.handler(sqs(bodies), Context())
    outcomes = sorted(entry.outcome for entry in log(listening))
    assert outcomes == ["delivered"] * 4 + ["waiting"] * 2


def test_the_owner_is_told_after_half_an_hour_and_of_a_410(
    listening: Shop, ask: Ask, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver.answers = [500, 500, 500]
    ask(send_events, sqs([queued()]))
    for wait in (timedelta(seconds=7), timedelta(minutes=7)):
        assert counted(capsys, "OwnerMustAct") == 0
        listening.world.now += wait
        ask(send_events, sqs([queued()]))
    assert counted(capsys, "ReceiverFails") == 1
    listening.world.wait(minutes=1)
    receiver.answers = [410]
    ask(send_events, sqs([queued("evt_2", 2)]))
    assert counted(capsys, "ReceiverGone") == 1
    (line,) = [line for line in listening.logged() if line.get("result") == "gone"]
    assert line["level"] == "ERROR"
    assert receiver.url not in json.dumps(listening.logged())


def test_our_own_fault_comes_again(listening: Shop, ask: Ask, receiver: Receiver) -> None:
    listening.world.tables.plan("throttled", 2)
    answer = ask(send_events, sqs([queued()]))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert listening.queues.hidden == []
    assert ask(send_events, sqs([queued()])) == NOTHING_FAILED
    assert {got.headers["webhook-id"] for got in receiver.received} == {"evt_1"}


def test_without_time_nothing_is_begun(listening: Shop, receiver: Receiver) -> None:
    answer = send_events.handler(sqs([queued()]), Context(5_000))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert receiver.received == []


def test_loopback_is_for_one_stage_only(
    listening: Shop, ask: Ask, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(environment.configuration(), stage="production")
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    ask(send_events, sqs([queued()]))
    assert receiver.received == []
    assert log(listening)[0].attempts[0].reason == "url_refused"
