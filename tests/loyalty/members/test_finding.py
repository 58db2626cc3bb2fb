"""What finding members costs: calls and units that do not grow with the shop; and nobody's name."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from loyalty.members import search_words
from loyalty.members.finding import Finding, Wanted
from tests.support.memory import MemoryTables
from tests.support.metering import Bill, MeteredTables
from tests.support.world import World

NAMES = ("Ann", "Anna", "Ben", "Clara", "Dmitri", "Émile")


def shop(members: int) -> tuple[World, MeteredTables]:
    tables = MeteredTables(MemoryTables())
    world = World(tables)
    world.put_program("coffee")
    for number in range(members):
        world.enrol(name=NAMES[number % len(NAMES)])
        world.wait(seconds=1)
    return world, tables


def bill_of(world: World, tables: MeteredTables, wanted: Wanted) -> tuple[int, Bill]:
    tables.bill = Bill()
    page = Finding(world.books).page("coffee", wanted, "", 10, "key:x", world.now)
    return len(page.members), tables.bill


def test_a_page_costs_the_same_in_a_large_shop() -> None:
    bills = {}
    for size in (60, 240):
        world, tables = shop(size)
        found, by_name = bill_of(world, tables, Wanted(name="be"))
        assert found == 10
        assert by_name.calls == ["listed", "get_many"]
        listed, by_joining = bill_of(world, tables, Wanted())
        assert listed == 10
        assert set(by_joining.calls) == {"listed", "get_many"}
        bills[size] = (by_name.read_units, len(by_joining.calls))
    assert bills[60][0] == bills[240][0]
    assert bills[240][1] <= bills[60][1] + 8


def test_the_index_holds_no_word_of_anybody() -> None:
    tables = MemoryTables()
    world = World(tables)
    world.put_program("coffee")
    for name in NAMES:
        world.enrol(name=name)
    words = [item for key, item in tables.items.items() if key.sk.startswith("FOUND#")]
    assert len(words) >= len(NAMES)
    text = json.dumps([{**item, "pk": "", "mo": ""} for item in words]).casefold()
    for name in NAMES:
        assert name.casefold() not in text


@given(st.text(max_size=30), st.text(max_size=10))
def test_who_fits_is_under_the_word_that_is_looked_up(name: str, more: str) -> None:
    """Whatever beginning of a name is typed: the word that is read is one that was written."""
    for word in search_words.plain(name)[:3]:
        for length in range(search_words.SHORTEST, len(word) + 1):
            asked = word[:length]
            looked = search_words.of_name_asked(asked)
            assert search_words.fits(name, asked)
            assert looked in search_words.of_name(name)
    if more and not search_words.plain(more):
        assert search_words.of_name_asked(more) is None
