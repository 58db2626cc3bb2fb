"""Broadcasts at the console: written, looked at, sent, paused, resumed and taken back by forms."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from functions.screens.calling import Ask
from tests.functions.screens.visiting import Visitor

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

NOTICE = {"text__en": "Closed on <Friday> & gone.", "text__ru": "В пятницу закрыто.",
          "title__en": "", "title__ru": "", "shown_days": "5", "link": ""}  # fmt: skip


@pytest.fixture
def ada(shop: Shop, ask: Any) -> Visitor:
    return Visitor(shop, ask)


def test_a_notice_is_written_changed_and_sent(shop: Shop, ada: Visitor) -> None:
    shop.world.enrol()
    shop.world.enrol()
    ada.look("/console/campaigns")
    assert 'href="/console/broadcasts"' in ada.html
    ada.look("/console/broadcasts")
    assert "Nothing was said on all cards yet" in ada.html
    ada.look("/console/broadcasts/new")
    # The first language is needed; the others are said as in that one.
    missing = ada.send("broadcast", **{**NOTICE, "text__en": ""})
    assert missing.status_code == 422
    assert re.search(r'name="text\.en"[^>]*aria-invalid="true"', ada.html)
    assert "В пятницу закрыто." in ada.html, "what was typed is kept"
    half = ada.send("broadcast", **{**NOTICE, "title__ru": "Закрыто"})
    assert half.status_code == 422
    assert re.search(r'name="title\.en"[^>]*aria-invalid="true"', ada.html)
    assert ada.send("broadcast", **NOTICE).status_code == 303
    (one,) = ada.api.get("/v1/broadcasts")["broadcasts"]
    assert one["state"] == "draft", "nothing is sent"
    assert (one["text"]["en"], one["shown_days"]) == ("Closed on <Friday> & gone.", 5)
    place = f"/console/broadcasts/{one['id']}"
    ada.look(place)
    assert "All 2 members" in ada.html
    assert "Send to all 2" in ada.html
    assert ada.send("broadcast", **NOTICE).status_code == 303, "as it is shown"
    old = ada.html
    assert ada.send("broadcast", **{**NOTICE, "link": "https://a.example"}).status_code == 303
    ada.at = place
    new, ada.html = ada.html, old
    assert ada.send("broadcast_send").status_code == 422, "another text than was seen"
    assert "has changed it meanwhile" in ada.html
    assert ada.api.get(f"/v1/broadcasts/{one['id']}")["state"] == "draft"
    ada.html = new
    assert ada.send("broadcast_send").status_code == 303
    sent = ada.api.get(f"/v1/broadcasts/{one['id']}")
    assert (sent["state"], sent["members"], sent["link"]) == ("running", 2, "https://a.example")
    assert "Phones rung for" in ada.html
    ada.look("/console/broadcasts")
    assert "Closed on <Friday> & gone." in unescape(ada.html)


def test_a_notice_is_paused_resumed_and_taken_back(shop: Shop, ada: Visitor) -> None:
    shop.world.enrol()
    ada.look("/console/broadcasts/new")
    ada.send("broadcast", **NOTICE)
    (one,) = ada.api.get("/v1/broadcasts")["broadcasts"]
    assert ada.send("broadcast_send").status_code == 303
    states = []
    for act in ("pause", "resume", "cancel"):
        assert f'value="broadcast_{act}"' in ada.html
        assert ada.send(f"broadcast_{act}").status_code == 303
        states.append(ada.api.get(f"/v1/broadcasts/{one['id']}")["state"])
    assert states == ["paused", "running", "cancelled"]
    assert "<form" not in ada.html.partition("<main")[2], "it is over"
    assert ada.send("broadcast_resume").status_code == 422


def test_a_draft_is_thrown_away(ada: Visitor) -> None:
    ada.look("/console/broadcasts/new")
    ada.send("broadcast", **NOTICE)
    assert ada.send("broadcast_cancel").status_code == 303
    (one,) = ada.api.get("/v1/broadcasts")["broadcasts"]
    assert (one["state"], one["sent"]) == ("cancelled", None)
    ada.look("/console/broadcasts")
    ada.look(f"/console/broadcasts/{one['id']}")


def test_the_same_form_twice_makes_one(ada: Visitor) -> None:
    ada.look("/console/broadcasts/new")
    page = ada.html
    ada.send("broadcast", **NOTICE)
    ada.at, ada.html = "/console/broadcasts/new", page
    ada.send("broadcast", **NOTICE)
    assert len(ada.api.get("/v1/broadcasts")["broadcasts"]) == 1


@pytest.mark.parametrize(
    ("language", "asked", "sends"),
    [
        ("en", "Headline", "Send to all 0"),
        ("de", "Überschrift", "An alle 0 senden"),
        ("ru", "Заголовок", "Отправить всем: 0"),
    ],
)
def test_it_is_said_in_every_language(
    shop: Shop, ask: Any, language: str, asked: str, sends: str
) -> None:
    found = Visitor(shop, ask, language=language)
    assert asked in found.look("/console/broadcasts/new")
    found.send("broadcast", **NOTICE)
    assert sends in found.html


def test_an_accountant_looks_and_changes_nothing(shop: Shop, ask: Any, ada: Visitor) -> None:
    ada.look("/console/broadcasts/new")
    ada.send("broadcast", **NOTICE)
    (one,) = ada.api.get("/v1/broadcasts")["broadcasts"]
    seen = ada.api.ask(Ask("GET", f"/v1/broadcasts/{one['id']}")).tag
    ada.api.ask(Ask("POST", f"/v1/broadcasts/{one['id']}/send", seen=seen))
    eve = Visitor(shop, ask, role="accountant")
    for page in ("/console/broadcasts", f"/console/broadcasts/{one['id']}"):
        eve.look(page)
        assert "<form" not in eve.html.partition("<main")[2]
        assert "/new" not in eve.html.partition("<main")[2]
