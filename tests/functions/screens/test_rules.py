"""The program by forms, ready programs, coupons, the designer: each screen on the real API."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect, sync_playwright

from functions import moving
from functions.pages import drawing
from functions.screens import rule_forms, trying
from functions.screens.calling import RefusedError
from loyalty.refusals import Refusal
from tests.functions.screens.browsing import OPTIONS, opened
from tests.functions.screens.test_rule_forms import as_shown
from tests.functions.screens.visiting import Visitor
from tests.support.axe import faults
from tests.support.events import sqs
from tests.support.figure_streams import FigureStreams

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop

LANGUAGES = ("en", "de", "ru")


@pytest.fixture
def ada(shop: Shop, ask: Any) -> Visitor:
    return Visitor(shop, ask)


def words(language: str) -> Any:
    return drawing.words(language, "console")["trying"]


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


def sold(shop: Shop, ask: Any) -> Callable[[], None]:
    """Let a member buy three times; return the worker that tries programs on that."""
    ann = shop.world.enrol()
    for number in range(3):
        shop.world.sell(str(number), total=1_000, member=ann)
    streams = FigureStreams(shop.world)
    streams.ring(streams.news())
    done: list[str] = []

    def work() -> None:
        waiting = shop.queues.bodies("moving")[len(done) :]
        done.extend(waiting)
        assert ask(moving, sqs(waiting)) == {"batchItemFailures": []}

    return work


@pytest.fixture
def lately(monkeypatch: pytest.MonkeyPatch, shop: Shop) -> None:
    """Let the console's clock be the shop's."""
    monkeypatch.setattr(trying, "now", lambda: shop.world.now)


@pytest.mark.usefixtures("lately")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_is_tried_on_a_page_that_keeps_the_answer(
    shop: Shop, ask: Any, language: str
) -> None:
    ada, work, said = Visitor(shop, ask, language=language), sold(shop, ask), words(language)
    ada.look("/console/program/rules/earning")
    document_now = ada.api.get("/v1/program")["document"]
    fields = as_shown(document_now, "earning", earning__0__points="20")
    assert ada.send("try", **fields).status_code == 303
    page = re.search(r"tried=([0-9a-f]{32})", ada.html)
    assert page is not None
    address = f"/console/program/trials/{page[1]}"
    assert ada.at == address
    assert said["begun"] in ada.html
    assert "data-again aria-busy" in ada.html
    assert '<noscript><meta http-equiv="refresh"' in ada.html
    # The same again is the same page, and nothing is begun a second time.
    ada.look("/console/program/rules/earning")
    ada.send("try", **fields)
    assert ada.at == address
    assert len(shop.queues.bodies("moving")) == 1
    work()
    # Whoever comes back later finds the answer, and can put it in force or go on changing.
    ada.look(address, back="rules/earning", seen='"1"')
    assert said["heading"].partition("{")[0] in unescape(ada.html)
    assert "data-again aria-busy" not in ada.html
    assert "http-equiv" not in ada.html
    assert 3 in [int(one) for one in re.findall(r"<th>(\d+) ", ada.html)]
    # Points are told, too: money alone would say that twice as many cost nothing.
    cells = r"(?:<td class=\"n\">(\d+) [^<]*</td>){2}"
    given = re.search(f"<td>{said['issued']}</td>{cells}", ada.html)
    assert given is not None
    assert re.findall(r"\d+", given[0]) == ["300", "600"]
    ada.look("/console/program/rules/earning", tried=page[1], seen='"1"')
    assert 'name="earning.0.points" type="text" value="20"' in ada.html
    ada.look(address, back="rules/earning", seen='"1"')
    assert ada.send("put").status_code == 303
    assert document(shop).program.earning[0].points == 20


@pytest.mark.usefixtures("lately")
def test_what_was_tried_does_not_undo_what_somebody_else_has_changed(
    shop: Shop, ask: Any, ada: Visitor
) -> None:
    ada.look("/console/program/rules/earning")
    fields = as_shown(ada.api.get("/v1/program")["document"], "earning", earning__0__points="20")
    ada.send("try", **fields)
    ben = Visitor(shop, ask)
    ben.look("/console/program/rules/earning")
    ben.send("put", **{**fields, "earning.0.points": "13"})
    assert ada.send("put").status_code == 422
    assert document(shop).program.earning[0].points == 13


@pytest.mark.parametrize(
    "name", ["0" * 32, "x", "../secrets", "A" * 32, "0" * 33, "%2e%2e", "0" * 5000]
)
def test_an_invented_trial_is_not_found(ada: Visitor, name: str) -> None:
    with pytest.raises((Refusal, RefusedError)):
        ada.look(f"/console/program/trials/{quote(name, safe='')}")
    assert "value=" in ada.look("/console/program/rules/earning", tried=name)


@pytest.mark.usefixtures("lately")
def test_a_rule_that_contradicts_is_told_instead_of_tried(shop: Shop, ada: Visitor) -> None:
    ada.look("/console/program/rules/rewards")
    fields = as_shown(ada.api.get("/v1/program")["document"], "rewards", rewards__0__price="0")
    assert ada.send("try", **fields).status_code == 200
    assert "cannot be used yet" in ada.html
    assert shop.queues.bodies("moving") == []


@pytest.mark.browser
@pytest.mark.usefixtures("lately")
@pytest.mark.parametrize("how", ["script", "no-script"])
def test_waiting_for_a_trial_ends_by_itself_in_the_browser(
    shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    work, script = sold(shop, ask), how == "script"
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path or os.environ.get("WITHOUT_BROWSER"), "no Chromium is here: see CONTRIBUTING.md"
    with (
        contextlib.closing(opened(shop, ask, monkeypatch)) as bridge,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        context = browser.new_context(
            locale="en", viewport={"width": 360, "height": 740}, java_script_enabled=script
        )
        page = context.new_page()
        page.goto(f"{bridge.url}/console/program/rules/earning")
        page.locator('[name="earning.0.points"]').fill("20")
        page.locator('button[value="try"]').click()
        expect(page.locator("#trial progress")).to_be_visible()
        assert not script or faults(page) == []
        work()
        expect(page.locator("#trial table")).to_be_visible(timeout=20_000)
        expect(page.locator("#trial progress")).to_have_count(0)
        assert not script or faults(page) == []
        page.locator('button[value="put"]').click()
        expect(page).to_have_url(re.compile(r"/console/program\?done=put$"))
        browser.close()
    assert document(shop).program.earning[0].points == 20


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
