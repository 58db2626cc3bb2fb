"""One program's or one card's fault in a batch: only its own messages come again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import orders, push_apple, router, sweeper
from functions.http.failures import FunctionFailed
from functions.wiring import google_state, redrawing
from loyalty.store import keys, program_marks
from tests.functions.conftest import told
from tests.support.events import sqs, stream
from tests.support.till import order

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]


def failed(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def kept(message: dict[str, Any], endpoint: str = "coffee-till") -> str:
    return json.dumps({"endpoint": endpoint, "body": json.dumps(message)})


def spoil(shop: Shop, member: Enrolled, name: str) -> None:
    """Take an attribute away from an account, so that it cannot be read."""
    del shop.world.tables.items[keys.account_key("coffee", member.member_id)][name]


@pytest.mark.corrupts
def test_an_order_of_an_account_that_cannot_be_read_comes_again_alone(shop: Shop, ask: Ask) -> None:
    ann, ben = shop.world.enrol(), shop.world.enrol()
    spoil(shop, ann, "f")
    batch = [
        kept(order(member={"card_code": member.card_code}, id=str(number)))
        for number, member in enumerate((ann, ben, ann, ben))
    ]
    assert failed(ask(orders, sqs(batch))) == ["message-0", "message-2"]
    assert shop.world.balance(ben) == 250


@pytest.mark.corrupts
def test_an_order_of_a_program_that_is_gone_comes_again_alone(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol()
    endpoint = keys.directory_key("endpoint", "barber-till")
    first = dict(shop.world.tables.items[keys.directory_key("endpoint", "coffee-till")])
    shop.world.tables.items[endpoint] = {**first, "program": "gone"}
    batch = [
        kept(order(member={"card_code": ann.card_code}), "barber-till"),
        kept(order(member={"card_code": ann.card_code})),
    ]
    assert failed(ask(orders, sqs(batch))) == ["message-0"]
    assert shop.world.balance(ann) == 125


@pytest.mark.corrupts
def test_a_bell_for_an_account_that_cannot_be_read_holds_nobody_up(
    shop: Shop, ask: Ask, members: list[Enrolled]
) -> None:
    spoil(shop, members[3], "c")
    event = stream((f"coffee#M#{member.member_id}", "ACCOUNT") for member in members)
    assert ask(router, event) == {"batchItemFailures": []}
    others = [one.member_id for one in members if one is not members[3]]
    assert told(shop, "apple") == others
    assert shop.world.unpublished() == [("coffee", members[3].member_id)]


@pytest.mark.corrupts
def test_a_sweep_past_an_account_that_cannot_be_read(
    shop: Shop, ask: Ask, members: list[Enrolled]
) -> None:
    spoil(shop, members[3], "c")
    shop.world.wait(minutes=5)
    ask(sweeper, {})
    assert len(told(shop, "apple")) == len(members) - 1


@pytest.mark.parametrize("broken", ["checks", "redraw"])
def test_what_one_sweep_fails_at_the_others_do(
    shop: Shop, ask: Ask, members: list[Enrolled], broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Any:
        raise KeyError(broken)

    where = (google_state, "google_checks") if broken == "checks" else (redrawing, "redraw")
    monkeypatch.setattr(*where, fail)
    shop.world.wait(minutes=5)
    with pytest.raises(FunctionFailed, match=r"^KeyError$"):
        ask(sweeper, {})
    assert len(told(shop, "apple")) == len(members)


def test_one_programs_walk_that_cannot_begin_holds_no_other_up(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = program_marks.read_walk

    def read(tables: Any, program: str) -> Any:
        if program == "barber":
            raise KeyError("st")
        return right(tables, program)

    def changed(*_: Any) -> list[str]:
        return ["barber", "coffee"]

    monkeypatch.setattr(program_marks, "read_walk", read)
    monkeypatch.setattr(program_marks, "changed_programs", changed)
    monkeypatch.setattr(program_marks, "changed_at", lambda *_: 1)
    with pytest.raises(FunctionFailed, match=r"^KeyError$"):
        ask(sweeper, {})
    sent = [message for queue in shop.queues.sent.values() for message in queue]
    assert [json.loads(message["MessageBody"])["redraw"] for message in sent] == ["coffee"]


@pytest.mark.corrupts
def test_phones_of_a_card_that_cannot_be_read_come_again_alone(
    shop: Shop, ask: Ask, members: list[Enrolled]
) -> None:
    spoil(shop, members[1], "p")
    bodies = [json.dumps({"program": "coffee", "member": one.member_id}) for one in members[:3]]
    bodies.append(json.dumps({"program": "gone", "member": "m"}))
    assert failed(ask(push_apple, sqs(bodies))) == ["message-1"]
