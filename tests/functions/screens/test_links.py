"""Tills and links: what reports to us by kind, and members with what they have booked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access.keys import Credentials, Endpoint
from loyalty.core.booking import VisitReport
from loyalty.core.report import OrderKey
from loyalty.messages import Contact
from tests.functions.screens.visiting import Visitor
from tests.support.world import TOKENS

if TYPE_CHECKING:
    from tests.functions.conftest import Shop


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("en", "Booking tools, calendars, CRMs"),
        ("de", "Buchungssysteme, Kalender, CRM"),
        ("ru", "Запись, календари, CRM"),
    ],
)
def test_booking_tools_and_crms_stand_below_tills_each_with_a_test(
    shop: Shop, ask: Any, language: str, heading: str
) -> None:
    found = Visitor(shop, ask, language=language)
    found.look("/console/tills")
    assert heading not in found.html, "there are none"
    for name, scheme in (("a-deals", "bitrix24"), ("b-book", "yclients"), ("c-till", "standard")):
        Credentials(shop.world.tables).put_endpoint(Endpoint(name, "coffee", (name,), scheme))
    found.look("/console/tills")
    places = [found.html.index(f">{name}</a></h2>") for name in ("c-till", "a-deals", "b-book")]
    assert places[0] < found.html.index(f"<h2>{heading}</h2>") < places[1] < places[2]
    for name in ("a-deals", "b-book", "c-till"):
        assert f'name="endpoint" value="{name}"' in found.html, "with a button that tries it"


def test_what_was_agreed_to_by_joining_is_told_and_can_be_withdrawn(shop: Shop, ask: Any) -> None:
    made = shop.world.applied(Contact("email", "ann@example.com"))
    made = replace(made, marketing_consent_version="2026-01")
    ann = shop.world.enrolment.enrol("coffee", made, shop.world.now)
    found = Visitor(shop, ask)
    found.look(f"/console/members/{ann.member_id}")
    assert '<span class="state good">Offers · On the card</span>' in found.html
    sent = {"purpose": "marketing", "channel": "card", "version": "2026-02"}
    assert found.send("withdraw", **sent).status_code == 303
    assert '<span class="state ">Offers · On the card</span>' in found.html
    assert found.send("agree", **sent).status_code == 303
    (said,) = found.api.get(f"/v1/members/{ann.member_id}/record")["consents"]
    assert (said["given"], said["version"]) == (True, "2026-02")


def test_a_member_is_shown_with_what_they_have_booked(shop: Shop, ask: Any) -> None:
    ann = shop.world.enrol()
    hints = (f"code:{TOKENS.read_card_code(ann.card_code)}",)
    at = shop.world.now + timedelta(days=2)
    key = OrderKey("coffee", "yclients", "b-1")
    report = VisitReport(key, 1, "booked", at, None, hints, "endpoint:salon", "")
    found = Visitor(shop, ask)
    found.look(f"/console/members/{ann.member_id}")
    assert "Booked" not in found.html
    shop.world.visits.record(report, shop.world.now)
    found.look(f"/console/members/{ann.member_id}")
    assert "<strong>Booked</strong>" in found.html
    assert "<small>yclients</small>" in found.html
    (booked,) = found.api.get(f"/v1/members/{ann.member_id}/timeline")["appointments"]
    assert (booked["source"], booked["location"]) == ("yclients", None)
    assert booked["at"] == at.isoformat().replace("+00:00", "Z")
