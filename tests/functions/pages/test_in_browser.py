"""The pages in a real browser, at the size of a phone, with and without JavaScript."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from loyalty.languages import LANGUAGES
from tests.functions.pages.bridge import Bridge
from tests.functions.pages.shop import CONTACT_CODE, LINK, card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.functions.pages.shop import Shop

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/26.0 Mobile/15E148 Safari/604.1"
)
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# Every visible text with the colour behind it, and the contrast between both (WCAG 2.2).
CONTRASTS = """() => {
  const parts = text => (text.match(/[0-9.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || !element.checkVisibility() || element.closest("script, .hidden"))
      continue;
    const pair = [parts(getComputedStyle(element).color), behind(element)].map(light).sort();
    pair.sort((a, b) => a - b);
    found.push([(pair[1] + .05) / (pair[0] + .05), node.data.trim()]);
  }
  return found;
}"""

# Controls below the least size of a target (WCAG 2.2, 2.5.8: 24 by 24 CSS pixels).
TOO_SMALL = """() => [...document.querySelectorAll("button, a, input, .choice label")]
  .filter(control => control.checkVisibility() && !control.matches(".hidden"))
  .map(control => [control.getBoundingClientRect(), control.outerHTML])
  .filter(([box]) => box.width < 24 || box.height < 24)
  .map(([, html]) => html)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("NO BROWSER: the pages go untested; install Chromium or set CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield running
        running.close()


@pytest.fixture
def site(ask: Callable[[dict[str, Any]], dict[str, Any]], shop: Shop) -> Iterator[Bridge]:
    bridge = Bridge(ask)
    shop.settings.base_url = bridge.url
    yield bridge
    bridge.close()


@pytest.fixture
def visit(browser: Browser, site: Bridge) -> Iterator[Callable[..., Page]]:
    """Opens a page and afterwards checks that nothing was blocked and nobody else was called."""
    contexts = []
    complaints: list[str] = []
    hosts: set[str] = set()

    def open_page(path: str, **options: Any) -> Page:
        wanted = {"viewport": PHONE, "user_agent": IPHONE, "locale": "en-US", **options}
        context = browser.new_context(**wanted)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda sent: hosts.add(urlsplit(sent.url).netloc))
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert hosts <= {urlsplit(site.url).netloc, ""}
    # Chromium writes a line for each answer of 400 and above; all else is a fault of ours.
    assert [said for said in complaints if "status of 4" not in said] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_a_customer_joins_with_one_mistake_on_the_way(
    visit: Callable[..., Page], shop: Shop, scripts: object
) -> None:
    page = visit("/join/coffee", java_script_enabled=scripts)
    page.get_by_label("First name").type("Anna")
    page.get_by_label("Phone number").type("12")
    page.get_by_label("Birthday").fill("1990-05-28")
    page.get_by_text("I want to join.").click()
    page.get_by_text("offers and news").click()
    page.get_by_role("button", name="Get my card").click()

    fault = page.get_by_text("This does not look like a phone number.")
    expect(fault).to_be_visible()
    phone = page.get_by_label("Phone number")
    expect(phone).to_be_focused()
    expect(phone).to_be_in_viewport()
    expect(phone).to_have_value("12")
    expect(phone).to_have_accessible_description(re.compile("does not look like a phone"))
    below, control = fault.bounding_box(), phone.bounding_box()
    assert below is not None
    assert control is not None
    assert 0 <= below["y"] - (control["y"] + control["height"]) < 16
    expect(page.get_by_label("First name")).to_have_value("Anna")
    expect(page.get_by_label("Birthday")).to_have_value("1990-05-28")
    expect(page.locator("#consent")).to_be_checked()
    expect(page.locator("#marketing-consent")).to_be_checked()

    phone.fill("202-555-0123")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/c/{LINK}")
    expect(page.get_by_text("Show this code when you pay")).to_be_visible()
    expect(page.get_by_role("link", name="Add to Apple Wallet")).to_be_visible()
    assert [application.contact.value for _, application in shop.applications] == ["+12025550123"]


def test_the_code_of_a_message_is_typed_without_scripts(
    visit: Callable[..., Page], shop: Shop
) -> None:
    page = visit(f"/c/{LINK}?language=en", java_script_enabled=False)
    field = page.get_by_label("Code from the message")
    field.fill("1111 1111")
    page.keyboard.press("Enter")
    expect(page.get_by_text("not the code we have sent")).to_be_visible()
    expect(field).to_be_focused()
    page.get_by_role("button", name="Send another code").click()
    expect(page.get_by_text("We have sent another code")).to_be_visible()
    field.fill(CONTACT_CODE)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("your contact is confirmed")).to_be_visible()
    expect(field).to_have_count(0)
    assert shop.proofs == [(LINK, "1111 1111"), (LINK, CONTACT_CODE)]
    assert shop.codes_sent == [LINK]
    page.reload()
    assert len(shop.proofs) == 2


def test_the_counter_where_the_code_was_scanned_is_not_lost(
    visit: Callable[..., Page], shop: Shop
) -> None:
    page = visit("/join/coffee?location=airport")
    page.get_by_role("link", name="Русский").click()
    page.get_by_role("link", name="English").click()
    page.get_by_label("First name").fill("Anna")
    page.get_by_label("Phone number").fill("202-555-0123")
    page.get_by_role("button").click()
    expect(page.get_by_text("Without this we cannot keep a card")).to_be_visible()
    page.get_by_text("I want to join.").click()
    page.get_by_role("button").click()
    page.wait_for_url(f"**/c/{LINK}")
    assert [application.location for _, application in shop.applications] == ["airport"]


def test_the_switch_to_email_works_without_scripts_and_by_keyboard(
    visit: Callable[..., Page], shop: Shop
) -> None:
    page = visit("/join/coffee", java_script_enabled=False)
    expect(page.get_by_label("E-mail address")).to_be_hidden()
    page.get_by_label("First name").type("Anna")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Phone number")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.type("anna@example.com")
    page.get_by_text("I want to join.").click()
    page.get_by_role("button").click()
    page.wait_for_url("**/c/**")
    assert shop.applications[0][1].contact.value == "anna@example.com"


def test_a_second_tap_while_the_first_is_on_its_way_is_ignored(
    visit: Callable[..., Page], shop: Shop, site: Bridge
) -> None:
    page = visit("/join/coffee")
    page.get_by_label("First name").fill("Anna")
    page.get_by_label("Phone number").fill("202-555-0123")
    page.get_by_text("I want to join.").click()
    refused, caption = page.evaluate("""() => {
        const button = document.querySelector("button"), refused = [];
        button.form.addEventListener("submit", event => refused.push(event.defaultPrevented));
        button.click(); button.click(); button.click();
        return [refused, button.textContent];
    }""")
    assert refused == [False, True, True]
    assert caption == "Making your card…"
    page.wait_for_url("**/c/**")
    assert len(shop.applications) == 1
    assert site.origins == [site.url]
    # Coming back finds a form that can be sent again.
    page.go_back()
    expect(page.get_by_role("button", name="Get my card")).to_be_enabled()


def test_a_strangers_page_cannot_send_the_form(
    visit: Callable[..., Page], shop: Shop, site: Bridge
) -> None:
    page = visit("/robots.txt")
    page.goto("about:blank")
    page.set_content(
        f'<form method="post" action="{site.url}/join/coffee">'
        '<input name="first_name" value="Anna"><input name="phone" value="202-555-0123">'
        '<input name="consent" value="yes"><button>Win!</button></form>'
    )
    page.get_by_role("button").click()
    expect(page.get_by_text("This form was not accepted")).to_be_visible()
    assert shop.applications == []


PAGES = (
    *("/join/coffee", "/join/barber"),
    *(f"/c/{LINK}", f"/c/{LINK}?said=sent", "/c/barber", "/c/closed", "/c/unknown"),
)


def contrasts(page: Page) -> dict[str, float]:
    found = {text: ratio for ratio, text in page.evaluate(CONTRASTS)}
    assert found
    return {text: ratio for text, ratio in found.items() if ratio < 4.5}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_is_readable_in_both_modes(
    visit: Callable[..., Page], shop: Shop, scheme: str
) -> None:
    shop.cards_by_link["barber"] = lambda language: card("barber", language)
    shop.cards_by_link["closed"] = lambda language: card("coffee", language, voided=True)
    for path in PAGES:
        page = visit(path, color_scheme=scheme)
        assert contrasts(page) == {}, path
    page = visit("/join/coffee", color_scheme=scheme)
    page.get_by_role("button").click()
    expect(page.locator("#consent-fault")).to_be_visible()
    assert contrasts(page) == {}
    # Negative control: the measure sees a text that is too pale.
    pale = "#999999" if scheme == "light" else "#555555"
    page.evaluate("colour => document.querySelector('h1').style.color = colour", pale)
    assert len(contrasts(page)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_sticks_out_and_everything_is_large_enough_to_tap(
    visit: Callable[..., Page], shop: Shop, language: str
) -> None:
    shop.cards_by_link["barber"] = lambda _: card(
        "barber", language, program_name="Парикмахерскаядлянастоящихджентльменовиихсыновей"
    )
    shop.cards_by_link["closed"] = lambda _: card("coffee", language, voided=True)
    for path in PAGES:
        page = visit(f"{path}?language={language}")
        for width in (320, 390, 900, 1280):
            page.set_viewport_size({"width": width, "height": 700})
            outside = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert outside <= 0, (path, width)
            assert page.evaluate(TOO_SMALL) == [], (path, width)


def test_the_visible_focus_is_not_lost(visit: Callable[..., Page]) -> None:
    page = visit("/join/coffee")
    seen = set()
    for _ in range(9):
        page.keyboard.press("Tab")
        seen.add(
            page.evaluate("""() => {
                const at = document.activeElement;
                const shown = at.type === "radio" ? at.nextElementSibling : at;
                return [at.id || at.tagName, getComputedStyle(shown).outlineStyle !== "none"]
                    .join(" ");
            }""")
        )
    assert {"first-name true", "by-phone true", "phone true", "consent true"} <= seen
    assert not [state for state in seen if state.endswith("false") and "BODY" not in state]


@pytest.mark.parametrize(
    ("piece", "paper", "code"),
    [("poster", (210, 297), 90), ("tent", (210, 297), 65), ("slip", (80, 110), 55)],
)
def test_what_a_shop_prints_is_as_large_as_it_says(
    visit: Callable[..., Page], piece: str, paper: tuple[int, int], code: int
) -> None:
    """To the millimetre, on one sheet, with the code whole; a browser's print, saved as PDF."""
    desk = {"width": 900, "height": 1200}
    page = visit(f"/join/coffee/kit/{piece}?location=airport", viewport=desk)
    page.emulate_media(media="print")
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('.code svg')].map(e => e.getBoundingClientRect())"
        ".map(box => [box.width, box.height])"
    )
    assert sizes == [[pytest.approx(code * 96 / 25.4, abs=0.5)] * 2] * (2 if piece == "tent" else 1)
    outside = page.evaluate(
        "() => { const paper = document.querySelector('.paper').getBoundingClientRect();"
        " return [...document.querySelectorAll('.paper *')].filter(e => e.checkVisibility())"
        ".map(e => [e.getBoundingClientRect(), e.className])"
        ".filter(([b]) => b.left < paper.left - 1 || b.right > paper.right + 1"
        " || b.bottom > paper.bottom + 1).map(([, name]) => String(name)); }"
    )
    assert outside == []
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", printed)
    assert len(boxes) == 1, "one sheet"
    measured = [float(side) * 25.4 / 72 for side in boxes[0]]
    assert measured == pytest.approx(list(paper), abs=0.5)
