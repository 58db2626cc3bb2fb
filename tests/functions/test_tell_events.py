"""From the streams to the sending queue: who is rung for, and what becomes of the bells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import ledger_router, nightly, router, tell_events
from functions.http.failures import FunctionFailed
from loyalty.store import keys, receivers
from loyalty.store.receivers import Receiver
from tests.support.events import sqs, stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

NOTHING_FAILED: dict[str, Any] = {"batchItemFailures": []}
BELLS, SENDINGS = "telling.fifo", "sending.fifo"


@pytest.fixture
def listening(shop: Shop) -> Shop:
    # After the programs came into force.
    shop.world.wait(seconds=1)
    hears = Receiver("coffee", "crm", "https://crm.example.com/", (), "active", shop.now)
    receivers.put_receiver(shop.world.tables, hears)
    return shop


@pytest.fixture
def ann(shop: Shop) -> Enrolled:
    made = shop.world.enrol()
    shop.world.sell("1", total=2000, member=made)
    return made


def entry(member: Enrolled, number: int = 1) -> tuple[str, str]:
    return f"coffee#M#{member.member_id}", f"E#{number:012d}"


def sent(shop: Shop) -> list[str]:
    return [json.loads(body)["kind"] for body in shop.queues.bodies(SENDINGS)]


def test_new_entries_ring_once_per_member(listening: Shop, ask: Ask, ann: Enrolled) -> None:
    records = [entry(ann, 1), entry(ann, 2), ("coffee#F#order#till#1", "FACT"), entry(ann, 2)]
    assert ask(ledger_router, stream(records, "INSERT", "ledger")) == NOTHING_FAILED
    (bell,) = listening.queues.messages(BELLS)
    assert json.loads(bell["MessageBody"]) == {"program": "coffee", "member": ann.member_id}
    assert bell["MessageGroupId"] == f"coffee:{ann.member_id}"
    assert bell["MessageDeduplicationId"] == f"coffee:{ann.member_id}:2"


def test_programs_without_receivers_ring_nobody(shop: Shop, ask: Ask, ann: Enrolled) -> None:
    ask(ledger_router, stream([entry(ann)], "INSERT", "ledger"))
    ask(router, stream([(f"coffee#M#{ann.member_id}", "ACCOUNT")], "INSERT"))
    assert shop.queues.messages(BELLS) == []


def test_whoever_joins_rings_and_whoever_changes_does_not(
    listening: Shop, ask: Ask, ann: Enrolled
) -> None:
    account = (f"coffee#M#{ann.member_id}", "ACCOUNT")
    ask(router, stream([account], "MODIFY"))
    assert listening.queues.messages(BELLS) == []
    ask(
        router,
        stream([account, ("coffee", "PROGRAM#000002"), ("barber", "PROGRAM#000002")], "INSERT"),
    )
    rung = [one["MessageDeduplicationId"] for one in listening.queues.messages(BELLS)]
    assert rung == [f"coffee:{ann.member_id}:0", "coffee::2"]


def test_a_bell_is_told_to_the_end_and_once(listening: Shop, ask: Ask, ann: Enrolled) -> None:
    body = json.dumps({"program": "coffee", "member": ann.member_id})
    assert ask(tell_events, sqs([body, body])) == NOTHING_FAILED
    assert sent(listening) == ["member.enrolled", "points.earned", "reward.reached"]
    for message in listening.queues.messages(SENDINGS):
        assert message["MessageGroupId"].startswith("coffee:crm:")
        event = json.loads(message["MessageBody"])["event"]
        assert message["MessageDeduplicationId"] == f"crm:{event}:0"
    assert ask(tell_events, sqs([body])) == NOTHING_FAILED
    assert len(sent(listening)) == 3


def test_the_program_itself_rings_without_a_member(listening: Shop, ask: Ask) -> None:
    listening.world.wait(seconds=1)
    listening.world.put_program("coffee", cool_down_minutes=5)
    ask(tell_events, sqs([json.dumps({"program": "coffee", "member": ""})]))
    assert sent(listening) == ["program.changed"]


def test_one_members_fault_is_no_others(listening: Shop, ask: Ask, ann: Enrolled) -> None:
    ben = listening.world.enrol()
    listening.world.sell("2", total=100, member=ben)
    broken = keys.entry_key("coffee", ben.member_id, 1)
    kept = dict(listening.world.tables.items[broken])
    listening.world.tables.items[broken]["p"] = "nonsense"
    bodies = [json.dumps({"program": "coffee", "member": one.member_id}) for one in (ben, ann)]
    assert ask(tell_events, sqs(bodies)) == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}
    assert "points.earned" in sent(listening)
    (line,) = [line for line in listening.logged() if line["message"] == "not told"]
    assert line["member"] == ben.member_id
    listening.world.tables.items[broken] = kept


def test_a_queue_that_is_down_fails_the_batch(listening: Shop, ask: Ask, ann: Enrolled) -> None:
    listening.queues.down.add(BELLS)
    with pytest.raises(FunctionFailed):
        ask(ledger_router, stream([entry(ann)], "INSERT", "ledger"))
    listening.queues.down = {SENDINGS}
    body = json.dumps({"program": "coffee", "member": ann.member_id})
    assert ask(tell_events, sqs([body])) != NOTHING_FAILED
    listening.queues.down.clear()
    assert ask(tell_events, sqs([body])) == NOTHING_FAILED
    assert len(sent(listening)) == 3


def test_tampering_is_told_even_where_ringing_fails(
    listening: Shop, ask: Ask, ann: Enrolled, capsys: pytest.CaptureFixture[str]
) -> None:
    listening.queues.down.add(BELLS)
    event = stream([entry(ann)], "INSERT", "ledger")
    event["Records"] += stream([entry(ann)], "MODIFY", "ledger")["Records"]
    with pytest.raises(FunctionFailed):
        ask(ledger_router, event)
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["LedgerTampered"] == [1.0]


def test_the_night_rings_for_what_no_stream_rang_for(
    listening: Shop, ask: Ask, ann: Enrolled, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record was lost (it was given up on, or the stream was behind for a day)."""
    walk = sqs([json.dumps({"segment": 0, "segments": 1, "after": None})])
    ask(nightly, walk)
    bells = listening.queues.bodies(BELLS)
    assert {json.loads(body)["member"] for body in bells} == {"", ann.member_id}
    ask(tell_events, sqs(bells))
    assert sent(listening) == ["member.enrolled", "points.earned", "reward.reached"]
    listening.queues.sent.clear()
    listening.world.wait(days=1)
    ask(nightly, walk)
    assert listening.queues.messages(BELLS) == []
    lost = [json.loads(line).get("BellsLost") for line in capsys.readouterr().out.splitlines()]
    assert [one for one in lost if one] == [[2.0], [0.0]]
