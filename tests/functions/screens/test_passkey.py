"""The one step after a link: a passkey, offered once, said again until there is one, on no till."""

from __future__ import annotations

import contextlib
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from functions import sign_in
from functions.http.authorize import COOKIE
from functions.pages.drawing import words
from functions.screens.calling import Ask, Told
from tests.functions.screens.browsing import OPTIONS, SignedIn, opened
from tests.functions.screens.visiting import Here
from tests.support.axe import faults
from tests.support.events import http

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.functions.conftest import Shop

pytestmark = pytest.mark.browser


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Passkeys of whoever is signed in."""
    found: list[dict[str, str]] = []
    asked = SignedIn._asked

    def told(self: SignedIn, ask: Ask) -> Told:
        if (ask.method, ask.path) == ("GET", "/v1/passkeys"):
            return Told(200, {"passkeys": found})
        return asked(self, ask)

    monkeypatch.setattr(SignedIn, "_asked", told)
    return found


@pytest.fixture(params=["en", "ru", "de"])
def page(
    request: pytest.FixtureRequest, shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Page, str, dict[str, Any]]]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path or os.environ.get("WITHOUT_BROWSER"), "no Chromium is here: see CONTRIBUTING.md"
    with (
        contextlib.closing(opened(shop, ask, monkeypatch)) as bridge,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        context = browser.new_context(locale=request.param, viewport={"width": 360, "height": 740})
        yield context.new_page(), bridge.url, words(request.param, "console")["passkey"]
        browser.close()


def test_it_is_one_step_that_can_wait_and_is_said_again(
    page: tuple[Page, str, dict[str, Any]], kept: list[dict[str, str]]
) -> None:
    tab, base, says = page
    tab.goto(f"{base}/console/passkey")
    assert faults(tab) == []
    expect(tab.locator('form[data-passkey="new"] button')).to_have_text(says["make"])
    expect(tab.locator("[name=name]")).not_to_have_value("")
    tab.get_by_role("link", name=says["later"]).click()
    reminder = tab.locator('main a[href="/console/passkey"]')
    expect(reminder).to_contain_text(says["missing"])
    assert faults(tab) == []
    kept.append({"id": "a" * 64, "name": "Laptop", "since": "2026-05-04T12:00:00Z"})
    tab.goto(f"{base}/console")
    expect(reminder).to_have_count(0)
    # On a second device one is offered beside the first.
    tab.goto(f"{base}/console/passkey")
    expect(tab.locator("main")).to_contain_text("Laptop")


def test_nobody_is_nagged_on_a_phone_at_the_counter(shop: Shop, ask: Any) -> None:
    page = ask(sign_in, http("GET", "/sign-in/x", {"accept": "text/html"}))["body"]
    assert "passkey" not in page


@pytest.mark.parametrize(
    ("role", "then"),
    [
        ("owner", "/console/passkey"),
        ("manager", "/console/passkey"),
        ("accountant", "/console/passkey"),
        ("staff", "/console"),
    ],
)
def test_who_comes_by_a_link_is_led_there_but_no_staff(
    shop: Shop, ask: Any, role: str, then: str
) -> None:
    owner = Here(shop, ask)
    person = owner.ask(Ask("POST", "/v1/people", body={"name": "Bo", "role": role})).content["id"]
    made = owner.ask(Ask("POST", f"/v1/people/{person}/links"))
    secret = made.content["url"].rpartition("/")[2]
    own = {"accept": "text/html", "user-agent": "x"}
    answer = ask(sign_in, http("POST", f"/sign-in/{secret}", own))
    assert answer["statusCode"] == 200, answer
    assert f'href="{then}"' in answer["body"]
    # Who goes over to another program was let in already.
    again = owner.ask(Ask("POST", f"/v1/people/{person}/links")).content["url"].rpartition("/")[2]
    event = http("POST", f"/sign-in/{again}", own)
    event["cookies"] = [f"{COOKIE}={'c' * 43}"]
    assert 'href="/console"' in ask(sign_in, event)["body"]
