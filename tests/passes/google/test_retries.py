"""What the client makes of each answer: repeat or not, when, and whether doubt remains."""

from __future__ import annotations

import json
import threading
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import pytest

from passes.google.client import Patience
from passes.google.failures import (
    GoogleError,
    InvalidError,
    NotAllowedError,
    QuotaExceededError,
    UnavailableError,
    failure,
)
from tests.support.google_transport import Answer, ConnectedClient

if TYPE_CHECKING:
    from collections.abc import Mapping

OBJECT = {"id": "1.m"}
EPOCH = 1_795_000_000.0


class Scripted(ConnectedClient):
    """A client whose connection answers from a list; then 200."""

    def __init__(self, *answers: Answer | UnavailableError, **options: Any) -> None:
        self.waited: list[float] = []
        self.answers = list(answers)
        self.sent: list[tuple[str, str, str]] = []
        super().__init__(
            self.answer,
            random=lambda: 1.0,
            sleep=self.waited.append,
            elapsed=lambda: sum(self.waited),
            clock=lambda: EPOCH + sum(self.waited),
            **options,
        )

    def answer(
        self, _action: str, method: str, url: str, headers: Mapping[str, str], *_: Any
    ) -> Answer:
        self.sent.append((method, url, headers["Authorization"]))
        answer = self.answers.pop(0) if self.answers else (200, {}, b'{"id": "1.m"}')
        if isinstance(answer, UnavailableError):
            raise answer
        return answer


def refusal(status: int, reason: str | None = None, **headers: str) -> Answer:
    entries = [{"reason": reason, "domain": "walletobjects"}] if reason else []
    error = {"code": status, "message": "rate or quota, who knows", "errors": entries}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, named, json.dumps({"error": error}).encode()


def no_answer(*, unsure: bool = True) -> UnavailableError:
    return UnavailableError("patch", 0, "no answer (ReadTimeoutError)", "", unsure=unsure)


@pytest.mark.parametrize(
    ("answer", "requests", "doubt"),
    [
        (refusal(429, "rateLimitExceeded"), 2, False),
        (refusal(429), 2, False),
        (refusal(403, "rateLimitExceeded"), 2, False),
        (refusal(403, "userRateLimitExceeded"), 2, False),
        (refusal(500, "backendError"), 2, True),
        (refusal(503), 2, True),
        (refusal(408), 2, True),
        (refusal(500, "rateLimitExceeded"), 2, True),
        (no_answer(), 2, True),
        (no_answer(unsure=False), 2, False),
        ((200, {}, b"<html>"), 2, True),
        (refusal(401, "authError"), 2, False),
    ],
)
def test_what_passes_is_repeated_and_doubt_is_remembered_once(
    answer: Answer, requests: int, *, doubt: bool
) -> None:
    client = Scripted(answer)
    assert client.patch_object(OBJECT) == {"id": "1.m"}
    assert len(client.sent) == requests
    assert client.take_doubt("1.other") is False
    assert client.take_doubt("1.m") is doubt
    assert client.take_doubt("1.m") is False


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(400, "invalidArgument"), InvalidError),
        (refusal(403, "permissionDenied"), NotAllowedError),
        (refusal(403), NotAllowedError),
        (refusal(403, "quotaExceeded"), QuotaExceededError),
    ],
)
def test_what_does_not_pass_is_said_at_once(answer: Answer, kind: type[GoogleError]) -> None:
    client = Scripted(answer)
    with pytest.raises(kind):
        client.patch_object(OBJECT)
    assert len(client.sent) == 1
    assert not client.take_doubt("1.m")


def test_any_of_the_reasons_counts() -> None:
    body = {
        "error": {"errors": [{"reason": "forbidden"}, {"reason": "quotaExceeded"}], "message": "x"}
    }
    assert isinstance(failure("x", 403, json.dumps(body).encode()), QuotaExceededError)


def test_reading_leaves_no_doubt() -> None:
    client = Scripted(no_answer())
    client.get_object("1.m")
    assert not client.take_doubt("1.m")


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        ("3", 3.0),
        ("0", 0.25),
        (formatdate(EPOCH + 7, usegmt=True), 7.0),
        (formatdate(EPOCH - 7, usegmt=True), 0.25),
        ("soon", 0.25),
        ("", 0.25),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_google_says_when_to_come_again(asked: str, waited: float, status: int) -> None:
    client = Scripted(refusal(status, Retry_After=asked))
    client.patch_object(OBJECT)
    assert client.waited == [waited]


def test_what_google_asks_for_beyond_our_patience_goes_to_the_queue() -> None:
    client = Scripted(refusal(429, "rateLimitExceeded", Retry_After="60"))
    with pytest.raises(UnavailableError) as found:
        client.patch_object(OBJECT)
    assert found.value.retry_after == 60
    assert client.waited == []


@pytest.mark.parametrize("answer", [no_answer(), refusal(503), refusal(500), (200, {}, b"<html>")])
def test_a_message_that_may_have_been_said_is_not_repeated(answer: Any) -> None:
    client = Scripted(answer)
    with pytest.raises(UnavailableError) as found:
        client.add_object_message("1.m", {"id": "x"})
    assert found.value.unsure
    assert len(client.sent) == 1


@pytest.mark.parametrize("answer", [no_answer(unsure=False), refusal(429), refusal(401)])
def test_a_message_that_was_not_said_is_repeated(answer: Any) -> None:
    client = Scripted(answer)
    client.add_class_message("1.coffee", {"id": "x"})
    assert [url.rpartition("/v1/")[2] for _, url, _ in client.sent] == [
        "loyaltyClass/1.coffee/addMessage?fields=resource.id"
    ] * 2


def test_a_refused_token_is_fetched_once_for_all_threads() -> None:
    client = Scripted(*[refusal(401)] * 4)
    client._token(1e9)
    gate = threading.Barrier(4)

    def update() -> None:
        gate.wait()
        client._forget("token-1")
        client._token(1e9)

    threads = [threading.Thread(target=update) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.token.fetched == 2


class Turns:
    def __init__(self, *given: bool) -> None:
        self.given = list(given)
        self.asked: list[float] = []

    def take(self, seconds: float) -> bool:
        self.asked.append(seconds)
        return self.given.pop(0)


def test_every_attempt_takes_a_turn() -> None:
    turns = Turns(True, True, True)
    client = Scripted(refusal(503), refusal(401), pace=turns, patience=Patience(total=20.0))
    client.patch_object(OBJECT)
    assert turns.asked == [20.0, 19.75, 19.75]


def test_without_a_turn_nothing_is_sent_and_nothing_is_in_doubt() -> None:
    client = Scripted(pace=Turns(*[False] * 4))
    with pytest.raises(UnavailableError, match="no turn in time"):
        client.patch_object(OBJECT)
    assert client.sent == []
    assert client.requests == 0
    assert not client.take_doubt("1.m")
