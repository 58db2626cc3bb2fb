"""Causes, prize draws and invitations at the console: made, changed, ended and decided by forms."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from functions.screens import draws as draw_screens
from functions.screens.calling import Ask, Told
from functions.screens.typed import new_id
from infra.local.carriers.beacons import signed
from loyalty.core.draw import second_of
from loyalty.ledger.donating import Causes
from loyalty.ledger.drawing_prizes import Draws
from tests.functions.screens.visiting import Visitor

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

CAUSE = {"name__en": "The shelter", "name__ru": "Приют", "text__en": "A bag of food for 1,000.",
         "text__ru": "Мешок корма.", "pot": "points", "least": "10", "target": "50 000",
         "link": ""}  # fmt: skip
DRAW = {"name__en": "The spring draw", "name__ru": "Весна", "text__en": "Two prizes.",
        "text__ru": "Два приза.", "prizes__en": "A basket\nA cake", "prizes__ru": "Корзина\nТорт",
        "pot": "points", "price": "50", "most": "10"}  # fmt: skip


@pytest.fixture
def ada(shop: Shop, ask: Any) -> Visitor:
    return Visitor(shop, ask)


def enter(shop: Shop, what: str, name: str, number: int) -> str:
    """Let a member with points give them to a cause, or buy entries of a draw; return who."""
    ann = shop.world.enrol()
    shop.world.sell(f"{what}-{number}", total=100_000, member=ann)
    books, now = shop.world.books, shop.world.now
    if what == "cause":
        Causes(books).give("coffee", ann.member_id, name, number, f"act-{number}", now)
    else:
        Draws(books).enter("coffee", ann.member_id, name, number, f"act-{number}", now)
    return ann.member_id


def test_a_cause_is_made_changed_ended_and_begun_again(shop: Shop, ada: Visitor) -> None:
    ada.look("/console/campaigns")
    assert 'href="/console/causes"' in ada.html
    ada.look("/console/causes")
    assert "No cause yet" in ada.html
    ada.look("/console/causes/new")
    missing = ada.send("cause", **{**CAUSE, "text__en": ""})
    assert missing.status_code == 422
    assert 'value="The shelter"' in ada.html
    assert re.search(r'name="text\.en"[^>]*aria-invalid="true"', ada.html), "what was left out"
    assert ada.send("cause", **CAUSE).status_code == 303
    (one,) = ada.api.get("/v1/causes")["causes"]
    assert one["name"] == {"en": "The shelter", "ru": "Приют"}
    assert (one["least"], one["target"], one["link"], one["open"]) == (10, 50_000, None, True)
    assert one["id"].startswith("the-shelter-")
    ada.look("/console/causes/new")
    enter(shop, "cause", one["id"], 120)
    ada.look(f"/console/causes/{one['id']}")
    assert "<dd>120<small>" in ada.html
    assert one["page"] in ada.html
    changed = {**CAUSE, "target": "", "link": "https://shelter.example"}
    assert ada.send("cause", **changed).status_code == 303
    (one,) = ada.api.get("/v1/causes")["causes"]
    assert (one["target"], one["link"], one["points"]) == (0, "https://shelter.example", 120)
    assert ada.send("end_cause").status_code == 303
    assert not ada.api.get("/v1/causes")["causes"][0]["open"]
    assert ada.send("cause", **CAUSE).status_code == 303
    assert not ada.api.get("/v1/causes")["causes"][0]["open"], "changing its words begins nothing"
    assert ada.send("open_cause").status_code == 303
    assert ada.api.get("/v1/causes")["causes"][0]["open"]


def test_a_refusal_is_said_and_marked(ada: Visitor) -> None:
    ada.look("/console/causes/new")
    assert ada.send("cause", **{**CAUSE, "link": "http://shelter.example"}).status_code == 422
    assert "Give a link that begins with https://" in ada.html
    assert re.search(r'name="link"[^>]*aria-invalid="true"', ada.html)


def test_the_same_form_twice_makes_one(ada: Visitor) -> None:
    ada.look("/console/causes/new")
    page = ada.html
    assert ada.send("cause", **CAUSE).status_code == 303
    ada.at, ada.html = "/console/causes/new", page
    ada.send("cause", **CAUSE)
    assert len(ada.api.get("/v1/causes")["causes"]) == 1


@pytest.mark.parametrize("name", ["Приют", "", "  7 ", "Été à l'école " * 9, "A--b"])
def test_every_name_makes_an_id_that_the_api_takes(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,39}", new_id(name, {"key": "k"}))


def test_a_draw_goes_from_its_form_to_its_winners(
    shop: Shop, ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = {"now": shop.world.now}
    monkeypatch.setattr(draw_screens, "_past", lambda iso: datetime.fromisoformat(iso) <= at["now"])
    zone_free = shop.world.now + timedelta(days=30)
    closes = f"{zone_free:%Y-%m-%dT%H:%M}"
    ada.look("/console/draws/new")
    wrong = ada.send("prize_draw", **{**DRAW, "prizes__ru": "Корзина", "closes": closes})
    assert wrong.status_code == 422
    assert "as many prizes in each language" in ada.html
    assert ada.send("prize_draw", **DRAW, closes=closes).status_code == 303
    (one,) = ada.api.get("/v1/draws")["draws"]
    assert [prize["en"] for prize in one["prizes"]] == ["A basket", "A cake"]
    assert f'value="{closes}"' in ada.html, "its form says the time where the shop is"
    assert ada.send("prize_draw", **{**DRAW, "price": "40"}, closes=closes).status_code == 303
    assert ada.api.get("/v1/draws")["draws"][0]["price"] == 40
    people = {enter(shop, "draw", one["id"], number) for number in (3, 5)}
    ada.look(f"/console/draws/{one['id']}")
    assert "<dd>8</dd>" in ada.html
    assert "Change it" not in ada.html, "somebody has entered"
    assert 'value="close_draw"' not in ada.html
    shop.world.now = at["now"] = zone_free + timedelta(days=1)
    ada.look("/console/draws")
    assert "Fix the list" in ada.html
    ada.look(f"/console/draws/{one['id']}")
    assert ada.send("close_draw").status_code == 303
    (one,) = ada.api.get("/v1/draws")["draws"]
    assert f"round {one['round']}" in ada.html
    assert one["hash"] in ada.html
    assert 'name="beacon"' not in ada.html, "it has not happened yet"
    shop.world.now = at["now"] = datetime.fromtimestamp(second_of(one["round"]) + 1, UTC)
    ada.look(f"/console/draws/{one['id']}")
    assert f"/public/{one['round']}" in ada.html
    assert ada.send("decide_draw", beacon='{"round": 1}').status_code == 422
    assert "Copy it from the first brace" in ada.html
    beacon = signed(one["round"])
    forged = {**beacon, "signature": "a4" * 48}
    assert ada.send("decide_draw", beacon=json.dumps(forged)).status_code == 422
    assert ada.send("decide_draw", beacon=json.dumps(beacon)).status_code == 303
    won = re.findall(r'href="/console/members/([0-9a-f]+)"', ada.html)
    assert set(won) == people
    assert "Their cards say so" in ada.html
    for _ in range(2):  # the second time it is there
        ada.look(f"/console/draws/{one['id']}")
        assert ada.send("tell_draw").status_code == 303
    (listed,) = ada.api.get("/v1/campaigns")["campaigns"]
    told = ada.api.get(f"/v1/campaigns/{listed['id']}")
    assert told["state"] == "draft", "it is looked at before it starts"
    (news,) = told["document"]["actions"]
    assert (news["kind"], news["title"]["ru"]) == ("news", "Весна")
    assert news["link"] == one["page"]
    assert news["text"]["ru"].startswith("Победители определены")
    assert "The spring draw" in ada.html


def test_an_invitation_is_written_sent_and_its_places_changed(shop: Shop, ada: Visitor) -> None:
    shop.world.enrol()
    ada.look("/console/campaigns/new", says="invitation")
    assert re.search(r'value="invitation" checked', ada.html)
    begins = f"{shop.world.now + timedelta(days=9):%Y-%m-%dT}18:00"
    typed = {
        "name": "Tasting", "said": "invitation", "title__en": "Wine tasting", "title__ru": "Вино",
        "text__en": "Come by.", "text__ru": "Приходите.", "said__begins": begins,
        "said__places": "12", "said__waiting_list": "yes", "trigger__kind": "now",
        "trigger__time": "10:00",
    }  # fmt: skip
    assert ada.send("save", **{**typed, "said__places": "many"}).status_code == 422
    assert re.search(r'name="said\.places"[^>]*aria-invalid="true"', ada.html)
    wrong = ada.send("save", **typed, said__ends=f"{shop.world.now:%Y-%m-%dT%H:%M}")
    assert wrong.status_code == 422
    assert "It ends after it has begun" in ada.html
    assert re.search(r'name="said\.ends"[^>]*aria-invalid="true"', ada.html)
    assert ada.send("save", **typed).status_code == 303
    name = ada.at.rpartition("/")[2]
    kept = ada.api.get(f"/v1/campaigns/{name}")["document"]["actions"][0]
    assert (kept["invitation"]["places"], kept["invitation"]["waiting_list"]) == (12, True)
    assert kept["title"] == {"en": "Wine tasting", "ru": "Вино"}
    assert "Wine tasting" in unescape(ada.html)
    ada.look(f"/console/campaigns/{name}/edit")
    assert f'value="{begins}"' in ada.html
    assert ada.send("save", **typed).status_code == 303, "as it is shown"
    assert ada.send("campaign_start").status_code == 303
    assert "of 12 places" in ada.html
    assert ada.send("places", places="20").status_code == 303
    assert "of 20 places" in ada.html
    assert ada.api.get(f"/v1/campaigns/{name}/invitation")["places"] == 20
    page = ada.html
    assert "Call it off" in page
    assert ada.send("call_off").status_code == 303
    book = ada.api.get(f"/v1/campaigns/{name}/invitation")
    assert book["called_off"]
    assert ada.api.get(f"/v1/campaigns/{name}")["state"] == "cancelled"
    assert "Called off:" in ada.html
    assert "Call it off" not in ada.html
    assert "Change the number of places" not in ada.html
    # The form that was open elsewhere changes nothing more.
    ada.html = page
    assert ada.send("call_off").status_code == 303
    again = ada.api.get(f"/v1/campaigns/{name}/invitation")
    assert again["called_off"] == book["called_off"]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "2 are not told yet"), ("de", "2 wissen es noch nicht"),
                           ("ru", "Ещё не знают: 2")]
)  # fmt: skip
def test_guests_who_are_not_told_yet_can_be(
    shop: Shop, ask: Any, language: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Visitor(shop, ask, language=language)
    book = {
        "title": {"en": "Wine"}, "begins": "2026-06-01T18:00:00Z", "closes": "2026-06-01T18:00:00Z",
        "places": 12, "coming": 2, "waiting": 0, "refused": 30, "invited": 40,
        "called_off": "2026-05-20T12:00:00Z",
    }  # fmt: skip
    told = {"state": "cancelled", "document": {
        "name": "Tasting", "trigger": {"kind": "now"}, "actions": [{"kind": "invitation",
        "text": {"en": "Come."}, "title": {"en": "Wine"}}]}}  # fmt: skip
    answers = {"/v1/campaigns/wine": told, "/v1/campaigns/wine/invitation": book,
               "/v1/campaigns/wine/results": None,
               "/v1/campaigns/wine/guests": {"guests": [], "next": None}}  # fmt: skip
    asked = found.api._asked
    monkeypatch.setattr(
        found.api, "_asked",
        lambda one: Told(200, answers[one.path]) if one.path in answers else asked(one),
    )  # fmt: skip
    found.look("/console/campaigns/wine")
    assert said in found.html
    assert 'name="act" value="call_off"' in found.html


@pytest.mark.parametrize("address", ["causes", "draws"])
def test_an_accountant_looks_and_changes_nothing(shop: Shop, ask: Any, address: str) -> None:
    ada = Visitor(shop, ask)
    ada.look("/console/causes/new")
    ada.send("cause", **CAUSE)
    ada.look("/console/draws/new")
    closes = f"{shop.world.now + timedelta(days=30):%Y-%m-%dT%H:%M}"
    ada.send("prize_draw", **DRAW, closes=closes)
    name = ada.api.get(f"/v1/{address}")[address][0]["id"]
    eve = Visitor(shop, ask, role="accountant")
    for page in (f"/console/{address}", f"/console/{address}/{name}"):
        eve.look(page)
        assert "<form" not in eve.html.partition("<main")[2]
        assert "/new" not in eve.html.partition("<main")[2]


def test_what_is_saved_for_together_is_made_joined_changed_and_closed(
    shop: Shop, ada: Visitor
) -> None:
    ada.look("/console/campaigns")
    assert 'href="/console/saving"' in ada.html
    begins, ends = (f"{shop.world.now + timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (1, 60))
    typed = {
        "name__en": "Brunch", "name__ru": "Завтрак", "text__en": "Together.",
        "text__ru": "Вместе.", "counts": "spend", "target": "120.50", "begins": begins,
        "ends": ends, "least": "2", "most": "4", "prize__en": "A brunch.",
        "prize__ru": "Завтрак.", "gives": "points", "points": "50", "groups": "7",
        "budget": "60", "cost": "2.50",
    }  # fmt: skip
    ada.look("/console/saving/new")
    assert ada.send("saving", **{**typed, "target": "much"}).status_code == 422
    assert re.search(r'name="target"[^>]*aria-invalid="true"', ada.html)
    assert ada.send("saving", **typed).status_code == 303
    (one,) = ada.api.get("/v1/savings-goals")["goals"]
    assert (one["counts"], one["target"], one["least"], one["most"]) == ("spend", 12_050, 2, 4)
    assert (one["begins"], one["ends"]) == (begins, ends)
    assert [(prize["pot"], prize["points"]) for prize in one["prizes"]] == [("points", 50)]
    # Of four each is given $2.50.
    assert (one["groups"], one["budget"], one["places"], one["taken"]) == (7, 6_000, 6, 0)
    assert one["prizes"][0]["cost"] == 250
    assert "No group yet" in ada.html
    assert "0 of 6 have begun" in ada.html
    assert 'value="120.50"' in ada.html
    # What the form has no field of stays: a prize for some groups, and who may join.
    special = {**one["prizes"][0], "text": {"en": "Four.", "ru": "Четыре."}, "smallest": 4}
    told = {"id", "version", "places", "taken"}
    body = {name: value for name, value in one.items() if name not in told}
    body |= {"prizes": [special, *one["prizes"]], "audience": {"field": "visits", "at_least": 2}}
    place = f"/v1/savings-goals/{one['id']}"
    ada.api.ask(Ask("PUT", place, body=body, seen='"1"'))
    ada.look(f"/console/saving/{one['id']}")
    changed = {
        **typed,
        "gives": "reward",
        "reward": "free-coffee",
        "most": "5",
        "budget": "",
        "groups": "",
    }
    assert ada.send("saving", **changed).status_code == 303
    after = ada.api.get(place)
    assert (after["most"], after["audience"]) == (5, body["audience"])
    assert [prize["smallest"] for prize in after["prizes"]] == [4, 1]
    assert [prize["points"] for prize in after["prizes"]] == [50, None]
    assert ada.send("end_saving").status_code == 303
    assert not ada.api.get(place)["open"]
    assert ada.send("open_saving").status_code == 303
    assert ada.api.get(place)["open"]
