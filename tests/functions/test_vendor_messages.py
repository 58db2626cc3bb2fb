"""Vendors' messages through the door and the worker, as API Gateway and the queue hand them on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions import orders, webhooks
from functions.wiring import environment
from infra.local.vendors.others import Clover
from infra.local.vendors.server import VendorServer
from loyalty.access.keys import Credentials
from loyalty.messages import Contact
from loyalty.store import privacy_requests
from tests.support.events import content, sqs
from tests.support.vendors import endpoint, headers_of, plain, program

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

SECRET = "own-secret-of-the-vendor"
STORIES = {
    "shopify": ("2-orders-paid", 2475),
    "woocommerce": ("2-order-updated", 2585),
    "stripe": ("3-checkout-session-async-payment-succeeded", 2475),
    "evotor": ("1-receipt-sell", 45000),
    "iiko": ("3-table-order-closed", 40500),
}
VENDORS = [*STORIES, "clover"]


@pytest.fixture
def customer(shop: Shop) -> Enrolled:
    """Somebody with a card of the conformance program, which all vendors send to."""
    shop.world.programs.put(program())
    shop.world.restart()
    for scheme in VENDORS:
        merchant = {"clover": "OWNMERCHANT01"}.get(scheme, "")
        Credentials(shop.world.tables).put_endpoint(endpoint(scheme, merchant=merchant))
        shop.secrets[f"endpoints/conformance-{scheme}"] = json.dumps({"secrets": [SECRET]})
    return shop.world.enrol(program="conformance")


def post(
    shop: Shop, ask: Ask, scheme: str, document: Any, *, secret: str = SECRET, more: str = ""
) -> dict[str, Any]:
    body = json.dumps(document).encode()
    headers = headers_of(scheme, body, secret, shop.now)
    return ask(webhooks, shop.post(f"/webhooks/conformance-{scheme}{more}", body, headers))


def work(shop: Shop, ask: Ask) -> None:
    assert ask(orders, sqs(shop.queues.bodies("inbox"))) == {"batchItemFailures": []}


def points(shop: Shop, customer: Enrolled) -> int:
    return shop.world.account(customer, "conformance").balance("points")


@pytest.mark.parametrize("scheme", STORIES)
def test_a_sale_of_each_vendor_counts(
    shop: Shop, ask: Ask, customer: Enrolled, scheme: str
) -> None:
    name, worth = STORIES[scheme]
    text = json.dumps(plain(scheme, name)).replace("CARD-CODE", customer.card_code)
    answer = post(shop, ask, scheme, json.loads(text))
    assert answer["statusCode"] == 200, "Evotor sends all again that is not 200"
    work(shop, ask)
    assert points(shop, customer) == worth


@pytest.mark.parametrize("scheme", VENDORS)
@pytest.mark.usefixtures("customer")
def test_a_forged_message_of_each_vendor_is_refused_alike(
    shop: Shop, ask: Ask, scheme: str
) -> None:
    name = "1-webhook" if scheme == "clover" else STORIES[scheme][0]
    answer = post(shop, ask, scheme, plain(scheme, name), secret="another-secret-of-a-thief")
    assert answer["statusCode"] == 401
    assert content(answer)["code"] == "not_authentic"
    assert shop.queues.sent == {}


@pytest.mark.usefixtures("customer")
def test_what_is_never_signed_is_answered_and_kept_nowhere(shop: Shop, ask: Ask) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    event = shop.post("/webhooks/conformance-woocommerce", b"webhook_id=142", form)
    assert ask(webhooks, event)["statusCode"] == 200
    body = json.dumps(plain("clover", "verification")).encode()
    event = shop.post("/webhooks/conformance-clover", body, {"content-type": "application/json"})
    assert ask(webhooks, event)["statusCode"] == 200
    assert shop.queues.sent == {}
    tried = [line for line in shop.logged() if line["message"] == "address tried"]
    assert tried[-1]["code"] == "20260504-0000-4000-8000-0000000000cc"


def test_evotor_adds_to_the_address_that_it_was_given(
    shop: Shop, ask: Ask, customer: Enrolled
) -> None:
    text = json.dumps(plain("evotor", "1-receipt-sell")).replace("CARD-CODE", customer.card_code)
    answer = post(shop, ask, "evotor", json.loads(text), more="/api/v2/receipts")
    assert answer["statusCode"] == 200
    work(shop, ask)
    assert points(shop, customer) == 45000


@pytest.mark.usefixtures("customer")
@pytest.mark.parametrize("scheme", ["shopify", "stripe"])
def test_trials_are_answered_and_kept_nowhere(shop: Shop, ask: Ask, scheme: str) -> None:
    document = plain(scheme, STORIES[scheme][0])
    document |= {"test": True, "livemode": False}
    assert content(post(shop, ask, scheme, document)) == {"result": "ignored"}
    assert shop.queues.sent == {}


@pytest.mark.usefixtures("customer")
def test_what_is_asked_for_a_customers_sake_waits_for_the_owner(shop: Shop, ask: Ask) -> None:
    for name in ("customers-data-request", "customers-redact", "shop-redact", "customers-redact"):
        assert post(shop, ask, "shopify", plain("shopify", name))["statusCode"] == 200
    work(shop, ask)
    found = privacy_requests.read(shop.world.tables, "conformance")
    kinds = sorted(request.kind for _, request in found)
    assert kinds == ["customers/data_request", "customers/redact", "shop/redact"]
    assert "guest@example.com" not in repr(found)


def test_clovers_ids_are_asked_back(
    shop: Shop, ask: Ask, customer: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = shop.world.enrol_proved(Contact("phone", "+442079460000"), "conformance")
    vendor = Clover(
        orders={"OWNORDER00001": plain("clover", "order-paid")},
        payments={"OWNPAY0000001": plain("clover", "payment")},
        customers={"OWNCUST000001": plain("clover", "customer")},
    )
    with VendorServer(vendor) as server:
        where = endpoint("clover", merchant="OWNMERCHANT01", address=server.address)
        Credentials(shop.world.tables).put_endpoint(where)
        kept = {"secrets": [SECRET], "token": vendor.token}
        shop.secrets["endpoints/conformance-clover"] = json.dumps(kept)
        here = replace(environment.configuration(), stage="local")
        monkeypatch.setattr(environment, "configuration", lambda: here)
        assert post(shop, ask, "clover", plain("clover", "1-webhook"))["statusCode"] == 200
        work(shop, ask)
    assert points(shop, known) == 1045
    assert points(shop, customer) == 0
