"""Cards in memory behind the Google functions, and what a click and a message are to them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from functions import google as google_function
from functions import push_google
from functions.aws.configuration import Configuration
from functions.aws.observability import metrics
from functions.wiring import card_reading, environment, google_state, storage
from functions.wiring import google as google_wallet
from loyalty.store.google_saves import Standing
from passes.google import objects
from passes.google.client import WalletClient
from tests.support.events import Context
from tests.support.google_shop import NoPace, accounts
from tests.support.memory import MemoryTables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loyalty.card.view import Card


NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class CardsInMemory:
    """The use cases behind functions.wiring, in memory."""

    cards_by_member: dict[str, Card]
    profile_now: Any
    links: dict[str, str] = field(default_factory=dict)
    marks: set[tuple[str, str]] = field(default_factory=set)
    at_mark: list[Any] = field(default_factory=list)
    version: int = 1
    tables: MemoryTables = field(default_factory=MemoryTables)
    now: datetime = NOW

    def by_link(self, link: str, now: datetime) -> Card | None:
        return self.cards_by_member.get(self.links.get(link, ""))

    def by_member(self, program: str, member: str, now: datetime) -> Card | None:
        return self.cards_by_member.get(member)

    def in_languages(self, program: str, member: str, now: datetime, **_: bool) -> tuple[Card, ...]:
        card = self.by_member(program, member, now)
        return () if card is None else (card,)

    def profile(self, program: str, language: str | None) -> Any:
        return replace(self.profile_now, program=program)

    def mark(self, program: str, member: str, now: datetime) -> None:
        for act in self.at_mark:
            act()
        self.marks.add((program, member))

    def standing(self, members: Iterable[tuple[str, str]], now: datetime) -> Standing:
        marked = self.marks.intersection(members)
        return Standing(marked, marked, set())

    def current(self, program: str) -> Any:
        # As much of a program as is asked for; what it shows comes from `profile`.
        return SimpleNamespace(id=program, version=self.version, languages=("en",))

    find = current


@pytest.fixture
def shop(world: Any, google: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[CardsInMemory]:
    settings = Configuration(
        stage="local",
        base_url="https://shop.test",
        state_table="state",
        ledger_table="ledger",
        google_issuer_id=world.issuer,
        google_api_url=google.url,
        google_token_url=f"{google.url}/token",
        google_save_url=f"{google.url}/gp/v/save",
    )
    shop = CardsInMemory({"m1": world.card()}, world.profile, {"secret-link": "m1"})
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    monkeypatch.setattr(card_reading, "cards", lambda: shop)
    monkeypatch.setattr(storage, "programs", lambda: shop)
    monkeypatch.setattr(
        google_wallet, "profile_of", lambda found, language: shop.profile(found.id, language)
    )
    monkeypatch.setattr(google_state, "google_saves", lambda: shop)
    monkeypatch.setattr(storage, "tables", lambda: shop.tables)
    monkeypatch.setattr(environment, "now", lambda: shop.now)
    monkeypatch.setattr(google_state, "google_pace", lambda *_: NoPace())
    monkeypatch.setattr(push_google, "THREADS", 1)
    monkeypatch.setattr(metrics, "namespace", "loyalty")
    for factory in (
        google_state.google_checks,
        google_state.google_classes,
        google_state.google_closed,
    ):
        factory.cache_clear()
    monkeypatch.setattr(environment, "secret", lambda name: json.dumps(google.account))
    defaults: Any = WalletClient.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "sleep", google.pauses.append)
    yield shop
    for wallet in accounts(google):
        wallet.client.close()
    google_wallet._wallet.cache_clear()


def click(
    link: str = "secret-link",
    context: Context | None = None,
    accept_language: str = "en",
    method: str = "GET",
) -> dict[str, Any]:
    event = {
        "version": "2.0",
        "routeKey": f"{method} /c/{{link}}/google",
        "rawPath": f"/c/{link}/google",
        "rawQueryString": "",
        "headers": {
            "host": "shop.test",
            "user-agent": "Android",
            "accept-language": accept_language,
        },
        "requestContext": {
            "http": {"method": method, "path": f"/c/{link}/google", "sourceIp": "127.0.0.1"},
            "stage": "$default",
            "requestId": "1",
        },
        "pathParameters": {"link": link},
        "isBase64Encoded": False,
    }
    context = context or Context()
    return google_function.handler(event, context)  # type: ignore[arg-type]


def messages(*members: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "x",
                "body": json.dumps({"program": "coffee", "member": member}),
                "attributes": {"MessageGroupId": member, "ApproximateReceiveCount": "1"},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:1:google.fifo",
            }
            for number, member in enumerate(members)
        ]
    }


def push(*members: str, context: Context | None = None) -> list[str]:
    answer = push_google.handler(messages(*members), context or Context())  # type: ignore[arg-type]
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def add_member(shop: Any, world: Any, member: str, serial: str) -> str:
    shop.cards_by_member[member] = world.card(member=member, serial=serial)
    shop.marks.add(("coffee", member))
    return objects.object_id(world.issuer, serial)
