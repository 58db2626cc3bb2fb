"""The list of a program's members: any page size, whoever joins meanwhile, whoever has left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.core.instants import instant
from loyalty.core.member import Member
from loyalty.ledger.act import Act
from loyalty.members.erase import Erasure
from loyalty.store import keys, member_index
from loyalty.store.items.member import member_item
from loyalty.store.tables import Put
from tests.support.memory import MemoryTables
from tests.support.metering import Bill, MeteredTables
from tests.support.refusals import refused
from tests.support.world import World

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.store.tables import Tables

# Few instants, so that many join at once; few ids, so that they meet in every shard.
MEMBERS = st.sets(
    st.tuples(st.integers(0, 6), st.integers(0, 300).map(lambda n: f"{n:04x}")), max_size=60
)


@dataclass(frozen=True)
class Person:
    at: int
    id: str

    @property
    def joined(self) -> datetime:
        return instant(self.at)


def join(tables: Tables, person: Person, program: str = "coffee") -> None:
    member = Member(
        program=program,
        id=person.id,
        serial="s",
        card_code="c",
        link_generation=1,
        card_version=0,
        first_name="Ann",
        contact=None,
        birthday=None,
        language="en",
        consent_version="1",
        marketing_consent_version=None,
        enrolled_at=person.joined,
    )
    tables.write(Put(keys.member_key(program, person.id), member_item(member)))


def people(found: set[tuple[int, str]]) -> list[Person]:
    """Return them in order, one for each id."""
    ids: dict[str, int] = {}
    for at, one in sorted(found):
        ids.setdefault(one, at)
    return sorted((Person(at, one) for one, at in ids.items()), key=lambda p: (p.at, p.id))


@given(MEMBERS, st.integers(1, 70))
def test_pages_of_any_size_are_all_of_them_in_order(
    found: set[tuple[int, str]], limit: int
) -> None:
    tables, expected = MemoryTables(), people(found)
    for person in expected:
        join(tables, person)
        join(tables, Person(person.at, person.id), "barber")
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = member_index.page(tables, "coffee", cursor, limit)
        assert len(page.members) == limit or page.next is None
        seen += page.members
        cursor = page.next
    assert [(one.id, one.at) for one in seen] == [(one.id, one.joined) for one in expected]


@settings(max_examples=60)
@given(MEMBERS, MEMBERS, st.lists(st.integers(1, 9), min_size=1))
def test_who_joins_meanwhile_neither_doubles_nor_hides_anybody(
    found: set[tuple[int, str]], later: set[tuple[int, str]], limits: list[int]
) -> None:
    tables, there = MemoryTables(), people(found)
    for person in there:
        join(tables, person)
    ids = {person.id for person in there}
    # Some of them with an instant that the walk has left behind: their clocks were slow.
    coming = [person for person in people(later) if person.id not in ids]
    seen: list[str] = []
    cursor: str | None = ""
    number = 0
    while cursor is not None:
        page = member_index.page(tables, "coffee", cursor, limits[number % len(limits)])
        seen += [one.id for one in page.members]
        cursor = page.next
        number += 1
        for person in coming[:2]:
            join(tables, person)
        coming = coming[2:]
    assert len(seen) == len(set(seen))
    assert [one for one in seen if one in ids] == [person.id for person in there]


def test_who_was_forgotten_stays_without_a_word_about_them() -> None:
    world = World()
    world.put_program()
    ann, ben = world.enrol(), world.enrol()
    Erasure(world.books).erase(Act("coffee", "owner", "1", "asked"), ann.member_id, world.now)
    page = member_index.page(world.tables, "coffee", "", 9)
    assert {one.id for one in page.members} == {ann.member_id, ben.member_id}


def test_a_sale_writes_nothing_of_it_and_joining_a_unit_and_one_for_each_word() -> None:
    tables = MeteredTables(MemoryTables())
    world = World(tables)
    world.put_program()
    tables.bill = Bill()
    ann = world.enrol()
    # Where she stands in the list, and two words by which she is found.
    assert tables.bill.index_units == 1 + 2
    world.sell(order="1", member=ann)
    tables.bill = Bill()
    world.sell(order="2", member=ann)
    assert tables.bill.transactions == [3]
    assert tables.bill.index_units == 0
    assert "MEMBER" not in tables.bill.sizes


def test_a_page_asks_each_shard_about_once() -> None:
    tables = MeteredTables(MemoryTables())
    for number in range(1000):
        join(tables, Person(number, f"{number * 7919 % 65536:04x}"))
    for limit in (20, 80, 300):
        tables.bill = Bill()
        assert len(member_index.page(tables, "coffee", "", limit).members) == limit
        assert len(tables.bill.calls) <= keys.MEMBER_SHARDS + 2


@pytest.mark.parametrize("cursor", ["x", "é", "====", "bm9uZQ", "MSNhbm4", "OTk5OTk5OTk5OTk5OTkj"])
def test_a_cursor_of_nobody_is_refused(cursor: str) -> None:
    with refused("invalid_cursor"):
        member_index.page(MemoryTables(), "coffee", cursor, 9)
