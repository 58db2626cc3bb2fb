"""Every page a customer sees, of a full card and an empty one, in a browser: none sends them away.

What is behind a card is what its page leads to, so that a page that is built later is looked at,
too. With the variable SHEET the pictures are kept in that folder, for the eye.
"""

from __future__ import annotations

import json
import os
import shutil
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from functions import campaigns as api
from functions.pages import drawing
from functions.wiring.designs import worn
from loyalty.program import document as program_document
from tests.functions.routes.till import till
from tests.functions.screens.browsing import OPTIONS, opened
from tests.support.axe import faults
from tests.support.campaigning import OPEN, Campaigning
from tests.support.customer_pages import ELSEWHERE, behind
from tests.support.events import http
from tests.support.world import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from loyalty.members.enrolment import Enrolled
    from passes.designs.design import Design
    from tests.functions.conftest import Shop
    from tests.functions.pages.bridge import Bridge

pytestmark = pytest.mark.browser

LANGUAGES = ("en", "ru", "de")
LONG = "Maximiliane-Wilhelmine Wolfeschlegelsteinhausenbergerdorff"
RIGHT = "عبد الرحمن بن محمد"
KINDS: tuple[tuple[str, int, int, Any, str], ...] = (
    ("small", 320, 1, "dark", "de"),
    ("phone", 360, 1, "light", "ru"),
    ("zoomed", 640, 2, "light", "de"),
    ("desk", 1280, 1, "dark", "en"),
)
"""Sizes, one of them a desk's at 200 %, schemes and languages."""
COLOURS = {
    "white": ("#fefefe", "#141414", "#5a5a5a"),
    "black": ("#050505", "#fafafa", "#b0b0b0"),
    "yellow": ("#ffe600", "#1a1a1a", "#5a4a00"),
    "grey": ("#777777", "#8a8a8a", "#808080"),
}
"""Background, text and label of shops with odd colours; in the last nothing can be read."""


def text(english: str, russian: str, german: str) -> dict[str, str]:
    return {"en": english, "ru": russian, "de": german}


ATTRIBUTES = [
    {
        "id": "milk", "name": text("Milk", "Молоко", "Milch"), "kind": "choice", "ask": "joining",
        "choices": [{"id": "oat", "name": text("Oat", "Овсяное", "Hafermilch")}],
    },
]  # fmt: skip
REWARDS = [
    {
        "id": f"reward-{number}", "pot": "points", "price": 50 * number,
        "name": text(f"Coffee {number}", f"Кофе {number}", f"Kaffee Nummer {number}"),
    }
    for number in range(1, 7)
]  # fmt: skip
REFERRAL = {"pot": "points", "referrer": 50, "friend": 20}
KEPT = {
    "/v1/causes/shelter": {
        "name": text("The animal shelter", "Приют для животных", "Das Tierheim"),
        "text": text("A bag of food.", "Мешок корма.", "Ein Sack Futter für die Hunde."),
        "pot": "points", "least": 10, "target": 1_000,
    },
    "/v1/draws/basket": {
        "name": text("The basket", "Корзина", "Der Präsentkorb"),
        "text": text("Beans and bread.", "Зёрна и хлеб.", "Bohnen, Marmelade und Brot."),
        "prizes": [text("The large one", "Большой приз", "Der große Preis")],
        "pot": "points", "price": 10,
    },
    "/v1/savings-goals/brunch": {
        "name": text("Brunch together", "Бранч вместе", "Brunch für die Familie"),
        "text": text("Collect 400 points.", "Соберите 400 баллов.", "Sammeln Sie 400 Punkte."),
        "counts": "points", "target": 400, "most": 6,
        "begins": "2026-01-01T00:00", "ends": "2099-06-01T00:00",
        "prizes": [{"text": text("50 points", "50 баллов", "50 Punkte"),
                    "pot": "points", "points": 50}],
    },
}  # fmt: skip
ASKED: dict[str, Any] = {
    "kind": "question", "asks": "nps",
    "text": text("{name}, how was it?", "{name}, как вам?", "{name}, wie war es?"),
}  # fmt: skip
INVITED: dict[str, Any] = {
    "kind": "invitation",
    "title": text("Coffee tasting", "Дегустация кофе", "Kaffeeverkostung mit Röster"),
    "text": text("{name}, come!", "{name}, приходите!", "{name}, kommen Sie!"),
}


def in_german(kept: Any) -> Any:
    """Return a document with German beside each text that it has in English."""
    if isinstance(kept, list):
        return [in_german(one) for one in kept]
    if not isinstance(kept, dict):
        return kept
    found = {name: in_german(one) for name, one in kept.items()}
    return {**found, "de": found["en"]} if "en" in found and "de" not in found else found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path or os.environ.get("WITHOUT_BROWSER"), "no Chromium is here: see CONTRIBUTING.md"
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield found
        found.close()


@pytest.fixture
def site(shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bridge]:
    """Serve a shop that does all that a shop can do with its guests."""
    document = tomllib.loads((TEMPLATES / "programs" / "coffee.toml").read_text(encoding="utf-8"))
    more = {"rewards": REWARDS, "referral": REFERRAL, "attributes": ATTRIBUTES}
    german = {**in_german(document), **more, "languages": list(LANGUAGES)}
    shop.world.programs.put(program_document.read(german))
    shop.world.restart()
    owner = till(shop, ask, "owner")
    closes = shop.world.now.replace(tzinfo=None, minute=0, second=0, microsecond=0)
    for path, body in KEPT.items():
        ends = {"closes": f"{closes + timedelta(days=9):%Y-%m-%dT%H:%M}"}
        sent = {**body, **(ends if "draws" in path else {})}
        headers = {"authorization": owner.key, "if-match": '"0"'}
        answer = owner.send(api, http("PUT", path, headers, json.dumps(sent)))
        assert answer["statusCode"] == 200, answer["body"]
    served = opened(shop, ask, monkeypatch)
    yield served
    served.close()


def told(shop: Shop, **names: str) -> dict[str, Enrolled]:
    """Let people join whom the shop asks and invites."""
    campaigns = Campaigning(shop.world)
    found = {kind: campaigns.join(name) for kind, name in names.items()}
    for number, one in enumerate(found.values()):
        shop.world.sell(f"sale-{number}", total=123_450, member=one)
    begins = shop.world.now.replace(tzinfo=None, minute=0, microsecond=0) + timedelta(days=10)
    invited = {**INVITED, "invitation": {"places": 1, "begins": f"{begins:%Y-%m-%dT%H:%M}"}}
    for name, action in (("after", ASKED), ("tasting", invited)):
        guards = {**OPEN, "quiet": ["03:00", "03:00"], "cap": 9}
        campaigns.start(name, actions=[action], guards=guards)
        assert set(campaigns.run()) == {"sent"}
    return found


def begun(page: Page, card: str) -> None:
    """Begin a group and give to the cause, as a customer does: then there is more to see."""
    page.goto(f"{card}&show=together")
    page.locator("button[name=group_begin]").click()
    page.goto(card)
    page.locator("summary", has_text="animal shelter").click()
    page.locator("input[name=points]").fill("120")
    page.locator("button[name=cause]").click()
    expect(page.locator(".banner.good")).to_be_visible()


def looked(page: Page, name: str, kind: str) -> list[str]:
    """Return what is wrong with the page that is open."""
    found = [f"{name} {kind}: {one}" for one in faults(page)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{name} {kind}: wider than the window")
    if os.environ.get("SHEET"):
        folder = Path(os.environ["SHEET"])
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.{kind}.png", full_page=True)
    return found


@pytest.mark.parametrize("kind", KINDS, ids=[one[0] for one in KINDS])
def test_nothing_of_a_customers_is_unreadable(
    shop: Shop, site: Bridge, browser: Browser, kind: tuple[str, int, int, Any, str]
) -> None:
    size, width, scale, scheme, language = kind
    people = told(shop, regular="Greta", long=LONG, right=RIGHT)
    people["new"] = shop.world.enrol(name="Eve")
    context = browser.new_context(
        locale=language, color_scheme=scheme, device_scale_factor=scale,
        viewport={"width": width, "height": 740}, java_script_enabled=True,
    )  # fmt: skip
    page = context.new_page()
    begun(context.new_page(), f"{site.url}/c/{people['regular'].link}?language=en")
    asked = f"language={language}"
    places = {"front": f"/?{asked}", "join": f"/join/coffee?{asked}"}
    places |= {name: f"{path}?{asked}" for name, path in ELSEWHERE.items() if path[:3] != "/u/"}
    places |= {f"card-{one}": f"/c/{made.link}?{asked}" for one, made in people.items()}
    wrong, seen = [], set(places)
    for name, path in places.items():
        page.goto(f"{site.url}{path}")
        wrong += looked(page, name, size)
    card = f"/c/{people['regular'].link}?{asked}"
    page.goto(f"{site.url}{card}")
    # What the page asks by itself is no news above it.
    expect(page.locator(".news")).to_have_count(0)
    expect(page.get_by_text(ASKED["text"][language].format(name="Greta"))).to_have_count(1)
    for name, path in behind(page, site.url, card, asked):
        page.goto(f"{site.url}{path}")
        wrong += looked(page, name, size)
        seen.add(name)
    assert wrong == []
    assert seen >= {
        "history", "history-why", "settings", "friends", "together", "draw-basket",
        "cause-shelter", "ask-1", "ask-2",
    }  # fmt: skip
    context.close()


@pytest.mark.parametrize("colours", COLOURS)
def test_a_shop_may_have_any_colours(
    shop: Shop, site: Bridge, browser: Browser, monkeypatch: pytest.MonkeyPatch, colours: str
) -> None:
    background, foreground, label = COLOURS[colours]

    def painted(name: str) -> Design:
        return replace(worn(name), background=background, foreground=foreground, label=label)

    monkeypatch.setattr(drawing, "worn", painted)
    # It remembers designs by their names.
    monkeypatch.setattr(drawing, "stylesheet", drawing.stylesheet.__wrapped__)
    people = told(shop, regular="Greta")
    wrong = []
    schemes: tuple[Any, ...] = ("light", "dark")
    for scheme in schemes:
        context = browser.new_context(
            locale="en", color_scheme=scheme, viewport={"width": 360, "height": 740}
        )
        page = context.new_page()
        for name, path in (
            ("join", "/join/coffee"),
            ("card", f"/c/{people['regular'].link}"),
            ("history", f"/c/{people['regular'].link}?show=history"),
            ("settings", f"/c/{people['regular'].link}?show=settings"),
        ):
            page.goto(f"{site.url}{path}")
            wrong += looked(page, name, f"{colours}.{scheme}")
        context.close()
    assert wrong == []
