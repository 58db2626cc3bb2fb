"""A program's test side over HTTP on the running stack: same code, nothing real is touched."""

from __future__ import annotations

import json
import secrets
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from infra.local import deployment
from infra.local.phone import Iphone
from infra.local.web import ask, until
from loyalty.access.keys import ApiKey, Credentials
from loyalty.store.dynamodb import DynamoTables
from tests.support.deployed import ROOT
from tests.support.integrator import Integrator
from tests.support.receiver import Receiver

if TYPE_CHECKING:
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack

DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tried(open_shop: Shop) -> Integrator:
    """Give the owner with a key of the test side of the shared stack's program."""
    aws = open_shop.stack["aws"]
    cloud = deployment.Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
    names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
    tables = DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]
    key = ApiKey(f"tried{secrets.token_hex(4)}", f"{open_shop.stack['program']}.test", "owner")
    text = Credentials(tables).add_key(key, "local", secrets.token_hex(20))
    assert text.startswith("lk_test_")
    return Integrator(DOCUMENT, open_shop.stack["base_url"], text)


def sold(shop: Shop, counter: Integrator, card: str, order: str) -> Any:
    body = {
        "version": 1,
        "status": "completed",
        "occurred_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "currency": shop.stack["currency"],
        "total": 1250,
        "member": {"card_code": card},
    }
    return counter.call("putOrder", body, source="till", order=order)


def test_a_sale_on_the_test_side_touches_nothing_real(shop: Shop, tried: Integrator) -> None:
    real, order = shop.holder(), uuid.uuid4().hex
    before = shop.balance(real)
    mail = f"{uuid.uuid4().hex}@example.com"
    ben = tried.call("enrolMember", {"first_name": "Ben", "email": mail, "consent": True})
    phone = Iphone(shop.stack, uuid.uuid4().hex)
    serial = phone.install(f"{ben['card_url']}/apple").serial
    # The same order as a real one, at the same till.
    assert sold(shop, tried, ben["card_code"], order)["points"] == 125
    shop.sell(real, 1250, order)
    assert shop.balance(real) == before + 125
    assert tried.call("lookUpCard", code=ben["card_code"])["pots"][0]["balance"] == 125
    # Nobody was rung or written to; whoever pulls the pass down sees it all the same.
    real.phone.wait_for_push()
    assert phone.pushes() == []
    assert shop.outbox(mail) == []
    assert phone.fetch_news() == (serial,)
    held = phone.passes[serial]
    assert held.shown["balance"] == 125
    assert held.document["organizationName"].startswith("TEST ")
    assert ask("GET", f"{ben['card_url']}/google").status == 404
    # Neither knows the other's card.
    assert tried.reply("lookUpCard", code=real.code).status == 404
    assert shop.api("GET", f"/v1/cards/{ben['short_code']}", "till_key").status == 404


def test_its_receivers_hear_of_it_alone(shop: Shop, tried: Integrator) -> None:
    receiver, name = Receiver().start(), f"trial-{uuid.uuid4().hex[:8]}"
    try:
        tried.call("addReceiver", {"id": name, "url": receiver.url, "events": ["points.earned"]})
        person = {"first_name": "Ben", "email": f"{uuid.uuid4().hex}@example.com", "consent": True}
        ben, real = tried.call("enrolMember", person), shop.customer()
        shop.sell(real, 1250)
        sold(shop, tried, ben["card_code"], uuid.uuid4().hex)
        until("the event of the test side", lambda: receiver.received or None, 60)
        shop.settle()
        told = [json.loads(got.body)["data"]["member"] for got in receiver.received]
        assert told == [ben["member_id"]]
    finally:
        tried.call("removeReceiver", receiver=name)
        receiver.stop()
