"""A cashier's shift in a browser: a sale, a reward, undoing, no network, a guest."""

from __future__ import annotations

import gzip
import re
import uuid
from typing import TYPE_CHECKING

import pytest
import segno
from playwright.sync_api import expect

from tests.stack.test_console import LARGEST_TILL, OPTIONS, Taps, browser, chromium
from tests.support.axe import faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.stack.shop import Customer, Shop

__all__ = ("browser",)

pytestmark = [pytest.mark.stack, pytest.mark.browser]


@pytest.fixture(scope="module")
def base(open_shop: Shop) -> str:
    return str(open_shop.stack["console"]["url"]).removesuffix("/console")


@pytest.fixture
def counter(open_shop: Shop, browser: Browser, base: str) -> Iterator[Page]:
    """Give a phone at the counter with a key of its own."""
    number = f"shift{uuid.uuid4().hex[:8]}"
    body = {"id": number, "scope": "staff", "name": "Phone at the counter"}
    made = open_shop.api("POST", "/v1/keys", "owner_key", body)
    assert made.status == 201, made
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{base}/till#{made.json()['key']}")
    expect(page.locator("#shop")).to_have_text("Daily Cup Club")
    assert "lk_" not in page.url
    yield page
    context.close()


def scanned(page: Page, text: str) -> None:
    """Type as a scanner does: it is a keyboard that ends with Enter."""
    page.evaluate("location.hash = 'scan'")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_be_visible()


def test_a_sale_is_counted_undone_and_paid_back(counter: Page, shop: Shop) -> None:
    ann = shop.customer()
    scanned(counter, ann.code)
    expect(counter.locator("#name")).to_have_text("Ann")
    counter.locator("#sum").fill("12.50")
    expect(counter.locator("#quote")).to_contain_text("earns 125")
    thumb = Taps(counter)
    thumb.tap(counter.get_by_role("button", name="Count it"))
    expect(counter.locator("#said")).to_have_text("+125 points")
    assert thumb.count == 1  # beside the scan
    assert shop.balance(ann) == 125
    thumb.tap(counter.get_by_role("button", name="Undo").first)
    expect(counter.locator("#said")).to_have_text("Undone")
    assert shop.balance(ann) == 0
    assert thumb.count == 2
    counter.evaluate("localStorage.removeItem('last')")
    shop.sell(ann, 1_250)
    assert shop.balance(ann) == 125
    scanned(counter, ann.code)
    counter.get_by_role("button", name=re.compile("Free coffee")).click()
    expect(counter.locator("#said")).to_contain_text("Redeemed: Free coffee")
    assert shop.balance(ann) == 25
    counter.evaluate("location.hash = 'scan'")
    counter.get_by_role("button", name="Undo").first.click()
    expect(counter.locator("#said")).to_have_text("Undone")
    assert shop.balance(ann) == 125
    counter.evaluate("location.hash = 'shift'")
    expect(counter.locator("#rules li").first).to_be_visible()
    assert faults(counter) == []


def test_the_same_card_within_ten_seconds_is_the_same_act(counter: Page, shop: Shop) -> None:
    ann = shop.customer()
    for _ in range(2):
        scanned(counter, ann.code)
        counter.locator("#sum").fill("5")
        counter.get_by_role("button", name="Count it").click()
        expect(counter.locator("#said")).to_have_text("+50 points")
    assert shop.balance(ann) == 50


def test_without_a_network_earning_waits_and_spending_is_refused(counter: Page, shop: Shop) -> None:
    ann = shop.customer()
    counter.evaluate("navigator.serviceWorker.ready")
    counter.context.set_offline(True)
    scanned(counter, ann.code)
    expect(counter.locator("#says")).to_contain_text("nothing can be spent")
    counter.locator("#sum").fill("3")
    counter.get_by_role("button", name="Count it").click()
    expect(counter.locator("#waiting")).to_have_text("1 waiting")
    counter.reload()  # the page is there without a network, and what waits is not lost
    expect(counter.locator("#waiting")).to_have_text("1 waiting")
    counter.context.set_offline(False)
    expect(counter.locator("#waiting")).to_be_hidden()
    assert shop.balance(ann) == 30


def test_a_guest_is_made_good_and_a_wrong_code_says_so(counter: Page, shop: Shop) -> None:
    ann = shop.customer()
    counter.locator("#code").fill("3333-3333")
    counter.get_by_role("button", name="Find").click()
    expect(counter.locator("#said")).to_contain_text("Nobody is found by that")
    scanned(counter, ann.code)
    counter.locator("summary", has_text="Make good").click()
    counter.locator("#points").fill("20")
    counter.get_by_role("button", name="Give", exact=True).click()
    expect(counter.locator("#said")).to_have_text("Given: 20")
    assert shop.balance(ann) == 20
    assert faults(counter) == []
    counter.evaluate("location.hash = 'guest'")
    code = counter.locator("#join-code")
    expect(code).to_be_visible()
    assert code.evaluate("element => element.decode().then(() => element.naturalWidth > 0)")
    counter.locator("summary", has_text="no phone").click()
    counter.locator("#first").fill("Bo")
    counter.locator("#phone").fill("+1 212 555 01" + str(10 + uuid.uuid4().int % 90))
    counter.locator("#consent").check()
    counter.get_by_role("button", name="Make the card").click()
    expect(counter.locator("#slip strong")).to_have_text(re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}"))


def test_a_first_shift_is_practised_without_anybody_noticing(browser: Browser, base: str) -> None:
    page = browser.new_page(locale="en", viewport={"width": 360, "height": 740})
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(f"{base}/till")
    page.get_by_role("button", name="Practise first").click()
    assert faults(page) == []
    step = page.locator("#step")
    for number, act in enumerate(("find", "Give a stamp", "Undo", "again", "Free coffee"), 1):
        expect(step).to_have_text(re.compile(f"^{number}/6 "))
        if act == "Undo":
            page.get_by_role("button", name="Undo").click()
            continue
        if act != "Give a stamp":
            scanned(page, "PRACTICE")
        if act != "find":
            page.get_by_role("button", name="Give a stamp" if act == "again" else act).click()
    expect(step).to_contain_text("You can do it")
    assert faults(page) == []
    page.get_by_role("button", name="End practice").click()
    expect(page.locator("#setup")).to_be_visible()
    assert [url for url in asked if "/v1/" in url] == []
    assert page.evaluate("localStorage.length") == 0
    page.close()


def seen(code: str, file: Path) -> None:
    """Write what a camera sees that a QR code is held before: a film of one picture (YUV4MPEG2)."""
    width, height, scale, matrix = 640, 480, 6, segno.make(code, error="m").matrix
    side = len(matrix) * scale
    left, top = (width - side) // 2, (height - side) // 2
    assert top > 4 * scale  # the quiet zone
    picture = bytearray([235]) * (width * height)
    for row in range(side):
        for column in range(side):
            if matrix[row // scale][column // scale]:
                picture[(top + row) * width + left + column] = 16
    frame = b"FRAME\n" + bytes(picture) + bytes([128]) * (width * height // 2)
    file.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 2)


def test_a_card_before_the_camera_is_found(
    counter: Page, open_shop: Shop, base: str, tmp_path: Path, ann: Customer
) -> None:
    seen(ann.code, tmp_path / "card.y4m")
    key = counter.evaluate("JSON.parse(localStorage.getItem('key'))")
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
             f"--use-file-for-fake-video-capture={tmp_path / 'card.y4m'}"]  # fmt: skip
    own = counter.context.browser
    assert own is not None
    found = own.browser_type.launch(executable_path=chromium(), args=[*OPTIONS, *flags])
    page = found.new_page(locale="en", viewport={"width": 360, "height": 740})
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    # No platform's own reader: what most phones of guests' waiters have.
    page.add_init_script("delete window.BarcodeDetector")
    page.goto(f"{base}/till#{key}")
    expect(page.locator("#name")).to_have_text("Ann")
    expect(page.locator("#card")).to_be_visible()
    assert [one for one in told if "Content Security" in one] == []
    found.close()


def test_a_key_that_was_revoked_opens_nothing(counter: Page, shop: Shop, ann: Customer) -> None:
    number = counter.evaluate("JSON.parse(localStorage.getItem('shop')).key")
    assert shop.api("DELETE", f"/v1/keys/{number}", "owner_key").status == 200
    counter.evaluate("localStorage.setItem('key', JSON.stringify('lk_local_x_y'))")
    counter.locator("#code").fill(ann.code)
    counter.get_by_role("button", name="Find").click()
    expect(counter.locator("#setup")).to_be_visible()
    expect(counter.locator("#said")).to_contain_text("not good any more")


def test_the_page_is_small_and_asks_nobody_else(browser: Browser, base: str) -> None:
    page = browser.new_page(
        locale="ru", color_scheme="dark", viewport={"width": 320, "height": 568}
    )
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    answer = page.goto(f"{base}/till")
    assert answer is not None
    expect(page.get_by_role("heading", level=1)).to_have_text("Сделать этот телефон кассой")
    assert len(gzip.compress(answer.body())) <= LARGEST_TILL
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert {url.removeprefix(base).partition("?")[0] for url in asked} <= {
        "/till", "/till/icon.svg", "/till/manifest.webmanifest", "/till/worker.js",
        "/till/decoder.js",
    }  # fmt: skip
    page.close()
