"""A message is said once, whatever happens on the way; and three times a day at most it rings."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from functions.aws.google_state import TableHistory
from infra.local.wallet.rules import RefusalError
from passes.google import messages, quota
from passes.google.failures import (
    GoogleError,
    InvalidError,
    NotThereError,
    QuotaExceededError,
    UnavailableError,
)
from passes.google.messages import (
    AllCards,
    BusyError,
    Delivery,
    History,
    Mark,
    Message,
    OneCard,
    notification,
    pruned,
    send,
)
from tests.support.google_transport import GoogleMemory
from tests.support.memory import Killed, MemoryTables

if TYPE_CHECKING:
    from collections.abc import Callable

START = 1_795_000_000 * quota.SECOND
MINUTE = 60 * quota.SECOND
HELLO = Message("campaign-1", "Hello", "Two for one today")


class FakeGoogle:
    """One object or class, with the local Wallet API's rules, and answers that get lost."""

    def __init__(self, body: dict[str, Any] | None = None) -> None:
        self.id = (body or {"id": "1.m"})["id"]
        self.memory = GoogleMemory(body or {"id": "1.m"})
        self.script: list[str] = []
        self.requests: Counter[str] = Counter()
        self.notified: list[str] = []
        self.later: list[Callable[[], Any]] = []

    @property
    def body(self) -> dict[str, Any]:
        return self.memory.found[self.id]

    def get_object(self, object_id: str) -> dict[str, Any]:
        self.requests["GET"] += 1
        return self.memory.get("loyaltyObject", object_id)

    def patch_object(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._carry_out("PATCH", lambda: self.memory.patch("loyaltyObject", body))

    def add_object_message(self, object_id: str, message: dict[str, Any]) -> dict[str, Any]:
        return self._carry_out("ADD", lambda: self._add(object_id, message))

    get_class, patch_class, add_class_message = get_object, patch_object, add_object_message

    def _add(self, object_id: str, message: dict[str, Any]) -> None:
        try:
            self.memory.add_message("loyaltyObject", object_id, message)
        except RefusalError as refusal:
            raise InvalidError("add", refusal.status, "invalidArgument", str(refusal)) from None
        if message["messageType"] == "TEXT_AND_NOTIFY":
            self.notified.append(message["id"])

    def _carry_out(self, kind: str, work: Callable[[], Any]) -> dict[str, Any]:
        self.requests[kind] += 1
        fault = self.script.pop(0) if self.script else "fine"
        match fault:
            case "rate":
                raise UnavailableError(kind, 429, "rateLimitExceeded", "")
            case "quota":
                raise QuotaExceededError(kind, 403, "quotaExceeded", "")
            case "lost before":
                raise UnavailableError(kind, 0, "no answer", "", unsure=True)
            case "late":
                self.later.append(work)
                raise UnavailableError(kind, 0, "no answer", "", unsure=True)
            case "gone":
                raise NotThereError(kind, 404, "resourceNotFound", "")
        work()
        if fault == "lost after":
            raise UnavailableError(kind, 503, "backendError", "", unsure=True)
        if fault == "killed":
            raise Killed
        return self.body

    @property
    def shown(self) -> list[str]:
        return [message["id"] for message in self.body.get("messages", [])]


class Sender:
    def __init__(self) -> None:
        self.google = FakeGoogle()
        self.tables = MemoryTables()
        self.now = START

    def record(self, member: str | None = "m") -> TableHistory:
        return TableHistory(self.tables, "coffee", member)

    def send(
        self, message: Message = HELLO, kind: quota.Kind = "message", also: tuple[int, ...] = ()
    ) -> Delivery:
        resource = OneCard(self.google, "1.m")
        return send(message, kind, self.record(), resource, lambda: self.now, also)


@pytest.fixture
def sender() -> Sender:
    return Sender()


def test_a_message_is_one_request_and_a_second_delivery_none(sender: Sender) -> None:
    assert sender.send() == Delivery("said", notified=True)
    assert sender.google.requests == {"ADD": 1}
    for _ in range(3):
        assert sender.send() == Delivery("before")
    sender.now += 10 * quota.DAY
    assert sender.send() == Delivery("before")
    assert sender.google.requests == {"ADD": 1}
    assert sender.google.shown == ["campaign-1"]


@pytest.mark.parametrize("fault", ["lost before", "lost after", "late", "killed"])
def test_after_an_unknown_end_it_looks_before_it_says_again(sender: Sender, fault: str) -> None:
    sender.google.script = [fault]
    try:
        assert sender.send() == Delivery("later", at=START + messages.SETTLED)
    except Killed:
        assert fault == "killed"
    sender.now += MINUTE - 1
    assert sender.send().result == "later", "it may still be under way"
    assert sender.google.requests == {"ADD": 1}
    for work in sender.google.later:
        work()
    sender.now += 1
    assert sender.send().result == "said"
    assert sender.google.shown == ["campaign-1"]
    assert sender.google.notified == ["campaign-1"]
    assert sender.google.requests["GET"] == 1
    assert sender.send() == Delivery("before")


def test_without_the_record_a_lost_answer_says_it_twice(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the record is what keeps a second delivery quiet."""
    monkeypatch.setattr(TableHistory, "read", lambda _: History())
    monkeypatch.setattr(TableHistory, "write", lambda *_: True)
    sender.google.script = ["lost after"]
    sender.send()
    sender.now += MINUTE
    sender.send()
    assert sender.google.shown == ["campaign-1"] * 2


def test_a_rate_limit_takes_nothing(sender: Sender) -> None:
    sender.google.script = ["rate"]
    with pytest.raises(UnavailableError):
        sender.send()
    assert sender.record().read().notified == ()
    assert sender.send() == Delivery("said", notified=True)
    assert sender.google.requests == {"ADD": 2}


def test_a_fourth_message_of_a_day_waits_and_a_notice_is_silent(sender: Sender) -> None:
    for number in range(3):
        assert sender.send(Message(f"n-{number}", "h", "b")).notified
        sender.now += MINUTE
    outcome = sender.send()
    assert outcome == Delivery("later", at=START + quota.DAY + quota.MARGIN)
    assert sender.send(Message("gift", "h", "b"), "notice") == Delivery("said", notified=False)
    assert sender.google.body["messages"][-1]["messageType"] == "TEXT"
    sender.now = outcome.at
    assert sender.send() == Delivery("said", notified=True)
    assert len(sender.google.notified) == 4


def test_notifications_of_the_class_count_for_the_card(sender: Sender) -> None:
    also = (START - 3, START - 2, START - 1)
    assert sender.send(also=also).result == "later"
    assert sender.send(kind="notice", also=also) == Delivery("said", notified=False)


def test_fields_and_messages_share_the_three(sender: Sender) -> None:
    for expected in (True, True, False):
        assert notification("update", sender.record(), sender.now) is expected
    assert sender.send().notified
    assert sender.send(Message("next", "h", "b")).result == "later"


def test_a_quota_that_google_counts_otherwise_is_said_silently(sender: Sender) -> None:
    sender.google.script = ["quota"]
    assert sender.send() == Delivery("said", notified=False)
    assert sender.google.notified == []
    sender.now += MINUTE
    assert sender.send(Message("next", "h", "b")).result == "later"


def test_a_card_that_google_does_not_know(sender: Sender) -> None:
    sender.google.script = ["gone"]
    assert sender.send() == Delivery("nobody")
    assert sender.record().read().messages == {}


def test_old_messages_of_ours_make_room_and_others_stay(sender: Sender) -> None:
    theirs = {"id": "theirs", "header": "h", "body": "b", "kind": "x"}
    sender.google.body["messages"] = [theirs]
    for number in range(30):
        assert sender.send(Message(f"n-{number}", "h", "b"), "notice").result == "said"
        assert len(sender.google.shown) <= messages.MOST - 1
        sender.now += quota.DAY
    assert sender.google.shown[0] == "theirs"
    assert sender.google.shown[-1] == "n-29"
    assert sender.google.shown[1:] == [f"n-{n}" for n in range(22, 30)]
    assert sender.send(Message("n-25", "h", "b")) == Delivery("before")
    assert sender.send(Message("n-20", "h", "b")) == Delivery("before"), "removed is said, too"
    assert len(sender.google.notified) == 30, "what was kept has not notified again"
    assert len(sender.record().read().messages) < 30, "very old ones are forgotten"


def test_a_card_that_others_have_filled(sender: Sender) -> None:
    sender.send()
    theirs = [{"id": f"t-{n}", "header": "h", "body": "b"} for n in range(9)]
    sender.google.body["messages"] += theirs
    sender.now += MINUTE
    assert sender.send(Message("next", "h", "b")).result == "said"
    assert sender.google.shown == [*(f"t-{n}" for n in range(9)), "next"]
    sender.now += MINUTE
    sender.google.body["messages"] = [*theirs, {"id": "t-9", "header": "h", "body": "b"}]
    with pytest.raises(InvalidError):
        sender.send(Message("too many", "h", "b"))
    assert "too many" not in sender.record().read().messages


def test_what_is_kept_is_kept_in_order_and_silent() -> None:
    found = [{"id": str(n), "messageType": "TEXT_AND_NOTIFY"} for n in range(10)]
    kept = pruned(found, {"0", "3", "5"}, room=8)
    assert [one["id"] for one in kept] == ["1", "2", "4", "5", "6", "7", "8", "9"]
    assert {one["messageType"] for one in kept} == {"TEXT"}
    assert len(pruned(found, set())) == 10


def test_two_senders_of_one_card_go_one_after_the_other(sender: Sender) -> None:
    record = sender.record()
    record.write(History(1, (), {"other": Mark("trying", START - 1)}))
    assert sender.send() == Delivery("later", at=START - 1 + messages.SETTLED)
    sender.now += 2 * MINUTE
    assert sender.send().result == "said", "the other one has died"

    class Overtaken(TableHistory):
        def write(self, history: History) -> bool:
            return False

    resource = OneCard(sender.google, "1.m")
    with pytest.raises(BusyError):
        send(
            Message("third", "h", "b"),
            "notice",
            Overtaken(sender.tables, "coffee", "m"),
            resource,
            lambda: sender.now,
        )
    assert "third" not in sender.google.shown
    assert not notification("notice", Overtaken(sender.tables, "coffee", "m"), sender.now)


def test_a_broadcast_asks_for_review_again_when_it_makes_room() -> None:
    google, tables = FakeGoogle({"id": "1.coffee", "reviewStatus": "APPROVED"}), MemoryTables()
    record, now = TableHistory(tables, "coffee"), START
    for number in range(10):
        message = Message(f"n-{number}", "h", "b", start="2026-11-21T00:00:00Z")
        send(message, "notice", record, AllCards(google, "1.coffee"), lambda: now)
    assert google.body["reviewStatus"] == "UNDER_REVIEW"
    assert len(google.shown) == 9
    assert google.body["messages"][-1]["displayInterval"] == {
        "start": {"date": "2026-11-21T00:00:00Z"}
    }


FAULTS = ["fine"] * 4 + ["rate", "quota", "lost before", "lost after", "late", "killed"]


@pytest.mark.parametrize("seed", range(20))
def test_any_deliveries_say_everything_once(seed: int) -> None:
    """Doubled deliveries, crashes, late requests and table faults, for days."""
    chance = random.Random(seed)
    sender = Sender()
    queue = [Message(f"n-{n}", "h", "b") for n in range(6)] * 2
    for _ in range(2000):
        if not queue:
            break
        message = queue.pop(chance.randrange(len(queue)))
        sender.google.script = [chance.choice(FAULTS) for _ in range(4)]
        if chance.random() < 0.2:
            fault: Any = chance.choice(["lost_before", "lost_after", "conflict", "killed_after"])
            sender.tables.plan(fault, chance.randrange(4))
        try:
            done = sender.send(message, "notice").result in {"said", "before"}
        except (Killed, GoogleError, BusyError, Exception):  # noqa: BLE001
            done = False
        sender.tables.fault = sender.tables.fault_at = None
        if not done:
            queue.append(message)
        sender.now += chance.randrange(3 * MINUTE)
        # What is late comes before it is taken for settled.
        for work in sender.google.later:
            work()
        sender.google.later = []
    assert queue == []
    assert sorted(sender.google.shown) == [f"n-{n}" for n in range(6)]
    assert max(Counter(sender.google.notified).values(), default=0) <= 1
