"""The page at the counter in a browser: by keys alone, and when nothing works as it should."""

from __future__ import annotations

import os
import re
import shutil
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from functions.pages.drawing import words
from loyalty.messages import Contact
from tests.functions.screens.browsing import OPTIONS, opened
from tests.support.axe import faults
from tests.support.keyboard import Keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page, Response, Route

    from tests.functions.conftest import Shop

pytestmark = pytest.mark.browser

LOOKUP, ORDERS = "**/v1/members/lookup*", "**/v1/orders/**"
PATIENCE = 15_000  # milliseconds, as till.js has it
SAME_ACT = 10_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path or os.environ.get("WITHOUT_BROWSER"), "no Chromium is here: see CONTRIBUTING.md"
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield found
        found.close()


@pytest.fixture
def counter(
    shop: Shop, ask: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Page]]:
    """Give phones at the counter, whose clock is the shop's."""
    bridge = opened(shop, ask, monkeypatch)
    contexts = []

    def phone(language: str = "en", program: str = "coffee") -> Page:
        context = browser.new_context(locale=language, viewport={"width": 360, "height": 740})
        contexts.append(context)
        page = context.new_page()
        page.clock.install(time=shop.world.now)
        key = shop.key("staff", program, name="Anna").removeprefix("Bearer ")
        page.goto(f"{bridge.url}/till#{key}")
        expect(page.locator("#code")).to_be_focused()
        return page

    yield phone
    for one in contexts:
        one.close()
    bridge.close()


def told(language: str = "en") -> dict[str, str]:
    return dict(words(language, "till")["told"])


def scanned(page: Page, code: str) -> None:
    """Type as a scanner does, wherever one stands."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_be_visible()


def points(shop: Shop, member: Any) -> int:
    return shop.world.account(member).balance("points")


def held(page: Page, pattern: str) -> list[Route]:
    """Hold back what is asked for at an address: so is a slow network."""
    waiting: list[Route] = []
    page.route(pattern, lambda route: waiting.append(route))  # noqa: PLW0108 - it wants a function
    return waiting


def asked(page: Page, waiting: list[Route]) -> None:
    """Wait until what is held back has come as far as here."""
    for _ in range(1_000):
        if waiting:
            return
        page.wait_for_timeout(20)
    pytest.fail("the page has asked for nothing")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_shift_is_walked_by_keys_alone(
    shop: Shop, counter: Callable[..., Page], language: str
) -> None:
    page, ann = counter(language), shop.world.enrol()
    says = told(language)
    # The eight characters below the code, then a sum: both typed where one stands already.
    scanned(page, ann.short_code)
    expect(page.locator("#sum")).to_be_focused()
    page.keyboard.type("12.50")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text(says["earned"].format(n=125))
    expect(page.locator("#code")).to_be_focused()
    assert points(shop, ann) == 125
    # Undone from there, and one stands where the next card is typed.
    Keys(page).press(page.locator("#last button").first)
    expect(page.locator("#said")).to_have_text(says["undone"])
    expect(page.locator("#code")).to_be_focused()
    assert points(shop, ann) == 0
    # A reward; its button goes, and the keyboard is not lost with it.
    shop.world.sell("one", total=2_500, member=ann)
    scanned(page, ann.card_code)
    Keys(page).press(page.locator("#rewards button").first)
    expect(page.locator("#said")).to_contain_text(says["redeemed"].split("{")[0])
    expect(page.locator("#sum")).to_be_focused()
    assert points(shop, ann) == 150
    # Making good, and the next card.
    good = page.locator("#good")
    Keys(page).press(good.locator("summary")).type(good.locator("#points"), "20")
    Keys(page).press(good.locator("button"))
    expect(page.locator("#said")).to_have_text(says["given"].format(n=20))
    assert points(shop, ann) == 170
    Keys(page).press(page.locator('#card a[href="#scan"]'))
    expect(page.locator("#code")).to_be_focused()
    # Somebody new, from the menu at the top.
    page.keyboard.press("Shift+Tab")
    expect(page.locator('nav a[href="#shift"]')).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#guest")).to_be_visible()
    guest = page.locator("#guest")
    Keys(page).press(guest.locator("summary")).type(guest.locator("#first"), "Bo")
    keys = Keys(page).type(guest.locator("#phone"), "+12125550144")
    keys.press(guest.locator("#consent"), "Space").press(guest.locator("#enrol button"))
    expect(page.locator("#slip strong")).to_have_text(re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}"))
    assert faults(page) == []


def test_a_scanner_types_wherever_one_stands(shop: Shop, counter: Callable[..., Page]) -> None:
    """Its Enter presses nothing and sends nothing: the next card is shown, and nobody is given."""
    page, ann, bob = counter(), shop.world.enrol(name="Ann"), shop.world.enrol(name="Bob")
    scanned(page, ann.card_code)
    expect(page.locator("#name")).to_have_text("Ann")
    page.keyboard.type("4.20")  # somebody stood there, and changed their mind
    scanned(page, bob.card_code)
    expect(page.locator("#name")).to_have_text("Bob")
    expect(page.locator("#sum")).to_have_value("")
    expect(page.locator("#sum")).to_be_focused()
    page.locator("#good summary").press("Enter")
    page.locator("#points").fill("5")
    page.locator("#points").focus()
    scanned(page, ann.card_code)
    expect(page.locator("#name")).to_have_text("Ann")
    expect(page.locator("#points")).to_have_value("5")
    page.locator('nav a[href="#guest"]').press("Enter")
    page.locator("#guest summary").press("Enter")
    page.locator("#first").focus()
    scanned(page, bob.card_code)
    expect(page.locator("#name")).to_have_text("Bob")
    assert (points(shop, ann), points(shop, bob)) == (0, 0)
    assert page.locator("#first").input_value() == ""
    # On the start page a press elsewhere does not lead the scanner astray.
    page.evaluate("location.hash = 'scan'")
    page.locator("#last").click()
    scanned(page, ann.card_code)
    expect(page.locator("#name")).to_have_text("Ann")


def test_a_scan_on_the_button_of_stamps_stamps_nobody(
    shop: Shop, counter: Callable[..., Page]
) -> None:
    stamps = {"id": "stamps", "kind": "stamps"}
    earning = [{"pot": "stamps", "points": 1, "per": "visit"}]
    more = {"pots": [stamps], "earning": earning, "rewards": [], "points_as_money": None}
    shop.world.put_program("coffee", **{name: one for name, one in more.items() if one is not None})
    page, ann, bob = counter(), shop.world.enrol(name="Ann"), shop.world.enrol(name="Bob")
    scanned(page, ann.card_code)
    expect(page.locator("#stamp button")).to_be_focused()
    scanned(page, bob.card_code)
    expect(page.locator("#name")).to_have_text("Bob")
    assert shop.world.account(ann).balance("stamps") == 0
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text(told()["stamped"].format(n=1))
    assert shop.world.account(ann).balance("stamps") == 0
    assert shop.world.account(bob).balance("stamps") == 1


@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_a_system_that_does_not_answer_is_said_so(
    shop: Shop, counter: Callable[..., Page], language: str
) -> None:
    page, ann = counter(language), shop.world.enrol()
    says = told(language)
    page.route(LOOKUP, lambda route: route.fulfill(status=500, json={"message": "Internal"}))
    page.keyboard.type("+1 212 555 0100")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text(says["no_answer"])
    assert faults(page) == []
    page.unroute(LOOKUP)
    # The gateway's own words have no code; a hotel's page is no answer.
    page.route(LOOKUP, lambda route: route.fulfill(status=429, json={"message": "Too Many"}))
    page.keyboard.type("+1 212 555 0100")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text(says["too_fast"])
    page.unroute(LOOKUP)
    page.route(LOOKUP, lambda route: route.fulfill(status=200, body="<h1>Wi-Fi</h1>"))
    scanned(page, ann.card_code)
    expect(page.locator("#says")).to_have_text(says["offline_card"])
    assert faults(page) == []
    page.unroute(LOOKUP)
    # What is earned meanwhile waits, and counts once.
    page.route(ORDERS, lambda route: route.fulfill(status=503, json={"code": "busy"}))
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator("#waiting")).to_have_text(says["waiting"].format(n=1))
    assert faults(page) == []
    page.unroute(ORDERS)
    page.clock.fast_forward(31_000)
    expect(page.locator("#waiting")).to_be_hidden()
    assert points(shop, ann) == 30
    # That it waits is said no more, and what was said about one card not on another page.
    expect(page.locator("#said")).not_to_have_text(says["queued"])
    expect(page.locator("#said")).to_contain_text("30")
    page.locator("nav a[href='#shift']").click()
    expect(page.locator("#said")).to_have_text("")


def test_a_slow_network_is_seen_and_ends(shop: Shop, counter: Callable[..., Page]) -> None:
    page, ann = counter(), shop.world.enrol()
    waiting = held(page, LOOKUP)
    page.keyboard.type(ann.card_code)
    page.keyboard.press("Enter")
    expect(page.locator("main[aria-busy=true]")).to_have_count(1)
    asked(page, waiting)
    page.keyboard.press("Enter")
    assert len(waiting) == 1, "pressed twice, asked once"
    assert faults(page) == []
    page.clock.fast_forward(PATIENCE)
    expect(page.locator("#card")).to_be_visible()
    expect(page.locator("#says")).to_have_text(told()["offline_card"])
    expect(page.locator("main[aria-busy=true]")).to_have_count(0)


def _has(status: int, answer: Response) -> bool:
    return answer.status == status


def test_what_waits_outlives_a_key_that_was_revoked_and_a_limit(
    shop: Shop, counter: Callable[..., Page]
) -> None:
    page, ann, says = counter(), shop.world.enrol(), told()
    scanned(page, ann.card_code)
    # One route whose answer changes: between two routes what waits would be sent and count.
    answers: list[dict[str, Any] | None] = [None]

    def answered(route: Route) -> None:
        if answers[-1] is None:
            route.abort()
        else:
            route.fulfill(**answers[-1])

    page.route(ORDERS, answered)
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator("#waiting")).to_have_text(says["waiting"].format(n=1))
    for status, code in ((429, "too_fast"), (401, "not_authenticated")):
        answers.append({"status": status, "json": {"code": code, "detail": "no"}})
        with page.expect_response(partial(_has, status)):
            page.clock.fast_forward(31_000)
        expect(page.locator("#waiting")).to_have_text(says["waiting"].format(n=1))
    expect(page.locator("#setup")).to_be_visible()
    expect(page.locator("#waiting")).to_have_text(says["waiting"].format(n=1))
    assert faults(page) == []
    # With a new key, typed into the field that is there, it counts.
    page.unroute(ORDERS)
    Keys(page).type(page.locator("#key"), shop.key("staff", name="Bea").removeprefix("Bearer "))
    page.keyboard.press("Enter")
    expect(page.locator("#waiting")).to_be_hidden()
    assert points(shop, ann) == 30


def test_a_reward_whose_answer_was_lost_is_given_once(
    shop: Shop, counter: Callable[..., Page]
) -> None:
    page, ann = counter(), shop.world.enrol()
    shop.world.sell("one", total=2_500, member=ann)
    scanned(page, ann.card_code)

    def lost(route: Route) -> None:
        route.fetch()  # it is carried out, and nobody hears of it
        route.abort()

    page.route("**/v1/redemptions*", lost)
    page.locator("#rewards button").first.press("Enter")
    expect(page.locator("#said")).to_have_text(told()["offline"])
    assert points(shop, ann) == 150
    page.unroute("**/v1/redemptions*")
    page.clock.fast_forward(2 * SAME_ACT)  # whoever waits a while tries the same again
    page.locator("#rewards button").first.press("Enter")
    expect(page.locator("#said")).to_contain_text("Redeemed")
    assert points(shop, ann) == 150
    # Once it was answered, the same reward later is another one.
    page.clock.fast_forward(2 * SAME_ACT)
    page.locator("#rewards button").first.press("Enter")
    expect(page.locator("#last li")).to_have_count(2)
    assert points(shop, ann) == 50


def sights(page: Page) -> bool:
    """Tell whether what is said stands where somebody can read it."""
    seen: bool = page.evaluate(
        "(() => { const at = document.getElementById('said').getBoundingClientRect();"
        " return at.height > 0 && at.top >= 0 && at.bottom <= innerHeight; })()"
    )
    return seen


def enrolled(page: Page, first: str, phone: str) -> None:
    page.locator("#first").fill(first)
    page.locator("#phone").fill(phone)
    page.locator("#consent").check()
    page.locator("#enrol button").click()


@pytest.mark.parametrize("height", [740, 320])
def test_what_came_of_it_is_read_where_one_stands(
    shop: Shop, counter: Callable[..., Page], height: int
) -> None:
    """A form far down is answered in sight, and folds: nothing asks to be done again."""
    page, ann = counter(), shop.world.enrol()
    scanned(page, ann.card_code)
    page.set_viewport_size({"width": 360, "height": height})
    page.locator("#good summary").click()
    page.locator("#points").fill("20")
    page.locator("#gift button").click()
    expect(page.locator("#said")).to_have_text(told()["given"].format(n=20))
    assert sights(page)
    expect(page.locator("#points")).to_be_hidden()
    expect(page.locator("#sum")).to_be_focused()
    page.locator("#good summary").click()
    expect(page.locator("#points")).to_have_value("")
    page.locator("#points").fill("1000000")
    page.locator("#gift button").click()
    expect(page.locator("#said")).to_have_text(told()["limit_reached"])
    assert sights(page)
    # What was wrong is no longer said once something else is typed.
    page.locator("#points").fill("1")
    expect(page.locator("#said")).to_have_text("")
    assert points(shop, ann) == 20


@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_a_guest_without_a_phone_has_a_slip_and_a_second_card_is_noticed(
    shop: Shop, counter: Callable[..., Page], language: str
) -> None:
    page, says = counter(language), told(language)
    page.locator('nav a[href="#guest"]').click()
    page.locator("#guest summary").click()
    page.route("**/v1/members", lambda route: (route.fetch(), route.abort()))
    enrolled(page, "Bo", "+1 212 555 0144")
    expect(page.locator("#said")).to_have_text(says["offline"])
    page.unroute("**/v1/members")
    # Sent again it is the same guest, and nobody is told of a second card.
    page.locator("#enrol button").click()
    expect(page.locator("#said")).to_have_text(says["enrolled_said"])
    assert sights(page)
    expect(page.locator("#open")).to_be_focused()
    code = page.locator("#slip strong").inner_text()
    assert faults(page) == []
    page.emulate_media(media="print")
    expect(page.locator("#slip")).to_be_visible()
    expect(page.locator("#join-code")).to_be_hidden()
    expect(page.locator("#open")).to_be_hidden()
    page.emulate_media(media="screen")
    # What is wrong with the form is said in the team's language, whatever the program speaks.
    enrolled(page, "Cy", "12")
    expect(page.locator("#said")).to_have_text(says["invalid_phone"])
    expect(page.locator("#slip")).to_be_hidden()
    # Somebody who has one already is named.
    enrolled(page, "Bo", "+1 212 555 0144")
    expect(page.locator("#said")).to_have_text(says["maybe_known"].format(who="Bo"))
    expect(page.locator("#slip strong")).not_to_have_text(code)
    page.locator("#open").click()
    expect(page.locator("#name")).to_have_text("Bo")
    expect(page.locator("#sum")).to_be_focused()


def test_who_is_found_by_a_confirmed_number_earns_without_a_card(
    shop: Shop, counter: Callable[..., Page]
) -> None:
    page, ann = counter(), shop.world.enrol_proved(Contact("phone", "+12125550100"))
    page.keyboard.type("+1 212 555 0100")
    page.keyboard.press("Enter")
    expect(page.locator("#name")).to_have_text("Ann")
    expect(page.locator("#rewards button")).to_have_count(0)
    page.locator("#sum").fill("12.50")
    page.locator("#amount .primary").click()
    expect(page.locator("#said")).to_have_text(told()["earned"].format(n=125))
    assert points(shop, ann) == 125
    page.locator("#last button").first.click()
    expect(page.locator("#said")).to_have_text(told()["undone"])
    assert points(shop, ann) == 0


def test_a_key_that_was_mistyped_is_not_called_an_old_one(
    shop: Shop, counter: Callable[..., Page]
) -> None:
    page = counter()
    page.evaluate("localStorage.clear()")
    page.reload()
    page.locator("#key").fill("lk_local_mistyped")
    page.locator("#setup-form button").click()
    expect(page.locator("#said")).to_have_text(told()["key_unknown"])


def test_a_first_shift_is_practised_before_there_is_a_key(
    shop: Shop, counter: Callable[..., Page]
) -> None:
    page = counter()
    page.evaluate("localStorage.clear()")
    page.reload()
    page.locator("#setup [data-practise]").click()
    expect(page.locator("#code")).to_be_focused()
    scanned(page, "PRACTICE")
    expect(page.locator("#said")).to_have_text("")
    page.locator("#stamp button").click()
    expect(page.locator("#said")).to_have_text(told()["stamped"].format(n=9))
