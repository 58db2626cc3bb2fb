"""A trial goes through the door like any message, and what was worked on can come again."""

from __future__ import annotations

import copy
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from functions import orders, owner, webhooks
from functions.wiring import tills, vendors
from infra.local.vendors.others import Clover
from infra.local.vendors.server import VendorServer
from loyalty.access.keys import Credentials
from loyalty.outgoing.posting import Poster, Reply
from loyalty.tills import trial
from loyalty.tills.registry import CONNECTORS
from tests.support.events import Context, content, http, sqs
from tests.support.till import OTHER_SECRET, SECRET, TILL, order
from tests.support.vendors import endpoint, program

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

SECRETS = {"standard": OTHER_SECRET, "visits": OTHER_SECRET}
MERCHANTS = {
    "clover": "OWNMERCHANT01",
    "square": "MOWN",
    "shopify": "own-shop.myshopify.com",
    "woocommerce": "https://own-shop.example",
    "evotor": "20260504-0000-4000-8000-0000000000aa",
    "iiko": "20260504-0000-4000-8000-000000000080",
    "yclients": "4564",
    "altegio": "4564",
    "hubspot": "77",
}
IDS_ONLY = {"clover", "yclients", "altegio", "bitrix24", "amocrm", "kommo", "hubspot"}
"""Whose messages say nothing without a token."""


@pytest.fixture
def addresses(shop: Shop) -> dict[str, Endpoint]:
    """An address for each vendor in the program that all vendors send to."""
    shop.world.programs.put(program())
    shop.world.restart()
    found = {}
    for scheme in CONNECTORS:
        url = "https://cards.example/webhooks/conformance-square" if scheme == "square" else ""
        one = endpoint(scheme, merchant=MERCHANTS.get(scheme, ""), notification_url=url)
        Credentials(shop.world.tables).put_endpoint(one)
        secret = SECRETS.get(scheme, "own-secret-of-the-vendor")
        shop.secrets[f"endpoints/{one.id}"] = json.dumps({"secrets": ["old-" + "x" * 20, secret]})
        found[scheme] = one
    return found


@pytest.fixture
def network(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is posted to our own address reaches the door."""
    asked: list[str] = []

    class Pool:
        def request(self, method: str, url: str, **sent: Any) -> Any:
            asked.append(url)
            assert not sent["redirect"]
            path = url.removeprefix("https://cards.example")
            event = http(method, path, sent["headers"], sent["body"])
            answer = webhooks.handler(event, Context())  # type: ignore[arg-type]
            body = io.BytesIO(answer["body"].encode())
            return urllib3.HTTPResponse(body, status=answer["statusCode"], preload_content=False)

    monkeypatch.setattr(vendors, "connections", Pool)
    return asked


def work(shop: Shop, ask: Ask) -> None:
    """Work until nothing waits; what comes again does not."""
    for _ in range(20):
        bodies = list(shop.queues.bodies("inbox"))
        shop.queues.sent.clear()
        if not bodies:
            return
        ask(orders, sqs(bodies))
    raise AssertionError("it does not end")


def say(shop: Shop, ask: Ask, method: str, path: str, body: Any = None) -> dict[str, Any]:
    owned = {"authorization": shop.key("owner", "conformance")}
    sent = None if body is None else json.dumps(body)
    return ask(owner, http(method, f"/v1/endpoints/{path}", owned, sent))


def tried(shop: Shop, ask: Ask, name: str) -> dict[str, Any]:
    assert say(shop, ask, "POST", f"{name}/test")["statusCode"] == 202
    assert content(say(shop, ask, "GET", name))["test"]["outcome"] == "waiting"
    work(shop, ask)
    told = content(say(shop, ask, "GET", name))
    assert told["days"] == [] or told["days"][0]["counts"].keys() == {"not_asked"}
    found: dict[str, Any] = told["test"]
    return found


@pytest.mark.parametrize("scheme", sorted(CONNECTORS.keys() - IDS_ONLY - {"calendar"}))
@pytest.mark.usefixtures("addresses")
def test_a_trial_of_each_vendor_comes_through_and_is_recorded_nowhere(
    shop: Shop, ask: Ask, network: list[str], scheme: str
) -> None:
    before = dict(shop.world.tables.items)
    found = tried(shop, ask, f"conformance-{scheme}")
    assert network == [f"https://cards.example/webhooks/conformance-{scheme}"]
    assert found["outcome"] == "came_through"
    assert found["status"] in {200, 202}
    assert found["came_at"] is not None
    new = {key.sk.partition("#")[0] for key in shop.world.tables.items if key not in before}
    assert new <= {"D", "KEY", "RATE", *(sk for sk in new if sk.isdecimal())}, (
        "the owner's key, how fast it goes, and no order"
    )


@pytest.mark.usefixtures("network")
def test_clovers_trial_says_nothing_without_a_token_and_tries_the_token_with_one(
    shop: Shop, ask: Ask, addresses: dict[str, Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = addresses["clover"].id
    assert tried(shop, ask, name)["outcome"] == "ignored"
    vendor = Clover()
    with VendorServer(vendor) as server:
        monkeypatch.setattr(vendors, "checked_address", lambda *_, **__: server.address)
        kept = {"secrets": ["own-secret-of-the-vendor"], "token": vendor.token}
        pool = urllib3.PoolManager(retries=False)
        door = vendors.connections()

        class Both:
            def request(self, method: str, url: str, **sent: Any) -> Any:
                ours = url.startswith("https://cards.example")
                return (door if ours else pool).request(method, url, **sent)

        monkeypatch.setattr(vendors, "connections", Both)
        for token, outcome, reason in (
            (vendor.token, "came_through", None),
            ("another", "not_read_back", "token_refused"),
        ):
            shop.secrets[f"endpoints/{name}"] = json.dumps({**kept, "token": token})
            told = tried(shop, ask, name)
            assert (told["outcome"], told["reason"]) == (outcome, reason)


@pytest.mark.usefixtures("addresses")
def test_a_trial_of_a_calendar_is_a_look_at_it(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tried(shop, ask, "conformance-calendar")["outcome"] == "ignored"
    kept = {"secrets": ["own-secret-of-the-vendor"], "token": "https://calendar.example/a.ics"}
    shop.secrets["endpoints/conformance-calendar"] = json.dumps(kept)
    empty = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    for reply, outcome, reason in (
        (Reply(200, content=empty), "came_through", None),
        (Reply(200, content=b"<html>"), "not_read_back", "not_understood"),
        (Reply(404), "not_read_back", "refused"),
    ):
        monkeypatch.setattr(Poster, "get", lambda *_, reply=reply, **__: reply)
        told = tried(shop, ask, "conformance-calendar")
        assert (told["outcome"], told["reason"]) == (outcome, reason)


@pytest.mark.usefixtures("addresses", "network")
def test_a_trial_shows_that_the_door_is_shut(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tills, "newest_secret", lambda _: SECRET)
    assert say(shop, ask, "POST", "conformance-standard/test")["statusCode"] == 202
    work(shop, ask)
    told = content(say(shop, ask, "GET", "conformance-standard"))["test"]
    assert (told["outcome"], told["status"], told["came_at"]) == ("refused", 401, None)


@pytest.mark.usefixtures("addresses")
def test_a_trial_shows_that_the_address_does_not_answer(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Down:
        def request(self, *_: Any, **__: Any) -> Any:
            raise urllib3.exceptions.ConnectTimeoutError

    monkeypatch.setattr(vendors, "connections", Down)
    assert say(shop, ask, "POST", "conformance-standard/test")["statusCode"] == 202
    work(shop, ask)
    told = content(say(shop, ask, "GET", "conformance-standard"))["test"]
    assert (told["outcome"], told["status"]) == ("no_answer", None)


@pytest.mark.usefixtures("addresses", "network")
def test_an_older_trial_is_recorded_nowhere_either(shop: Shop, ask: Ask) -> None:
    for _ in range(2):
        say(shop, ask, "POST", "conformance-standard/test")
    work(shop, ask)
    told = content(say(shop, ask, "GET", "conformance-standard"))
    assert told["test"]["outcome"] == "came_through"
    assert told["days"] == []


@pytest.mark.parametrize("document", [None, 1, "x", [], [1], {}, {"loyalty_trial": 1}])
def test_other_messages_are_no_trials(document: Any) -> None:
    assert not trial.name_of(document)


def test_only_an_owner_of_the_program_may_ask(shop: Shop, ask: Ask) -> None:
    body = json.dumps({"since": "2026-05-04T00:00:00Z"})
    for key, status in (
        (shop.key("till"), 403),
        (shop.key("staff"), 403),
        (shop.key("owner", "barber"), 404),
    ):
        for what, sent in (("test", None), ("replay", body)):
            path = f"/v1/endpoints/{TILL.id}/{what}"
            assert (
                ask(owner, http("POST", path, {"authorization": key}, sent))["statusCode"] == status
            )
    assert shop.queues.sent == {}


# Replays


@pytest.fixture
def till(shop: Shop) -> Endpoint:
    one = replace(TILL, id="coffee-again")
    Credentials(shop.world.tables).put_endpoint(one)
    shop.secrets[f"endpoints/{one.id}"] = shop.secrets[f"endpoints/{TILL.id}"]
    return one


def sell(shop: Shop, ask: Ask, till: Endpoint, *numbers: str, **more: Any) -> None:
    for number in numbers:
        told = order(id=number, **more)
        assert ask(webhooks, shop.post(f"/webhooks/{till.id}", told))["statusCode"] == 202
    work(shop, ask)


def again(shop: Shop, ask: Ask, till: Endpoint, since: datetime, until: datetime) -> int:
    """Replay a time; return how many messages came."""
    before = replayed(shop, ask, till)
    body = json.dumps({"since": since.isoformat(), "until": until.isoformat()})
    owned = {"authorization": shop.key("owner")}
    path = f"/v1/endpoints/{till.id}"
    assert ask(owner, http("POST", f"{path}/replay", owned, body))["statusCode"] == 202
    work(shop, ask)
    return replayed(shop, ask, till) - before


def replayed(shop: Shop, ask: Ask, till: Endpoint) -> int:
    owned = {"authorization": shop.key("owner")}
    told = content(ask(owner, http("GET", f"/v1/endpoints/{till.id}", owned)))
    return sum(day["counts"].get("replayed", 0) for day in told["days"])


def test_a_time_is_worked_on_again_and_counts_once(shop: Shop, ask: Ask, till: Endpoint) -> None:
    ann = shop.world.enrol()
    named = {"member": {"card_code": ann.card_code}}
    began = shop.now
    sell(shop, ask, till, "1", "2", **named)
    shop.world.wait(minutes=10)
    middle = shop.now
    sell(shop, ask, till, "3", **named)
    balance = shop.world.account(ann).balance("points")
    assert balance > 0
    shop.world.wait(minutes=10)
    assert again(shop, ask, till, middle, shop.now) == 1
    assert again(shop, ask, till, began, middle) == 3, "both ends belong to it"
    assert again(shop, ask, till, shop.now, shop.now) == 0
    assert shop.world.account(ann).balance("points") == balance
    kept = len(shop.bucket.objects)
    assert again(shop, ask, till, began, shop.now) == 3
    assert len(shop.bucket.objects) == kept, "what comes again is kept already"


def test_what_was_lost_with_the_tables_comes_back(shop: Shop, ask: Ask, till: Endpoint) -> None:
    ann = shop.world.enrol()
    before = copy.deepcopy(shop.world.tables.items)
    began = shop.now
    sell(shop, ask, till, "1", member={"card_code": ann.card_code})
    balance = shop.world.account(ann).balance("points")
    shop.world.tables.items = before  # a restore from before the sale
    assert shop.world.account(ann).balance("points") == 0
    assert again(shop, ask, till, began, shop.now) == 1
    assert shop.world.account(ann).balance("points") == balance


def test_a_large_message_is_kept_by_its_name(shop: Shop, ask: Ask, till: Endpoint) -> None:
    began = shop.now
    sell(shop, ask, till, "1", note="x" * 300_000)
    assert again(shop, ask, till, began, shop.now) == 1


def test_a_long_time_is_taken_in_steps(
    shop: Shop, ask: Ask, till: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = shop.now
    for number in range(7):
        sell(shop, ask, till, str(number))
        shop.world.wait(minutes=1)
    monkeypatch.setattr("functions.wiring.replaying._PAGE", 3)
    assert again(shop, ask, till, began, shop.now) == 7


def test_messages_that_cannot_be_kept_are_counted_all_the_same(
    shop: Shop, ask: Ask, till: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise ConnectionError("canary")

    monkeypatch.setattr(shop.bucket, "put_object", fail)
    ann = shop.world.enrol()
    sell(shop, ask, till, "1", member={"card_code": ann.card_code})
    assert shop.world.account(ann).balance("points") > 0
    assert "messages not kept" in {line["message"] for line in shop.logged()}


def test_a_batch_is_one_object_for_each_address(shop: Shop, ask: Ask, till: Endpoint) -> None:
    for address, number in ((till, "1"), (till, "2"), (TILL, "3")):
        told = order(id=number)
        assert ask(webhooks, shop.post(f"/webhooks/{address.id}", told))["statusCode"] == 202
    work(shop, ask)
    kept = [name.split("/")[1] for name in shop.bucket.objects]
    assert sorted(kept) == [till.id, TILL.id]
    sell(shop, ask, till, "1")
    assert len(shop.bucket.objects) == 3


def test_an_end_before_its_beginning_is_refused(shop: Shop, ask: Ask) -> None:
    body = json.dumps({"since": "2026-05-04T12:00:00Z", "until": "2026-05-04T11:00:00Z"})
    owned = {"authorization": shop.key("owner")}
    answer = ask(owner, http("POST", f"/v1/endpoints/{TILL.id}/replay", owned, body))
    assert content(answer)["errors"][0]["code"] == "ends_before_it_begins"
