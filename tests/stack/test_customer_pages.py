"""A customer's pages in a browser on the running stack: joining, looking back, leaving."""

from __future__ import annotations

import gzip
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.support.axe import faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.stack.shop import Shop

pytestmark = [pytest.mark.stack, pytest.mark.browser]

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LARGEST = 30_000  # bytes of a page, gzipped


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path or os.environ.get("WITHOUT_BROWSER"), "no Chromium is here: see CONTRIBUTING.md"
    expect.set_options(timeout=20_000)  # a machine that builds may be slow, and is no finding
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield found
        found.close()


def clean(page: Page) -> None:
    """Fail where axe finds anything, where the page is wider than the phone, or heavy."""
    assert faults(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    assert len(gzip.compress(page.content().encode())) <= LARGEST


def test_from_the_front_address_to_leaving(  # noqa: PLR0915 - one story
    shop: Shop, browser: Browser
) -> None:
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    page = context.new_page()
    base = shop.stack["base_url"]
    # Other tests may have made programs besides; the shipped one is always among them.
    page.goto(f"{base}/")
    clean(page)
    page.locator(f'a[href^="/join/{shop.stack["program"]}?"]').click()
    clean(page)
    page.locator("#first-name").fill("Eve")
    page.locator("label", has_text="E-mail").first.click()
    page.locator("#email").fill("eve.leaves@example.com")
    page.locator("#consent").check()
    page.get_by_role("button", name="Get").or_(page.locator("form .button")).first.click()
    expect(page.locator(".card-code")).to_be_visible()
    card_address = page.url.partition("?")[0]
    clean(page)

    code = page.locator(".short-code").inner_text().replace(" ", "")
    order = shop.till.order("eve-1", 1250, {"card_code": code})
    assert shop.till.send(order).status == 202
    shop.settle()
    page.reload()
    page.get_by_role("link", name="What has happened").click()
    expect(page.locator(".lines")).to_contain_text("Purchase")
    clean(page)
    page.get_by_role("link", name="Why? Purchase").click()
    expect(page.locator(".told")).to_contain_text("→ 125 points")
    clean(page)
    page.get_by_role("link", name="Back to your card").click()

    page.get_by_role("link", name="Settings and your data").click()
    clean(page)
    page.locator("#card-language").select_option("ru")
    page.locator("#topic-1").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("h1")).to_have_text("Настройки и ваши данные")
    expect(page.locator("#topic-1")).to_be_checked()
    clean(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Сохранить файл").click()
    assert "eve.leaves@example.com" in download.value.path().read_text(encoding="utf-8")

    page.goto(card_address)
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.get_by_role("link", name="Настройки и ваши данные").click()
    page.locator("summary", has_text="Выйти навсегда").click()
    page.get_by_role("button", name="Удалить карту и данные").click()
    expect(page.locator(".fault")).to_be_visible()
    clean(page)
    page.locator("#sure").check()
    page.get_by_role("button", name="Удалить карту и данные").click()
    expect(page.locator("h1")).to_have_text("Вы вышли")
    clean(page)
    answer = page.goto(card_address)
    assert answer is not None
    assert answer.status == 404
    context.close()
