"""What vendors tell when they are asked, over HTTP: lines, customers, returns, edits."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.vendors.others import Clover, Evotor, Iiko, Stripe
from infra.local.vendors.server import Fault, VendorServer
from infra.local.vendors.web_shops import Shopify, WooCommerce
from loyalty.core.order import Line
from loyalty.messages import Contact
from loyalty.tills import registry
from loyalty.tills.client import Client, Patience, connections
from loyalty.tills.failures import VendorFailed
from loyalty.tills.reading import Reading, Wanted
from tests.support.vendors import Shop, arrivals, catalogue, one, plain, read, sender

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.vendors.server import Vendor

ORGANIZATION = "20260504-0000-4000-8000-000000000080"
STORE = "20260504-0000-4000-8000-0000000000aa"
SALE = "20260504-0000-4000-8000-000000000001"


def client(server: VendorServer, token: str) -> Client:
    return Client(
        server.address,
        token,
        left=lambda: 20.0,
        pool=connections(local=True),
        random=lambda: 0.0,
        sleep=lambda _: None,
        patience=Patience(attempts=2, timeout=2.0),
    )


class Counter(Shop):
    """A shop whose vendor is asked, as the worker asks."""

    def __init__(self, scheme: str, server: VendorServer, token: str, **more: Any) -> None:
        super().__init__(scheme, **more)
        self.asking = client(server, token)
        self.catalogue = catalogue(self.world.tables)

    def record(self, reading: Reading) -> None:
        super().record(registry.read_in_full(self.asking, self.sender, reading, self.catalogue))


@contextmanager
def listening(vendor: Vendor) -> Iterator[VendorServer]:
    with VendorServer(vendor) as server:
        yield server


def carded(shop: Shop, document: Any) -> Any:
    """Return an object at a vendor that names the shop's customer."""
    text = str(shop.customer.card_code)
    return _replaced(document, "CARD-CODE", text)


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(inner, old, new) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, old, new) for inner in value]
    return new if value == old else value


# Shopify


def test_shopifys_notice_of_an_edit_brings_the_edited_order() -> None:
    vendor = Shopify()
    with listening(vendor) as server:
        shop = Counter("shopify", server, vendor.token)
        vendor.orders["9007199254740993"] = carded(shop, plain("shopify", "4-orders-updated"))
        shop.tell(plain("shopify", "2-orders-paid"))
        assert shop.points == 2475
        shop.tell(plain("shopify", "3-orders-edited"))
        assert shop.points == 3355


def test_what_no_message_of_shopifys_brought_is_found() -> None:
    vendor = Shopify()
    with listening(vendor) as server:
        shop = Counter("shopify", server, vendor.token)
        order = carded(shop, plain("shopify", "8-orders-updated"))
        vendor.orders = {
            str(number): {**order, "id": number, "updated_at": f"2026-05-04T11:{second}+00:00"}
            for number, second in enumerate(
                (f"{minute:02}:{second:02}" for minute in range(5) for second in range(60)), 1
            )
        }
        since = datetime(2026, 5, 4, 11, 0, tzinfo=UTC)
        until = datetime(2026, 5, 4, 11, 59, tzinfo=UTC)
        vendor.orders["7"]["currency"] = "EUR"
        vendor.orders["8"]["test"] = True
        ask = registry.CONNECTORS["shopify"].changed
        assert ask is not None
        found = ask(shop.asking, shop.sender, since, until)
        assert len({report.key.id for report in found.reports}) == 298, "two pages, less two"
        assert found.ignored == ("unusable",)


# WooCommerce

WOO = [f"{name}" for name in ("1-order-created", "2-order-updated", "3-order-updated")]
WOO += ["4-order-updated", "5-order-updated"]


def woocommerce() -> WooCommerce:
    order = plain("woocommerce", "5-order-updated")
    return WooCommerce(
        orders={"41001": order}, refunds={"41001": plain("woocommerce", "refunds-of-the-order")}
    )


def test_woocommerces_refunds_are_taken_from_their_lines() -> None:
    vendor = woocommerce()
    with listening(vendor) as server:
        reading = read(sender("woocommerce"), plain("woocommerce", "5-order-updated"))
        asking = client(server, vendor.token)
        whole = registry.read_in_full(asking, sender("woocommerce"), reading, catalogue())
        part = whole.reports[-1].parts[0]
        assert (part.total, part.refunded, part.tax) == (4315 - 1238, 200, 365 - 113)
        assert part.lines[0] == Line("BEANS", "", 1000, 2475 - 1238)


def test_every_arrival_at_woocommerce_ends_with_the_lines_known() -> None:
    """2227 for what is left, of which 2.00 of 30.77 were paid back: 2227 * 28.77 / 30.77."""
    vendor = woocommerce()
    ends = set()
    with listening(vendor) as server:
        for arrival in arrivals([plain("woocommerce", name) for name in WOO], most=25):
            shop = Counter("woocommerce", server, vendor.token)
            vendor.orders["41001"] = carded(shop, plain("woocommerce", "5-order-updated"))
            for message in arrival:
                shop.tell(message)
            ends.add(shop.points)
    assert ends == {2082}


def test_an_order_in_woocommerces_bin_counts_nothing_until_it_comes_back() -> None:
    vendor = woocommerce()
    topic = {"x-wc-webhook-topic": "order.deleted"}
    with listening(vendor) as server:
        shop = Counter("woocommerce", server, vendor.token)
        order = carded(shop, plain("woocommerce", "3-order-updated"))
        vendor.orders["41001"] = {
            **order,
            "status": "trash",
            "date_modified_gmt": "2026-05-04T11:15:00",
        }
        shop.tell(plain("woocommerce", "3-order-updated"))
        assert shop.points == 3465
        shop.tell(plain("woocommerce", "order-deleted"), topic)
        assert shop.points == 0
        shop.tell(
            {**plain("woocommerce", "3-order-updated"), "date_modified_gmt": "2026-05-04T11:16:00"}
        )
        assert shop.points == 3465
        del vendor.orders["41001"]
        shop.tell(plain("woocommerce", "order-deleted"), topic)
        assert shop.points == 0


def test_what_no_message_of_woocommerces_brought_is_found() -> None:
    vendor = woocommerce()
    order = plain("woocommerce", "3-order-updated")
    vendor.orders = {str(number): {**order, "id": number} for number in range(1, 131)}
    ask = registry.CONNECTORS["woocommerce"].changed
    assert ask is not None
    with listening(vendor) as server:
        since = datetime(2026, 5, 4, 11, 0, tzinfo=UTC)
        until = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
        found = ask(client(server, vendor.token), sender("woocommerce"), since, until)
    assert len({report.key.id for report in found.reports}) == 130


# Stripe


def test_a_checkouts_lines_have_their_categories() -> None:
    vendor = Stripe()
    paid = plain("stripe", "3-checkout-session-async-payment-succeeded")
    vendor.sessions["cs_live_Own1"] = paid["data"]["object"]
    vendor.lines["cs_live_Own1"] = plain("stripe", "line-items")
    with listening(vendor) as server:
        reading = read(sender("stripe"), paid)
        asking = client(server, vendor.token)
        whole = registry.read_in_full(asking, sender("stripe"), reading, catalogue())
    part = whole.reports[-1].parts[0]
    assert part.lines == (
        Line("prod_Own1", "coffee", 2000, 2475),
        Line("", "shipping", 1000, 500),
    )
    assert part.replaces(one(reading).parts[0])


def test_stripes_lost_events_are_found_in_its_list() -> None:
    """More than a page of them; trials and other kinds are left, and one that is odd stops none."""
    vendor = Stripe()
    paid = plain("stripe", "2-payment-intent-succeeded")
    for number in range(130):
        event = copy.deepcopy(paid)
        event["id"], event["created"] = f"evt_{number}", paid["created"] + number
        event["data"]["object"]["id"] = f"pi_{number}"
        vendor.events.append(event)
    vendor.events[7]["livemode"] = False
    vendor.events[8]["type"] = "invoice.paid"
    vendor.events[9]["data"]["object"]["currency"] = "zzz"
    ask = registry.CONNECTORS["stripe"].changed
    assert ask is not None
    begin = datetime.fromtimestamp(paid["created"], UTC)
    with listening(vendor) as server:
        asking = client(server, vendor.token)
        found = ask(asking, sender("stripe"), begin, begin + timedelta(seconds=128))
        assert len(server.asked) == 2
    assert len({report.key.id for report in found.reports}) == 126
    assert found.ignored == ("unusable",)
    assert found.reports[0].key.id == "pi_0", "the oldest first"
    assert not found.test


def test_a_refund_that_failed_at_stripe_is_no_refund_however_it_came() -> None:
    """12.00 were paid back, and 7.00 of them came home again: 2475 less 5.00 of 30.25."""
    names = ["3-checkout-session-async-payment-succeeded", "4-charge-refunded"]
    names += ["5-charge-refunded", "refund-failed"]
    vendor = Stripe(charges={"ch_Own1": plain("stripe", "charge-after-failure")})
    ends = set()
    with listening(vendor) as server:
        for arrival in arrivals([plain("stripe", name) for name in names], most=24):
            shop = Counter("stripe", server, vendor.token)
            for message in arrival:
                shop.tell(message)
            ends.add(shop.points)
    # Of 30.25, of which 5.00 are delivery without tax told by line, 2475 are goods.
    assert ends == {2475 * (3025 - 500) // 3025}


# Evotor


def evotor() -> Evotor:
    documents = [plain("evotor", f"document-{name}") for name in ("sell", "payback")]
    return Evotor(store=STORE, documents=documents)


def test_evotors_returns_find_their_sale_however_they_came() -> None:
    vendor = evotor()
    ends = set()
    with listening(vendor) as server:
        receipts = [plain("evotor", name) for name in ("1-receipt-sell", "2-receipt-payback")]
        for arrival in arrivals(receipts):
            shop = Counter("evotor", server, vendor.token)
            for message in arrival:
                shop.tell(message)
            ends.add(shop.points)
    assert ends == {22500}


def test_the_register_tells_the_customers_phone() -> None:
    vendor = evotor()
    vendor.documents[0]["transactions"][0]["clientPhone"] = "+442079460000"
    with listening(vendor) as server:
        shop = Counter("evotor", server, vendor.token)
        known = shop.world.enrol_proved(Contact("phone", "+442079460000"), "conformance")
        receipt = plain("evotor", "1-receipt-sell")
        receipt["data"]["extras"] = {}
        shop.tell(receipt)
        assert shop.world.account(known, "conformance").balance("points") == 45000


def test_a_return_that_the_register_has_not_sent_yet_comes_again() -> None:
    vendor = Evotor(store=STORE)
    with listening(vendor) as server:
        shop = Counter("evotor", server, vendor.token)
        with pytest.raises(VendorFailed) as caught:
            shop.tell(plain("evotor", "2-receipt-payback"))
        assert caught.value.passing
        shop.tell(plain("evotor", "1-receipt-sell"))
        assert shop.points == 45000, "a sale counts without the register's words"


# iiko


def test_an_order_in_the_making_at_iiko_is_asked_for() -> None:
    vendor = Iiko(organization=ORGANIZATION)
    closed = plain("iiko", "3-table-order-closed")[0]["eventInfo"]
    with listening(vendor) as server:
        shop = Counter("iiko", server, vendor.token)
        vendor.tables[closed["id"]] = carded(shop, closed)
        shop.tell(plain("iiko", "table-order-in-progress"))
        assert shop.points == 40500
        delivery = plain("iiko", "table-order-in-progress")
        delivery[0]["eventType"] = "DeliveryOrderUpdate"
        delivery[0]["eventInfo"]["id"] = "another"
        vendor.deliveries["another"] = {**carded(shop, closed), "id": "another"}
        shop.tell(delivery)
        assert shop.points == 81000


# Clover


def clover(*, refunded: bool) -> Clover:
    order = plain("clover", "order-refunded" if refunded else "order-paid")
    return Clover(
        orders={"OWNORDER00001": order},
        payments={"OWNPAY0000001": plain("clover", "payment")},
        customers={"OWNCUST000001": plain("clover", "customer")},
    )


def test_clovers_ids_lead_to_the_order_and_its_customer() -> None:
    vendor = clover(refunded=False)
    with listening(vendor) as server:
        shop = Counter("clover", server, vendor.token, merchant=vendor.merchant)
        known = shop.world.enrol_proved(Contact("phone", "+442079460000"), "conformance")
        shop.tell(plain("clover", "1-webhook"))
        # 10.45 with tax; the tip of 1.50 earns nothing
        assert shop.world.account(known, "conformance").balance("points") == 1045
        vendor.orders |= clover(refunded=True).orders
        shop.tell(plain("clover", "2-webhook"))
        shop.tell(plain("clover", "1-webhook"))
        # 2.09 were paid back: 0.19 of the tax, and 1.90 of nothing in particular of 11.76
        assert shop.world.account(known, "conformance").balance("points") == 1026 * 986 // 1176


# All of them


@pytest.mark.parametrize(
    ("scheme", "vendor", "wanted"),
    [
        ("shopify", Shopify(), Wanted("order", "1")),
        ("woocommerce", WooCommerce(), Wanted("order", "1")),
        ("stripe", Stripe(), Wanted("session", "cs_1")),
        ("stripe", Stripe(), Wanted("charge", "1777893300.ch_1")),
        ("evotor", Evotor(store=STORE), Wanted("sale", f"2026-05-04T11:02:18+00:00 {SALE}", STORE)),
        ("iiko", Iiko(organization=ORGANIZATION), Wanted("table", "1", ORGANIZATION)),
        ("clover", Clover(), Wanted("order", "1", "OWNMERCHANT01")),
        ("clover", Clover(), Wanted("payment", "1", "OWNMERCHANT01")),
    ],
)
def test_what_the_vendor_does_not_know_and_what_it_refuses(
    scheme: str, vendor: Any, wanted: Wanted
) -> None:
    ask = registry.CONNECTORS[scheme].read_back
    assert ask is not None
    with listening(vendor) as server:
        client_of_many = client(server, vendor.token)
        found = ask(client_of_many, sender(scheme), wanted)
        assert all(part.status == "cancelled" for told in found.reports for part in told.parts)
        for _ in range(20):  # on the same connection, whatever was left unread on it
            assert ask(client_of_many, sender(scheme), wanted) == found
        with pytest.raises(VendorFailed) as caught:
            ask(client(server, "another token"), sender(scheme), wanted)
        assert caught.value.reason == "token_refused"
        server.fail(Fault("garbage", times=9))
        with pytest.raises(VendorFailed) as caught:
            ask(client(server, vendor.token), sender(scheme), wanted)
        assert caught.value.reason == "not_understood"
        server.heal()
        server.fail(Fault("status", times=9, status=429, headers={"Retry-After": "1"}))
        with pytest.raises(VendorFailed) as caught:
            ask(client(server, vendor.token), sender(scheme), wanted)
        assert caught.value.reason == "rate_limited"
