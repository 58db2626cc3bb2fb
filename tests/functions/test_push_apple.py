"""The Apple queue's worker: who is pushed to, and what becomes of a message."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from functions import push_apple
from functions.wiring import environment, looks, storage
from loyalty.store import program_marks
from passes.apple.push import ApnsClient
from passes.apple.push_result import PushResult, Verdict
from tests.support.apple import (
    SERIAL,
    LocalApns,
    make_card,
)
from tests.support.apple_house import DEVICE, OTHER_PUSH, PUSH, House, logged
from tests.support.events import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from aws_lambda_powertools.utilities.typing import LambdaContext


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


def test_a_design_that_cannot_be_looked_at_rings_before_long_and_holds_up_no_push(
    house: House, pushing: LocalApns, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """One failure passes by itself; three in a row are for the owner, and looking goes on."""
    looked: list[str] = []
    broken = [True]

    def notice_look(_: Any, program: str, *__: Any) -> bool:
        looked.append(program)
        if broken[0]:
            raise ConnectionError("no table")
        return False

    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "loyalty")
    monkeypatch.setattr(looks, "_noticed", set())
    monkeypatch.setattr(looks, "_failed", {})
    monkeypatch.setattr(program_marks, "notice_look", notice_look)
    monkeypatch.setattr(storage, "tables", lambda: None)
    for number in range(3):
        assert ring(message(number)) == []
        rung = capsys.readouterr().out
        assert ("DesignNotNoticed" in rung) is (number == 2)
        assert ("OwnerMustAct" in rung) is (number == 2)
    assert pushing.received() == [PUSH]
    broken[0] = False
    ring(message(4))
    ring(message(5))
    assert looked == ["coffee"] * 4, "once it is noticed, a process looks no more"
    assert "DesignNotNoticed" not in capsys.readouterr().out
