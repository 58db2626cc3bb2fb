"""The five calls of a phone, and the card page, over HTTP against a running stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infra.local.web import ask, ask_json

if TYPE_CHECKING:
    from tests.stack.shop import Customer, Shop

pytestmark = pytest.mark.stack

SAME = ("content-type", "last-modified", "cache-control", "content-disposition")


def test_the_pass_shows_the_card(shop: Shop, ann: Customer) -> None:
    document = ann.held.document
    assert document["formatVersion"] == 1
    assert document["passTypeIdentifier"] == shop.stack["apple"]["pass_type_identifier"]
    assert document["teamIdentifier"] == shop.stack["apple"]["team_identifier"]
    assert document["organizationName"] == "Daily Cup"
    assert document["webServiceURL"] == f"{shop.stack['base_url']}/apple"
    assert ann.code == ann.held.code
    # A till without a scanner: what stands under the QR code is typed.
    typed = {"card_code": document["barcodes"][0]["altText"]}
    found = shop.api("POST", "/v1/members/lookup", "till_key", typed).json()
    assert found["member_id"] == ann.card["member_id"]
    assert ann.held.shown["balance"] == 0
    assert ann.held.shown["progress"] == "Free coffee: 100 points to go"
    assert document["authenticationToken"] not in {ann.code, ann.serial, ann.card["card_url"]}


def test_head_answers_as_get_without_a_body(ann: Customer) -> None:
    phone, held = ann.phone, ann.held
    for get, head in [
        (ask("GET", ann.card["apple_url"]), ask("HEAD", ann.card["apple_url"])),
        (ask("GET", ann.card["card_url"]), ask("HEAD", ann.card["card_url"])),
        (phone.list_changes(), phone.list_changes(method="HEAD")),
        (phone.get(held, conditional=False), phone.get(held, "HEAD", conditional=False)),
    ]:
        assert get.status == head.status == 200
        assert get.body
        assert head.body == b""
        assert [get.headers.get(name) for name in SAME] == [head.headers.get(name) for name in SAME]
    assert phone.get(held).status == phone.get(held, "HEAD").status == 304


def test_the_pass_that_the_phone_has_is_304(ann: Customer) -> None:
    reply = ann.phone.get(ann.held)
    assert (reply.status, reply.body) == (304, b"")


def test_without_news_the_list_is_204(shop: Shop, ann: Customer) -> None:
    news = ann.phone.list_changes().json()
    assert news["serialNumbers"] == [ann.serial]
    assert isinstance(news["lastUpdated"], str)
    reply = ann.phone.list_changes(news["lastUpdated"])
    assert (reply.status, reply.body) == (204, b"")
    stranger = shop.customer().install().phone
    stranger.device = "0" * 32
    assert stranger.list_changes().status == 204


def test_registering_again_is_200_and_renews_the_push_token(shop: Shop) -> None:
    bob = shop.customer()
    held = bob.phone.download(bob.card["apple_url"])
    old, new = bob.phone.push_token, bob.phone.push_token[::-1]
    assert bob.phone.register(held) == 201
    assert bob.phone.register(held, new) == 200
    shop.sell(bob, 1000)
    shop.settle()
    assert len(bob.phone.pushes()) == 0, old
    bob.phone.push_token = new
    assert len(bob.phone.pushes()) == 1


@pytest.mark.parametrize("authorization", [None, "ApplePass wrong", "Bearer {token}", "ApplePass "])
def test_without_the_passs_token_it_is_401(ann: Customer, authorization: str | None) -> None:
    token = str(ann.held.document["authenticationToken"])
    headers = {"Authorization": authorization.format(token=token)} if authorization else {}
    register, get = ann.phone.registration_url(ann.held), ann.phone.pass_url(ann.held)
    assert ask_json("POST", register, {"pushToken": "ab" * 32}, headers).status == 401
    assert ask("DELETE", register, None, headers).status == 401
    assert ask("GET", get, None, headers).status == 401
    assert ask("HEAD", get, None, headers).status == 401


def test_a_token_is_good_for_its_own_pass_only(shop: Shop, ann: Customer) -> None:
    bob = shop.customer().install()
    headers = bob.phone.authorization(bob.held)
    own, kind = ann.phone.pass_url(ann.held), shop.stack["apple"]["pass_type_identifier"]
    assert ask("GET", own, None, headers).status == 401
    assert ask("GET", own.replace(ann.serial, "0" * 32), None, headers).status == 401
    right = bob.phone.pass_url(bob.held)
    assert ask("GET", right.replace(kind, "pass.other"), None, headers).status == 401
    assert ask("GET", right, None, headers).status == 200


def test_what_the_phone_complains_about_is_taken(ann: Customer) -> None:
    assert ann.phone.complain("[2026-11-21 09:14:07 +0800] Register task encountered error") == 200


def test_after_unregistering_nothing_is_pushed_and_the_pass_can_still_be_pulled(
    shop: Shop,
) -> None:
    bob = shop.customer().install()
    held = bob.held
    assert bob.phone.unregister(held) == 200
    assert bob.phone.unregister(held) == 200, "a second call is answered like the first"
    shop.sell(bob, 1000)
    shop.settle()
    assert bob.phone.pushes() == []
    pulled = bob.phone.get(held)
    assert pulled.status == 200
    bob.phone.passes[held.serial] = held
    assert bob.phone.list_changes().status == 204


@pytest.mark.parametrize(
    ("agent", "offered", "not_offered"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", "apple", "google"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9)", "google", "apple"),
    ],
)
def test_the_card_page_offers_the_devices_wallet(
    ann: Customer, agent: str, offered: str, not_offered: str
) -> None:
    url = ann.card["card_url"]
    page = ask("GET", url, None, {"User-Agent": agent})
    text = page.body.decode()
    link = url.rpartition("/")[2]
    assert page.status == 200
    assert f"/c/{link}/{offered}" in text
    assert f"/c/{link}/{not_offered}" not in text
    assert "10 points" in text, "the program in plain sentences"
    assert "<svg" in text, "the QR code"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.headers["x-robots-tag"]


def test_an_unknown_link_is_404_everywhere(shop: Shop) -> None:
    url = f"{shop.stack['base_url']}/c/{'x' * 27}"
    assert [ask("GET", url + end).status for end in ("", "/apple", "/google")] == [404] * 3


def test_the_save_link_names_the_object_and_nothing_else(shop: Shop) -> None:
    bob = shop.customer()
    claims = bob.google.save(bob.card["google_url"])
    google = shop.stack["google"]
    assert claims["iss"] == google["service_account_email"]
    assert (claims["aud"], claims["typ"]) == ("google", "savetowallet")
    assert claims["origins"] == [shop.stack["base_url"]]
    assert bob.google.object_id.startswith(f"{google['issuer_id']}.")
    assert set(claims["payload"]["loyaltyObjects"][0]) <= {"id", "classId"}
    assert bob.google.balance == 0
    assert bob.google.object["barcode"]["value"] == bob.code
    assert bob.google.object["state"] == "ACTIVE"
    bob.google.save(bob.card["google_url"])
    assert bob.google.object["hasUsers"]
