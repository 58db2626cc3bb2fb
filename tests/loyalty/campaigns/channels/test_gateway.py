"""Any gateway for text messages, as its owner describes it."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest

from loyalty.campaigns.channels import gateway
from loyalty.campaigns.channels.gateway import Gateway
from loyalty.messages import Handed, Offer

FORM = Gateway(
    "https://sms.example/send",
    fields={"key": "{secret}", "phones": "{to}", "mes": "{text}", "fmt": "3"},
    code="/error_code",
    codes={"3": "down", "7": "dead", "9": "refused"},
)
NESTED = Gateway(
    "https://sms.example/send",
    form=False,
    fields={"to": "{to}", "msg": "{text}", "from": "{sender}"},
    id="/sms/0/id",
    code="/sms/0/code",
    codes={"100": "accepted", "207": "opted_out"},
)
OFFER = Offer("+70000000001", "", "Привет, {secret}! 5 & 6")


def test_a_form_is_filled_once_and_leaks_no_secret_into_texts() -> None:
    body, kind = gateway.request(FORM, OFFER, "k3y", "")
    assert kind.startswith("application/x-www-form-urlencoded")
    assert parse_qs(body) == {
        "key": ["k3y"], "phones": ["+70000000001"], "mes": ["Привет, {secret}! 5 & 6"],
        "fmt": ["3"],
    }  # fmt: skip


def test_a_json_object_is_filled() -> None:
    body, kind = gateway.request(NESTED, OFFER, "k3y", "CAFE")
    assert kind == "application/json"
    assert json.loads(body) == {"to": OFFER.to, "msg": OFFER.text, "from": "CAFE"}


@pytest.mark.parametrize(
    ("described", "status", "content", "expected"),
    [
        (FORM, 200, b'{"id": 12, "cnt": 1}', Handed("accepted", "12")),
        (FORM, 200, b'{"error": "x", "error_code": 7}', Handed("dead", reason="7")),
        (FORM, 200, b'{"error": "x", "error_code": 3}', Handed("down", reason="3")),
        # What the owner has not named may have been sent.
        (FORM, 200, b'{"error": "x", "error_code": 6}', Handed("unknown", reason="6")),
        (FORM, 200, b"OK", Handed("unknown", reason="200")),
        (FORM, 0, b"", Handed("unknown", reason="0")),
        (FORM, 401, b"", Handed("down", reason="401")),
        (FORM, 429, b"", Handed("later", seconds=60, reason="429")),
        (FORM, 500, b'{"id": 12}', Handed("unknown", reason="500")),
        (
            NESTED, 200, b'{"sms": [{"code": 100, "id": "a-1"}]}',
            Handed("accepted", "a-1", reason="100"),
        ),
        (NESTED, 200, b'{"sms": [{"code": 207}]}', Handed("opted_out", reason="207")),
        (NESTED, 200, b'{"sms": []}', Handed("unknown", reason="200")),
    ],
)  # fmt: skip
def test_answers(described: Gateway, status: int, content: bytes, expected: Handed) -> None:
    assert gateway.ended(described, status, content) == expected
