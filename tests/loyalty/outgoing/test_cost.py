"""What telling costs, in calls and capacity units; nobody who has no receiver pays for it."""

from __future__ import annotations

import pytest

from loyalty.outgoing import bells
from loyalty.outgoing.sending import Sender
from loyalty.outgoing.telling import Telling
from tests.support.metering import Bill, MeteredTables
from tests.support.outgoing import House


@pytest.fixture
def house() -> House:
    made = House()
    made.world.wait(seconds=1)
    return made


def test_without_a_receiver_a_batch_costs_one_read_for_each_program(house: House) -> None:
    ann = house.world.enrol()
    tables = MeteredTables(house.world.tables)
    assert bells.heard(tables, [("coffee", ann.member_id, number) for number in range(100)]) == []
    assert (tables.bill.calls, tables.bill.read_units) == (["query"], 1)


def test_a_sale_costs_one_write_to_be_told_and_one_to_be_sent(house: House) -> None:
    house.add()
    ann = house.world.enrol()
    house.tell(ann)
    house.work()
    house.world.sell("1", total=500, member=ann)
    tables = MeteredTables(house.world.tables)
    Telling(tables, house.world.programs, house.queue).tell("coffee", ann.member_id)
    # Receivers, how far it was told, the new entries.
    assert tables.bill.calls == ["query", "get", "between", "write"]
    assert (tables.bill.read_units, tables.bill.write_units) == (3, 2)
    tables.bill = Bill()
    sender = Sender(
        tables,
        house.posts,
        secrets=lambda _: ["whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"],
        clock=lambda: house.world.now,
        seconds=lambda: 0.0,
        random=lambda: 0.0,
    )
    (sending,) = house.queue.take()
    assert sender.send(sending) == "delivered"
    assert tables.bill.calls == ["get", "get", "write"]
    assert (tables.bill.read_units, tables.bill.write_units) == (2, 2)
    assert tables.bill.index_units == 0


def test_an_entry_behind_a_long_history_costs_no_more(house: House) -> None:
    house.add()
    ann = house.world.enrol()
    for number in range(120):
        house.world.sell(str(number), total=100, member=ann)
    house.tell(ann)
    house.world.sell("last", total=500, member=ann)
    tables = MeteredTables(house.world.tables)
    Telling(tables, house.world.programs, house.queue).tell("coffee", ann.member_id)
    assert (tables.bill.read_units, tables.bill.write_units) == (3, 2)
