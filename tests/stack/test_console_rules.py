"""Rules, coupons, designs, moving in and out, by the console's forms on the running stack."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from infra.local.phone import Iphone
from infra.local.web import ask_json
from loyalty.core.instants import microseconds
from loyalty.store import keys
from loyalty.store.tables import Update
from tests.stack.test_console import LARGEST, OPTIONS, link_of, owner
from tests.support.axe import faults
from tests.support.deployed import ROOT

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
FIVE_MINUTES = 300


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
    page.get_by_role("link", name="Later").click()
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
    expect(bea.locator("#trial")).to_contain_text("Turnover", timeout=60_000)
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
    for field in bea.locator('[name^="name."]').all():
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


def test_the_way_out_asks_for_a_passkey_and_gives_files(
    running: RunningStack, browser: Browser, base: str, shop: Shop
) -> None:
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
               "hasUserVerification": True, "isUserVerified": True}  # fmt: skip
    client.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{base}/sign-in/{link_of(running, shop, owner(running, shop, 'Dora'))}")
    act(page, "Sign in")
    page.goto(f"{base}/console/settings")
    page.get_by_label("Name of this phone or computer").fill("phone")
    act(page, "Make a passkey")
    expect(page.locator(".said:visible")).to_contain_text("The passkey is kept")
    page.goto(f"{base}/console/export")
    clean(page)
    stale(shop, page)
    act(page, "Write the files")
    expect(page.locator("h1")).to_have_text("Is it you?")
    clean(page)
    act(page, "Show your passkey")
    page.wait_for_url("**/console/export/*")
    patient(page, "The files are there")
    clean(page)
    address = page.locator("main .links a").first.get_attribute("href")
    assert address
    told = context.request.get(address)
    assert told.status == 200
    assert len(told.body()) > 0
    context.close()


def stale(shop: Shop, page: Page) -> None:
    """Let the proof of a session grow older than five minutes, as time would."""
    name = page.request.get(f"{page.url.partition('/console')[0]}/v1/session").json()["session"]
    old = microseconds(datetime.now(UTC) - timedelta(minutes=6))
    shop.behind.tables.write(Update(keys.directory_key("session", name), {"v": old}))


def test_from_nothing_to_a_card_in_the_pocket_within_five_minutes(
    running: RunningStack, browser: Browser, base: str, shop: Shop
) -> None:
    began = time.monotonic()
    person = owner(running, shop, "Cleo")
    allowed(running, shop, person)
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{base}/sign-in/{link_of(running, shop, person)}")
    act(page, "Sign in")
    page.goto(f"{base}/console/programs")
    clean(page)
    name = f"Cleo's {uuid.uuid4().hex[:6]}"
    page.get_by_label("What the shop is called").fill(name)
    act(page, "Make it")
    act(page, "Sign in")  # through the new shop's own door
    page.get_by_role("link", name="To the console").click()
    expect(page.locator(".shop")).to_have_text(name)
    page.get_by_role("link", name="Set up step by step").click()
    clean(page)
    page.locator("[name=trade]").first.check()
    act(page, "Go on")
    expect(page.locator("h1")).to_have_text("This is your program")
    clean(page)
    page.get_by_role("link", name="That is right").click()
    page.locator("#dress-colour").fill("#12352b")
    act(page, "Draw and wear it")
    expect(page.locator("h1")).to_have_text("Your card is there", timeout=60_000)
    clean(page)
    join = page.locator("a[href*='/join/']").first.get_attribute("href")
    page.get_by_role("link", name="Go on").click()
    clean(page)
    # A customer joins by what the poster says, and has the card on a phone.
    assert join
    sent = {"first_name": "Dan", "email": f"{uuid.uuid4().hex}@example.com", "consent": True}
    answer = ask_json("POST", join.replace("localhost", "127.0.0.1"), sent)
    assert answer.status == 201, answer.body
    phone = Iphone(shop.stack, uuid.uuid4().hex)
    held = phone.install(answer.json()["apple_url"])
    assert name in json.dumps(held.document)
    assert time.monotonic() - began < FIVE_MINUTES
    # Back to where they came from; the first program never noticed.
    page.goto(f"{base}/console/programs")
    act(page, "Go there")
    act(page, "Sign in")
    page.get_by_role("link", name="To the console").click()
    expect(page.locator(".shop")).not_to_have_text(name)
    context.close()


def allowed(running: RunningStack, shop: Shop, person: str) -> None:
    """Let somebody make programs, as whoever runs the deployment does."""
    command = [sys.executable, "-m", "infra.commands", "people", "founder", person]
    subprocess.run(
        [*command, "--program", shop.stack["program"], "--folder", str(running.folder)],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
