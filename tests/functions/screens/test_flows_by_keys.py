"""Every flow of the console and the counter is walked by keys alone: which is walked where.

A flow is walked where it costs least: here, over functions in this process, unless it needs what
only a running stack has (another person's sign-in, a fresh proof, a design that a wallet wears).
"""

from __future__ import annotations

import ast
import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect, sync_playwright

from functions import card_page, moving
from functions.pages.drawing import words
from functions.screens import today
from functions.screens.calling import Ask, Told
from tests.functions.routes.test_spending import MONEY
from tests.functions.screens.browsing import OPTIONS, SignedIn, opened
from tests.functions.screens.test_budgets import MITTE
from tests.functions.screens.visiting import Here
from tests.functions.test_question_page import FORM, asking
from tests.support.axe import faults
from tests.support.events import http, sqs
from tests.support.keyboard import Keys, Typist

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.functions.conftest import Shop

pytestmark = pytest.mark.browser

TESTS = Path(__file__).parents[2]
DAY = "stack/test_first_day.py::test_from_the_one_time_link_to_the_first_win_back"
KEYS = "stack/test_first_day.py::test_each_flow_is_walked_by_keys_alone"
SHIFT = "functions/screens/test_till_in_browser.py::test_a_shift_is_walked_by_keys_alone"
RECEIPT = (
    "functions/screens/test_receipts.py::test_two_actions_find_somebody_by_receipt_in_the_browser"
)
OWN = (
    "functions/screens/test_console_in_browser.py"
    "::test_a_campaign_of_ones_own_is_written_and_started_by_keys"
)
HERE = "functions/screens/test_flows_by_keys.py::test_"
FLOWS = {
    "sign in by a link": DAY,
    "make a program, its card, poster and till": DAY,
    "open a place, its holidays": DAY,
    "connect a tool": DAY,
    "make a key for the counter": DAY,
    "win back from the campaigns": DAY,
    "win back from Today": f"{HERE}win_back_from_today_takes_three_presses",
    "find a member": KEYS,
    "find a member by receipt": RECEIPT,
    "give by hand": KEYS,
    "refund by hand": KEYS,
    "merge two": KEYS,
    "start a ready campaign": KEYS,
    "write a campaign": OWN,
    "name and end a cause": KEYS,
    "open and close the menu": KEYS,
    "publish a design": f"{HERE}a_design_is_drawn_published_and_worn",
    "answer feedback, and make good": f"{HERE}feedback_is_answered_and_made_good",
    "make and stop a coupon": f"{HERE}a_coupon_is_made_and_stopped",
    "say something on all cards": f"{HERE}a_broadcast_is_written_and_sent",
    "carry everything out": f"{HERE}everything_is_carried_out",
    "opening hours": f"{HERE}opening_hours_are_kept",
    "try a rule and put it in force": f"{HERE}a_rule_is_tried_and_put_in_force",
    "give an order of nobody to a card": f"{HERE}an_order_of_nobody_is_given_to_a_card",
    "earn, undo, redeem, make good, new guest at the counter": SHIFT,
    "points as money at the counter": f"{HERE}points_pay_a_part_of_a_bill_at_the_counter",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    assert path or os.environ.get("WITHOUT_BROWSER"), "no Chromium is here: see CONTRIBUTING.md"
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield found
        found.close()


@pytest.fixture(params=["en", "ru"])
def office(
    request: pytest.FixtureRequest,
    shop: Shop,
    ask: Any,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[Page, str]]:
    """Give an owner's browser, and where the shop is."""
    with contextlib.closing(opened(shop, ask, monkeypatch)) as bridge:
        context = browser.new_context(locale=request.param, viewport={"width": 360, "height": 740})
        yield context.new_page(), bridge.url
        context.close()


def form(page: Page, act: str) -> Locator:
    return page.locator(f'main form:has(input[name="act"][value="{act}"])')


def send(page: Page, act: str) -> None:
    Typist().press(form(page, act).locator("button").first)


def done(page: Page) -> None:
    """Somebody stands on what is said after an act, and the page is clean."""
    expect(page.locator(".said[role=status]").first).to_be_focused()
    assert faults(page) == []


def test_each_flow_is_walked_by_a_test_that_there_is() -> None:
    for flow, where in FLOWS.items():
        file, _, name = where.partition("::")
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        assert name in {getattr(one, "name", "") for one in tree.body}, flow


def test_win_back_from_today_takes_three_presses(
    office: tuple[Page, str], shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, base = office
    shop.world.enrol()
    slipping = {"name": "slipping", "days": None, "value": 3, "previous": None, "unit": "members"}
    monkeypatch.setattr(today, "sorted_figures", lambda _: ([slipping], []))
    asked = SignedIn._asked

    def told(self: SignedIn, ask: Ask) -> Told:
        figures = ask.path == "/v1/figures"
        return Told(200, {"groups": [], "expected": None}) if figures else asked(self, ask)

    monkeypatch.setattr(SignedIn, "_asked", told)
    page.goto(f"{base}/console")
    presses = 0
    for button in (
        page.locator('form:has(input[value="win-back"]) button'),
        form(page, "campaign_start").locator("button"),
    ):
        Typist().press(button)
        presses += 1
    expect(page.locator(".verdict")).to_be_visible()
    done(page)
    assert presses <= 4


def test_a_design_is_drawn_published_and_worn(office: tuple[Page, str], shop: Shop) -> None:
    (page, base), hands = office, Typist()
    page.set_default_timeout(60_000)
    page.goto(f"{base}/console/card")
    hands.press(page.locator('main a[href="/console/card/new"]'))
    hands.type(page.locator("#draw-name"), "Evening")
    hands.choose(page.locator("#draw-style"), "stamps")
    hands.type(page.locator("#draw-count"), "5")
    send(page, "draw")
    form(page, "publish").wait_for()
    done(page)
    send(page, "publish")
    done(page)
    assert shop.world.programs.current("coffee").design == "coffee"
    page.goto(f"{base}/console/card")
    own = page.locator('main form:has(input[name="act"][value="wear"])')
    hands.press(
        own.filter(has=page.locator('input[name="design"]:not([value="coffee"])'))
        .locator("button")
        .first
    )
    done(page)
    assert shop.world.programs.latest("coffee").program.design != "coffee"


def test_feedback_is_answered_and_made_good(office: tuple[Page, str], shop: Shop, ask: Any) -> None:
    (page, base), hands = office, Typist()
    address = asking(shop, asks="nps")
    said = urlencode({"score": "3", "words": "cold"}).encode()
    assert ask(card_page, http("POST", address, FORM, said))["statusCode"] == 303
    page.goto(f"{base}/console/feedback")
    hands.press(page.locator(".rows > li > details > summary"))
    good = page.locator('details details:has(input[value="make_good"])')
    hands.press(good.locator("summary"))
    hands.type(good.locator("[name=points]"), "20")
    hands.type(good.locator("[name=reason]"), "cold coffee")
    page.keyboard.press("Enter")
    done(page)
    page.goto(f"{base}/console/feedback")
    hands.press(page.locator(".rows > li > details > summary"))
    reply = page.locator('details details:has(input[value="reply"])')
    hands.press(reply.locator("summary"))
    hands.type(reply.locator("textarea"), "We are sorry")
    hands.press(reply.locator("button"))
    done(page)


def test_a_coupon_is_made_and_stopped(office: tuple[Page, str], shop: Shop, ask: Any) -> None:
    (page, base), hands = office, Typist()
    page.goto(f"{base}/console/rewards")
    hands.press(page.locator('main a[href="/console/coupons/new"]'))
    hands.type(page.locator("[name=points]").first, "50")
    hands.type(page.locator("[name=word]"), "SPRING24")
    for field in page.locator("[name^='name.']").all():
        hands.type(field, "Fifty")
    send(page, "coupon")
    done(page)
    send(page, "stop_coupon")
    done(page)
    (coupon,) = Here(shop, ask).get("/v1/coupons")["coupons"]
    assert (coupon["word"], coupon["state"]) == ("SPRING24", "stopped")


def test_a_broadcast_is_written_and_sent(office: tuple[Page, str], shop: Shop) -> None:
    (page, base), hands = office, Typist()
    shop.world.enrol()
    page.goto(f"{base}/console/broadcasts/new")
    for field in page.locator("textarea[name^=text]").all():
        hands.type(field, "Closed on Monday")
    send(page, "broadcast")
    done(page)
    send(page, "broadcast_send")
    done(page)


def test_everything_is_carried_out(
    office: tuple[Page, str], shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, base = office
    shop.world.enrol()
    # Nobody works meanwhile, and here no pause takes time: the page would ask as fast as it can.
    monkeypatch.setattr("functions.screens.moving._PATIENCE", 0.0)
    page.goto(f"{base}/console/settings")
    Typist().press(page.locator('main a[href="/console/export"]'))
    send(page, "export")
    page.locator("main [role=status]").first.wait_for()
    taken: list[str] = []
    while waiting := shop.queues.bodies("moving")[len(taken) :]:
        taken += waiting
        assert ask(moving, sqs(waiting)) == {"batchItemFailures": []}
    Typist().press(page.locator('main form[method="get"] button'))
    expect(page.locator("main .links a").first).to_be_visible()
    assert faults(page) == []


def test_opening_hours_are_kept(office: tuple[Page, str], shop: Shop) -> None:
    (page, base), hands = office, Typist()
    shop.world.put_program("coffee", locations=[MITTE])
    page.goto(f"{base}/console/settings")
    hands.press(page.locator('main a[href="/console/settings/places/mitte"]'))
    hands.type(page.locator("[name^='hours.']").first, "9:00–17:30")
    send(page, "hours")
    done(page)
    kept = shop.world.programs.latest("coffee").program.locations[0]
    assert any((one.start, one.until) == ("09:00", "17:30") for one in kept.hours)


def test_a_rule_is_tried_and_put_in_force(office: tuple[Page, str], shop: Shop, ask: Any) -> None:
    (page, base), hands = office, Typist()
    page.goto(f"{base}/console/program")
    hands.press(page.locator('main a[href="/console/program/rules/earning"]'))
    hands.type(page.locator('[name="earning.0.points"]'), "20")
    hands.press(page.locator('button[value="try"]'))
    expect(page.locator("#trial progress")).to_be_visible()
    assert ask(moving, sqs(shop.queues.bodies("moving"))) == {"batchItemFailures": []}
    expect(page.locator("#trial progress")).to_have_count(0)
    hands.press(page.locator('button[value="put"]'))
    done(page)
    assert shop.world.programs.latest("coffee").program.earning[0].points == 20


def test_an_order_of_nobody_is_given_to_a_card(office: tuple[Page, str], shop: Shop) -> None:
    (page, base), hands = office, Typist()
    ann = shop.world.enrol()
    shop.world.sell("nobodys", total=1_000)
    page.goto(f"{base}/console/orders/parked")
    claim = page.locator('details:has(input[value="claim"])')
    hands.press(claim.locator("summary"))
    hands.type(claim.locator("[name=card_code]"), ann.short_code)
    page.keyboard.press("Enter")
    done(page)
    assert shop.world.balance(ann) == 100


@pytest.mark.parametrize("language", ["en", "ru"])
def test_points_pay_a_part_of_a_bill_at_the_counter(
    shop: Shop, ask: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    shop.world.put_program("coffee", points_as_money=MONEY)
    ann, says = shop.world.enrol(), words(language, "till")["told"]
    shop.world.sell("first", total=2_500, member=ann)
    with contextlib.closing(opened(shop, ask, monkeypatch)) as bridge:
        context = browser.new_context(locale=language, viewport={"width": 360, "height": 740})
        page = context.new_page()
        page.clock.install(time=shop.world.now)
        page.goto(f"{bridge.url}/till#{shop.key('staff', name='Anna').removeprefix('Bearer ')}")
        expect(page.locator("#code")).to_be_focused()
        page.keyboard.type(ann.card_code)
        page.keyboard.press("Enter")
        expect(page.locator("#sum")).to_be_focused()
        page.keyboard.type("10.00")
        page.clock.run_for(1_000)
        expect(page.locator("#pay")).to_be_visible()
        assert faults(page) == []
        before = shop.world.balance(ann)
        Keys(page).press(page.locator("#pay"))
        expect(page.locator("#said")).to_contain_text(says["redeemed"].split("{")[0])
        assert shop.world.balance(ann) < before
        context.close()
