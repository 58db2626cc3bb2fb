"""What a sale costs, in counts: store calls, items, capacity units. Never in time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty.core.order import dated
from loyalty.ledger.buyers import matches
from loyalty.store import keys
from loyalty.store.items.order import order_item, to_order
from tests.support.metering import Bill, size
from tests.support.shops import PROGRAMS, billed, metered, snapshot


@pytest.mark.parametrize("changes", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("lines", [0, 1, 10])
def test_a_first_snapshot_is_one_read_and_one_transaction(
    lines: int, changes: dict[str, Any]
) -> None:
    world, tables, ann = metered(**changes)
    report = snapshot(world, ann, lines)
    finding = Bill()
    world.programs.current("coffee")
    tables.bill = finding
    assert list(matches(world.books, "coffee", report.hints, None, world.now)) == [ann.member_id]
    assert finding.calls == ["get"]
    bill = billed(world, tables, report)
    # The first read is finding the member by the card's code.
    assert bill.calls == ["get", "get", "write"]
    assert bill.read_units - finding.read_units <= 1
    assert bill.transactions == [3]
    assert bill.write_units <= 6
    assert bill.index_units <= 1
    assert bill.index_units == 1 or changes.get("pots") == []


def test_a_repeat_costs_one_refused_try_and_a_second_card_change_no_index_write() -> None:
    world, tables, ann = metered()
    report = snapshot(world, ann, 10)
    assert billed(world, tables, report).index_units == 1
    tables.bill = Bill()
    assert world.sales.record_order(report, world.now).result == "unchanged"
    assert tables.bill.calls == ["get", "get", "write"]
    assert billed(world, tables, snapshot(world, ann, 10)).index_units == 0


def test_a_later_version_costs_the_refused_try_and_one_more_read() -> None:
    world, tables, ann = metered()
    first = snapshot(world, ann, 2)
    billed(world, tables, first)
    refund = replace(first.parts[0], version=2, refunded=1000)
    bill = billed(world, tables, replace(first, parts=(refund,)))
    assert bill.calls == ["get", "get", "write", "get", "write"]
    assert bill.transactions == [3, 3]


def test_the_cost_of_a_sale_is_flat_in_history() -> None:
    world, tables, ann = metered()
    bills = []
    for _ in range(60):
        bills.append(billed(world, tables, snapshot(world, ann, 3)))
        world.wait(days=11)
    assert {bill.write_units for bill in bills} == {6}
    assert {bill.read_units for bill in bills} == {2}
    assert bills[-1].sizes["ACCOUNT"] - bills[0].sizes["ACCOUNT"] < 32


def test_the_meter_sees_a_basket_that_needs_a_second_kilobyte() -> None:
    """Negative control: forty lines do not fit, and the meter says so."""
    world, tables, ann = metered()
    assert billed(world, tables, snapshot(world, ann, 40)).write_units > 6


def test_sizes_are_counted_as_documented() -> None:
    assert size({"n": 0, "s": "Ёж", "y": True}) == 1 + 2 + 1 + 4 + 1 + 1
    assert size({"l": [1234, -5]}) == 1 + 3 + 1 + 3 + 1 + 3
    assert size({"m": {"ab": 10**12}}) == 1 + 3 + 1 + 2 + 2


def test_orders_come_back_from_their_items_as_they_were() -> None:
    world, _, ann = metered()
    for lines in (0, 1, 7):
        report = snapshot(world, ann, lines)
        world.sales.record_order(report, world.now)
        order = world.sales._order(report.key)
        assert order is not None
        assert order.parts == dated(report, world.now)
        assert to_order({**order_item(order), **key(order.key)}) == order


def key(order: Any) -> dict[str, str]:
    found = keys.order_key(order)
    return {"pk": found.pk, "sk": found.sk}
