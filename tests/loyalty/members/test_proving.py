"""A contact is whose card its code was typed on: what was handed out before reaches nothing of it.

The table of docs/decisions/2026-11-28-contact-proved-by-a-code.md, line by line.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access.tokens import digest
from loyalty.core.decide.spending import Price
from loyalty.core.member import Application
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.members import codes
from loyalty.messages import Contact, Message
from loyalty.refusals import Busy, MessageNotSent
from loyalty.store import contact_book, directory, keys, membership, registrations
from loyalty.store.registrations import Registration
from loyalty.store.tables import Put
from tests.support import soundness
from tests.support.memory import FAULTS, Fault, Killed
from tests.support.refusals import refused
from tests.support.world import TOKENS, World, code_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled

MAIL = Contact("email", "victim@example.com")
HINT = f"contact:{TOKENS.contact_key('coffee', MAIL)}"


@pytest.fixture
def world() -> World:
    made = World()
    made.put_program(welcome={"pot": "points", "points": 25})
    return made


@pytest.fixture
def stranger(world: World) -> Enrolled:
    """Who joins with the victim's address before the victim does."""
    return world.enrol(MAIL)


def buy(world: World, order: str, total: int = 2000) -> str:
    """Report a sale that names the buyer by the address only."""
    report = replace(world.report(order=order, total=total), hints=(HINT,))
    return world.sales.record_order(report, world.now).result


def spend(world: World, code: str, name: str = "r") -> str:
    request = Request("coffee", "till", name, "endpoint:till")
    price = Price(reward="free-coffee")
    return str(world.spending.spend(request, code, price, world.now).body["outcome"])


def shown(world: World, link: str) -> object:
    card = world.cards.by_link(link, world.now)
    balance = card.field("balance") if card else None
    return balance.value if balance else None


def reached(world: World, member: Enrolled) -> int:
    """Return what a card's code and link reach: the same, or there is nothing to reach."""
    owner = world.books.by_code("coffee", member.card_code, None, world.now)
    account = world.books.account("coffee", owner) if owner else None
    return account.balance("points") if account else 0


# Before and after a proof


def test_a_card_that_was_taken_before_its_owner_came_reaches_nothing(
    world: World, stranger: Enrolled
) -> None:
    assert buy(world, "before") == "parked"
    victim = world.enrol(MAIL)
    assert victim.member_id != stranger.member_id
    world.prove(victim)
    assert buy(world, "after") == "recorded"
    assert world.balance(victim) == 225
    assert (shown(world, stranger.link), reached(world, stranger)) == (0, 0)
    assert spend(world, stranger.card_code) == "declined"
    assert spend(world, victim.card_code, "v") == "redeemed"
    # The order from before is claimed with a card, as ever.
    assert buy(world, "before") == "recorded"
    assert soundness.faults(world) == []


def test_a_code_is_good_on_the_card_that_it_was_sent_for_only(
    world: World, stranger: Enrolled
) -> None:
    victim = world.enrol(MAIL)
    first, second = world.code(0), world.code(1)
    assert world.proving.prove(stranger.link, second, world.now) == "wrong"
    assert world.proving.prove(victim.link, first, world.now) == "wrong"
    assert buy(world, "1") == "parked"
    assert world.proving.prove(victim.link, second, world.now) == "proved"
    assert world.proving.standing(stranger.link) == "open"


def test_who_installed_first_and_proves_later_keeps_the_card(world: World) -> None:
    member = world.enrol(MAIL)
    before = membership.read_member(world.tables, "coffee", member.member_id)
    world.sell(order="by card", total=1000, member=member)
    world.prove(member)
    after = membership.read_member(world.tables, "coffee", member.member_id)
    assert before is not None
    assert after == replace(before, welcome_due=False, card_version=before.card_version + 1)
    assert shown(world, member.link) == world.balance(member) == 125


def test_a_new_phone_takes_the_old_cards_value_along_and_the_old_card_is_void(
    world: World,
) -> None:
    old = world.enrol_proved(MAIL)
    buy(world, "1")
    new = world.enrol(MAIL)
    # The message leads to the card that was proved, and to no other.
    assert f"/c/{old.link}\n" in world.channel.sent[-1].text
    assert new.link not in world.channel.sent[-1].text
    world.prove(new)
    assert (world.balance(new), world.balance(old)) == (225, 0)
    assert buy(world, "2") == "recorded"
    assert world.balance(new) == 425
    # What was handed out for the old one leads nowhere; its pass learns that it is void.
    assert reached(world, old) == 0
    assert shown(world, old.link) is None
    card = world.cards.by_member("coffee", old.member_id, world.now)
    assert card is not None
    assert card.voided
    assert directory.find(world.tables, "serial", card.serial) is not None
    assert soundness.faults(world) == []


def test_a_stranger_who_joins_after_the_proof_gets_nothing_either(world: World) -> None:
    victim = world.enrol_proved(MAIL)
    buy(world, "1")
    late = world.enrol(MAIL)
    assert (shown(world, late.link), reached(world, late)) == (0, 0)
    for number in range(codes.TRIES):
        assert world.proving.prove(late.link, f"{number:08}", world.now) == "wrong"
    assert world.proving.prove(late.link, world.code(), world.now) == "used_up"
    buy(world, "2")
    assert world.balance(victim) == 425


def test_a_repeat_of_the_application_is_told_no_renewed_names(world: World) -> None:
    application = Application("Eve", MAIL, None, "en", "2026-11", None)
    key = "a-key-of-the-sender"
    first = world.enrolment.enrol("coffee", application, world.now, key)
    assert world.enrolment.enrol("coffee", application, world.now, key).link == first.link
    link = world.recovery.recover("coffee", MAIL, world.now)
    again = world.enrolment.enrol("coffee", application, world.now, key)
    assert again.member_id != first.member_id
    assert again.link not in {first.link, link}


def test_a_message_never_leads_to_a_card_that_is_not_proved(
    world: World, stranger: Enrolled
) -> None:
    world.proving.send(stranger.link, world.now)
    world.enrol(MAIL)
    assert len(world.channel.sent) == 3
    assert not any("/c/" in message.text for message in world.channel.sent)


def test_staff_who_merge_move_a_claim_as_a_claim(world: World, stranger: Enrolled) -> None:
    other = world.enrol_proved(Contact("email", "eve@example.com"))
    act = Act("coffee", "anna", "m", "asked")
    world.staff.merge(act, stranger.member_id, other.member_id, world.now)
    assert buy(world, "1") == "parked"
    victim = world.enrol_proved(MAIL)
    buy(world, "2")
    assert world.balance(victim) == 225
    assert reached(world, other) == 25


def test_another_region_changes_whose_no_contact_is(world: World) -> None:
    """What is kept is the number in its international form, whatever is typed from now on."""
    phone = Contact("phone", "+12125550123")
    member = world.enrol(phone)
    world.put_program(welcome={"pot": "points", "points": 25}, region="RU")
    world.prove(member)
    hint = f"contact:{TOKENS.contact_key('coffee', phone)}"
    report = replace(world.report(order="1"), hints=(hint,))
    assert world.sales.record_order(report, world.now).member == member.member_id


def test_who_typed_a_contact_before_proofs_were_needed_holds_nothing(world: World) -> None:
    """Items of earlier versions name the first who came, unproved."""
    stranger = world.enrol(MAIL)
    key = keys.contact_key("coffee", TOKENS.contact_key("coffee", MAIL))
    kept = {"program": "coffee", "member": stranger.member_id, "verified": False}
    world.tables.write(Put(key, kept))
    victim = world.enrol(MAIL)
    assert "/c/" not in world.channel.sent[-1].text
    world.prove(victim)
    buy(world, "1")
    assert (world.balance(victim), reached(world, stranger)) == (225, 0)


# The welcome


def test_the_welcome_is_for_who_proves_and_once_for_a_contact(world: World) -> None:
    cards = [world.enrol(MAIL) for _ in range(3)]
    assert [world.balance(card) for card in cards] == [0, 0, 0]
    for number, card in enumerate(cards):
        world.prove(card, number)
    assert [world.balance(card) for card in cards] == [0, 0, 25]
    assert world.proving.prove(cards[2].link, world.code(2), world.now) == "proved"
    assert world.balance(cards[2]) == 25
    assert soundness.faults(world) == []


def test_where_no_message_can_go_the_welcome_comes_with_the_card(world: World) -> None:
    world.channel.reached = False
    member = world.enrol(MAIL)
    assert world.balance(member) == 25
    assert world.proving.standing(member.link) == "none"
    world.recovery.recover("coffee", MAIL, world.now)
    world.channel.reached = True
    assert world.balance(member) == 25


# Recovery by staff


def test_recovery_renews_everything_that_was_handed_out(world: World, stranger: Enrolled) -> None:
    world.sell(order="by card", total=2000, member=stranger)
    old = membership.read_member(world.tables, "coffee", stranger.member_id)
    assert old is not None
    owner = ("coffee", old.id)
    phone = Registration("device", "token", 1)
    registrations.put(world.tables, owner, old.serial, phone, known=None, stamp=1)
    world.tables.write(Put(keys.google_key(*owner), {"saves": 1}))
    link = world.recovery.recover("coffee", MAIL, world.now)
    assert isinstance(link, str)
    new = membership.read_member(world.tables, "coffee", stranger.member_id)
    assert new is not None
    assert {old.serial, old.card_code}.isdisjoint({new.serial, new.card_code})
    assert TOKENS.apple_token(old.serial) != TOKENS.apple_token(new.serial)
    # Link, code, serial, registration, Google object, code of the message: nothing leads here.
    assert shown(world, stranger.link) is None
    assert world.books.by_code("coffee", stranger.card_code, None, world.now) is None
    assert directory.find(world.tables, "serial", old.serial) is None
    assert registrations.read_phones(world.tables, *owner) == ()
    assert registrations.read_stamps(world.tables, "device") == {}
    assert world.tables.get(keys.google_key(*owner)) is None
    assert world.proving.prove(stranger.link, world.code(), world.now) == "none"
    # The value is the person's, by the new names, and so is the contact.
    assert shown(world, link) == 225
    assert world.books.by_code("coffee", new.card_code, None, world.now) == new.id
    assert buy(world, "1") == "recorded"
    assert soundness.faults(world) == []


def test_recovery_also_voids_what_led_to_cards_that_were_merged(world: World) -> None:
    first, second = world.enrol(Contact("email", "a@example.com")), world.enrol_proved(MAIL)
    act = Act("coffee", "anna", "m", "one person")
    world.staff.merge(act, first.member_id, second.member_id, world.now)
    buy(world, "1")
    assert reached(world, first) == 225
    world.recovery.recover("coffee", MAIL, world.now)
    assert (reached(world, first), reached(world, second)) == (0, 0)
    assert shown(world, first.link) is None


def test_recovery_of_a_proved_contact_never_chooses_who_has_only_typed_it(
    world: World, stranger: Enrolled
) -> None:
    victim = world.enrol_proved(MAIL)
    assert world.recovery.recover("coffee", MAIL, world.now, stranger.member_id) is None
    link = world.recovery.recover("coffee", MAIL, world.now)
    assert isinstance(link, str)
    owner = directory.find(world.tables, "link", digest(link))
    assert owner == ("coffee", victim.member_id)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", range(12))
def test_recovery_through_every_fault_ends_with_one_set_of_names(
    world: World, stranger: Enrolled, fault: Fault, call: int
) -> None:
    world.tables.plan(fault, call)
    with contextlib.suppress(Busy, ConnectionError, Killed):
        world.recovery.recover("coffee", MAIL, world.now)
    world.tables.fault_at = None
    link = world.recovery.recover("coffee", MAIL, world.now)
    assert isinstance(link, str)
    found = [key for key in world.tables.items if key.pk.startswith(("D#code", "D#link", "D#ser"))]
    assert len(found) == 3
    assert shown(world, link) == 25
    assert soundness.faults(world) == []


# Codes


def test_codes_may_be_typed_as_people_do(world: World) -> None:
    for typed in (
        lambda code: code,
        lambda code: code.replace(" ", ""),
        lambda code: f"  {code.replace(' ', '-')}\u200b ",
        lambda code: code.translate({ord("0") + n: 0x0660 + n for n in range(10)}),
    ):
        member = world.enrol()
        assert world.proving.prove(member.link, typed(world.code()), world.now) == "proved"
    member = world.enrol()
    for wrong in ("", "1", f"{world.code()}1", f"x{world.code()}"):
        assert world.proving.prove(member.link, wrong, world.now) == "wrong"


def test_only_a_keyed_hash_of_a_code_is_kept(world: World, stranger: Enrolled) -> None:
    code = codes.read_typed(world.code())
    assert code not in repr(world.tables.items)
    kept = contact_book.read_code(world.tables, "coffee", stranger.member_id)
    assert kept is not None
    assert kept.hash == TOKENS.proof(kept.contact, stranger.member_id, code)


def test_a_code_is_good_for_half_an_hour_and_once(world: World, stranger: Enrolled) -> None:
    world.now += codes.LIFE
    assert world.proving.prove(stranger.link, world.code(), world.now) == "expired"
    assert world.proving.send(stranger.link, world.now)
    assert world.proving.prove(stranger.link, world.code(0), world.now) == "wrong"
    world.prove(stranger)
    assert not world.proving.send(stranger.link, world.now)
    assert contact_book.read_code(world.tables, "coffee", stranger.member_id) is None


def test_a_crowd_has_no_more_tries_than_one(world: World, stranger: Enrolled) -> None:
    told: list[str] = []

    def guess(number: int) -> None:
        try:
            told.append(world.proving.prove(stranger.link, f"{number:08}", world.now))
        except Busy:
            told.append("busy")

    at_once([partial(guess, number) for number in range(40)])
    assert told.count("wrong") <= codes.TRIES
    kept = contact_book.read_code(world.tables, "coffee", stranger.member_id)
    assert kept is not None
    assert kept.tries == codes.TRIES or "busy" in told
    assert "proved" not in told


def test_two_taps_of_the_same_code_are_one_proof(world: World, stranger: Enrolled) -> None:
    code, told = world.code(), list[str]()

    def tap() -> None:
        told.append(world.proving.prove(stranger.link, code, world.now))

    at_once([tap, tap])
    assert set(told) <= {"proved", "expired"}
    assert world.balance(stranger) == 25
    assert len(world.entries(stranger)) == 1


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", range(14))
def test_a_proof_through_every_fault_counts_once(
    world: World, fault: Fault, call: int, *, known: bool
) -> None:
    if known:
        world.enrol_proved(MAIL)
        buy(world, "1")
    member = world.enrol(MAIL)
    code = world.code()
    world.tables.plan(fault, call)
    with contextlib.suppress(Busy, ConnectionError, Killed):
        world.proving.prove(member.link, code, world.now)
    world.tables.fault_at = None
    assert world.proving.prove(member.link, code, world.now) == "proved"
    assert world.balance(member) == (225 if known else 25)
    assert soundness.faults(world) == []


# Messages


def test_fifty_at_once_send_five_messages(world: World) -> None:
    """The limit holds however many ask at the same moment; each is counted or is none."""
    told: list[object] = []

    def join() -> None:
        try:
            told.append(world.enrol(MAIL))
        except Exception as error:  # noqa: BLE001
            told.append(getattr(error, "code", error))

    at_once([join] * 50)
    assert len(told) == 50
    assert len(world.channel.sent) == codes.ATTEMPTS_PER_HOUR
    others = [one for one in told if isinstance(one, str)]
    assert set(others) <= {"too_many_attempts", "busy"}
    assert len(others) == 45


def test_every_race_for_the_last_message_is_lost_by_all_but_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deterministically: somebody else counts between each reading and each writing."""
    right, raced = contact_book.count_attempt, list[int]()

    def race(tables: Any, program: str, contact: str, hour: int, seen: int) -> None:
        if not raced or raced[-1] != seen:
            raced.append(seen)
            right(tables, program, contact, hour, seen)
        right(tables, program, contact, hour, seen)

    monkeypatch.setattr(contact_book, "count_attempt", race)
    with refused("too_many_attempts"):
        world.enrol(MAIL)
    assert (raced, world.channel.sent) == ([0, 1, 2, 3, 4], [])


@pytest.mark.parametrize("kind", ["conflict", "throttled", "lost_before"])
def test_what_cannot_be_counted_is_not_sent(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: Fault
) -> None:
    def never(*_: Any, **__: Any) -> None:
        world.tables.plan(kind, 0)
        world.tables.write(Put(keys.contact_key("coffee", "x"), {}))

    monkeypatch.setattr(contact_book, "count_attempt", never)
    with refused("busy"):
        world.enrol(MAIL)
    assert world.channel.sent == []


def test_joining_and_asking_for_a_code_are_counted_together(world: World) -> None:
    member = world.enrol(MAIL)
    for _ in range(4):
        assert world.proving.send(member.link, world.now)
    for ask in (lambda: world.proving.send(member.link, world.now), lambda: world.enrol(MAIL)):
        with refused("too_many_attempts"):
            ask()
    world.wait(hours=1)
    assert world.proving.send(member.link, world.now)


def test_a_message_that_is_not_taken_loses_no_card(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(_: Message) -> None:
        raise MessageNotSent("down")

    monkeypatch.setattr(world.channel, "send", down)
    member = world.enrol(MAIL)
    with pytest.raises(MessageNotSent):
        world.proving.send(member.link, world.now)
    monkeypatch.undo()
    assert world.proving.send(member.link, world.now)
    world.prove(member)


def test_messages_speak_the_members_language(world: World) -> None:
    world.enrol_proved(MAIL)
    russian = Application("Ева", MAIL, None, "ru", "2026-11", None)
    world.enrolment.enrol("coffee", russian, world.now)
    text = world.channel.sent[-1].text
    assert "У вас есть карта" in text
    assert code_in(text)


# Who is enrolled


class Calls:
    """Tables that note what is asked of them."""

    def __init__(self, tables: Any) -> None:
        self._tables = tables
        self.made: list[tuple[str, ...]] = []

    def __getattr__(self, name: str) -> Any:
        right = getattr(self._tables, name)
        if name not in {"get", "get_many", "query", "write", "waiting"}:
            return right

        def noted(*asked: Any, **more: Any) -> Any:
            kinds = [type(one).__name__ for one in asked] if name == "write" else []
            self.made.append((name, *kinds))
            return right(*asked, **more)

        return noted


def test_joining_asks_the_same_of_the_tables_whoever_is_known() -> None:
    made: dict[str, list[tuple[str, ...]]] = {}
    for who in ("nobody", "typed", "proved", "merged", "erased"):
        tables = Calls(World().tables)
        world = World(tables)
        world.put_program(welcome={"pot": "points", "points": 25})
        if who != "nobody":
            first = world.enrol(MAIL)
        if who not in {"nobody", "typed"}:
            world.prove(first)
        act = Act("coffee", "anna", "m", "asked")
        if who == "merged":
            world.staff.merge(act, first.member_id, world.enrol().member_id, world.now)
        if who == "erased":
            world.erasure.erase(act, first.member_id, world.now)
        world.wait(hours=1)
        world.programs.current("coffee")
        tables.made.clear()
        world.enrol(MAIL)
        made[who] = list(tables.made)
    assert len({tuple(calls) for calls in made.values()}) == 1, made
    assert [name for name, *_ in made["nobody"]] == ["get", "write", "get", "get", "write"]


def at_once(deeds: list[Callable[[], Any]]) -> None:
    """Let all begin at the same moment, each in a thread of its own."""
    gate = threading.Barrier(len(deeds))

    def wait_and(deed: Callable[[], Any]) -> None:
        gate.wait()
        deed()

    threads = [threading.Thread(target=wait_and, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
