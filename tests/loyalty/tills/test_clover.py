"""Clover's messages: ids only. What the vendor tells when asked: test_asking_vendors.py."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from loyalty.tills import clover
from tests.support.vendors import endpoint, plain, read, sender

CODE, OLD = "own-clover-auth-code-today", "own-clover-auth-code-before"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
OWN = "OWNMERCHANT01"


def genuine(given: str, *secrets: str) -> bool:
    return clover.verify(endpoint("clover"), list(secrets), {"x-clover-auth": given}, b"{}", NOW)


def test_genuine_previous_and_forged() -> None:
    assert genuine(CODE, CODE)
    assert genuine(OLD, OLD, CODE)
    assert not genuine(OLD, CODE)
    assert not genuine("", CODE)
    assert not genuine("", "")


def test_only_the_endpoints_merchant_is_read() -> None:
    wanted = read(sender("clover", merchant=OWN), plain("clover", "1-webhook")).wanted
    assert [(one.kind, one.id, one.merchant) for one in wanted] == [
        ("order", "OWNORDER00001", OWN),
        ("payment", "OWNPAY0000001", OWN),
    ]
    assert read(sender("clover", merchant="NOBODY"), plain("clover", "1-webhook")).wanted == ()
    assert read(sender("clover"), plain("clover", "1-webhook")).wanted == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"verificationCode":"20260504-0000"}', "20260504-0000"),
        (b'{"verificationCode":"20260504-0000","x":1}', None),
        (b'{"verificationCode":"<b>"}', None),
        (b'{"verificationCode":5}', None),
        (b"webhook_id=142", None),
        (b'{"verificationCode":"' + b"a" * 300 + b'"}', None),
        (b"\xff", None),
    ],
)
def test_the_unsigned_verification_is_known(body: bytes, code: str | None) -> None:
    assert clover.verification_code(body) == code
    assert clover.ping({}, body) is (code is not None)
