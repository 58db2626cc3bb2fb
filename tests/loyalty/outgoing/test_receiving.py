"""What an owner does: make, change, rotate, look at the log, send again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from loyalty.core.instants import microseconds
from loyalty.outgoing import receiving
from loyalty.outgoing.posting import Reply
from loyalty.refusals import Refusal
from loyalty.store import audit_log
from tests.support.outgoing import URL, House


@pytest.fixture
def house() -> House:
    return House()


def refused(call: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(Refusal) as caught:
        call(*arguments, **more)
    return caught.value.code


def test_a_new_receiver_has_a_secret_and_hears_from_now_on(house: House) -> None:
    secret = house.add("crm", "points.earned", "points.earned")
    (found,) = house.receiving.listed("coffee")
    assert (found.url, found.kinds, found.state) == (URL, ("points.earned",), "active")
    assert found.since == house.world.now
    assert house.secrets == {("coffee", "crm"): [secret]}
    assert house.receiving.listed("barber") == []
    assert refused(house.receiving.find, "barber", "crm") == "receiver_not_found"


@pytest.mark.parametrize("name", ["", "CRM", "a b", "a#b", "-a", "ä", "a" * 41, "a/b"])
def test_bad_ids(house: House, name: str) -> None:
    assert refused(house.add, name) == "bad_id"


def test_what_is_refused_makes_nothing(house: House) -> None:
    assert refused(house.add, "crm", url="http://127.0.0.1/") == "bad_url"
    assert refused(house.add, "crm", "points.stolen") == "unknown_event"
    assert house.receiving.listed("coffee") == []
    assert house.secrets == {}
    house.add("crm")
    kept = dict(house.secrets)
    assert refused(house.add, "crm") == "receiver_exists"
    assert house.secrets == kept
    for number in range(receiving.MOST_RECEIVERS - 1):
        house.add(f"r{number}")
    assert refused(house.add, "one-more") == "too_many_receivers"


def test_changing(house: House) -> None:
    house.add("crm")
    house.receiving.change("coffee", "crm", house.world.now, kinds=["points.earned"], active=False)
    after = house.receiving.change("coffee", "crm", house.world.now, url="https://new.example.com/")
    assert after == house.receiving.find("coffee", "crm")
    assert (after.url, after.kinds, after.state) == (
        "https://new.example.com/",
        ("points.earned",),
        "paused",
    )
    assert (
        refused(house.receiving.change, "coffee", "crm", house.world.now, url="https://10.0.0.1/")
        == "bad_url"
    )
    assert (
        refused(house.receiving.change, "coffee", "none", house.world.now, active=True)
        == "receiver_not_found"
    )


def test_rotating_without_a_gap(house: House) -> None:
    old = house.add("crm")
    crm = ("coffee", "crm", house.world.now)
    assert refused(house.receiving.end_rotation, *crm) == "nothing_to_end"
    new = house.receiving.rotate(*crm)
    assert house.secrets["coffee", "crm"] == [old, new]
    assert refused(house.receiving.rotate, *crm) == "rotation_unfinished"
    house.receiving.test("coffee", "crm", house.world.now)
    house.work()
    ((_, _, headers),) = house.posts.posted
    assert len(headers["webhook-signature"].split(" ")) == 2
    house.world.wait(minutes=1)
    house.receiving.end_rotation("coffee", "crm", house.world.now)
    after = house.receiving.find("coffee", "crm")
    assert after.secrets_at == microseconds(house.world.now)
    assert house.secrets["coffee", "crm"] == [new]


def test_a_test_event_is_in_the_log(house: House) -> None:
    house.add("crm", "points.earned")
    event = house.receiving.test("coffee", "crm", house.world.now)
    house.posts.replies = [Reply(404)]
    house.work()
    (entry,) = house.receiving.log_page("coffee", "crm", 10).deliveries
    assert (entry.event, entry.kind, entry.attempts[0].status) == (event, "event.test", 404)


def story(house: House, count: int) -> list[str]:
    house.add("crm")
    found = []
    for _ in range(count):
        house.world.wait(minutes=1)
        house.tell(house.world.enrol())
        found += [one.event for one in house.queue.waiting]
        house.work()
    return found


def test_the_log_in_pages(house: House) -> None:
    events = story(house, 25)
    seen: list[str] = []
    lengths = []
    cursor: str | None = ""
    while cursor is not None:
        page = house.receiving.log_page("coffee", "crm", 10, cursor)
        seen += [entry.event for entry in page.deliveries]
        lengths.append(len(page.deliveries))
        cursor = page.next
    assert seen == events[::-1]
    assert lengths == [10, 10, 5]
    assert refused(house.receiving.log_page, "coffee", "crm", 10, "xx") == "invalid_cursor"


def test_the_log_of_a_time(house: House) -> None:
    began = house.world.now
    events = story(house, 6)
    ends = began + timedelta(minutes=2), began + timedelta(minutes=4)
    times = microseconds(ends[0]), microseconds(ends[1])
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = house.receiving.log_page("coffee", "crm", 2, cursor, times)
        seen += [entry.event for entry in page.deliveries]
        cursor = page.next
    assert seen == events[1:4][::-1]
    newest = house.receiving.log_page("coffee", "crm", 5)
    nothing = (microseconds(house.world.now) + 1, microseconds(house.world.now) + 2)
    after = house.receiving.log_page("coffee", "crm", 5, newest.next or "", nothing)
    assert not after.deliveries


def test_events_of_one_instant_are_on_one_page_or_the_next(house: House) -> None:
    house.add("crm")
    house.receiving.test("coffee", "crm", house.world.now)
    for _ in range(7):
        house.tell(house.world.enrol())
    events = [one.event for one in house.queue.waiting]
    house.work()
    seen, cursor = [], ""
    while cursor is not None:
        page = house.receiving.log_page("coffee", "crm", 3, cursor)
        seen += [entry.event for entry in page.deliveries]
        cursor = page.next  # type: ignore[assignment]
    assert sorted(seen) == sorted(events)
    assert len(seen) == 8


def test_replaying_a_time_one_event_and_nothing(house: House) -> None:
    events = story(house, 9)
    house.posts.posted.clear()
    now = house.world.now
    since, until = now - timedelta(minutes=5), now - timedelta(minutes=2)
    done = house.receiving.replay("coffee", "crm", now, since=since, until=until)
    assert (done.count, done.next) == (4, None)
    assert house.work() == ["delivered"] * 4
    assert {headers["webhook-id"] for _, _, headers in house.posts.posted} == set(events[3:7])
    one: dict[str, Any] = {"since": since, "until": until, "event": events[4]}
    assert house.receiving.replay("coffee", "crm", now, **one).count == 1
    assert house.work() == ["delivered"]
    one["event"] = events[0]
    assert refused(house.receiving.replay, "coffee", "crm", now, **one) == "event_not_found"


def test_replaying_in_pages(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "REPLAY_MOST", 4)
    events = story(house, 9)
    house.posts.posted.clear()
    since: datetime | None = house.world.now - timedelta(days=1)
    until = house.world.now
    counts = []
    while since is not None:
        done = house.receiving.replay("coffee", "crm", house.world.now, since=since, until=until)
        counts.append(done.count)
        since = done.next
    house.work()
    assert counts == [4, 4, 1]
    assert {headers["webhook-id"] for _, _, headers in house.posts.posted} == set(events)


def test_every_change_leaves_a_line_that_opens_nothing(house: House) -> None:
    """Of an address the host alone: what follows it is often a secret."""
    now = house.world.now
    house.receiving.add(
        "coffee", "crm", "https://hooks.example.com/T0/B0/verysecret", [], now, "key:ownerkey1"
    )
    house.receiving.change("coffee", "crm", now, "key:ownerkey1", active=False)
    house.receiving.rotate("coffee", "crm", now)
    house.receiving.end_rotation("coffee", "crm", now)
    house.receiving.remove("coffee", "crm", now)
    page = audit_log.page(house.world.tables, "coffee", (1, 2**52), "", 100)
    lines = {one.what: one for one in page.changes if one.which == "crm"}
    assert set(lines) == {
        "receiver.added",
        "receiver.changed",
        "receiver.secret-added",
        "receiver.secret-ended",
        "receiver.removed",
    }
    before, after = lines["receiver.changed"].before, lines["receiver.changed"].after
    assert (before["host"], before["state"], after["state"]) == (
        "hooks.example.com",
        "active",
        "paused",
    )
    assert lines["receiver.changed"].by == "key:ownerkey1"
    assert lines["receiver.removed"].by == "command"
    assert "verysecret" not in repr(page.changes)
