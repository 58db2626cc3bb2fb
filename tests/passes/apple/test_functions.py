from __future__ import annotations

import base64
import io
import json
import zipfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from functions import apple, push_apple
from functions.aws import observability
from functions.aws.configuration import Configuration
from functions.wiring import access, card_reading, devices, environment
from functions.wiring import apple as apple_identity
from passes.apple.push import ApnsClient
from passes.apple.push_result import PushResult, Verdict
from passes.apple.throttle import WrongTokens
from tests.passes.apple.fakes import (
    PASS_TYPE,
    SERIAL,
    LocalApns,
    MemoryCards,
    MemoryRegistrations,
    make_card,
    make_fields,
    token_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from infra.local.certificates import Certificates

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DEVICE = "d0" * 16
PUSH = "ab" * 32
OTHER_PUSH = "cd" * 32
REGISTRATION = f"/apple/v1/devices/{DEVICE}/registrations/{PASS_TYPE}"
RIGHT = {"authorization": f"ApplePass {token_of(SERIAL)}"}


@dataclass
class Context:
    function_name: str = "apple"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:1:function:apple"
    aws_request_id: str = "request"
    milliseconds: int = 30_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


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
    monkeypatch.setattr(card_reading, "cards", lambda: built.cards)
    monkeypatch.setattr(devices, "registrations", lambda: built.registrations)
    monkeypatch.setattr(environment, "now", lambda: now)
    forget_certificates()
    yield built
    forget_certificates()


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


def test_a_link_gives_the_signed_pass(house: House) -> None:
    reply = call("GET", f"/c/link-{SERIAL}/apple")
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/vnd.apple.pkpass"
    assert reply.headers["content-disposition"] == 'attachment; filename="coffee.pkpass"'
    assert reply.headers["cache-control"] == "private, no-store"
    assert reply.headers["last-modified"] == "Wed, 01 Jan 2020 00:00:03 GMT"
    with zipfile.ZipFile(io.BytesIO(reply.body)) as archive:
        assert json.loads(archive.read("pass.json"))["serialNumber"] == SERIAL


def test_head_tells_the_same_headers_without_body(house: House) -> None:
    for path, headers in (
        (f"/c/link-{SERIAL}/apple", {}),
        (f"/apple/v1/passes/{PASS_TYPE}/{SERIAL}", RIGHT),
        (REGISTRATION, {}),
    ):
        full, head = call("GET", path, headers), call("HEAD", path, headers)
        assert (head.status, head.headers) == (full.status, full.headers)
        assert head.body == b""


def test_an_unknown_link_gives_a_page_that_says_so(house: House) -> None:
    reply = call("GET", "/c/nobody/apple", {"accept-language": "ru"})
    assert reply.status == 404
    assert reply.headers["content-type"].startswith("text/html")


def test_the_whole_protocol_over_events(house: House) -> None:
    body = json.dumps({"pushToken": PUSH}).encode()
    assert call("POST", f"{REGISTRATION}/{SERIAL}", RIGHT, body, binary=True).status == 201
    assert call("POST", f"{REGISTRATION}/{SERIAL}", RIGHT, body).status == 200
    listed = call("GET", REGISTRATION)
    assert (listed.status, listed.headers["content-type"]) == (200, "application/json")
    tag = json.loads(listed.body)["lastUpdated"]
    assert call("GET", REGISTRATION, query=f"passesUpdatedSince={tag}").status == 204
    path = f"/apple/v1/passes/{PASS_TYPE}/{SERIAL}"
    first = call("GET", path, RIGHT)
    since = {**RIGHT, "if-modified-since": first.headers["last-modified"]}
    assert call("GET", path, since).status == 304
    house.cards.held[SERIAL] = make_card(version=4, fields=make_fields(8))
    assert call("GET", REGISTRATION, query=f"passesUpdatedSince={tag}").status == 200
    second = call("GET", path, since)
    assert second.status == 200
    with zipfile.ZipFile(io.BytesIO(second.body)) as archive:
        document = json.loads(archive.read("pass.json"))
    assert document["storeCard"]["headerFields"][0]["value"] == 8
    assert call("DELETE", f"{REGISTRATION}/{SERIAL}", RIGHT).status == 200
    assert call("DELETE", f"{REGISTRATION}/{SERIAL}", RIGHT).status == 200
    assert call("GET", REGISTRATION).status == 204
    assert call("GET", path).status == 401


def test_doubled_slashes_lead_to_the_same_place(house: House) -> None:
    path = f"/apple//v1//passes/{PASS_TYPE}/{SERIAL}"
    assert call("GET", path, RIGHT).status == 200


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return all that was logged, with its details."""
    return "".join(str(record.__dict__) for record in caplog.records)


def test_any_log_is_taken_and_no_secret_is_printed(
    house: House, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    complaint = (
        f"Get pass task (pass type x, serial number {SERIAL}, y) Unexpected response code 500"
    )
    body = json.dumps({"logs": [complaint]}).encode()
    assert call("POST", "/apple/v1/log", body=body).status == 200
    assert call("POST", "/apple/v1/log", body=b"\xff\xfe", binary=True).status == 200
    assert call("POST", "/apple/v1/log").status == 200
    assert "AppleLogServer" in capsys.readouterr().out
    assert "Unexpected response code 500" in logged(caplog)
    assert SERIAL not in logged(caplog)


def test_other_addresses_are_problems(house: House) -> None:
    reply = call("GET", "/apple/v2/anything")
    assert (reply.status, json.loads(reply.body)["code"]) == (404, "not_found")


def test_a_missing_certificate_is_told_to_the_owner_and_no_broken_pass_is_given(
    house: House, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    house.secrets["apple/intermediates"] = house.secrets["apple/certificate"]
    reply = call("GET", f"/c/link-{SERIAL}/apple")
    assert (reply.status, reply.headers["retry-after"]) == (503, "300")
    assert "apple/intermediates lacks the issuer" in logged(caplog)
    assert "ApplePassNotIssued" in capsys.readouterr().out
    # What needs no certificate goes on.
    assert call("GET", REGISTRATION).status == 204


def test_somebody_who_guesses_is_answered_429_and_the_right_token_never_is(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hostile case A15: one answer for every wrong case, known serial or not."""
    path = f"/apple/v1/passes/{PASS_TYPE}"
    wrong = {"authorization": "ApplePass wrong"}
    answers = [
        call("GET", f"{path}/{SERIAL if number % 2 else 'f' * 32}", wrong) for number in range(30)
    ]
    assert [one.status for one in answers] == [401] * 20 + [429] * 10
    assert len({one.body for one in answers[:20]}) == 1
    assert len({one.body for one in answers[20:]}) == 1
    assert answers[-1].headers["retry-after"] == "60"
    right = {"authorization": f"ApplePass {token_of(SERIAL)}"}
    assert call("GET", f"{path}/{SERIAL}", right).status == 200
    assert "AppleWrongToken" in capsys.readouterr().out


def test_errors_of_ours_that_phones_report_ring_the_alarm(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, rings in (
        ("Get pass task encountered error: Unexpected response code 500", True),
        ("Register task encountered error: Unexpected response code 401", True),
        ("Manifest signature did not verify successfully", True),
        ("The network connection was lost.", False),
    ):
        call("POST", "/apple/v1/log", body=json.dumps({"logs": [text]}).encode())
        assert ("AppleLogAlarming" in capsys.readouterr().out) is rings


def message(number: int, member: str = "m1", body: str | None = None) -> dict[str, str]:
    message = json.dumps({"program": "coffee", "member": member})
    return {"messageId": f"message{number}", "body": message if body is None else body}


def ring(*records: dict[str, str], milliseconds: int = 30_000) -> list[str]:
    answer = push_apple.handler(
        {"Records": list(records)},
        cast("LambdaContext", Context(milliseconds=milliseconds)),
    )
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.fixture
def pushing(house: House, apns: LocalApns, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalApns]:
    settings = replace(environment.configuration(), apns_url=apns.url)
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    house.registrations.register(DEVICE, SERIAL, PUSH, 1000)
    yield apns
    push_apple.client().close()


def test_a_message_pushes_to_every_phone_of_the_member(house: House, pushing: LocalApns) -> None:
    house.registrations.register("other", SERIAL, OTHER_PUSH, 1000)
    assert ring(message(1)) == []
    assert sorted(pushing.received()) == [PUSH, OTHER_PUSH]


def test_several_messages_of_one_member_are_one_push(house: House, pushing: LocalApns) -> None:
    assert ring(message(1), message(2), message(3)) == []
    assert pushing.received() == [PUSH]


def test_two_cards_on_one_phone_are_one_push(house: House, pushing: LocalApns) -> None:
    house.cards.held["f" * 32] = make_card(serial="f" * 32, member="m2")
    house.registrations.register(DEVICE, "f" * 32, PUSH, 1000)
    assert ring(message(1), message(2, "m2")) == []
    assert pushing.received() == [PUSH]


def test_nobody_to_push_to_is_no_failure(house: House, pushing: LocalApns) -> None:
    house.registrations.unregister(DEVICE, SERIAL)
    assert ring(message(1), message(2, "erased")) == []
    assert pushing.received() == []


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"program":"coffee","member":5}', "not json"])
def test_a_message_that_is_not_ours_goes_to_the_dead_letters(
    house: House, pushing: LocalApns, body: str
) -> None:
    assert ring(message(1), message(2, body=body)) == ["message2"]
    assert pushing.received() == [PUSH]


def test_a_phone_that_is_gone_is_forgotten(house: House, pushing: LocalApns) -> None:
    pushing.desk.order({"token": PUSH, "status": 410, "timestamp": 1_001_000})
    assert ring(message(1)) == []
    assert house.registrations.held == {}


def test_a_phone_that_came_back_since_is_kept(house: House, pushing: LocalApns) -> None:
    pushing.desk.order({"token": PUSH, "status": 410, "timestamp": 999_000})
    assert ring(message(1)) == []
    assert len(house.registrations.held) == 1


def test_a_token_that_was_replaced_meanwhile_is_kept(
    house: House, pushing: LocalApns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Race: the phone registers a new token between our reading and Apple's answer."""
    pushed = ApnsClient.push

    def slow(*arguments: Any) -> list[PushResult]:
        results = pushed(*arguments)
        house.registrations.register(DEVICE, SERIAL, OTHER_PUSH, 1000)
        return results

    monkeypatch.setattr(ApnsClient, "push", slow)
    pushing.desk.order({"token": PUSH, "status": 400, "reason": "BadDeviceToken"})
    assert ring(message(1)) == []
    assert house.registrations.devices(SERIAL)[0].push_token == OTHER_PUSH


def test_a_bad_token_is_forgotten(house: House, pushing: LocalApns) -> None:
    pushing.desk.order({"token": PUSH, "status": 400, "reason": "BadDeviceToken"})
    assert ring(message(1)) == []
    assert house.registrations.held == {}


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (429, "TooManyRequests"),
        (503, "ServiceUnavailable"),
        (500, "InternalServerError"),
        (400, "TopicDisallowed"),
        (403, "BadCertificate"),
        (400, "PayloadEmpty"),
    ],
)
def test_what_is_not_the_phones_fault_comes_again_and_costs_no_registration(
    house: House, pushing: LocalApns, status: int, reason: str
) -> None:
    house.cards.held["f" * 32] = make_card(serial="f" * 32, member="m2")
    house.registrations.register("other", "f" * 32, OTHER_PUSH, 1000)
    pushing.desk.order({"token": PUSH, "status": status, "reason": reason})
    assert ring(message(1), message(2, "m2"), message(3)) == ["message1", "message3"]
    assert len(house.registrations.held) == 2
    assert pushing.received() == [OTHER_PUSH]
    pushing.desk.clear_faults()
    assert ring(message(1), message(3)) == []


def test_no_time_left_gives_everything_back(house: House, pushing: LocalApns) -> None:
    assert ring(message(1), message(2), milliseconds=0) == ["message1", "message2"]
    assert pushing.received() == []


def test_one_member_that_cannot_be_read_does_not_stop_the_others(
    house: House, pushing: LocalApns, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = house.cards.by_member

    def broken(program: str, member: str, when: datetime) -> Any:
        if member == "m2":
            raise OSError("the table is away")
        return read(program, member, when)

    monkeypatch.setattr(house.cards, "by_member", broken)
    assert ring(message(1), message(2, "m2")) == ["message2"]
    assert pushing.received() == [PUSH]


def test_configuration_errors_are_counted_for_the_alarm(
    house: House,
    pushing: LocalApns,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    pushing.desk.order({"next": 1, "status": 403})
    ring(message(1))
    assert "ApplePushConfiguration" in capsys.readouterr().out
    assert "BadCertificate" in logged(caplog)
    assert PUSH not in logged(caplog)


def test_forgetting_too_eagerly_would_be_caught(
    house: House, pushing: LocalApns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a worker that forgets on every refusal loses the returned phone."""
    monkeypatch.setattr(push_apple, "_AGAIN", frozenset())
    monkeypatch.setattr(push_apple, "_FORGET", frozenset(Verdict))
    pushing.desk.order({"token": PUSH, "status": 403})
    ring(message(1))
    assert house.registrations.held == {}


def test_every_verdict_is_either_final_or_comes_again() -> None:
    settled: Callable[[Verdict], bool] = lambda verdict: verdict not in push_apple._AGAIN  # noqa: E731
    assert {one for one in Verdict if settled(one)} == {
        Verdict.DELIVERED,
        Verdict.GONE,
        Verdict.BAD_TOKEN,
    }
