"""From nothing to a card by the console's steps, and what else a member's page does, in process."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from functions.screens import founding, start
from loyalty.program import document as program_document
from loyalty.refusals import Refusal
from tests.functions.screens.test_rule_forms import shipped
from tests.functions.screens.visiting import Visitor

if TYPE_CHECKING:
    from tests.functions.conftest import Shop


@pytest.fixture
def ada(shop: Shop, ask: Any) -> Visitor:
    return Visitor(shop, ask)


@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_every_step_stands_for_itself(shop: Shop, ask: Any, language: str) -> None:
    visitor = Visitor(shop, ask, language=language)
    for step in start.STEPS:
        html = visitor.look("/console/start" if step == "shop" else f"/console/start/{step}")
        assert html.count('aria-current="step"') == 1


def test_from_a_trade_to_a_card_that_is_worn(shop: Shop, ada: Visitor) -> None:
    ada.look("/console/start")
    names = {
        "organization": "Corner Bakery",
        "name__en": "Corner Club",
        "name__ru": "Клуб за углом",
    }
    assert ada.send("set_up", **names).status_code == 422
    assert "Something is missing" in ada.html
    assert 'value="Corner Bakery"' in ada.html
    ada.send("set_up", trade="coffee", **names)
    program = shop.world.programs.latest("coffee").program
    assert (program.organization, program.name["en"]) == ("Corner Bakery", "Corner Club")
    assert program.pots[0].kind == "stamps"
    assert "This is your program" in ada.html
    ada.look("/console/start/card")
    ada.send("dress", colour="#12352b", accent="#f0b84b", pattern="dots", icon="cup")
    assert "Your card is there" in unescape(ada.html)
    assert shop.world.programs.latest("coffee").program.design == "first-card"
    found = ada.api.get("/v1/designs/first-card")
    assert (found["recipe"]["style"], found["published"], found["in_use"]) == ("stamps", 1, True)
    # Once more, in other colours: the next version of the same design.
    ada.look("/console/start/card")
    ada.send("dress", colour="#3a1230", accent="#f0b84b", pattern="dots", icon="cup")
    assert ada.api.get("/v1/designs/first-card")["published"] == 2


@pytest.mark.parametrize(
    ("program", "style"),
    [
        ({"pots": [{"id": "p"}]}, "points"),
        ({"pots": [{"id": "p", "kind": "stamps"}], "tiers": {}}, "stamps"),
        ({"tiers": {"levels": [1]}}, "ladder"),
        ({"pots": [{"id": "p"}], "points_as_money": {"pot": "p"}}, "cashback"),
        ({"pots": [{"id": "p"}], "tiers": {"levels": [1]}}, "membership"),
    ],
)
def test_a_card_works_like_its_program(program: dict[str, Any], style: str) -> None:
    assert start.style(program) == style


def test_a_shop_without_members_is_led_to_the_first_one(shop: Shop, ask: Any) -> None:
    ada, eve = Visitor(shop, ask), Visitor(shop, ask, role="accountant")
    assert 'href="/console/start"' in ada.look("/console")
    assert 'href="/console/start"' not in eve.look("/console")
    shop.world.enrol()
    assert 'href="/console/start"' not in ada.look("/console")


def test_orders_are_of_two_kinds_and_no_other(ada: Visitor) -> None:
    for state in ("parked", "double"):
        assert ada.look(f"/console/orders/{state}")
    with pytest.raises(Refusal) as told:
        ada.look("/console/orders/other")
    assert told.value.kind == "not_found"


def test_a_card_is_paused_or_resumed_whichever_it_is_not(shop: Shop, ada: Visitor) -> None:
    ann = shop.world.enrol()
    ada.look(f"/console/members/{ann.member_id}")
    assert 'value="pause"' in ada.html
    assert 'value="resume"' not in ada.html
    ada.send("pause", reason="lost")
    assert 'value="resume"' in ada.html
    assert 'value="pause"' not in ada.html
    assert ada.api.get(f"/v1/members/{ann.member_id}")["paused"] is True
    ada.send("resume", reason="found")
    assert 'value="pause"' in ada.html


def test_the_other_of_two_is_found_as_in_the_one_box(shop: Shop, ada: Visitor) -> None:
    ann, eve = shop.world.enrol(name="Ann"), shop.world.enrol(name="Evelyn")
    ada.look(f"/console/members/{ann.member_id}")
    ada.send("look", other="Evelyn")
    assert f'name="other" value="{eve.member_id}"' in ada.html
    third = shop.world.enrol(name="Evelyn")
    ada.look(f"/console/members/{ann.member_id}")
    ada.send("look", other="Evelyn")
    shown = set(re.findall(r'name="chosen" value="([0-9a-f]{32})"', ada.html))
    assert shown == {eve.member_id, third.member_id}
    ada.send("look", other="Evelyn", chosen=third.member_id)
    assert f'name="other" value="{third.member_id}"' in ada.html
    assert ada.send("look", other="Nobodynamedso").status_code == 422
    assert ada.send("look").status_code == 422


@pytest.mark.parametrize("name", ["Zweites Café", "Вторая чашка", "7 Seas", "Second Cup"])
def test_a_new_shops_program_names_it_everywhere(name: str) -> None:
    before = shipped("coffee")
    own = {"organization": name, "currency": "EUR", "zone": "Europe/Berlin", "region": "DE"}
    found = founding.named(before, own)
    made = program_document.read(found)
    assert made.organization == name
    text = json.dumps(found, ensure_ascii=False)
    assert before["organization"] not in text
    assert name in json.dumps(found["consent"], ensure_ascii=False)
    assert founding.named(before, own)["id"] == made.id
