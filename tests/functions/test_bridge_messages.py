"""Booking tools' messages through door and worker: who may knock, and a tool that is down."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import orders, owner, webhooks
from functions.wiring import vendors
from infra.local.vendors.bookings import Salon
from infra.local.vendors.server import Fault, VendorServer
from loyalty.access.keys import Credentials
from loyalty.tills.client import connections
from tests.support.events import content, http, sqs
from tests.support.vendors import endpoint, plain, program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

SECRET = "own-secret-of-an-address-01"
NAME = "conformance-yclients"


@pytest.fixture
def customer(shop: Shop) -> Enrolled:
    shop.world.programs.put(program())
    shop.world.restart()
    Credentials(shop.world.tables).put_endpoint(endpoint("yclients", merchant="4564"))
    return shop.world.enrol(program="conformance")


@pytest.fixture
def salon(
    shop: Shop, customer: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Salon, VendorServer]]:
    """A salon whose customer came, and which can be asked."""
    record = plain("yclients", "record")
    record |= {"attendance": 1, "client": {**record["client"], "card": customer.card_code}}
    one = Salon(records={record["id"]: record})
    shop.secrets[f"endpoints/{NAME}"] = json.dumps({"secrets": [SECRET], "token": one.token})
    with VendorServer(one) as server:
        monkeypatch.setattr(vendors, "checked_address", lambda *_, **__: server.address)
        monkeypatch.setattr(vendors, "connections", lambda: connections(local=True))
        monkeypatch.setattr("time.sleep", lambda _: None)
        yield one, server


def knock(shop: Shop, ask: Ask, secret: str | None = SECRET, **changes: Any) -> int:
    inside = "" if secret is None else f"/from/{secret}"
    body = json.dumps({**plain("yclients", "2-record-update"), **changes}).encode()
    event = shop.post(f"/webhooks/{NAME}{inside}", body, {"content-type": "application/json"})
    return int(ask(webhooks, event)["statusCode"])


def points(shop: Shop, customer: Enrolled) -> int:
    return shop.world.account(customer, "conformance").balance("points")


def test_whoever_knows_the_address_is_taken_and_nobody_else(
    shop: Shop, ask: Ask, customer: Enrolled, salon: tuple[Salon, VendorServer]
) -> None:
    for wrong in (None, "x" * 27, f"{SECRET}x", "%20"):
        assert knock(shop, ask, wrong) == 401
    assert knock(shop, ask, company_id=9) == 401
    assert shop.queues.sent == {}
    assert knock(shop, ask) == 200
    assert ask(orders, sqs(shop.queues.bodies("inbox"))) == {"batchItemFailures": []}
    assert points(shop, customer) == 250_000
    assert SECRET not in shop.log.getvalue()
    assert len(salon[1].asked) == 1


def test_a_forged_body_at_the_right_address_is_refused_after_it_was_read_back(
    shop: Shop, ask: Ask, customer: Enrolled, salon: tuple[Salon, VendorServer]
) -> None:
    record = salon[0].records[9000001]
    record["attendance"] = -1
    forged = {**record, "attendance": 1, "services": [{"cost": 10**6, "amount": 1}]}
    assert knock(shop, ask, data=forged) == 200
    assert ask(orders, sqs(shop.queues.bodies("inbox"))) == {"batchItemFailures": []}
    assert points(shop, customer) == 0


def test_a_tool_that_is_down_loses_nothing_and_is_seen(
    shop: Shop, ask: Ask, customer: Enrolled, salon: tuple[Salon, VendorServer]
) -> None:
    _, server = salon
    server.fail(Fault("status", times=1000))
    assert knock(shop, ask) == 200, "the tool is answered all the same"
    bodies = shop.queues.bodies("inbox")
    assert len(ask(orders, sqs(bodies))["batchItemFailures"]) == 1, "it comes again"
    assert points(shop, customer) == 0
    owned = {"authorization": shop.key("owner", "conformance")}
    told = content(ask(owner, http("GET", f"/v1/endpoints/{NAME}", owned)))
    assert told["days"][0]["counts"]["not_read_back"] == 1
    assert any("the vendor did not tell the rest" in one for one in told["sentences"])
    server.heal()
    assert ask(orders, sqs(bodies)) == {"batchItemFailures": []}
    assert points(shop, customer) == 250_000
