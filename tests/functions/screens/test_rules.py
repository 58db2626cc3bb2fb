"""The program by forms, ready programs, coupons, the designer: each screen on the real API."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from functions.screens import rule_forms, trying
from tests.functions.screens.test_rule_forms import as_shown
from tests.functions.screens.visiting import Visitor

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

LANGUAGES = ("en", "de", "ru")


@pytest.fixture
def ada(shop: Shop, ask: Any) -> Visitor:
    return Visitor(shop, ask)


def document(shop: Shop) -> Any:
    return shop.world.programs.latest("coffee")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_has_a_form(shop: Shop, ask: Any, language: str) -> None:
    visitor = Visitor(shop, ask, language=language)
    html = visitor.look("/console/program")
    for section in rule_forms.SECTIONS:
        assert f'href="/console/program/rules/{section}"' in html
        assert 'name="act" value="put"' in visitor.look(f"/console/program/rules/{section}")


def test_a_change_is_looked_at_and_then_put(shop: Shop, ada: Visitor) -> None:
    ada.look("/console/program/rules/earning")
    fields = as_shown(ada.api.get("/v1/program")["document"], "earning", earning__0__points="12")
    ada.send("look", **fields)
    assert "12 points for every $1" in unescape(ada.html)
    assert document(shop).program.version == 1
    ada.send("put", **fields)
    assert document(shop).program.earning[0].points == 12
    assert "12 points for every $1" in unescape(ada.html)


def test_what_contradicts_is_told_and_changes_nothing(shop: Shop, ada: Visitor) -> None:
    ada.look("/console/program/rules/rewards")
    fields = as_shown(ada.api.get("/v1/program")["document"], "rewards", rewards__0__price="0")
    ada.send("look", **fields)
    assert "cannot be used yet" in ada.html
    answer = ada.send("put", **fields)
    assert answer.status_code == 422
    assert 'name="rewards.0.price" type="text" value="0"' in ada.html
    assert document(shop).program.version == 1


def test_two_who_change_at_once(shop: Shop, ask: Any, ada: Visitor) -> None:
    ben = Visitor(shop, ask)
    for one in (ada, ben):
        one.look("/console/program/rules/earning")
    fields = as_shown(ada.api.get("/v1/program")["document"], "earning", earning__0__points="12")
    ada.send("put", **fields)
    assert ben.send("put", **{**fields, "earning.0.points": "13"}).status_code == 422
    assert "Somebody else" in ben.html
    assert document(shop).program.earning[0].points == 12


def test_a_trial_that_takes_long_is_looked_at_again(
    ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "_PATIENCE", 0.0)
    ada.look("/console/program/rules/earning")
    fields = as_shown(ada.api.get("/v1/program")["document"], "earning", earning__0__points="12")
    ada.send("try", **fields)
    assert "still being counted" in ada.html
    first = ada.html.partition('name="simulation" value="')[2][:32]
    ada.send("try", simulation=first, **fields)
    assert f'name="simulation" value="{first}"' in ada.html


def test_a_ready_program_is_shown_with_its_difference_and_put(shop: Shop, ada: Visitor) -> None:
    assert "/console/program/templates/salon" in ada.look("/console/program/templates")
    assert "What would be different" in ada.look("/console/program/templates/salon")
    ada.send("put")
    put = document(shop).program
    assert put.version == 2
    assert put.tiers is not None
    assert put.name["en"] == "Daily Cup Club"


def test_who_only_reads_changes_nothing(shop: Shop, ask: Any) -> None:
    accountant = Visitor(shop, ask, role="accountant")
    assert "/console/program/rules" not in accountant.look("/console/program")
    assert "/console/coupons/new" not in accountant.look("/console/rewards")
    assert 'value="wear"' not in accountant.look("/console/card")


def test_a_coupon_is_made_by_a_form(ada: Visitor) -> None:
    ada.look("/console/coupons/new")
    names = {"name__en": "Ten off", "name__ru": "Минус десять"}
    assert ada.send("coupon", gives="basis_points", basis_points="10", **names).status_code == 422
    assert "either a word or a number of codes" in ada.html
    ada.send("coupon", gives="basis_points", basis_points="10", word="SPRING24", **names)
    found = ada.api.get("/v1/coupons")["coupons"]
    assert [(one["word"], one["gives"]["basis_points"]) for one in found] == [("SPRING24", 1000)]
    ada.send("stop_coupon")
    assert ada.api.get("/v1/coupons")["coupons"][0]["state"] == "stopped"
    ada.send("run_coupon")
    assert ada.api.get("/v1/coupons")["coupons"][0]["state"] == "running"


def test_a_second_tap_makes_no_second_coupon(ada: Visitor) -> None:
    ada.look("/console/coupons/new")
    form = {
        "gives": "points", "points": "50", "codes": "3", "coupon": "0123456789",
        "name__en": "Fifty", "name__ru": "Пятьдесят",
    }  # fmt: skip
    for _ in range(2):
        ada.at = "/console/coupons/new"
        ada.send("coupon", **form)
    assert len(ada.api.get("/v1/coupons")["coupons"]) == 1
    assert ada.html.count("<li><code>") == 3


def test_a_design_is_worn(shop: Shop, ada: Visitor) -> None:
    ada.look("/console/card")
    ada.send("wear", design="plain")
    assert document(shop).program.design == "plain"


def test_a_card_is_drawn_and_published(ada: Visitor) -> None:
    ada.look("/console/card/new")
    colours = {"colour": "#12352b", "accent": "#f0b84b", "pattern": "waves", "icon": "leaf"}
    ada.send("draw", name="Autumn", style="stamps", count="3", **colours)
    assert ada.html.count("<figure>") == 2 * 4
    assert "Draft" in ada.html
    ada.send("publish")
    assert "Version 1 is out" in ada.html
    assert ada.api.get("/v1/designs")["designs"][0]["published"] == 1
    logo = (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7H1z"/></svg>'
    )
    ada.send("draw", {"logo": logo}, name="Autumn", style="stamps", count="3", **colours)
    assert "Changed, not published" in ada.html
    assert 'name="without_logo"' in ada.html
    ada.send("draw", {"logo": b"nonsense"}, name="Autumn", style="stamps", count="3", **colours)
    assert "This picture cannot be read" in ada.html
