"""Evotor's messages: worth by hand, tokens, odd messages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.order import Line, OrderKey
from loyalty.refusals import Refusal
from loyalty.tills import evotor
from tests.support.vendors import PUBLISHED, Shop, endpoint, one, plain, program, read, sender

if TYPE_CHECKING:
    from loyalty.tills.reading import Reading

TOKEN, OLD = "own-evotor-token-of-today", "own-evotor-token-of-before"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SALE = "20260504-0000-4000-8000-000000000001"
STORE = "20260504-0000-4000-8000-0000000000aa"


def genuine(given: str, *secrets: str) -> bool:
    return evotor.verify(endpoint("evotor"), list(secrets), {"authorization": given}, b"{}", NOW)


def test_genuine_previous_and_forged() -> None:
    assert genuine(f"Bearer {TOKEN}", TOKEN)
    assert genuine(f"Bearer {OLD}", OLD, TOKEN)
    assert not genuine(f"Bearer {OLD}", TOKEN)
    assert not genuine(f"Bearer {TOKEN}x", TOKEN)
    assert not genuine("", TOKEN)
    assert not genuine("Bearer ", "")
    assert not genuine("Bearer short", "short"), "a token that anybody guesses is none"


@pytest.mark.parametrize("tax", [450.01, 451, 10**9])
def test_tax_is_never_more_than_the_whole(tax: float) -> None:
    message = plain("evotor", "1-receipt-sell")
    message["data"]["totalTax"] = tax
    (report,) = read(sender("evotor"), message).reports
    assert [(part.total, part.tax) for part in report.parts] == [(45_000, 45_000)]


def test_a_sale_is_read_whole() -> None:
    reading = read(sender("evotor"), plain("evotor", "1-receipt-sell"))
    report = one(reading)
    assert report.key == OrderKey("conformance", "evotor", SALE)
    assert report.occurred_at == datetime(2026, 5, 4, 11, 2, 18, tzinfo=UTC)
    (part,) = report.parts
    assert (part.status, part.total, part.discount) == ("completed", 45000, 5000)
    assert part.lines == (Line("20260504-0000-4000-8000-0000000000bb", "", 2000, 45000),)
    assert [(want.kind, want.merchant) for want in reading.wanted] == [("sale", STORE)]


def test_a_sale_counts_for_the_card_in_its_extras() -> None:
    shop = Shop("evotor")
    shop.tell(plain("evotor", "1-receipt-sell"))
    assert shop.points == 45000


def test_a_return_leads_to_what_the_register_has_written() -> None:
    reading = read(sender("evotor"), plain("evotor", "2-receipt-payback"))
    assert reading.reports == ()
    assert [want.kind for want in reading.wanted] == ["return"]


def test_one_receipt_or_several() -> None:
    event = plain("evotor", "1-receipt-sell")
    several = {**event, "data": [event["data"], {**event["data"], "id": "second"}]}
    assert len(read(sender("evotor"), several).reports) == 2
    assert len(read(sender("evotor"), [event, event]).reports) == 2


def changed(**fields: Any) -> Reading:
    event = plain("evotor", "1-receipt-sell")
    event["data"] |= fields
    return read(sender("evotor", merchant=STORE), event)


def test_what_is_no_sale_of_this_store() -> None:
    assert changed(infoCheck=True).ignored == ("not_fiscal",)
    assert changed(type="BUY").ignored == ("other",)
    assert changed(storeId="another").ignored == ("other_store",)
    assert changed().reports


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("id", None, "/data/id"),
        ("storeId", "", "/data/storeId"),
        ("dateTime", "2026-05-04 11:02", "/data/dateTime"),
        ("totalAmount", None, "/data/totalAmount"),
        ("totalAmount", 450.005, "/data/totalAmount"),
        ("totalAmount", -1, "/data/totalAmount"),
        ("items", 5, "/data/items"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: object, pointer: str) -> None:
    with pytest.raises(Refusal) as caught:
        changed(**{field: value})
    assert [fault.pointer for fault in caught.value.fields] == [pointer]


def test_registers_count_in_roubles() -> None:
    with pytest.raises(Refusal) as caught:
        read(sender("evotor", program(currency="EUR")), plain("evotor", "1-receipt-sell"))
    assert caught.value.fields[0].code == "currency_mismatch"


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the samples are not here")
def test_the_sample_receipts_are_understood() -> None:
    told = {
        name: read(
            sender("evotor"),
            json.loads((PUBLISHED / "evotor" / f"own-receipt.{name}.json").read_text("utf-8")),
        )
        for name in ("sell", "payback")
    }
    assert one(told["sell"]).parts[0].total == 45000
    assert told["payback"].wanted
