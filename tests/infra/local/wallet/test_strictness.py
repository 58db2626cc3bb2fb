"""Where Google documents a rule, the stand-in keeps it; where it is silent, it is stricter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infra.local.wallet.account import BadTokenError
from infra.local.wallet.overview import overview
from infra.local.wallet.pages import card_page
from infra.local.wallet.rules import RefusalError
from tests.support.wallet_in_process import named

if TYPE_CHECKING:
    from tests.support.wallet_in_process import Wallet

MESSAGE = {"id": "m", "header": "h", "body": "b"}
TEXT = {"defaultValue": {"language": "en", "value": "x"}}
TILE = {"header": TEXT, "uri": "https://shop.test/"}


def row(path: str) -> dict[str, Any]:
    item = {"firstValue": {"fields": [{"fieldPath": path}]}}
    rows = [{"oneItem": {"item": item}}]
    return {"classTemplateInfo": {"cardTemplateOverride": {"cardRowTemplateInfos": rows}}}


@pytest.mark.parametrize(
    "change",
    [
        {"messages": [MESSAGE] * 11},
        {"textModulesData": [{"id": "a.b", "body": "x"}]},
        {"textModulesData": [{"id": "a", "body": "x"}, {"id": "a", "body": "y"}]},
        {"valueAddedModuleData": [TILE] * 16},
        {"valueAddedModuleData": [{"uri": "https://shop.test/"}]},
        {"textModulesData": [{"id": "a", "localizedBody": {"translatedValues": []}}]},
        {"merchantLocations": [{"latitude": 95.0, "longitude": 1.0}]},
        {"validTimeInterval": {"end": {"date": "tomorrow"}}},
        {"barcode": {"type": "QR_CODE", "value": ""}},
        {"barcode": {"type": "EAN_13", "value": "123"}},
        {"loyaltyPoints": {"label": "x", "balance": {"money": {"micros": "1"}}}},
    ],
)
def test_an_object_is_refused_by_every_way_in(
    wallet: Wallet, card: Any, change: dict[str, Any]
) -> None:
    kept = wallet.store.get("loyaltyObject", card["id"])
    assert kept is not None
    path = f"loyaltyObject/{card['id']}"
    cleared = {"loyaltyPoints": {"balance": {"int": None}}} if "loyaltyPoints" in change else {}
    if cleared:
        change["loyaltyPoints"]["balance"]["int"] = None
    assert wallet.refused("PATCH", path, change)[0] == 400
    assert wallet.refused("PUT", path, kept | change)[0] == 400
    other = kept | {"id": card["id"] + "-2"}
    assert wallet.refused("POST", "loyaltyObject", other | change)[0] == 400
    assert wallet.store.get("loyaltyObject", card["id"]) == kept


@pytest.mark.parametrize(
    "change",
    [
        {"hexBackgroundColor": "red"},
        {"countryCode": "ZZZZ"},
        {"messages": [MESSAGE] * 11},
        {"valueAddedModuleData": [TILE] * 16},
        {"localizedProgramName": {"translatedValues": [{"language": "de", "value": "x"}]}},
        row("nonsense"),
        row("object.nonsense"),
        row("card.accountName"),
    ],
)
def test_a_class_is_refused(wallet: Wallet, drawn: Any, change: dict[str, Any]) -> None:
    assert wallet.refused("POST", "loyaltyClass", drawn[0] | change)[0] == 400
    wallet("POST", "loyaltyClass", drawn[0])
    path = f"loyaltyClass/{drawn[0]['id']}"
    again = change | {"reviewStatus": "UNDER_REVIEW"}
    assert wallet.refused("PATCH", path, again)[0] == 400


def test_past_its_end_an_object_has_expired(wallet: Wallet, card: Any) -> None:
    path = f"loyaltyObject/{card['id']}"
    ends = {"validTimeInterval": {"end": {"date": "2000-01-01T00:00:00Z"}}}
    assert wallet("PATCH", path, ends)["state"] == "EXPIRED"
    later = {"validTimeInterval": {"end": {"date": "2999-01-01T00:00:00Z"}}}
    assert wallet("PATCH", path, later)["state"] == "ACTIVE"


@pytest.mark.parametrize(
    "change",
    [
        {"state": "INACTIVE"},
        {"state": "EXPIRED"},
        {"validTimeInterval": {"end": {"date": "2000-01-01T00:00:00Z"}}},
    ],
)
def test_what_has_ended_cannot_be_saved(wallet: Wallet, card: Any, change: dict[str, Any]) -> None:
    wallet("PATCH", f"loyaltyObject/{card['id']}", change)
    with pytest.raises(RefusalError, match="no longer valid"):
        wallet.saving.save(wallet.token(named(card)), "ann", "")
    assert wallet.store.holders(card["id"]) == []


def test_a_token_names_the_objects_own_class(wallet: Wallet, card: Any) -> None:
    other = named(card) | {"classId": card["classId"] + "-2"}
    with pytest.raises(BadTokenError, match="classId"):
        wallet.saving.save(wallet.token(other), "ann", "")
    assert wallet.store.holders(card["id"]) == []


def test_an_issuer_that_may_not_use_a_feature(wallet: Wallet, card: Any) -> None:
    wallet.switch(closed=["merchantLocations"])
    place = {"merchantLocations": [{"latitude": 48.2, "longitude": 16.4}]}
    assert wallet.refused("PATCH", f"loyaltyObject/{card['id']}", place) == (
        400,
        "invalidResource: Issuer not allowlisted for Merchant Locations",
    )
    assert wallet("PATCH", f"loyaltyObject/{card['id']}", {"accountName": "Ann"})


def shown() -> dict[str, Any]:
    def both(name: str, en: str, ru: str) -> dict[str, Any]:
        return {
            name: en,
            f"localized{name[0].upper()}{name[1:]}": {
                "defaultValue": {"language": "en", "value": en},
                "translatedValues": [{"language": "ru", "value": ru}],
            },
        }

    def picture(name: str) -> dict[str, Any]:
        return {"sourceUri": {"uri": f"https://shop.test/{name}.png"}}

    program = {
        "issuerName": "Bean",
        **both("programName", "Bean Club", "Клуб"),
        **both("accountNameLabel", "Guest", "Гость"),
        "heroImage": picture("class-hero"),
        "wideProgramLogo": picture("wide"),
        "messages": [both("header", "To all", "Всем")],
        "linksModuleData": {
            "uris": [{"uri": "tel:+431", **both("description", "Call", "Позвонить")}]
        },
        "valueAddedModuleData": [
            {
                "header": both("header", "Offer", "Скидка")["localizedHeader"],
                "uri": "https://shop.test/offer",
            }
        ],
        **row("object.loyaltyPoints"),
    }
    return {
        "id": "1.m",
        "state": "ACTIVE",
        "accountName": "<Ann>",
        "heroImage": picture("own-hero"),
        "loyaltyPoints": {
            **both("label", "Points", "Баллы"),
            "balance": {"money": {"micros": "1500000"}},
        },
        "textModulesData": [{"id": "a", **both("body", "Ask us", "Спросите")}],
        "classReference": program,
    }


def test_the_card_page_draws_what_a_phone_draws() -> None:
    page = card_page(shown(), "ann", language="ru")
    for seen in (
        *("Клуб", "Гость", "Всем", "Позвонить", "Скидка", "Баллы", "Спросите"),
        *("own-hero.png", "wide.png", 'href="tel:+431"', "https://shop.test/offer", "1.50"),
    ):
        assert seen in page
    assert "class-hero.png" not in page
    assert "<Ann>" not in page
    assert "<table><tr><td><small>Баллы</small>" in page
    assert "Bean Club" in card_page(shown(), "ann", language="de")


def test_the_overview_breaks_no_words() -> None:
    page = overview([], [], notifications=[], callbacks=[], counts={"GET token 200": 1}, changed={})
    cells = page.partition("td,th{")[2].partition("}")[0]
    assert "overflow-wrap:normal" in cells
    assert "code{font-size:.9em;overflow-wrap:anywhere}" in page
