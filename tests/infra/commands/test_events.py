"""Receivers of events as an owner makes, watches and ends them on AWS."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from infra.commands.__main__ import main
from infra.commands.place import Parameters, Place
from loyalty.core.instants import microseconds
from loyalty.program import document
from loyalty.store import receivers
from loyalty.store.deliveries import Attempt, Delivery, put_delivery
from loyalty.store.program_versions import Programs
from tests.support.memory import MemoryTables
from tests.support.world import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACE = ("--program", "coffee")
ADD = ("events", "add", "crm", *PLACE, "--url", "https://crm.example.com/in")


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[MemoryTables, Parameters, Any]]:
    """The tables, secrets and sending queue of a stage with a program."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    tables = MemoryTables()
    text = (TEMPLATES / "programs" / "coffee.toml").read_text(encoding="utf-8")
    Programs(tables, lambda: datetime.now(UTC)).put(document.read_toml(text))
    with mock_aws():
        queue = boto3.resource("sqs").create_queue(
            QueueName="sending.fifo", Attributes={"FifoQueue": "true"}
        )
        monkeypatch.setattr(Place, "tables", lambda _: tables)
        monkeypatch.setattr(Place, "settings", lambda _: {"SENDING_QUEUE_URL": queue.url})
        yield tables, Parameters(boto3.client("ssm"), "/loyalty/production"), queue


def secrets(parameters: Parameters) -> list[str]:
    found: list[str] = json.loads(parameters.read("receivers/coffee/crm") or "{}")["secrets"]
    return found


def queued(queue: Any) -> list[dict[str, Any]]:
    found = queue.receive_messages(MaxNumberOfMessages=10)
    for message in found:
        message.delete()
    return [json.loads(message.body) for message in found]


def test_a_receiver_from_its_beginning_to_its_end(
    deployed: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tables, parameters, _ = deployed
    assert main([*ADD, "--events", "points.earned,tier.changed"]) == 0
    told = capsys.readouterr().out
    (secret,) = secrets(parameters)
    assert re.search(rf"Secret +{re.escape(secret)}\n", told)
    assert main(["events", "list", *PLACE]) == 0
    assert "crm" in (line := capsys.readouterr().out)
    assert "active" in line
    assert "points.earned, tier.changed" in line
    assert secret not in line
    assert main(["events", "change", "crm", *PLACE, "--pause", "--events", "all"]) == 0
    (found,) = receivers.read_receivers(tables, "coffee")
    assert (found.state, found.kinds) == ("paused", ())
    assert main(["events", "rotate", "crm", *PLACE]) == 0
    assert main(["events", "rotate", "crm", *PLACE]) == 1
    assert "end the old one first" in capsys.readouterr().err
    assert main(["events", "rotate", "crm", *PLACE, "--finish"]) == 0
    assert len(secrets(parameters)) == 1
    assert secrets(parameters) != [secret]
    assert main(["events", "remove", "crm", *PLACE]) == 0
    assert receivers.read_receivers(tables, "coffee") == []
    assert main(["events", "list", *PLACE]) == 0
    assert "no receivers" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("events", "add", "C R M", *PLACE, "--url", "https://a.example.com"), "small letters"),
        (("events", "add", "crm", *PLACE, "--url", "http://a.example.com"), "https://"),
        (("events", "add", "crm", *PLACE, "--url", "https://10.0.0.1"), "not an address"),
        ((*ADD, "--events", "points.stolen"), "no such event"),
        (("events", "add", "crm", "--program", "tea", "--url", "https://a.example.com"), "'tea'"),
        (("events", "change", "crm", *PLACE, "--pause"), "no such receiver"),
        (("events", "log", "crm", *PLACE, "--limit", "0"), "1 to 1000"),
        (("events", "replay", "crm", *PLACE, "--since", "yesterday"), "no instant"),
        (("events", "replay", "crm", *PLACE, "--since", "2026-11-27T00:00"), "with its zone"),
    ],
)
def test_mistakes_are_sentences(
    deployed: Any, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    tables, *_ = deployed
    assert main(list(words)) == 1
    assert said in capsys.readouterr().err
    assert receivers.read_receivers(tables, "coffee") == []


def test_nothing_to_change_is_said(deployed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert deployed
    main(list(ADD))
    assert main(["events", "change", "crm", *PLACE]) == 1
    assert "say what to change" in capsys.readouterr().err


def test_the_test_the_log_and_a_replay(deployed: Any, capsys: pytest.CaptureFixture[str]) -> None:
    tables, _, queue = deployed
    main(list(ADD))
    assert main(["events", "log", "crm", *PLACE]) == 0
    assert "Nothing was sent" in capsys.readouterr().out
    assert main(["events", "test", "crm", *PLACE]) == 0
    (sent,) = queued(queue)
    assert sent["kind"] == "event.test"
    assert sent["event"] in capsys.readouterr().out
    now = datetime.now(UTC)
    given_up = Delivery(
        "coffee", "crm", sent["event"], "event.test", microseconds(now), sent["body"]
    )
    attempts = (Attempt(1, 0, 9_999, "timeout"), Attempt(2, 503, 12))
    put_delivery(
        tables,
        replace(given_up, outcome="given_up", tries=10, attempts=attempts, revision=1),
        now,
    )
    assert main(["events", "log", "crm", *PLACE]) == 0
    line = capsys.readouterr().out
    assert "given_up" in line
    assert "503 in 12 ms" in line
    assert main(["events", "replay", "crm", *PLACE, "--since", "2026-01-01T00:00Z"]) == 0
    assert "1 events are sent again" in capsys.readouterr().out
    (again,) = queued(queue)
    assert (again["event"], again["body"]) == (sent["event"], None)
