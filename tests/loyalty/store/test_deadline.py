"""No call of the database outlives its invocation, however slow the database is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from loyalty.store.deadline import Deadline, OutOfTime
from loyalty.store.dynamodb import CLIENT_CONFIG, LONGEST_ATTEMPT, DynamoTables
from loyalty.store.tables import Absent, Cancelled, Key, OutcomeUnknown, Put, ReadsRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEY = Key("state", "coffee#M#1", "ACCOUNT")
LONGEST_PAUSE = 2.0
"""Seconds that the SDK waits at most before it asks for another attempt."""


_UNDONE = b"""{"Responses": {}, "UnprocessedKeys": {"state": {"Keys": [
    {"pk": {"S": "coffee#M#1"}, "sk": {"S": "ACCOUNT"}}]}}}"""


class Clock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


class Service:
    """A database that lets every attempt wait so long, and then does what it is told."""

    def __init__(self, clock: Clock, seconds: float, end: str) -> None:
        self.clock, self.seconds, self.end = clock, seconds, end
        self.attempts = 0

    def answer(self, request: Any, **_: Any) -> AWSResponse:
        self.attempts += 1
        self.clock.sleep(min(self.seconds, LONGEST_ATTEMPT))
        if self.end == "hangs":
            raise ReadTimeoutError(endpoint_url=request.url)
        if self.end == "unreachable":
            raise ConnectTimeoutError(endpoint_url=request.url)
        text = {
            "fails": (500, b'{"__type":"x#InternalServerError"}'),
            "throttles": (400, b'{"__type":"x#ThrottlingException"}'),
            "undone": (200, _UNDONE),
        }
        status, body = text[self.end]
        headers: Any = {"Content-Type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, status, headers, _Raw(body))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("botocore.endpoint.time.sleep", made.sleep)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    return made


def tables(clock: Clock, service: Service, deadline: Deadline) -> DynamoTables:
    client = boto3.client("dynamodb", config=CLIENT_CONFIG)
    # botocore's types do not know that a handler may answer in the service's place.
    hook: Any = service.answer
    client.meta.events.register("before-send.dynamodb", hook)
    names: Any = {"state": "state", "ledger": "ledger"}
    return DynamoTables(client, names, sleep=clock.sleep, deadline=deadline)


CALLS: dict[str, Callable[[DynamoTables], Any]] = {
    "write": lambda tables: tables.write(Put(KEY, {"r": 1}, Absent())),
    "get": lambda tables: tables.get(KEY),
    "get_many": lambda tables: tables.get_many([KEY]),
    "query": lambda tables: tables.query("ledger", KEY.pk),
    "waiting": lambda tables: tables.waiting("publish#1", 1, 1),
    "listed": lambda tables: tables.listed("coffee#1", "", 1),
    "scan": lambda tables: tables.scan(0, 1, None, 1, ("ACCOUNT",)),
}


@pytest.mark.parametrize("end", ["hangs", "unreachable", "fails", "throttles"])
@pytest.mark.parametrize("seconds", [12.5, 7.0, 4.0, 3.9])
@pytest.mark.parametrize("call", CALLS)
def test_a_call_ends_in_time_or_does_not_begin(
    clock: Clock, call: str, seconds: float, end: str
) -> None:
    deadline = Deadline(clock)
    service = Service(clock, LONGEST_ATTEMPT, end)
    made = tables(clock, service, deadline)
    deadline.begin(seconds)
    began = clock.now
    for _ in range(9):
        try:
            CALLS[call](made)
        except OutOfTime:
            break
        except Exception:  # noqa: BLE001 - whatever it is, somebody tries again
            continue
    else:
        pytest.fail("it goes on for ever")
    assert clock.now - began <= seconds + LONGEST_PAUSE
    assert service.attempts >= (1 if seconds >= LONGEST_ATTEMPT else 0)
    assert service.attempts <= seconds / LONGEST_ATTEMPT


def test_without_a_deadline_a_call_ends_as_it_did(clock: Clock) -> None:
    made = tables(clock, Service(clock, LONGEST_ATTEMPT, "hangs"), Deadline(clock))
    with pytest.raises(OutcomeUnknown):
        CALLS["write"](made)
    made = tables(clock, Service(clock, 0.1, "throttles"), Deadline(clock))
    with pytest.raises(Cancelled):
        CALLS["write"](made)


def test_reads_left_undone_are_not_asked_for_without_end(clock: Clock) -> None:
    deadline = Deadline(clock)
    made = tables(clock, Service(clock, 1.0, "undone"), deadline)
    with pytest.raises(ReadsRefused):
        made.get_many([KEY])
    deadline.begin(4.5)
    with pytest.raises(OutOfTime):
        made.get_many([KEY])
    assert deadline.left > 0


def test_a_deadline_that_was_met_is_forgotten(clock: Clock) -> None:
    deadline = Deadline(clock)
    assert deadline.left == float("inf")
    deadline.begin(2)
    clock.sleep(3)
    assert deadline.left == -1
    with pytest.raises(OutOfTime):
        deadline.need(0)
    deadline.end()
    deadline.need(1e9)
