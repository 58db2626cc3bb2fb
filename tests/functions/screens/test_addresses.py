"""Addresses of tills and tools at the console: made, set up, let go; by owners alone."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions import orders, webhooks
from functions.pages import drawing as pages
from functions.screens.addresses import CHANNELS, NEEDED, VENDORS, WRITTEN
from functions.screens.calling import Ask, RefusedError
from functions.screens.desk import ROOM
from loyalty.access.keys import KEEP
from loyalty.outgoing import catalogue
from loyalty.store import credentials, member_records
from loyalty.tills import adding
from loyalty.tills.registry import CONNECTORS
from tests.functions.screens.visiting import ME, Here, Visitor
from tests.support.events import sqs
from tests.support.till import signed

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

NEW = "/console/tills/new"
ATTRIBUTES = [{"id": "town", "name": {"en": "Town", "ru": "Город"}, "kind": "text"}]
VENDOR = "vendor_address"
KEY = "signature-key-of-square-0001"


def test_each_vendor_is_asked_what_its_connector_needs() -> None:
    assert VENDORS.keys() | {"calendar"} == CONNECTORS.keys()
    for scheme, wants in VENDORS.items():
        connector = CONNECTORS[scheme]
        assert ("secret" in wants) == (scheme not in adding.OURS), scheme
        assert ("token" in wants) == (connector.read_back is not None), scheme
        own = connector.read_back is not None and not connector.address
        assert ("vendor_address" in wants) == own, scheme
    assert NEEDED["secret"] == VENDORS.keys() - adding.OURS
    assert NEEDED["merchant"] == adding.MANY
    assert set(CHANNELS) == set(member_records.CHANNELS)
    assert WRITTEN == credentials.WRITTEN


def made(page: str) -> list[str]:
    return re.findall(r'<p class="secret">([^<]+)</p>', page)


def test_a_till_is_connected_reports_and_is_let_go(shop: Shop, ask: Any) -> None:
    ada = Visitor(shop, ask)
    ada.look(NEW, of="standard")
    assert ada.send("make", scheme="standard", id="bar-till").status_code == 200
    address, redemptions, secret = made(ada.html)
    assert address == "https://cards.example/webhooks/bar-till"
    assert redemptions == f"{address}/redemptions"
    body = json.dumps({"type": "ping", "data": {}}).encode()
    headers = signed(body, shop.now, secret=secret)
    answer = ask(webhooks, shop.post("/webhooks/bar-till", body, headers))
    assert answer["statusCode"] == 200, answer
    assert secret not in ada.look("/console/tills/bar-till")
    # Once more under that name is refused, and what was typed stays.
    ada.look(NEW, of="standard")
    assert ada.send("make", scheme="standard", id="bar-till").status_code == 422
    assert 'value="bar-till"' in ada.html
    ada.look("/console/tills/bar-till")
    assert ada.send("gone").status_code == 303
    assert "bar-till" not in ada.html
    shop.world.now += 2 * KEEP
    answer = ask(
        webhooks, shop.post("/webhooks/bar-till", body, signed(body, shop.now, secret=secret))
    )
    assert answer["statusCode"] == 401
    assert json.loads(shop.secrets["endpoints/bar-till"]) == {}


def test_a_vendors_secret_is_kept_and_shown_nowhere(shop: Shop, ask: Any) -> None:
    ada = Visitor(shop, ask)
    ada.look(NEW, of="square")
    wrong = ada.send("make", scheme="square", id="shop-square", secret="short", token="canary-4711")
    assert wrong.status_code == 422
    assert re.search(r'name="secret"[^>]*aria-invalid="true"', ada.html)
    assert "canary-4711" not in ada.html
    told = ada.send("make", scheme="square", id="shop-square", secret=KEY, token="t" * 20)
    assert told.status_code == 200
    assert made(ada.html) == ["https://cards.example/webhooks/shop-square"]
    assert KEY not in ada.html
    kept = {"secrets": [KEY], "token": "t" * 20}
    assert json.loads(shop.secrets["endpoints/shop-square"]) == kept


@pytest.mark.parametrize(
    ("scheme", "typed", "field"),
    [
        ("square", {}, "secret"),
        ("clover", {"secret": KEY}, "merchant"),
        ("shopify", {"secret": KEY, "token": "x"}, "vendor_address"),
        ("shopify", {"secret": KEY, "token": "x", "vendor_address": "http://a.b"}, VENDOR),
        ("shopify", {"secret": KEY, "token": "x", "vendor_address": "https://10.0.0.1"}, VENDOR),
        ("standard", {"id": "No Address"}, "id"),
    ],
)
def test_what_cannot_be_connected_names_its_field(
    shop: Shop, ask: Any, scheme: str, typed: dict[str, str], field: str
) -> None:
    ada = Visitor(shop, ask)
    ada.look(NEW, of=scheme)
    assert ada.send("make", **{"id": "x-till", "scheme": scheme, **typed}).status_code == 422
    if field:
        assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', ada.html), ada.html
    assert "endpoints/x-till" not in shop.secrets


def test_the_address_of_a_booking_tool_and_what_its_fields_mean(shop: Shop, ask: Any) -> None:
    shop.world.put_program("coffee", attributes=ATTRIBUTES)
    ada = Visitor(shop, ask)
    ada.look(NEW, of="bitrix24")
    typed = {"vendor_address": "https://own.bitrix24.example", "token": "t" * 20}
    assert ada.send("make", scheme="bitrix24", id="crm", **typed).status_code == 200
    (address,) = made(ada.html)
    assert "/webhooks/crm/from/" in address, "it holds the secret"
    ada.look("/console/tills/crm")
    fields = {
        "attributes__town": "UF_CRM_TOWN", "consents__sms": "UF_CRM_SMS, UF_CRM_TEXTS",
        "written__balance": "UF_CRM_POINTS",
    }  # fmt: skip
    assert ada.send("tool_fields", **{**fields, "consents__card": "UF_CRM_SMS"}).status_code == 422
    assert ada.send("tool_fields", **fields).status_code == 303
    assert ada.api.get("/v1/endpoints/crm")["fields"] == {
        "attributes": {"UF_CRM_TOWN": "town"},
        "consents": {"UF_CRM_SMS": "sms", "UF_CRM_TEXTS": "sms"},
        "written": {"balance": "UF_CRM_POINTS"},
    }
    assert 'value="UF_CRM_SMS, UF_CRM_TEXTS"' in ada.html
    shop.world.now += timedelta(minutes=1)
    assert ada.send("tool_fields", attributes__town="").status_code == 303
    assert ada.api.get("/v1/endpoints/crm")["fields"]["attributes"] == {}


def test_whoever_has_to_prove_themselves_does_so_before_typing(shop: Shop, ask: Any) -> None:
    ada = Visitor(shop, ask)
    ada._me = {**ME, "proved_until": None}  # type: ignore[dict-item]
    assert "Is it you?" in ada.look(NEW, of="square")
    assert f'action="{NEW}?of=square"' in ada.html
    ada._me = {**ME, "proved_until": "2026-05-04T12:05:00Z"}
    assert 'name="secret"' in ada.look(NEW, of="square")
    eve = Visitor(shop, ask, role="manager")
    assert 'name="act"' not in eve.look(NEW).partition("<main")[2]


def test_a_name_that_was_let_go_is_no_other_programs(shop: Shop, ask: Any) -> None:
    """Messages that wait, and those kept to be worked on again, are known by it."""
    ada, bob = Here(shop, ask), Here(shop, ask, program="barber")
    made = Ask("POST", "/v1/endpoints", body={"id": "bar-till"})
    feed = {"url": "https://calendar.example/a.ics"}
    assert ada.ask(made).status == 201
    kept = shop.secrets["endpoints/bar-till"]
    for stands in (True, False):
        assert refused(bob, made) == "endpoint_taken"
        assert refused(bob, Ask("PUT", "/v1/endpoints/bar-till/calendar", body=feed)) == (
            "endpoint_taken"
        )
        if stands:
            assert shop.secrets["endpoints/bar-till"] == kept
            assert ada.ask(Ask("DELETE", "/v1/endpoints/bar-till")).status == 200
    shop.world.now += timedelta(minutes=1)
    assert ada.ask(made).status == 201
    # Nor are calendars' names.
    assert ada.ask(Ask("PUT", "/v1/endpoints/hours/calendar", body=feed)).status == 200
    assert ada.ask(Ask("DELETE", "/v1/endpoints/hours/calendar")).status == 200
    assert refused(bob, Ask("POST", "/v1/endpoints", body={"id": "hours"})) == "endpoint_taken"


def test_of_two_programs_at_once_neither_has_the_others_secret(
    shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, bob = Here(shop, ask), Here(shop, ask, program="barber")
    made = Ask("POST", "/v1/endpoints", body={"id": "bar-till"})
    read = credentials.read_endpoint
    bobs: list[Any] = []

    def meanwhile(*args: Any) -> Any:
        found = read(*args)
        if not bobs:
            bobs.append(None)
            bobs.append(bob.ask(made).content["secret"])
        return found

    monkeypatch.setattr(credentials, "read_endpoint", meanwhile)
    assert refused(ada, made) == "endpoint_taken"
    assert json.loads(shop.secrets["endpoints/bar-till"]) == {"secrets": [bobs[1]]}


def test_nothing_is_written_into_a_tool_that_was_let_go(shop: Shop, ask: Any) -> None:
    ada, tables = Here(shop, ask), shop.world.tables
    crm = {"id": "crm", "scheme": "bitrix24", "token": "t" * 20,
           "vendor_address": "https://own.bitrix24.example"}  # fmt: skip
    for _ in range(2):
        assert ada.ask(Ask("POST", "/v1/endpoints", body=crm)).status == 201
        written = {"attributes": {}, "consents": {}, "written": {"balance": "UF_CRM_POINTS"}}
        assert ada.ask(Ask("PUT", "/v1/endpoints/crm/fields", body=written)).status == 200
        assert credentials.read_writing(tables, "coffee") == ("crm",)
        assert ada.ask(Ask("DELETE", "/v1/endpoints/crm")).status == 200
        assert credentials.read_writing(tables, "coffee") == ()
        shop.world.now += timedelta(minutes=1)
    # What was on its way is no work that was given up.
    shop.world.now += 2 * KEEP
    message = json.dumps({"endpoint": "crm", "write": "a" * 26})
    assert ask(orders, sqs([message])) == {"batchItemFailures": []}


def refused(api: Here, asked: Ask) -> str:
    with pytest.raises(RefusedError) as caught:
        api.ask(asked)
    return str(caught.value.told.code)


def test_a_receiver_is_told_of_what_is_ticked(shop: Shop, ask: Any) -> None:
    ada = Visitor(shop, ask)
    page = ada.look("/console/receivers/new")
    assert all(f'name="event.{kind}"' in page for kind in catalogue.KINDS if kind != "event.test")
    ticked = re.findall(r'name="event\.([a-z_.]+)" value="yes" checked', page)
    assert ticked == ["member.enrolled", "points.earned", "points.redeemed", "tier.changed"]
    assert set(ticked) <= catalogue.KINDS.keys(), "who changes nothing is not refused"
    crm = {"id": "crm", "url": "https://crm.example.com/events"}
    assert ada.send("add", **crm, **{"event.points.expired": "yes"}).status_code == 200
    one = ada.look("/console/receivers/crm")
    assert "Something has ended unused" in one
    assert "points.expired" not in one
    assert ada.api.get("/v1/receivers")["receivers"][0]["events"] == ["points.expired"]
    ada.look("/console/receivers/new")
    ada.send("add", id="books", url="https://books.example.com/events")
    assert "Of everything" in ada.look("/console/receivers/books")


@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_every_event_has_words(language: str) -> None:
    assert pages.words(language, ROOM)["events"].keys() == catalogue.KINDS.keys()
