"""The nightly function on events as EventBridge Scheduler and SQS send them."""

from __future__ import annotations

import copy
import io
import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from functions import nightly
from functions.aws.configuration import Configuration
from functions.aws.observability import logger, metrics
from functions.aws.queues import SqsNightlyQueue
from functions.http.failures import FunctionFailed
from functions.wiring import access, environment, night, queues, storage, work_out_figures
from loyalty.ledger import nightly as job
from loyalty.store import keys
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

# What the schedule sends, as AWS documents it for a schedule without input of its own.
SCHEDULED = {
    "version": "0",
    "id": "89a2d2e7-9ab4-4b1f-8f3a-4f3c5c6f7d10",
    "detail-type": "Scheduled Event",
    "source": "aws.scheduler",
    "account": "123456789012",
    "time": "2026-11-01T09:00:00Z",
    "region": "eu-central-1",
    "resources": ["arn:aws:scheduler:eu-central-1:123456789012:schedule/default/loyalty-nightly"],
    "detail": "{}",
}
QUEUE = "https://sqs.example/nightly"
AUTUMN = datetime(2026, 9, 20, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def sqs(*bodies: str) -> dict[str, Any]:
    """Return messages as an event-source mapping hands them over."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
                "body": body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1793523600000",
                    "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                    "ApproximateFirstReceiveTimestamp": "1793523600100",
                },
                "messageAttributes": {},
                "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:loyalty-nightly",
                "awsRegion": "eu-central-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


class Sqs:
    """A queue that keeps what it is sent, and may be down."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.down = False

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803
        assert QueueUrl == QUEUE
        if self.down:
            raise ConnectionError
        self.bodies.append(MessageBody)

    def take(self) -> str:
        return self.bodies.pop(0)


class Invocation:
    """What a function is told about itself; every look at the clock takes ``step`` milliseconds."""

    function_name = "loyalty-test-nightly"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:nightly"
    aws_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    def __init__(self, step: int = 1) -> None:
        # The first two looks, for the deadline and for half of the time, are at its beginning.
        self._left, self._step = 30_000 + 2 * step, step

    def get_remaining_time_in_millis(self) -> int:
        self._left -= self._step
        return self._left


class Shop:
    """A shop in memory with a queue and figures."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.world = World(seed=5)
        self.world.now = AUTUMN
        self.world.put_program(pots=[{"id": "points", "expiry": {"months": 1}}])
        self.members: list[Enrolled] = [self.world.enrol() for _ in range(9)]
        for number, member in enumerate(self.members):
            self.world.sell(order=str(number), member=member)
        self.world.now = NIGHT
        self.world.restart()
        self.queue = Sqs()
        self.log = io.StringIO()
        self._capsys = capsys

    def send(self, event: dict[str, Any], step: int = 1) -> Any:
        return nightly.handler(copy.deepcopy(event), Invocation(step))

    def figures(self) -> dict[str, int]:
        """Return the sums of what was measured since the last look."""
        sums: dict[str, int] = {}
        for line in self._capsys.readouterr().out.splitlines():
            for name, values in json.loads(line).items():
                if isinstance(values, list):
                    sums[name] = sums.get(name, 0) + int(sum(values))
        return sums

    def balances(self) -> set[int]:
        return {self.world.balance(member) for member in self.members}


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    made = Shop(capsys)
    queue: Any = made.queue
    job_tonight = made.world.nightly
    monkeypatch.setattr(environment, "now", lambda: made.world.now)
    monkeypatch.setattr(night, "nightly", lambda: job_tonight)
    monkeypatch.setattr(queues, "nightly_queue", lambda: SqsNightlyQueue(queue, QUEUE))
    # What figures get to do by a night is tried in test_figures.py.
    uncounted: Any = SimpleNamespace(put=lambda members: None)
    monkeypatch.setattr(queues, "figures_queue", lambda: uncounted)
    monkeypatch.setattr(work_out_figures, "ask", lambda program, later: None)
    monkeypatch.setattr(metrics, "namespace", "loyalty")
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", made.log)
    return made


def test_the_schedule_puts_one_cursor_per_segment_into_the_queue(shop: Shop) -> None:
    assert shop.send(SCHEDULED) is None
    assert [json.loads(body) for body in shop.queue.bodies] == [
        {"segment": segment, "segments": 4, "after": None} for segment in range(4)
    ]
    assert shop.figures() == {"NightsBegun": 1}


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_a_schedule_that_cannot_reach_the_queue_fails_and_is_tried_again(shop: Shop) -> None:
    shop.queue.down = True
    with pytest.raises(FunctionFailed, match=r"^ConnectionError$"):
        shop.send(SCHEDULED)


def test_a_night_settles_everybody_once(shop: Shop) -> None:
    shop.send(SCHEDULED)
    while shop.queue.bodies:
        assert shop.send(sqs(shop.queue.take())) == {"batchItemFailures": []}
    assert shop.balances() == {0}
    figures = shop.figures()
    assert figures["AccountsSettled"] == 9
    assert figures["InvariantBroken"] == 0
    told = {"CardsShown", "BirthdaysGiven", "AccountsReconciled", "OrdersReconciled"}
    assert figures.keys() >= told


def test_a_message_that_comes_twice_changes_nothing(shop: Shop) -> None:
    shop.send(SCHEDULED)
    messages = list(shop.queue.bodies)
    for body in messages:
        shop.send(sqs(body))
    before = copy.deepcopy(shop.world.tables.items)
    shop.figures()
    for body in reversed(messages):
        shop.send(sqs(body))
    assert shop.world.tables.items == before
    assert shop.figures()["AccountsSettled"] == 0


def test_when_time_runs_short_the_cursor_goes_back_into_the_queue(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "PAGE", 34)
    shop.send(sqs('{"segment": 0, "segments": 1, "after": null}'), step=6_000)
    (body,) = shop.queue.bodies
    cursor = json.loads(body)
    assert cursor["segment"] == 0
    assert len(cursor["after"]) == 2
    # Two pages in the first half of the time; the rest is left for a page that takes long.
    first = shop.figures()["AccountsSettled"]
    assert 0 < first < 9
    invocations = 1
    while shop.queue.bodies:
        shop.send(sqs(shop.queue.take()), step=6_000)
        invocations += 1
    assert invocations == 2
    assert shop.balances() == {0}
    assert first + shop.figures()["AccountsSettled"] == 9


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_a_message_whose_pages_cannot_be_read_stays_in_the_queue(shop: Shop) -> None:
    shop.world.tables.plan("throttled", after_calls=0)
    event = sqs('{"segment": 0, "segments": 1, "after": null}')
    assert shop.send(event) == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert "a page of the night failed" in shop.log.getvalue()
    assert shop.send(event) == {"batchItemFailures": []}
    assert shop.balances() == {0}


@pytest.mark.corrupts
def test_one_broken_account_is_told_and_keeps_nobody_else_from_the_night(shop: Shop) -> None:
    key = keys.account_key("coffee", shop.members[3].member_id)
    del shop.world.tables.items[key]["p"]
    assert shop.send(sqs('{"segment": 0, "segments": 1, "after": null}')) == {
        "batchItemFailures": []
    }
    figures = shop.figures()
    assert figures["AccountsSettled"] == 8
    assert figures["InvariantBroken"] == 1
    (told,) = [
        line for line in map(json.loads, shop.log.getvalue().splitlines()) if "fault" in line
    ]
    assert shop.members[3].member_id in told["fault"]
    assert told["level"] == "ERROR"
    assert "Ann" not in shop.log.getvalue()


def test_a_night_in_which_nothing_happens_costs_only_the_walk(shop: Shop) -> None:
    whole = sqs('{"segment": 0, "segments": 1, "after": null}')
    shop.send(whole)
    shop.world.now = NIGHT.replace(hour=9, minute=1)
    before = shop.world.tables.calls
    shop.send(whole)
    calls = shop.world.tables.calls - before
    figures = shop.figures()
    # Two pages; of each account that is compared tonight two readings, its entries, its member and
    # its one order; of each order two readings, its entry and whose account that is in.
    # Once for each page: whether somebody listens to the program, and how far its members have been
    # counted for figures.
    assert (
        calls
        <= 2 * (1 + 1 + 1) + 5 * figures["AccountsReconciled"] + 4 * figures["OrdersReconciled"]
    )


def test_the_composition_knows_the_job_and_its_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Configuration.from_environment(
        {
            "STAGE": "test",
            "BASE_URL": "https://cards.example",
            "STATE_TABLE": "state",
            "LEDGER_TABLE": "ledger",
            "KEYS_TABLE": "keys",
            "NIGHTLY_QUEUE_URL": QUEUE,
        }
    )
    queue = Sqs()
    world = World()
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    monkeypatch.setattr(storage, "tables", lambda: world.tables)
    monkeypatch.setattr(access, "tokens", lambda: TOKENS)
    monkeypatch.setattr(queues, "_sqs", lambda: queue)
    for factory in (night.nightly, queues.nightly_queue, storage.programs):
        factory.cache_clear()
    queues.nightly_queue().put(job.Cursor(1, 4, ("a", "b")))
    assert json.loads(queue.take()) == {"segment": 1, "segments": 4, "after": ["a", "b"]}
    assert night.nightly().run(job.Cursor(0, 1), AUTUMN).next is None
    for factory in (night.nightly, queues.nightly_queue, storage.programs):
        factory.cache_clear()
