"""Stripe's messages: worth by hand, every order of arrival, forgeries, odd messages."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from loyalty.core.order import OrderKey
from loyalty.refusals import Refusal
from loyalty.tills import stripe
from tests.support.vendors import PUBLISHED, Shop, endpoint, ends, one, plain, program, read, sender

if TYPE_CHECKING:
    from loyalty.core.part import Part

STORY = [
    "1-checkout-session-completed",
    "2-payment-intent-succeeded",
    "3-checkout-session-async-payment-succeeded",
    "4-charge-refunded",
    "5-charge-refunded",
]
SECRET, OLD = "whsec_ownsecretoftoday", "whsec_ownsecretofbefore"
NOW = datetime.fromtimestamp(1790000000, UTC)


def signed(body: bytes, *secrets: str, at: datetime = NOW) -> dict[str, str]:
    seconds = str(int(at.timestamp()))
    text = seconds.encode() + b"." + body
    marks = [hmac.new(one.encode(), text, hashlib.sha256).hexdigest() for one in secrets]
    return {"stripe-signature": ",".join([f"t={seconds}", *(f"v1={mark}" for mark in marks)])}


def genuine(body: bytes, headers: dict[str, str], *secrets: str) -> bool:
    return stripe.verify(endpoint("stripe"), list(secrets), headers, body, NOW)


def test_the_documented_way_of_signing() -> None:
    """An example worked out with openssl, apart from this code."""
    body = b'{"id":"evt_Own1","type":"charge.refunded"}'
    mark = "0d7e28abcc38b78549140912293f0140d13ef5b0864f99915d15554f9f4e252b"
    assert signed(body, "whsec_ownsecret")["stripe-signature"] == f"t=1790000000,v1={mark}"
    headers = {"stripe-signature": signed(body, SECRET)["stripe-signature"] + f",v0={'0' * 64}"}
    assert genuine(body, headers, SECRET)
    assert not genuine(body + b" ", headers, SECRET)


def test_genuine_previous_and_forged() -> None:
    body = json.dumps(plain("stripe", "2-payment-intent-succeeded")).encode()
    assert genuine(body, signed(body, SECRET), SECRET)
    assert genuine(body, signed(body, OLD), OLD, SECRET)
    assert genuine(body, signed(body, OLD, SECRET), SECRET), "Stripe signs with both for a while"
    assert not genuine(body, signed(body, OLD), SECRET)
    assert not genuine(body, {}, SECRET)
    assert not genuine(body, signed(body, ""), "")


@pytest.mark.parametrize(
    ("off", "good"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)]
)
def test_the_clock_may_be_off_by_five_minutes(off: int, *, good: bool) -> None:
    headers = signed(b"{}", SECRET, at=NOW + timedelta(seconds=off))
    assert genuine(b"{}", headers, SECRET) is good


@pytest.mark.parametrize(
    "header",
    ["", "t=", "t=1790000000", "v1=abc", "t=1790000000,t=1790000001,v1=ab", "t=-5,v1=ab", "t=1e9"],
)
def test_malformed_signatures_are_refused(header: str) -> None:
    assert not genuine(b"{}", {"stripe-signature": header}, SECRET)


def test_another_accounts_event_is_not_the_endpoints() -> None:
    event = plain("stripe", "2-payment-intent-succeeded")
    with pytest.raises(Refusal) as caught:
        read(sender("stripe", merchant="acct_Own"), {**event, "account": "acct_Other"})
    assert caught.value.code == "not_authentic"
    assert read(sender("stripe", merchant="acct_Own"), {**event, "account": "acct_Own"}).reports


def test_a_paid_checkout_is_read_whole() -> None:
    reading = read(sender("stripe"), plain("stripe", STORY[2]))
    assert [(one.kind, one.id) for one in reading.wanted] == [("session", "cs_live_Own1")]
    report = one(reading)
    assert report.key == OrderKey("conformance", "stripe", "pi_Own1")
    (part,) = report.parts
    assert (part.status, part.total, part.tax, part.discount) == ("completed", 3025, 275, 250)
    assert len(report.hints) == 2, "the address, and Stripe's customer"
    assert not reading.test


@pytest.mark.parametrize(
    ("names", "points"),
    [
        (STORY[:1], 0),  # its payment is on its way
        (STORY[1:2], 3025),  # a payment alone tells nothing of delivery
        (STORY[2:3], 2475),  # of 30.25 delivery is 5.00 and its part of the tax
        ([STORY[2], STORY[3]], 2065),  # 2475 * 25.25 / 30.25
        ([STORY[2], STORY[4]], 1493),  # 2475 * 18.25 / 30.25
        ([STORY[4]], None),  # names nobody: parked
    ],
)
def test_what_a_sale_is_worth(names: list[str], points: int | None) -> None:
    shop = Shop("stripe")
    for name in names:
        document = plain("stripe", name)
        if document["type"] == "payment_intent.succeeded":
            document["data"]["object"]["metadata"] = {"card_code": "CARD-CODE"}
        shop.tell(document)
    assert shop.points == (points or 0)


def test_every_order_of_arrival_ends_the_same() -> None:
    assert ends("stripe", [plain("stripe", name) for name in STORY]) == {1493}


def test_refunds_within_one_second_are_told_apart_by_their_sum() -> None:
    first, second = (plain("stripe", name) for name in STORY[3:])
    assert first["created"] == second["created"]
    shop = Shop("stripe")
    for message in (plain("stripe", STORY[2]), second, first):
        shop.tell(message)
    assert shop.points == 1493


def test_a_refund_that_fails_later_leads_to_its_charge() -> None:
    reading = read(sender("stripe"), plain("stripe", "refund-failed"))
    assert [(one.kind, one.id) for one in reading.wanted] == [("charge", "1777893300.ch_Own1")]


def test_a_tip_is_inside_the_payment() -> None:
    event = plain("stripe", STORY[1])
    event["data"]["object"]["amount_details"] = {"tip": {"amount": 300}}
    (part,) = one(read(sender("stripe"), event)).parts
    assert (part.total, part.tip) == (3025, 300)


def test_events_of_the_sandbox_are_trials() -> None:
    event = {**plain("stripe", STORY[1]), "livemode": False}
    assert read(sender("stripe"), event).test


@pytest.mark.parametrize("kind", ["payment_intent.created", "charge.succeeded", "", None, 5, []])
def test_other_events_are_not_for_us(kind: object) -> None:
    event = {**plain("stripe", STORY[1]), "type": kind}
    assert read(sender("stripe"), event).ignored == ("other",)


@pytest.mark.parametrize(
    ("currency", "told", "minor"),
    [
        ("jpy", 3025, 3025),
        ("kwd", 3020, 3020),
        ("usd", 3025, 3025),
        ("isk", 302500, 3025),  # Stripe's unit is a hundredth, which there is not
        ("ugx", 302500, 3025),
        ("mga", 3025, 302500),  # and here a whole one
    ],
)
def test_money_in_stripes_units(currency: str, told: int, minor: int) -> None:
    event = plain("stripe", STORY[1])
    event["data"]["object"] |= {"currency": currency, "amount_received": told}
    report = one(read(sender("stripe", program(currency=currency.upper())), event))
    assert report.parts[0].total == minor


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("id", None, "/data/object/id"),
        ("id", "a b", "/data/object/id"),
        ("currency", "usd", "/data/object/currency"),
        ("currency", 5, "/data/object/currency"),
        ("amount_received", -1, "/data/object/amount_received"),
        ("amount_received", 30.25, "/data/object/amount_received"),
        ("amount_received", "3025", "/data/object/amount_received"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: object, pointer: str) -> None:
    event = plain("stripe", STORY[1])
    event["data"]["object"][field] = value
    with pytest.raises(Refusal) as caught:
        read(sender("stripe"), event)
    assert [fault.pointer for fault in caught.value.fields] == [pointer]


def test_a_fraction_of_a_whole_currency_is_refused() -> None:
    event = plain("stripe", STORY[1])
    event["data"]["object"] |= {"currency": "isk", "amount_received": 302550}
    with pytest.raises(Refusal) as caught:
        read(sender("stripe", program(currency="ISK")), event)
    assert caught.value.fields[0].pointer == "/data/object/amount_received"


def published(name: str) -> tuple[Part, ...]:
    text = (PUBLISHED / "stripe" / f"own-event.{name}.json").read_text(encoding="utf-8")
    reading = read(sender("stripe", program(currency="EUR")), json.loads(text))
    assert reading.test
    return tuple(part for report in reading.reports for part in report.parts)


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the vendor's samples are not here")
def test_the_published_samples_are_understood() -> None:
    (session,) = published("checkout.session.completed")
    assert (session.status, session.total, session.tax, session.discount) == (
        "completed",
        2080,
        280,
        300,
    )
    (payment,) = published("payment_intent.succeeded")
    assert (payment.total, payment.tip) == (2080, 200)
    sale, refund = published("charge.refunded.partial")
    assert (sale.total, refund.total) == (2080, 500)
