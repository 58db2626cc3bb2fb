"""Square's messages: the vendor's published samples, ours in the same shapes, hostile ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.core.instants import microseconds
from loyalty.core.order import OrderKey, OrderReport, Part
from loyalty.messages import Contact
from loyalty.refusals import Refusal
from loyalty.store import keys
from loyalty.store.items.account import to_account
from loyalty.tills import square
from loyalty.tills.reading import Message, Wanted, ignored
from tests.loyalty.tills.test_standard import json_values, outcome
from tests.support.till import FIXTURES, SQUARE, VENDOR_SAMPLES, sender, square_event
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from loyalty.tills.incoming import Sender

DONE = "payment.updated.completed"
PAYMENT = "pWq4ExampleCupPayment0001ZY"
ORDER = "oRd7ExampleCupOrder000001ZY"
PAYMENTS = sorted(path.stem for path in FIXTURES.glob("payment.*.json"))


def read_order(who: Sender, message: dict[str, Any]) -> OrderReport | None:
    """Return the one order that a message tells; None where it is not for us."""
    reading = square.read(who, Message(message))
    # A payment's order is asked for beside it (test_square_story); here the payment is read.
    orders = {Wanted("order", one.key.id) for one in reading.reports}
    assert {*reading.wanted} <= {
        *orders,
        *(Wanted("payment", one.key.id) for one in reading.reports),
    }
    if not reading.reports:
        assert reading.ignored == ("other",)
        return None
    (found,) = reading.reports
    return found


def report(message: dict[str, Any]) -> OrderReport:
    found = read_order(sender(SQUARE), message)
    assert found is not None
    return found


def payment(message: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = message["data"]["object"]["payment"]
    return found


def pointers(message: dict[str, Any]) -> list[str]:
    with pytest.raises(Refusal) as caught:
        read_order(sender(SQUARE), message)
    return [field.pointer.removeprefix("/data/object/payment") for field in caught.value.fields]


def test_a_completed_payment_counts_without_its_tip() -> None:
    updated_at = datetime(2026, 5, 4, 11, 58, 5, 17_000, tzinfo=UTC)
    assert report(square_event(DONE)) == OrderReport(
        key=OrderKey("coffee", "square", ORDER),
        currency="USD",
        occurred_at=datetime(2026, 5, 4, 11, 58, 2, 114_000, tzinfo=UTC),
        parts=(Part(f"payment:{PAYMENT}", microseconds(updated_at), "completed", 1250, tip=150),),
        hints=(),
        actor="endpoint:coffee-square",
    )


@pytest.mark.parametrize(
    ("name", "status", "net"),
    [
        ("payment.created", "open", 0),
        ("payment.updated.completed", "completed", 1250),
        ("payment.updated.refunded-in-part", "completed", 750),
        ("payment.updated.refunded", "completed", 0),
        ("payment.updated.canceled", "cancelled", 0),
    ],
)
def test_only_money_that_arrived_and_stayed_counts(name: str, status: str, net: int) -> None:
    part = report(square_event(name)).parts[0]
    assert (part.status, part.net) == (status, net)


@pytest.mark.parametrize("status", ["APPROVED", "PENDING", "SOMETHING_NEW", "completed"])
def test_no_other_status_counts(status: str) -> None:
    message = square_event(DONE)
    payment(message)["status"] = status
    assert report(message).parts[0].net == 0


def test_a_failed_payment_counts_nothing() -> None:
    message = square_event(DONE)
    payment(message)["status"] = "FAILED"
    assert report(message).parts[0].status == "cancelled"


def test_the_buyers_address_names_the_customer() -> None:
    key = TOKENS.contact_key("coffee", Contact("email", "ann.example@example.com"))
    event = square_event("payment.updated.with-email")
    customer = payment(event)["customer_id"]
    assert report(event).hints == (f"customer:square:{customer}", f"email:{key}")


@pytest.mark.parametrize("address", ["nobody", "", 5, None, ["a@example.com"], "a@b@example.com"])
def test_an_address_that_cannot_be_read_names_nobody(address: object) -> None:
    message = square_event(DONE)
    payment(message)["buyer_email_address"] = address
    assert report(message).hints == ()


def test_a_payment_without_an_order_is_one_of_its_own() -> None:
    assert report(square_event("payment.updated.without-order")).key.id.endswith("0003ZY")
    message = square_event(DONE)
    payment(message)["order_id"] = None
    assert report(message).key.id == PAYMENT


def test_absent_and_null_refunds_are_none() -> None:
    message = square_event(DONE)
    payment(message)["refunded_money"] = None
    assert report(message).parts[0] == report(square_event(DONE)).parts[0]


def test_an_order_is_asked_for_by_its_inner_id() -> None:
    event = square_event("order.updated")
    event["data"]["id"] = "differs-in-one-of-the-samples"
    assert square.read(sender(SQUARE), Message(event)).wanted == (Wanted("order", ORDER),)
    event["data"]["object"]["order_updated"]["state"] = "DRAFT"
    assert square.read(sender(SQUARE), Message(event)) == ignored("order.draft")


def test_that_a_customer_was_deleted_is_not_for_us() -> None:
    assert square.read(sender(SQUARE), Message({"type": "customer.deleted"})) == ignored("other")


def test_other_events_are_not_for_us() -> None:
    assert read_order(sender(SQUARE), {"type": "catalog.version.updated"}) is None
    assert read_order(sender(SQUARE), {}) is None
    assert read_order(sender(SQUARE), {"type": {}.__class__.__name__}) is None


@pytest.mark.parametrize("kind", [["payment.created"], {"a": 1}, 5, None])
def test_a_type_that_is_no_text_is_not_for_us(kind: object) -> None:
    assert read_order(sender(SQUARE), {**square_event(DONE), "type": kind}) is None


def test_an_id_may_be_a_whole_number() -> None:
    message = square_event(DONE)
    payment(message).update(id=2**60 + 1, order_id=2**60 + 3)
    found = report(message)
    assert (found.key.id, found.parts[0].key) == (str(2**60 + 3), f"payment:{2**60 + 1}")


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("id", "", "/id"),
        ("id", 5.5, "/id"),
        ("id", -5, "/id"),
        ("id", "x" * 129, "/id"),
        ("id", "x\n", "/id"),
        ("order_id", "", "/order_id"),
        ("order_id", "a b", "/order_id"),
        ("status", None, "/status"),
        ("created_at", "yesterday", "/created_at"),
        ("created_at", "2026-05-04T11:58:00", "/created_at"),
        ("created_at", "0001-01-01T00:00:00+14:00", "/created_at"),
        ("updated_at", 1777895880, "/updated_at"),
        ("updated_at", "9999-12-31T23:59:59-14:00", "/updated_at"),
        ("amount_money", None, "/amount_money/currency"),
        ("amount_money", {"currency": "USD"}, "/amount_money/amount"),
        ("amount_money", {"currency": "USD", "amount": -1}, "/amount_money/amount"),
        ("amount_money", {"currency": "USD", "amount": True}, "/amount_money/amount"),
        ("amount_money", {"currency": "USD", "amount": 12.5}, "/amount_money/amount"),
        ("amount_money", {"currency": "EUR", "amount": 5}, "/amount_money/currency"),
        ("refunded_money", {"amount": "5"}, "/refunded_money/amount"),
        ("refunded_money", [], "/refunded_money/amount"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: object, pointer: str) -> None:
    message = square_event(DONE)
    payment(message)[field] = value
    assert pointers(message) == [pointer]


@pytest.mark.parametrize("data", [None, 5, [], {}, {"object": None}, {"object": {"payment": "x"}}])
def test_an_event_without_a_payment_is_refused(data: object) -> None:
    assert pointers({"type": "payment.updated", "data": data}) == [""]


FIELDS = sorted(payment(square_event("payment.updated.refunded-in-part")))


@given(field=st.sampled_from([*FIELDS, "buyer_email_address"]), value=json_values)
def test_any_value_in_any_field_is_read_or_refused(field: str, value: object) -> None:
    message = square_event("payment.updated.refunded-in-part")
    payment(message)[field] = value
    found = outcome(lambda: report(message))
    if isinstance(found, OrderReport):
        assert 0 <= found.parts[0].net <= 10**12
    else:
        assert found
        assert all(fault.pointer.startswith(f"/data/object/payment/{field}") for fault in found)


def world_with(contact: Contact) -> World:
    world = World()
    world.put_program()
    world.enrol_proved(contact)
    return world


def story() -> list[dict[str, Any]]:
    """The life of one payment of a known customer, as Square tells it."""
    names = ("payment.created", DONE, "payment.updated.refunded-in-part")
    told = [square_event(name) for name in names]
    for message in told:
        payment(message)["buyer_email_address"] = "ann@example.com"
    return told


def balance(world: World) -> list[int]:
    return [
        to_account(*keys.owner(key.pk), item).balance("points")
        for key, item in world.tables.items.items()
        if key.sk == "ACCOUNT"
    ]


def test_every_order_of_arrival_with_repeats_ends_the_same() -> None:
    for arrival in permutations(story()):
        world = world_with(Contact("email", "ann@example.com"))
        for number, message in enumerate([*arrival, *arrival]):
            # A05: the same payment under another event id is the same payment.
            message["event_id"] = f"event-{number}"
            world.sales.record_order(report(message), world.now)
        assert balance(world) == [75]


@pytest.mark.skipif(not VENDOR_SAMPLES.is_dir(), reason="the vendor's samples are not here")
def test_the_vendors_own_samples_are_understood() -> None:
    told = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in VENDOR_SAMPLES.glob("Payment*Event.json")
    }
    created = report(told["PaymentCreatedEvent"])
    updated = report(told["PaymentUpdatedEvent"])
    assert (created.parts[0].status, updated.parts[0].status) == ("open", "completed")
    assert created.key == updated.key
    assert created.key.id == payment(told["PaymentUpdatedEvent"])["order_id"]
    assert updated.parts[0].version > created.parts[0].version
    assert (created.parts[0].net, updated.parts[0].net) == (0, 100)
    event = json.loads((VENDOR_SAMPLES / "OrderUpdatedEvent.json").read_text(encoding="utf-8"))
    (wanted,) = square.read(sender(SQUARE), Message(event)).wanted
    assert wanted == Wanted("order", event["data"]["object"]["order_updated"]["order_id"])


@pytest.mark.skipif(not VENDOR_SAMPLES.is_dir(), reason="the vendor's samples are not here")
@pytest.mark.parametrize("name", PAYMENTS)
def test_our_fixtures_have_the_vendors_shapes(name: str) -> None:
    """Every field that ours share with the vendor's has the vendor's type."""
    text = (VENDOR_SAMPLES / "PaymentUpdatedEvent.json").read_text(encoding="utf-8")
    vendors, ours = json.loads(text), square_event(name)
    assert set(ours) == set(vendors)
    assert set(ours["data"]) == set(vendors["data"])
    for field, value in payment(vendors).items():
        assert type(payment(ours).get(field, value)) is type(value), field


@pytest.mark.parametrize(
    ("details", "by_gift_card"),
    [
        ({"card_details": {"card": {"card_brand": "SQUARE_GIFT_CARD"}}}, True),
        ({"external_details": {"type": "OTHER_GIFT_CARD"}}, True),
        ({"card_details": {"card": {"card_brand": "VISA"}}}, False),
        ({"card_details": None, "external_details": []}, False),
        ({}, False),
    ],
)
def test_payments_with_gift_cards_are_known(details: dict[str, Any], *, by_gift_card: bool) -> None:
    message = square_event(DONE)
    payment(message).update(details)
    found = report(message)
    assert found is not None
    assert found.parts[0].by_gift_card is by_gift_card
