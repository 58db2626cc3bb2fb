"""One contract for the tables, kept by memory and by DynamoDB as the emulator speaks it."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import MagicMock

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

from loyalty.core.report import OrderKey
from loyalty.store import counted, figure_charts, figure_lines, member_index
from loyalty.store.counted import Counted
from loyalty.store.dynamodb import BATCH_ROUNDS, CLIENT_CONFIG, DynamoTables
from loyalty.store.figure_charts import Chart, Goal
from loyalty.store.figure_lines import Moves, SaleLine
from loyalty.store.tables import (
    Absent,
    AllOf,
    AtLeast,
    Below,
    Cancelled,
    Delete,
    Equals,
    Key,
    OutcomeUnknown,
    Place,
    Put,
    ReadsRefused,
    Tables,
    Update,
)
from tests.support.emulator import CREDENTIALS, emulator, tables_of
from tests.support.memory import MemoryTables
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_dynamodb import DynamoDBClient


ONE = Key("state", "coffee#M#1", "ACCOUNT")
TWO = Key("ledger", "coffee#M#1", "E#000000000001")


@pytest.fixture(scope="session")
def client() -> Iterator[DynamoDBClient]:
    with emulator() as url:
        client = boto3.client("dynamodb", endpoint_url=url, config=CLIENT_CONFIG, **CREDENTIALS)
        yield client
        client.close()


@pytest.fixture(params=["memory", "dynamodb"])
def tables(request: pytest.FixtureRequest) -> Iterator[Tables]:
    if request.param == "memory":
        yield MemoryTables()
        return
    with tables_of(request.getfixturevalue("client"), "contract") as tables:
        yield tables


def test_what_is_written_is_read(tables: Tables) -> None:
    item = {
        "n": 12,
        "t": "Ёж 🦔",
        "l": [1, "2", [3]],
        "m": {"a": {"b": 1}},
        "y": True,
        "big": 10**12,
    }
    tables.write(Put(ONE, item, Absent()), Put(TWO, {"h": ""}, Absent()))
    assert tables.get(ONE) == {"pk": ONE.pk, "sk": ONE.sk, **item}
    assert tables.get(TWO) == {"pk": TWO.pk, "sk": TWO.sk, "h": ""}
    assert tables.get(Key("state", "nobody", "X")) is None
    found = tables.get_many([ONE, TWO, Key("state", "nobody", "X"), ONE])
    assert set(found) == {ONE, TWO}


def test_a_refused_condition_writes_nothing_and_shows_what_stands_there(tables: Tables) -> None:
    tables.write(Put(ONE, {"r": 1}))
    with pytest.raises(Cancelled) as cancelled:
        tables.write(Put(ONE, {"r": 9}, Absent()), Put(TWO, {"x": 1}, Absent()))
    first, second = cancelled.value.reasons
    assert first.kind == "condition"
    assert first.item is not None
    assert first.item["r"] == 1
    assert second.kind == "none"
    assert tables.get(TWO) is None


def test_every_reason_stands_in_the_place_of_its_write(tables: Tables) -> None:
    tables.write(Put(ONE, {"r": 1}))
    with pytest.raises(Cancelled) as cancelled:
        tables.write(Put(TWO, {"x": 1}, Absent()), Update(ONE, {"r": 3}, condition=Equals("r", 2)))
    assert [reason.kind for reason in cancelled.value.reasons] == ["none", "condition"]


def test_updates_set_default_and_remove(tables: Tables) -> None:
    tables.write(Put(ONE, {"r": 1, "old": 1, "kept": "x"}))
    values = {"r": 2, "p": {"points": [[5, 6], 0, "1/2"]}}
    tables.write(Update(ONE, values, {"wt": 10}, ("old",), Equals("r", 1)))
    tables.write(Update(ONE, {}, {"wt": 20}))
    keys = {"pk": ONE.pk, "sk": ONE.sk}
    assert tables.get(ONE) == {**keys, **values, "wt": 10, "kept": "x"}


def test_an_update_adds_where_there_is_enough(tables: Tables) -> None:
    tables.write(Update(ONE, adds={"n": 3, "t": 1}))
    tables.write(Update(ONE, {"x": 1}, adds={"n": -3, "t": 2}, condition=AtLeast("n", 3)))
    with pytest.raises(Cancelled) as cancelled:
        tables.write(Put(TWO, {"h": ""}), Update(ONE, adds={"n": -1}, condition=AtLeast("n", 1)))
    assert [reason.kind for reason in cancelled.value.reasons] == ["none", "condition"]
    with pytest.raises(Cancelled):
        tables.write(Update(TWO, adds={"n": 1}, condition=AtLeast("n", 0)))
    assert tables.get(ONE) == {"pk": ONE.pk, "sk": ONE.sk, "n": 0, "t": 3, "x": 1}
    assert tables.get(TWO) is None


def test_numbers_are_added_to_whatever_is_there_and_to_nothing(tables: Tables) -> None:
    tables.add(ONE, {"n": 2, "05m": 1}, {"at": 5, "t": "x"})
    tables.add(ONE, {"n": -1, "06m": 3}, {})
    keys = {"pk": ONE.pk, "sk": ONE.sk}
    assert tables.get(ONE) == {**keys, "n": 1, "05m": 1, "06m": 3, "at": 5, "t": "x"}


def test_conditions(tables: Tables) -> None:
    with pytest.raises(Cancelled):
        tables.write(Update(ONE, {"x": 1}, condition=Equals("r", 1)))
    assert tables.get(ONE) is None
    tables.write(Put(ONE, {"token": "a", "at": 5}))
    for refused in (Below("at", 5), AllOf((Equals("token", "b"), Below("at", 6)))):
        with pytest.raises(Cancelled):
            tables.write(Delete(ONE, refused))
    tables.write(Delete(ONE, AllOf((Equals("token", "a"), Below("at", 6)))))
    assert tables.get(ONE) is None
    tables.write(Delete(ONE))


def test_ranges_are_read_from_either_end(tables: Tables) -> None:
    names = ("a", "b", "b#1", "c", "d")
    tables.write(*(Put(Key("state", "p", name), {"x": "y" * 1000}) for name in names))
    tables.write(Put(Key("state", "q", "b"), {}))

    def read(first: str, last: str, limit: int, *, newest: bool = False) -> list[str]:
        found = tables.between("state", "p", first, last, limit, newest=newest)
        return [item["sk"] for item in found]

    assert read("b", "c", 9) == ["b", "b#1", "c"]
    assert read("b", "c", 2) == ["b", "b#1"]
    assert read("b", "c", 2, newest=True) == ["c", "b#1"]
    assert read("e", "f", 2) == []
    assert read("aa", "bb", 9) == ["b", "b#1"]


def test_queries_are_in_key_order_and_keep_to_their_prefix(tables: Tables) -> None:
    for name in ("E#000000000002", "E#000000000010", "E#000000000001", "FACT"):
        tables.write(Put(Key("ledger", "p", name), {"n": name}))
    assert [item["sk"] for item in tables.query("ledger", "p", "E#")] == [
        "E#000000000001",
        "E#000000000002",
        "E#000000000010",
    ]
    assert len(tables.query("ledger", "p")) == 4
    assert tables.query("ledger", "q") == []


def test_the_index_holds_what_waits_oldest_first(tables: Tables) -> None:
    for number, at in enumerate((30, 10, 20)):
        tables.write(Put(Key("state", f"m{number}", "ACCOUNT"), {"wp": "publish#1", "wt": at}))
    tables.write(Put(Key("state", "other", "ACCOUNT"), {"r": 1}))
    assert names(tables.waiting("publish#1", 20, 10)) == ["m1", "m2"]
    assert names(tables.waiting("publish#1", 99, 2)) == ["m1", "m2"]
    assert names(tables.waiting("publish#1", 99, 9, since=20)) == ["m2", "m0"]
    tables.write(Update(Key("state", "m1", "ACCOUNT"), {}, {}, ("wp", "wt")))
    assert names(tables.waiting("publish#1", 99, 9)) == ["m2", "m0"]
    assert tables.waiting("publish#2", 99, 9) == []


def test_the_index_goes_on_behind_a_place_also_within_one_second(tables: Tables) -> None:
    wanted = []
    for number in range(7):
        key = Key("state", f"m{number}", "ORDER")
        tables.write(Put(key, {"wp": "coffee#parked", "wt": 10 + number // 4}))
        wanted.append(Place(10 + number // 4, key))
    after, found = None, []
    while places := tables.waiting("coffee#parked", 99, 3, 5, after):
        found += places
        after = places[-1]
    # Within a second the order is the database's own.
    assert sorted(found, key=lambda one: (one.second, one.key.pk)) == wanted
    assert [one.second for one in found] == sorted(one.second for one in found)
    # What stood there may be gone meanwhile.
    tables.write(Delete(found[2].key))
    assert tables.waiting("coffee#parked", 99, 9, 5, found[2]) == found[3:]


def names(places: list[Place]) -> list[str]:
    return [place.key.pk for place in places]


def test_the_list_of_members_is_in_order_and_goes_on_after_a_place(tables: Tables) -> None:
    for number, place in enumerate(("3#c", "1#a", "2#b", "10#d", "2#a")):
        tables.write(Put(Key("state", f"m{number}", "MEMBER"), {"mp": "coffee#1", "mo": place}))
    tables.write(Put(Key("state", "m9", "MEMBER"), {"mp": "coffee#2", "mo": "1#x"}))
    tables.write(Put(Key("state", "other", "ACCOUNT"), {"r": 1}))
    assert tables.listed("coffee#1", "", 9) == ["1#a", "10#d", "2#a", "2#b", "3#c"]
    assert tables.listed("coffee#1", "", 2) == ["1#a", "10#d"]
    assert tables.listed("coffee#1", "10#d", 2) == ["2#a", "2#b"]
    assert tables.listed("coffee#1", "2#a#", 9) == ["2#b", "3#c"]
    assert tables.listed("coffee#1", "3#c", 9) == []
    assert tables.listed("coffee#3", "", 9) == []
    tables.write(Update(Key("state", "m1", "MEMBER"), {}, {}, ("mp", "mo")))
    assert tables.listed("coffee#1", "", 1) == ["10#d"]


def test_members_come_by_pages_in_order_of_joining(tables: Tables) -> None:
    world = World(tables)
    world.put_program()
    world.put_program("barber")
    joined = []
    for _ in range(25):
        world.wait(microseconds=1)
        joined.append(world.enrol().member_id)
        world.enrol(program="barber")
    cursor: str | None = ""
    found: list[str] = []
    while cursor is not None:
        page = member_index.page(tables, "coffee", cursor, 7)
        found += [one.id for one in page.members]
        cursor = page.next
    assert found == joined


def test_a_scan_walks_through_everything_once(tables: Tables) -> None:
    for number in range(30):
        for name in ("ACCOUNT", "MEMBER", "ORDER"):
            tables.write(Put(Key("state", f"p#M#{number}", name), {"n": number}))
    seen = []
    for segment in range(3):
        after, more = None, True
        while more:
            found, after = tables.scan(segment, 3, after, 7, ("ACCOUNT", "MEMBER"))
            seen += [(item["pk"], item["sk"]) for item in found]
            more = after is not None
    assert len(seen) == len(set(seen)) == 60


def test_of_many_writers_one_wins(tables: Tables) -> None:
    tables.write(Put(ONE, {"r": 0}))
    wins: list[int] = []

    def write(number: int) -> None:
        try:
            tables.write(
                Update(ONE, {"r": 1, "by": number}, condition=Equals("r", 0)),
                Put(Key("ledger", "p", str(number)), {"by": number}, Absent()),
            )
        except (Cancelled, OutcomeUnknown):
            return
        wins.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wins) == 1
    stored = tables.get(ONE)
    assert stored is not None
    assert stored["by"] == wins[0]
    assert [item["by"] for item in tables.query("ledger", "p")] == wins


class TestOnTheWire:
    """What only the real client can get wrong: lost answers, conflicts, throttling."""

    @pytest.fixture
    def dynamo(self, client: DynamoDBClient) -> Iterator[DynamoTables]:
        with tables_of(client, "wire") as tables:
            yield tables

    def test_an_answer_lost_after_the_commit_is_an_unknown_outcome(
        self, dynamo: DynamoTables, client: DynamoDBClient
    ) -> None:
        def lose(request: Any, **_: Any) -> None:
            client._endpoint.http_session.send(request)  # type: ignore[attr-defined]
            raise ReadTimeoutError(endpoint_url=request.url)

        events = client.meta.events
        events.register("before-send.dynamodb.TransactWriteItems", lose)
        try:
            with pytest.raises(OutcomeUnknown):
                dynamo.write(Put(ONE, {"r": 1}, Absent()))
        finally:
            events.unregister("before-send.dynamodb.TransactWriteItems", lose)
        stored = dynamo.get(ONE)
        assert stored is not None
        assert stored["r"] == 1

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            ("TransactionConflict", "conflict"),
            ("ThrottlingError", "throttled"),
            ("ProvisionedThroughputExceeded", "throttled"),
        ],
    )
    def test_reasons_that_no_emulator_gives(
        self, dynamo: DynamoTables, client: DynamoDBClient, code: str, kind: str
    ) -> None:
        body = {
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": "Transaction cancelled",
            "CancellationReasons": [{"Code": code, "Message": "x"}],
        }

        class Raw:
            def stream(self, **_: Any) -> Any:
                yield json.dumps(body).encode()

        def answer(request: Any, **_: Any) -> Any:
            headers: Any = {"Content-Type": "application/x-amz-json-1.0"}
            return AWSResponse(request.url, 400, headers, Raw())

        events = client.meta.events
        events.register("before-send.dynamodb.TransactWriteItems", answer)
        try:
            with pytest.raises(Cancelled) as cancelled:
                dynamo.write(Put(ONE, {"r": 1}, Absent()))
        finally:
            events.unregister("before-send.dynamodb.TransactWriteItems", answer)
        assert [reason.kind for reason in cancelled.value.reasons] == [kind]
        assert dynamo.get(ONE) is None


class Undone:
    """A client whose batches leave some keys undone, for so many rounds."""

    def __init__(self, rounds: int, done: int = 1) -> None:
        self.rounds = rounds
        self.done = done
        self.asked: list[int] = []
        self.meta = MagicMock()

    def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803 - the vendor's name
        keys = RequestItems["s"]["Keys"]
        assert RequestItems["s"]["ConsistentRead"] is True
        self.asked.append(len(keys))
        done = len(keys) if len(self.asked) > self.rounds else self.done
        left = {"s": {**RequestItems["s"], "Keys": keys[done:]}} if keys[done:] else {}
        return {"Responses": {"s": keys[:done]}, "UnprocessedKeys": left}


def reader(client: Undone, slept: list[float]) -> DynamoTables:
    names: Any = {"state": "s", "ledger": "l"}
    return DynamoTables(cast("Any", client), names, sleep=slept.append, random=lambda: 0.5)


MANY = [Key("state", f"m{number}", "ACCOUNT") for number in range(130)]


def test_what_a_batch_leaves_undone_is_asked_for_again_and_again_later() -> None:
    client, slept = Undone(3, done=10), list[float]()
    found = reader(client, slept).get_many(MANY)
    assert set(found) == set(MANY)
    # Three rounds that do ten keys each, one that does the rest, and the second batch.
    assert client.asked == [100, 90, 80, 70, 30]
    assert slept == [0.025, 0.05, 0.1]


def test_it_is_not_asked_for_without_end() -> None:
    client, slept = Undone(999, done=0), list[float]()
    with pytest.raises(ReadsRefused, match="100 keys"):
        reader(client, slept).get_many(MANY)
    assert len(client.asked) == 1 + BATCH_ROUNDS == 1 + len(slept)
    assert sum(slept) < 1


def test_one_item_is_written_alone_under_its_condition(tables: Tables) -> None:
    tables.write_alone(Put(ONE, {"n": 1}, Absent()))
    with pytest.raises(Cancelled) as refused:
        tables.write_alone(Put(ONE, {"n": 2}, Absent()))
    assert [(one.kind, (one.item or {}).get("n")) for one in refused.value.reasons] == [
        ("condition", 1)
    ]
    tables.write_alone(Update(ONE, {"t": "x"}, condition=Equals("n", 1)))
    with pytest.raises(Cancelled):
        tables.write_alone(Update(ONE, {"t": "y"}, condition=Below("n", 1)))
    assert tables.get(ONE) == {"pk": ONE.pk, "sk": ONE.sk, "n": 1, "t": "x"}
    tables.write_alone(Update(TWO, {"made": 1}))
    assert tables.get(TWO) == {"pk": TWO.pk, "sk": TWO.sk, "made": 1}
    tables.write_alone(Delete(ONE))
    tables.write_alone(Delete(ONE))
    assert tables.get(ONE) is None


def test_a_line_of_figures_is_what_was_put(tables: Tables) -> None:
    first = datetime(2026, 5, 4, 12, tzinfo=UTC)
    moves = Moves("ab" * 16, 7, 739_000, "key:anna", (("earn", "points", 0, 5),))
    order = OrderKey("coffee", "till", "a#b")
    line = SaleLine(order, first, 2, "ab" * 16, 739_000, "north", 900, sold=True, moves=(moves,))
    assert figure_lines.put(tables, line)
    assert not figure_lines.put(tables, replace(line, revision=1))
    more = replace(moves, seq=8)
    newer = replace(line, revision=3, member=None, net=0, sold=False, moves=(more,))
    assert figure_lines.put(tables, newer)
    figure_lines.put_moves(tables, "coffee", first, moves)
    number = figure_lines.month_of(first)
    assert list(figure_lines.month(tables, "coffee", number)) == [
        moves,
        replace(newer, moves=(moves, more)),
    ]
    assert figure_lines.oldest(tables, "coffee", None, number + 2) == number


def test_how_far_a_member_is_counted_is_what_was_put(tables: Tables) -> None:
    rhythm = (739_000, 3, (1.5, 20.25, 0.1), (2.5, 30.0, 0.2))
    seen = Counted(4, rhythm)
    assert counted.put(tables, "coffee", "m", None, seen)
    assert not counted.put(tables, "coffee", "m", None, seen)
    assert counted.read(tables, "coffee", "m") == seen
    assert counted.behind(tables, [("coffee", "m", 5), ("coffee", "n", 0)]) == [("coffee", "m")]
    assert counted.put(tables, "coffee", "m", seen, Counted(5))
    assert counted.read(tables, "coffee", "m") == Counted(5)


def test_a_chart_and_a_goal_are_what_was_put(tables: Tables) -> None:
    chart = Chart("summary", 739_000, 5, [{"value": "", "n": None}])
    assert figure_charts.put(tables, "coffee", chart, None)
    assert figure_charts.read(tables, "coffee", "summary") == chart
    assert not figure_charts.put(tables, "coffee", replace(chart, at=9), chart)
    goal = Goal("more", "active", 30, 3, 739_000, 9, 739_100, main=True)
    tables.write(figure_charts.put_goal("coffee", goal))
    assert figure_charts.read_goals(tables, "coffee") == [goal]
    tables.write(figure_charts.remove_goal("coffee", "more"))
    assert figure_charts.read_goals(tables, "coffee") == []
