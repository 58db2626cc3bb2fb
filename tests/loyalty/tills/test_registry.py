"""One table of tills' languages: each can be checked and read, and a scheme without one is none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.tills import registry
from loyalty.tills.failures import VendorFailed
from loyalty.tills.reading import Message, Reading, Wanted, ignored
from tests.support import vendors
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
UNSIGNED = {"evotor", "iiko", "clover"}  # they send a fixed token, whatever the body
VENDORS = {
    "shopify": "2-orders-paid",
    "woocommerce": "2-order-updated",
    "stripe": "2-payment-intent-succeeded",
    "evotor": "1-receipt-sell",
    "iiko": "3-table-order-closed",
    "clover": "1-webhook",
}
for vendor, name in VENDORS.items():
    key = f"own-secret-of-{vendor}"
    BODIES[vendor] = json.dumps(vendors.plain(vendor, name)).encode()
    SENDERS[vendor] = (vendors.sender(vendor), key)
    SIGNED[vendor] = vendors.headers_of(vendor, BODIES[vendor], key, START)


def test_every_connector_is_tried_here() -> None:
    assert set(SENDERS) == set(registry.TILLS)


@pytest.mark.parametrize("scheme", registry.TILLS)
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
        *(() if scheme in UNSIGNED else (([secret], headers, body + b" "),)),
    ):
        assert not connector.verify(who.endpoint, secrets, given, text, START)
    document = vendors.exact(json.loads(body))
    reading = registry.read(who, Message(document))
    assert [report.actor for report in reading.reports] == (
        [] if scheme == "clover" else [f"endpoint:{who.endpoint.id}"]
    )
    assert registry.read(who, Message({"type": "of.another.kind"})) == ignored("other")


def test_only_the_generic_language_redeems() -> None:
    redeems = {name for name, one in registry.CONNECTORS.items() if one.read_redemption}
    assert redeems == {"standard"}
    read = registry.CONNECTORS["standard"].read_redemption
    assert read is not None
    assert read(redemption("1.A.X.Y")).id == "r-1"


def test_a_scheme_that_is_none_has_no_connector() -> None:
    assert registry.connector(replace(TILL, scheme="carrier-pigeon")) is None


class Talkative:
    """A vendor who sends one on from one thing to the next, ``ends`` things in all."""

    def __init__(self, ends: int) -> None:
        self.ends = ends
        self.asked: list[str] = []

    def read_back(self, _: object, __: Sender, wanted: Wanted) -> Reading:
        self.asked.append(wanted.id)
        after = int(wanted.id) + 1
        more = (Wanted("order", str(after)), wanted) if after < self.ends else ()
        return Reading(wanted=more, ignored=(f"thing {wanted.id}",))


def asked_in_full(monkeypatch: pytest.MonkeyPatch, vendor: Talkative) -> Reading:
    speaks = replace(registry.CONNECTORS["square"], read_back=vendor.read_back)
    monkeypatch.setattr(registry, "CONNECTORS", {**registry.CONNECTORS, "square": speaks})
    start = Reading(wanted=(Wanted("order", "0"), Wanted("order", "0")), ignored=("first",))
    nobody: Any = None
    return registry.read_in_full(nobody, sender(SQUARE), start, vendors.catalogue())


def test_what_one_answer_wants_is_asked_for_too_and_nothing_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vendor = Talkative(3)
    whole = asked_in_full(monkeypatch, vendor)
    assert vendor.asked == ["0", "1", "2"]
    assert whole == Reading(ignored=("first", "thing 0", "thing 1", "thing 2"))


def test_a_vendor_who_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = Talkative(10**6)
    with pytest.raises(VendorFailed, match="not_understood"):
        asked_in_full(monkeypatch, vendor)
    assert len(vendor.asked) == registry.MOST_QUESTIONS
