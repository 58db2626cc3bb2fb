"""Forgetting is complete, can be repeated, and goes on wherever it was interrupted."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from infra.commands import members as command
from loyalty.ledger.act import Act
from loyalty.members import erase
from loyalty.messages import Contact
from loyalty.refusals import Busy
from loyalty.store import keys, membership, registrations
from loyalty.store.registrations import Registration
from loyalty.store.tables import Put
from tests.support import soundness
from tests.support.extent import paired
from tests.support.memory import FAULTS, Fault, Killed
from tests.support.world import World

OLD, NEW = Contact("email", "old@canary.example"), Contact("email", "new@canary.example")


def act(name: str) -> Act:
    return Act("coffee", "anna", name, "canary: asked to")


@pytest.fixture
def world() -> World:
    made = World()
    made.put_program(staff={"at_once": 50, "per_shift": 500, "per_month": 500})
    return made


def wallets(world: World, member: str) -> None:
    """Let a member hold the card on a phone and at Google."""
    person = membership.read_member(world.tables, "coffee", member)
    assert person is not None
    phone = Registration(f"device-of-{member}", "canary-token", 1)
    owner = ("coffee", member)
    registrations.put(world.tables, owner, person.serial, phone, known=None, stamp=1)
    world.tables.write(Put(keys.google_key(*owner), {"saves": 1}))
    world.tables.write(Put(keys.google_history_key(*owner), {"r": 1}))


def kinds(world: World, *members: str) -> set[str]:
    """Return what lies in the members' partitions and leads to them; figures count by ids."""
    return {
        "AUDIT" if key.pk.endswith("#L") else key.sk.partition("#")[0]
        for key, item in world.tables.items.items()
        if key.table == "state"
        and "#N#" not in key.pk
        and any(one in key.pk or one in str(item) or one in key.sk for one in members)
    }


def two_who_became_one(world: World) -> tuple[str, str]:
    old, new = world.enrol_proved(OLD), world.enrol_proved(NEW)
    for one in (old, new):
        wallets(world, one.member_id)
        world.staff.give(act(f"g-{one.member_id}"), one.member_id, "points", 5, world.now)
    world.staff.merge(act("m"), old.member_id, new.member_id, world.now)
    return old.member_id, new.member_id


@pytest.mark.parametrize("which", [0, 1])
def test_who_was_merged_and_is_forgotten_may_join_again_and_is_nobody(
    world: World, which: int
) -> None:
    """Whichever of the two ids is named: the contacts of both are free."""
    members = two_who_became_one(world)
    world.erasure.erase(act("e"), members[which], world.now)
    assert "canary.example" not in str(world.tables.items)
    world.channel.sent.clear()
    for contact in (OLD, NEW):
        assert world.recovery.recover("coffee", contact, world.now) is None
        again = world.enrol_proved(contact)
        assert again.member_id not in members
        assert "/c/" not in world.channel.sent[-1].text
    assert soundness.faults(world) == []


@pytest.mark.parametrize("notes", [0, 24, 25, 26, 55, 101])
def test_no_note_stays_however_many_there_were(world: World, notes: int) -> None:
    ann = world.enrol()
    for number in range(notes):
        world.staff.give(act(f"{number}"), ann.member_id, "points", 1, world.now)
    world.erasure.erase(act("e"), ann.member_id, world.now)
    assert not [key for key in world.tables.items if key.sk.startswith("NOTE#")]
    assert "canary" not in str(world.tables.items)


def test_what_stays_is_nobodys(world: World) -> None:
    old, new = two_who_became_one(world)
    world.enrol(NEW)  # somebody else, who has only typed it
    # With the key that did it stays a line of ids and figures.
    code_kept = {"D", "ACCOUNT", "MEMBER", "MERGED", "ACT", "AUDIT"}
    world.erasure.erase(act("e"), new, world.now)
    assert kinds(world, old, new) - code_kept == {"DEVICE", "GOOGLE"} | serials(world)
    # The wallets hear first that the card is void; a day later their addresses go, too.
    assert world.erasure.finish(world.now) == 0
    world.now += erase.WALLETS
    assert world.erasure.finish(world.now) == 1
    assert world.erasure.finish(world.now) == 0
    assert kinds(world, old, new) == code_kept
    names = {key.pk.split("#")[1] for key in world.tables.items if key.pk.startswith("D#")}
    assert names == {"code", "link", "serial", "short", "programs"}
    assert "canary-token" not in str(world.tables.items)
    assert world.erasure.left("coffee", new, world.now) == []
    # The other person's claim and card are untouched.
    assert len([key for key in world.tables.items if key.sk.startswith("CLAIM#")]) == 1
    assert len([key for key in world.tables.items if key.pk.startswith("D#link")]) == 1


def serials(world: World) -> set[str]:
    return {key.sk for key in world.tables.items if key.pk.startswith("D#device")}


def test_a_second_act_finishes_instead_of_being_declined(world: World) -> None:
    ann = world.enrol_proved(NEW)
    first = world.erasure.erase(act("e"), ann.member_id, world.now)
    # Whatever came in between, or was left by an earlier version.
    note = keys.note_key("coffee", ann.member_id, "gift", "key", "late")
    world.tables.write(Put(note, {"text": "canary: late", "by": "key"}))
    assert world.erasure.left("coffee", ann.member_id, world.now) != []
    second = world.erasure.erase(act("f"), ann.member_id, world.now)
    assert second.body == {"outcome": "left", "lots": []}
    assert "canary" not in str(world.tables.items)
    assert world.erasure.erase(act("e"), ann.member_id, world.now).body == first.body
    world.now += erase.WALLETS
    world.erasure.erase(act("g"), ann.member_id, world.now)
    assert world.erasure.left("coffee", ann.member_id, world.now) == []


@pytest.mark.parametrize(("call", "fault"), paired(range(0, 44, 4), sorted(FAULTS), 2))
@pytest.mark.parametrize("again", ["same", "other", "nightly"])
def test_an_interruption_is_taken_up(world: World, fault: Fault, call: int, again: str) -> None:
    old, new = two_who_became_one(world)
    for number in range(30):
        world.staff.give(act(f"{number}"), new, "points", 1, world.now)
    world.tables.plan(fault, call)
    with suppress(Busy, ConnectionError, Killed, Exception):
        world.erasure.erase(act("e"), new, world.now)
    world.tables.fault_at = None
    world.restart()
    closed = world.books.account("coffee", new)
    assert closed is not None
    if again == "nightly" and closed.closed:
        # Nobody asks again: what had begun is ended by a night.
        world.now += erase.WALLETS
        world.erasure.finish(world.now)
    else:
        world.erasure.erase(act("e" if again == "same" else "f"), new, world.now)
    assert world.erasure.left("coffee", new, world.now) == []
    assert "canary.example" not in str(world.tables.items)
    assert "canary: " not in str(world.tables.items)
    lines = [item for key, item in world.tables.items.items() if key.pk == "coffee#L"]
    gone = [one["i"] for one in lines if one["w"] == "member.erased"]
    assert gone == [new], "once"
    stays = {"D", "ACCOUNT", "MEMBER", "MERGED", "ACT", "AUDIT", "DEVICE", "GOOGLE"}
    assert kinds(world, old, new) <= stays | serials(world)
    assert soundness.faults(world) == []


def test_the_check_sees_what_is_left(world: World) -> None:
    """Negative control: each kind of thing about a person is found."""
    ann = world.enrol_proved(NEW)
    world.erasure.erase(act("e"), ann.member_id, world.now)
    assert world.erasure.left("coffee", ann.member_id, world.now) == []
    for key in (
        keys.note_key("coffee", ann.member_id, "gift", "k", "n"),
        keys.member_contact_key("coffee", ann.member_id, "X"),
        keys.proof_key("coffee", ann.member_id),
    ):
        world.tables.write(Put(key, {"key": "X", "c": "X", "h": "X", "n": 0, "e": 0}))
        assert world.erasure.left("coffee", ann.member_id, world.now) == [key.sk]
        world.tables.items.pop(key)
    world.now += erase.WALLETS
    wallets(world, ann.member_id)
    found = world.erasure.left("coffee", ann.member_id, world.now)
    assert len(found) == 4, found
    world.now += timedelta(days=1)
    world.erasure.finish(world.now)
    assert world.erasure.left("coffee", ann.member_id, world.now) == []


def aged(world: World) -> dict[object, dict[str, object]]:
    """Return the state table as a backup keeps it."""
    return {key: dict(item) for key, item in world.tables.items.items() if key.table == "state"}


def restored(world: World, state: dict[object, dict[str, object]]) -> None:
    """Bring a backup of the state back."""
    items = world.tables.items
    for key in [key for key in items if key.table == "state"]:
        del items[key]
    items.update(state)


def test_after_a_restore_the_erased_are_erased_again(world: World) -> None:
    """The ledger is whole and the state is old: it knows who has left."""
    old, new = two_who_became_one(world)
    backup = aged(world)
    world.erasure.erase(act("e"), new, world.now)
    restored(world, backup)
    assert "canary" in repr(world.tables.items)
    said: list[str] = []
    assert command.forget_again(world.books, [], world.now, said.append) >= 1
    world.wait(days=1, seconds=1)
    world.erasure.finish(world.now)
    assert "canary" not in repr(aged(world))
    assert command.forget_again(world.books, [], world.now, said.append) == 0
    assert world.erasure.left("coffee", new, world.now) == []
    assert world.erasure.left("coffee", old, world.now) == []
    assert soundness.faults(world) == []


def test_who_still_belongs_to_the_shop_stays(world: World) -> None:
    ann = world.enrol_proved(OLD)
    before = aged(world)
    assert command.forget_again(world.books, [], world.now, lambda _: None) == 0
    assert aged(world) == before
    assert command.forgotten(world.tables) == []
    world.erasure.erase(act("e"), ann.member_id, world.now)
    assert command.forgotten(world.tables) == [f"coffee {ann.member_id}"]


@pytest.mark.corrupts
def test_a_list_kept_elsewhere_names_those_whom_the_ledger_has_lost(world: World) -> None:
    ann = world.enrol_proved(OLD)
    backup = aged(world)
    entries = {key for key in world.tables.items if key.table == "ledger"}
    world.erasure.erase(act("e"), ann.member_id, world.now)
    listed = [("coffee", ann.member_id)]
    assert command.forgotten(world.tables) == [" ".join(listed[0])]
    restored(world, backup)
    for key in [key for key in world.tables.items if key.table == "ledger" and key not in entries]:
        del world.tables.items[key]
    assert command.forget_again(world.books, [], world.now, lambda _: None) == 0
    assert command.forget_again(world.books, listed, world.now, lambda _: None) == 1
    assert OLD.value not in repr(world.tables.items)
