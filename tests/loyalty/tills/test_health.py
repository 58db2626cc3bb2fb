"""What is known of a till's address: counts, silence, and what its vendor is asked for."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from loyalty.access.keys import Credentials, Endpoint
from loyalty.program.rules import Holiday, Location, Window
from loyalty.store import feeds, till_counts, till_watch
from loyalty.tills import by_api, health, looking, registry
from loyalty.tills.bridges.registry import BRIDGES
from loyalty.tills.looking import Looking
from loyalty.tills.tally import Tally
from tests.support.metering import MeteredTables
from tests.support.world import World, shipped

TILL = Endpoint("coffee-till", "coffee", ("till",), "standard")
SQUARE = Endpoint(
    "coffee-square", "coffee", ("square",), "square", "https://x", secrets_at=1, token=True
)
BERLIN = replace(shipped("coffee"), zone="Europe/Berlin", locations=())
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Watched:
    """Addresses of a program that somebody looks at."""

    world: World = field(default_factory=World)
    put: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world.put_program()
        for endpoint in (TILL, SQUARE):
            Credentials(self.world.tables).put_endpoint(endpoint)
        inbox = type("Inbox", (), {"put": staticmethod(self.put.append)})
        self.looking = Looking(
            self.world.tables,
            inbox(),
            endpoint=Credentials(self.world.tables).endpoint,
            program=lambda _: BERLIN,
        )

    @property
    def now(self) -> datetime:
        return self.world.now

    def look(self) -> list[str]:
        due = [*self.looking.due(self.now, 10)]
        return [one.endpoint for one in due if self.looking.look(one, self.now)]

    def count(self, endpoint: Endpoint, **counted: int) -> None:
        tally = Tally(self.world.tables, 3, lambda: self.now, timedelta())
        for kind, number in counted.items():
            tally.count(endpoint, kind, number)
        tally.write()

    def health(self, endpoint: Endpoint) -> health.Health:
        found = health.of_endpoint(self.world.tables, "coffee", endpoint.id, self.now)
        assert found is not None
        return found

    def sell_for_weeks(self, weeks: int) -> None:
        """Every hour of the day ten messages."""
        for _ in range(weeks * 7 * 24):
            self.world.wait(hours=1)
            self.count(TILL, messages=10, sales=9)


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_counts_add_up_by_hour_and_day(watched: Watched) -> None:
    watched.count(TILL, messages=3, sales=2, parked=1)
    first = int(watched.now.timestamp())
    watched.world.wait(hours=1)
    watched.count(TILL, messages=1, not_authentic=4)
    watched.count(SQUARE, messages=50)
    last = int(watched.now.timestamp())
    found = watched.health(TILL)
    assert (found.last_message, found.last_sale) == (last, first)
    assert [dict(kinds) for _, kinds in found.by_hour] == [
        {"messages": 1, "not_authentic": 4},
        {"messages": 3, "sales": 2, "parked": 1},
    ]
    ((begin, kinds),) = found.by_day
    assert begin % DAY.total_seconds() == 0
    assert kinds == {"messages": 4, "sales": 2, "parked": 1, "not_authentic": 4}
    assert "4 of the messages of the last 24 hours were not signed" in health.sentences(found)[0]
    watched.world.wait(hours=30)
    found = watched.health(TILL)
    assert found.by_hour == ()
    assert found.last_message == last
    watched.world.wait(days=7)
    assert watched.health(TILL).by_day == ()
    assert watched.health(TILL).last_message == last


def test_a_batch_is_one_write_of_one_unit_and_a_stranger_costs_one_in_a_while() -> None:
    world = World()
    tables = MeteredTables(world.tables)
    tally = Tally(tables, 1, lambda: world.now, timedelta(seconds=10))
    for _ in range(5):
        tally.count(TILL, "messages")
        tally.count(TILL, "sales")
    tally.write()
    assert (tables.bill.calls, tables.bill.write_units) == (["add"], 1)
    for _ in range(1000):
        tally.count(TILL, "not_authentic")
        tally.write()
    assert len(tables.bill.calls) == 1
    world.wait(seconds=10)
    tally.count(TILL, "not_authentic")
    tally.write()
    assert tables.bill.write_units == 2
    read = till_counts.read(world.tables, "coffee", TILL.id, 0, int(world.now.timestamp()))
    assert sum(kinds.get("not_authentic", 0) for kinds in read.hours.values()) == 1001


def test_a_full_day_of_counts_is_an_item_of_one_unit() -> None:
    world = World()
    tables = MeteredTables(world.tables)
    for hour in range(24):
        counted = dict.fromkeys(("messages", "sales", "parked", "not_authentic", "failed"), 9999)
        till_counts.add(tables, ("coffee", TILL.id), 0, hour * 3600, counted)
    assert tables.bill.write_units == 24


def test_workers_write_to_partitions_of_their_own() -> None:
    world = World()
    tables = MeteredTables(world.tables)
    for worker in range(64):
        till_counts.add(tables, ("coffee", TILL.id), worker, 1, {"messages": 1})
    # 1000 messages a second in batches of one would be 250 to each of four, of 1000 that it takes.
    assert sorted(tables.bill.written_at.values()) == [16, 16, 16, 16]
    read = till_counts.read(world.tables, "coffee", TILL.id, 0, 1)
    assert read.hours == {0: {"messages": 64}}


def test_a_new_silence_is_told_once_and_another_one_again(watched: Watched) -> None:
    watched.look()
    assert watched.health(TILL).watch.state == "too_few"
    watched.sell_for_weeks(3)
    watched.look()
    assert watched.health(TILL).watch.state == "usual"
    watched.world.wait(minutes=100)
    assert watched.look() == [TILL.id]
    assert watched.health(TILL).watch.state == "quiet"
    assert "No message for longer than usual" in health.sentences(watched.health(TILL))[0]
    watched.world.wait(minutes=100)
    assert watched.look() == []
    watched.count(TILL, messages=1)
    watched.world.wait(minutes=15)
    watched.look()
    assert watched.health(TILL).watch.state == "usual"
    watched.world.wait(minutes=100)
    assert watched.look() == [TILL.id]


def test_each_address_is_looked_at_every_quarter_of_an_hour(watched: Watched) -> None:
    assert len([*watched.looking.due(watched.now, 10)]) == 2
    watched.look()
    watched.world.wait(minutes=14)
    assert [*watched.looking.due(watched.now, 10)] == []
    watched.world.wait(minutes=1)
    assert len([*watched.looking.due(watched.now, 10)]) == 2
    assert len([*watched.looking.due(watched.now, 1)]) == 1


def test_two_looks_at_once_tell_once(watched: Watched) -> None:
    watched.sell_for_weeks(3)
    watched.world.wait(minutes=100)
    due = [one for one in watched.looking.due(watched.now, 10) if one.endpoint == TILL.id]
    told = [watched.looking.look(one, watched.now) for one in due * 2]
    assert told == [True, False]


def test_an_address_that_is_gone_is_watched_no_longer(watched: Watched) -> None:
    looks = Looking(
        watched.world.tables,
        watched.looking._inbox,
        endpoint=lambda _: None,
        program=lambda _: None,
    )
    for one in looks.due(watched.now, 10):
        assert not looks.look(one, watched.now)
    assert till_watch.of_program(watched.world.tables, "coffee") == []


def test_a_vendor_with_a_list_is_asked_for_all_time_once_and_a_little_of_it_twice(
    watched: Watched,
) -> None:
    began = watched.now
    for _ in range(8):
        watched.look()
        watched.world.wait(minutes=15)
    assert {message["endpoint"] for message in watched.put} == {SQUARE.id}
    spans = [
        (datetime.fromisoformat(one["since"]), datetime.fromisoformat(one["until"]))
        for one in watched.put
    ]
    assert len(spans) == 8
    assert spans[0][0] == began - looking.LAG - looking.FIRST
    for (_, until), (since, later) in itertools.pairwise(spans):
        assert since == until - looking.OVERLAP
        assert later == until + looking.EVERY
    assert spans[-1][1] <= watched.now - looking.LAG
    watched.world.wait(days=30)
    watched.look()
    last = watched.put[-1]
    span = datetime.fromisoformat(last["until"]) - datetime.fromisoformat(last["since"])
    assert span == looking.LONGEST


def test_what_a_vendor_did_not_tell_is_asked_for_with_the_next_poll(watched: Watched) -> None:
    for _ in range(3):
        watched.look()
        watched.world.wait(minutes=15)
    first, second, third = watched.put
    tables = watched.world.tables
    for failed in (third, second):  # in whatever order they fail
        till_watch.ask_again(tables, "coffee", SQUARE.id, failed["mark"])
    watched.look()
    assert watched.put[-1]["since"] == second["since"]
    # What an earlier poll did not tell is no reason to ask for less than that.
    till_watch.ask_again(tables, "coffee", SQUARE.id, first["mark"])
    till_watch.ask_again(tables, "coffee", SQUARE.id, third["mark"])
    watched.world.wait(minutes=15)
    watched.look()
    assert watched.put[-1]["since"] == first["since"]


def test_a_look_under_way_does_not_pass_over_what_was_not_told(watched: Watched) -> None:
    watched.look()
    watched.world.wait(minutes=15)
    (due,) = [one for one in watched.looking.due(watched.now, 10) if one.endpoint == SQUARE.id]
    till_watch.ask_again(watched.world.tables, "coffee", SQUARE.id, watched.put[0]["mark"])
    watched.looking.look(due, watched.now)
    watched.look()
    assert watched.put[-1]["since"] == watched.put[0]["since"]


def test_an_address_that_nobody_watches_is_asked_for_nothing_again(watched: Watched) -> None:
    till_watch.ask_again(watched.world.tables, "coffee", "gone", 1)
    assert till_watch.read(watched.world.tables, "coffee", "gone") is None


def test_without_a_token_nobody_is_asked(watched: Watched) -> None:
    tables = watched.world.tables
    Credentials(tables).put_endpoint(
        Endpoint("coffee-square", "coffee", ("square",), "square", "https://x", secrets_at=2)
    )
    watched.look()
    assert watched.put == []


def test_whose_vendor_lists_what_changed_is_known_without_loading_connectors() -> None:
    listing = {scheme for scheme, one in registry.CONNECTORS.items() if one.changed or one.feed}
    assert listing == looking.LISTING
    assert set(BRIDGES) == looking.BRIDGES
    silent = {scheme for scheme, one in registry.CONNECTORS.items() if one.feed}
    assert silent == looking.SILENT


def test_a_calendar_is_judged_by_whether_it_answers(watched: Watched) -> None:
    tables = watched.world.tables
    Credentials(tables).put_endpoint(
        Endpoint("salon-calendar", "coffee", ("calendar",), "calendar", secrets_at=2, token=True)
    )
    watched.look()
    watch = till_watch.read(tables, "coffee", "salon-calendar")
    assert watch is not None
    assert (watch.state, watch.alarmed) == ("usual", 0)  # it was not asked before
    assert "salon-calendar" in [one["endpoint"] for one in watched.put]
    watched.world.wait(minutes=15)
    watched.look()
    watch = till_watch.read(tables, "coffee", "salon-calendar")
    assert watch is not None
    assert (watch.state, watch.alarmed) == ("unheard", 0)
    told = health.of_endpoint(tables, "coffee", "salon-calendar", watched.now)
    assert told is not None
    assert health.sentences(told)[0].startswith("It has not answered once")
    today = watched.now.date().toordinal()
    for day, revision, state in ((today, 0, "usual"), (0, 1, "usual"), (today - 2, 2, "quiet")):
        feeds.put(tables, "coffee", "salon-calendar", feeds.Feed("", day, {}, revision), 1)
        watched.world.wait(minutes=15)
        watched.look()
        watch = till_watch.read(tables, "coffee", "salon-calendar")
        assert watch is not None
        assert (watch.state, watch.alarmed) == (state, 0)


def test_a_till_that_reports_by_the_api_is_watched_and_judged_without_an_address(
    watched: Watched,
) -> None:
    by_the_api = by_api.watched("coffee", "kiosk")
    assert by_api.read("coffee", by_the_api.id) == by_the_api
    assert by_api.read("coffee", TILL.id) is None
    till_watch.begin(watched.world.tables, "coffee", by_the_api.id)
    for _ in range(3 * 7 * 24):
        watched.world.wait(hours=1)
        watched.count(by_the_api, messages=10, sales=9)
    watched.look()
    assert watched.health(by_the_api).watch.state == "usual"
    watched.world.wait(minutes=100)
    assert by_the_api.id in watched.look()
    assert {message["endpoint"] for message in watched.put} == {SQUARE.id}, "nobody is asked of it"


def test_an_older_address_is_watched_once_something_comes(watched: Watched) -> None:
    tables = watched.world.tables
    for one in till_watch.of_program(tables, "coffee"):
        till_watch.end(tables, one)
    assert [*watched.looking.due(watched.now, 10)] == []
    for _ in range(2):
        till_watch.begin(tables, "coffee", TILL.id)
    assert watched.look() == []
    looked = watched.health(TILL).watch
    assert looked.due > 0
    till_watch.begin(tables, "coffee", TILL.id)
    assert watched.health(TILL).watch == looked, "it goes on as before"


def test_silence_while_the_tills_location_is_closed_is_none(watched: Watched) -> None:
    """Two places: one is closed today, and the till stands there; or nobody has said where."""
    today = (watched.now + timedelta(weeks=3)).astimezone(ZoneInfo("Europe/Berlin")).date()
    hours = (Window((), "00:00", "23:59"),)
    there = Location("there", {"en": "There"}, 52.5, 13.4, hours=hours)
    closed = (Holiday((today - DAY).isoformat(), (today + DAY).isoformat()),)
    here = replace(there, id="here", holidays=closed)
    programs = {"both": (here, there), "here": (here,)}

    def told(locations: str, location: str) -> list[str]:
        anew = Watched()
        till = replace(TILL, location=location)
        Credentials(anew.world.tables).put_endpoint(till)
        assert Credentials(anew.world.tables).endpoint(TILL.id) == till
        shop = replace(BERLIN, locations=programs[locations])
        anew.looking = Looking(
            anew.world.tables,
            anew.looking._inbox,
            endpoint=Credentials(anew.world.tables).endpoint,
            program=lambda _: shop,
        )
        anew.sell_for_weeks(3)
        anew.world.wait(minutes=100)
        return anew.look()

    assert told("both", "here") == []
    assert told("both", "there") == [TILL.id]
    assert told("both", "") == [TILL.id], "it may stand at the one that is open"
    assert told("here", "") == []
