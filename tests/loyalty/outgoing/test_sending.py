"""What becomes of an event: taken, sent again on a schedule, given up, or never sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks.webhooks import Webhook

from loyalty.outgoing import retries
from loyalty.outgoing.posting import Reply
from loyalty.outgoing.queued import again
from loyalty.store import deliveries, receivers
from tests.support.outgoing import URL, House

if TYPE_CHECKING:
    from loyalty.store.deliveries import Delivery


@pytest.fixture
def house() -> House:
    made = House()
    made.add()
    return made


def told(house: House) -> None:
    """Queue the event of somebody joining."""
    house.tell(house.world.enrol())


def log(house: House, receiver: str = "crm") -> list[Delivery]:
    return house.receiving.log_page("coffee", receiver, 100).deliveries


def receiver(house: House) -> receivers.Receiver:
    return house.receiving.find("coffee", "crm")


def due(house: House) -> list[Delivery]:
    return list(deliveries.due(house.world.tables, int(house.world.now.timestamp()), 100))


def test_taken_is_written_down_and_never_sent_again(house: House) -> None:
    told(house)
    queued = list(house.queue.waiting)
    house.seconds = 1.0
    assert house.work() == ["delivered"]
    house.queue.put(queued)
    assert house.work() == ["nothing"]
    ((url, body, headers),) = house.posts.posted
    assert url == URL
    (entry,) = log(house)
    assert (entry.outcome, entry.tries, entry.body) == ("delivered", 0, body)
    ((secret,),) = house.secrets.values()
    assert headers["webhook-id"] == entry.event
    assert headers["webhook-timestamp"] == str(int(house.world.now.timestamp()))
    signed = Webhook(secret).sign(entry.event, house.world.now, body)
    assert headers["webhook-signature"] == signed
    (attempt,) = entry.attempts
    assert (attempt.at, attempt.status) == (int(house.world.now.timestamp()), 204)
    assert due(house) == []


def test_the_schedule_to_the_end(house: House) -> None:
    told(house)
    house.posts.replies = [Reply(500)] * 10
    began = house.world.now
    assert house.work() == ["soon"]
    after = [0.0]
    results = []
    for wait in retries.SECONDS:
        house.world.now += timedelta(seconds=wait - 1)
        assert due(house) == []
        house.world.now += timedelta(seconds=1)
        # Nothing may rest here: this is about one event's own times.
        receivers.note_health(house.world.tables, receiver(house), 0, 0)
        (waiting,) = due(house)
        results.append(house.sender.send(again(waiting)))
        after.append((house.world.now - began).total_seconds())
    assert results == ["failed", "failing", *["failed"] * 6, "given_up"]
    assert len(house.posts.posted) == 10
    assert len({headers["webhook-id"] for _, _, headers in house.posts.posted}) == 1
    assert len({body for _, body, _ in house.posts.posted}) == 1
    assert len({headers["webhook-timestamp"] for _, _, headers in house.posts.posted}) == 10
    (entry,) = log(house)
    assert (entry.outcome, entry.tries, len(entry.attempts)) == ("given_up", 10, 10)
    assert due(house) == []
    assert 75 < after[-1] / 3600 < 76


@pytest.mark.parametrize(
    "reply",
    [
        Reply(301),
        Reply(302),
        Reply(400),
        Reply(404),
        Reply(500),
        Reply(0, "timeout"),
        Reply(0, "address_refused"),
        Reply(0, "certificate_refused"),
    ],
)
def test_only_2xx_is_taken(house: House, reply: Reply) -> None:
    told(house)
    house.posts.replies = [reply]
    assert house.work() == ["soon"]
    (entry,) = log(house)
    assert (entry.outcome, entry.tries) == ("waiting", 1)
    assert (entry.attempts[0].status, entry.attempts[0].reason) == (reply.status, reply.reason)
    assert receiver(house).failures == 1


def test_what_is_not_due_waits_whoever_rings(house: House) -> None:
    told(house)
    (queued,) = house.queue.waiting
    house.posts.replies = [Reply(503, wait=600)]
    assert house.work() == ["failed"]
    house.world.wait(seconds=599)
    assert house.sender.send(queued) == "nothing"
    assert house.sender.send(replace(queued, body=None)) == "nothing"
    house.world.wait(seconds=1)
    assert house.sender.send(queued) == "delivered"
    assert house.sender.send(queued) == "nothing"
    assert len(house.posts.posted) == 2


def test_patience_is_for_those_who_may_ask_for_it(house: House) -> None:
    told(house)
    house.posts.replies = [Reply(500, wait=600)]
    house.work()
    house.world.wait(seconds=5)
    assert len(due(house)) == 1


def test_gone_ends_it_until_the_owner_says_otherwise(house: House) -> None:
    told(house)
    told(house)
    house.posts.replies = [Reply(410)]
    assert house.work() == ["gone", "not_sent"]
    assert receiver(house).state == "gone"
    assert len(house.posts.posted) == 1
    assert {entry.outcome for entry in log(house)} == {"not_sent"}
    house.receiving.change("coffee", "crm", house.world.now, active=True)
    house.receiving.replay(
        "coffee",
        "crm",
        house.world.now,
        since=house.world.now - timedelta(days=1),
        until=house.world.now,
    )
    assert house.work() == ["delivered", "delivered"]


def test_paused_is_kept_for_a_replay(house: House) -> None:
    house.receiving.change("coffee", "crm", house.world.now, active=False)
    told(house)
    assert house.work() == ["not_sent"]
    assert house.posts.posted == []
    (entry,) = log(house)
    assert (entry.outcome, entry.attempts) == ("not_sent", ())


def test_a_receiver_that_is_gone_for_good_takes_nothing_along(house: House) -> None:
    told(house)
    house.receiving.remove("coffee", "crm", house.world.now)
    assert house.work() == ["nothing"]
    assert house.secrets.read("coffee", "crm") == []


def test_without_a_secret_nothing_is_sent(house: House) -> None:
    told(house)
    house.secrets.clear()
    assert house.work() == ["soon"]
    assert house.posts.posted == []
    assert log(house)[0].attempts[0].reason == "no_secret"


def test_a_receiver_that_fails_is_left_alone_and_found_well_again(house: House) -> None:
    for _ in range(6):
        told(house)
    house.posts.replies = [Reply(0, "timeout")] * 3
    assert house.work() == ["soon"] * 3 + ["failed"] * 3
    # Three were tried; what came then cost nobody's time.
    assert len(house.posts.posted) == 3
    reasons = [entry.attempts[0].reason for entry in log(house)]
    assert sorted(reasons) == ["receiver_resting"] * 3 + ["timeout"] * 3
    house.world.wait(seconds=6)
    results = [house.sender.send(again(one)) for one in due(house)]
    assert results == ["delivered"] * 6
    assert receiver(house).failures == 0


def test_failures_in_a_row_and_an_owners_change(house: House) -> None:
    before = receiver(house)
    house.receiving.change("coffee", "crm", house.world.now, url="https://other.example.com/")
    receivers.note_health(house.world.tables, before, 7, 99)
    assert receiver(house).failures == 0


def test_one_receiver_does_not_wait_for_another(house: House) -> None:
    house.add("slow", url="https://slow.example.com/")
    house.world.wait(seconds=1)
    told(house)
    house.posts.replies = [Reply(0, "timeout"), Reply(204)]
    assert sorted(house.work()) == ["delivered", "soon"]
    assert {log(house, name)[0].outcome for name in ("crm", "slow")} == {"delivered", "waiting"}


@pytest.mark.parametrize("fault", ["killed", "killed_after", "lost_after"])
@pytest.mark.parametrize("after", range(4))
def test_whatever_is_interrupted_is_sent_in_the_end(house: House, fault: Any, after: int) -> None:
    """The queue gives it again; at worst it arrives twice, under the same id."""
    told(house)
    queued = list(house.queue.waiting)
    house.world.tables.plan(fault, after)
    try:
        house.work()
    except BaseException as error:  # noqa: BLE001
        assert type(error).__name__ in {"Killed", "OutcomeUnknown", "ConnectionError"}  # noqa: PT017
    house.world.tables.fault = None
    house.queue.put(queued)
    house.work()
    assert {entry.outcome for entry in log(house)} == {"delivered"}
    assert 1 <= len(house.posts.posted) <= 2
    assert len({headers["webhook-id"] for _, _, headers in house.posts.posted}) == 1
