"""Feedback at the console: what a member said is answered, made right and done with."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from functions import card_page
from functions.screens.feedback import by_urgency
from tests.functions.screens.visiting import Visitor
from tests.functions.test_question_page import FORM, asking
from tests.support.events import http

if TYPE_CHECKING:
    from tests.functions.conftest import Shop


def said(shop: Shop, ask: Any) -> str:
    """Let Ann be unhappy; return the id of what she said."""
    address = asking(shop, asks="stars")
    done = ask(card_page, http("POST", address, FORM, b"score=1&words=<i>It was cold."))
    assert done["statusCode"] == 303
    return str(Visitor(shop, ask).api.get("/v1/feedback", state="open")["feedback"][0]["id"])


def test_who_is_unhappy_is_answered_given_something_and_done_with(shop: Shop, ask: Any) -> None:
    one, ada = said(shop, ask), Visitor(shop, ask)
    assert "Answers that ask for one" in ada.look("/console")
    page = ada.look("/console/feedback")
    assert "&lt;i&gt;It was cold." in page
    assert page.count('<span class="short">') == 1, "in short, where it is closed"
    assert "<i>" not in page
    ada.send("reply", feedback=one, text="We are sorry.")
    assert "The card says it" in ada.html
    ada.send("make_good", feedback=one, pot="points", points="5", reason="it was cold")
    assert "It was given" in ada.html
    page = ada.look("/console/feedback", state="answered")
    assert "We are sorry." in page
    assert "Given to make it right: 5" in page
    ada.send("resolve", feedback=one)
    assert "Nobody waits for an answer." in ada.look("/console/feedback")
    assert "It was cold." in ada.look("/console/feedback", state="resolved")
    member = ada.api.get(f"/v1/feedback/{one}")["member_id"]
    assert ada.api.get(f"/v1/members/{member}")["pots"][0]["balance"] == 5


def test_what_was_typed_stays_at_its_answer(shop: Shop, ask: Any) -> None:
    one, ada = said(shop, ask), Visitor(shop, ask)
    ada.look("/console/feedback")
    answer = ada.send("make_good", feedback=one, pot="points", points="some", reason="cold")
    assert answer.status_code == 422
    assert 'value="some"' in ada.html
    assert ada.html.count('<details class="do" open>') == 2, "the answer, and what was begun in it"


def test_who_is_unhappy_and_slips_away_comes_first_and_open() -> None:
    def one(name: str, *, low: bool = True, words: str = "", day: int = 1) -> dict[str, Any]:
        at = f"2026-05-{day:02}T12:00:00Z"
        return {"id": name, "member_id": name, "low": low, "words": words, "answered_at": at}

    found = [
        one("noted", low=False), one("silent", day=2), one("says", words="Cold.", day=3),
        one("older", day=1), one("leaves", day=9), one("kind and leaves", low=False, day=4),
    ]  # fmt: skip
    told = by_urgency(found, {"leaves", "kind and leaves"})
    assert [row["id"] for row in told] == [
        "leaves", "says", "older", "silent", "kind and leaves", "noted",
    ]  # fmt: skip


def test_chips_leave_what_is_asked_for(shop: Shop, ask: Any) -> None:
    said(shop, ask)
    ada = Visitor(shop, ask)
    page = ada.look("/console/feedback")
    assert "only=low" in page
    assert "only=leaving" not in page, "nobody does"
    assert "It was cold." in ada.look("/console/feedback", state="open", only="said")
    assert "It was cold." not in ada.look("/console/feedback", state="open", only="leaving")


@pytest.mark.parametrize("language", ["de", "ru"])
def test_it_is_said_in_other_languages(shop: Shop, ask: Any, language: str) -> None:
    said(shop, ask)
    page = unescape(Visitor(shop, ask, language=language).look("/console/feedback"))
    assert "Answer the member" not in page
    assert "It was cold." in page


def test_an_accountant_reads_and_answers_nothing(shop: Shop, ask: Any) -> None:
    said(shop, ask)
    page = Visitor(shop, ask, role="accountant").look("/console/feedback")
    assert "It was cold." in page
    assert 'value="reply"' not in page
