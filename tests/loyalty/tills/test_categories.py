"""What was sold keeps the category that it was first read with, whatever the vendor says later."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.vendors.server import Fault, VendorServer
from infra.local.vendors.square import Square
from infra.local.vendors.square_counter import Counter as Till
from infra.local.vendors.web_shops import Shopify, WooCommerce
from loyalty.core.order import BASKET, Line, OrderKey, OrderReport, Part
from loyalty.program.rules import GIFT_CARD
from loyalty.store import till_categories
from loyalty.tills import registry
from loyalty.tills.categories import ASKED_EVERY, COUNTS_AFTER, Catalogue
from loyalty.tills.client import Client, Patience, connections
from loyalty.tills.failures import VendorFailed
from loyalty.tills.products import CATEGORIES
from loyalty.tills.reading import Reading, Sold, Wanted
from tests.support.extent import FULL
from tests.support.memory import MemoryTables
from tests.support.vendors import plain, read, sender

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infra.local.vendors.server import Vendor

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
WHO = ("conformance", "till")


class Vending:
    """A vendor, the clock, and some processes that ask the vendor and share a table."""

    def __init__(self, processes: int = 2) -> None:
        self.now = START
        self.types: dict[str, str] = {}
        self.asked: list[tuple[str, ...]] = []
        self.tables = MemoryTables()
        self.processes = [self.process() for _ in range(processes)]

    def process(self) -> Catalogue:
        return Catalogue(self.tables, WHO, now=lambda: self.now)

    def ask(self, products: Sequence[str]) -> dict[str, str]:
        self.asked.append(tuple(products))
        return {one: self.types[one] for one in products if one in self.types}

    def category(self, sold_at: datetime, process: int = 0, product: str = "1") -> str:
        whole = self.processes[process].with_categories(order(sold_at, product), self.ask)
        (line,) = whole.reports[0].parts[0].lines
        return line.category

    def later(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


def order(sold_at: datetime, *products: str, category: str = "") -> Reading:
    """Return an order of some products, each under an item of its own, with what is to be found."""
    key = OrderKey("conformance", "till", sold_at.isoformat())
    lines = tuple(Line(f"item-{one}", category, 1000, 500) for one in products)
    part = Part(BASKET, 7, "completed", 500 * len(lines), lines=lines)
    report = OrderReport(key, "RUB", sold_at, (part,), (), "endpoint:till")
    return Reading(reports=(report,), sold=tuple(Sold(key, f"item-{one}", one) for one in products))


def test_a_sale_keeps_its_category_and_later_ones_have_the_new_one() -> None:
    shop = Vending()
    shop.types["1"] = "coffee"
    sold = shop.now
    assert shop.category(sold) == "coffee"
    shop.types["1"] = "tea"
    assert shop.category(sold) == "coffee"
    shop.later(ASKED_EVERY)
    assert shop.category(shop.now) == "coffee", "seen now, it counts for sales in an hour"
    shop.later(COUNTS_AFTER)
    assert shop.category(shop.now, 1) == "tea"
    assert [shop.category(sold, one) for one in (0, 1)] == ["coffee", "coffee"]


def test_a_vendor_is_asked_once_an_hour_whoever_reads() -> None:
    shop = Vending()
    shop.types["1"] = "coffee"
    for second in range(0, ASKED_EVERY, 600):
        shop.category(shop.now, second // 600 % 2)
        shop.later(600)
    assert shop.asked == [("1",)]
    shop.category(shop.now)
    shop.category(shop.now, 1)
    assert shop.asked == [("1",), ("1",)]


def test_what_the_vendor_no_longer_knows_keeps_its_category() -> None:
    shop = Vending()
    shop.types["1"] = "coffee"
    shop.category(shop.now)
    del shop.types["1"]
    shop.later(ASKED_EVERY + COUNTS_AFTER)
    assert shop.category(shop.now) == "coffee"
    assert shop.category(shop.now, product="2") == "", "never known"


def test_of_two_who_ask_at_once_one_counts() -> None:
    shop = Vending()
    shop.types["1"] = "coffee"
    once: list[str] = []

    def meanwhile(products: Sequence[str]) -> dict[str, str]:
        once.append(shop.category(shop.now, 1))
        return dict.fromkeys(products, "tea")

    found = shop.processes[0].histories(["1"], meanwhile)
    assert (once, found["1"].at(0)) == (["coffee"], "coffee")


def test_a_basket_with_categories_is_a_version_later() -> None:
    shop = Vending()
    shop.types |= {"1": "Gift-Card", "2": "x" * 500}
    told = order(START, "1", "2", "3")
    (report,) = shop.processes[0].with_categories(told, shop.ask).reports
    part = report.parts[0]
    assert part.version == 8
    assert [line.category for line in part.lines] == [GIFT_CARD, "x" * 200, ""]
    of_its_own = order(START, "1", category="shipping")
    (report,) = shop.processes[0].with_categories(of_its_own, shop.ask).reports
    assert report.parts[0].lines[0].category == "shipping"


def test_a_token_that_may_not_read_products_costs_no_sale() -> None:
    def refused(_: Sequence[str]) -> dict[str, str]:
        raise VendorFailed("not_allowed")

    told = order(START, "1")
    found = Vending().processes[0].with_categories(told, refused)
    assert found == replace(told, sold=(), ignored=("catalogue.not_allowed",))


def test_a_vendor_that_is_down_makes_the_message_come_again() -> None:
    def down(_: Sequence[str]) -> dict[str, str]:
        raise VendorFailed("unavailable")

    catalogue = Vending().processes[0]
    with pytest.raises(VendorFailed, match="unavailable"):
        catalogue.with_categories(order(START, "1"), down)


def test_of_many_changes_the_newest_are_kept() -> None:
    shop = Vending()
    for number in range(till_categories.MOST_KEPT + 10):
        shop.types["1"] = f"category {number}"
        shop.category(shop.now)
        shop.later(ASKED_EVERY)
    (known,) = till_categories.read(shop.tables, *WHO, ["1"]).values()
    assert len(known.changes) == till_categories.MOST_KEPT
    assert known.at(int(shop.now.timestamp())) == f"category {till_categories.MOST_KEPT + 9}"


# Ten minutes at a time, so that what is kept for an hour ends in the middle of things.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("later"), st.integers(1, 9)),
        st.tuples(st.just("change"), st.sampled_from(["coffee", "tea", "", None])),
        st.tuples(st.just("sell"), st.integers(0, 6)),
        st.tuples(st.just("read"), st.integers(0, 99)),
        st.tuples(st.just("restart"), st.integers(0, 1)),
    ),
    max_size=60,
)


@settings(max_examples=2000 if FULL else 150)
@given(STEPS)
def test_every_reading_of_a_sale_finds_what_the_first_one_found(
    steps: list[tuple[str, Any]],
) -> None:
    shop = Vending()
    shop.types["1"] = "coffee"
    first: dict[datetime, str] = {}
    for number, (step, value) in enumerate(steps):
        if step == "later":
            shop.later(600 * value)
        elif step == "change" and value is not None:
            shop.types["1"] = value
        elif step == "change":
            shop.types.pop("1", None)
        elif step == "restart":
            shop.processes[value] = shop.process()
        elif step == "sell":
            sold = shop.now - timedelta(minutes=10 * value)
            first.setdefault(sold, shop.category(sold, number % 2))
        elif first:
            sold = sorted(first)[value % len(first)]
            assert shop.category(sold, number % 2) == first[sold]


# Vendors, over HTTP


@contextmanager
def asking(vendor: Vendor, token: str) -> Iterator[tuple[VendorServer, Client]]:
    with VendorServer(vendor) as server:
        yield (
            server,
            Client(
                server.address,
                token,
                left=lambda: 20.0,
                pool=connections(local=True),
                random=lambda: 0.0,
                sleep=lambda _: None,
                patience=Patience(attempts=2, timeout=2.0),
            ),
        )


def basket(whole: Reading) -> Part:
    return next(part for report in whole.reports for part in report.parts if part.key == BASKET)


def shopify() -> Shopify:
    return Shopify(types={"9007199254740301": "Coffee", "9007199254740302": ""})


def test_shopifys_lines_have_the_types_of_their_products() -> None:
    vendor, shop = shopify(), Vending()
    message = plain("shopify", "2-orders-paid")
    products = [line["product_id"] for line in message["line_items"]]
    vendor.types = {str(one): f"Type {number}" for number, one in enumerate(products)}
    with asking(vendor, vendor.token) as (server, client):
        found = read(sender("shopify"), message)
        whole = registry.read_in_full(client, sender("shopify"), found, shop.processes[0])
        assert [line.category for line in basket(whole).lines if line.item] == [
            "Type 0",
            GIFT_CARD,  # the line says so itself
        ]
        assert basket(whole).version == basket(found).version + 1
        assert [one.path for one in server.asked] == ["/admin/api/2025-07/products.json"]
        vendor.scopes = frozenset({"read_orders"})
        again = registry.read_in_full(client, sender("shopify"), found, Vending().processes[0])
        assert again.ignored == ("catalogue.not_allowed",)
        assert basket(again) == basket(found)


def test_woocommerces_lines_have_the_first_categories_of_their_products() -> None:
    vendor, shop = WooCommerce(), Vending()
    message = plain("woocommerce", "3-order-updated")
    products = [str(line["product_id"]) for line in message["line_items"]]
    vendor.shelves = {one: [f"Shelf {one} &amp; more", "Sale"] for one in products}
    vendor.shelves[products[-1]] = []
    with asking(vendor, vendor.token) as (server, client):
        found = read(sender("woocommerce"), message)
        whole = registry.read_in_full(client, sender("woocommerce"), found, shop.processes[0])
        assert len(server.asked) == 1
    told = [line.category for line in basket(whole).lines]
    assert told[: len(products)] == [f"Shelf {one} & more" for one in products[:-1]] + [""]


def test_many_products_are_asked_for_in_pages() -> None:
    names = [str(number) for number in range(1, 301)]
    web = Shopify(types=dict.fromkeys(names, "Coffee"))
    press = WooCommerce(shelves={name: ["Coffee"] for name in names})
    for vendor, scheme, pages in ((web, "shopify", 2), (press, "woocommerce", 3)):
        ask = CATEGORIES[scheme]
        with asking(vendor, vendor.token) as (server, client):
            assert ask(client, names) == dict.fromkeys(names, "Coffee")
            assert len(server.asked) == pages


def test_a_category_that_changes_at_square_leaves_an_order_as_it_was() -> None:
    """Negative control: what Square says now would give one version of the order two contents."""
    square, shop = Square(), Vending()
    till = Till(square)
    till.stock("latte", "Coffee")
    name = till.open(till.line("latte", 900))
    wanted = Reading(wanted=(Wanted("order", name),))
    who = sender("square")
    square.orders[name] = {**copy.deepcopy(square.orders[name])}
    rules = replace(who.program, currency="USD")
    who = replace(who, program=rules)
    with asking(square, square.token) as (server, client):
        first = registry.read_in_full(client, who, wanted, shop.processes[0])
        till.stock("latte", "Seasonal")
        shop.later(ASKED_EVERY)
        again = registry.read_in_full(client, who, wanted, shop.process())
        assert basket(first).lines[0].category == "Coffee"
        assert again == first
        anew = registry.read_in_full(client, who, wanted, Vending().processes[0])
        assert basket(anew).lines[0].category == "Seasonal"
        server.fail(Fault("status", where="/catalog/", times=9))
        with pytest.raises(VendorFailed, match="unavailable"):
            registry.read_in_full(client, who, wanted, Vending().processes[0])
