"""What a lost answer leaves behind is found and mended; what all cards share is sent once."""

from __future__ import annotations

import itertools
import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions import nightly, push_google
from functions.aws.google_redraw import CARDS, SETTLING, STALLED
from functions.aws.google_state import MOST_CHECKS, TableHistory
from functions.wiring import card_reading, google_messages, google_state, queues, redrawing
from functions.wiring import google as google_wallet
from loyalty.store import google_saves, program_marks
from passes.designs import design
from passes.google.messages import Message
from tests.passes.google.shop import Context, NoPace, Shop, accounts, opened
from tests.support.memory import Killed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.members.enrolment import Enrolled


@pytest.fixture
def shop(google: Any, world: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with opened(google, world.issuer, monkeypatch) as shop:
        yield shop


@pytest.fixture
def member(shop: Shop) -> Enrolled:
    member = shop.enrol()
    assert shop.click(member) == 302
    shop.google.ask("DELETE", "/inspect/requests")
    return member


def sold(shop: Shop, member: Enrolled, order: str) -> None:
    shop.sell(order=order, total=1000, member=member)
    shop.ring()
    shop.work()


def balance(shop: Shop, member: Enrolled) -> Any:
    return shop.shown(member)["loyaltyPoints"]["balance"]


def last_patch(google: Any) -> Any:
    requests = google.ask("GET", "/inspect/requests")["requests"]
    return next(one["body"] for one in reversed(requests) if one["method"] == "PATCH")


def checks(shop: Shop) -> int:
    return sum(key.sk == "GOOGLE#CHECK" for key in shop.tables.items)


def test_a_late_patch_is_found_and_mended(shop: Shop, google: Any, member: Enrolled) -> None:
    google.fault(method="PATCH")  # no answer; it was repeated
    sold(shop, member, "1")
    late = last_patch(google)
    sold(shop, member, "2")
    assert checks(shop) == 1
    google.client().patch_object(late)  # and now Google carries it out
    assert balance(shop, member) != {"int": shop.balance(member)}
    shop.wait(seconds=59)
    shop.sweep()
    assert shop.messages == [], "it may still be on its way"
    shop.wait(seconds=1)
    shop.sweep()
    shop.work()
    assert balance(shop, member) == {"int": shop.balance(member)}
    assert checks(shop) == 0


def test_where_nothing_is_wrong_a_check_is_one_request(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    google.fault(status=503, after_commit=True, method="PATCH")
    sold(shop, member, "1")
    shop.wait(seconds=60)
    google.ask("DELETE", "/inspect/requests")
    for _ in range(3):
        shop.sweep()
    shop.work(doubled=True)
    assert google.counts() == {"GET loyaltyObject 200": 1}
    assert checks(shop) == 0


def test_an_answered_request_leaves_no_check(shop: Shop, google: Any, member: Enrolled) -> None:
    google.fault(status=429, next=2)
    sold(shop, member, "1")
    assert checks(shop) == 0


def test_a_check_that_meets_doubt_again_comes_later_each_time(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    google.fault(method="PATCH")
    sold(shop, member, "1")
    old = last_patch(google)
    waits = []
    for _ in range(40):
        if not checks(shop):
            break
        shop.wait(seconds=60)
        shop.sweep()
        if shop.messages:
            waits.append(shop.now)
            if len(waits) <= 3:
                google.client().patch_object(old | {"state": "INACTIVE"})
                google.fault(method="PATCH")
        shop.work()
    minutes = [(b - a).total_seconds() / 60 for a, b in itertools.pairwise(waits)]
    assert minutes[:2] == [2.0, 4.0]
    assert shop.shown(member)["state"] == "ACTIVE"
    assert checks(shop) == 0


def test_checks_end(shop: Shop) -> None:
    assert google_state.google_checks().want("coffee", "m", MOST_CHECKS) is None
    assert checks(shop) == 0


def test_a_newer_doubt_outlives_an_older_checks_end(shop: Shop) -> None:
    wanted = google_state.google_checks()
    first = wanted.want("coffee", "m")
    shop.wait(seconds=5)
    wanted.want("coffee", "m")
    assert first is not None
    wanted.done(first)
    assert checks(shop) == 1


def test_a_click_whose_process_ends_half_way_is_mended(
    shop: Shop, google: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = shop.enrol()
    shop.click(member)
    shop.sell(order="1", total=1000, member=member)
    card = card_reading.cards().by_member("coffee", member.member_id, shop.now)

    def die(*_: Any, **__: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("passes.google.publish._send", die)
        with pytest.raises(Killed):
            shop.click(member)
    assert card is not None
    assert checks(shop) == 1
    shop.wait(seconds=60)
    shop.sweep()
    shop.work()
    assert balance(shop, member) == {"int": shop.balance(member)}


def test_a_doubtful_click_is_looked_at_again(shop: Shop, google: Any) -> None:
    member = shop.enrol()
    google.fault(status=503, after_commit=True, path="/loyaltyObject")
    assert shop.click(member) == 302
    assert checks(shop) == 1
    assert shop.click(member) == 302
    assert checks(shop) == 1, "what is certain now does not settle what may come late"
    shop.wait(seconds=60)
    shop.sweep()
    shop.work()
    assert checks(shop) == 0


def test_a_new_process_sends_the_class_only_when_it_changed(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    for number in range(3):
        shop.restart_google()
        sold(shop, member, str(number))
    assert not [count for count in google.counts() if "Class" in count]
    shop.rename("Beans")
    shop.restart_google()
    sold(shop, member, "last")
    assert google.counts()["PATCH loyaltyClass 200"] == 1
    (found,) = google.ask("GET", "/inspect/classes")["classes"]
    assert found["programName"] == "Beans"
    assert found["reviewStatus"] == "APPROVED"
    shop.restart_google()
    sold(shop, member, "very last")
    assert google.counts()["PATCH loyaltyClass 200"] == 1


def test_a_process_with_an_older_program_does_not_send_its_class(
    shop: Shop, google: Any, member: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = shop.programs.current("coffee")
    shop.rename("Beans")
    shop.restart_google()
    sold(shop, member, "1")
    kept = shop.programs._current["coffee"]
    shop.programs._current["coffee"] = replace(kept, program=old)
    for account in accounts(google):
        account.classes.clear()
    sold(shop, member, "2")
    (found,) = google.ask("GET", "/inspect/classes")["classes"]
    assert found["programName"] == "Beans"


def test_a_class_whose_patch_went_unanswered_is_sent_again(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    shop.rename("Beans")
    shop.restart_google()
    google.fault(method="PATCH", path="/loyaltyClass/")
    sold(shop, member, "1")
    assert google.counts()["PATCH loyaltyClass 200"] == 1
    sold(shop, member, "2")
    assert google.counts()["PATCH loyaltyClass 200"] == 1, "not while the first may be under way"
    shop.wait(seconds=61)
    sold(shop, member, "3")
    assert google.counts()["PATCH loyaltyClass 200"] == 2
    shop.wait(seconds=61)
    sold(shop, member, "4")
    assert google.counts()["PATCH loyaltyClass 200"] == 2


def test_a_class_that_google_refuses_holds_no_card_back(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    shop.rename("Beans")
    shop.restart_google()
    google.fault(status=400, method="PATCH", path="/loyaltyClass/", next=99)
    for number in range(3):
        sold(shop, member, str(number))
        assert balance(shop, member) == {"int": shop.balance(member)}
    assert google.counts()["PATCH loyaltyClass 400"] == 1
    google.ask("DELETE", "/inspect/faults")
    shop.wait(seconds=61)
    sold(shop, member, "3")
    assert google.counts()["PATCH loyaltyClass 200"] == 1


def walk(shop: Shop) -> list[int]:
    """Let the walk come to its end; return the pauses between its steps."""
    context: Any = Context()
    pauses: list[int] = []
    for _ in range(100):
        if not shop.steps:
            return pauses
        step = shop.steps.pop(0)
        pauses.append(step["delay"])
        shop.wait(seconds=step["delay"])
        event = {
            "Records": [
                {
                    "messageId": "1",
                    "body": json.dumps(step["body"]),
                    "receiptHandle": "x",
                    "attributes": {},
                    "messageAttributes": {},
                    "eventSource": "aws:sqs",
                    "eventSourceARN": "arn:aws:sqs:eu-central-1:1:nightly",
                }
            ]
        }
        assert nightly.handler(event, context) == {"batchItemFailures": []}
        shop.work()
    raise AssertionError("the walk does not end")


def test_a_change_of_the_program_reaches_every_saved_card(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    shop.enrol()  # who never came to Google
    shop.enrol(program="barber")
    shop.rename("Beans")
    shop.restart_google()
    shop.wait(seconds=SETTLING - 1)
    shop.sweep()
    assert shop.steps == [], "some process may still hold the old program"
    shop.wait(seconds=1)
    shop.sweep()
    shop.sweep()
    assert len(shop.steps) == 1
    google.ask("DELETE", "/inspect/requests")
    walk(shop)
    # The name stands on the class; what else a new program says may stand on any object.
    shared = google.ask("GET", "/inspect/classes/3388000000012345678.coffee")
    assert shared["programName"] == "Beans"
    assert google.counts()["PATCH loyaltyObject 200"] == 1
    shop.wait(seconds=2 * STALLED)
    shop.sweep()
    assert shop.steps == [], "it is done"


def marked(shop: Shop, count: int) -> list[str]:
    """Let so many join and save their card; return their ids in that order."""
    members = []
    for _ in range(count):
        shop.wait(seconds=0.001)
        members.append(shop.enrol().member_id)
        google_state.google_saves().mark("coffee", members[-1])
    return members


def begun(shop: Shop, name: str = "Beans") -> dict[str, Any]:
    shop.rename(name)
    shop.wait(seconds=SETTLING)
    shop.sweep()
    (step,) = shop.steps
    found: dict[str, Any] = step["body"]
    return found


def test_a_walk_goes_gently_and_says_how_long_it_takes(shop: Shop) -> None:
    marked(shop, 500)
    begun(shop)
    queued: list[int] = []

    def work(**_: Any) -> None:
        queued.append(len(shop.messages))
        shop.messages.clear()

    shop.work = work  # type: ignore[method-assign]
    pauses = walk(shop)
    assert sum(queued) == 500
    assert max(queued) <= 3 * CARDS
    assert sum(pauses) >= (500 - queued[-1]) / 8
    body = begun(shop, "Bohnen")
    step = redrawing.google_redraw().step("coffee", body["since"], body["step"])
    assert step is not None
    assert step.left == (500 - step.queued) / 8, "by the last walk"


def test_a_walk_rings_once_for_every_saved_card_in_order_of_joining(shop: Shop) -> None:
    """… and for nobody else: who never saved, whose card is on no phone, who joins meanwhile."""
    first = marked(shop, 150)
    for _ in range(700):
        shop.wait(seconds=0.001)
        shop.enrol()
    gone = marked(shop, 3)
    for member in gone:
        mark = google_saves.read_mark(shop.tables, "coffee", member)
        google_saves.put_mark(shop.tables, "coffee", member, replace(mark, gone=1))
    last = marked(shop, 30)
    begun(shop)
    queued: list[str] = []

    def work(**_: Any) -> None:
        queued.extend(json.loads(message["body"])["member"] for message in shop.messages)
        shop.messages.clear()
        marked(shop, 1)

    shop.work = work  # type: ignore[method-assign]
    pauses = walk(shop)
    assert queued[:180] == first + last
    assert not {*gone} & {*queued}
    assert len(queued) == len(set(queued))
    # Few have saved their card in the middle: a step does not wait for what it did not ring for.
    assert len(pauses) <= 8


def test_a_walk_costs_what_the_program_is_large_not_the_table(shop: Shop) -> None:
    marked(shop, 5)
    for _ in range(50):
        shop.enrol(program="barber")
    body = begun(shop)
    before = shop.tables.calls
    step = redrawing.google_redraw().step("coffee", body["since"], body["step"])
    assert step is not None
    assert (step.queued, step.ended) == (5, True)
    # The walk, one page of the index, the marks; the step taken and the mark taken away.
    assert shop.tables.calls - before == 1 + 8 + 1 + 2


def test_a_walk_stands_back_while_others_wait(shop: Shop) -> None:
    marked(shop, 5)
    body = begun(shop)
    shop.busy, shop.steps = 1000, []
    step = redrawing.google_redraw().step("coffee", body["since"], body["step"])
    assert step is not None
    assert (step.queued, step.ended) == (0, False)
    assert shop.messages == []
    shop.busy = 0
    walk(shop)


def test_a_step_that_comes_twice_walks_once(shop: Shop) -> None:
    marked(shop, 500)
    body = begun(shop)
    redraw, shop.steps = redrawing.google_redraw(), []
    assert redraw.step("coffee", body["since"], body["step"]) is not None
    assert redraw.step("coffee", body["since"], body["step"]) is None
    assert len(shop.steps) == 1
    assert redraw.step("coffee", body["since"] - 1, 1) is None, "of an earlier change"
    assert redraw.step("barber", 1, 0) is None


def test_two_who_take_one_step_send_for_one_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked(shop, 500)
    body = begun(shop)
    redraw, shop.steps = redrawing.google_redraw(), []
    queue = queues.google_queue()
    once = queue.ring

    def overtaken(*arguments: Any) -> None:
        monkeypatch.setattr(queue, "ring", once)
        redraw.step("coffee", body["since"], body["step"])
        once(*arguments)

    monkeypatch.setattr(queue, "ring", overtaken)
    redraw.step("coffee", body["since"], body["step"])
    assert len(shop.steps) == 1


def test_a_lost_step_is_taken_up_where_it_was(shop: Shop) -> None:
    marked(shop, 500)
    body = begun(shop)
    redraw, shop.steps = redrawing.google_redraw(), []
    first = redraw.step("coffee", body["since"], body["step"])
    shop.steps = []  # lost
    shop.wait(seconds=STALLED - 1)
    shop.sweep()
    assert shop.steps == []
    shop.wait(seconds=1)
    shop.sweep()
    (step,) = shop.steps
    second = redraw.step("coffee", body["since"], step["body"]["step"])
    assert first is not None
    assert second is not None
    assert second.queued_in_all == first.queued + second.queued


def test_a_change_during_a_walk_begins_it_anew(shop: Shop) -> None:
    marked(shop, 500)
    body = begun(shop)
    redrawing.google_redraw().step("coffee", body["since"], body["step"])
    shop.steps = []
    shop.wait(seconds=1)
    shop.rename("Bohnen")
    shop.wait(seconds=SETTLING)
    shop.sweep()
    (step,) = shop.steps
    assert step["body"]["since"] != body["since"]
    walk = program_marks.read_walk(shop.tables, "coffee")
    assert walk is not None
    assert walk.queued == 0


def test_a_new_design_alone_draws_all_cards_anew(
    shop: Shop, google: Any, member: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = design.load("coffee")
    shop.restart_google()
    monkeypatch.setattr(design, "load", lambda _: replace(found, background="#123456"))
    shop.wait(seconds=61)
    sold(shop, member, "1")
    (shown,) = google.ask("GET", "/inspect/classes")["classes"]
    assert shown["hexBackgroundColor"] == "#123456"
    shop.wait(seconds=SETTLING)
    shop.sweep()
    assert len(shop.steps) == 1


def test_an_update_notifies_twice_a_day_and_is_silent_then(
    shop: Shop, google: Any, member: Enrolled
) -> None:
    wishes = []
    for number in range(3):
        shop.sell(order=str(number), total=1000, member=member)
        shop.messages.append(
            {
                "messageId": f"n{number}",
                "body": json.dumps(
                    {"program": "coffee", "member": member.member_id, "notify": True}
                ),
                "attributes": {},
            }
        )
        shop.work()
        wishes.append(last_patch(google).get("notifyPreference"))
        assert balance(shop, member) == {"int": shop.balance(member)}
    assert wishes == ["NOTIFY_ON_UPDATE", "NOTIFY_ON_UPDATE", None]


def test_a_message_reaches_a_card_and_a_class(shop: Shop, google: Any, member: Enrolled) -> None:
    account = accounts(google)[1]
    message = Message("sale-1", "Sale", "Two for one")
    for _ in range(2):
        outcome = google_messages.tell(account, "coffee", member.member_id, message)
    assert outcome.result == "before"
    assert [one["id"] for one in shop.shown(member)["messages"]] == ["sale-1"]
    assert google_messages.tell(account, "coffee", shop.enrol().member_id, message).result == (
        "nobody"
    )
    google.ask("DELETE", "/inspect/requests")
    everybody = Message("sale-2", "Sale", "Two for one")
    assert google_messages.tell_all(account, "coffee", everybody).notified
    assert google_messages.tell_all(account, "coffee", everybody).result == "before"
    assert google.counts() == {"POST loyaltyClass 200": 1}
    (found,) = google.ask("GET", "/inspect/classes")["classes"]
    assert [one["id"] for one in found["messages"]] == ["sale-2"]
    # What all cards were told counts for each.
    now = int(shop.now.timestamp() * 1e6)
    assert TableHistory(shop.tables, "coffee").read().notified == (now,)
    outcomes = [
        google_messages.tell(account, "coffee", member.member_id, Message(f"n{n}", "h", "b"))
        for n in range(2)
    ]
    assert [one.result for one in outcomes] == ["said", "later"]


def test_a_campaign_takes_its_turns_in_its_own_lane(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Lane(NoPace):
        def __init__(self, lane: str = "live") -> None:
            asked.append(lane)

    monkeypatch.setattr(google_state, "google_pace", Lane)
    context: Any = Context()
    google_wallet.wallet(push_google.PATIENCE, context, "campaign")
    google_wallet.wallet(push_google.PATIENCE, context)
    assert asked == ["campaign", "live"]
    assert google_state.google_pace("campaign") is not None


def test_the_worker_serves_many_cards_side_by_side(
    shop: Shop, google: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = [shop.enrol() for _ in range(4)]
    for number, one in enumerate(members):
        shop.click(one)
        shop.sell(order=str(number), total=1000, member=one)
    shop.ring()
    monkeypatch.setattr(push_google, "THREADS", 4)
    together = threading.Barrier(4)  # breaks, and fails, unless all four are under way at once

    class Meeting(NoPace):
        def take(self, seconds: float) -> bool:
            together.wait(timeout=60)
            return True

    accounts(google)[1].client._pace = Meeting()
    accounts(google)[1].classes.update(accounts(google)[0].classes)
    shop.work()
    assert not together.broken
    for one in members:
        assert balance(shop, one) == {"int": shop.balance(one)}
