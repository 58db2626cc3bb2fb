"""Rules, coupons, designs, moving in and out, by the console's forms on the running stack."""

from __future__ import annotations

import gzip
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.stack.test_console import LARGEST, OPTIONS, link_of, owner
from tests.support.axe import faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.stack.running import RunningStack
    from tests.stack.shop import Customer, Shop

pytestmark = [pytest.mark.stack, pytest.mark.browser]

LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="18"'
    b' fill="#c0392b"/></svg>'
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path or os.environ.get("WITHOUT_BROWSER"), "no Chromium is here: see CONTRIBUTING.md"
    expect.set_options(timeout=20_000)  # a machine that builds may be slow, and is no finding
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def base(open_shop: Shop) -> str:
    return str(open_shop.stack["console"]["url"]).removesuffix("/console")


@pytest.fixture(scope="module")
def bea(running: RunningStack, open_shop: Shop, browser: Browser, base: str) -> Iterator[Page]:
    """Give the browser of an owner who was let in by a link."""
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{base}/sign-in/{link_of(running, open_shop, owner(running, open_shop, 'Bea'))}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="To the console").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Bea")
    yield page
    context.close()


def clean(page: Page) -> None:
    """Fail where axe finds anything, where the page is wider than the phone, or heavy."""
    assert faults(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    assert len(gzip.compress(page.content().encode())) <= LARGEST, page.url


def document(shop: Shop) -> dict[str, object]:
    told: dict[str, object] = shop.api("GET", "/v1/program", "owner_key").json()["document"]
    return told


def act(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_rule_is_changed_by_its_form_and_tried_before_it_counts(
    bea: Page, base: str, shop: Shop, ann: Customer
) -> None:
    shop.sell(ann, 1_000)
    before = document(shop)
    bea.goto(f"{base}/console/program")
    clean(bea)
    bea.get_by_role("link", name="Change: How members collect").click()
    clean(bea)
    bea.locator('[name="earning.0.points"]').fill("eleven")
    act(bea, "What would be different?")
    expect(bea.locator('[name="earning.0.points"]')).to_have_attribute("aria-invalid", "true")
    expect(bea.locator('[name="earning.0.points"]')).to_have_value("eleven")
    bea.locator('[name="earning.0.points"]').fill("11")
    act(bea, "What would be different?")
    expect(bea.locator("section[role=status]")).to_contain_text("11 points for every $1")
    clean(bea)
    assert document(shop) == before
    act(bea, "Try on past sales")
    for _ in range(20):
        if "still being counted" not in bea.locator("section[role=status]").inner_text():
            break
        act(bea, "Try on past sales")
    expect(bea.locator("section[role=status]")).to_contain_text("Turnover")
    clean(bea)
    act(bea, "Put in force")
    expect(bea.locator(".said")).to_contain_text("in force")
    expect(bea.locator("main")).to_contain_text("11 points for every $1")
    bea.get_by_role("link", name="Change: How members collect").click()
    bea.locator('[name="earning.0.points"]').fill("10")
    act(bea, "Put in force")
    expect(bea.locator(".said")).to_contain_text("in force")
    assert document(shop) == before


def test_a_ready_program_is_compared_and_every_form_is_clean(bea: Page, base: str) -> None:
    bea.goto(f"{base}/console/program/templates")
    clean(bea)
    bea.get_by_role("link", name="Compare with yours").first.click()
    expect(bea.locator("section[role=status]")).to_contain_text("What would be different")
    clean(bea)
    for section in ("rewards", "money", "expiries", "levels", "promotions", "gifts", "staff"):
        answer = bea.goto(f"{base}/console/program/rules/{section}")
        assert answer is not None
        assert answer.status == 200
        clean(bea)


def test_a_coupon_is_made_used_and_stopped(bea: Page, base: str, shop: Shop, ann: Customer) -> None:
    bea.goto(f"{base}/console/rewards")
    bea.get_by_role("link", name="Make a coupon").click()
    clean(bea)
    bea.locator("#coupon-word").fill("BEA2026")
    for field in bea.locator('[name^="name_"]').all():
        field.fill("Seven more")
    act(bea, "Make it")
    expect(bea.locator(".said.wrong")).to_be_visible()
    clean(bea)
    bea.locator('[name="points"]').fill("7")
    act(bea, "Make it")
    expect(bea.locator(".said")).to_contain_text("good from now on")
    clean(bea)
    found = shop.api("GET", "/v1/coupons", "owner_key").json()["coupons"]
    made = next(one for one in found if one["word"] == "BEA2026")
    assert (made["gives"]["points"], made["per_member"], made["state"]) == (7, 1, "running")
    act(bea, "Stop it")
    expect(bea.locator(".said")).to_contain_text("stopped")
    expect(bea.locator("main")).to_contain_text("stopped")


def test_a_card_is_drawn_published_and_taken_back(bea: Page, base: str, shop: Shop) -> None:
    bea.goto(f"{base}/console/card")
    clean(bea)
    bea.get_by_role("link", name="Design your own").click()
    clean(bea)
    bea.locator("#draw-name").fill("Evening")
    bea.locator("#draw-style").select_option("stamps")
    bea.locator("#draw-colour").fill("#12352b")
    bea.locator("#draw-count").fill("5")
    bea.locator("#draw-logo").set_input_files(
        {"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": LOGO}
    )
    bea.set_default_timeout(60_000)  # drawing is arithmetic, and the machine may be busy
    act(bea, "Draw it")
    expect(bea.locator(".said")).to_contain_text("draft is drawn", timeout=60_000)
    expect(bea.locator(".looks figure")).to_have_count(12)
    for picture in bea.locator(".looks img").all():
        picture.scroll_into_view_if_needed()
    assert bea.evaluate(
        "Promise.all([...document.images].map(one => one.decode())).then(() => true)"
    )
    clean(bea)
    act(bea, "Publish")
    expect(bea.locator(".said")).to_contain_text("published")
    bea.locator("#draw-pattern").select_option("dots")
    act(bea, "Draw it")
    expect(bea.locator("main")).to_contain_text("Changed, not published", timeout=60_000)
    assert bea.locator("#without-logo").count() == 1
    act(bea, "Publish")
    expect(bea.locator("main")).to_contain_text("Version 2 is out")
    act(bea, "Go back to this one")
    expect(bea.locator("main")).to_contain_text("Version 3 is out", timeout=60_000)
    act(bea, "Every state, language and notice")
    preview = bea.get_by_role("link", name="Open the preview").get_attribute("href")
    assert preview
    act(bea, "Delete this design")
    expect(bea.locator(".said")).to_contain_text("gone")
    assert document(shop)["design"] == "coffee"


def test_what_is_no_picture_is_refused_in_words(bea: Page, base: str) -> None:
    bea.goto(f"{base}/console/card/new")
    bea.locator("#draw-name").fill("Broken")
    bea.locator("#draw-logo").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": b"no picture at all"}
    )
    act(bea, "Draw it")
    expect(bea.locator(".said.wrong")).to_contain_text("cannot be read", timeout=60_000)
    expect(bea.locator("#draw-name")).to_have_value("Broken")
    clean(bea)


def test_members_are_moved_in_and_taken_back(bea: Page, base: str) -> None:
    bea.goto(f"{base}/console/tills")
    bea.get_by_role("link", name="Bring members in").click()
    clean(bea)
    rows = (
        "Name,Phone,Points\nZoe Moved,+12125550177,120\nYan Moved,+12125550178,80\nX,nonsense,5\n"
    )
    bea.locator("#upload-file").set_input_files(
        {"name": "clients.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    act(bea, "Look at it")
    patient(bea, "Which column is what?")
    expect(bea.locator('[name="column_phone"]')).to_have_value("Phone")
    clean(bea)
    act(bea, "What would happen?")
    patient(bea, "What would become of the lines")
    expect(bea.locator("main")).to_contain_text("New members")
    clean(bea)
    act(bea, "Bring them in")
    patient(bea, "They are members now")
    clean(bea)
    bea.locator("summary", has_text="Take it back").click()
    act(bea, "Take it back")
    patient(bea, "It was taken back")
    clean(bea)


def patient(page: Page, text: str) -> None:
    """Look again, as the page says, until a worker has done its part."""
    for _ in range(20):
        if text in page.locator("main").inner_text():
            return
        page.get_by_role("button", name="Look again").click()
    raise AssertionError(page.locator("main").inner_text())


def test_the_way_out_asks_for_a_proof(bea: Page, base: str) -> None:
    bea.goto(f"{base}/console/export")
    clean(bea)
    act(bea, "Write the files")
    # A passkey that was shown within five minutes is what hands everything out.
    expect(bea.locator("h1")).to_be_visible()
    clean(bea)


def test_from_a_trade_to_a_card_in_the_pocket(bea: Page, base: str, shop: Shop) -> None:
    before = document(shop)
    bea.goto(f"{base}/console/start")
    clean(bea)
    act(bea, "Go on")  # nothing is chosen: the browser itself says so
    assert bea.url.endswith("/console/start")
    bea.locator("#trade-own").check()
    act(bea, "Go on")
    expect(bea.locator("h1")).to_have_text("This is your program")
    clean(bea)
    bea.get_by_role("link", name="That is right").click()
    clean(bea)
    bea.locator("#dress-colour").fill("#12352b")
    act(bea, "Draw and wear it")
    expect(bea.locator("h1")).to_have_text("Your card is there", timeout=60_000)
    clean(bea)
    assert document(shop)["design"] == "first-card"
    customer = shop.customer()
    page = bea.context.new_page()
    page.goto(customer.card["card_url"])
    expect(page.locator(".card-code")).to_be_visible()
    page.close()
    bea.get_by_role("link", name="Go on").click()
    clean(bea)
    bea.goto(f"{base}/console/card")
    bea.locator("li", has_text="Coffee").get_by_role("button", name="Wear this one").click()
    expect(bea.locator(".said")).to_contain_text("wear it")
    assert document(shop) == before
