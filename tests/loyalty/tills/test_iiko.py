"""iiko's messages: worth by hand, every order of arrival, tokens, odd messages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from loyalty.core.order import OrderKey
from loyalty.refusals import Refusal
from loyalty.tills import iiko
from tests.support.vendors import PUBLISHED, Shop, endpoint, ends, one, plain, read, sender

STORY = ["1-table-order-new", "2-table-order-bill", "3-table-order-closed"]
TOKEN, OLD = "own-iiko-token-of-today", "own-iiko-token-of-before"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
OWN = "20260504-0000-4000-8000-000000000080"


def genuine(given: str, *secrets: str) -> bool:
    return iiko.verify(endpoint("iiko"), list(secrets), {"authorization": given}, b"[]", NOW)


def test_genuine_previous_and_forged() -> None:
    assert genuine(TOKEN, TOKEN)
    assert genuine(f"Bearer {TOKEN}", TOKEN)
    assert genuine(OLD, OLD, TOKEN)
    assert not genuine(OLD, TOKEN)
    assert not genuine("", TOKEN)
    assert not genuine(TOKEN)


def test_another_organizations_order_is_not_the_endpoints() -> None:
    assert read(sender("iiko", merchant=OWN), plain("iiko", STORY[2])).reports
    with pytest.raises(Refusal) as caught:
        read(sender("iiko", merchant="another"), plain("iiko", STORY[2]))
    assert caught.value.code == "not_authentic"


def test_a_closed_order_is_read_whole() -> None:
    report = one(read(sender("iiko"), plain("iiko", STORY[2])))
    assert report.key == OrderKey("conformance", "iiko", "20260504-0000-4000-8000-000000000090")
    assert report.occurred_at == datetime(2026, 5, 4, 11, 20, tzinfo=UTC), "07:20 in New York"
    (part,) = report.parts
    assert (part.status, part.total, part.tip, part.discount) == ("completed", 45500, 5000, 4200)
    assert [line.amount for line in part.lines] == [37800, 2700], "what was deleted is not sold"


@pytest.mark.parametrize(
    ("name", "points"),
    [(STORY[0], 0), (STORY[1], 0), (STORY[2], 40500), ("4-table-order-deleted", 0)],
)
def test_what_an_order_is_worth(name: str, points: int) -> None:
    shop = Shop("iiko")
    shop.tell(plain("iiko", name))
    assert shop.points == points


def test_every_order_of_arrival_ends_the_same() -> None:
    messages = [plain("iiko", name) for name in STORY]
    assert ends("iiko", messages) == {40500}
    assert ends("iiko", [*messages, plain("iiko", "4-table-order-deleted")]) == {0}


@pytest.mark.parametrize(
    ("told", "version"),
    [
        (1777893600, 1777893600_000_000),
        (1777893600_123, 1777893600_123_000),
        (1777893600_123_456, 1777893600_123_456),
    ],
)
def test_a_timestamp_in_any_unit(told: int, version: int) -> None:
    message = plain("iiko", STORY[2])
    message[0]["eventInfo"]["timestamp"] = told
    assert one(read(sender("iiko"), message)).parts[0].version == version


def test_an_object_alone_is_read_as_a_list_of_one() -> None:
    message = plain("iiko", STORY[2])
    assert read(sender("iiko"), message[0]).reports == read(sender("iiko"), message).reports
    assert len(read(sender("iiko"), message * 2).reports) == 2


def test_an_order_in_the_making_is_asked_for() -> None:
    (want,) = read(sender("iiko"), plain("iiko", "table-order-in-progress")).wanted
    assert (want.kind, want.merchant) == ("table", OWN)


def test_what_is_no_order() -> None:
    failed = plain("iiko", "delivery-order-error")
    assert read(sender("iiko"), failed).ignored == ("failed_order",)
    stop_list = [{"eventType": "StopListUpdate", "organizationId": OWN}]
    assert read(sender("iiko"), stop_list).ignored == ("other",)


@pytest.mark.parametrize("status", ["Cancelled", "Canceled", "Deleted"])
def test_what_is_taken_back(status: str) -> None:
    message = plain("iiko", STORY[2])
    message[0]["eventInfo"]["order"]["status"] = status
    assert one(read(sender("iiko"), message)).parts[0].status == "cancelled"


def test_modifiers_that_cost_something_are_lines() -> None:
    message = plain("iiko", STORY[2])
    milk = {"product": {"id": "milk", "name": "Молоко"}, "amount": 1, "resultSum": 20.5}
    free = {"product": {"id": "ice", "name": "Лёд"}, "amount": 1, "resultSum": 0}
    message[0]["eventInfo"]["order"]["items"][0]["modifiers"] = [milk, free]
    (part,) = one(read(sender("iiko"), message)).parts
    assert [(line.item, line.amount) for line in part.lines][1] == ("milk", 2050)
    assert len(part.lines) == 3


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("status", None, "/0/eventInfo/order/status"),
        ("sum", 405.005, "/0/eventInfo/order/sum"),
        ("whenClosed", "2026-05-04", "/0/eventInfo/order/whenClosed"),
        ("whenClosed", "2026-13-04 07:20:00.000", "/0/eventInfo/order/whenClosed"),
        ("items", 5, "/0/eventInfo/order/items"),
        ("tips", [{"sum": "x"}], "/0/eventInfo/order/tips/0/sum"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any, pointer: str) -> None:
    message = plain("iiko", STORY[2])
    message[0]["eventInfo"]["order"][field] = value
    with pytest.raises(Refusal) as caught:
        read(sender("iiko"), message)
    assert [fault.pointer for fault in caught.value.fields] == [pointer]


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the samples are not here")
@pytest.mark.parametrize(
    ("name", "status", "net"),
    [
        ("DeliveryOrderUpdate.closed", "completed", 37800),
        ("DeliveryOrderUpdate.cancelled", "cancelled", 0),
        ("TableOrderUpdate.closed", "completed", 42800),
    ],
)
def test_the_sample_orders_are_understood(name: str, status: str, net: int) -> None:
    text = (PUBLISHED / "iiko" / f"own-{name}.json").read_text(encoding="utf-8")
    (part,) = one(read(sender("iiko"), json.loads(text))).parts
    assert (part.status, part.net) == (status, net)
