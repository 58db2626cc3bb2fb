"""Lists of orders that somebody should look at, over partitions and page by page."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from loyalty.core.double import plain
from loyalty.core.instants import microseconds
from loyalty.core.order import OrderKey
from tests.support.world import World


def told(world: World, size: int) -> list[list[str]]:
    pages, cursor = [], ""
    while True:
        page = world.sales.parked_orders("coffee", size, world.now, cursor)
        pages.append([order.key.id for order in page.orders])
        if page.next is None:
            return pages
        cursor = page.next


@pytest.fixture
def world() -> World:
    world = World()
    world.put_program()
    return world


@pytest.mark.parametrize("size", [1, 3, 7, 50, 51, 200])
def test_every_parked_order_is_told_once_and_seconds_never_go_back(world: World, size: int) -> None:
    second = {}
    chance = random.Random(7)
    for number in range(50):
        world.sell(f"#{number} ы", total=100)
        second[f"#{number} ы"] = world.now
        world.wait(seconds=chance.choice([0, 0, 0, 1]))
    pages = told(world, size)
    names = [name for page in pages for name in page]
    assert sorted(names) == sorted(second)
    assert [second[name] for name in names] == sorted(second.values())
    assert {len(page) for page in pages[:-1]} <= {size}


@pytest.mark.parametrize("size", [1, 4, 100])
@pytest.mark.parametrize(("first", "last"), [(0, 99), (3, 9), (5, 5), (9, 3), (50, 99)])
def test_pages_of_a_time_tell_what_was_heard_of_in_it(
    world: World, size: int, first: int, last: int
) -> None:
    began, right = world.now, []
    for number in range(20):
        world.sell(str(number), total=100)
        if first <= (world.now - began).total_seconds() <= last:
            right.append(str(number))
        world.wait(seconds=number % 2)
    ends = (began + timedelta(seconds=first), began + timedelta(seconds=last))
    times = microseconds(ends[0]), microseconds(ends[1])
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = world.sales.parked_orders("coffee", size, world.now, cursor, times)
        found += [order.key.id for order in page.orders]
        cursor = page.next
    assert sorted(found) == sorted(right)
    # A page of another time goes on where that one may.
    whole = world.sales.parked_orders("coffee", 3, world.now)
    rest = world.sales.parked_orders("coffee", 100, world.now, whole.next or "", times)
    seen = {order.key.id for order in (*whole.orders, *rest.orders)}
    assert set(right) <= seen


def test_pages_of_doubles_tell_what_was_heard_of_in_a_time(world: World) -> None:
    ann, ben = world.enrol(), world.enrol()
    began = world.now
    for number in range(6):
        world.sell(str(number), total=100, member=ann)
        world.sell(str(number), total=100, member=ben)
        world.wait(minutes=1)
    ends = began + timedelta(minutes=1), began + timedelta(minutes=3)
    times = microseconds(ends[0]), microseconds(ends[1])
    found, cursor = [], ""
    while cursor is not None:
        page = world.sales.possible_doubles("coffee", 2, world.now, cursor, times)
        found += [plain(order.key).id for order in page.orders]
        cursor = page.next  # type: ignore[assignment]
    assert found == ["1", "2", "3"]
    late = microseconds(world.now), microseconds(world.now)
    first = world.sales.possible_doubles("coffee", 2, world.now)
    assert world.sales.possible_doubles("coffee", 2, world.now, first.next or "", late).orders == ()


def test_pages_go_on_when_what_they_ended_at_has_found_its_member(world: World) -> None:
    ann = world.enrol()
    for number in range(40):
        world.sell(str(number), total=100)
    seen: list[str] = []
    cursor = ""
    while True:
        page = world.sales.parked_orders("coffee", 6, world.now, cursor)
        seen += [order.key.id for order in page.orders]
        for order in page.orders[-1:]:
            key = OrderKey("coffee", "till", order.key.id)
            world.sales.claim_order(key, ann.card_code, "key:till", world.now)
        if page.next is None:
            break
        cursor = page.next
    assert sorted(map(int, seen)) == list(range(40))


def test_a_cursor_opens_nothing_of_another_program(world: World) -> None:
    for number in range(4):
        world.sell(str(number), total=100)
    page = world.sales.parked_orders("coffee", 2, world.now)
    assert page.next
    elsewhere = world.sales.parked_orders("tea", 9, world.now, page.next)
    assert elsewhere.orders == ()
