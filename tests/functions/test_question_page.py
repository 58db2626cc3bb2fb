"""The page of a question: by its link alone, without a script, in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from functions import card_page
from functions.pages.drawing import linked
from loyalty.members.feedback import Feedbacks
from tests.support.campaigning import OPEN, Campaigning
from tests.support.events import http

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop as Served

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

FORM = {"content-type": "application/x-www-form-urlencoded"}
POLL = [{"text": {"en": "Warm <b>", "ru": "Тёплый"}}, {"text": {"en": "Cold", "ru": "Холодный"}}]


def asking(shop: Served, **question: Any) -> str:
    """Let somebody be asked; return the page's address."""
    campaigns = Campaigning(shop.world)
    ann = campaigns.join("Ann")
    action = {"kind": "question", "text": {"en": "How was it?", "ru": "Как вам?"}, **question}
    campaigns.start("after", actions=[action], guards={**OPEN, "quiet": ["03:00", "03:00"]})
    assert campaigns.run() == ["sent"]
    (one,) = Feedbacks(shop.world.books, shop.world.staff).of("coffee", ann.member_id)
    return f"/ask/{shop.world.books.tokens.question('coffee', ann.member_id, one.id)}"


@pytest.mark.parametrize(
    ("question", "inputs"),
    [
        ({"asks": "nps"}, 11),
        ({"asks": "stars"}, 5),
        ({"asks": "poll", "options": POLL}, 2),
        ({"asks": "text"}, 0),
    ],
)
def test_each_kind_of_question_has_its_form(
    shop: Served, ask: Ask, question: dict[str, Any], inputs: int
) -> None:
    address = asking(shop, **question)
    for language in ("en", "ru"):
        answer = ask(card_page, http("GET", address, query={"language": language}))
        assert answer["statusCode"] == 200
        page = answer["body"]
        assert page.count('type="radio"') == inputs
        assert "<textarea" in page
        assert "<script" not in page
        assert "<b>" not in page
        assert ("How was it?" if language == "en" else "Как вам?") in page
        assert answer["headers"]["X-Robots-Tag"] == "noindex, nofollow"


def test_an_answer_is_shown_again_and_what_is_missing_is_said(shop: Served, ask: Ask) -> None:
    address = asking(shop, asks="stars")
    wrong = ask(card_page, http("POST", address, FORM, b"score=7"))
    assert wrong["statusCode"] == 422
    assert 'aria-invalid="true"' in wrong["body"]
    done = ask(card_page, http("POST", address, FORM, b"score=2&words=<i>cold"))
    assert done["statusCode"] == 303
    again, _, query = done["headers"]["Location"].partition("?")
    page = ask(card_page, http("GET", again, query=dict(parse_qsl(query))))["body"]
    assert "Thank you!" in page
    assert "&lt;i&gt;cold" in page
    assert 'value="2" checked' in page
    shop.world.wait(days=2)
    late = ask(card_page, http("POST", address, FORM, b"score=5"))
    assert late["statusCode"] == 303
    over = ask(card_page, http("GET", address))["body"]
    assert "It can no longer be changed" in over
    assert "<form" not in over


def test_no_other_address_and_no_other_site(shop: Served, ask: Ask) -> None:
    address = asking(shop, asks="nps")
    for other in (address[:-1], f"{address}x", "/ask/x", address.replace("coffee", "barber")):
        assert ask(card_page, http("GET", other))["statusCode"] == 404
        assert ask(card_page, http("POST", other, FORM, b"score=3"))["statusCode"] == 404
    foreign = {**FORM, "sec-fetch-site": "cross-site"}
    assert ask(card_page, http("POST", address, foreign, b"score=3"))["statusCode"] == 403


def test_addresses_in_what_the_shop_says_can_be_followed_and_nothing_else_is_markup() -> None:
    said = str(linked('See https://shop.example/a?b=1&c=2 <b> "x"', "Answer"))
    assert '<a href="https://shop.example/a?b=1&amp;c=2" rel=' in said
    assert "<b>" not in said
    assert ">shop.example/a?b=1&amp;c=2</a>" in said
    assert ">Answer</a>" in str(linked("https://cards.example/ask/x.y", "Answer"))
    assert str(linked("javascript:alert(1)", "Answer")) == "javascript:alert(1)"
