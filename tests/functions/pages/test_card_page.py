from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.robotparser import RobotFileParser

import pytest
import segno

from functions.pages import drawing as pages
from functions.pages.qr_code import qr_code
from loyalty.card.view import CardField
from loyalty.languages import LANGUAGES
from loyalty.refusals import Refusal
from passes.designs import design as designs
from tests.functions.pages.shop import BASE_URL, CODE, LINK, NOW, card, request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.functions.pages.shop import Shop

    Ask = Callable[[dict[str, Any]], dict[str, Any]]

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/26.0 Mobile/15E148 Safari/604.1"
)
MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.0 Safari/605.1.15"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36"
)
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
INSTAGRAM = IPHONE.replace("Safari/604.1", "Instagram 400.0.0.0")
WEBVIEW = ANDROID.replace("K)", "K; wv)")


def get(
    query: str = "", agent: str = IPHONE, method: str = "GET", **headers: str
) -> dict[str, Any]:
    return request(method, f"/c/{LINK}", query=query, headers={"User-Agent": agent, **headers})


def test_the_page_shows_the_card_and_no_internal_names(ask: Ask) -> None:
    answer = ask(get())
    assert answer["statusCode"] == 200
    body = answer["body"]
    for shown in (
        "Daily Cup Club",
        "1,240",
        "Free coffee: 60 points to go",
        "Anna",
        "Free coffee for",
    ):
        assert shown in body
    assert 'href="mailto:hello@dailycup.example"' in body
    assert 'href="tel:+12025550123"' in body
    assert "mb_secret_id" not in body
    assert "sr_secret_serial" not in body
    headers = answer["headers"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "noindex" in headers["X-Robots-Tag"]
    assert "script-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_the_code_is_a_readable_qr_of_the_cards_code(ask: Ask) -> None:
    expected = segno.make(CODE, error="m", micro=False)
    assert str(qr_code(CODE)) in ask(get())["body"]
    assert str(qr_code(CODE)) != str(qr_code(CODE + "x"))
    side = expected.symbol_size(border=2)[0]
    assert f'viewBox="0 0 {side} {side}"' in qr_code(CODE)


@pytest.mark.parametrize(
    ("agent", "wallets", "own_address", "hint"),
    [
        (IPHONE, ["apple"], False, False),
        (IPHONE.replace("iPhone", "iPad"), ["apple"], False, False),
        (MAC, ["apple"], False, False),
        (ANDROID, ["google"], False, False),
        (WINDOWS, ["apple", "google"], True, False),
        ("", ["apple", "google"], True, False),
        (INSTAGRAM, ["apple"], False, True),
        (WEBVIEW, ["google"], False, True),
    ],
)
def test_each_device_is_offered_its_wallet(
    ask: Ask, agent: str, wallets: list[str], own_address: object, hint: object
) -> None:
    body = ask(get(agent=agent))["body"]
    offered = [name for name in ("apple", "google") if f'href="/c/{LINK}/{name}"' in body]
    assert offered == wallets
    assert (str(qr_code(f"{BASE_URL}/c/{LINK}")) in body) is own_address
    assert ("Open in browser" in body) is hint


def test_a_wallet_without_an_issuer_is_not_offered(ask: Ask, shop: Shop) -> None:
    shop.settings.google_issuer_id = ""
    assert "/google" not in ask(get(agent=WINDOWS))["body"]
    assert "Keep it at hand" not in ask(get(agent=ANDROID))["body"]


def test_the_card_speaks_the_members_language_unless_asked_otherwise(ask: Ask, shop: Shop) -> None:
    shop.member_language = "ru"
    assert '<html lang="ru">' in ask(get(**{"Accept-Language": "en"}))["body"]
    assert '<html lang="en">' in ask(get("language=en"))["body"]
    assert '<html lang="ru">' in ask(get("language=xx"))["body"]


@pytest.mark.parametrize(
    "path",
    ["/c/unknown", "/c/", "/c/a%2Fb", "/c/" + "x" * 300, "/c/" + LINK + "/other", "/etc"],
)
def test_an_unknown_link_is_not_found(ask: Ask, path: str) -> None:
    browser = {"Accept-Language": "ru", "Accept": "text/html"}
    answer = ask(request("GET", path, headers=browser))
    assert answer["statusCode"] == 404
    assert "Здесь ничего нет" in answer["body"]
    assert "noindex" in answer["headers"]["X-Robots-Tag"]


def test_head_answers_like_get_without_the_body(ask: Ask) -> None:
    answer = ask(get(method="HEAD"))
    assert answer["statusCode"] == 200
    assert answer["body"] == ""
    assert "noindex" in answer["headers"]["X-Robots-Tag"]
    assert ask(request("HEAD", "/c/unknown"))["statusCode"] == 404


def test_a_closed_card_says_so_and_offers_nothing(ask: Ask, shop: Shop) -> None:
    closed = {
        "closed": card(voided=True),
        "expired": card(expires_at=NOW),
    }
    for word, found in closed.items():
        shop.cards_by_link[LINK] = lambda _, found=found: found  # type: ignore[misc]
        body = ask(get())["body"]
        assert word in body
        assert str(qr_code(CODE)) not in body
        assert f"/c/{LINK}/" not in body
    shop.cards_by_link[LINK] = lambda _: card(expires_at=NOW + timedelta(seconds=1))
    assert str(qr_code(CODE)) in ask(get())["body"]


def test_what_people_and_owners_wrote_is_escaped(ask: Ask, shop: Shop) -> None:
    evil = "<script>alert(1)</script>\"'&{{7*7}}{organization}"
    shop.cards_by_link[LINK] = lambda _: card(
        program_name=evil,
        organization=evil,
        fields=(
            CardField("member", evil, evil, "text", evil),
            CardField("reward", evil, 1, "text", evil),
        ),
        sentences=(evil,),
        contact=((evil, evil), ("x", "javascript:alert(1)"), ("y", 'https://x"onclick="y')),
    )
    body = ask(get())["body"]
    assert "<script" not in body
    assert "&lt;script&gt;" in body
    assert "49" not in body.split("</style>")[1].replace("<svg", "").split("<path")[0]
    assert 'href="javascript' not in body
    assert "onclick" not in body.replace("&#34;onclick=&#34;", "")


def test_a_contact_line_opens_what_both_wallets_would_open(ask: Ask, shop: Shop) -> None:
    shop.cards_by_link[LINK] = lambda _: card(
        region="DE",
        contact=(
            ("Open", "9.00 - 18.00"),
            ("Call", "+49 (0)30 901820"),
            ("Table", "030 901821"),
            ("Write", "mailto:a@b.example"),
        ),
    )
    body = ask(get())["body"]
    assert re.findall(r'href="((?:tel|mailto):[^"]*)"', body) == [
        "tel:+4930901820",
        "tel:+4930901821",
        "mailto:a@b.example",
    ]
    assert "<dd>9.00 - 18.00</dd>" in body


def test_a_design_that_shows_a_primary_fact_has_a_place_for_it(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = designs.load("coffee")
    fields = tuple(
        replace(one, group="primary") if one.field == "balance" else one
        for one in loaded.apple_fields
    )
    changed = replace(loaded, apple_fields=fields)
    monkeypatch.setattr(designs, "load", lambda _name: changed)
    pages.stylesheet.cache_clear()
    assert 'class="card-primary"' in ask(get())["body"]


# Robots and images


def test_robots_keep_off_cards_and_google_may_fetch_what_it_must(ask: Ask) -> None:
    answer = ask(request("GET", "/robots.txt"))
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"].startswith("text/plain")
    robots = RobotFileParser()
    robots.parse(answer["body"].splitlines())
    assert robots.can_fetch("Googlebot", f"{BASE_URL}/google/callback")
    assert robots.can_fetch("Googlebot", f"{BASE_URL}/designs/coffee/google-logo.png")
    assert not robots.can_fetch("Googlebot", f"{BASE_URL}/c/{LINK}")
    assert not robots.can_fetch("AnyBot", f"{BASE_URL}/c/{LINK}")
    assert not robots.can_fetch("AnyBot", f"{BASE_URL}/v1/orders")


@pytest.mark.parametrize("image", ["google-logo.png", "google-hero.png", "strip@3x.png"])
def test_images_of_a_design_are_served_for_long(ask: Ask, image: str) -> None:
    answer = ask(request("GET", f"/designs/coffee/{image}"))
    assert answer["statusCode"] == 200
    assert answer["isBase64Encoded"] is True
    assert base64.b64decode(answer["body"]).startswith(b"\x89PNG")
    assert answer["headers"]["Content-Type"] == "image/png"
    assert "max-age=2592000" in answer["headers"]["Cache-Control"]
    head = ask(request("HEAD", f"/designs/coffee/{image}"))
    assert (head["statusCode"], head["body"]) == (200, "")


@pytest.mark.parametrize(
    "path",
    [
        "/designs/coffee/design.toml",
        "/designs/coffee/../coffee/design.toml",
        "/designs/../pages/page.css",
        "/designs/coffee/..%2f..%2fpages%2fpage.css",
        "/designs/coffee/none.png",
        "/designs/nothing/google-logo.png",
        "/designs/./google-logo.png",
        "/designs/coffee/",
    ],
)
def test_no_other_file_has_an_address(ask: Ask, path: str) -> None:
    assert ask(request("GET", path))["statusCode"] == 404


def test_an_images_address_changes_with_the_image() -> None:
    address = pages.image_address("coffee", "logo@3x.png")
    assert address is not None
    assert address.startswith("/designs/coffee/logo@3x.png?v=")
    assert address.split("=")[1] != str(pages.image_address("barber", "logo@3x.png")).split("=")[1]
    assert pages.image_address("coffee", "none.png") is None


def test_official_buttons_are_used_when_the_owner_has_put_them_there(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain = ask(get())["body"]
    assert '<img src="data:image/svg+xml' not in plain
    artwork = tmp_path / "badges" / "apple-wallet.en.svg"
    artwork.parent.mkdir()
    artwork.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    monkeypatch.setattr(pages, "BADGES", artwork.parent)
    pages.badge.cache_clear()
    body = ask(get())["body"]
    pages.badge.cache_clear()
    encoded = base64.b64encode(artwork.read_bytes()).decode()
    assert f'<img src="data:image/svg+xml;base64,{encoded}" alt="Add to Apple Wallet"' in body


def test_our_own_failure_is_a_page_too(ask: Ask, shop: Shop) -> None:
    def fail(_language: str) -> Any:
        raise RuntimeError("secret " + LINK)

    shop.cards_by_link[LINK] = fail
    answer = ask(get())
    assert answer["statusCode"] == 500
    assert "The fault is ours" in answer["body"]
    assert LINK not in answer["body"]


@pytest.mark.parametrize("balance", [0, 4, 9, 30])
def test_the_page_shows_the_stamps_that_the_pass_shows(ask: Ask, shop: Shop, balance: int) -> None:
    stamps = CardField("balance", "Stamps", balance, "number", str(balance))
    held = replace(card(), design="stamps", fields=(stamps,))
    shop.cards_by_link[LINK] = lambda _language: held
    found = re.search(r'class="card-picture" src="([^"?]+)', ask(get())["body"])
    assert found
    picture = ask(request("GET", found[1]))
    drawn = f"strip-{min(balance, 9)}@3x.png" if balance else "strip@3x.png"
    assert base64.b64decode(picture["body"]) == (designs.DESIGNS / "stamps" / drawn).read_bytes()


def test_a_strip_of_no_state_has_no_address(ask: Ask) -> None:
    for name in ("strip-9@3x.png", "strip--1@3x.png", "strip-0@3x.png.png", "strip-0@9x.png"):
        assert ask(request("GET", f"/designs/stamps/{name}"))["statusCode"] == 404


@pytest.mark.parametrize(
    ("refusal", "heading", "again"),
    [
        (Refusal("unavailable", "google_unavailable"), "later", True),
        (Refusal("busy", "busy"), "later", True),
        (Refusal("unavailable", "google_refuses"), "broken", False),
        (Refusal("unavailable", "passes_unavailable"), "broken", False),
        (Refusal("broken", "internal_error"), "broken", False),
        (Refusal("gone", "card_closed"), "gone", False),
        (Refusal("too_many", "too_many"), "too_many", False),
        (Refusal("forbidden", "cross_site"), "refused", False),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_says_try_again_only_where_that_helps(
    refusal: Refusal, heading: str, language: str, *, again: bool
) -> None:
    answer = pages.refused(refusal, language)
    words = pages.words(language)["error"]
    assert words[f"{heading}_heading"] in str(answer.body)
    said = {"en": "try again", "ru": "ещё раз", "de": "noch einmal"}[language]
    assert (said in str(answer.body)) is again


def test_what_is_out_of_stock_is_said(ask: Ask, shop: Shop) -> None:
    said = "Out of stock just now"
    assert said not in ask(request("GET", f"/c/{LINK}"))["body"]
    shop.out_of_stock = ("A mug", "A cake & tea")
    assert f"{said}: A mug, A cake &amp; tea." in ask(request("GET", f"/c/{LINK}"))["body"]
    shop.cards_by_link[LINK] = lambda language: card("coffee", language, voided=True)
    assert said not in ask(request("GET", f"/c/{LINK}"))["body"]


def test_a_member_has_a_link_for_friends_where_both_get_something(ask: Ask, shop: Shop) -> None:
    assert "friend-link" not in ask(request("GET", f"/c/{LINK}"))["body"]
    gives = "Bring a friend: 50 for you, 20 for your friend."
    shop.cards_by_link[LINK] = lambda language: card(
        "coffee", language, friends=gives, short_code="K7QM-4TWX"
    )
    body = ask(request("GET", f"/c/{LINK}"))["body"]
    assert gives in body
    link = "https://cards.example/join/coffee?friend=K7QM-4TWX&amp;source=friend"
    assert f'value="{link}"' in body
    # The secret of the page itself is not in it.
    assert body.count(LINK) == ask(request("GET", f"/c/{LINK}"))["body"].count(LINK)
