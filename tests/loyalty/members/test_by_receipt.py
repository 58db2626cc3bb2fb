"""Sales by the number on a receipt: whoever types it knows neither the till nor its spelling."""

from __future__ import annotations

import pytest

from loyalty.members import by_receipt
from loyalty.members.search_words import of_receipt
from loyalty.store import order_sources
from tests.support.figure_streams import FigureStreams
from tests.support.memory import MemoryTables
from tests.support.metering import Bill, MeteredTables
from tests.support.world import World


@pytest.fixture
def world() -> World:
    world = World()
    world.put_program("coffee")
    return world


def found(world: World, number: str, *tills: str) -> list[tuple[str, str]]:
    FigureStreams(world).ring(FigureStreams(world).news())
    sales = by_receipt.sales(world.tables, "coffee", number, tills, world.now)
    return [(one.key.source, one.key.id) for one in sales]


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("1001", "1001"),
        ("1001", " #1001 "),
        ("1001", "\N{NUMERO SIGN} 1001"),
        ("1001", "No. 1001"),
        ("1001", "nr 1001"),
        ("1001", "10 01"),
        ("1001", "000001001"),
        ("00001001", "1001"),
        ("R-10023", "r-10023"),
        ("R-10023", "R 10023"),
        ("R10023", "r 100-23"),
        ("R-10023", "r10023"),
        ("r-10023", "R\N{EN DASH}10023"),
        ("#1001", "#1001"),
        ("1001", "\N{FULLWIDTH DIGIT ONE}001"),
        ("0", "000"),
        ("No.77", "No.77"),
    ],
)
def test_a_number_is_found_as_it_is_printed_and_typed(world: World, kept: str, typed: str) -> None:
    world.sell(kept, member=world.enrol())
    world.sell("2002", member=world.enrol())
    assert found(world, typed) == [("till", kept)]


@pytest.mark.parametrize(
    "typed", ["", " ", "#", "9" * 129, "9" * 5000, "-" * 900, "1#2", "a\x00", "'; --", "\u202e1001"]
)
def test_what_is_no_number_finds_nothing(world: World, typed: str) -> None:
    world.sell("1001", member=world.enrol())
    assert found(world, typed) == []
    assert len(of_receipt(typed)) < 40


def test_tills_that_count_alike_are_all_told_the_latest_first(world: World) -> None:
    world.sell("7", member=world.enrol(), source="front")
    world.wait(hours=1)
    world.sell("7", member=world.enrol(), source="back")
    assert found(world, "7") == [("back", "7"), ("front", "7")]
    assert found(world, "7", "front") == [("front", "7")]
    assert found(world, "7", "unheard-of") == []


def test_a_till_that_is_gone_is_still_asked(world: World) -> None:
    """What is known of tills follows from orders, and not from what keys and addresses are left."""
    world.sell("7", member=world.enrol(), source="old-till")
    assert found(world, "7") == [("old-till", "7")]
    assert order_sources.known(world.tables, "coffee") == ["old-till"]
    assert order_sources.known(world.tables, "barber") == []


def test_another_sale_under_a_number_that_was_used_again_is_found_too(world: World) -> None:
    first, second = world.enrol(), world.enrol()
    world.sell("7", member=first)
    outcome = world.sell("7", 2, total=500, member=second)
    assert outcome.double
    assert [name.partition(" ")[0] for _, name in found(world, "7")] == ["7", "7"]


def test_a_sale_that_was_paid_back_is_found_and_one_that_is_none_is_not(world: World) -> None:
    world.sell("7", member=world.enrol())
    world.sell("7", 2, status="refunded")
    assert found(world, "7") == [("till", "7")]


def test_what_it_costs_does_not_grow_with_the_shop() -> None:
    tables = MeteredTables(MemoryTables())
    world = World(tables)
    world.put_program("coffee")
    for number in range(60):
        world.sell(str(number), member=world.enrol(), source=f"till-{number % 3}")
    for number in range(3):
        order_sources.remember(tables, "coffee", f"till-{number}")
    tables.bill = Bill()
    sales = by_receipt.sales(tables, "coffee", "59", (), world.now)
    assert [one.key.id for one in sales] == ["59"]
    assert tables.bill.calls == ["between", "get_many"]
    assert tables.bill.read_units < 40


def test_many_tills_are_asked_within_bounds() -> None:
    tables = MeteredTables(MemoryTables())
    world = World(tables)
    world.put_program("coffee")
    for number in range(120):
        order_sources.remember(tables, "coffee", f"till-{number:03d}")
    world.sell("R-7", member=world.enrol(), source="till-099")
    tables.bill = Bill()
    sales = by_receipt.sales(tables, "coffee", "r-7", (), world.now)
    assert [one.key.source for one in sales] == ["till-099"]
    assert len(order_sources.known(tables, "coffee")) == order_sources.MOST


def test_a_source_is_written_down_once() -> None:
    tables = MeteredTables(MemoryTables())
    order_sources.remember(tables, "coffee", "till")
    tables.bill = Bill()
    order_sources.remember(tables, "coffee", "till")
    assert tables.bill.write_units == 0
