"""One table of tills' languages: each can be checked and read, and a scheme without one is none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from loyalty.tills import registry
from tests.support.till import (
    SECRET,
    SQUARE,
    SQUARE_KEY,
    TILL,
    order,
    redemption,
    sender,
    signed,
    square_event,
    square_signed,
)
from tests.support.world import START

if TYPE_CHECKING:
    from loyalty.tills.incoming import Sender

BODIES = {
    "standard": json.dumps(order()).encode(),
    "square": json.dumps(square_event("payment.updated.completed")).encode(),
}
SENDERS: dict[str, tuple[Sender, str]] = {
    "standard": (sender(TILL), SECRET),
    "square": (sender(SQUARE), SQUARE_KEY),
}
SIGNED = {"standard": signed(BODIES["standard"]), "square": square_signed(BODIES["square"])}


def test_every_connector_is_tried_here() -> None:
    assert set(SENDERS) == set(registry.CONNECTORS)


@pytest.mark.parametrize("scheme", registry.CONNECTORS)
def test_each_language_is_checked_and_read(scheme: str) -> None:
    who, secret = SENDERS[scheme]
    connector = registry.connector(who.endpoint)
    assert connector is not None
    body, headers = BODIES[scheme], SIGNED[scheme]
    assert connector.verify(who.endpoint, [secret], headers, body, START)
    for secrets, given, text in (
        ([], headers, body),
        (["whsec_other"], headers, body),
        ([secret], {}, body),
        ([secret], headers, body + b" "),
    ):
        assert not connector.verify(who.endpoint, secrets, given, text, START)
    report = registry.read_order(who, json.loads(body))
    assert report is not None
    assert report.actor == f"endpoint:{who.endpoint.id}"
    assert registry.read_order(who, {"type": "of.another.kind"}) is None


def test_only_the_generic_language_redeems() -> None:
    redeems = {name for name, one in registry.CONNECTORS.items() if one.read_redemption}
    assert redeems == {"standard"}
    read = registry.CONNECTORS["standard"].read_redemption
    assert read is not None
    assert read(redemption("1.A.X.Y")).id == "r-1"


def test_a_scheme_that_is_none_has_no_connector() -> None:
    assert registry.connector(replace(TILL, scheme="carrier-pigeon")) is None
