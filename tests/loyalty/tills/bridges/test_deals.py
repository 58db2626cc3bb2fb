"""Bitrix24, Kommo, HubSpot: a deal that was won is a sale, whatever order its messages come in."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import random
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from functions.http.nested_form import nested
from infra.local.vendors.crms import Bitrix24, HubSpot, Kommo, form
from infra.local.vendors.server import Fault, VendorServer
from loyalty.core.report import OrderKey
from loyalty.members.customers import Customers
from loyalty.members.privacy import members_of
from loyalty.refusals import Refusal
from loyalty.store import appointments
from loyalty.store.reading import read_order
from loyalty.tills.bridges import bitrix24, hubspot, kommo
from loyalty.tills.bridges.free_text import card_codes
from loyalty.tills.client import Client, Patience, connections
from loyalty.tills.connector import PATH_SECRET
from loyalty.tills.failures import VendorFailed
from loyalty.tills.incoming import Buyer
from loyalty.tills.looking import LISTING
from loyalty.tills.reading import Reading, Wanted
from loyalty.tills.registry import CONNECTORS, read_in_full
from tests.support.vendors import Shop, catalogue, read, sender

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECRET = "own-secret-of-an-address-01"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DEAL, CONTACT = 7001, 8001
SCHEMES = ("bitrix24", "kommo", "hubspot")
CURRENCY = {
    "bitrix24": {"CURRENCY_ID": "USD"},
    "hubspot": {"deal_currency_code": "USD"},
}
ADDRESS = "https://cards.example/webhooks/shop-hubspot"


class Crm(Protocol):
    """What the tests do in a CRM, whoever made it."""

    vendor: Any

    def put(self, *, won: bool, price: Any, changed: datetime, **more: Any) -> None: ...
    def state(self) -> Any: ...
    def restore(self, state: Any) -> None: ...
    def told(self) -> Any: ...
    def remove(self) -> None: ...


class AtBitrix24:
    def __init__(self) -> None:
        self.vendor = Bitrix24()
        phone, mail = [{"VALUE": "79000000001"}], [{"VALUE": "ann@example.com"}]
        self.vendor.contacts[str(CONTACT)] = {"ID": str(CONTACT), "PHONE": phone, "EMAIL": mail}

    def put(self, *, won: bool, price: Any, changed: datetime, **more: Any) -> None:
        self.vendor.deals[str(DEAL)] = {
            "ID": str(DEAL),
            "STAGE_SEMANTIC_ID": "S" if won else "P",
            "OPPORTUNITY": price,
            "CURRENCY_ID": "RUB",
            "CONTACT_ID": str(CONTACT),
            "DATE_MODIFY": changed.isoformat(),
            "MOVED_TIME": NOW.isoformat(),
            **more,
        }

    def state(self) -> Any:
        return copy.deepcopy(self.vendor.deals)

    def restore(self, state: Any) -> None:
        self.vendor.deals = state

    def told(self) -> dict[str, Any]:
        auth = {"application_token": "known-to-nobody", "domain": "shop.bitrix24.example"}
        fields = {"FIELDS": {"ID": str(DEAL)}}
        return {"event": "ONCRMDEALUPDATE", "data": fields, "ts": "1777896000", "auth": auth}

    def remove(self) -> None:
        self.vendor.deals.clear()


class AtKommo:
    def __init__(self) -> None:
        self.vendor = Kommo()
        values = [
            {"field_code": code, "values": [{"value": one}]}
            for code, one in (("PHONE", "79000000001"), ("EMAIL", "ann@example.com"))
        ]
        self.vendor.contacts[CONTACT] = {"id": CONTACT, "custom_fields_values": values}

    def put(self, *, won: bool, price: Any, changed: datetime, **more: Any) -> None:
        self.vendor.leads[DEAL] = {
            "id": DEAL,
            "status_id": 142 if won else 47,
            "price": price,
            "updated_at": int(changed.timestamp()),
            "closed_at": int(NOW.timestamp()) if won else None,
            "is_deleted": False,
            "_embedded": {
                "contacts": [{"id": 9, "is_main": False}, {"id": CONTACT, "is_main": True}]
            },
            **more,
        }

    def state(self) -> Any:
        return copy.deepcopy(self.vendor.leads)

    def restore(self, state: Any) -> None:
        self.vendor.leads = state

    def told(self) -> dict[str, Any]:
        lead = {"id": str(DEAL), "status_id": "142", "old_status_id": "47", "price": "9999999"}
        other = {"id": "7002", "status_id": "143"}
        return {"leads": {"status": [lead, other]}, "account": {"subdomain": "shop", "id": "5"}}

    def remove(self) -> None:
        self.vendor.leads.clear()


class AtHubSpot:
    def __init__(self) -> None:
        self.vendor = HubSpot()
        facts = {"phone": "79000000001", "email": "ann@example.com"}
        self.vendor.contacts[str(CONTACT)] = {
            "id": str(CONTACT), "archived": False, "properties": facts,
        }  # fmt: skip

    def put(self, *, won: bool, price: Any, changed: datetime, **more: Any) -> None:
        facts = {
            "amount": str(price),
            "deal_currency_code": "RUB",
            "hs_is_closed_won": "true" if won else "false",
            "closedate": NOW.isoformat().replace("+00:00", "Z"),
            "hs_lastmodifieddate": changed.isoformat(timespec="milliseconds"),
        }
        self.vendor.deals[str(DEAL)] = {
            "id": str(DEAL),
            "archived": False,
            "properties": {**facts, **more},
            "associations": {"contacts": {"results": [{"id": str(CONTACT), "type": "deal"}]}},
        }

    def state(self) -> Any:
        return copy.deepcopy(self.vendor.deals)

    def restore(self, state: Any) -> None:
        self.vendor.deals = state

    def told(self) -> list[dict[str, Any]]:
        event = {"portalId": 77, "subscriptionType": "deal.propertyChange", "objectId": DEAL}
        return [{**event, "propertyName": "dealstage", "propertyValue": "closedwon"}]

    def remove(self) -> None:
        self.vendor.deals.clear()


CRMS: dict[str, Callable[[], Crm]] = {
    "bitrix24": AtBitrix24,
    "kommo": AtKommo,
    "hubspot": AtHubSpot,
}


class Counter(Shop):
    """A shop whose CRM is asked, as the worker asks, and whose customer staff have linked."""

    def __init__(self, scheme: str, crm: Crm, server: VendorServer) -> None:
        super().__init__(scheme, merchant="77" if scheme == "hubspot" else "")
        self.world.now = NOW + timedelta(hours=5)
        self.asking = asking(server, crm.vendor.token)
        self.crm = crm
        self.changes = 0
        Customers(self.world.books).link(
            "conformance", self.customer.member_id, scheme, str(CONTACT), "key:owner", NOW
        )

    def record(self, reading: Reading) -> None:
        super().record(read_in_full(self.asking, self.sender, reading, catalogue()))

    def put(self, *, won: bool, price: Any = "2500.00", **more: Any) -> None:
        self.changes += 1
        changed = NOW + timedelta(minutes=self.changes)
        self.crm.put(won=won, price=price, changed=changed, **more)

    def hear(self) -> None:
        told = self.crm.told()
        self.tell(told if isinstance(told, list) else nested(form(told), 10**6))

    def listed(self) -> Reading:
        changed = CONNECTORS[self.sender.endpoint.scheme].changed
        assert changed is not None
        day = timedelta(days=1)
        return changed(self.asking, self.sender, NOW - day, NOW + day)

    def catch_up(self) -> Reading:
        found = self.listed()
        self.record(found)
        return found


def asking(server: VendorServer, token: str) -> Client:
    return Client(
        server.address,
        token,
        left=lambda: 20.0,
        pool=connections(local=True),
        random=lambda: 0.0,
        sleep=lambda _: None,
        patience=Patience(attempts=2, timeout=2.0),
    )


@contextmanager
def opened(scheme: str) -> Iterator[tuple[Counter, VendorServer]]:
    crm: Crm = CRMS[scheme]()
    with VendorServer(crm.vendor) as server:
        yield Counter(scheme, crm, server), server


@pytest.mark.parametrize("module", [bitrix24, kommo])
def test_only_who_knows_the_address_may_knock(module: Any) -> None:
    known = sender("bitrix24").endpoint
    for given, good in ((SECRET, True), ("", False), (SECRET[:-1], False)):
        assert module.verify(known, [SECRET], {PATH_SECRET: given}, b"", NOW) is good


def test_of_a_message_only_ids_are_believed_and_several_are_read() -> None:
    told = nested(form(AtKommo().told()), 10**6)
    found = read(sender("kommo"), told)
    assert found.wanted == (Wanted("deal", str(DEAL)), Wanted("deal", "7002"))
    assert (found.visits, found.reports) == ((), ())
    told = nested(form(AtBitrix24().told()), 10**6)
    assert read(sender("bitrix24"), told).wanted == (Wanted("deal", str(DEAL)),)
    for scheme in ("bitrix24", "kommo"):
        assert read(sender(scheme), {"event": "ONCRMLEADADD"}).ignored == ("other",)
    assert {*SCHEMES, "amocrm"} <= LISTING


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_deal_earns_once_it_is_won_and_only_while_it_is(scheme: str) -> None:
    with opened(scheme) as (shop, _):
        shop.put(won=False)
        shop.hear()
        key = OrderKey("conformance", scheme, str(DEAL))
        assert shop.points == 0
        assert read_order(shop.world.tables, key) is None, "a hope is no order that waits"
        assert appointments.read_booking(shop.world.tables, key) is None
        shop.put(won=True)
        shop.hear()
        shop.hear()
        assert shop.points == 250_000
        for price, points in (("12.34", 1234), (1500, 150_000), ("99.999", 9999)):
            shop.put(won=True, price=price)
            shop.hear()
            assert shop.points == points
        shop.put(won=False)
        shop.hear()
        assert shop.points == 0, "it was opened again"
        shop.put(won=True)
        shop.hear()
        assert shop.points == 250_000
        shop.crm.remove()
        shop.hear()
        assert shop.points == 0, "it was deleted"


def test_coins_that_a_newer_account_tells_beside_the_price() -> None:
    with opened("kommo") as (shop, _):
        shop.put(won=True, price=12, price_with_minor_units="12.34")
        shop.hear()
        assert shop.points == 1234


@pytest.mark.parametrize("scheme", CURRENCY)
def test_a_deal_in_other_money_earns_nothing(scheme: str) -> None:
    with opened(scheme) as (shop, _):
        shop.put(won=True, **CURRENCY[scheme])
        shop.hear()
        assert shop.points == 0
        assert shop.catch_up().ignored == ("other_currency",)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_no_message_brought_is_found_in_the_list(scheme: str) -> None:
    with opened(scheme) as (shop, _):
        shop.put(won=True)
        found = shop.catch_up()
        assert found.wanted == (Wanted("deal", str(DEAL)),), "its contact is still to be asked for"
        assert shop.points == 250_000
        shop.put(won=False)
        assert shop.catch_up().wanted == ()
        assert shop.points == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_pages_of_the_list_are_read(scheme: str) -> None:
    with opened(scheme) as (shop, _):
        shop.put(won=True)
        (one,) = shop.crm.state().values()
        same = {"kommo": int}.get(scheme, str)
        name = {"bitrix24": "ID"}.get(scheme, "id")
        shop.crm.restore({same(n): {**one, name: same(n)} for n in range(1, 302)})
        assert len(shop.listed().wanted) == 301


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("seed", range(3))
def test_a_deals_life_shuffled_with_losses_ends_at_one_ledger(scheme: str, seed: int) -> None:
    dice = random.Random(seed)
    with opened(scheme) as (shop, _):
        sent = []
        for won, price in ((False, "2500"), (True, "2500"), (True, "2000"), (True, "1500.50")):
            shop.put(won=won, price=price)
            sent += [shop.crm.state()] * 10
        last = shop.crm.state()
        dice.shuffle(sent)
        for state in (one for one in sent if dice.random() > 0.3):
            shop.crm.restore(copy.deepcopy(state))
            shop.hear()
        shop.crm.restore(last)
        shop.catch_up()
        account = shop.world.account(shop.customer, "conformance")
        assert (shop.points, account.visits) == (150_050, 1)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_refusals_of_the_vendor(scheme: str) -> None:
    with opened(scheme) as (shop, server):
        read_back = CONNECTORS[scheme].read_back
        assert read_back is not None
        wanted = Wanted("deal", str(DEAL))
        with pytest.raises(VendorFailed, match="token_refused"):
            read_back(asking(server, "1/wrong"), shop.sender, wanted)
        server.fail(Fault("status", times=2, status=503))
        with pytest.raises(VendorFailed, match="unavailable"):
            read_back(shop.asking, shop.sender, wanted)


def test_a_cards_whole_code_in_a_field_of_the_owners_is_believed_and_no_number_like_it() -> None:
    whole = sender("kommo").names
    assert card_codes(["1.a.b.c", "K7M2-9XQ4", 12, None, "", "a.b"]) == ("1.a.b.c",)
    assert whole.hints(sender("kommo").program, Buyer(card_codes("1.a.b.c"))) == ()
    for scheme in ("bitrix24", "kommo"):
        with opened(scheme) as (shop, _):
            (contact,) = shop.crm.vendor.contacts.values()
            code = shop.customer.card_code
            if scheme == "bitrix24":
                contact["UF_CRM_17"] = code
            else:
                own = {"field_code": None, "values": [{"value": code}]}
                contact["custom_fields_values"].append(own)
            Customers(shop.world.books).unlink(
                "conformance", shop.customer.member_id, scheme, str(CONTACT), "key:owner", NOW
            )
            shop.put(won=True)
            shop.hear()
            assert shop.points == 250_000


def test_hubspot_signs_method_address_body_and_time() -> None:
    endpoint = sender("hubspot", notification_url=ADDRESS).endpoint
    body, stamp = b"[]", str(int(NOW.timestamp() * 1000))
    signed = b"POST" + ADDRESS.encode() + body + stamp.encode()
    good = base64.b64encode(hmac.digest(SECRET.encode(), signed, hashlib.sha256)).decode()

    def heard(given: str = good, at: str = stamp, text: bytes = body, late: int = 0) -> bool:
        headers = {"x-hubspot-signature-v3": given, "x-hubspot-request-timestamp": at}
        return hubspot.verify(endpoint, [SECRET], headers, text, NOW + timedelta(seconds=late))

    assert heard()
    assert heard(late=300)
    assert not heard(late=301)
    assert not heard(late=-301)
    assert not heard(given="")
    assert not heard(text=b"[ ]")
    assert not heard(at=stamp[:-3])
    assert not heard(at="soon")
    other = sender("hubspot", notification_url=f"{ADDRESS}/").endpoint
    headers = {"x-hubspot-signature-v3": good, "x-hubspot-request-timestamp": stamp}
    assert not hubspot.verify(other, [SECRET], headers, body, NOW)


def test_whom_hubspot_deletes_for_good_the_owner_is_to_erase() -> None:
    shop = Shop("hubspot", merchant="77")
    Customers(shop.world.books).link(
        "conformance", shop.customer.member_id, "hubspot", "8001", "key:owner", NOW
    )
    event = {"portalId": 77, "subscriptionType": "contact.privacyDeletion", "objectId": 8001}
    deal = {"portalId": 77, "subscriptionType": "deal.creation", "objectId": 1}
    other = {"portalId": 77, "subscriptionType": "company.creation", "objectId": 1}
    found = read(shop.sender, [event, deal, other, event])
    assert found.wanted == (Wanted("deal", "1"),)
    request = found.privacy[0]
    assert found.privacy == (request, request), "the same request, told twice"
    assert members_of(shop.world.tables, request) == (shop.customer.member_id,)
    with pytest.raises(Refusal):
        read(shop.sender, [{**event, "portalId": 78}])
