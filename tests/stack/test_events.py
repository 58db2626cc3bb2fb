"""A sale at the till becomes a signed event at somebody else's server, whatever goes wrong."""

from __future__ import annotations

import contextlib
import io
import json
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from standardwebhooks import Webhook

from infra.commands.__main__ import main as loyalty
from infra.local.deployment import Cloud
from infra.local.web import until
from loyalty.core.instants import microseconds
from loyalty.store import keys
from loyalty.store.deliveries import Delivery, put_delivery, read_log
from loyalty.store.derived import read_told
from loyalty.store.dynamodb import DynamoTables
from tests.support.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack.shop import Customer, Shop

pytestmark = pytest.mark.stack


class Listener:
    """A receiver of the coffee shop's events, made by the owner's command line."""

    def __init__(self, shop: Shop, name: str, *options: str) -> None:
        self.shop = shop
        self.name = name
        self.receiver = Receiver().start()
        told = self.command("add", "--url", self.receiver.url, *options)
        self.secret = told.partition("Secret")[2].split()[0]

    def command(self, what: str, *options: str) -> str:
        """Run ``loyalty events``; return what it printed."""
        words = ["events", what, self.name, "--program", self.shop.stack["program"], *options]
        place = ["--stage", "local", "--folder", str(self.shop.stack["folder"])]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            assert loyalty([*words, *place]) == 0, printed.getvalue()
        return printed.getvalue()

    def events(self, customer: Customer | None = None) -> list[dict[str, Any]]:
        """Return what has arrived (about a customer), each signed by our secret."""
        found = []
        for got in list(self.receiver.received):
            event = Webhook(self.secret).verify(got.body, dict(got.headers))
            if customer is None or event["data"]["member"] == customer.card["member_id"]:
                found.append(event)
        return found

    def wait_for(self, customer: Customer, *kinds: str) -> list[dict[str, Any]]:
        """Wait until all these kinds have arrived of a customer."""

        def arrived() -> list[dict[str, Any]] | None:
            found = self.events(customer)
            return found if set(kinds) <= {event["type"] for event in found} else None

        found: list[dict[str, Any]] = until(f"the events {kinds}", arrived, 60)
        return found

    def log(self) -> list[Delivery]:
        times = (0, 2**51)
        program = self.shop.stack["program"]
        return read_log(tables(self.shop), program, self.name, times, 100)

    def end(self) -> None:
        self.command("remove")
        self.receiver.stop()


def tables(shop: Shop) -> DynamoTables:
    names: Any = {
        "state": shop.stack["aws"]["state_table"],
        "ledger": shop.stack["aws"]["ledger_table"],
    }
    return DynamoTables(cloud(shop).client("dynamodb"), names)


def cloud(shop: Shop) -> Cloud:
    return Cloud(int(shop.stack["aws"]["endpoint_url"].rpartition(":")[2]))


def invoke(shop: Shop, function: str, event: Any) -> Any:
    answer = (
        cloud(shop)
        .client("lambda")
        .invoke(FunctionName=f"loyalty-local-{function}", Payload=json.dumps(event))
    )
    content = json.loads(answer["Payload"].read() or "null")
    assert "FunctionError" not in answer, content
    return content


@pytest.fixture
def crm(shop: Shop) -> Iterator[Listener]:
    # Its own name: what was sent to one stays in its log, also when it is removed.
    made = Listener(shop, f"crm-{uuid.uuid4().hex[:8]}")
    yield made
    made.end()


def test_joining_a_sale_and_a_redemption_arrive_signed(shop: Shop, crm: Listener) -> None:
    ann = shop.customer()
    crm.wait_for(ann, "member.enrolled")
    order = shop.sell(ann, 1500)
    found = crm.wait_for(ann, "points.earned", "reward.reached")
    (earned,) = [event["data"] for event in found if event["type"] == "points.earned"]
    assert (earned["points"], earned["balance"], earned["seq"]) == (150, 150, 1)
    assert earned["fact"] == {"kind": "order", "source": "till", "id": order}
    assert shop.redeem(ann).status == 200
    found = crm.wait_for(ann, "points.redeemed", "reward.redeemed")
    (handed,) = [event["data"] for event in found if event["type"] == "reward.redeemed"]
    assert handed["reward"] == shop.reward["id"]
    shop.settle()
    assert len(found) == len({event["id"] for event in found}) == 5
    assert {entry.outcome for entry in crm.log()} == {"delivered"}
    assert ann.contact not in "".join(got.body.decode() for got in crm.receiver.received)


def test_doubled_records_and_bells_arrive_once(shop: Shop, crm: Listener) -> None:
    ann = shop.customer()
    shop.sell(ann, 1000)
    crm.wait_for(ann, "points.earned")
    shop.settle()
    count = len(crm.events(ann))
    place = {"pk": {"S": f"{ann.program}#M#{ann.card['member_id']}"}, "sk": {"S": f"E#{1:012d}"}}
    record = {"eventName": "INSERT", "dynamodb": {"Keys": place}}
    invoke(shop, "ledgerRouter", {"Records": [record] * 3})
    bell = json.dumps({"program": ann.program, "member": ann.card["member_id"]})
    records = [{"messageId": str(number), "body": bell} for number in range(3)]
    assert invoke(shop, "tellEvents", {"Records": records}) == {"batchItemFailures": []}
    shop.settle()
    assert len(crm.events(ann)) == count


def test_what_no_record_rang_for_is_told_by_the_night(shop: Shop) -> None:
    """As if all records of a member had been lost: nobody was listening when they came."""
    began = microseconds(datetime.now(UTC))
    ann = shop.customer()
    shop.sell(ann, 1000)
    shop.settle()
    crm = Listener(shop, "late")
    try:
        place = keys.receiver_key(ann.program, crm.name)
        cloud(shop).client("dynamodb").update_item(
            TableName=shop.stack["aws"]["state_table"],
            Key={"pk": {"S": place.pk}, "sk": {"S": place.sk}},
            UpdateExpression="SET si = :began",
            ExpressionAttributeValues={":began": {"N": str(began)}},
        )
        assert read_told(tables(shop), ann.program, ann.card["member_id"]) is None
        invoke(shop, "nightly", {})
        found = crm.wait_for(ann, "member.enrolled", "points.earned", "reward.reached")
        shop.settle()
        assert len(found) == len(crm.events(ann)) == 3
        told = read_told(tables(shop), ann.program, ann.card["member_id"])
        assert told is not None
        assert (told.seq, told.balances) == (1, {"points": 100})
    finally:
        crm.end()


def test_failures_redirects_and_silence_are_tried_again(shop: Shop, crm: Listener) -> None:
    ann = shop.customer()
    crm.wait_for(ann, "member.enrolled")
    shop.settle()
    elsewhere = Receiver().start()
    crm.receiver.answers = [(302, {"Location": elsewhere.url})]
    shop.sell(ann, 100)
    # The first attempt fails, and seconds later the next one is taken.
    until("two attempts", lambda: len(crm.events(ann)) >= 3 or None, 60)
    shop.settle()
    assert elsewhere.received == []
    elsewhere.stop()
    statuses = [
        [attempt.status for attempt in entry.attempts]
        for entry in crm.log()
        if entry.kind == "points.earned"
    ]
    assert statuses == [[302, 204]]
    crm.receiver.answers = ["hang"]
    shop.sell(ann, 100)
    until("another one", lambda: len(crm.events(ann)) >= 5 or None, 60)
    shop.settle()
    reasons = [attempt.reason for attempt in crm.log()[-1].attempts]
    # As much time as the local shape leaves, unless the receiver itself hangs up before.
    assert reasons in (["timeout", ""], ["no_answer", ""], [""])


def test_what_waits_is_sent_by_the_clock(shop: Shop, crm: Listener) -> None:
    crm.command("test")
    until("the test event", lambda: crm.events() or None, 60)
    shop.settle()
    (entry,) = crm.log()
    due = int(time.time()) - 1
    waiting = replace(entry, outcome="waiting", due=due, tries=2, revision=entry.revision + 1)
    assert put_delivery(tables(shop), waiting, datetime.now(UTC))
    invoke(shop, "sweeper", {})
    until("it again", lambda: len(crm.events()) == 2 or None, 60)
    shop.settle()
    assert [one.outcome for one in crm.log()] == ["delivered"]


def test_410_ends_it_and_the_owner_goes_on(shop: Shop, crm: Listener) -> None:
    ann = shop.customer()
    crm.wait_for(ann, "member.enrolled")
    shop.settle()
    crm.receiver.answers = [410]
    shop.sell(ann, 1000)
    shop.settle()
    assert "gone" in crm.command("change", "--events", "all")
    shop.sell(ann, 100)
    shop.settle()
    before = len(crm.receiver.received)
    assert {one.outcome for one in crm.log()} == {"delivered", "not_sent"}
    assert "not_sent" in crm.command("log")
    crm.command("change", "--resume")
    told = crm.command("replay", "--since", "2026-01-01T00:00Z")
    assert told.startswith(f"{len(crm.log())} events")
    shop.settle()
    assert len(crm.receiver.received) == before + len(crm.log())
    assert {one.outcome for one in crm.log()} == {"delivered"}


def test_both_secrets_sign_while_one_takes_over(shop: Shop, crm: Listener) -> None:
    new = crm.command("rotate").partition("New secret")[2].split()[0]
    crm.command("test")
    until("the test event", lambda: crm.events() or None, 60)
    (got,) = crm.receiver.received
    assert Webhook(new).verify(got.body, dict(got.headers)) == got.event
    crm.command("rotate", "--finish")
    crm.receiver.received.clear()
    crm.secret = new
    crm.command("test")
    until("another one", lambda: crm.events() or None, 60)
    (got,) = crm.receiver.received
    assert " " not in got.headers["webhook-signature"]


def test_each_hears_what_it_asked_for_and_one_does_not_wait_for_another(
    shop: Shop, crm: Listener
) -> None:
    mailing = Listener(shop, "mailing", "--events", "member.enrolled")
    try:
        crm.receiver.answers = ["hang"] * 3
        ann = shop.customer()
        mailing.wait_for(ann, "member.enrolled")
        shop.sell(ann, 1000)
        crm.wait_for(ann, "points.earned")
        shop.settle()
        assert {event["type"] for event in mailing.events()} == {"member.enrolled"}
    finally:
        mailing.end()


def test_an_owner_does_it_all_over_http(shop: Shop) -> None:
    receiver, name = Receiver().start(), f"http-{uuid.uuid4().hex[:8]}"

    def call(method: str, path: str = "", body: Any = None) -> Any:
        reply = shop.api(method, f"/v1/receivers{path}", "owner_key", body)
        assert reply.status in {200, 201, 202}, reply
        return reply.json()

    try:
        made = call("POST", body={"id": name, "url": receiver.url, "events": ["points.earned"]})
        assert name in [one["id"] for one in call("GET")["receivers"]]
        sent = call("POST", f"/{name}/test")["event"]
        until("the test event", lambda: receiver.received or None, 60)
        (got,) = receiver.received
        assert Webhook(made["secret"]).verify(got.body, dict(got.headers))["id"] == sent
        shop.settle()
        (entry,) = call("GET", f"/{name}/deliveries")["deliveries"]
        assert (entry["event"], entry["outcome"]) == (sent, "delivered")
        renewed = call("POST", f"/{name}/secrets")["secret"]
        call("DELETE", f"/{name}/secrets/old")
        assert call("PATCH", f"/{name}", {"events": []})["events"] == []
        replayed = call("POST", f"/{name}/replay", {"since": "2026-01-01T00:00:00Z"})
        assert replayed["count"] == 1
        until("it again", lambda: len(receiver.received) == 2 or None, 60)
        again = receiver.received[1]
        assert Webhook(renewed).verify(again.body, dict(again.headers))["id"] == sent
        refused = shop.api("POST", "/v1/receivers", "till_key", {"id": "x", "url": receiver.url})
        assert refused.status == 403
    finally:
        call("DELETE", f"/{name}")
        receiver.stop()
