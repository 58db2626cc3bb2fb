"""One program's or one card's fault in a batch: only its own messages come again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import campaign_worker, nightly, orders, push_apple, router, sweeper, tell_events
from functions.http.failures import FunctionFailed
from functions.wiring import google_state, redrawing
from loyalty.core.draw import Draw, Purchases
from loyalty.ledger.act import Act
from loyalty.ledger.drawing_prizes import Draws
from loyalty.members import erase
from loyalty.store import deliveries, draw_book, erasing, keys, program_marks, receivers, till_watch
from loyalty.store.deliveries import Delivery
from loyalty.store.receivers import Receiver
from loyalty.store.tables import Put
from tests.functions.conftest import told
from tests.support.events import sqs, stream
from tests.support.till import order

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]


def failed(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def kept(message: dict[str, Any], endpoint: str = "coffee-till") -> str:
    return json.dumps({"endpoint": endpoint, "body": json.dumps(message)})


def spoil(shop: Shop, member: Enrolled, name: str) -> None:
    """Take an attribute away from an account, so that it cannot be read."""
    del shop.world.tables.items[keys.account_key("coffee", member.member_id)][name]


@pytest.mark.corrupts
def test_an_order_of_an_account_that_cannot_be_read_comes_again_alone(shop: Shop, ask: Ask) -> None:
    ann, ben = shop.world.enrol(), shop.world.enrol()
    spoil(shop, ann, "f")
    batch = [
        kept(order(member={"card_code": member.card_code}, id=str(number)))
        for number, member in enumerate((ann, ben, ann, ben))
    ]
    assert failed(ask(orders, sqs(batch))) == ["message-0", "message-2"]
    assert shop.world.balance(ben) == 250


@pytest.mark.corrupts
def test_an_order_of_a_program_that_is_gone_comes_again_alone(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol()
    endpoint = keys.directory_key("endpoint", "barber-till")
    first = dict(shop.world.tables.items[keys.directory_key("endpoint", "coffee-till")])
    shop.world.tables.items[endpoint] = {**first, "program": "gone"}
    batch = [
        kept(order(member={"card_code": ann.card_code}), "barber-till"),
        kept(order(member={"card_code": ann.card_code})),
    ]
    assert failed(ask(orders, sqs(batch))) == ["message-0"]
    assert shop.world.balance(ann) == 125


@pytest.mark.corrupts
def test_a_bell_of_campaigns_that_cannot_be_heard_comes_again_alone(shop: Shop, ask: Ask) -> None:
    ann, ben = shop.world.enrol(), shop.world.enrol()
    names, now = {"en": "May", "ru": "Май"}, int(shop.world.now.timestamp())
    bought = Purchases("spend", 100, now - 60)
    may = Draw("may", names, names, (names,), "", 0, 9, now + 86_400, bought)
    Draws(shop.world.books).put("coffee", may, 0, "key:owner", shop.world.now)
    for one in (ann, ben):
        shop.world.sell(one.member_id, total=300, member=one)
    spoil(shop, ann, "f")
    bells = [json.dumps({"program": "coffee", "member": one.member_id}) for one in (ann, ben)]
    assert failed(ask(campaign_worker, sqs(bells))) == ["message-0"]
    assert draw_book.entrants(shop.world.tables, "coffee", "may") == {ben.member_id: 3}


@pytest.mark.corrupts
def test_a_bell_for_an_account_that_cannot_be_read_holds_nobody_up(
    shop: Shop, ask: Ask, members: list[Enrolled]
) -> None:
    spoil(shop, members[3], "c")
    event = stream((f"coffee#M#{member.member_id}", "ACCOUNT") for member in members)
    assert ask(router, event) == {"batchItemFailures": []}
    others = [one.member_id for one in members if one is not members[3]]
    assert told(shop, "apple") == others
    assert shop.world.unpublished() == [("coffee", members[3].member_id)]


@pytest.mark.corrupts
def test_a_sweep_past_an_account_that_cannot_be_read(
    shop: Shop, ask: Ask, members: list[Enrolled]
) -> None:
    spoil(shop, members[3], "c")
    shop.world.wait(minutes=5)
    ask(sweeper, {})
    assert len(told(shop, "apple")) == len(members) - 1


@pytest.mark.parametrize("broken", ["checks", "redraw"])
def test_what_one_sweep_fails_at_the_others_do(
    shop: Shop, ask: Ask, members: list[Enrolled], broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Any:
        raise KeyError(broken)

    where = (google_state, "google_checks") if broken == "checks" else (redrawing, "redraw")
    monkeypatch.setattr(*where, fail)
    shop.world.wait(minutes=5)
    with pytest.raises(FunctionFailed, match=r"^KeyError$"):
        ask(sweeper, {})
    assert len(told(shop, "apple")) == len(members)


def test_one_programs_walk_that_cannot_begin_holds_no_other_up(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = program_marks.read_walk

    def read(tables: Any, program: str) -> Any:
        if program == "barber":
            raise KeyError("st")
        return right(tables, program)

    def changed(*_: Any) -> list[str]:
        return ["barber", "coffee"]

    monkeypatch.setattr(program_marks, "read_walk", read)
    monkeypatch.setattr(program_marks, "changed_programs", changed)
    marked = program_marks.Marked(1, "all", says=False)
    monkeypatch.setattr(program_marks, "mark_of", lambda *_: marked)
    with pytest.raises(FunctionFailed, match=r"^KeyError$"):
        ask(sweeper, {})
    sent = [message for queue in shop.queues.sent.values() for message in queue]
    assert [json.loads(message["MessageBody"])["redraw"] for message in sent] == ["coffee"]


@pytest.mark.corrupts
def test_phones_of_a_card_that_cannot_be_read_come_again_alone(
    shop: Shop, ask: Ask, members: list[Enrolled]
) -> None:
    spoil(shop, members[1], "p")
    bodies = [json.dumps({"program": "coffee", "member": one.member_id}) for one in members[:3]]
    bodies.append(json.dumps({"program": "gone", "member": "m"}))
    assert failed(ask(push_apple, sqs(bodies))) == ["message-1"]


def test_a_bell_that_nobody_has_written_holds_no_other_up(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol()
    bell = json.dumps({"program": "coffee", "member": ann.member_id})
    strange = ["no bell", "[]", "{}", json.dumps({"program": "coffee"}), json.dumps([["x"]])]
    answer = ask(tell_events, sqs([*strange, bell]))
    assert failed(answer) == [f"message-{number}" for number in range(len(strange))]


def waiting(event: str) -> Delivery:
    return Delivery("coffee", "crm", event, "points.earned", at=1, body="{}", due=1, revision=1)


@pytest.mark.corrupts
def test_an_event_that_cannot_be_read_waits_alone(shop: Shop, ask: Ask) -> None:
    for event in ("evt_1", "evt_2", "evt_3"):
        deliveries.put_delivery(shop.world.tables, waiting(event), shop.now)
    place = next(key for key in shop.world.tables.items if key.sk.endswith("evt_2"))
    del shop.world.tables.items[place]["k"]
    with pytest.raises(FunctionFailed, match=r"^KeyError$"):
        ask(sweeper, {})
    sent = [json.loads(body)["event"] for body in shop.queues.bodies("sending.fifo")]
    assert sorted(sent) == ["evt_1", "evt_3"]


@pytest.mark.corrupts
def test_a_till_that_cannot_be_read_is_looked_at_by_nobody_and_the_others_are(
    shop: Shop, ask: Ask
) -> None:
    tables = shop.world.tables
    for endpoint in ("coffee-till", "barber-till", "cinema-till"):
        trial = {"tn": "t"} if endpoint == "barber-till" else {}  # without the second it was asked
        key = keys.till_watch_key("coffee", endpoint)
        tables.write(Put(key, {"wp": keys.TILLS, "wt": 1, **trial}))
    with pytest.raises(FunctionFailed, match=r"^KeyError$"):
        ask(sweeper, {})
    looked = till_watch.read(tables, "coffee", "coffee-till")
    assert looked is not None
    assert looked.looked > 0
    # Its endpoint is gone, so nobody looks at it any more.
    assert till_watch.read(tables, "coffee", "cinema-till") is None


@pytest.mark.corrupts
def test_one_whose_wallets_cannot_be_forgotten_keeps_nobody_from_being(
    shop: Shop, ask: Ask, members: list[Enrolled], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, member in enumerate(members):
        act = Act("coffee", "owner", f"e{number}", "asked for")
        shop.world.erasure.erase(act, member.member_id, shop.now)
    shop.world.wait(days=2)
    del shop.world.tables.items[keys.member_key("coffee", members[0].member_id)]["cc"]
    # Also where a page holds no other.
    monkeypatch.setattr(erase, "_PAGE", 1)
    ask(nightly, {})
    left = erasing.due(shop.world.tables, shop.now, 100)
    assert [member for _, (_, member) in left] == [members[0].member_id]


@pytest.mark.corrupts
def test_a_receiver_that_cannot_be_read_is_a_fault_of_its_program_alone(
    shop: Shop, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    """The night goes on, and rings for what other programs' receivers have not been told."""
    ann = shop.world.enrol()
    ben = shop.world.enrol(program="barber")
    for program in ("barber", "coffee"):
        hears = Receiver(program, "crm", "https://crm.example.com/", (), "active", shop.now)
        receivers.put_receiver(shop.world.tables, hears)
    del shop.world.tables.items[keys.receiver_key("coffee", "crm")]["u"]
    walk = {"segment": 0, "segments": 1, "after": None}
    assert failed(ask(nightly, sqs([json.dumps(walk)]))) == []
    rung = [json.loads(body) for body in shop.queues.bodies("telling.fifo")]
    assert {"program": "barber", "member": ben.member_id} in rung
    assert not [one for one in rung if one["member"] == ann.member_id]
