"""The click on "Add to Google Wallet"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions.wiring import environment
from functions.wiring import google as google_wallet
from passes.google import objects
from tests.support.events import Context
from tests.support.google_cards import NOW, click, push, shop
from tests.support.google_shop import accounts

__all__ = ["shop"]


def test_a_click_makes_the_object_and_redirects(shop: Any, world: Any, google: Any) -> None:
    answer = click()
    assert answer["statusCode"] == 302
    headers = answer["headers"]
    assert headers["Location"].startswith(f"{google.url}/gp/v/save/ey")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert not answer["body"]
    shown = google.object(objects.object_id(world.issuer, world.card().serial))
    assert shown["loyaltyPoints"]["balance"] == {"int": 7}
    program = google.ask("GET", f"/inspect/classes/{world.issuer}.coffee")
    assert program["programLogo"]["sourceUri"]["uri"].startswith(
        "https://shop.test/designs/coffee/google-logo.png?v="
    )


def test_head_answers_as_a_click_and_makes_nothing(shop: Any, google: Any) -> None:
    answer = click(method="HEAD")
    assert (answer["statusCode"], answer["body"]) == (302, "")
    assert answer["headers"]["Location"].startswith(f"{google.url}/gp/v/save/ey")
    assert google.counts() == {}
    assert shop.marks == set()
    assert answer["headers"].keys() == click()["headers"].keys()
    for method in ("GET", "HEAD"):
        assert click("nobody", method=method)["statusCode"] == 404
    assert click("nobody", method="HEAD")["body"] == ""


def test_the_mark_stands_before_the_object(shop: Any, google: Any) -> None:
    seen: list[int] = []
    shop.at_mark.append(lambda: seen.append(len(google.ask("GET", "/inspect/objects")["objects"])))
    click()
    assert seen == [0]
    assert shop.marks == {("coffee", "m1")}


def test_a_change_between_mark_and_insert_is_shown(shop: Any, world: Any, google: Any) -> None:
    identifier = objects.object_id(world.issuer, world.card().serial)

    def sale() -> None:
        shop.marks.add(("coffee", "m1"))
        shop.cards_by_member["m1"] = world.card(9, 2)
        assert push("m1") == []

    shop.at_mark.append(sale)
    assert click()["statusCode"] == 302
    assert google.object(identifier)["loyaltyPoints"]["balance"] == {"int": 9}


def test_the_class_is_ensured_once_per_process(shop: Any, world: Any, google: Any) -> None:
    for _ in range(3):
        click()
    assert google.counts() == {
        "POST token 200": 1,
        "POST loyaltyClass 200": 1,
        "POST loyaltyObject 200": 1,
        "POST loyaltyObject 409": 2,
        "PATCH loyaltyObject 200": 2,
    }
    google_wallet._wallet.cache_clear()  # the next process
    accounts(google)
    shop.profile_now = replace(shop.profile_now, name="Bean Club 2")
    click()
    assert google.counts()["PATCH loyaltyClass 200"] == 1
    assert (
        google.ask("GET", f"/inspect/classes/{world.issuer}.coffee")["programName"] == "Bean Club 2"
    )


def test_an_unknown_link(shop: Any, google: Any) -> None:
    answer = click("other-link")
    assert answer["statusCode"] == 404
    assert_page(answer, "There is nothing here")
    assert google.counts() == {}
    assert shop.marks == set()


@pytest.mark.parametrize("ended", [{"voided": True}, {"expires_at": NOW}])
def test_a_card_that_has_ended_gets_no_link(
    shop: Any, world: Any, google: Any, ended: dict[str, Any]
) -> None:
    shop.cards_by_member["m1"] = world.card(**ended)
    answer = click()
    assert answer["statusCode"] == 410
    assert_page(answer, "This card is closed")
    assert "try again" not in answer["body"]
    assert "Location" not in answer["headers"]
    assert google.counts() == {}
    assert shop.marks == set()


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {}, {"status": 403}])
def test_google_down(shop: Any, google: Any, fault: dict[str, Any]) -> None:
    google.fault(**fault, next=100)
    answer = click()
    assert answer["statusCode"] == 503
    assert answer["headers"]["Retry-After"] == "10"
    if fault.get("status") == 403:
        assert_page(answer, "That did not work", "The fault is ours")
        assert "try again" not in answer["body"]
    else:
        assert_page(answer, "That did not work just now", "Please try again in a minute")
    # The mark stays: the customer comes again, and until then the worker's PATCH inserts.
    assert shop.marks == {("coffee", "m1")}


def test_a_click_answers_before_its_time_is_over(shop: Any, google: Any) -> None:
    google.fault(delay=5, next=100)
    assert click(context=Context(milliseconds=1_300))["statusCode"] == 503


def test_an_unusable_secret_is_our_fault(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "secret", lambda name: "not json")
    answer = click()
    assert answer["statusCode"] == 500
    assert_page(answer, "That did not work", "The fault is ours")
    assert "try again" not in answer["body"]


@pytest.mark.parametrize(
    ("accepted", "heading"),
    [
        ("ru-RU,ru;q=0.9", "Здесь ничего нет"),
        ("de", "Hier ist nichts"),
        ("fr", "There is nothing here"),
    ],
)
def test_a_refusal_is_told_in_the_visitors_language(
    shop: Any, google: Any, accepted: str, heading: str
) -> None:
    assert_page(click("other-link", accept_language=accepted), heading)


def assert_page(answer: dict[str, Any], *sentences: str) -> None:
    headers = answer["headers"]
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    for sentence in sentences:
        assert sentence in answer["body"]
