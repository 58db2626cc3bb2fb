"""Sums beside the ledger are what the ledger says once somebody mends them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.cause import NOTHING, Collected
from loyalty.core.draw import Ticket
from loyalty.core.invitation import GuestBook
from loyalty.ledger.donating import Causes
from loyalty.ledger.recounting import Recounting
from loyalty.refusals import Busy
from loyalty.store import campaign_book, cause_book, draw_book, invitation_book, keys, saving_book
from loyalty.store.campaign_book import KeptCampaign
from loyalty.store.tables import Put
from tests.loyalty.campaigns.test_saving import CODE
from tests.loyalty.ledger.acts import act
from tests.loyalty.ledger.test_drawing_prizes import draws
from tests.loyalty.members.moving_out.test_together import kept, story
from tests.loyalty.members.test_mending import mend

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.loyalty.campaigns.test_saving import Saving
    from tests.support.world import World


@pytest.fixture
def shop() -> tuple[Saving, list[Enrolled]]:
    found, people = story()
    for one in people[:3]:
        draws(found.world).heard("coffee", one.member_id, found.world.now)
    return found, people


def recount(world: World) -> list[str]:
    return Recounting(world.books).program("coffee", world.now)


def change(world: World, sk: str, **values: Any) -> None:
    """Break what lies there, as no commit would."""
    [key] = [one for one in world.tables.items if one.sk == sk]
    world.tables.items[key] = {**world.tables.items[key], **values}


def test_what_is_right_stays_as_it_is(shop: tuple[Saving, list[Enrolled]]) -> None:
    world = shop[0].world
    before = kept(world)
    assert recount(world) == []
    assert Recounting(world.books).faults("coffee") == []
    assert kept(world) == before


@pytest.mark.corrupts
@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"sk": "COLLECTED#cats", "p": 13}, "cause cats: 13 in 2 gifts were counted, 12 in 2"),
        ({"sk": "COLLECTED#cats", "n": 1}, "cause cats: 12 in 1 gifts were counted, 12 in 2"),
        ({"sk": "ENTERED#d2", "n": 6}, "draw d2: 6 entries were counted, 5 are"),
        ({"sk": "ENTERED#may", "n": 0}, "draw may: 0 entries were counted, 5 are"),
        ({"sk": "TICKET#d2#0", "n": 9}, "had 9 entries, and has 2"),
        ({"sk": "TICKET#may#0", "n": 1}, "had 1 entries, and has 2"),
        ({"sk": "TICKET#may#0", "a": 7}, "had 2 entries, and has 2"),
        # The ledger is older than what was counted of it: what comes next would not count.
        ({"sk": "TICKET#may#0", "u": 99}, "had 2 entries, and has 2"),
    ],
)
def test_what_is_broken_is_what_the_ledger_says(
    shop: tuple[Saving, list[Enrolled]], broken: dict[str, Any], said: str
) -> None:
    world, people = shop[0].world, shop[1]
    before = kept(world)
    where = str(broken["sk"])
    if where.startswith("TICKET"):
        where = f"{where[:-1]}{people[0].member_id}"
    change(world, where, **{name: one for name, one in broken.items() if name != "sk"})
    found = mend(world)
    assert [said in one for one in found.recounted] == [True], found.recounted
    now = kept(world)
    seqs = ("u",)  # up to which entry it is counted may have moved on
    assert {key: _without(one, seqs) for key, one in now.items()} == {
        key: _without(one, seqs) for key, one in before.items()
    }
    assert all(one.get("u", 0) < 99 for one in now.values())
    assert mend(world).recounted == ()


def _without(item: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: one for name, one in item.items() if name not in names}


@pytest.mark.corrupts
def test_counters_that_are_gone_come_back_and_those_who_left_do_not(
    shop: tuple[Saving, list[Enrolled]],
) -> None:
    world, (ann, ben, *_) = shop[0].world, shop[1]
    world.erasure.erase(act("bye"), ben.member_id, world.now)
    before = kept(world)
    gone = [key for key in before if key.sk.startswith(("COLLECTED#", "TICKET#d2", "TICKET#may"))]
    for key in gone:
        del world.tables.items[key]
    key = keys.ticket_key("coffee", "d2", ben.member_id)
    world.tables.write(draw_book.put_ticket("coffee", "d2", ben.member_id, Ticket(3)))
    assert len(recount(world)) == 5
    assert key not in world.tables.items
    assert cause_book.collected(world.tables, "coffee", "cats") == Collected(12, 2)
    assert cause_book.collected(world.tables, "coffee", "dogs") == NOTHING
    assert draw_book.entrants(world.tables, "coffee", "d2") == {ann.member_id: 2}
    assert recount(world) == []


@pytest.mark.corrupts
def test_a_list_that_was_published_is_named_and_left(shop: tuple[Saving, list[Enrolled]]) -> None:
    world, (ann, *_) = shop[0].world, shop[1]
    change(world, f"TICKET#d1#{ann.member_id}", n=40)
    found = mend(world)
    assert [one for one in found.faults if "d1" in one] == [
        "coffee: draw d1: its list is not the one whose hash was published"
    ]
    assert draw_book.read_entries(world.tables, "coffee", "d1", ann.member_id) == 40


@pytest.mark.corrupts
def test_a_guest_book_counts_who_has_said_yes(shop: tuple[Saving, list[Enrolled]]) -> None:
    world, tables = shop[0].world, shop[0].world.tables
    tables.write(campaign_book.put("coffee", KeptCampaign("tasting", {})))
    tables.write(invitation_book.begin("coffee", "tasting", 2))
    for letter, number in (("c", 1), ("c", 2), ("w", 3)):
        key = keys.guest_key("coffee", "tasting", letter, number)
        tables.write(Put(key, {"m": f"m{number}"}))
    wrong = GuestBook(2, coming=3, waiting=0, refused=4, number=3, version=2)
    tables.write(invitation_book.put_book("coffee", "tasting", wrong))
    assert recount(world) == [
        "guests of tasting: 3 came and 0 waited, and 2 come and 1 wait",
    ]
    right = replace(wrong, coming=2, waiting=1, version=3)
    assert invitation_book.read_book(tables, "coffee", "tasting") == right
    assert recount(world) == []


@pytest.mark.corrupts
def test_a_group_counts_on_where_an_older_ledger_ends(shop: tuple[Saving, list[Enrolled]]) -> None:
    saving, (_, _, cat, *_) = shop
    code = "bbbbbbbbbbbb"
    group = saving.group(code)
    parts = tuple(replace(one, upto=one.upto + 50) for one in group.parts)
    ahead = replace(group, parts=parts, version=group.version + 1)
    saving.world.tables.write(saving_book.put_group("coffee", ahead, 1))
    told = [one for one in recount(saving.world) if one.startswith("group")]
    assert told == [f"group brunch {code}: what is bought from now on counts again"]
    saving.earn(cat, 20)
    assert saving.group(code).amount == group.amount + 20
    assert not [one for one in recount(saving.world) if one.startswith("group")]


@pytest.mark.corrupts
@pytest.mark.parametrize("code", [CODE, "bbbbbbbbbbbb"])
def test_what_a_group_has_brought_is_what_its_entries_say(
    shop: tuple[Saving, list[Enrolled]], code: str
) -> None:
    saving, _ = shop
    right = saving.group(code)
    parts = tuple(replace(one, amount=one.amount + 7) for one in right.parts)
    wrong = replace(right, parts=parts, version=right.version + 1)
    saving.world.tables.write(saving_book.put_group("coffee", wrong, 1))
    told = [one for one in recount(saving.world) if one.startswith("group")]
    said = f"{wrong.amount} were counted, {right.amount} are"
    assert told == [f"group brunch {code}: {said}"]
    assert replace(saving.group(code), version=0) == replace(right, version=0)
    assert not [one for one in recount(saving.world) if one.startswith("group")]


@pytest.mark.corrupts
def test_of_whoever_came_in_before_that_was_kept_the_amount_stays(
    shop: tuple[Saving, list[Enrolled]],
) -> None:
    saving, _ = shop
    [key] = [one for one in saving.world.tables.items if one.sk == "GROUP#brunch#bbbbbbbbbbbb"]
    item = saving.world.tables.items[key]
    item["p"] = [[*each[:3], 99, each[4]] for each in item["p"]]
    assert saving.group("bbbbbbbbbbbb").amount == 99
    assert not [one for one in recount(saving.world) if one.startswith("group")]
    assert saving.group("bbbbbbbbbbbb").amount == 99


def test_a_card_that_became_another_has_brought_what_both_have(
    shop: tuple[Saving, list[Enrolled]],
) -> None:
    saving, (_, _, cat, dan, _) = shop
    code, world = "bbbbbbbbbbbb", shop[0].world
    saving.leave(dan)
    saving.join(dan, code)
    saving.earn(dan, 11)
    world.merging.merge(act("m"), dan.member_id, cat.member_id, world.now)
    saving.earn(cat, 5)
    assert saving.group(code).amount == 30 + 11 + 5
    assert not [one for one in recount(world) if one.startswith("group")]
    other = world.enrol()
    world.merging.merge(act("n"), cat.member_id, other.member_id, world.now)
    saving.earn(other, 4)
    group = saving.group(code)
    assert (group.amount, len(group.parts)) == (30 + 11 + 5 + 4, 1)
    assert not [one for one in recount(world) if one.startswith("group")]


@pytest.mark.corrupts
def test_who_gives_meanwhile_is_not_lost(shop: tuple[Saving, list[Enrolled]]) -> None:
    world, (ann, *_) = shop[0].world, shop[1]
    change(world, "COLLECTED#cats", p=1)
    write, raced = world.tables.write, list[int]()

    def between(*writes: Any) -> None:
        if not raced:
            raced.append(1)
            Causes(world.books).give("coffee", ann.member_id, "cats", 5, "late", world.now)
        write(*writes)

    world.tables.write = between
    with pytest.raises(Busy):
        recount(world)
    world.tables.write = write
    assert len(recount(world)) == 1
    assert cause_book.collected(world.tables, "coffee", "cats") == Collected(17, 3)
