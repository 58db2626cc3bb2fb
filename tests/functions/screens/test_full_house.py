"""A shop that has much of everything: every list keeps its budgets, and is clean in a browser."""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import shutil
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import sync_playwright

from functions.screens.calling import Ask, path
from loyalty.access.keys import Credentials, Endpoint
from tests.functions.screens.browsing import OPTIONS, opened
from tests.functions.screens.test_budgets import LARGEST, LONGEST, Weighed
from tests.support.axe import faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.functions.conftest import Shop
    from tests.functions.screens.visiting import Here, Visitor

MEMBERS, ENTRIES, CAMPAIGNS, COUPONS, PEOPLE, KEYS, TILLS, PLACES, SEGMENTS, CAUSES = (
    500, 1_000, 200, 60, 40, 40, 25, 40, 20, 10,
)  # fmt: skip
LISTS = (
    "", "/members", "/members/{member}", "/campaigns", "/campaigns/new", "/campaigns/calendar",
    "/rewards", "/team", "/tills", "/settings", "/settings/changes", "/orders/parked", "/causes",
    "/feedback", "/settings/places/place-1", "/places/place-1/days",
    "/broadcasts", "/numbers", "/program", "/program/history", "/receivers/new", "/tills/new",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    assert found or os.environ.get("WITHOUT_BROWSER"), "no Chromium is here: see CONTRIBUTING.md"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=OPTIONS)
        yield running
        running.close()


def filled(shop: Shop, api: Here) -> str:
    """Fill the shop; return the member of whom most is known."""
    places = [
        {"id": f"place-{one}", "name": {"en": f"Place {one}", "ru": f"Место {one}"},
         "latitude": one / 10, "longitude": 1.0,
         "hours": [{"start": "08:00", "until": "18:00"}],
         "holidays": [{"first_day": f"2026-{month:02}-{day:02}"}
                      for month in range(6, 12) for day in (1, 9, 17, 25)]}
        for one in range(PLACES)
    ]  # fmt: skip
    shop.world.put_program("coffee", locations=places)
    members = [shop.world.enrol(name=f"Maximiliane {one}") for one in range(MEMBERS)]
    ann = members[0]
    for one in range(ENTRIES):
        shop.world.sell(f"o{one}", total=1_000, member=ann)
    for one in range(60):
        shop.world.sell(f"nobody-{one}", total=990)
    for one in range(CAMPAIGNS):
        texts = {"en": f"Come again {one}", "ru": f"Приходите {one}"}
        document = {
            "name": f"A campaign with a rather long name, number {one}",
            "audience": {"all": []}, "trigger": {"kind": "now"}, "guards": {},
            "actions": [{"kind": "message", "text": texts}],
        }  # fmt: skip
        api.ask(Ask("PUT", f"/v1/campaigns/c{one}", body=document, seen='"0"'))
    for one in range(COUPONS):
        name = {"en": f"A tenth off, number {one}", "ru": f"Десятая часть {one}"}
        sent = {"id": f"coupon{one}", "name": name, "word": f"SPRING-{one:03}",
                "gives": {"basis_points": 1000}}  # fmt: skip
        api.ask(Ask("POST", "/v1/coupons", body=sent))
    for one in range(PEOPLE):
        api.ask(Ask("POST", "/v1/people", body={"name": f"Person {one}", "role": "staff"}))
    for one in range(KEYS):
        shop.key("staff", name=f"Phone {one}")
    for one in range(TILLS):
        till = Endpoint(f"till-{one}", "coffee", (f"till{one}",), "square", "https://a.example/x")
        Credentials(shop.world.tables).put_endpoint(till)
    for one in range(SEGMENTS):
        body = {"name": f"Group {one}", "conditions": {"all": []}}
        api.ask(
            Ask("PUT", path("/v1/segments/{segment}", segment=f"s{one}"), body=body, seen='"0"')
        )
    for one in range(CAUSES):
        texts = {"en": f"Shelter {one}", "ru": f"Приют {one}"}
        body = {"name": texts, "text": texts, "pot": "points"}
        api.ask(Ask("PUT", f"/v1/causes/cause-{one}", body=body, seen='"0"'))
    return ann.member_id


@pytest.mark.browser
def test_long_lists_keep_their_budgets_and_stay_clean(
    shop: Shop, ask: Any, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Weighed(shop, ask)
    member = filled(shop, visitor.api)
    with contextlib.closing(opened(shop, ask, monkeypatch)) as bridge:
        wrong = looked_through(visitor, browser, bridge.url, member)
    assert wrong == []


def looked_through(visitor: Visitor, browser: Browser, base: str, member: str) -> list[str]:
    """Return what is wrong with any of the lists, each with its screen."""
    wrong = []
    page = browser.new_page(locale="ru", viewport={"width": 320, "height": 640})
    for one in LISTS:
        address = f"/console{one.format(member=member)}"
        visitor.look(address)
        began = time.process_time()
        html = visitor.look(address)
        took = time.process_time() - began
        size = len(gzip.compress(html.encode()))
        if size > LARGEST or took > LONGEST:
            wrong.append(f"{one}: {size} bytes, {took * 1000:.0f} ms")
        answer = page.goto(base + address)
        assert answer is not None
        assert answer.status == 200, one
        wrong += [f"{one}: {fault}" for fault in faults(page)]
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wrong.append(f"{one}: wider than a phone")
    page.close()
    return wrong


def test_long_lists_lead_on_to_their_end(shop: Shop, ask: Any) -> None:
    """What does not stand on a page stands on one of those behind it, once."""
    visitor = Weighed(shop, ask)
    member = filled(shop, visitor.api)
    for address, row, many in (
        (f"/console/members/{member}", r"\+100</span>", ENTRIES),
        ("/console/orders/parked", r"nobody-(\d+)\b", 60),
    ):
        found: list[str] = []
        query: dict[str, str] = {}
        for _ in range(100):
            html = visitor.look(address, **query)
            found += re.findall(row, html)
            following = re.search(r'href="\?cursor=([^"&]+)"', html)
            if not following:
                break
            query = {"cursor": unquote(following[1])}
        assert len(found) >= many, address
