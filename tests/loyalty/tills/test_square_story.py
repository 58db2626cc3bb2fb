"""Square's whole story through its stand-in: thin events, read back, in any order, at one worth."""

from __future__ import annotations

import copy
import json
import random
import threading
from datetime import timedelta
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.vendors.server import Fault, VendorServer
from infra.local.vendors.square import SCOPES, Square
from infra.local.vendors.square_counter import Counter
from loyalty.core.order import Line, OrderKey
from loyalty.messages import Contact
from loyalty.refusals import Refusal
from loyalty.store import reading
from loyalty.tills import registry
from loyalty.tills.client import Client, Patience, connections
from loyalty.tills.failures import VendorFailed
from loyalty.tills.fields import Fields
from loyalty.tills.reading import Message, Reading, Wanted, ignored
from loyalty.tills.square_objects import order_reading
from tests.support.extent import FULL
from tests.support.till import SQUARE, VENDOR_SAMPLES, sender
from tests.support.vendors import catalogue
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.core.order import Order
    from loyalty.members.enrolment import Enrolled

WHO = sender(SQUARE)


class Shop:
    """A counter with Square, and our side of it."""

    def __init__(self, server: VendorServer, square: Square) -> None:
        self.server = server
        self.square = square
        self.counter = Counter(square)
        self.catalogue = catalogue()
        self.open_ledger()

    def open_ledger(self) -> None:
        self.world = World()
        self.world.put_program()

    def client(self) -> Client:
        return Client(
            self.server.address,
            self.square.token,
            left=lambda: 20.0,
            pool=connections(local=True),
            random=lambda: 0.0,
            sleep=lambda _: None,
            patience=Patience(timeout=2.0),
        )

    def in_full(self, found: Reading) -> Reading:
        return registry.read_in_full(self.client(), WHO, found, self.catalogue)

    def take(self, event: dict[str, Any]) -> Reading:
        """Work one event through, as the worker does."""
        found = self.in_full(registry.read(WHO, Message(event)))
        for report in found.reports:
            self.world.sales.record_order(report, self.world.now)
        return found

    def order(self, name: str) -> Order:
        found = reading.read_order(self.world.tables, OrderKey("coffee", "square", name))
        assert found is not None
        return found


@pytest.fixture
def shop() -> Iterator[Shop]:
    square = Square()
    with VendorServer(square) as server:
        yield Shop(server, square)


def member(shop: Shop) -> Enrolled:
    return shop.world.enrol_proved(Contact("phone", "+12125554240"))


def rich_sale(shop: Shop) -> tuple[str, list[str], list[str]]:
    """Ring up all there is, by hand: 4447 in all.

    Latte 900 - 90 + 81 tax = 891; beans 840 - 84 = 756; a gift card sold 2500; service 100; tip
    200. Paid with 3247 by card and 1000 by gift card. Returns order, payments, lines' uids.
    """
    counter = shop.counter
    counter.stock("latte", "Coffee")
    counter.stock("beans", "Retail")
    who = counter.customer(phone_number="(212) 555-4240", given_name="Ann")
    lines = [
        counter.line("latte", 900, quantity="2", discount=90, tax=81),
        counter.line("beans", 840, quantity="0.350", discount=84),
        counter.line(None, 2500, kind="GIFT_CARD"),
    ]
    order = counter.open(*lines, customer=who, service=100)
    payments = [counter.pay(order, 3247, tip=200), counter.pay(order, 1000, gift_card=True)]
    return order, payments, [line["uid"] for line in lines]


def test_an_order_is_read_with_lines_categories_and_customer(shop: Shop) -> None:
    order, _, _ = rich_sale(shop)
    found = shop.in_full(Reading(wanted=(Wanted("order", order),)))
    (report,) = found.reports
    (basket,) = report.parts
    assert (basket.status, basket.total, basket.tax, basket.tip, basket.discount) == (
        "completed",
        4447,
        81,
        200,
        174,
    )
    assert basket.lines == (
        Line("latte", "Coffee", 2000, 810),
        Line("beans", "Retail", 350, 756),
        Line(basket.lines[2].item, "gift_card", 1000, 2500),
        Line("", "service_charge", 1000, 100),
    )
    contact = Contact("phone", "+12125554240")
    (customer,) = shop.square.customers
    named = WHO.names.hints(WHO.program, buyer_of(contact))
    assert report.hints == (f"customer:square:{customer}", *named)
    assert found.ignored == ()


def buyer_of(contact: Contact) -> Any:
    from loyalty.tills.incoming import Buyer  # noqa: PLC0415

    return Buyer(phones=(contact.value,))


def test_gift_cards_service_tip_and_tax_each_stand_apart(shop: Shop) -> None:
    ann = member(shop)
    order, _, _ = rich_sale(shop)
    for event in shop.counter.sent():
        shop.take(event)
    bill = shop.order(order).bill
    assert [int(one) for one in (bill.gift_cards, bill.tip, bill.brought)] == [2500, 200, 1]
    assert bill.goods == 810 + 756 + 100 + 81
    # 10 points for every 1.00 of goods, tax included as the program says nothing else.
    assert shop.world.balance(ann) == 174


def story(shop: Shop) -> str:
    order, (card, _), (latte, _, _) = rich_sale(shop)
    # One of two lattes comes back: 405 and 40 tax; then three dollars more, for no line.
    shop.counter.give_back(card, 445, (latte, "1", 405, 40))
    shop.counter.give_back(card, 300)
    return order


def test_the_worth_after_both_refunds_by_hand(shop: Shop) -> None:
    ann = member(shop)
    order = story(shop)
    for event in shop.counter.sent():
        shop.take(event)
    head = shop.order(order)
    # 4447 less what went back; it is taken from goods and gift card, never from what is not named.
    assert head.bill.total == 4447 - 445 - 300
    assert {part.key.partition(":")[0] for part in head.parts} == {"basket", "payment", "refund"}
    refund = next(part for part in head.parts if part.lines and part.key.startswith("refund"))
    assert refund.lines == (Line("latte", "", 1000, 405),)
    assert head.member == ann.member_id


def test_every_order_of_arrival_with_doubles_ends_at_one_worth(shop: Shop) -> None:
    """Order first, payment first, refund before both: what is read back is newer than the event."""
    order = story(shop)
    events = shop.counter.sent()
    assert len(events) >= 10
    ends = set()
    chance = random.Random(11)
    for turn in range(25 if FULL else 8):
        shop.open_ledger()
        ann = member(shop)
        shuffled = [*events, *chance.sample(events, 3)]
        if turn:
            chance.shuffle(shuffled)
        for event in shuffled:
            shop.take(event)
        head = shop.order(order)
        ends.add((shop.world.balance(ann), head.bill.total, head.parts, head.posted.spend))
    assert len(ends) == 1


def test_events_worked_as_they_happen_end_where_late_ones_do(shop: Shop) -> None:
    """What is read back is each time what stood then: versions grow, and the last one counts."""
    steps: list[dict[str, Any]] = []
    ann = member(shop)

    def catch_up() -> None:
        for event in shop.counter.sent()[len(steps) :]:
            steps.append(event)
            shop.take(event)

    counter = shop.counter
    counter.stock("latte", "Coffee")
    line = counter.line("latte", 1000)
    order = counter.open(line, customer=counter.customer(phone_number="+12125554240"))
    catch_up()
    assert shop.world.balance(ann) == 0
    first = counter.pay(order, 400)
    catch_up()
    assert shop.world.balance(ann) == 0  # not paid in whole
    counter.pay(order, 600)
    catch_up()
    assert shop.world.balance(ann) == 100
    counter.give_back(first, 250)
    catch_up()
    assert shop.world.balance(ann) == 75
    live = shop.order(order)
    for arrival in (steps[::-1], steps[3:] + steps[:3]):
        shop.open_ledger()
        again = member(shop)
        for event in arrival:
            shop.take(event)
        assert shop.world.balance(again) == 75
        assert shop.order(order).parts == live.parts


@pytest.mark.parametrize("arrival", list(permutations(range(3))))
def test_several_tenders_in_any_order(shop: Shop, arrival: tuple[int, ...]) -> None:
    ann = member(shop)
    counter = shop.counter
    order = counter.open(counter.line(None, 1500), customer=_ann(shop))
    for amount in (500, 400, 600):
        counter.pay(order, amount)
    payments = [event for event in counter.sent() if event["type"] == "payment.created"]
    for number in arrival:
        shop.take(payments[number])
    assert shop.world.balance(ann) == 150


@pytest.mark.parametrize("arrival", list(permutations(range(4))))
def test_an_order_that_names_two_members_is_one_members_in_any_order(
    shop: Shop, arrival: tuple[int, ...]
) -> None:
    """A card scanned into the order goes before the e-mail of a payment, whichever comes first."""
    ann = shop.world.enrol()
    ben = shop.world.enrol_proved(Contact("email", "ben@example.com"))
    eve = shop.world.enrol_proved(Contact("email", "eve@example.com"))
    counter = shop.counter
    order = counter.open(counter.line(None, 1000), reference=ann.card_code)
    for amount, email in ((400, "ben@example.com"), (600, "eve@example.com")):
        shop.square.payments[counter.pay(order, amount)]["buyer_email_address"] = email
    events = counter.sent()
    for event in events:
        payment = event["data"]["object"].get("payment")
        if payment is not None:
            kept = shop.square.payments[payment["id"]]
            payment["buyer_email_address"] = kept["buyer_email_address"]
    assert len(events) >= 4
    for number in arrival:
        shop.take(events[number])
    for event in events:
        shop.take(event)
    assert [shop.world.balance(one) for one in (ann, ben, eve)] == [100, 0, 0]
    assert shop.order(order).doubles == ()


def _ann(shop: Shop) -> str:
    return shop.counter.customer(phone_number="+1 212 555 4240")


def test_an_exchange_counts_what_was_taken_along(shop: Shop) -> None:
    """600 goes back, 1000 is taken along, 400 is paid: the new order is worth 1000, the old 0."""
    ann = member(shop)
    counter = shop.counter
    old_line = counter.line(None, 600)
    old = counter.open(old_line, customer=_ann(shop))
    counter.pay(old, 600)
    new = counter.exchange(old, counter.line(None, 1000), (old_line["uid"], "1", 600, 0))
    counter.pay(new, 400)
    events = counter.sent()
    for turn in range(6):
        shop.open_ledger()
        ann = member(shop)
        random.Random(turn).shuffle(events)
        for event in events:
            shop.take(event)
        assert (shop.order(old).bill.total, shop.order(new).bill.total) == (0, 1000)
        assert shop.world.balance(ann) == 100


def test_an_even_exchange_needs_no_payment(shop: Shop) -> None:
    counter = shop.counter
    old_line = counter.line(None, 600)
    old = counter.open(old_line)
    counter.pay(old, 600)
    new = counter.exchange(old, counter.line(None, 500), (old_line["uid"], "1", 600, 0))
    for event in counter.sent():
        shop.take(event)
    assert (shop.order(old).bill.total, shop.order(new).bill.total) == (0, 500)


@pytest.mark.parametrize(
    ("status", "left"),
    [("PENDING", 1000), ("REJECTED", 1000), ("FAILED", 1000), ("COMPLETED", 700)],
)
def test_only_money_that_went_back_is_taken(shop: Shop, status: str, left: int) -> None:
    counter = shop.counter
    order = counter.open(counter.line(None, 1000))
    payment = counter.pay(order, 1000)
    counter.give_back(payment, 300, status=status)
    for event in counter.sent():
        shop.take(event)
    assert shop.order(order).bill.total == left


def test_a_card_code_in_a_free_field_names_the_member(shop: Shop) -> None:
    ann = shop.world.enrol()
    counter = shop.counter
    order = counter.open(counter.line(None, 500), reference=ann.card_code)
    counter.pay(order, 500)
    for event in counter.sent():
        shop.take(event)
    assert shop.world.balance(ann) == 50
    customer = counter.customer(reference_id=ann.card_code)
    order = counter.open(counter.line(None, 500), customer=customer)
    counter.pay(order, 500)
    for event in counter.sent():
        shop.take(event)
    assert shop.world.balance(ann) == 100


def test_a_payment_without_an_order_asks_who_paid(shop: Shop) -> None:
    ann = member(shop)
    payment = shop.counter.pay(shop.counter.open(shop.counter.line(None, 900)), 900)
    alone = shop.square.payments[payment]
    del alone["order_id"]
    alone["customer_id"] = _ann(shop)
    event = copy.deepcopy(shop.counter.events[-2])
    assert event["type"] == "payment.created"
    event["data"]["object"]["payment"] = copy.deepcopy(alone)
    found = shop.take(event)
    assert {report.key.id for report in found.reports} == {payment}
    assert shop.world.balance(ann) == 90


@pytest.mark.parametrize(
    ("missing", "told"),
    [("CUSTOMERS_READ", "customers.not_allowed"), ("ITEMS_READ", "catalogue.not_allowed")],
)
def test_what_the_token_may_not_read_costs_no_sale(shop: Shop, missing: str, told: str) -> None:
    shop.square.scopes = SCOPES - {missing}
    order, _, _ = rich_sale(shop)
    found = shop.in_full(Reading(wanted=(Wanted("order", order),)))
    assert found.ignored == (told,)
    assert found.reports[0].parts[0].total == 4447


def test_orders_that_may_not_be_read_are_a_failure(shop: Shop) -> None:
    shop.square.scopes = SCOPES - {"ORDERS_READ"}
    order, _, _ = rich_sale(shop)
    with pytest.raises(VendorFailed, match="not_allowed"):
        shop.in_full(Reading(wanted=(Wanted("order", order),)))


def test_a_wrong_token_is_told(shop: Shop) -> None:
    shop.square.token = "another"
    order, _, _ = rich_sale(shop)
    client = shop.client()
    client.token = "wrong"
    wanted = Reading(wanted=(Wanted("order", order),))
    with pytest.raises(VendorFailed, match="token_refused"):
        registry.read_in_full(client, WHO, wanted, shop.catalogue)


def test_what_square_does_not_know_is_named(shop: Shop) -> None:
    wanted = (Wanted("order", "none"), Wanted("payment", "none"))
    found = shop.in_full(Reading(wanted=wanted))
    assert found == Reading(ignored=("order.unknown", "payment.unknown"))


def test_the_catalogue_is_asked_once(shop: Shop) -> None:
    for _ in range(3):
        order, _, _ = rich_sale(shop)
        shop.in_full(Reading(wanted=(Wanted("order", order),)))
    asked = [one for one in shop.server.asked if "catalog" in one.path]
    assert len(asked) == 2  # items of variations, names of categories


def test_passing_trouble_is_overcome(shop: Shop) -> None:
    order, _, _ = rich_sale(shop)
    shop.server.fail(
        Fault("status", where="/orders/", status=429, headers={"Retry-After": "1"}),
        Fault("cut", where="/customers/"),
        Fault("status", where="/catalog/", status=503),
    )
    found = shop.in_full(Reading(wanted=(Wanted("order", order),)))
    assert found.reports[0].parts[0].total == 4447


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault("redirect", elsewhere="https://evil.example/v2/orders/x"), "refused"),
        (Fault("garbage"), "not_understood"),
        (Fault("cut", times=9), "unavailable"),
    ],
)
def test_lasting_trouble_fails_the_message(shop: Shop, fault: Fault, reason: str) -> None:
    order, _, _ = rich_sale(shop)
    shop.server.fail(fault)
    with pytest.raises(VendorFailed, match=reason):
        shop.in_full(Reading(wanted=(Wanted("order", order),)))


def test_the_list_finds_what_no_event_brought(shop: Shop) -> None:
    ann = member(shop)
    began = shop.counter.clock
    order = story(shop)
    until = shop.counter.clock + timedelta(minutes=1)
    asked = registry.CONNECTORS["square"].changed
    assert asked is not None
    found = shop.in_full(asked(shop.client(), WHO, began, until))
    for report in found.reports:
        shop.world.sales.record_order(report, shop.world.now)
    assert shop.order(order).bill.total == 4447 - 745
    assert shop.order(order).member == ann.member_id
    later = asked(shop.client(), WHO, until, until + timedelta(hours=1))
    assert later == Reading()


def test_long_lists_come_in_pages(shop: Shop) -> None:
    began = shop.counter.clock
    for _ in range(130):
        shop.counter.pay(shop.counter.open(shop.counter.line(None, 100)), 100)
    asked = registry.CONNECTORS["square"].changed
    assert asked is not None
    found = asked(shop.client(), WHO, began, shop.counter.clock)
    assert len(found.reports) == len(found.wanted) == 130


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"unlinked": True}, "refund.unlinked"),
        ({"status": "PENDING"}, "refund.pending"),
    ],
)
def test_refunds_that_take_nothing_yet_are_named(
    shop: Shop, change: dict[str, Any], name: str
) -> None:
    order = shop.counter.open(shop.counter.line(None, 500))
    shop.counter.give_back(shop.counter.pay(order, 500), 100)
    event = next(one for one in shop.counter.sent() if one["type"] == "refund.created")
    event["data"]["object"]["refund"].update(change)
    assert registry.read(WHO, Message(event)) == ignored(name)


def test_counters_of_two_merchants_share_no_id() -> None:
    """At Square nobody's id comes twice; one that does makes a possible double of an order."""
    ids: list[set[str]] = []
    for merchant in ("MONE", "MTWO"):
        square = Square()
        counter = Counter(square, merchant=merchant)
        counter.customer(given_name="Ann")
        counter.give_back(counter.pay(counter.open(counter.line(None, 500)), 500), 100)
        things = (square.orders, square.payments, square.refunds, square.customers)
        events = {event["event_id"] for event in counter.sent()}
        ids.append(events.union(*things))
    assert len(ids[0]) == len(ids[1]) > len(things)
    assert ids[0].isdisjoint(ids[1])


def test_another_merchants_event_is_not_authentic() -> None:
    square = Square()
    counter = Counter(square, merchant="MOTHER")
    counter.pay(counter.open(counter.line(None, 500)), 500)
    mine = sender(SQUARE.__class__(**{**_fields(SQUARE), "merchant": "MDAILYCUP0001"}))
    for event in counter.sent():
        with pytest.raises(Refusal) as caught:
            registry.read(mine, Message(event))
        assert (caught.value.kind, caught.value.code) == ("unsigned", "not_authentic")


def _fields(endpoint: Any) -> dict[str, Any]:
    return {name: getattr(endpoint, name) for name in endpoint.__slots__}


@pytest.mark.parametrize(
    ("path", "value", "pointer"),
    [
        (("id",), None, "/id"),
        (("total_money",), None, "/total_money/currency"),
        (("total_money", "amount"), 12.5, "/total_money/amount"),
        (("total_money", "currency"), "EUR", "/total_money/currency"),
        (("updated_at",), "yesterday", "/updated_at"),
        (("created_at",), None, "/created_at"),
        (("line_items", 0, "quantity"), "many", "/line_items/0/quantity"),
        (("line_items", 0, "quantity"), "-1", "/line_items/0/quantity"),
        (("line_items", 0, "quantity"), 2, "/line_items/0/quantity"),
        (("line_items", 0, "total_money", "amount"), -5, "/line_items/0/total_money/amount"),
        (("line_items",), {"a": 1}, "/line_items"),
    ],
)
def test_a_wrong_field_of_an_order_is_named(
    shop: Shop, path: tuple[Any, ...], value: object, pointer: str
) -> None:
    order, _, _ = rich_sale(shop)
    content = copy.deepcopy(shop.square.orders[order])
    here: Any = content
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    with pytest.raises(Refusal) as caught:
        order_reading(WHO, Fields(content))
    assert [field.pointer for field in caught.value.fields] == [pointer]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"state": "COMPLETED"}, "completed"),
        ({"state": "CANCELED"}, "cancelled"),
        ({"state": "DRAFT"}, "open"),
        ({"state": "SOMETHING_NEW"}, "open"),
        ({"state": "OPEN"}, "completed"),  # paid ahead
        ({"state": "OPEN", "tenders": []}, "open"),
        ({"state": "OPEN", "net_amount_due_money": {"amount": 5, "currency": "USD"}}, "open"),
    ],
)
def test_the_state_of_an_order(shop: Shop, changes: dict[str, Any], status: str) -> None:
    order, _, _ = rich_sale(shop)
    found = order_reading(WHO, Fields({**shop.square.orders[order], **changes}))
    assert found.reports[0].parts[0].status == status


def test_a_gratuity_is_a_tip(shop: Shop) -> None:
    order, _, _ = rich_sale(shop)
    content = copy.deepcopy(shop.square.orders[order])
    content["service_charges"][0]["type"] = "AUTO_GRATUITY"
    basket = order_reading(WHO, Fields(content)).reports[0].parts[0]
    assert basket.tip == 300
    assert "service_charge" not in {line.category for line in basket.lines}


@pytest.mark.skipif(not VENDOR_SAMPLES.is_dir(), reason="the vendor's samples are not here")
def test_the_vendors_own_orders_are_understood() -> None:
    def told(name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((VENDOR_SAMPLES / f"{name}.json").read_text())["order"]
        return found

    paid = order_reading(WHO, Fields(told("PayOrderResponse"))).reports[0].parts[0]
    assert (paid.status, paid.total) == ("completed", 2000)
    sale = told("own-order.completed.tip-discount-tax-giftcard")
    ann = buyer_of(Contact("phone", "+12125554240"))
    basket = order_reading(WHO, Fields(sale), ann).reports[0].parts[0]
    earning = [
        line for line in basket.lines if line.category not in ("gift_card", "service_charge")
    ]
    assert sum(line.amount for line in earning) == 1566
    for name, back, lines in (("itemized", 445, 1), ("by-amount", 300, 0)):
        (report,) = order_reading(WHO, Fields(told(f"own-order.return.{name}"))).reports
        assert report.key.id == "OWNsaleORDER01"
        assert (report.parts[0].total, len(report.parts[0].lines)) == (back, lines)


def test_a_seeded_bug_is_seen(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a return booked to the order that it stands in is a sale that kept all."""
    monkeypatch.setattr(
        "loyalty.tills.square_objects._comes_back",
        lambda who, order, _: order_reading(who, Fields({**order.values, "returns": []})).reports[
            0
        ],
    )
    order = story(shop)
    for event in shop.counter.sent():
        shop.take(event)
    refunds = [part for part in shop.order(order).parts if part.key.startswith("refund")]
    assert refunds == []
    assert Fraction(shop.order(order).bill.kept) < 1  # the payments still know
    assert threading.active_count() < 50
