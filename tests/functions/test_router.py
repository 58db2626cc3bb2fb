"""The state table's stream rings; what is true is read; what fails comes again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import router
from functions.http.failures import FunctionFailed
from loyalty.card.publishing import Publisher
from loyalty.store import publishing
from tests.functions.conftest import told
from tests.support.events import stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}


def bell(members: Iterable[Enrolled]) -> dict[str, Any]:
    return stream((f"coffee#M#{member.member_id}", "ACCOUNT") for member in members)


def test_a_changed_card_goes_into_both_queues_once(
    shop: Shop, ask: Ask, members: list[Enrolled]
) -> None:
    assert ask(router, bell(members)) == NOTHING_FAILED
    ids = [member.member_id for member in members]
    assert told(shop, "apple") == told(shop, "google.fifo") == ids
    assert shop.world.unpublished() == []
    assert ask(router, bell(members)) == NOTHING_FAILED
    assert len(told(shop, "apple")) == len(members)


def test_what_a_message_says(shop: Shop, ask: Ask, members: list[Enrolled]) -> None:
    ask(router, bell(members[:1]))
    (name,) = [member.member_id for member in members[:1]]
    version = shop.world.account(members[0]).card_version
    (apple,), (google,) = shop.queues.messages("apple"), shop.queues.messages("google.fifo")
    assert json.loads(apple["MessageBody"]) == {"program": "coffee", "member": name}
    assert google["MessageBody"] == apple["MessageBody"]
    assert google["MessageGroupId"] == name
    assert google["MessageDeduplicationId"] == f"{name}:{version}"


def test_many_bells_of_one_card_are_one(shop: Shop, ask: Ask, members: list[Enrolled]) -> None:
    assert ask(router, bell(members[:1] * 50)) == NOTHING_FAILED
    assert len(told(shop, "apple")) == 1


def test_bells_for_nothing_do_nothing(shop: Shop, ask: Ask) -> None:
    quiet = shop.world.enrol()
    event = stream([(f"coffee#M#{quiet.member_id}", "ACCOUNT"), ("coffee#M#nobody", "ACCOUNT")])
    assert ask(router, event) == NOTHING_FAILED
    assert ask(router, {"Records": []}) == NOTHING_FAILED
    assert shop.queues.sent == {}


@pytest.mark.parametrize("queue", ["apple", "google.fifo"])
@pytest.mark.parametrize("how", ["down", "refuse"])
def test_a_batch_that_fails_raises_so_that_it_is_split(
    shop: Shop, ask: Ask, members: list[Enrolled], queue: str, how: str
) -> None:
    """AWS halves a batch whose invocation failed, and keeps whole one that names its first."""
    getattr(shop.queues, how).add(queue)
    kind = {"down": "QueueDownError", "refuse": "QueueRefused"}[how]
    with pytest.raises(FunctionFailed, match=f"^{kind}$"):
        ask(router, bell(members))
    assert len(shop.world.unpublished()) == len(members)
    getattr(shop.queues, how).clear()
    for half in (members[:6], members[6:]):
        assert ask(router, bell(half)) == NOTHING_FAILED
    assert set(told(shop, "apple")) == set(told(shop, "google.fifo"))
    assert shop.world.unpublished() == []


def test_a_change_in_between_is_not_lost(
    shop: Shop, ask: Ask, members: list[Enrolled], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card changes again after it was read and before its mark is taken away."""
    ann = members[0]
    put = shop.queues.send_message_batch

    def meanwhile(**call: Any) -> dict[str, Any]:
        monkeypatch.setattr(shop.queues, "send_message_batch", put)
        shop.world.sell(order="meanwhile", member=ann)
        return put(**call)

    monkeypatch.setattr(shop.queues, "send_message_batch", meanwhile)
    ask(router, bell([ann]))
    assert ("coffee", ann.member_id) in shop.world.unpublished()
    ask(router, bell([ann]))
    first, second = [
        message["MessageDeduplicationId"] for message in shop.queues.messages("google.fifo")
    ]
    assert first != second


def test_the_suite_sees_a_mark_that_is_taken_away_too_early(
    shop: Shop, ask: Ask, members: list[Enrolled], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a publisher that forgets before the queue has taken the card."""
    really = Publisher.publish

    def hasty(publisher: Publisher, written: Any) -> int:
        for card in publishing.changed_cards(publisher._tables, written):
            publishing.unmark(publisher._tables, card)
        return really(publisher, written)

    monkeypatch.setattr(Publisher, "publish", hasty)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        test_a_batch_that_fails_raises_so_that_it_is_split(shop, ask, members, "apple", "down")
