"""The function `apple` and the Apple queue's worker over memory, with a real certificate."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from functions import apple, push_apple
from functions.aws import observability
from functions.aws.configuration import Configuration
from functions.wiring import access, card_reading, devices, environment, worn_cards
from functions.wiring import apple as apple_identity
from passes.apple.throttle import WrongTokens
from tests.support.apple import (
    PASS_TYPE,
    SERIAL,
    MemoryCards,
    MemoryRegistrations,
    make_card,
    token_of,
)
from tests.support.events import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from infra.local.certificates import Certificates


NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DEVICE = "d0" * 16
PUSH = "ab" * 32
OTHER_PUSH = "cd" * 32
REGISTRATION = f"/apple/v1/devices/{DEVICE}/registrations/{PASS_TYPE}"
RIGHT = {"authorization": f"ApplePass {token_of(SERIAL)}"}


class Tokens:
    def apple_token(self, serial: str) -> str:
        return token_of(serial)


@dataclass
class House:
    cards: MemoryCards
    registrations: MemoryRegistrations
    secrets: dict[str, str]

    def secret(self, name: str) -> str:
        if name not in self.secrets:
            raise environment.SecretMissing(name)
        return self.secrets[name]


def forget_certificates() -> None:
    apple_identity.identities.cache_clear()
    apple._kept.clear()
    push_apple._pushed.forget()
    while push_apple._kept:
        push_apple._kept.pop()[1].close()


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, chain: Certificates, now: datetime) -> Iterator[House]:
    built = House(
        MemoryCards(make_card()),
        MemoryRegistrations(),
        {
            "apple/certificate": chain.pass_certificate.read_text(),
            "apple/key": chain.pass_key.read_text(),
            "apple/intermediates": chain.intermediate.read_text(),
        },
    )
    settings = Configuration(
        stage="test",
        base_url="https://cards.example.com",
        state_table="state",
        ledger_table="ledger",
        apple_pass_type_identifier=chain.pass_type_identifier,
        apple_team_identifier=chain.team_identifier,
        apns_root_certificate=str(chain.root),
    )
    monkeypatch.setattr(observability.metrics, "namespace", "loyalty")
    monkeypatch.setattr(apple, "_wrong_tokens", WrongTokens())
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    monkeypatch.setattr(environment, "secret", built.secret)
    monkeypatch.setattr(access, "tokens", Tokens)
    for reading in (card_reading, worn_cards):
        monkeypatch.setattr(reading, "cards", lambda: built.cards)
    monkeypatch.setattr(devices, "registrations", lambda: built.registrations)
    monkeypatch.setattr(environment, "now", lambda: now)
    forget_certificates()
    yield built
    forget_certificates()


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return all that was logged, with its details."""
    return "".join(str(record.__dict__) for record in caplog.records)


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


def call(
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
    query: str = "",
    *,
    binary: bool = False,
) -> Reply:
    """Send an event as API Gateway does (HTTP API, payload 2.0)."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "cards.example.com", **(headers or {})},
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
            "stage": "$default",
        },
        "isBase64Encoded": binary,
    }
    if query:
        event["queryStringParameters"] = dict(part.split("=", 1) for part in query.split("&"))
    if body is not None:
        event["body"] = base64.b64encode(body).decode() if binary else body.decode()
    answer = apple.handler(event, cast("LambdaContext", Context()))
    content = answer["body"].encode()
    if answer["isBase64Encoded"]:
        content = base64.b64decode(answer["body"], validate=True)
    known = {name.lower(): str(value) for name, value in answer["headers"].items()}
    return Reply(answer["statusCode"], known, content)
