"""The Apple queue: one push for one version, rests are honoured, poison is harmless."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING, Any

import pytest

from functions import push_apple
from functions.aws import observability
from functions.wiring import apple as apple_identity
from functions.wiring import card_reading, devices, environment, looks, queues
from passes.apple.push import ApnsClient
from passes.apple.push_result import PushResult, Verdict
from passes.apple.sign import SigningError
from tests.support.apple import SERIAL, MemoryCards, MemoryRegistrations, make_card
from tests.support.events import Context

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

NOW_CARDS = [make_card(serial=f"{number:032x}", member=f"m{number}") for number in range(100)]


class Apns:
    """Stands for the client: remembers whom it was to ring, and answers as told."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.answers: dict[str, PushResult] = {}

    def push(self, tokens: Iterable[str], _now: datetime, _seconds: float) -> list[PushResult]:
        self.calls.append(sorted(tokens))
        return [
            self.answers.get(token, PushResult(token, Verdict.DELIVERED, 200))
            for token in self.calls[-1]
        ]

    @property
    def pushed(self) -> list[str]:
        return [token for call in self.calls for token in call]


class Queue:
    def __init__(self) -> None:
        self.apns = Apns()
        self.cards = MemoryCards(*NOW_CARDS)
        self.registrations = MemoryRegistrations()
        self.hidden: list[tuple[str, int]] = []
        for number in range(100):
            self.registrations.register("phone", f"{number:032x}", f"aa{number:06x}", 1)

    def change(self, number: int) -> None:
        card = self.cards.held[f"{number:032x}"]
        self.cards.held[card.serial] = dataclasses.replace(card, version=card.version + 1)

    def work(self, *bodies: str) -> list[int]:
        """Give the worker a batch; return the numbers of the messages that come again."""
        records = [
            {"messageId": str(at), "receiptHandle": f"receipt{at}", "body": body}
            for at, body in enumerate(bodies)
        ]
        answer = push_apple.handler({"Records": records}, Context())  # type: ignore[arg-type]
        return sorted(int(one["itemIdentifier"]) for one in answer["batchItemFailures"])


def message(number: int) -> str:
    return f'{{"program":"coffee","member":"m{number}"}}'


def token(number: int) -> str:
    return f"aa{number:06x}"


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Queue:
    made = Queue()
    monkeypatch.setattr(observability.metrics, "namespace", "loyalty")
    monkeypatch.setattr(card_reading, "cards", lambda: made.cards)
    monkeypatch.setattr(devices, "registrations", lambda: made.registrations)
    monkeypatch.setattr(environment, "now", lambda: now)
    monkeypatch.setattr(queues, "hide_apple_message", lambda *given: made.hidden.append(given))
    monkeypatch.setattr(push_apple, "client", lambda: made.apns)
    push_apple._pushed.forget()
    return made


def test_one_version_rings_a_phone_once_and_the_next_again(queue: Queue) -> None:
    assert queue.work(message(1), message(1)) == []
    assert queue.work(message(1)) == []
    assert queue.apns.pushed == [token(1)]
    queue.change(1)
    queue.work(message(1))
    assert queue.apns.pushed == [token(1)] * 2


def test_a_message_that_comes_again_rings_only_those_who_were_not_reached(queue: Queue) -> None:
    serial = f"{1:032x}"
    queue.registrations.register("watch", serial, "bb01", 1)
    queue.apns.answers["bb01"] = PushResult("bb01", Verdict.LATER, 500)
    assert queue.work(message(1)) == [0]
    queue.apns.answers.clear()
    assert queue.work(message(1)) == []
    assert queue.apns.calls == [[token(1), "bb01"], ["bb01"]]


def test_a_phone_that_registers_again_is_pushed_to_again(queue: Queue) -> None:
    queue.work(message(1))
    queue.registrations.register("phone", f"{1:032x}", token(1), 2)
    queue.work(message(1))
    assert queue.apns.pushed == [token(1)] * 2


def test_a_rest_that_apns_asks_for_keeps_the_messages_out_of_sight(queue: Queue) -> None:
    queue.apns.answers[token(2)] = PushResult(token(2), Verdict.LATER, 503, retry_after=120)
    assert queue.work(message(1), message(2), message(2)) == [1, 2]
    assert queue.hidden == [("receipt1", 120), ("receipt2", 120)]


def test_a_failure_without_a_rest_comes_again_when_the_queue_says(queue: Queue) -> None:
    queue.apns.answers[token(2)] = PushResult(token(2), Verdict.UNFINISHED)
    assert queue.work(message(2)) == [0]
    assert queue.hidden == []


def test_without_a_certificate_everything_waits_and_nobody_is_forgotten(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> Any:
        raise SigningError("apple/certificate is missing")

    monkeypatch.setattr(push_apple, "client", none)
    assert queue.work(message(1), message(2)) == [0, 1]
    assert len(queue.registrations.held) == 100


@pytest.mark.parametrize("seed", range(5))
def test_poison_in_a_batch_of_a_hundred_and_then_doubles_in_any_order(
    queue: Queue, seed: int
) -> None:
    """Hostile case A20: 99 are pushed to once, the poison goes its way, every phone hears of it."""
    chance = random.Random(seed)
    batch = [message(number) for number in range(100)]
    poison = chance.randrange(100)
    batch[poison] = chance.choice(["", "{", '{"program":1}', "[]", "null", "\udcff"])
    assert queue.work(*batch) == [poison]
    wanted = sorted(token(number) for number in range(100) if number != poison)
    assert sorted(queue.apns.pushed) == wanted
    doubles = [message(number) for number in range(100) if number != poison] * 2
    chance.shuffle(doubles)
    while doubles:
        size = chance.randint(1, 40)
        assert queue.work(*doubles[:size]) == []
        del doubles[:size]
    assert sorted(queue.apns.pushed) == wanted


def test_a_memory_that_forgets_versions_would_be_caught(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a worker that remembers phones but not versions loses changes."""
    monkeypatch.setattr(
        push_apple._PushedVersions, "knows", lambda self, card, device: bool(self._versions)
    )
    queue.work(message(1))
    queue.change(1)
    queue.work(message(1))
    assert queue.apns.pushed == [token(1)]


def test_a_renewed_certificate_opens_another_line(
    monkeypatch: pytest.MonkeyPatch, now: datetime, signer: Any, chain: Any
) -> None:
    closed: list[ApnsClient] = []
    monkeypatch.setattr(ApnsClient, "close", lambda one: closed.append(one))  # noqa: PLW0108
    holders = iter([signer, signer, dataclasses.replace(signer)])

    class Identities:
        @staticmethod
        def signer(_now: datetime) -> Any:
            return next(holders)

    class Settings:
        apns_url = "https://127.0.0.1:1"
        apns_root_certificate = str(chain.root)
        apple_pass_type_identifier = chain.pass_type_identifier

    monkeypatch.setattr(environment, "configuration", Settings)
    monkeypatch.setattr(environment, "now", lambda: now)
    monkeypatch.setattr(apple_identity, "identities", Identities)
    push_apple._kept.clear()
    first = push_apple.client()
    assert push_apple.client() is first
    assert push_apple.client() is not first
    assert closed == [first]
    push_apple._kept.clear()


def test_the_fixture_is_as_large_as_a_batch() -> None:
    assert len({card.serial for card in NOW_CARDS}) == 100
    assert SERIAL not in {card.serial for card in NOW_CARDS}


def test_a_design_that_cannot_be_looked_at_keeps_nobody_from_being_told(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def notice(program: str, design: str) -> None:
        asked.append((program, design))
        raise RuntimeError("no table")

    monkeypatch.setattr(looks, "notice", notice)
    assert queue.work(message(0), message(1)) == []
    assert queue.apns.pushed == [token(0), token(1)]
    assert asked == [("coffee", "coffee")] * 2
