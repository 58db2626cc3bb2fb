"""A shop with Square over HTTP: thin events, read back under enforced roles; odd messages."""

from __future__ import annotations

import json
import random
import sys
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from infra.commands.__main__ import main
from infra.local.till import SquareTill
from infra.local.vendors.server import Fault, VendorServer
from infra.local.vendors.square import Square
from infra.local.vendors.square_counter import Counter
from infra.local.web import until
from loyalty.tills.client import Patience

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stack.running import RunningStack
    from tests.stack.shop import Customer, Shop

pytestmark = pytest.mark.stack

KEY = "signature-key-of-the-story-0001"
ATTEMPTS = Patience().attempts
"""Times that a vendor is asked one thing before the message goes back to its queue."""


class SquareShop:
    """A counter with Square whose events go to an address of their own."""

    def __init__(
        self, shop: Shop, running: RunningStack, server: VendorServer, folder: Path
    ) -> None:
        own = uuid.uuid4().hex[:8]
        merchant = f"M{own.upper()}"
        self.square = Square()
        self.server = server
        server.vendor = self.square
        self.counter = Counter(
            self.square,
            shop.stack["currency"],
            merchant,
            datetime.now(UTC) - timedelta(minutes=30),
        )
        self.name = name = f"square-{own}"
        key, token = folder / "key.txt", folder / "token.txt"
        key.write_text(KEY)
        token.write_text(self.square.token)
        words = ["till", "add", name, "--program", shop.stack["program"], "--scheme", "square"]
        words += ["--secret-file", str(key), "--token-file", str(token), "--merchant", merchant]
        words += ["--vendor-address", server.address, "--folder", str(running.folder)]
        assert main(words) == 0
        url = f"{shop.stack['base_url']}/webhooks/{name}"
        self.till = SquareTill(
            {"url": url, "signature_key": KEY, "notification_url": url}, shop.stack["currency"]
        )

    def send(self, event: dict[str, Any]) -> int:
        return self.till.seal(event).post_until_taken().status

    def wait_until_asked(self, times: int) -> None:
        # One that was put back untouched is out of sight for a while, too.
        until("the vendor to be asked", lambda: len(self.server.asked) >= times, 150)


@pytest.fixture
def square(shop: Shop, running: RunningStack, tmp_path: Path) -> Iterator[SquareShop]:
    with VendorServer(Square()) as server:
        yield SquareShop(shop, running, server, tmp_path)
        server.heal()
        shop.settle()


def story(square: SquareShop, customer: Customer) -> str:
    """A coffee of 12.50 is sold, paid in two, and 2.50 of it are paid back: 10.00 stay."""
    counter = square.counter
    # Of a product that nobody has asked for yet: what is known of one is not asked again.
    product = counter.stock(f"flat-white-{uuid.uuid4().hex[:8]}", "coffee")
    line = counter.line(product, 1250)
    order = counter.open(line, reference=customer.code)
    first = counter.pay(order, 800, tip=100)
    counter.pay(order, 450)
    counter.give_back(first, 250)
    return order


def test_squares_story_ends_at_its_worth_in_any_order(shop: Shop, square: SquareShop) -> None:
    ann = shop.customer()
    story(square, ann)
    events = square.counter.sent()
    random.Random(3).shuffle(events)
    for event in [*events, events[0]]:
        assert square.send(event) == 202
    assert shop.balance(ann) == 100
    asked = {one.path.split("/")[2] for one in square.server.asked}
    assert {"orders", "payments", "catalog"} <= asked


def test_a_vendor_that_is_down_for_a_while_loses_no_sale(shop: Shop, square: SquareShop) -> None:
    ann = shop.customer()
    story(square, ann)
    square.server.fail(Fault("status", times=sys.maxsize))
    # One by one, so that each of them has been given up, and none was spared by its neighbour.
    for number, event in enumerate(square.counter.sent(), start=1):
        assert square.send(event) == 202
        square.wait_until_asked(number * ATTEMPTS)
    assert shop.standing(ann).account.balance("points") == 0
    square.server.heal()
    # Each comes again after a while out of sight; the queue counts what it does not show.
    shop.behind.wait_until_quiet(150)
    assert shop.balance(ann) == 100


def test_another_merchants_events_are_not_authentic(shop: Shop, square: SquareShop) -> None:
    ann = shop.customer()
    story(square, ann)
    for event in square.counter.sent():
        assert square.send({**event, "merchant_id": "MANOTHER"}) == 401
    assert shop.balance(ann) == 0


def test_what_a_shops_own_till_sends_oddly(shop: Shop) -> None:
    """Numbers for ids, a discount line, a return receipt, an exchange: each is worth what it is."""
    ann = shop.customer()
    sale, back = uuid.uuid4().int % 2**50, uuid.uuid4().hex

    def send(name: Any, total: int, lines: list[dict[str, Any]], **more: Any) -> int:
        message = shop.till.order("x", total, ann.by_card)
        message["data"]["order"].update(id=name, total=total, lines=lines, **more)
        return shop.till.send(message).status

    coat = {"id": "coat", "category": "coats", "amount": 5000}
    shirt = {"id": "shirt", "category": "shirts", "amount": 2000}
    assert send(sale, 6300, [coat, shirt, {"amount": -700}]) == 202
    assert shop.balance(ann) == 630
    returned = [{**shirt, "quantity": -1, "amount": -1800}]
    assert send(back, -1800, returned, refund_of=sale, member=[]) == 202
    assert shop.balance(ann) == 450
    assert send(f"{back}-2", 100, [shirt], status="canceled") == 202
    assert send("A 17", 100, [shirt]) == 422
    assert send(back, -5, []) == 422
    assert shop.balance(ann) == 450


def test_a_message_of_most_of_a_mebibyte_counts(shop: Shop) -> None:
    ann = shop.customer()
    message = shop.till.order(uuid.uuid4().hex, 1000, ann.by_card)
    message["data"]["order"]["note"] = "ж" * 400_000
    assert len(json.dumps(message, ensure_ascii=False).encode()) > 800_000
    assert shop.till.send(message).status == 202
    assert shop.balance(ann) == 100
