"""A change of the program or its design reaches every saved card, gently and once."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from functions.aws.redraw import APPLE_BUSY, APPLE_RATE, CARDS, MEMBERS, SETTLING, STALLED
from functions.wiring import google_state, looks, queues, redrawing
from loyalty.store import google_saves, program_marks
from passes.designs import design
from tests.support.google_shop import Shop, sold, walk

if TYPE_CHECKING:
    import pytest

    from loyalty.members.enrolment import Enrolled


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
        google_state.google_saves().mark("coffee", members[-1], shop.now)
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
    step = redrawing.redraw().step("coffee", body["since"], body["step"])
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
    step = redrawing.redraw().step("coffee", body["since"], body["step"])
    assert step is not None
    assert (step.queued, step.ended) == (5, True)
    # The walk, one page of the index, the marks; the step taken and the mark taken away.
    assert shop.tables.calls - before == 1 + 8 + 1 + 2


def test_a_walk_stands_back_while_others_wait(shop: Shop) -> None:
    marked(shop, 5)
    body = begun(shop)
    shop.busy, shop.steps = 1000, []
    step = redrawing.redraw().step("coffee", body["since"], body["step"])
    assert step is not None
    assert (step.queued, step.ended) == (0, False)
    assert shop.messages == []
    shop.busy = 0
    walk(shop)


def test_every_members_phones_are_rung_once_and_gently(shop: Shop) -> None:
    """Whoever pushes knows who has a phone; here it is known who is a member."""
    members = [shop.enrol().member_id for _ in range(2)] + marked(shop, 100)
    for _ in range(700):
        shop.wait(seconds=0.001)
        members.append(shop.enrol().member_id)
    shop.enrol(program="barber")
    begun(shop)
    shop.work = lambda **_: shop.messages.clear()  # type: ignore[method-assign]
    pauses = walk(shop)
    assert [program for program, _ in shop.rung] == ["coffee"] * len(members)
    assert sorted(member for _, member in shop.rung) == sorted(members)
    last_step = MEMBERS + 80
    assert sum(pauses) >= (len(members) - last_step) / APPLE_RATE


def test_a_walk_stands_back_while_phones_wait(shop: Shop) -> None:
    marked(shop, 5)
    body = begun(shop)
    shop.apple_busy, shop.steps = APPLE_BUSY + 1, []
    step = redrawing.redraw().step("coffee", body["since"], body["step"])
    assert step is not None
    assert (step.rung, step.queued, shop.rung) == (0, 0, [])
    assert shop.steps[0]["delay"] > 0
    shop.apple_busy = 0
    walk(shop)
    assert len(shop.rung) == 5


def test_a_design_that_changes_with_a_deployment_is_walked_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once for each change, whichever process notices; not for the first look at a program."""
    marked(shop, 3)
    look = [7]
    monkeypatch.setattr(looks, "worn", lambda _: SimpleNamespace(mark=look[0]))

    def deployed() -> None:
        monkeypatch.setattr(looks, "_noticed", set())
        looks.notice("coffee", "coffee")
        shop.wait(seconds=SETTLING)
        shop.sweep()

    deployed()
    deployed()
    assert shop.steps == [], "it looks as it did"
    look[0] = 8
    looks.notice("coffee", "coffee")
    assert program_marks.changed_at(shop.tables, "coffee") is None, "a process looks once"
    deployed()
    assert len(shop.steps) == 1
    walk(shop)
    assert len(shop.rung) == 3
    deployed()
    assert shop.steps == []
    shop.rename("Beans")
    deployed()
    walk(shop)
    assert len(shop.rung) == 6, "a new program walks once, and its first look is none"
    deployed()
    assert shop.steps == []


def test_a_step_that_comes_twice_walks_once(shop: Shop) -> None:
    marked(shop, 500)
    body = begun(shop)
    redraw, shop.steps = redrawing.redraw(), []
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
    redraw, shop.steps = redrawing.redraw(), []
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
    redraw, shop.steps = redrawing.redraw(), []
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
    redrawing.redraw().step("coffee", body["since"], body["step"])
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
