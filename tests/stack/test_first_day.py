"""An owner's whole first day and a cashier's first shift, in every language, by pages alone.

Everything is found by what it is (an address, a field, a button of a form) and nothing by its
words, so that one story is played in each language.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.stack.test_console import again, browser, link_of, owner
from tests.stack.test_console_rules import allowed
from tests.support.axe import faults
from tests.support.keyboard import Keys, Thumb, Typist

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page, ViewportSize

    from tests.stack.running import RunningStack
    from tests.stack.shop import Shop

__all__ = ("browser",)

pytestmark = [pytest.mark.stack, pytest.mark.browser]

CYRILLIC = re.compile(r"[а-яё]{3}", re.IGNORECASE)
SHORT = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}[ -]?[0-9A-HJKMNP-TV-Z]{4}\b")
HOSTILE = "<b onmouseover=alert(1)>\N{RIGHT-TO-LEFT OVERRIDE}'\";--{{7*7}}"


@pytest.fixture(scope="module")
def base(open_shop: Shop) -> str:
    return str(open_shop.stack["console"]["url"]).removesuffix("/console")


@pytest.fixture(scope="module")
def dora(running: RunningStack, open_shop: Shop, browser: Browser, base: str) -> Iterator[Page]:
    """Give the browser of an owner."""
    context = browser.new_context(locale="en", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{base}/sign-in/{link_of(running, open_shop, owner(running, open_shop, 'Dora'))}")
    let_in(page)
    yield page
    context.close()


def let_in(page: Page, hands: Thumb | Typist | None = None) -> None:
    by = hands or Thumb()
    page.locator("form button").first.wait_for()
    by.press(page.locator("form button").first)
    page.locator('a[href^="/console"]').wait_for()
    offered = page.locator('a[href="/console/passkey"]').count()
    by.press(page.locator('a[href^="/console"]'))
    if offered:  # and it can wait
        by.press(page.locator('main a[href="/console"]'))
    page.locator("nav .places").first.wait_for()


def form(page: Page, act: str) -> Locator:
    """Return the form of a screen that does something."""
    return page.locator(f'main form:has(input[name="act"][value="{act}"])')


def opened(page: Page, act: str) -> Locator:
    """Open what a form stands behind, and return the form."""
    behind = page.locator(f'details:has(input[name="act"][value="{act}"])').last
    behind.locator("summary").first.click()
    return behind.locator(f'form:has(input[name="act"][value="{act}"])')


@dataclass(frozen=True, slots=True)
class Day:
    """A browser of one language and somebody's hands; every page that it comes to is looked at.

    It knows pages and nothing else: no key, no table, no command.
    """

    browser: Browser
    base: str
    language: str
    hands: Thumb | Typist

    def page(self) -> Page:
        size: ViewportSize = {"width": 360, "height": 740}
        return self.browser.new_context(locale=self.language, viewport=size).new_page()

    def look(self, page: Page) -> None:
        spoken = CYRILLIC.search(page.locator("main").inner_text()) is not None
        assert spoken or self.language != "ru", page.url
        assert faults(page) == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url

    def send(self, page: Page, act: str) -> None:
        self.hands.press(form(page, act).locator("button[type=submit]").first)

    def done(self, page: Page) -> None:
        """Somebody stands on what is said after an act: a screen reader reads it first."""
        expect(page.locator(".said[role=status]").first).to_be_focused()

    def morning(self, page: Page, name: str) -> tuple[str, str]:
        """Make a shop, its program, card and poster, its place, and a key for the counter."""
        hands = self.hands
        page.goto(f"{self.base}/console/programs")
        hands.type(form(page, "found").locator("[name=organization]"), name)
        self.send(page, "found")
        let_in(page, hands)
        expect(page.locator(".shop")).to_have_text(name)
        self.look(page)
        hands.press(page.locator('main a[href="/console/start"]').first)
        page.locator("[name=trade]").first.wait_for()
        hands.tick(page.locator("[name=trade]").first)
        self.look(page)
        self.send(page, "set_up")
        hands.press(page.locator('a[href="/console/start/card"]'))
        page.locator("#dress-colour").wait_for()
        self.look(page)
        page.locator("#dress-colour").fill("#12352b")  # the browser's own window, by any hands
        self.send(page, "dress")
        page.locator('a[href="/console/start/till"]').wait_for(timeout=60_000)
        self.look(page)
        poster = page.locator("a[href*='/join/']").first.get_attribute("href")
        assert poster
        hands.press(page.locator('a[href="/console/start/till"]'))
        hands.press(page.locator('main a[href="/console/team"]'))
        key_form = page.locator('details:has(input[name="act"][value="key"])')
        hands.press(key_form.locator("summary"))
        hands.type(key_form.locator("[name=id]"), f"counter{uuid.uuid4().hex[:8]}")
        hands.choose(key_form.locator("[name=scope]"), "staff")
        hands.press(key_form.locator("button[type=submit]"))
        key = page.locator(".secret", has_text="lk_").inner_text().strip()
        self.look(page)
        self.place(page)
        return poster, key

    def place(self, page: Page) -> None:
        """Open the shop's own place, close it on a public holiday, and connect a booking tool."""
        hands = self.hands
        page.goto(f"{self.base}/console/settings")
        hands.press(page.locator('a[href="/console/places/new"]'))
        form(page, "place").wait_for()
        self.look(page)
        for field in form(page, "place").locator("[name^='name.']").all():
            hands.type(field, "Corner")
        hands.type(form(page, "place").locator("[name=spot]"), "52.53, 13.4")
        self.send(page, "place")
        self.done(page)
        self.look(page)
        hands.press(page.locator('a[href$="/days"]'))
        form(page, "public").wait_for()
        self.look(page)
        hands.tick(form(page, "public").locator("[type=checkbox]").first)
        self.send(page, "public")
        self.done(page)
        form(page, "no_holiday").first.wait_for()
        page.goto(f"{self.base}/console/tills")
        hands.press(page.locator('a[href="/console/tills/new"]'))
        hands.press(page.locator('a[href="?of=visits"]'))
        form(page, "make").wait_for()
        self.look(page)
        hands.type(form(page, "make").locator("[name=id]"), f"salon-{uuid.uuid4().hex[:8]}")
        self.send(page, "make")
        self.done(page)
        expect(page.locator(".secret").first).to_contain_text("/webhooks/salon-")
        self.look(page)

    def joined(self, poster: str) -> str:
        """Let a guest join by the poster; return what stands below their code."""
        guest = self.page()
        guest.goto(poster)
        guest.locator("[name=first_name]").fill("Ann")
        guest.locator("label[for=by-email]").click()
        guest.locator("[name=email]").fill(f"{uuid.uuid4().hex}@example.com")
        guest.locator("[name=consent]").check()
        guest.locator("[name=marketing_consent]").check()
        guest.locator("form button[type=submit]").last.click()
        guest.locator("svg").first.wait_for()
        expect(guest.locator("main")).to_contain_text(SHORT)
        code = SHORT.search(guest.inner_text("main"))
        assert code
        guest.context.close()
        return code[0]

    def noon(self, key: str, name: str, poster: str) -> None:
        """Play the cashier's first shift, on a phone of its own."""
        till, hands = self.page(), self.hands
        till.goto(f"{self.base}/till#{key}")
        expect(till.locator("#shop")).to_have_text(name)
        self.look(till)
        hands.press(till.locator('nav a[href="#guest"]'))
        hands.press(till.locator("#guest summary"))
        hands.type(till.locator("#first"), "Bob")
        hands.type(till.locator("#phone"), f"+1212555{uuid.uuid4().int % 10_000:04d}")
        hands.tick(till.locator("#consent"))
        hands.press(till.locator("#enrol button"))
        expect(till.locator("#slip")).to_be_visible()
        self.look(till)
        hands.press(till.locator('#guest a[href="#scan"]'))
        code = self.joined(poster)
        self.earned(till, code)
        # It was a mistake: undone in two, counting the act, and done once more.
        hands.press(till.locator("#last button").first)
        expect(till.locator("#last button")).to_have_count(0)
        expect(till.locator("#code")).to_be_focused()
        self.earned(till, code)
        hands.press(till.locator('nav a[href="#shift"]'))
        expect(till.locator("#acts li").first).to_be_visible()
        self.look(till)
        till.context.close()

    def earned(self, till: Page, code: str) -> None:
        """Find a card as a scanner or a keyboard does, and do the usual act: one press more."""
        expect(till.locator("#code")).to_be_focused()
        till.keyboard.type(code)
        till.keyboard.press("Enter")
        expect(till.locator("#card")).to_be_visible()
        expect(till.locator("#name")).to_contain_text("Ann")
        self.look(till)
        before, stamp = self.hands.taps, till.locator("#stamp button")
        if not stamp.is_visible():
            expect(till.locator("#sum")).to_be_focused()
            till.keyboard.type("12.50")
        if isinstance(self.hands, Typist):
            till.keyboard.press("Enter")  # one stands there
        else:
            self.hands.press(
                stamp if stamp.is_visible() else till.locator("#amount button.primary")
            )
        expect(till.locator("#code")).to_be_focused()
        expect(till.locator("#said")).not_to_be_empty()
        assert self.hands.taps - before <= 1

    def evening(self, page: Page) -> None:
        """See who came and what happened, and start the first campaign."""
        hands = self.hands
        page.goto(f"{self.base}/console")
        self.look(page)
        hands.press(page.locator('nav a[href="/console/members"]').first)
        search = page.get_by_role("searchbox").first
        search.wait_for()
        hands.type(search, "Ann")
        page.keyboard.press("Enter")
        hands.press(page.locator("main .links a").first)
        expect(page.locator("main ol.rows li").first).to_be_visible()
        self.look(page)
        before = hands.taps
        hands.press(page.locator('nav a[href="/console/campaigns"]').first)
        idea = page.locator('form:has(input[value="win-back"]) button')
        idea.wait_for()
        hands.press(idea)
        form(page, "campaign_start").wait_for()
        self.look(page)
        self.send(page, "campaign_start")
        expect(page.locator(".verdict")).to_be_visible()
        self.done(page)
        assert hands.taps - before <= 4
        self.look(page)


HANDS: dict[str, type[Thumb | Typist]] = {"en": Typist, "ru": Thumb}


@pytest.mark.parametrize("language", HANDS)
def test_from_the_one_time_link_to_the_first_win_back(
    running: RunningStack, shop: Shop, browser: Browser, base: str, language: str
) -> None:
    """Once by keys alone and once by a thumb; the link is all that comes from elsewhere."""
    person = owner(running, shop, "Cleo")
    allowed(running, shop, person)
    link = link_of(running, shop, person)
    day, name = Day(browser, base, language, HANDS[language]()), f"Cleo {uuid.uuid4().hex[:6]}"
    page = day.page()
    page.goto(f"{base}/sign-in/{link}")
    let_in(page, day.hands)
    poster, key = day.morning(page, name)
    day.noon(key, name, poster)
    day.evening(page)
    page.context.close()


def test_hostile_names_are_text_in_every_field(dora: Page, base: str, shop: Shop) -> None:
    """What somebody types is shown as they typed it, and runs nowhere."""
    told: list[str] = []
    dora.on("dialog", lambda dialog: told.append(dialog.message))
    ann = shop.customer()
    dora.goto(f"{base}/console/members/{ann.card['member_id']}")
    for act, field in (("gift", "reason"), ("note", "text")):
        one = opened(dora, act)
        if act == "gift":
            one.locator("[name=points]").fill("1")
        one.locator(f"[name={field}]").fill(HOSTILE)
        one.locator("button[type=submit]").click()
        dora.locator(".said").first.wait_for()
    dora.goto(f"{base}/console/campaigns/new")
    dora.locator("[name=name]").fill(HOSTILE)
    for one in dora.locator("textarea[name^=text]").all():
        one.fill("hello")
    dora.locator("button[value=save]").last.click()
    for address in (f"/members/{ann.card['member_id']}", "/campaigns", "/settings/changes"):
        dora.goto(f"{base}/console{address}")
        assert dora.locator("b[onmouseover]").count() == 0
        assert "49" not in re.findall(r"--(\d+)", dora.inner_text("main"))
    assert told == []


def test_a_stolen_or_ended_session_and_a_frame_open_nothing(
    running: RunningStack, shop: Shop, browser: Browser, base: str
) -> None:
    secret = link_of(running, shop, owner(running, shop, "Fay"))
    thief, mine = browser.new_context(), browser.new_context()
    # A scanner of mail opens the link, and it is still good; once used it is good no more.
    assert thief.request.get(f"{base}/sign-in/{secret}").ok
    page = mine.new_page()
    page.goto(f"{base}/sign-in/{secret}")
    let_in(page)
    stolen = thief.new_page()
    stolen.goto(f"{base}/sign-in/{secret}")
    if stolen.locator("form button").count():
        stolen.locator("form button").first.click()
    answer = stolen.goto(f"{base}/console")
    assert answer is not None
    assert answer.status == 401
    answer = page.goto(f"{base}/console")
    assert answer is not None
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    # Whoever signs out is out everywhere that the cookie was copied to.
    kept = mine.storage_state()
    page.goto(f"{base}/console/settings")
    page.locator('form[action="/console/sign-out"] button').last.click()
    copied = browser.new_context(storage_state=kept)
    stolen = copied.new_page()
    answer = stolen.goto(f"{base}/console")
    assert answer is not None
    assert answer.status == 401
    for one in (thief, mine, copied):
        one.close()


def test_two_people_at_one_counter_count_one_sale_each(
    open_shop: Shop, shop: Shop, browser: Browser, base: str
) -> None:
    ann, pages = shop.customer(), []
    for number in range(2):
        body = {"id": f"two{number}{uuid.uuid4().hex[:8]}", "scope": "staff", "name": "Two"}
        made = open_shop.api("POST", "/v1/keys", "owner_key", body)
        page = browser.new_context(locale="en").new_page()
        page.goto(f"{base}/till#{made.json()['key']}")
        expect(page.locator("#code")).to_be_focused()
        page.keyboard.type(ann.code)
        page.keyboard.press("Enter")
        expect(page.locator("#card")).to_be_visible()
        page.locator("#sum").fill("5")
        pages.append(page)
    for page in pages:
        page.locator("#amount button.primary").click()
    for page in pages:
        expect(page.locator("#said")).to_have_text("+50 points")
    assert shop.balance(ann) == 100
    # What one has done the other cannot undo: it does not stand on their phone.
    for page in pages:
        page.evaluate("location.hash = 'scan'")
        expect(page.locator("#last li button")).to_have_count(1)
        page.context.close()


def test_a_keyboard_reaches_and_sends_everything(dora: Page, base: str) -> None:
    """From the top of a screen: over the skip link to a form, which is filled and sent by keys."""
    dora.goto(f"{base}/console/members/new")
    dora.keyboard.press("Tab")
    assert dora.evaluate("document.activeElement.className") == "skip"
    dora.keyboard.press("Enter")
    fields = dora.locator("main form input:not([type=hidden])").all()
    for _ in range(40):
        dora.keyboard.press("Tab")
        if dora.evaluate("document.activeElement.name") == fields[0].get_attribute("name"):
            break
    dora.keyboard.type("Keyboard")
    seen = set()
    for _ in range(20):
        dora.keyboard.press("Tab")
        seen.add(dora.evaluate("document.activeElement.name || document.activeElement.type"))
        visible = dora.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'")
        assert visible or dora.evaluate("document.activeElement === document.body")
    assert {one.get_attribute("name") for one in fields[1:]} <= seen


def test_each_flow_is_walked_by_keys_alone(
    running: RunningStack, dora: Page, base: str, shop: Shop
) -> None:
    ann, twice = shop.customer(), shop.customer()
    shop.sell(ann, 1_000)
    shop.sell(twice, 500)
    shop.settle()
    again(running, shop, dora, base)  # what cannot be taken back asks for a fresh proof
    # Find a member, and give.
    dora.goto(f"{base}/console/members")
    Keys(dora).type(dora.get_by_role("searchbox"), ann.contact)
    dora.keyboard.press("Enter")
    Keys(dora).press(dora.locator("main .links a").first)
    dora.locator("h1", has_text="Ann").wait_for()
    gift = dora.locator("details:has(#gift-points)")
    Keys(dora).press(gift.locator("summary")).type(gift.locator("#gift-points"), "7")
    Keys(dora).type(gift.locator("#gift-reason"), "cold coffee")
    dora.keyboard.press("Enter")
    dora.locator(".said[role=status]").wait_for()
    assert shop.balance(ann) == 107
    # A refund by hand; then two become one, looked at side by side.
    take = dora.locator("details:has(#take-points)")
    Keys(dora).press(take.locator("summary")).type(take.locator("#take-points"), "30")
    Keys(dora).type(take.locator("#take-reason"), "paid back")
    dora.keyboard.press("Enter")
    dora.locator(".said[role=status]").wait_for()
    look = dora.locator("details:has(#look-other)")
    Keys(dora).press(look.locator("summary")).type(look.locator("#look-other"), twice.code)
    dora.keyboard.press("Enter")
    Keys(dora).type(dora.locator("#merge-reason"), "joined twice")
    Keys(dora).press(dora.locator("form:has(#merge-reason) button[type=submit]"))
    dora.locator(".said[role=status]").wait_for()
    assert shop.balance(ann) == 127
    # From an idea to a campaign that runs.
    dora.goto(f"{base}/console/campaigns")
    Keys(dora).press(dora.locator("form:has(input[value=welcome]) button"))
    Keys(dora).press(form(dora, "campaign_start").locator("button"))
    form(dora, "campaign_pause").wait_for()
    # A cause is named, and ended.
    dora.goto(f"{base}/console/causes")
    Keys(dora).press(dora.locator('main a[href="/console/causes/new"]'))
    form(dora, "cause").wait_for()
    keys = Keys(dora)
    for field in dora.locator("main form :is(input[type=text], textarea)[required]").all():
        keys.type(field, "Shelter")
    keys.press(form(dora, "cause").locator("button"))
    dora.locator(".said[role=status]").wait_for()
    ends = dora.locator('details:has(input[value="end_cause"])')
    Keys(dora).press(ends.locator("summary")).press(ends.locator("button"))
    form(dora, "open_cause").wait_for()
    # The menu at the bottom opens and closes.
    more = dora.locator("details.more")
    dora.goto(f"{base}/console")
    Keys(dora).press(more.locator("summary"))
    expect(more).to_have_attribute("open", "")
    Keys(dora).reach(more.locator("li a").first)
    dora.keyboard.press("Escape")
    expect(more).not_to_have_attribute("open", "")
    expect(more.locator("summary")).to_be_focused()


def test_what_was_typed_outlives_a_session_that_ends(
    running: RunningStack, shop: Shop, browser: Browser, base: str
) -> None:
    person = owner(running, shop, "Gil")
    context, ann = browser.new_context(locale="de"), shop.customer()
    page = context.new_page()
    page.goto(f"{base}/sign-in/{link_of(running, shop, person)}")
    let_in(page)
    page.goto(f"{base}/console/members/{ann.card['member_id']}")
    behind = page.locator("details:has(#gift-points)")
    behind.locator("summary").click()
    behind.locator("#gift-points").fill("9")
    behind.locator("#gift-reason").fill("waited <long>")
    context.clear_cookies()
    behind.locator("button[type=submit]").click()
    expect(page.locator(".said[role=status]")).to_contain_text("abgemeldet")
    assert faults(page) == []
    beside = context.new_page()
    beside.goto(f"{base}/sign-in/{link_of(running, shop, person)}")
    let_in(beside)
    page.locator("#kept button").click()
    expect(page.locator("h1")).to_have_text("Sie haben sich neu angemeldet")
    assert faults(page) == []
    assert shop.balance(ann) == 0
    page.locator("main form button").click()
    page.locator(".said[role=status]").wait_for()
    assert shop.balance(ann) == 9
    expect(page.locator("main")).to_contain_text("waited <long>")
    context.close()


def test_a_slow_answer_is_shown_and_a_second_tap_does_nothing(
    dora: Page, base: str, shop: Shop
) -> None:
    ann = shop.customer()
    dora.goto(f"{base}/console/members/{ann.card['member_id']}")
    behind = dora.locator("details:has(#gift-points)")
    behind.locator("summary").click()
    behind.locator("#gift-points").fill("4")
    behind.locator("#gift-reason").fill("waited")
    # What leaves the page is counted and held back: so long the answer is on its way.
    dora.evaluate(
        """() => { window.left = 0; addEventListener("submit", (event) => {
          if (event.defaultPrevented) return;
          window.left += 1;
          event.preventDefault();
        }); }"""
    )
    button = behind.locator("button[type=submit]")
    for _ in range(3):
        button.click()
    assert dora.evaluate("window.left") == 1
    expect(behind.locator("form[aria-busy=true]")).to_have_count(1)
    assert button.evaluate("one => getComputedStyle(one).cursor") == "progress"
    behind.locator("form").evaluate("form => form.submit()")
    dora.locator(".said[role=status]").wait_for()
    assert shop.balance(ann) == 4
