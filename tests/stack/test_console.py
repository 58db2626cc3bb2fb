"""An owner's first day in a browser, from the printed link on, by the console's pages alone."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.support.axe import faults
from tests.support.deployed import ROOT
from tests.support.extent import FULL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.stack.running import RunningStack
    from tests.stack.shop import Customer, Shop

pytestmark = [pytest.mark.stack, pytest.mark.browser]

OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SCREENS = (
    "/broadcasts", "/broadcasts/new", "/settings/gone", "/settings/deployment",
    "", "/members", "/members/new", "/numbers", "/money", "/program", "/program/edit",
    "/program/history", "/program/templates", "/rewards", "/join", "/tills", "/receivers/new",
    "/team", "/settings", "/settings/changes", "/settings/privacy", "/orders/parked",
    "/orders/double", "/start", "/card", "/import", "/campaigns", "/campaigns/new",
    "/feedback", "/programs",
    "/members?who=regulars", "/campaigns/calendar", "/channels", "/channels/email",
    "/channels/sms", "/channels/telegram", "/causes", "/causes/new",
    "/saving", "/saving/new", "/draws", "/draws/new",
    "/campaigns/new?says=invitation",
)  # fmt: skip
CHANGED = "Daily Cup Bar"
LARGEST_TILL = 60_000
LARGEST = 30_000  # bytes of a screen, gzipped: all there is to load but the shop's icon


def chromium() -> str | None:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path or os.environ.get("WITHOUT_BROWSER"), "no Chromium is here: see CONTRIBUTING.md"
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=20_000)  # a machine that builds may be slow, and is no finding
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=OPTIONS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def base(open_shop: Shop) -> str:
    return str(open_shop.stack["console"]["url"]).removesuffix("/console")


def link_of(running: RunningStack, shop: Shop, person: str) -> str:
    """Return a link that lets somebody in, as the command line prints it."""
    command = [sys.executable, "-m", "infra.commands", "people", "link", person]
    told = subprocess.run(
        [*command, "--program", shop.stack["program"], "--folder", str(running.folder)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return told.stdout.strip().rpartition("/")[2]


def owner(running: RunningStack, shop: Shop, name: str = "Ada") -> str:
    command = [sys.executable, "-m", "infra.commands", "people", "add", name, "--role", "owner"]
    told = subprocess.run(
        [*command, "--program", shop.stack["program"], "--folder", str(running.folder)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return told.stdout.split()[-1]


@pytest.fixture(scope="module")
def ada(running: RunningStack, open_shop: Shop, browser: Browser, base: str) -> Iterator[Page]:
    """Give an owner's browser that was let in by a link."""
    context = browser.new_context(locale="en", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{base}/sign-in/{link_of(running, open_shop, owner(running, open_shop))}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="To the console").click()
    page.get_by_role("link", name="Later").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Ada")
    yield page
    context.close()


class Taps:
    """Taps of a thumb, counted: what an owner has to do between two clients."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def tap(self, found: Locator) -> None:
        found.click()
        self.count += 1


def open_act(page: Page, name: str) -> None:
    page.locator("summary", has_text=re.compile(f"^{name}$")).click()


def said(page: Page) -> str:
    return page.locator(".said:visible").first.inner_text()


def test_whoever_is_not_signed_in_sees_how_to(browser: Browser, base: str) -> None:
    page = browser.new_page(locale="ru")
    answer = page.goto(f"{base}/console/members")
    assert answer is not None
    assert answer.status == 401
    expect(page.get_by_role("heading", level=1)).to_have_text("Вход")
    assert faults(page) == []
    page.close()


def test_an_owner_finds_a_member_and_makes_good(
    ada: Page, base: str, shop: Shop, ann: Customer
) -> None:
    shop.sell(ann, 1_250)
    before = shop.balance(ann)
    ada.goto(f"{base}/console/members")
    thumb = Taps(ada)
    ada.get_by_role("searchbox").fill(ann.contact)
    thumb.tap(ada.get_by_role("button", name="Find"))
    thumb.tap(ada.locator("main .links a").first)
    assert thumb.count <= 2
    assert ann.contact not in ada.url
    open_act(ada, "Give")
    ada.locator("#gift-points").fill("7")
    ada.locator("#gift-reason").fill("cold coffee")
    address = ada.url
    form = ada.evaluate(
        "Object.fromEntries(new FormData(document.querySelector('#gift-points').form))"
    )
    ada.get_by_role("button", name="Give").click()
    assert said(ada).startswith("It was given")
    assert shop.balance(ann) == before + 7
    expect(ada.locator("main")).to_contain_text("cold coffee")
    # The same form once more, as a second tap sends it, counts once.
    again = ada.request.post(address, form=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert again.ok
    assert shop.balance(ann) == before + 7
    ada.get_by_role("link", name="Why?").first.click()
    expect(ada.locator("main")).to_contain_text("→ 125 points")


def test_two_become_one_and_a_refund_by_hand_take_few_taps(
    running: RunningStack, ada: Page, base: str, shop: Shop
) -> None:
    ann, twice = shop.customer(), shop.customer()
    shop.sell(ann, 1_000)
    shop.sell(twice, 500)
    shop.settle()
    again(running, shop, ada, base)  # what cannot be taken back asks for a fresh proof
    ada.goto(f"{base}/console/members/{ann.card['member_id']}")
    thumb = Taps(ada)
    thumb.tap(ada.locator("summary", has_text=re.compile("^Take away$")))
    ada.locator("#take-points").fill("30")
    ada.locator("#take-reason").fill("paid back in cash")
    thumb.tap(ada.get_by_role("button", name="Take away"))
    assert said(ada).startswith("It was taken away")
    assert thumb.count == 2
    assert shop.balance(ann) == 70
    thumb = Taps(ada)
    thumb.tap(ada.locator("summary", has_text="Make one of two"))
    ada.locator("#look-other").fill(twice.code)
    thumb.tap(ada.get_by_role("button", name="Look at both"))
    ada.locator("#merge-reason").fill("joined twice")
    thumb.tap(ada.locator("form:has(#merge-reason) button[type=submit]"))
    assert said(ada).startswith("Two members have become one")
    assert thumb.count == 3
    assert shop.balance(ann) == 120


def again(running: RunningStack, shop: Shop, page: Page, base: str) -> None:
    """Sign in once more: that is a proof, good for five minutes."""
    person = page.request.get(f"{base}/v1/session").json()["person"]
    page.goto(f"{base}/sign-in/{link_of(running, shop, person)}")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="To the console").wait_for()


def test_what_was_not_done_says_why_and_keeps_what_was_typed(
    ada: Page, base: str, ann: Customer
) -> None:
    ada.goto(f"{base}/console/members/{ann.card['member_id']}")
    open_act(ada, "Take away")
    ada.locator("#take-points").fill("lots")
    ada.locator("#take-reason").fill("typed twice")
    ada.get_by_role("button", name="Take away").click()
    assert "That is no whole number" in said(ada)
    field = ada.locator("[aria-invalid=true]")
    assert (field.input_value(), field.get_attribute("aria-describedby")) == ("lots", "fault")
    assert faults(ada) == []
    field.fill("5000000")
    ada.get_by_role("button", name="Take away").click()
    assert "more than you may give" in said(ada) or "not that many" in said(ada)


def test_what_cannot_be_taken_back_asks_for_a_passkey(
    running: RunningStack, shop: Shop, browser: Browser, base: str, ann: Customer
) -> None:
    context = browser.new_context(locale="en")
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    client.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                     "hasUserVerification": True, "isUserVerified": True}},
    )  # fmt: skip
    page.goto(f"{base}/sign-in/{link_of(running, shop, owner(running, shop, 'Bea'))}")
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{base}/console/settings")
    page.get_by_label("Name of this phone or computer").fill("laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.locator(".said:visible")).to_contain_text("The passkey is kept")
    page.get_by_role("button", name="Sign out").last.click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Bea")
    # Showing it to come in was a proof, too; a key is made and shown once.
    page.goto(f"{base}/console/team")
    open_act(page, "Make a key")
    page.get_by_label("Short name").fill("newtillkey")
    page.get_by_role("button", name="Make a key").click()
    secret = page.locator(".secret").inner_text()
    assert secret.startswith("lk_")
    bearer = {"Authorization": f"Bearer {secret}"}
    told = context.request.get(f"{base}/v1/cards/{ann.code}", headers=bearer)
    assert told.status == 200, told.text()
    context.close()


def test_a_program_is_changed_looked_at_and_taken_back(ada: Page, base: str, shop: Shop) -> None:
    ada.goto(f"{base}/console/program")
    ada.get_by_role("link", name="Change", exact=True).click()
    text = ada.get_by_label("The program's document")
    before = text.input_value()
    text.fill(before.replace('"organization": "Daily Cup"', f'"organization": "{CHANGED}"'))
    ada.get_by_role("button", name="Check").click()
    expect(ada.locator("main")).to_contain_text("It can be used.")
    ada.get_by_role("button", name="Put in force").click()
    assert said(ada).startswith("The new version is in force")
    assert shop.api("GET", "/v1/program", "owner_key").json()["document"]["organization"] == CHANGED
    ada.get_by_role("link", name="All versions").click()
    ada.get_by_role("button", name="Go back to this one").first.click()
    assert said(ada).startswith("The earlier version")
    assert shop.api("GET", "/v1/program", "owner_key").json()["document"] == json.loads(before)
    ada.goto(f"{base}/console/program/edit")
    text.fill(before.replace('"points": 10', '"points": "ten"'))
    ada.get_by_role("button", name="Put in force").click()
    assert "earning.0.points" in said(ada)
    assert '"ten"' in text.input_value()


def test_an_order_of_nobody_is_given_to_a_card(
    ada: Page, base: str, shop: Shop, ann: Customer
) -> None:
    order = f"console-{os.urandom(4).hex()}"
    assert shop.till.send(shop.till.order(order, 990, None)).status == 202
    before = shop.balance(ann)
    ada.goto(f"{base}/console")
    ada.get_by_role("link", name="Sales without a member").click()
    mine = ada.locator("section", has_text=order)
    while mine.count() == 0:  # the oldest come first, and other tests have left some
        ada.get_by_role("link", name="Show more").click()
    mine.locator("summary", has_text="Give it to a card").click()
    mine.get_by_label("Code of the card").fill(ann.code)
    mine.get_by_role("button", name="Give it to a card").click()
    assert "counts for that member" in said(ada)
    assert shop.balance(ann) == before + 99


def test_winning_back_who_slips_away_takes_three_taps(ada: Page, base: str, shop: Shop) -> None:
    ada.goto(f"{base}/console")
    thumb = Taps(ada)
    thumb.tap(ada.get_by_role("link", name="Campaigns"))
    thumb.tap(ada.get_by_role("button", name="Win back who slips away"))
    # Before anything is sent: whom, what it costs, and both cards.
    expect(ada.locator("main")).to_contain_text("members fit now")
    expect(ada.locator("figcaption")).to_have_text(["Apple Wallet", "Google Wallet"])
    assert faults(ada) == []
    thumb.tap(ada.get_by_role("button", name="Start"))
    assert said(ada).startswith("It runs")
    assert thumb.count <= 4
    name = ada.url.partition("?")[0].rpartition("/")[2]
    told = shop.api("GET", f"/v1/campaigns/{name}", "owner_key").json()
    assert told["state"] in {"running", "finished"}
    assert faults(ada) == []


def test_an_owner_writes_a_campaign_of_their_own(ada: Page, base: str, shop: Shop) -> None:
    ada.goto(f"{base}/console/members")
    ada.get_by_role("link", name="Regulars").click()
    ada.goto(f"{base}/console/campaigns/new?who=regulars")
    # What is chosen is counted while one chooses; a keyboard reaches it all.
    ada.get_by_label("Slipping away").focus()
    ada.keyboard.press("Space")
    expect(ada.locator("#count")).to_contain_text("class “regulars” and slipping away")
    ada.get_by_label("Name, for yourself").fill("Hands only")
    for one in ada.locator("textarea[name^=text]").all():
        one.fill("{name}, see you")
    ada.get_by_label("On a day").check()
    ada.get_by_label("Day and time").fill("2031-12-24T10:00")
    ada.get_by_label("On a day").press("Enter")
    assert said(ada).startswith("It is kept as a draft")
    expect(ada.locator("main")).to_contain_text("Dec 24, 2031")
    name = ada.url.partition("?")[0].rpartition("/")[2]
    ada.get_by_role("link", name="Change").click()
    assert faults(ada) == []
    expect(ada.get_by_label("Name, for yourself")).to_have_value("Hands only")
    ada.go_back()
    ada.get_by_role("button", name="Throw away").click()
    assert shop.api("GET", f"/v1/campaigns/{name}", "owner_key").json()["state"] == "cancelled"


def test_a_strangers_page_cannot_press_its_buttons(ada: Page, base: str, ann: Customer) -> None:
    address = f"{base}/console/members/{ann.card['member_id']}"
    form: dict[str, str | float | bool] = {
        "act": "pause",
        "reason": "x",
        "form_token": "0" * 64,
        "key": "k1",
    }
    answer = ada.request.post(address, form=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status == 409, "of another session: nothing is done, and it is asked once more"
    answer = ada.request.post(address, form=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403
    assert "0" * 64 not in answer.text(), "what a stranger has typed is kept by no page"
    ada.goto(address)
    expect(ada.locator("summary", has_text=re.compile("^Pause"))).to_have_count(1)


# Width, height, colours and language of a screen.
KINDS = {"phone": (320, 640, "light", "en"), "desk": (1280, 900, "dark", "ru")}
if FULL:
    KINDS |= {"german": (360, 740, "dark", "de"), "russian": (390, 844, "light", "ru")}


@pytest.mark.parametrize("kind", KINDS)
def test_every_screen_is_readable_small_and_for_everybody(
    ada: Page, base: str, browser: Browser, kind: str, ann: Customer
) -> None:
    width, height, colours, language = KINDS[kind]
    context = browser.new_context(
        storage_state=ada.context.storage_state(),
        viewport={"width": width, "height": height},
        color_scheme="dark" if colours == "dark" else "light",
        locale=language,
        reduced_motion="reduce",
    )
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda sent: told.append(sent.url) if base not in sent.url else None)
    for screen in (*SCREENS, f"/members/{ann.card['member_id']}"):
        answer = page.goto(f"{base}/console{screen}")
        assert answer is not None
        assert answer.status == 200, screen
        assert len(gzip.compress(answer.body())) <= LARGEST, screen
        assert faults(page) == [], screen
        assert page.evaluate("document.documentElement.scrollWidth") <= width, screen
        if language == "ru":
            assert not re.search(r"[a-z]{4,} [a-z]{4,} [a-z]{4,}", page.inner_text("nav")), screen
    assert [one for one in told if "data:," not in one] == []
    context.close()
