"""Who brought a new member: asked where it matters, typed as it stands on the other's card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access import short_code
from tests.functions.pages.parsed import Page
from tests.functions.pages.shop import ANNA, form_request, pointers, post, request

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.pages.shop import Shop

    Ask = Callable[[dict[str, Any]], dict[str, Any]]

TYPED = {name: str(value) for name, value in ANNA.items()}
FRIEND = short_code.shown(short_code.code(1_234_567_890))
LINK = f"https://cards.example/join/coffee?language=en&friend={FRIEND}"


def test_it_is_asked_where_it_matters(ask: Ask, shop: Shop) -> None:
    assert "referrer-code" not in Page(ask(request("GET", "/join/coffee"))["body"]).inputs
    shop.friends = True
    page = Page(ask(request("GET", "/join/coffee"))["body"])
    assert page.inputs["referrer-code"]["aria-describedby"] == "referrer-hint"
    assert "referrer-code" in page.labels
    # Both sides are told what they get.
    assert "10 points for you and 20 for them." in ask(request("GET", "/join/coffee"))["body"]


@pytest.mark.parametrize("typed", [FRIEND, FRIEND.lower().replace("-", " "), "1.A.B.C", LINK])
def test_the_code_of_a_card_goes_with_the_application(ask: Ask, shop: Shop, typed: str) -> None:
    shop.friends = True
    for event in (form_request({**TYPED, "referrer_code": typed}), json_of(typed)):
        assert ask(event)["statusCode"] in {201, 303}
    wanted = FRIEND if "friend=" in typed else typed
    assert [one.referrer_code for _, one in shop.applications] == [wanted, wanted]


def test_what_cannot_be_one_is_said_beside_the_field_and_kept(ask: Ask, shop: Shop) -> None:
    shop.friends = True
    wrong = FRIEND[:-1] + ("A" if FRIEND[-1] != "A" else "C")
    page = ask(form_request({**TYPED, "referrer_code": wrong}))
    assert page["statusCode"] == 422
    assert "not the code of a card" in page["body"]
    assert Page(page["body"]).inputs["referrer-code"]["value"] == wrong
    answer = ask(json_of("hello"))
    assert answer["statusCode"] == 422
    assert pointers(answer) == {"/referrer_code": "invalid_referrer"}
    assert shop.applications == []


def test_nothing_typed_is_nobody(ask: Ask, shop: Shop) -> None:
    assert ask(form_request({**TYPED, "referrer_code": "  "}))["statusCode"] == 303
    assert shop.applications[0][1].referrer_code is None


def json_of(typed: str) -> dict[str, Any]:
    body: dict[str, Any] = {"first_name": "Ann", "email": "ann@example.com", "consent": True}
    return post({**body, "referrer_code": typed})


def test_a_friends_link_fills_in_who_brought_them(ask: Ask, shop: Shop) -> None:
    shop.friends = True
    body = ask(request("GET", "/join/coffee", query=f"friend={FRIEND}&language=en"))["body"]
    assert Page(body).inputs["referrer-code"]["value"] == FRIEND
    assert f"friend={FRIEND}" in body, "the same page in another language keeps it"
