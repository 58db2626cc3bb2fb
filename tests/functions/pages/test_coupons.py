"""Typing a coupon's code on the card page: done once, and each fault said in its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loyalty.refusals import Busy, Refusal
from tests.functions.pages.parsed import Page
from tests.functions.pages.shop import LINK, card
from tests.functions.pages.test_claiming import refuse
from tests.functions.pages.test_proving import get, post

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.pages.shop import Shop

    Ask = Callable[[dict[str, Any]], dict[str, Any]]

ACT = "0" * 32
TYPED = {"coupon": " fifty ", "act": ACT}


def test_the_form_is_on_every_open_card_that_holds_value(ask: Ask, shop: Shop) -> None:
    page = Page(ask(get())["body"])
    assert "coupon" in page.labels
    assert page.inputs["act"]["value"] == ACT
    shop.cards_by_link[LINK] = lambda language: card("barber", language)
    assert 'name="coupon"' not in ask(get())["body"]
    shop.cards_by_link[LINK] = lambda language: card("coffee", language, voided=True)
    assert 'name="coupon"' not in ask(get())["body"]


def test_a_code_counts_for_the_cards_member(ask: Ask, shop: Shop) -> None:
    answer = ask(post(TYPED, query="language=ru"))
    assert (answer["statusCode"], shop.typed_codes) == (303, [("mb_secret_id", "fifty", ACT)])
    assert answer["headers"]["Location"] == f"/c/{LINK}?language=ru&said=coupon"
    assert "your code counts on your card" in ask(get("said=coupon"))["body"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("coupon_not_found", "no such code here"),
        ("coupon_over", "good no longer"),
        ("coupon_stopped", "good no longer"),
        ("coupon_not_now", "not good at this time"),
        ("coupon_used", "used before"),
        ("coupon_at_till", "good at the till"),
        ("membership_paused", "ask the staff"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    ask: Ask, shop: Shop, reason: str, said: str
) -> None:
    shop.typing = lambda: reason
    page = ask(post({**TYPED, "coupon": '"><b>'}))
    assert page["statusCode"] == 422
    assert said in page["body"]
    assert "<b>" not in page["body"]
    assert Page(page["body"]).inputs["coupon"]["value"] == '"><b>'


@pytest.mark.parametrize("typed", [{"coupon": " "}, {"act": "x"}, {"act": "0" * 31}])
def test_nothing_is_not_asked_for(ask: Ask, shop: Shop, typed: dict[str, str]) -> None:
    assert ask(post({**TYPED, **typed}))["statusCode"] == 422
    assert shop.typed_codes == []


def test_too_many_tries_and_a_bad_moment_are_said(ask: Ask, shop: Shop) -> None:
    shop.typing = refuse(Refusal("too_many", "too_many_misses", retry_after=600))
    page = ask(post(TYPED))
    assert (page["statusCode"], page["headers"]["Retry-After"]) == (429, "600")
    shop.typing = refuse(Busy())
    assert ask(post(TYPED))["statusCode"] == 503
    shop.typing = refuse(Refusal("reused", "id_reused"))
    assert ask(post(TYPED))["statusCode"] == 422


def test_another_site_uses_nothing(ask: Ask, shop: Shop) -> None:
    assert ask(post(TYPED, **{"Sec-Fetch-Site": "cross-site"}))["statusCode"] == 403
    assert shop.typed_codes == []
