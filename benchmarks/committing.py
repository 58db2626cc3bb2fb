"""What committing costs: time against deciding, calls and capacity units, growth."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
from botocore.awsrequest import AWSResponse

from benchmarks.timing import Times, measure, result, row, title
from loyalty.core.decide import decide
from loyalty.core.decide.order import RecordOrder
from loyalty.core.decide.spending import Price
from loyalty.core.order import Order
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.store import commit, keys
from loyalty.store.commit import Change
from loyalty.store.dynamodb import CLIENT_CONFIG, DynamoTables
from loyalty.store.items.order import order_item
from loyalty.store.tables import Put
from tests.support.emulator import CREDENTIALS, emulator, tables_of
from tests.support.memory import MemoryTables
from tests.support.metering import Bill, size
from tests.support.shops import PROGRAMS, metered, snapshot
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient


class _Empty:
    def stream(self, **_: Any) -> Any:
        yield b"{}"


def sales(world: World, lines: int = 2) -> Callable[[], object]:
    """Return what records one more sale of a member each time it is called."""
    ann = world.enrol()
    numbers = itertools.count()
    report = snapshot(world, ann, lines)

    def sell() -> object:
        key = replace(report.key, id=f"bench-{next(numbers)}")
        return world.sales.record_order(replace(report, key=key), world.now)

    return sell


def rates(client: DynamoDBClient) -> None:
    """Print sales per second, from report to acknowledgement, one at a time."""
    title("sales recorded, one at a time")
    world = World(MemoryTables())
    world.put_program()
    memory = measure(sales(world))
    row("memory", memory, f"{1e6 / memory.p50:,.0f} a second")
    with tables_of(client, "rates") as tables:
        world = World(tables)
        world.put_program()
        emulated = measure(sales(world), seconds=3)
    row("emulator (a process on this machine)", emulated, f"{1e6 / emulated.p50:,.0f} a second")


def share(decided: Times) -> None:
    """Print deciding against the commit's own serialisation and request, without any service."""
    client = boto3.client(
        "dynamodb", endpoint_url="http://127.0.0.1:9", config=CLIENT_CONFIG, **CREDENTIALS
    )
    headers: Any = {"Content-Type": "application/x-amz-json-1.0"}

    def answer(request: Any, **_: Any) -> Any:
        return AWSResponse(request.url, 200, headers, _Empty())

    client.meta.events.register("before-send.dynamodb.TransactWriteItems", answer)
    tables = DynamoTables(client, {"state": "s", "ledger": "l"})
    world = World(MemoryTables())
    world.put_program()
    ann = world.enrol()
    report = snapshot(world, ann, 2)
    head = Order(report.key, "USD", world.now, world.now, report.parts, member=ann.member_id)
    program, standing = world.programs.current("coffee"), world.account(ann)
    command = RecordOrder(head, program, "endpoint:till")
    decision = decide(program, standing, command, world.now)
    change = Change(standing, decision)
    ours = measure(lambda: decide(program, standing, command, world.now))
    committed = measure(lambda: commit.commit_order(tables, change, world.now))
    client.close()
    title("deciding against committing, the answer of the service taking no time at all")
    row("decide", ours)
    row("serialise, sign, send, read the answer", committed)
    result("decide / commit (p50)", ours.p50 / committed.p50, "below 0.33")
    result("the plain sale above / commit (p50)", decided.p50 / committed.p50, "below 0.33")


def bills() -> None:
    """Print store calls and capacity units per operation."""
    title("store calls and capacity units, program and endpoint cached")
    row("", "calls", "read units", "write units", "index units")
    world, tables, ann = metered()
    bob = world.enrol()
    desk = Act("coffee", "desk", "1", "a reason")

    def hold(name: str) -> Request:
        return Request("coffee", "till", name, "endpoint:till")

    first = snapshot(world, ann, 2)
    refund = replace(first, parts=(replace(first.parts[0], version=2, refunded=100),))
    cup, code = Price("free-coffee"), ann.card_code
    acts: dict[str, Callable[[], object]] = {
        "sale, first report of 2 lines": lambda: world.sales.record_order(first, world.now),
        "the same report again": lambda: world.sales.record_order(first, world.now),
        "a refund of it": lambda: world.sales.record_order(refund, world.now),
        "sale of 10 lines": lambda: world.sales.record_order(snapshot(world, ann, 10), world.now),
        "sale of 40 lines": lambda: world.sales.record_order(snapshot(world, ann, 40), world.now),
        "redemption": lambda: world.spending.spend(hold("r"), code, cup, world.now),
        "the same redemption again": lambda: world.spending.spend(hold("r"), code, cup, world.now),
        "hold": lambda: world.spending.hold(hold("h"), code, cup, world.now),
        "capture": lambda: world.spending.capture(hold("h"), code, world.now),
        "gift by staff": lambda: world.staff.give(desk, ann.member_id, "points", 5, world.now),
        "transfer": lambda: world.staff.transfer(
            desk, ann.member_id, bob.member_id, "points", 5, world.now
        ),
        "enrolment": world.enrol,
        "a night over this shop, nothing due": world.night,
    }
    for name, act in acts.items():
        world.programs.current("coffee")
        tables.bill = Bill()
        act()
        bill = tables.bill
        row(name, len(bill.calls), bill.read_units, bill.write_units, bill.index_units)
    print("  Finding the member by the card's code is one call and one read unit of each above.")


def consumed(client: DynamoDBClient) -> None:
    """Compare our reckoning of capacity units with the emulator's own."""
    title("capacity units as the emulator reports them")
    with tables_of(client, "units") as tables:
        world = World(tables)
        world.put_program()
        ann = world.enrol()
        key = snapshot(world, ann, 0).key
        head = Order(key, "USD", world.now, world.now, member=ann.member_id)
        for count in (10, 40):
            large = replace(head, parts=snapshot(world, ann, count).parts)
            put = Put(keys.order_key(large.key), order_item(large))
            answer: Any = client.transact_write_items(
                TransactItems=[tables._action(put)],  # noqa: SLF001 - the wire form is the point
                ReturnConsumedCapacity="TOTAL",
            )
            reported = sum(one["CapacityUnits"] for one in answer.get("ConsumedCapacity", []))
            place = {"pk": put.key.pk, "sk": put.key.sk}
            ours = 2 * -(-size({**place, **put.item}) // 1024)
            row(f"head of {count} lines", f"ours {ours}", f"emulator {reported or 'silent'}")


def growth() -> None:
    """Print how a sale's cost grows with members and with history, over 10 and 100 times."""
    title("growth: a sale with 10, 100, 1000 members; after 10, 100, 1000 sales (memory, p10)")
    members = {}
    for count in (10, 100, 1000):
        world = World(MemoryTables())
        world.put_program()
        for _ in range(count - 1):
            world.enrol()
        members[count] = measure(sales(world), seconds=0.3).quantile(0.1)
    row("members", *(f"{one:,.0f} µs" for one in members.values()))
    history = {}
    for count in (10, 100, 1000):
        world = World(MemoryTables())
        world.put_program()
        sell = sales(world)
        for _ in range(count):
            sell()
            world.now += timedelta(hours=9)
        history[count] = measure(sell, seconds=0.3).quantile(0.1)
    row("history", *(f"{one:,.0f} µs" for one in history.values()))
    result("1000 members / 10 members", members[1000] / members[10], "about 1: flat")
    result("1000 sales / 10 sales before", history[1000] / history[10], "about 1: flat")


def sizes() -> None:
    """Print how large account items are."""
    title("account items after two years of monthly visits (bytes)")
    for name, changes in PROGRAMS.items():
        _, tables, ann = metered(**changes)
        item = tables.get(keys.account_key("coffee", ann.member_id))
        row(name, size(item or {}))


def run(decided: Times) -> None:
    """Print everything."""
    share(decided)
    bills()
    sizes()
    growth()
    with emulator() as url:
        client = boto3.client("dynamodb", endpoint_url=url, config=CLIENT_CONFIG, **CREDENTIALS)
        rates(client)
        consumed(client)
        client.close()
