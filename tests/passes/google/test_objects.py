from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from infra.local.wallet.rules import merge
from loyalty.card.view import CardField, Place
from passes.designs import design
from passes.google import linter, objects
from passes.google.hosted_design import HostedDesign, hosted
from passes.google.layout import GoogleLayout, ShownField
from passes.google.linter import schema

OBJECT = Draft202012Validator(schema.schema("LoyaltyObject"))
CLASS = Draft202012Validator(schema.schema("LoyaltyClass"))
ISSUER = "3388000000012345678"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DESIGN = HostedDesign("#4a2c1d", "https://example.test/logo.png", "https://example.test/hero.png")


def errors_of(body: dict[str, Any], issuer: str = ISSUER) -> list[linter.Finding]:
    return linter.errors(linter.lint_object(body, issuer, strict=True))


def test_the_schema_refuses_what_google_refuses() -> None:
    good = {"id": "1.a", "classId": "1.b", "state": "ACTIVE"}
    assert list(OBJECT.iter_errors(good)) == []
    assert list(OBJECT.iter_errors(good | {"state": "Active"}))
    assert list(OBJECT.iter_errors(good | {"loyaltyPoint": {}}))
    assert list(OBJECT.iter_errors(good | {"loyaltyPoints": {"balance": {"int": 2**31}}}))
    assert list(OBJECT.iter_errors(good | {"loyaltyPoints": {"balance": {"int": "7"}}}))


def test_points_are_a_number_and_a_discount_is_text(world: Any) -> None:
    body = objects.loyalty_object(world.card(7), DESIGN, ISSUER, NOW)
    assert body["loyaltyPoints"] == {"label": "Points", "balance": {"int": 7}}
    assert "secondaryLoyaltyPoints" not in body

    discount = CardField("discount", "Discount", 1000, "percent", "10 %")
    body = objects.loyalty_object(world.card(fields=(discount,)), DESIGN, ISSUER, NOW)
    assert body["loyaltyPoints"] == {"label": "Discount", "balance": {"string": "10 %"}}

    both = (discount, CardField("balance", "Points", 7, "number", "7"))
    body = objects.loyalty_object(world.card(fields=both), DESIGN, ISSUER, NOW)
    assert body["loyaltyPoints"]["balance"] == {"int": 7}
    assert body["secondaryLoyaltyPoints"]["balance"] == {"string": "10 %"}


@pytest.mark.parametrize(
    ("value", "currency", "micros"),
    [(1250, "EUR", "12500000"), (1250, "JPY", "1250000000"), (1250, "KWD", "1250000")],
)
def test_money_is_sent_in_millionths(world: Any, value: int, currency: str, micros: str) -> None:
    card_field = CardField("balance", "Money", value, "money", "text", currency)
    body = objects.loyalty_object(world.card(fields=(card_field,)), DESIGN, ISSUER, NOW)
    expected = {"money": {"currencyCode": currency, "micros": micros}}
    assert body["loyaltyPoints"]["balance"] == expected


def test_a_number_beyond_int32_is_sent_as_text(world: Any) -> None:
    for value in (2**31, -(2**31) - 1, 10**12):
        body = objects.loyalty_object(world.card(value), DESIGN, ISSUER, NOW)
        assert body["loyaltyPoints"]["balance"] == {"string": str(value)}
    body = objects.loyalty_object(world.card(2**31 - 1), DESIGN, ISSUER, NOW)
    assert body["loyaltyPoints"]["balance"] == {"int": 2**31 - 1}


def test_a_change_of_balance_kind_deletes_the_other_kinds(world: Any) -> None:
    discount = CardField("discount", "Discount", 1000, "percent", "10 %")
    old = objects.loyalty_object(world.card(7), DESIGN, ISSUER, NOW)
    new = objects.loyalty_object(world.card(fields=(discount,)), DESIGN, ISSUER, NOW)
    assert objects.patch_of(new)["loyaltyPoints"]["balance"] == {
        "string": "10 %",
        "int": None,
        "double": None,
        "money": None,
    }
    # Negative control: sent as drawn, the merge keeps both kinds, which Google refuses.
    naive = merge(old, new)["loyaltyPoints"]["balance"]
    assert naive == {"int": 7, "string": "10 %"}
    assert errors_of(merge(old, new)) != []


def test_state(world: Any) -> None:
    def state(**changes: Any) -> str:
        body = objects.loyalty_object(world.card(**changes), DESIGN, ISSUER, NOW)
        return str(body["state"])

    assert state() == "ACTIVE"
    assert state(voided=True) == "INACTIVE"
    assert state(expires_at=NOW) == "EXPIRED"
    assert state(expires_at=NOW + timedelta(seconds=1)) == "ACTIVE"


def test_the_account_is_the_card_code_and_the_first_name(world: Any) -> None:
    card = world.card()
    body = objects.loyalty_object(card, DESIGN, ISSUER, NOW)
    assert body["barcode"] == {"type": "QR_CODE", "value": card.code, "alternateText": card.code}
    assert (body["accountId"], body["accountName"]) == (card.code, "Anna")
    # Longer than every screen shows, which Google lets pass.
    assert [one.rule for one in linter.lint_object(body, ISSUER)] == [14]


def test_other_letters_are_told_to_the_qr_code_only(world: Any) -> None:
    card = world.card(code="карта 7")
    assert objects.loyalty_object(card, DESIGN, ISSUER, NOW)["barcode"]["renderEncoding"] == "UTF_8"
    aztec = dataclasses.replace(DESIGN, layout=GoogleLayout(barcode="AZTEC"))
    body = objects.loyalty_object(card, aztec, ISSUER, NOW)
    assert body["barcode"]["type"] == "AZTEC"
    assert "renderEncoding" not in body["barcode"]
    assert errors_of(body) == []


def test_no_more_modules_and_places_than_google_shows(world: Any) -> None:
    keys = [f"fact_{number}" for number in range(12)]
    card_fields = tuple(CardField(key, "Label", "text", "text", "text") for key in keys)
    shown = dataclasses.replace(DESIGN, layout=GoogleLayout(modules=tuple(map(ShownField, keys))))
    places = tuple(Place(float(number), 0.0, "shop") for number in range(12))
    body = objects.loyalty_object(world.card(fields=card_fields, places=places), shown, ISSUER, NOW)
    assert [module["id"] for module in body["textModulesData"]] == keys[:10]
    assert [place["latitude"] for place in body["merchantLocations"]] == list(range(10))


def test_the_places_nearest_to_the_members_home_are_told(world: Any) -> None:
    places = tuple(Place(float(number), 0.0, "shop") for number in range(12))
    body = objects.loyalty_object(world.card(places=places, home=places[11]), DESIGN, ISSUER, NOW)
    latitudes = [place["latitude"] for place in body["merchantLocations"]]
    assert latitudes == list(range(11, 1, -1))


def test_a_notification_is_asked_for_only_on_wish(world: Any) -> None:
    body = objects.loyalty_object(world.card(), DESIGN, ISSUER, NOW)
    assert "notifyPreference" not in objects.patch_of(body)
    assert objects.patch_of(body, notify=True)["notifyPreference"] == "NOTIFY_ON_UPDATE"


def test_the_addresses_of_the_designs_that_ship() -> None:
    assert design.names()
    for name in design.names():
        shown = hosted(design.load(name), "https://shop.test")
        assert shown.logo_url.startswith(f"https://shop.test/designs/{name}/")
        assert "?v=" in shown.logo_url
        assert shown.logo_url != shown.hero_url
