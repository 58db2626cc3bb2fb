"""After a restore: two tables of two moments, people who had left, phones with newer cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access.key_ring import Asker
from loyalty.access.people import People
from loyalty.card.reader import CardReader
from loyalty.core.cause import Cause
from loyalty.ledger.act import Act
from loyalty.ledger.donating import Causes
from loyalty.ledger.reconcile import Reconciliation
from loyalty.members.mending import FURTHER, Mended, Mending
from loyalty.store.unwritten import UnwrittenTables
from tests.support import soundness
from tests.support.memory import MemoryTables
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

NAME = {"en": "Cats", "ru": "Кошки"}
CATS = Cause("cats", NAME, NAME, "points", 5)


@pytest.fixture
def world() -> World:
    made = World()
    made.put_program()
    return made


def kept(world: World, table: str) -> dict[Any, dict[str, Any]]:
    """Return a table as a backup keeps it."""
    return {key: dict(item) for key, item in world.tables.items.items() if key.table == table}


def put_back(world: World, backup: dict[Any, dict[str, Any]], table: str) -> None:
    items = world.tables.items
    for key in [key for key in items if key.table == table]:
        del items[key]
    items.update({key: dict(item) for key, item in backup.items()})


def mend(world: World, *forgotten: tuple[str, str], ledger_wins: bool = False) -> Mended:
    """Mend everything, and return what it came to in all."""
    reconciliation = Reconciliation(world.books)
    mending = Mending(world.books, reconciliation, forgotten, ledger_wins=ledger_wins)
    after, pages = None, []
    while True:
        page = mending.page(after, world.now)
        pages.append(page)
        if page.next is None:
            faults = tuple(fault for one in pages for fault in one.faults)
            return Mended(
                None,
                sum(one.looked for one in pages),
                sum(one.rebuilt for one in pages),
                sum(one.forgotten for one in pages),
                sum(one.moved for one in pages),
                faults,
                recounted=tuple(said for one in pages for said in one.recounted),
            )
        after = page.next


def version(world: World, member: Enrolled) -> int:
    return world.account(member).card_version


@pytest.mark.corrupts
def test_a_state_older_than_the_ledger_catches_up_and_no_card_repeats_a_version(
    world: World,
) -> None:
    ann, bob = world.enrol(), world.enrol()
    world.sell(order="a", total=1_000, member=ann)
    world.sell(order="b", total=2_000, member=bob)
    backup = kept(world, "state")
    for number in range(5):
        world.sell(order=f"later-{number}", total=1_000, member=ann)
    seen, had = version(world, ann), world.balance(ann)
    put_back(world, backup, "state")
    found = mend(world)
    assert (found.looked, found.rebuilt, found.forgotten, found.moved) == (2, 1, 0, 2)
    assert world.balance(ann) == had
    # Phones hold what was drawn before the restore: nothing that is drawn now has such a version.
    assert version(world, ann) >= FURTHER + 1 > seen
    assert set(world.unpublished()) == {("coffee", one.member_id) for one in (ann, bob)}
    # What lies in the ledger of orders that the state has lost is named, each of them.
    assert sum("later-" in fault for fault in found.faults) >= 5
    assert not [fault for fault in found.faults if bob.member_id in fault]


@pytest.mark.corrupts
def test_what_would_be_mended_is_told_before_and_nothing_is_written(world: World) -> None:
    ann, bob, cat = (world.enrol() for _ in range(3))
    world.sell(order="a", total=1_000, member=ann)
    Causes(world.books).put("coffee", CATS, 0, "k", world.now)
    backup = kept(world, "state")
    world.sell(order="b", total=1_000, member=ann)
    Causes(world.books).give("coffee", ann.member_id, "cats", 7, "g", world.now)
    world.erasure.erase(Act("coffee", "owner", "e", ""), bob.member_id, world.now)
    put_back(world, backup, "state")
    before = {key: dict(item) for key, item in world.tables.items.items()}
    beneath = world.tables
    world.tables = UnwrittenTables(beneath)
    world.restart()
    listed = ("coffee", cat.member_id)
    told = mend(world, listed)
    assert beneath.items == before
    world.tables = beneath
    world.restart()
    assert mend(world, listed) == told
    assert (told.rebuilt, told.forgotten, told.moved) == (2, 2, 3)
    assert told.recounted == ("coffee: cause cats: 0 in 0 gifts were counted, 7 in 1 gifts are",)
    assert beneath.items != before


@pytest.mark.corrupts
def test_a_ledger_older_than_the_state_is_named_and_wins_when_it_is_told_to(world: World) -> None:
    ann = world.enrol()
    world.sell(order="a", total=1_000, member=ann)
    backup, had = kept(world, "ledger"), world.balance(ann)
    world.sell(order="b", total=5_000, member=ann)
    put_back(world, backup, "ledger")
    found = mend(world)
    assert found.rebuilt == 0
    assert any(ann.member_id in fault for fault in found.faults)
    assert mend(world, ledger_wins=True).rebuilt == 1
    assert world.balance(ann) == had


def test_an_account_that_is_gone_is_made_from_its_entries(world: World) -> None:
    ann = world.enrol()
    world.sell(order="a", total=1_000, member=ann)
    had = world.balance(ann)
    (key,) = [
        key for key in world.tables.items if key.sk == "ACCOUNT" and key.pk.endswith(ann.member_id)
    ]
    del world.tables.items[key]
    assert mend(world).rebuilt == 1
    assert world.balance(ann) == had
    assert soundness.faults(world) == []


def test_who_was_erased_stays_erased_and_the_card_is_void(world: World) -> None:
    ann, bob = world.enrol(), world.enrol()
    world.sell(order="a", total=1_000, member=ann)
    state, ledger = kept(world, "state"), kept(world, "ledger")
    for member in (ann, bob):
        act = Act("coffee", "owner", f"erase-{member.member_id}", "")
        world.erasure.erase(act, member.member_id, world.now)
    put_back(world, state, "state")
    found = mend(world)
    assert (found.forgotten, found.faults) == (2, ())
    # A ledger that was restored, too, knows of nobody who left since: a list does.
    put_back(world, state, "state")
    put_back(world, ledger, "ledger")
    assert mend(world).forgotten == 0
    found = mend(world, ("coffee", ann.member_id))
    assert (found.forgotten, found.faults) == (1, ())
    assert world.account(ann).closed
    assert not world.account(bob).closed
    assert mend(world, ("coffee", ann.member_id)).forgotten == 0
    card = CardReader(world.tables, world.programs).by_member("coffee", ann.member_id, world.now)
    assert card is not None
    assert card.voided


@pytest.mark.corrupts
def test_what_cannot_be_read_keeps_nobody_else_from_being_mended(world: World) -> None:
    ann, bob = world.enrol(), world.enrol()
    for key, item in world.tables.items.items():
        if key.sk == "ACCOUNT" and key.pk.endswith(ann.member_id):
            item["s"] = "canary"
    before = version(world, bob)
    found = mend(world)
    assert version(world, bob) == before + FURTHER
    assert any(ann.member_id in fault for fault in found.faults)
    assert "canary" not in "".join(found.faults)


@pytest.mark.corrupts
def test_who_may_do_what_is_taken_from_the_tables_that_were_let_go_of(world: World) -> None:
    people, asker = People(world.tables), Asker("command")
    ann = people.add("coffee", "Ann", "owner", "", "a" * 26, asker, world.now).person
    ben = people.add("coffee", "Ben", "owner", "", "b" * 26, asker, world.now).person
    backup = kept(world, "state")
    people.remove("coffee", ben.id, asker, world.now)
    later = MemoryTables()
    later.items.update(kept(world, "state"))
    put_back(world, backup, "state")
    mending = Mending(world.books, Reconciliation(world.books), later=later)
    found = mending.page(None, world.now)
    assert found.access == (("coffee", {"people": 1}),)
    assert [one.id for one in people.listed("coffee")] == [ann.id]
    empty = Mending(world.books, Reconciliation(world.books), later=MemoryTables())
    assert empty.page(None, world.now).access == (("coffee", None),)
    assert mend(world).access == ()
