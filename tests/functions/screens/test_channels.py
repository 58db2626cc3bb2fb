"""Ways besides the card at the console: set up, tried with one's own card, taken away."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from functions import channel_worker
from functions.screens import channels as screen
from functions.screens.typed import TypedError
from functions.wiring import carriers
from loyalty.campaigns.trying import Trying
from loyalty.messages import Contact
from tests.functions.screens.visiting import Visitor
from tests.support.events import Context
from tests.support.offering import Offering, stop_at

if TYPE_CHECKING:
    from tests.functions.conftest import Shop


@pytest.fixture
def ada(shop: Shop, ask: Any) -> Visitor:
    return Visitor(shop, ask)


GATEWAY = {
    "by": "gateway", "gateway__url": "https://gateway.example.com/send", "gateway__form": "json",
    "gateway__fields": "key = {secret}\nto = {to}\ntext={text}", "gateway__id": "/id",
    "gateway__code": "/error", "gateway__codes": "3 = down\n7 = dead", "secret": "s3cret",
    "price": "0.05",
}  # fmt: skip


def test_a_gateway_is_described_kept_and_described_again(ada: Visitor) -> None:
    ada.look("/console/channels")
    assert ada.html.count("Not set up") == 2
    # This deployment sends no e-mail: it is said before anybody types.
    assert "sends no e-mail" in ada.html
    ada.look("/console/channels/sms")
    answer = ada.send("set_channel", **{**GATEWAY, "gateway__codes": "3 = broken"})
    assert answer.status_code == 422
    assert "A code means one of those" in ada.html
    assert "gateway.example.com" in ada.html
    answer = ada.send("set_channel", **{**GATEWAY, "gateway__url": "http://10.0.0.1/"})
    assert answer.status_code == 422
    assert 'id="gateway.url"' in ada.html
    ada.send("set_channel", **GATEWAY)
    assert "Not tried yet" in ada.html
    told = ada.api.get("/v1/channels/sms")
    assert (told["price"], told["gateway"]["form"]) == (5, False)
    assert told["gateway"]["codes"] == {"3": "down", "7": "dead"}
    # What is shown is what is kept: the same again changes nothing. No secret is shown.
    assert "s3cret" not in ada.html
    ada.send("set_channel", **{**GATEWAY, "secret": ""})
    assert ada.api.get("/v1/channels/sms") == told
    ada.look("/console/campaigns/new")
    assert '<option value="sms"' in ada.html
    assert '<option value="email"' not in ada.html
    ada.look("/console/channels/sms")
    ada.send("take_away")
    assert ada.api.get("/v1/channels")["channels"] == []


def test_lines_are_names_and_values() -> None:
    assert screen.lines({"x": "a = 1\n\n b=c=d "}, "x") == {"a": "1", "b": "c=d"}
    with pytest.raises(TypedError, match="not_a_line"):
        screen.lines({"x": "nonsense"}, "x")


def test_a_trial_goes_to_ones_own_card_and_its_end_is_shown(
    shop: Shop, ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering = Offering(shop.world)
    offering.set_up("sms", price=1)
    phone = "+12125550001"
    offering.agreed("Ann", "sms", contact=Contact("phone", phone))
    offering.agreed("Ben", contact=Contact("phone", "+12125550002"))
    ada.look("/console/channels/sms")
    for search, said in (
        ("+12125550009", "not there any more"), ("+12125550002", "has not agreed to it"),
    ):  # fmt: skip
        assert ada.send("try_channel", search=search).status_code == 422
        assert said in unescape(ada.html)
    ada.send("try_channel", search=phone)
    assert "on its way" in ada.html
    trying = Trying(shop.world.books, offering.carrier, stop_at)
    monkeypatch.setattr(carriers, "trying", lambda: trying)
    context: Any = Context()
    records = [{"messageId": "1", "body": one} for one in shop.queues.bodies("offers.fifo")]
    assert len(records) == 1
    assert channel_worker.handler({"Records": records}, context) == {"batchItemFailures": []}
    assert offering.carrier.to() == [("sms", phone)]
    ada.look("/console/channels/sms")
    assert "taken by the carrier" in ada.html
    assert phone not in shop.log.getvalue()


def test_an_accountant_sets_nothing_up(shop: Shop, ask: Any) -> None:
    Offering(shop.world).set_up("sms", price=1)
    visitor = Visitor(shop, ask, role="accountant")
    page = visitor.look("/console/channels/sms")
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_the_calendar_shows_the_year_and_its_address(shop: Shop, ada: Visitor) -> None:
    assert "/console/campaigns/monday" not in ada.look("/console/campaigns/calendar")
    offering = Offering(shop.world)
    offering.start("monday", trigger={"kind": "recurring", "rule": "FREQ=WEEKLY;BYDAY=MO",
                                      "first": "2026-01-05"})  # fmt: skip
    offering.make("again", trigger={"kind": "lapsed"})
    page = ada.look("/console/campaigns/calendar")
    assert page.count('href="/console/campaigns/monday"') > 50
    assert 'href="/console/campaigns/again"' in page
    assert "/calendar/coffee." in page
    # Each by its own name: twelve times "public holiday" tells nobody which.
    assert "New Year&#39;s Day" in page or "New Year's Day" in page
    assert "Public holiday" not in page
