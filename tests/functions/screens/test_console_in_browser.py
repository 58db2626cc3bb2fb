"""The console in a browser over functions in this process: by keys alone, and two at one form."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from functions.screens.calling import Ask
from tests.functions.screens.browsing import OPTIONS, opened
from tests.functions.screens.test_budgets import one_of_each
from tests.functions.screens.visiting import Here
from tests.support.axe import faults
from tests.support.keyboard import Keys, Typist

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.functions.conftest import Shop

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path or os.environ.get("WITHOUT_BROWSER"), "no Chromium is here: see CONTRIBUTING.md"
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield found
        found.close()


@pytest.fixture(params=["en", "ru"])
def office(
    request: pytest.FixtureRequest,
    shop: Shop,
    ask: Any,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[Page, str]]:
    """Give an owner's browser, and where the shop is."""
    with contextlib.closing(opened(shop, ask, monkeypatch)) as bridge:
        context = browser.new_context(locale=request.param, viewport={"width": 360, "height": 740})
        yield context.new_page(), bridge.url
        context.close()


def form(page: Page, act: str) -> Locator:
    return page.locator(f'main form:has(input[name="act"][value="{act}"])')


def test_a_campaign_of_ones_own_is_written_and_started_by_keys(
    office: tuple[Page, str], shop: Shop
) -> None:
    (page, base), hands = office, Typist()
    shop.world.enrol()
    page.goto(f"{base}/console/campaigns")
    hands.press(page.locator('main a[href="/console/campaigns/new"]'))
    hands.type(page.locator("[name=name]"), "Keys only")
    for one in page.locator("textarea[name^='text']").all():
        if one.is_visible():
            hands.type(one, "Come and see us")
    hands.press(page.locator("button[value=save]").last)
    expect(page.locator(".said[role=status]")).to_be_focused()
    assert faults(page) == []
    hands.press(form(page, "campaign_start").locator("button"))
    expect(page.locator(".said[role=status]")).to_be_focused()
    expect(form(page, "campaign_cancel").first).to_be_attached()
    assert faults(page) == []


def test_what_somebody_else_has_changed_meanwhile_is_said_and_kept_apart(
    office: tuple[Page, str], shop: Shop, ask: Any
) -> None:
    page, base = office
    api = Here(shop, ask)
    one_of_each(shop, api)  # type: ignore[arg-type]
    page.goto(f"{base}/console/settings/places/mitte")
    before = page.locator("[name='hours.mon']").input_value()
    place = {**api.get("/v1/locations/mitte")}
    body = {"name": place["name"], "latitude": 2, "longitude": 2, "hours": place["hours"]}
    seen = api.ask(Ask("GET", "/v1/locations/mitte")).tag
    api.ask(Ask("PUT", "/v1/locations/mitte", body=body, seen=seen))
    monday = page.locator("[name='hours.mon']")
    Keys(page).reach(monday)
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("1-2")
    page.keyboard.press("Enter")
    expect(page.locator("#fault")).to_be_focused()
    expect(monday).to_have_value("1-2")
    assert faults(page) == []
    assert before != "1-2"
    assert api.get("/v1/locations/mitte")["hours"] == place["hours"]
