"""Tills' messages: twice, late, out of order, by two connectors, against a running stack."""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.till import Envelope, post_all
from tests.stack.reckoning import Expected, wrong

if TYPE_CHECKING:
    from tests.stack.shop import Customer, Shop

pytestmark = pytest.mark.stack


def fresh() -> str:
    return uuid.uuid4().hex


def check(shop: Shop, customer: Customer, expected: Expected) -> None:
    standing = shop.standing(customer)
    assert wrong(expected, standing.account, standing.entries) == []


def test_one_message_many_times_at_once_counts_once(shop: Shop) -> None:
    ann, order = shop.holder(), fresh()
    envelope = shop.till.seal(shop.till.order(order, 1250, ann.by_card))
    replies = post_all([envelope] * 8)
    assert [reply.status for reply in replies] == [202] * 8
    assert shop.balance(ann) == 125
    assert len(ann.phone.pushes()) == 1
    check(shop, ann, Expected({f"till#{order}": 1250}))


def test_every_order_of_arrival_ends_the_same(shop: Shop) -> None:
    ann, orders = shop.holder(), [fresh() for _ in range(6)]
    versions = [(1, 1000, "completed"), (2, 700, "completed"), (3, 300, "completed")]
    for order, arrival in zip(orders, itertools.permutations(versions), strict=True):
        for version, total, status in arrival:
            shop.sell(ann, total, order, version=version, status=status)
        shop.settle()
    assert shop.balance(ann) == 180
    check(shop, ann, Expected({f"till#{order}": 300 for order in orders}))


def test_versions_sent_all_at_once_end_the_same(shop: Shop) -> None:
    ann, order = shop.holder(), fresh()
    messages = [
        shop.till.order(order, 100 * version, ann.by_card, version=version)
        for version in range(1, 9)
    ]
    post_all([shop.till.seal(message) for message in messages])
    assert shop.balance(ann) == 80
    check(shop, ann, Expected({f"till#{order}": 800}))


@pytest.mark.parametrize("status", ["refunded", "cancelled"])
def test_a_refund_takes_back_what_the_order_earned(shop: Shop, status: str) -> None:
    ann = shop.holder()
    kept, returned = shop.sell(ann, 455), shop.sell(ann, 1250)
    assert shop.balance(ann) == 170
    shop.sell(ann, 1250, returned, version=2, status=status)
    assert shop.balance(ann) == 45
    shop.sell(ann, 1250, returned, version=1)
    assert shop.balance(ann) == 45, "the first version comes late once more"
    check(shop, ann, Expected({f"till#{kept}": 455, f"till#{returned}": 0}))


def test_the_rest_of_a_point_is_carried_on(shop: Shop) -> None:
    ann = shop.holder()
    orders = [shop.sell(ann, 15) for _ in range(2)]
    assert shop.balance(ann) == 3
    check(shop, ann, Expected({f"till#{order}": 15 for order in orders}))


def test_a_refund_of_spent_points_is_owed_and_paid_first(shop: Shop) -> None:
    ann = shop.holder()
    order = shop.sell(ann, 1000)
    shop.settle()
    answer = shop.redeem(ann, "r-" + order).json()
    assert answer == {"outcome": "redeemed", "balance": 0, "price": 100}
    shop.sell(ann, 0, order, version=2, status="refunded")
    assert shop.balance(ann) == 0
    assert shop.standing(ann).account.pot("points").debt == 100
    later = shop.sell(ann, 1230)
    assert shop.balance(ann) == 23
    check(shop, ann, Expected({f"till#{order}": 0, f"till#{later}": 1230}, {"r-" + order}))


def test_both_doors_count_one_order_once(shop: Shop) -> None:
    ann = shop.holder()
    first, second = fresh(), fresh()
    for order, square_first in ((first, True), (second, False)):
        payment = shop.square.seal(shop.square.payment(order, 400))
        report = shop.till.seal(shop.till.order(order, 400, ann.by_card, source=shop.square.source))
        for envelope in [payment, report, payment] if square_first else [report, payment, report]:
            assert envelope.post().status == 202
            shop.settle()
    assert shop.balance(ann) == 80
    assert len(ann.phone.pushes()) == 2
    check(shop, ann, Expected({f"square#{first}": 400, f"square#{second}": 400}))


def test_only_completed_square_payments_count(shop: Shop) -> None:
    ann, order = shop.holder(), fresh()
    shop.till.send(shop.till.order(order, 400, ann.by_card, source="square"))
    shop.settle()
    now = datetime.now(UTC)
    approved = shop.square.payment(
        order, 250, status="APPROVED", payment="p1", event="payment.created", at=now
    )
    shop.square.send(approved)
    assert shop.balance(ann) == 40, "an approved payment says nothing yet"
    done = now + timedelta(seconds=1)
    shop.square.send(shop.square.payment(order, 250, payment="p1", at=done))
    assert shop.balance(ann) == 25, "paid so far"
    shop.square.send(shop.square.payment(order, 150, payment="p2", at=done))
    assert shop.balance(ann) == 40
    shop.square.send(approved)
    assert shop.balance(ann) == 40, "the older state of a payment comes late"
    later = now + timedelta(seconds=2)
    shop.square.send(shop.square.payment(order, 150, payment="p2", refunded=150, at=later))
    assert shop.balance(ann) == 25
    check(shop, ann, Expected({f"square#{order}": 250}))


def test_what_changes_nothing_pushes_nothing(shop: Shop) -> None:
    ann = shop.holder()
    shop.sell(ann, 1000, "late-" + ann.serial, version=5)
    assert shop.balance(ann) == 100
    before, pushes = ann.google.object, len(ann.phone.pushes())
    requests = len(shop.google_requests(ann))
    shop.sell(ann, 9000, fresh(), status="open")
    shop.sell(ann, 1000, "late-" + ann.serial, version=5)
    shop.sell(ann, 700, "late-" + ann.serial, version=4)
    shop.sell(ann, 3)  # three tenths of a point
    shop.redeem(ann, "r-" + ann.serial)
    shop.settle()
    shop.redeem(ann, "r-" + ann.serial)
    shop.redeem(ann)  # declined: nothing is left
    shop.settle()
    assert len(ann.phone.pushes()) == pushes + 1, "the one redemption"
    assert len(shop.google_requests(ann)) == requests + 1
    assert ann.phone.fetch_news() == (ann.serial,)
    assert ann.phone.fetch_news() == ()
    assert ann.google.object != before
    # One more change has passed the stream and both queues: what was before it has, too.
    shop.sell(ann, 1000)
    assert shop.balance(ann) == 100
    assert len(ann.phone.pushes()) == pushes + 2
    assert len(shop.google_requests(ann)) == requests + 2


def test_messages_that_are_not_for_us_are_taken_and_left(shop: Shop) -> None:
    reply = shop.till.send({"type": "shift.closed", "timestamp": "…", "data": {}})
    assert (reply.status, reply.json()) == (200, {"result": "ignored"})
    event = {**shop.square.payment(fresh(), 100), "type": "inventory.count.updated"}
    assert shop.square.send(event).status == 200


def test_what_is_not_signed_right_is_401(shop: Shop) -> None:
    ann = shop.holder()
    order = shop.till.order(fresh(), 1000, ann.by_card)
    other = "whsec_" + "A" * 43 + "="
    good = shop.till.seal(order)
    late = datetime.now(UTC) - timedelta(minutes=6)
    early = datetime.now(UTC) + timedelta(minutes=6)
    redemption = shop.till.redemption(fresh(), ann.code, shop.reward["id"])
    square = shop.square.payment(fresh(), 1000)
    bad = [
        shop.till.seal(order, secret=other),
        shop.till.seal(order, at=late),
        shop.till.seal(order, at=early),
        Envelope(good.url, good.headers, good.body.replace(b"1000", b"9000")),
        Envelope(good.url, {}, good.body),
        Envelope(good.url + "x", good.headers, good.body),
        shop.till.seal(redemption, secret=other),
        Envelope(shop.till.seal(redemption).url, {}, b"{}"),
        shop.square.seal(square, key="wrong"),
        Envelope(shop.square.seal(square).url, {}, json.dumps(square).encode()),
    ]
    assert [envelope.post().status for envelope in bad] == [401] * len(bad)
    assert shop.balance(ann) == 0


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"total": -1}, "/data/order/total"),
        ({"total": 12.5}, "/data/order/total"),
        ({"currency": "EUR"}, "/data/order/currency"),
        ({"source": "elsewhere"}, "/data/order/source"),
        ({"status": "eaten"}, "/data/order/status"),
    ],
)
def test_what_cannot_be_used_is_422(shop: Shop, changes: dict[str, Any], pointer: str) -> None:
    message = shop.till.order(fresh(), 100)
    message["data"]["order"].update(changes)
    reply = shop.till.send(message)
    assert reply.status == 422
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]


def test_a_parked_order_is_listed_and_claimed_once(shop: Shop) -> None:
    ann, bob = shop.holder(), shop.customer()
    order = f"table#7:{fresh()}"
    shop.till.send(shop.till.order(order, 300))
    shop.settle()
    assert order in shop.parked()
    assert shop.api("GET", "/v1/orders?state=parked", None).status == 401
    assert shop.api("GET", "/v1/orders?state=parked", "till_key").status == 403
    assert shop.claim(order, "1.A.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAA").status == 422
    assert shop.claim("unheard-of", ann.code).status == 404
    claimed = shop.claim(order, ann.code)
    assert (claimed.status, claimed.json()) == (200, {"result": "recorded", "points": 30})
    assert shop.balance(ann) == 30
    assert shop.claim(order, ann.code).json() == {"result": "unchanged", "points": 0}
    assert shop.claim(order, bob.code).status == 409
    assert order not in shop.parked()
    shop.till.send(shop.till.order(order, 300))
    assert shop.balance(ann) == 30
    assert len(ann.phone.pushes()) == 1
    check(shop, ann, Expected({f"till#{order}": 300}))
