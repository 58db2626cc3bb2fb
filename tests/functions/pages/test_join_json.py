from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.functions.pages.parsed import Page
from tests.functions.pages.shop import (
    ANNA,
    BASE_URL,
    CODE,
    FORM,
    LINK,
    form_request,
    pointers,
    post,
    request,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.pages.shop import Shop

    Ask = Callable[[dict[str, Any]], dict[str, Any]]


def test_json_gives_everything_to_add_the_card(ask: Ask, shop: Shop) -> None:
    body = {
        "first_name": "Анна",
        "email": "anna@example.com",
        "birthday": "2000-02-29",
        "language": "ru",
        "consent": True,
        "marketing_consent": True,
    }
    answer = ask(post(body))
    assert answer["statusCode"] == 201
    card_url = f"{BASE_URL}/c/{LINK}"
    assert json.loads(answer["body"]) == {
        "member_id": "mb_1",
        "card_code": CODE,
        "short_code": "ACDE-FHJK",
        "card_url": card_url,
        "apple_url": f"{card_url}/apple",
        "google_url": f"{card_url}/google",
    }
    assert answer["headers"]["Cache-Control"] == "no-store"
    ((_, application),) = shop.applications
    assert application.language == "ru"
    assert application.marketing_consent_version == "2026-11m"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"phone": "abc"}, {"/phone": "invalid_phone"}),
        ({"phone": None}, {"/phone": "contact_missing"}),
        ({"phone": " "}, {"/phone": "phone_missing"}),
        ({"email": "a@example.com"}, {"/email": "contact_twice"}),
        ({"phone": None, "email": "a b@c.de"}, {"/email": "invalid_email"}),
        ({"first_name": None}, {"/first_name": "wrong_type"}),
        ({"first_name": 5, "phone": 1}, {"/first_name": "wrong_type", "/phone": "wrong_type"}),
        ({"consent": 1}, {"/consent": "wrong_type"}),
        ({"consent": False}, {"/consent": "consent_required"}),
        ({"consent_version": "old"}, {"/consent": "consent_changed"}),
        ({"marketing_consent": True, "marketing_consent_version": "x"},
         {"/marketing_consent": "consent_changed"}),
        ({"birthday": "2026-11-22"}, {"/birthday": "birthday_in_future"}),
        ({"birthday": "2020-13-01"}, {"/birthday": "invalid_birthday"}),
        ({"birthday": 19900101}, {"/birthday": "wrong_type"}),
        ({"birthday": "١٩٩٠-01-01"}, {"/birthday": "invalid_birthday"}),
        ({"language": "fr"}, {"/language": "invalid_value"}),
        ({"points": 1000}, {"/points": "unknown_field"}),
        ({"a/b~c": 1}, {"/a~1b~0c": "unknown_field"}),
        ({"member": {"id": 1}}, {"/member": "unknown_field"}),
    ],
)  # fmt: skip
def test_json_faults_have_pointers(
    ask: Ask, shop: Shop, change: dict[str, Any], expected: dict[str, str]
) -> None:
    answer = ask(post(ANNA | change))
    assert answer["statusCode"] == 422
    assert pointers(answer) == expected
    assert shop.applications == []


def test_an_empty_object_names_all_that_is_missing(ask: Ask) -> None:
    assert pointers(ask(post({}))) == {
        "/first_name": "name_missing",
        "/phone": "contact_missing",
        "/consent": "consent_required",
    }


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"first_name":"A","first_name":"B"}', 400, "duplicate_key"),
        (b'{"first_name":NaN}', 400, "not_json"),
        (b"[" * 5000, 400, "too_deep"),
        (b"null", 400, "not_an_object"),
        (b'{"first_name":"\xff"}', 400, "not_utf8"),
        (b'{"first_name":"\\udc00"}', 400, "not_text"),
        (b'"' + b"x" * 17000 + b'"', 413, "too_large"),
    ],
)
def test_hostile_json_is_a_clear_problem(ask: Ask, body: bytes, status: int, code: str) -> None:
    answer = ask(post(body, in_base64=True))
    assert answer["statusCode"] == status
    assert json.loads(answer["body"])["code"] == code


def test_who_asks_for_json_gets_problems_whatever_was_sent(ask: Ask) -> None:
    headers = {"Accept": "application/json", "Content-Type": "text/plain"}
    answer = ask(request("POST", "/join/coffee", headers=headers, body=b"x"))
    assert json.loads(answer["body"])["code"] == "unsupported_media_type"
    answer = ask(form_request(FORM | {"phone": "1"}, headers={"Accept": "application/json"}))
    assert pointers(answer) == {"/phone": "invalid_phone"}
    answer = ask(post(ANNA, headers={"Accept": "*/*"}))
    assert answer["statusCode"] == 201


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=70))
def test_any_name_is_rendered_harmless_and_the_page_stays_whole(
    ask: Ask, shop: Shop, name: str
) -> None:
    shop.applications.clear()
    answer = ask(form_request(FORM | {"first_name": name, "phone": "1"}))
    assert answer["statusCode"] == 422
    page = Page(answer["body"])
    assert page.tags.count("input") == len(page.inputs) == 12
    shown = page.inputs["first-name"]["value"] or ""
    # HTML parsers turn CR into LF and drop NUL's meaning; all else comes back as typed.
    assert _as_parsed(shown) == _as_parsed(name)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=70))
def test_a_stored_name_is_short_visible_and_has_nothing_that_acts(
    ask: Ask, shop: Shop, name: str
) -> None:
    shop.applications.clear()
    answer = ask(post(ANNA | {"first_name": name}))
    if answer["statusCode"] == 422:
        assert pointers(answer).keys() == {"/first_name"}
        return
    ((_, application),) = shop.applications
    kept = application.first_name
    assert 1 <= len(kept) <= 60
    assert kept == kept.strip()
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna \t Maria ", "Anna Maria"),
        ("Андреи\u0306", "Андрей"),
        ("\u202eannA\u202c", "annA"),
        ("An\u0000na\u0007", "Anna"),
        ("👩\u200d🍳", "👩\u200d🍳"),
        ("<b>&amp;", "<b>&amp;"),
    ],
)
def test_names_are_kept_as_people_see_them(ask: Ask, shop: Shop, typed: str, kept: str) -> None:
    ask(post(ANNA | {"first_name": typed}))
    assert shop.applications[0][1].first_name == kept


@pytest.mark.parametrize("invisible", ["\u200b", "\u202e\u202c", "\u00a0", "\ufeff\u2060"])
def test_a_name_of_nothing_visible_is_missing(ask: Ask, invisible: str) -> None:
    assert pointers(ask(post(ANNA | {"first_name": invisible}))) == {"/first_name": "name_missing"}


def _as_parsed(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
