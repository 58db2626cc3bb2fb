"""Short codes at the till: good wherever a card's code is, and not to be guessed."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access import short_code
from loyalty.core.decide.spending import Price
from loyalty.core.order import OrderKey
from loyalty.ledger import misses
from loyalty.ledger.spending import Request
from loyalty.store import attempts, deed_log, directory, keys, membership
from tests.support import soundness
from tests.support.refusals import refused

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.support.world import World

KEY = "key:till"
COFFEE = Price(reward="free-coffee")


def nobodys(world: World) -> str:
    """Return a short code that no card has."""
    while True:
        code = world.new_short_code()
        if directory.find(world.tables, "short", directory.short_name("coffee", code)) is None:
            return code


def missed(world: World, seeker: str = KEY) -> int | None:
    hour = int(world.now.timestamp()) // 3600
    return attempts.read(world.tables, "coffee", seeker, hour)


def test_every_card_has_one_and_it_leads_to_the_member(world: World, ann: Enrolled) -> None:
    typed = short_code.shown(ann.short_code).lower()
    assert world.books.by_code("coffee", typed, KEY, world.now) == ann.member_id
    assert world.books.by_code("tea", typed, KEY, world.now) is None


def test_a_code_that_is_taken_is_not_given_again(world: World, ann: Enrolled) -> None:
    codes = iter([ann.short_code, ann.short_code, nobodys(world)])
    world.enrolment._names = lambda: replace(world._names(), short=next(codes))
    ben = world.enrol()
    assert ben.short_code not in {"", ann.short_code}
    assert world.books.by_code("coffee", ann.short_code, KEY, world.now) == ann.member_id
    assert world.books.by_code("coffee", ben.short_code, KEY, world.now) == ben.member_id


def test_it_is_good_wherever_a_card_code_is(world: World, ann: Enrolled) -> None:
    world.sell(total=5000, member=ann)
    typed = short_code.shown(ann.short_code).lower()
    held = Request("coffee", "till", "h", KEY)
    spent = Request("coffee", "till", "s", KEY)
    assert world.spending.hold(held, typed, COFFEE, world.now).body["outcome"] == "held"
    # The same card, scanned: the same request.
    assert world.spending.hold(held, ann.short_code, COFFEE, world.now).replayed
    assert world.spending.release(held, typed, world.now).body["outcome"] == "released"
    assert world.spending.spend(spent, typed, COFFEE, world.now).body["outcome"] == "redeemed"
    assert world.spending.undo(spent, typed, world.now).body["outcome"] == "returned"
    world.sell(order="parked", total=700)
    key = OrderKey("coffee", "till", "parked")
    assert world.sales.claim_order(key, typed, KEY, world.now).result == "recorded"
    report = world.report(order="told", total=300)
    told = replace(report, hints=(f"short:{ann.short_code}",))
    assert world.sales.record_order(told, world.now).member == ann.member_id
    assert soundness.faults(world) == []


def test_twenty_misses_in_an_hour_block_a_key_until_the_hour_is_over(
    world: World, ann: Enrolled
) -> None:
    for number in range(20):
        assert missed(world) == (number or None)
        assert world.books.by_code("coffee", nobodys(world), KEY, world.now) is None
    with refused("too_many_misses") as block:
        world.books.by_code("coffee", ann.short_code, KEY, world.now)
    assert block.value.retry_after == 3600 - int(world.now.timestamp()) % 3600
    # Another key, and the same one with a scanned code, go on.
    assert world.books.by_code("coffee", ann.short_code, "key:otto", world.now) == ann.member_id
    assert world.books.by_code("coffee", ann.card_code, KEY, world.now) == ann.member_id
    world.wait(hours=1)
    assert world.books.by_code("coffee", ann.short_code, KEY, world.now) == ann.member_id


def test_hits_are_no_misses(world: World, ann: Enrolled) -> None:
    for _ in range(30):
        assert world.books.by_code("coffee", ann.short_code, KEY, world.now) == ann.member_id
    assert missed(world) == 0


def test_a_slip_of_the_finger_reaches_no_table(world: World, ann: Enrolled) -> None:
    wrong = ann.short_code[:-1] + next(
        letter for letter in short_code.ALPHABET if letter != ann.short_code[-1]
    )
    before = world.tables.calls
    for typed in (wrong, "hello", ann.short_code[:-1], ""):
        assert world.books.by_code("coffee", typed, KEY, world.now) is None
    assert world.tables.calls == before
    assert missed(world) is None


def test_a_till_that_only_reports_is_told_nothing_and_not_counted(world: World) -> None:
    told = replace(world.report(total=300), hints=(f"short:{nobodys(world)}",))
    assert world.sales.record_order(told, world.now).result == "parked"
    keyed = replace(told, key=replace(told.key, id="2"), actor=KEY)
    assert world.sales.record_order(keyed, world.now).result == "parked"
    assert missed(world) == 1


def test_no_crowd_has_more_tries_than_there_are(world: World, ann: Enrolled) -> None:
    """Whoever asks at once is counted before being told."""
    told = list[Any]()
    start = Barrier(8)

    def guess() -> None:
        start.wait()
        for _ in range(10):
            try:
                told.append(world.books.by_code("coffee", nobodys(world), KEY, world.now))
            except Exception as refusal:  # noqa: BLE001
                told.append(refusal)

    threads = [Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in told if one is None]) <= misses.MOST
    assert len(told) == 80


def test_a_renewed_card_has_a_new_short_code_and_the_old_one_is_dead(world: World) -> None:
    ann = world.enrol_proved()
    contact = membership.read_member(world.tables, "coffee", ann.member_id)
    assert contact is not None
    assert contact.contact is not None
    world.recovery.recover("coffee", contact.contact, world.now)
    renewed = membership.read_member(world.tables, "coffee", ann.member_id)
    assert renewed is not None
    assert renewed.short_code not in {"", ann.short_code}
    assert world.books.by_code("coffee", ann.short_code, KEY, world.now) is None
    assert world.books.by_code("coffee", renewed.short_code, KEY, world.now) == ann.member_id


def test_the_night_gives_one_to_a_card_from_before(world: World, ann: Enrolled) -> None:
    key = keys.member_key("coffee", ann.member_id)
    del world.tables.items[key]["sc"]
    del world.tables.items[keys.directory_key("short", f"coffee#{ann.short_code}")]
    world.night()
    named = membership.read_member(world.tables, "coffee", ann.member_id)
    assert named is not None
    assert world.books.by_code("coffee", named.short_code, KEY, world.now) == ann.member_id
    before = world.tables.items[key]
    world.night()
    assert world.tables.items[key] == before


def test_the_night_gives_none_to_who_has_left(world: World, ann: Enrolled) -> None:
    key = keys.member_key("coffee", ann.member_id)
    item = world.tables.items[key]
    for name in ("sc", "ck", "ct"):
        del item[name]
    world.night()
    assert "sc" not in world.tables.items[key]


@pytest.mark.parametrize("call", range(3))
@pytest.mark.parametrize("fault", ["lost_before", "lost_after", "conflict", "throttled"])
def test_the_night_gives_one_through_any_fault(
    world: World, ann: Enrolled, fault: Any, call: int
) -> None:
    key = keys.member_key("coffee", ann.member_id)
    del world.tables.items[key]["sc"]
    seen = membership.read_member(world.tables, "coffee", ann.member_id)
    assert seen is not None
    world.tables.plan(fault, call)
    for _ in range(2):
        try:
            world.nightly._short_codes.give(seen)
        except ConnectionError:
            continue
    named = membership.read_member(world.tables, "coffee", ann.member_id)
    assert named is not None
    assert world.books.by_code("coffee", named.short_code, None, world.now) == ann.member_id


def test_a_card_is_replaced_by_the_members_id_and_nothing_is_said_of_the_contact(
    world: World,
) -> None:
    world.put_program(welcome={"pot": "points", "points": 25})
    ann = world.enrol()
    link = world.recovery.replace_card("coffee", ann.member_id, "key:anna", world.now)
    assert world.cards.by_link(ann.link, world.now) is None
    assert world.cards.by_link(link, world.now) is not None
    assert world.books.by_code("coffee", ann.card_code, KEY, world.now) is None
    assert world.books.by_code("coffee", ann.short_code, KEY, world.now) is None
    # The welcome still waits for the proof of the contact.
    assert world.balance(ann) == 0
    assert world.proving.send(link, world.now)
    assert world.proving.prove(link, world.code(), world.now) == "proved"
    assert world.balance(ann) == 25
    (line,) = deed_log.of_member(world.tables, "coffee", ann.member_id, "", 10).deeds
    assert (line.kind, line.key, dict(line.after)) == ("card", "anna", {"card": 2})
    with refused("member_not_found"):
        world.recovery.replace_card("coffee", "nobody", "key:anna", world.now)
    assert soundness.faults(world) == []
