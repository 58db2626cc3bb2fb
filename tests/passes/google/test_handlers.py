from __future__ import annotations

import io
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from functions import google as google_function
from functions import push_google
from functions.aws.configuration import Configuration
from functions.aws.observability import logger, metrics
from functions.wiring import card_reading, environment, google_state, storage
from functions.wiring import google as google_wallet
from passes.google import objects
from passes.google.client import WalletClient
from tests.support.memory import MemoryTables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.card.view import Card


NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class NoPace:
    """A pace that lets everything through, so that clocks may stand still."""

    def expect(self, requests: int) -> None:
        pass

    def take(self, seconds: float) -> bool:
        return True


@dataclass
class Context:
    function_name: str = "google"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:1:function:google"
    aws_request_id: str = "1"
    milliseconds: int = 15_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@dataclass
class Shop:
    """The use cases behind functions.wiring, in memory."""

    cards_by_member: dict[str, Card]
    face_now: Any
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

    def in_languages(self, program: str, member: str, now: datetime) -> tuple[Card, ...]:
        card = self.by_member(program, member, now)
        return () if card is None else (card,)

    def profile(self, program: str, language: str | None) -> Any:
        return replace(self.face_now, program=program)

    def mark(self, program: str, member: str) -> None:
        for look in self.at_mark:
            look()
        self.marks.add((program, member))

    def marked(self, members: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        return self.marks.intersection(members)

    def current(self, program: str) -> Any:
        return self


@pytest.fixture
def shop(world: Any, google: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
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
    shop = Shop({"m1": world.card()}, world.profile, {"secret-link": "m1"})
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    monkeypatch.setattr(card_reading, "cards", lambda: shop)
    monkeypatch.setattr(storage, "programs", lambda: shop)
    monkeypatch.setattr(google_state, "google_saves", lambda: shop)
    monkeypatch.setattr(storage, "tables", lambda: shop.tables)
    monkeypatch.setattr(environment, "now", lambda: shop.now)
    monkeypatch.setattr(google_state, "google_pace", lambda *_: NoPace())
    monkeypatch.setattr(push_google, "THREADS", 1)
    monkeypatch.setattr(metrics, "namespace", "loyalty")
    for factory in (google_state.google_checks, google_state.google_classes):
        factory.cache_clear()
    monkeypatch.setattr(environment, "secret", lambda name: json.dumps(google.account))
    defaults: Any = WalletClient.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "sleep", google.pauses.append)
    yield shop
    for wallet in accounts(google):
        wallet.client.close()
    google_wallet._wallet.cache_clear()


def accounts(google: Any) -> list[Any]:
    secret = json.dumps(google.account)
    return [
        google_wallet._wallet(secret, patience, "live")
        for patience in (google_function.PATIENCE, push_google.PATIENCE)
    ]


def click(link: str = "secret-link", context: Context | None = None) -> dict[str, Any]:
    event = {
        "version": "2.0",
        "routeKey": "GET /c/{link}/google",
        "rawPath": f"/c/{link}/google",
        "rawQueryString": "",
        "headers": {"host": "shop.test", "user-agent": "Android"},
        "requestContext": {
            "http": {"method": "GET", "path": f"/c/{link}/google", "sourceIp": "127.0.0.1"},
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


def test_a_click_makes_the_object_and_redirects(shop: Any, world: Any, google: Any) -> None:
    answer = click()
    assert answer["statusCode"] == 302
    headers = answer["headers"]
    assert headers["Location"].startswith(f"{google.url}/gp/v/save/ey")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert not answer["body"]
    shown = google.object(objects.object_id(world.issuer, world.card().serial))
    assert shown["loyaltyPoints"]["balance"] == {"int": 7}
    program = google.ask("GET", f"/inspect/classes/{world.issuer}.coffee")
    assert program["programLogo"]["sourceUri"]["uri"].startswith(
        "https://shop.test/designs/coffee/google-logo.png?v="
    )


def test_the_mark_stands_before_the_object(shop: Any, google: Any) -> None:
    seen: list[int] = []
    shop.at_mark.append(lambda: seen.append(len(google.ask("GET", "/inspect/objects")["objects"])))
    click()
    assert seen == [0]
    assert shop.marks == {("coffee", "m1")}


def test_a_change_between_mark_and_insert_is_shown(shop: Any, world: Any, google: Any) -> None:
    identifier = objects.object_id(world.issuer, world.card().serial)

    def sale() -> None:
        shop.marks.add(("coffee", "m1"))
        shop.cards_by_member["m1"] = world.card(9, 2)
        assert push("m1") == []

    shop.at_mark.append(sale)
    assert click()["statusCode"] == 302
    assert google.object(identifier)["loyaltyPoints"]["balance"] == {"int": 9}


def test_the_class_is_ensured_once_per_process(shop: Any, world: Any, google: Any) -> None:
    for _ in range(3):
        click()
    assert google.counts() == {
        "POST token 200": 1,
        "POST loyaltyClass 200": 1,
        "POST loyaltyObject 200": 1,
        "POST loyaltyObject 409": 2,
        "PATCH loyaltyObject 200": 2,
    }
    google_wallet._wallet.cache_clear()  # the next process
    accounts(google)
    shop.face_now = replace(shop.face_now, name="Bean Club 2")
    click()
    assert google.counts()["PATCH loyaltyClass 200"] == 1
    assert (
        google.ask("GET", f"/inspect/classes/{world.issuer}.coffee")["programName"] == "Bean Club 2"
    )


def test_an_unknown_link(shop: Any, google: Any) -> None:
    answer = click("other-link")
    assert answer["statusCode"] == 404
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert json.loads(answer["body"])["code"] == "unknown_link"
    assert google.counts() == {}
    assert shop.marks == set()


@pytest.mark.parametrize("ended", [{"voided": True}, {"expires_at": NOW}])
def test_a_card_that_has_ended_gets_no_link(
    shop: Any, world: Any, google: Any, ended: dict[str, Any]
) -> None:
    shop.cards_by_member["m1"] = world.card(**ended)
    answer = click()
    assert answer["statusCode"] == 410
    assert json.loads(answer["body"])["code"] == "card_closed"
    assert "Location" not in answer["headers"]
    assert google.counts() == {}
    assert shop.marks == set()


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {}, {"status": 403}])
def test_google_down(shop: Any, google: Any, fault: dict[str, Any]) -> None:
    google.fault(**fault, next=100)
    answer = click()
    assert answer["statusCode"] == 503
    assert answer["headers"]["Retry-After"] == "10"
    assert json.loads(answer["body"])["code"] == "google_unavailable"
    # The mark stays: the customer comes again, and until then the worker's PATCH inserts.
    assert shop.marks == {("coffee", "m1")}


def test_a_click_answers_before_its_time_is_over(shop: Any, google: Any) -> None:
    google.fault(delay=5, next=100)
    assert click(context=Context(milliseconds=1_300))["statusCode"] == 503


def test_an_unusable_secret_is_our_fault(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "secret", lambda name: "not json")
    answer = click()
    assert answer["statusCode"] == 500
    assert json.loads(answer["body"])["code"] == "internal_error"


def test_a_message_updates_the_object_in_one_request(shop: Any, world: Any, google: Any) -> None:
    click()
    google.ask("DELETE", "/inspect/requests")
    shop.cards_by_member["m1"] = world.card(8, 2)
    assert push("m1") == []
    assert google.object(objects.object_id(world.issuer, world.card().serial))["loyaltyPoints"] == {
        "label": "Points",
        "balance": {"int": 8},
    }
    assert google.counts() == {"POST token 200": 1, "PATCH loyaltyObject 200": 1}
    body = google.ask("GET", "/inspect/requests")["requests"][-1]["body"]
    assert "notifyPreference" not in body


def test_several_messages_of_one_card_send_its_last_state_once(
    shop: Any, world: Any, google: Any
) -> None:
    click()
    google.ask("DELETE", "/inspect/requests")
    shop.cards_by_member["m1"] = world.card(8, 5)
    assert push("m1", "m1", "m1") == []
    assert google.counts()["PATCH loyaltyObject 200"] == 1


def test_a_message_of_an_unmarked_member_asks_google_nothing(shop: Any, google: Any) -> None:
    assert push("m1") == []
    assert google.counts() == {}


def test_a_message_of_a_member_who_is_gone(shop: Any, google: Any) -> None:
    shop.marks.add(("coffee", "gone"))
    assert push("gone") == []
    assert google.counts() == {"POST token 200": 1, "POST loyaltyClass 200": 1}


def test_a_marked_member_without_object_gets_one(shop: Any, world: Any, google: Any) -> None:
    identifier = add_member(shop, world, "m2", "2" * 32)
    assert push("m2") == []
    assert google.object(identifier)["state"] == "ACTIVE"


def test_a_refused_card_holds_back_its_own_later_messages_only(
    shop: Any, world: Any, google: Any
) -> None:
    add_member(shop, world, "m2", "2" * 32)
    fine = add_member(shop, world, "m3", "3" * 32)
    google.fault(status=400, path=f"{world.issuer}.{'2' * 32}")
    assert push("m2", "m3", "m2") == ["message-0", "message-2"]
    assert google.object(fine)["state"] == "ACTIVE"


def test_when_google_is_down_everything_left_goes_back_at_once(
    shop: Any, world: Any, google: Any
) -> None:
    first = add_member(shop, world, "m2", "2" * 32)
    add_member(shop, world, "m3", "3" * 32)
    add_member(shop, world, "m4", "4" * 32)
    assert push("m2") == []
    google.ask("DELETE", "/inspect/requests")
    shop.cards_by_member["m2"] = world.card(8, 2, member="m2", serial="2" * 32)
    google.fault(status=503, path=f"{world.issuer}.{'3' * 32}", next=99)
    assert push("m2", "m3", "m4") == ["message-1", "message-2"]
    assert google.object(first)["loyaltyPoints"]["balance"] == {"int": 8}
    assert google.counts() == {"PATCH loyaltyObject 200": 1, "PATCH loyaltyObject 503": 3}


def test_a_worker_that_runs_out_of_time_gives_the_rest_back(shop: Any, world: Any) -> None:
    add_member(shop, world, "m2", "2" * 32)
    assert push("m2", "m2", context=Context(milliseconds=500)) == ["message-0", "message-1"]


def test_a_broken_message_goes_back_alone(shop: Any, world: Any) -> None:
    add_member(shop, world, "m2", "2" * 32)
    event = messages("m1", "m2")
    event["Records"][0]["body"] = "{}"
    answer = push_google.handler(event, Context())  # type: ignore[arg-type]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}


def test_nothing_private_is_logged(
    shop: Any, world: Any, google: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    click()
    google.fault(status=503, next=100)
    click()
    push("m1")
    google.ask("DELETE", "/inspect/faults")
    google.fault(status=400, next=100)
    push("m1")
    # A card that Google refuses in words that quote it.
    monkeypatch.setattr(objects, "_state", lambda card, now: card.field("member").text)
    google.ask("DELETE", "/inspect/faults")
    push("m1")
    printed = stream.getvalue()
    assert "google is down" in printed
    assert "resource.state" in printed
    for private in ("Anna", "secret-link", world.card().code, "ya29", "gp/v/save"):
        assert private not in printed
