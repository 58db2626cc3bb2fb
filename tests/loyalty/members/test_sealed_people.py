"""What is done with people, over tables that seal: joining, merging, erasing, moving, the night."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from infra.commands import members as command
from loyalty.access.tokens import Tokens
from loyalty.ledger.nightly import RECONCILE_NIGHTS
from loyalty.members.own_data import own_data
from loyalty.members.records import Changes, Records
from loyalty.messages import Contact
from loyalty.refusals import Refusal
from loyalty.store import keys, member_records, membership
from loyalty.store.sealing import UNREADABLE
from tests.loyalty.ledger.acts import act
from tests.loyalty.members.moving_out import test_moving_out as moving
from tests.support.moving import CHANGES
from tests.support.sealed import SealedMemory
from tests.support.world import TOKENS, World

NICK = {"id": "nick", "name": {"en": "Nick", "ru": "Ник"}, "kind": "text"}
STAFF = {"at_once": 50, "per_shift": 500, "per_month": 500}


@pytest.fixture
def world() -> World:
    made = World(SealedMemory(TOKENS.wraps()))
    made.put_program(attributes=[NICK], staff=STAFF)
    return made


def joined(world: World, name: str, word: str) -> str:
    """Let somebody join of whom something is written down, each of it a word of their own."""
    found = world.enrol_proved(Contact("email", f"{word}@canary.example"))
    records = Records(world.books)
    told = Changes(add_tags=(f"{word}-tag",), attributes={"nick": f"{word} nick"})
    records.change(act(f"{name}1"), found.member_id, told, world.now)
    records.note(act(f"{name}2", reason=f"{word} note"), found.member_id, world.now)
    return found.member_id


def data_keys(world: World) -> set[str]:
    return {keys.owner(key.pk)[1] for key in world.tables.items if key.table == "keys"}


def test_nothing_anybody_said_lies_in_clear(world: World) -> None:
    ann = joined(world, "a", "kanari")
    assert "kanari" not in str(world.tables.items)
    assert "canary" not in str(world.tables.items)
    told = own_data(world.books, "coffee", ann, world.now)
    assert told["person"]["contact"]["value"] == "kanari@canary.example"
    assert (told["tags"], told["notes"]) == (["kanari-tag"], ["kanari note", "late"])


def test_who_takes_over_seals_it_anew_and_an_erase_destroys_both_keys(world: World) -> None:
    old, new = joined(world, "a", "kanari"), joined(world, "b", "second")
    world.merging.merge(act("m"), old, new, world.now)
    record = member_records.read_record(world.tables, "coffee", new)
    assert record.tags == ("kanari-tag", "second-tag")
    # The notes of who was merged stay theirs, until both are erased.
    assert "kanari note" in membership.read_all_notes(world.tables, "coffee", old)
    assert data_keys(world) == {old, new}
    backup = dict(world.tables.items)
    world.erasure.erase(act("e"), new, world.now)
    assert data_keys(world) == set()
    # A backup of the state table is put back: nobody reads anybody, and forgetting finds them.
    for key, item in backup.items():
        if key.table == "state":
            world.tables.items[key] = item
    assert set(membership.read_all_notes(world.tables, "coffee", old)) == {UNREADABLE}
    with pytest.raises(Refusal, match="data key is gone"):
        membership.read_member(world.tables, "coffee", new)
    said: list[str] = []
    assert command.forget_again(world.books, [], world.now, said.append) == 1
    for one in (old, new):
        person = membership.read_member(world.tables, "coffee", one)
        assert person is not None
        assert person.is_forgotten
    assert not [key for key in world.tables.items if key.sk.startswith(("NOTE#", "RECORD"))]


def test_a_data_key_that_a_backup_brings_back_is_destroyed_again(world: World) -> None:
    ann = joined(world, "a", "kanari")
    backup = dict(world.tables.items)
    world.erasure.erase(act("e"), ann, world.now)
    key = next(key for key in backup if key.table == "keys")
    world.tables.items[key] = backup[key]
    assert command.forget_again(world.books, [], world.now, lambda _: None) == 1
    assert data_keys(world) == set()


@pytest.mark.corrupts
def test_a_member_without_their_data_key_is_named_by_the_night_and_keeps_what_they_have(
    world: World,
) -> None:
    world.put_program(birthday={"pot": "points", "points": 5}, staff=STAFF)
    found = world.enrol_proved()
    ann = found.member_id
    world.sell(member=found)
    place = next(key for key in world.tables.items if key.table == "keys" and ann in key.pk)
    del world.tables.items[place]
    assert world.sell("2", member=found).result == "recorded"
    for read in (lambda: own_data(world.books, "coffee", ann, world.now),
                 lambda: world.cards.by_member("coffee", ann, world.now)):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            read()
        assert refused.value.code == "member_unreadable"
    listed = member_records.read_listed(world.tables, "coffee", [ann])
    assert [one.person.first_name for one in listed] == [UNREADABLE]
    faults: set[str] = set()
    for _ in range(RECONCILE_NIGHTS):
        faults |= {fault for page in world.night() for fault in page.faults}
        world.now += timedelta(days=1)
    named = keys.member_key("coffee", ann).pk
    assert f"{named}: member_unreadable" in faults
    assert any("nobody can read whose account it is" in fault for fault in faults)
    assert place not in world.tables.items, "never made anew"
    world.erasure.erase(act("e"), ann, world.now)
    assert world.night()[0].faults == ()


def test_the_night_gives_birthdays_that_lie_sealed(world: World) -> None:
    world.put_program(birthday={"pot": "points", "points": 5}, staff=STAFF)
    ann = world.enrol_proved()
    person = membership.read_member(world.tables, "coffee", ann.member_id)
    assert person is not None
    world.wait(days=40)
    born = world.now.date().replace(year=1990)
    later = replace(person, birthday=born, card_version=person.card_version + 1)
    world.tables.write(membership.change_member(person, later))
    before = world.balance(ann)
    assert sum(page.birthdays for page in world.night()) == 1
    assert world.balance(ann) == before + 5


def test_what_moves_out_moves_in_under_keys_of_the_new_deployment() -> None:
    """Another master key, and tables of its own: nothing of the old ones opens anything."""
    world = World(SealedMemory(TOKENS.wraps()))
    world.put_program(**CHANGES, staff=STAFF)
    ann = joined_plainly(world)
    files = moving.carried(world)
    other = Tokens("Z", {"Z": bytes(range(7, 39))})
    fresh = World(SealedMemory(other.wraps()))
    fresh.now = world.now
    whole = moving.restoring(fresh, files)
    whole.begin()
    for number in range(1, whole.summary()["pages"] + 1):
        whole.page(number, fresh.now)
    assert list(whole.check(fresh.now)) == []
    assert membership.read_member(fresh.tables, "coffee", ann) is not None
    assert data_keys(fresh) == {ann}
    assert "canary" not in str(fresh.tables.items)
    assert fresh.tables.items[keys.data_key_key(keys.member_key("coffee", ann).pk)]["w"] == "Z"


def joined_plainly(world: World) -> str:
    return world.enrol_proved(Contact("email", "ann@canary.example")).member_id
