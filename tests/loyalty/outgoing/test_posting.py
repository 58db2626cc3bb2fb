"""Posting over real sockets: verified, signed, within its time, and never where it may not go."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from loyalty.outgoing.posting import Poster, Reply, signed_headers
from tests.support.receiver import Receiver, certificate, silent_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD, NEW = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz", "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4"
BODY = '{"type":"points.earned","data":{"name":"Ж"}}'


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver().start()
    yield made
    made.stop()


def post(url: str, seconds: float = 2.0, **more: Any) -> Reply:
    headers = signed_headers([OLD], "evt_1", BODY, datetime.now(UTC))
    return Poster(local=True, **more).post(url, BODY, headers, seconds)


def test_what_arrives_is_what_was_signed(receiver: Receiver) -> None:
    assert post(receiver.url) == Reply(204)
    (got,) = receiver.received
    assert (got.path, got.body) == ("/hook?shop=1", BODY.encode())
    assert got.headers["content-type"] == "application/json"
    assert got.headers["host"] == f"localhost:{receiver.port}"
    assert Webhook(OLD).verify(got.body, dict(got.headers)) == got.event


def test_both_secrets_sign_while_one_takes_over(receiver: Receiver) -> None:
    headers = signed_headers([OLD, NEW], "evt_1", BODY, datetime.now(UTC))
    Poster(local=True).post(receiver.url, BODY, headers, 2.0)
    (got,) = receiver.received
    for secret in (OLD, NEW):
        Webhook(secret).verify(got.body, dict(got.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 32).verify(got.body, dict(got.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(got.body + b" ", dict(got.headers))


@pytest.mark.parametrize("status", [200, 202, 299, 400, 401, 404, 410, 429, 500, 503])
def test_statuses_are_told_as_they_are(receiver: Receiver, status: int) -> None:
    receiver.answers = [status]
    assert post(receiver.url) == Reply(status)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    receiver.answers = [(status, {"Location": f"http://127.0.0.1:{receiver.port}/inner"})]
    assert post(receiver.url) == Reply(status)
    assert [one.path for one in receiver.received] == ["/hook?shop=1"]


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("-5", 0),
        ("1e9", 0),
        ("99999", 86_400),
        ("9" * 40, 0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 0),
        ("١٢", 0),
    ],
)
def test_patience_that_is_asked_for(receiver: Receiver, asked: str, seconds: int) -> None:
    receiver.answers = [(429, {"Retry-After": asked.encode().decode("latin-1")})]
    assert post(receiver.url) == Reply(429, wait=seconds)


def test_endless_answers_are_not_read(receiver: Receiver) -> None:
    receiver.answers = ["huge"]
    assert post(receiver.url) == Reply(200)


@pytest.mark.parametrize("answer", ["hang", "drip"])
def test_who_takes_too_long_is_left(receiver: Receiver, answer: str) -> None:
    receiver.answers = [answer]
    began = time.monotonic()
    assert post(receiver.url, 0.4) == Reply(0, "timeout")
    assert time.monotonic() - began < 2


def test_nonsense_and_nobody_are_no_answer(receiver: Receiver) -> None:
    receiver.answers = ["nonsense"]
    assert post(receiver.url) == Reply(0, "no_answer")
    receiver.stop()
    assert post(receiver.url) == Reply(0, "no_answer")


def test_a_handshake_that_never_ends_is_left() -> None:
    listening, port = silent_port()
    with listening:
        began = time.monotonic()
        assert post(f"https://localhost:{port}/", 0.4) == Reply(0, "timeout")
        assert time.monotonic() - began < 2


def test_a_resolver_that_never_ends_is_left(receiver: Receiver) -> None:
    def slow(_: str, __: int) -> list[str]:
        time.sleep(1)
        return ["127.0.0.1"]

    assert post(receiver.url, 0.2, resolver=slow) == Reply(0, "timeout")
    assert receiver.received == []


def test_tls_is_verified_in_the_name_that_was_asked_for(tmp_path: Path) -> None:
    served, trust = certificate(tmp_path, "localhost")
    receiver = Receiver().start(served)
    try:
        assert post(receiver.url, trust=trust) == Reply(204)
        assert post(receiver.url) == Reply(0, "certificate_refused")
        by_number = receiver.url.replace("localhost", "127.0.0.1")
        assert post(by_number, trust=trust) == Reply(0, "certificate_refused")
        _, other = certificate(tmp_path, "other.example")
        assert post(receiver.url, trust=other) == Reply(0, "certificate_refused")
        assert len(receiver.received) == 1
    finally:
        receiver.stop()
    served, trust = certificate(tmp_path, "other.example")
    receiver = Receiver().start(served)
    try:
        assert post(receiver.url, trust=trust) == Reply(0, "certificate_refused")
        assert receiver.received == []
    finally:
        receiver.stop()


def test_the_address_that_was_judged_is_the_one_that_is_called(
    monkeypatch: pytest.MonkeyPatch, receiver: Receiver
) -> None:
    """A name that leads elsewhere a moment later (rebinding) gains nothing: it is asked once."""
    asked: list[str] = []
    called: list[Any] = []

    def resolver(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"] if len(asked) == 1 else ["127.0.0.1"]

    def connect(address: Any, *_: Any, **__: Any) -> Any:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    reply = Poster(resolver=resolver).post("https://hooks.example.com/x", BODY, {}, 1.0)
    assert reply == Reply(0, "no_answer")
    assert asked == ["hooks.example.com"]
    assert called == [("8.8.8.8", 443)]
    assert receiver.received == []


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["169.254.169.254"], ["::ffff:127.0.0.1"], []],
)
def test_names_that_lead_inside_are_not_called(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    def connect(*_: Any, **__: Any) -> Any:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", connect)
    poster = Poster(resolver=lambda *_: addresses)
    assert poster.post("https://hooks.example.com/", BODY, {}, 1.0) == Reply(0, "address_refused")


def test_urls_that_were_let_in_by_mistake_are_judged_again(receiver: Receiver) -> None:
    """What is stored may be older than a rule; and loopback is for one stage only."""
    assert Poster().post(receiver.url, BODY, {}, 1.0) == Reply(0, "url_refused")
    assert receiver.received == []


def test_names_that_nobody_knows() -> None:
    def nobody(_: str, __: int) -> list[str]:
        raise socket.gaierror

    poster = Poster(resolver=nobody)
    assert poster.post("https://nobody.example.com/", BODY, {}, 1.0) == Reply(0, "name_not_found")
