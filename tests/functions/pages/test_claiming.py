"""Claiming a purchase on the card page: three things off a receipt, one word for all faults."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.ledger.receipts import Receipt
from loyalty.refusals import Busy, Refusal
from tests.functions.pages.parsed import Page
from tests.functions.pages.shop import LINK, card
from tests.functions.pages.test_proving import get, post

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.pages.shop import Shop

    Ask = Callable[[dict[str, Any]], dict[str, Any]]

TYPED = {"claim": "yes", "receipt": "A-17", "amount": "19.99", "day": "2026-11-20"}
RIGHT = Receipt("A-17", 1999, date(2026, 11, 20))


def refuse(refusal: Refusal) -> Any:
    def claim() -> Any:
        raise refusal

    return claim


def not_found() -> Refusal:
    return Refusal("invalid", "receipt_not_found", "No receipt.")


def test_the_form_is_on_every_card_that_is_open(ask: Ask, shop: Shop) -> None:
    page = Page(ask(get())["body"])
    assert {"receipt", "amount", "day"} <= page.labels
    assert page.inputs["day"]["max"] == "2026-11-21"
    assert "<details" in ask(get())["body"]
    shop.cards_by_link[LINK] = lambda language: card("coffee", language, voided=True)
    # Whoever has left may still take what is told of them along, and nothing else.
    closed = Page(ask(get())["body"])
    assert not {"receipt", "amount", "day"} & closed.labels


@pytest.mark.parametrize("amount", ["19.99", "$19,99", " 19.99 USD"])
def test_a_receipt_is_claimed_for_the_cards_member(ask: Ask, shop: Shop, amount: str) -> None:
    answer = ask(post({**TYPED, "amount": amount}, query="language=ru"))
    assert answer["statusCode"] == 303
    assert answer["headers"]["Location"] == f"/c/{LINK}?language=ru&said=claimed"
    assert shop.claims == [("mb_secret_id", RIGHT)]
    assert "counts on your card now" in ask(get("said=claimed"))["body"]


def test_whatever_does_not_fit_is_said_alike_and_what_was_typed_is_kept(
    ask: Ask, shop: Shop
) -> None:
    shop.claiming = refuse(not_found())
    pages = [ask(post({**TYPED, "amount": amount})) for amount in ("19.98", "19.97")]
    assert [page["statusCode"] for page in pages] == [422, 422]
    assert pages[0]["body"].replace("19.98", "19.97") == pages[1]["body"]
    page = Page(pages[0]["body"])
    assert (page.inputs["receipt"]["value"], page.inputs["day"]["value"]) == ("A-17", "2026-11-20")
    assert "<details" in pages[0]["body"]
    assert " open>" in pages[0]["body"]


@pytest.mark.parametrize(
    "typed",
    [
        {"receipt": ""},
        {"receipt": "x" * 129},
        {"amount": ""},
        {"amount": "0"},
        {"amount": "a lot"},
        {"amount": "-5"},
        {"day": ""},
        {"day": "20.11.2026"},
        {"day": "2026-02-30"},
    ],
)
def test_what_is_missing_or_no_such_thing_is_not_asked_for(
    ask: Ask, shop: Shop, typed: dict[str, str]
) -> None:
    page = ask(post({**TYPED, **typed}))
    assert page["statusCode"] == 422
    assert "as they stand on the receipt" in page["body"]
    assert shop.claims == []


def test_too_many_tries_and_a_bad_moment_are_said(ask: Ask, shop: Shop) -> None:
    shop.claiming = refuse(Refusal("too_many", "too_many_misses", retry_after=600))
    page = ask(post(TYPED))
    assert (page["statusCode"], page["headers"]["Retry-After"]) == (429, "600")
    assert "10 minutes, or ask the staff" in page["body"]
    shop.claiming = refuse(Busy())
    assert ask(post(TYPED))["statusCode"] == 503


def test_another_site_claims_nothing(ask: Ask, shop: Shop) -> None:
    assert ask(post(TYPED, **{"Sec-Fetch-Site": "cross-site"}))["statusCode"] == 403
    assert shop.claims == []


@pytest.mark.parametrize("text", ['"><b>', "\u202e1"])
def test_what_was_typed_is_escaped(ask: Ask, shop: Shop, text: str) -> None:
    shop.claiming = refuse(not_found())
    page = ask(post({**TYPED, "receipt": text}))
    assert page["statusCode"] == 422
    assert "<b>" not in page["body"]
