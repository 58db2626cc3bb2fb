"""Finding somebody by the number on a receipt, in the one box of the console and at the counter."""

from __future__ import annotations

import os
import re
import shutil
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from functions.pages.drawing import words
from functions.screens.members import receipt_of
from tests.functions.screens.browsing import OPTIONS, opened
from tests.functions.screens.visiting import Visitor
from tests.support.axe import faults
from tests.support.figure_streams import FigureStreams
from tests.support.keyboard import Keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.functions.conftest import Shop


@pytest.mark.parametrize(
    ("text", "receipt"),
    [
        ("1001", "1001"),
        (" #1001 ", "#1001"),
        ("R-1001", "R-1001"),
        ("8 916 123-45-67", "8 916 123-45-67"),
        ("Ann", ""),
        ("", ""),
        ("ann2@example.com", ""),
        ("1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP", ""),
        ("9" * 129, ""),
    ],
)
def test_what_has_figures_may_stand_on_a_receipt(text: str, receipt: str) -> None:
    assert receipt_of(text) == receipt


def sell(shop: Shop, number: str, member: Any, source: str) -> None:
    shop.world.sell(number, member=member, source=source)
    streams = FigureStreams(shop.world)
    streams.ring(streams.news())


def names(html: str) -> list[str]:
    return re.findall(r"<span><strong>([^<]+)</strong>(?: <small>[^<]*</small>)?</span>", html)


def test_the_one_box_finds_both_tills_of_a_number(shop: Shop, ask: Any) -> None:
    ann, ben = (shop.world.enrol(name=name) for name in ("Ann", "Ben"))
    sell(shop, "1001", ann, "front")
    sell(shop, "1001", ben, "back")
    found = Visitor(shop, ask)
    found.look("/console/members")
    assert found.send("find", search="No. 1001").status_code == 200
    assert sorted(names(found.html)) == ["Ann", "Ben"]
    assert "Receipt 1001 · front · " in found.html
    assert "Receipt 1001 · back · " in found.html
    # A number of six figures and more is a phone as well; here it is nobody's.
    sell(shop, "20260504", ann, "front")
    found.send("find", search="20260504")
    assert names(found.html) == ["Ann"]
    # And who is found by a tag stays found.
    shop.world.enrol(name="Cleo")
    found.send("find", search="#1001")
    assert sorted(names(found.html)) == ["Ann", "Ben"]


@pytest.mark.parametrize("language", ["en", "ru", "de"])
def test_what_nobody_has_claimed_is_said_and_what_is_none_is_nobody(
    shop: Shop, ask: Any, language: str
) -> None:
    sell(shop, "77", None, "kiosk")
    found, said = Visitor(shop, ask, language=language), words(language, "console")["members"]
    found.look("/console/members")
    found.send("find", search="77")
    assert said["unclaimed"] in unescape(found.html)
    assert "77 · kiosk · " in found.html
    assert said["nobody"] not in found.html
    found.send("find", search="78")
    assert said["nobody"] in found.html
    # Twelve figures are a phone that is none: with no receipt either, that is said.
    assert found.send("find", search="000000000000").status_code == 422


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path or os.environ.get("WITHOUT_BROWSER"), "no Chromium is here: see CONTRIBUTING.md"
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield found
        found.close()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "ru"])
def test_two_actions_find_somebody_by_receipt_in_the_browser(
    shop: Shop, ask: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    ann, ben = (shop.world.enrol(name=name) for name in ("Ann", "Ben"))
    sell(shop, "R-1001", ann, "front")
    sell(shop, "42", ann, "front")
    sell(shop, "42", ben, "back")
    shop.world.sell("large", total=2_500, member=ann)
    bridge = opened(shop, ask, monkeypatch)
    context = browser.new_context(locale=language, viewport={"width": 360, "height": 740})
    page = context.new_page()
    try:
        # The console: the box has the keyboard already; typed is one action, choosing the other.
        page.goto(f"{bridge.url}/console/members")
        expect(page.locator("main input[name=search]")).to_be_focused()
        page.keyboard.type("r 1001")
        page.keyboard.press("Enter")
        Keys(page).press(page.get_by_role("link", name="Ann"))
        expect(page).to_have_url(re.compile(f"/console/members/{ann.member_id}$"))
        # The counter: where one till has printed the number, typing it is all.
        page.clock.install(time=shop.world.now)
        key = shop.key("staff", name="Anna").removeprefix("Bearer ")
        page.goto(f"{bridge.url}/till#{key}")
        expect(page.locator("#code")).to_be_focused()
        page.keyboard.type("1001")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_have_text(words(language, "till")["told"]["not_found"])
        page.keyboard.type("r1001")
        page.keyboard.press("Enter")
        expect(page.locator("#name")).to_have_text("Ann")
        # A reward is ready, and asks for the card: instead of its button it is said.
        expect(page.locator("#says")).to_contain_text(
            words(language, "till")["told"]["scan_needed"]
        )
        expect(page.locator("#rewards button")).to_have_count(0)
        # Where two have, whose it is stands on two buttons.
        page.goto(f"{bridge.url}/till#scan")
        expect(page.locator("#code")).to_be_focused()
        page.keyboard.type("42")
        page.keyboard.press("Enter")
        choices = page.locator("#sales button")
        expect(choices).to_have_count(2)
        assert faults(page) == []
        Keys(page).press(choices.filter(has_text="Ben"))
        expect(page.locator("#name")).to_have_text("Ben")
        expect(choices).to_have_count(0)
    finally:
        context.close()
        bridge.close()


@pytest.mark.browser
def test_two_who_are_found_without_a_card_are_two(
    shop: Shop, ask: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the ten seconds in which the same card is the same act, another guest is another."""
    stamps = {"id": "stamps", "kind": "stamps"}
    earning = [{"pot": "stamps", "points": 1, "per": "visit"}]
    more = {"pots": [stamps], "earning": earning, "rewards": [], "points_as_money": None}
    shop.world.put_program("coffee", **more)
    people = {number: shop.world.enrol(name=name) for number, name in (("1", "Ann"), ("2", "Ben"))}
    for number, member in people.items():
        sell(shop, f"R-{number}", member, "front")
    before = {number: shop.world.balance(one, "stamps") for number, one in people.items()}
    bridge = opened(shop, ask, monkeypatch)
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    try:
        page = context.new_page()
        page.clock.install(time=shop.world.now)
        key = shop.key("staff", name="Anna").removeprefix("Bearer ")
        page.goto(f"{bridge.url}/till#{key}")
        for number in people:
            expect(page.locator("#code")).to_be_focused()
            page.keyboard.type(f"R-{number}")
            page.keyboard.press("Enter")
            expect(page.locator("#stamp button")).to_be_focused()
            page.keyboard.press("Enter")
            expect(page.locator("#scan")).to_be_visible()
        # Each can be taken back alone.
        expect(page.locator("#last button")).to_have_count(2)
        page.locator("#last button").first.click()
        expect(page.locator("#last button")).to_have_count(1)
    finally:
        context.close()
        bridge.close()
    after = {number: shop.world.balance(one, "stamps") for number, one in people.items()}
    assert after == {"1": before["1"] + 1, "2": before["2"]}


@pytest.mark.browser
def test_whoever_practises_without_a_shop_finds_the_guest_who_is_not_there(
    shop: Shop, ask: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge = opened(shop, ask, monkeypatch)
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    try:
        page = context.new_page()
        page.goto(f"{bridge.url}/till")
        page.locator("#setup [data-practise]").click()
        expect(page.locator("#code")).to_be_focused()
        page.keyboard.type("PRACTICE")
        page.keyboard.press("Enter")
        expect(page.locator("#card")).to_be_visible()
    finally:
        context.close()
        bridge.close()
