"""SQS behind the ports, and secrets behind theirs, against moto's services."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from functions.aws.configuration import Configuration
from functions.aws.queues import (
    QueueRefused,
    SqsGoogleQueue,
    SqsInbox,
    SqsNightlyQueue,
    SqsWalletQueues,
)
from functions.wiring import environment, queues
from loyalty.store.publishing import ChangedCard
from tests.functions.conftest import FACTORIES, SETTINGS, Queues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_sqs import SQSClient

CARDS = [ChangedCard("coffee", f"{number:032x}", 2) for number in range(23)]


@pytest.fixture(autouse=True)
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    settings = Configuration.from_environment(SETTINGS)
    for factory in FACTORIES:
        factory.cache_clear()
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    with mock_aws():
        yield
    for factory in FACTORIES:
        factory.cache_clear()


@pytest.fixture
def client() -> SQSClient:
    return queues._sqs()


def received(client: SQSClient, url: str) -> list[dict[str, Any]]:
    found: list[Any] = []
    while batch := client.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    ).get("Messages"):
        found += batch
        for message in batch:
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def test_the_inbox_keeps_any_text(client: SQSClient) -> None:
    url = client.create_queue(QueueName="inbox")["QueueUrl"]
    message = {"endpoint": "coffee-till", "body": '{"name": "Кофе ☕ \uffff \u0007"}'}
    SqsInbox(client, url).put(message)
    (kept,) = received(client, url)
    assert json.loads(kept["Body"]) == message


def test_every_card_goes_into_both_queues(client: SQSClient) -> None:
    apple = client.create_queue(QueueName="apple")["QueueUrl"]
    google = client.create_queue(QueueName="google.fifo", Attributes={"FifoQueue": "true"})
    queues = SqsWalletQueues(client, apple, google["QueueUrl"])
    queues.put(CARDS)
    wanted = [{"program": card.program, "member": card.member} for card in CARDS]
    assert [json.loads(message["Body"]) for message in received(client, apple)] == wanted
    in_order = received(client, google["QueueUrl"])
    assert [json.loads(message["Body"]) for message in in_order] == wanted
    groups = [message["Attributes"]["MessageGroupId"] for message in in_order]
    assert groups == [card.member for card in CARDS]


def test_the_same_version_is_one_message_at_google(client: SQSClient) -> None:
    apple = client.create_queue(QueueName="apple")["QueueUrl"]
    google = client.create_queue(QueueName="google.fifo", Attributes={"FifoQueue": "true"})
    queues = SqsWalletQueues(client, apple, google["QueueUrl"])
    queues.put(CARDS[:1])
    queues.put(CARDS[:1])
    queues.put([ChangedCard("coffee", CARDS[0].member, 3)])
    assert len(received(client, google["QueueUrl"])) == 2


def test_nothing_to_put_asks_nobody() -> None:
    fake: Any = Queues()
    SqsWalletQueues(fake, "https://sqs.example/apple", "https://sqs.example/google.fifo").put([])
    assert fake.sent == {}


@pytest.mark.parametrize("queue", ["apple", "google.fifo"])
def test_one_refused_message_is_a_refusal(queue: str) -> None:
    fake: Any = Queues()
    fake.refuse.add(queue)
    queues = SqsWalletQueues(fake, "https://sqs.example/apple", "https://sqs.example/google.fifo")
    with pytest.raises(QueueRefused, match="InternalError"):
        queues.put(CARDS)


def test_no_call_outlives_the_function(client: SQSClient) -> None:
    """The SDK's own limits of a minute would outlive the 15 seconds that a function has."""
    config = client.meta.config
    attempts: Any = config.retries  # type: ignore[attr-defined]
    longest: Any = (config.connect_timeout + config.read_timeout) * attempts["total_max_attempts"]  # type: ignore[attr-defined]
    assert longest < 15


def test_a_secret_is_read_and_a_missing_one_is_told_from_an_outage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ssm = boto3.client("ssm")
    ssm.put_parameter(Name="/loyalty/test/endpoints/a", Value="secret", Type="SecureString")
    assert environment.secret("endpoints/a") == "secret"
    with pytest.raises(environment.SecretMissing):
        environment.secret("endpoints/b")

    def outage(*_: object, **__: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://ssm.example")

    monkeypatch.setattr(environment._secrets()._client, "get_parameter", outage)
    with pytest.raises(environment.SecretUnreadable):
        environment.secret("endpoints/c")
    assert environment.secret("endpoints/a") == "secret", "kept for a quarter of an hour"


def test_settings_are_read_once_and_what_is_missing_is_named() -> None:
    settings = Configuration.from_environment({**SETTINGS, "UNRELATED": "x"})
    assert settings.base_url == "https://cards.example"
    assert settings.apns_url == "https://api.push.apple.com"
    assert not settings.development
    assert Configuration.from_environment({**SETTINGS, "STAGE": "local"}).development
    with pytest.raises(
        ValueError, match="environment: BASE_URL, LEDGER_TABLE, KEYS_TABLE must be set"
    ):
        Configuration.from_environment({"STAGE": "test", "STATE_TABLE": "s", "BASE_URL": ""})


def test_the_google_queue_is_rung_once_for_one_reason(client: SQSClient) -> None:
    url = client.create_queue(QueueName="google.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    queue = SqsGoogleQueue(client, url)
    members = [("coffee", f"{number:032x}") for number in range(13)]
    for why in ("check:1", "check:1", "check:2"):
        queue.ring(members, why, check=1)
    assert queue.waiting() == 26
    found = received(client, url)
    assert json.loads(found[0]["Body"]) == {"program": "coffee", "member": "0" * 32, "check": 1}
    assert {message["Attributes"]["MessageGroupId"] for message in found} == {
        member for _, member in members
    }


def test_a_step_of_a_walk_is_put_off() -> None:
    fake: Any = Queues()
    SqsNightlyQueue(fake, "https://sqs.example/nightly").put_redraw("coffee", 5, 1, 2000)
    (sent,) = fake.sent["https://sqs.example/nightly"]
    assert json.loads(sent["MessageBody"]) == {"redraw": "coffee", "since": 5, "step": 1}
    assert sent["DelaySeconds"] == 900, "SQS puts nothing off for longer"
