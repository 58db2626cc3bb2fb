"""Every page within its budget: so many bytes to load, 300 ms of a function's time with /v1's.

Console, the page at the counter, and what customers see. What a job makes (an import, an export, a
drawn design) is weighed on the running stack, where there is one.
"""

from __future__ import annotations

import gzip
import time
from typing import TYPE_CHECKING, Any

import pytest

from functions import campaigns, card_page, console, join, owner
from functions.console import SCREENS
from functions.screens import rule_forms
from functions.screens.calling import Ask
from tests.functions.routes.till import served_by
from tests.functions.screens.browsing import SignedIn
from tests.functions.screens.visiting import Visitor
from tests.support.events import http

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.screens.calling import Told
    from tests.functions.conftest import Shop

LARGEST = 30_000  # bytes, gzipped: page, style and script
LARGEST_TILL = 60_000
LONGEST = 0.3  # seconds of processor time: how busy the machine is makes no difference
OF_JOBS = {
    "/console/card/{design}", "/console/export/{export}", "/console/import/{import}",
    "/console/visits/{import}",
}  # fmt: skip
ALONE = {"/console/programs", "/console/join"}
"""What asks for more than a session: on the running stack only."""
PLAIN = sorted({one.path for one in SCREENS if "{" not in one.path} - ALONE)
OF_ONE = (
    *("/console/orders/parked", "/console/orders/double", "/console/members/{member}"),
    *("/console/members/{member}/{entry}", "/console/campaigns/hello", "/console/campaigns/runs"),
    *("/console/campaigns/hello/edit", "/console/broadcasts/closed", "/console/saving/brunch"),
    *("/console/causes/shelter", "/console/draws/spring", "/console/coupons/spring"),
    *("/console/channels/email", "/console/channels/sms", "/console/channels/telegram"),
    *(f"/console/program/rules/{section}" for section in rule_forms.SECTIONS),
    *("/console/program/templates/{trade}", "/console/receivers/crm", "/console/tills/coffee-till"),
    *("/console/tills/new?of=square", "/console/settings/places/mitte"),
    *("/console/places/mitte/about", "/console/places/mitte/days"),
)
HOURS = [{"start": "08:00", "until": "18:00"}]
MITTE = {
    "id": "mitte",
    "name": {"en": "Mitte", "ru": "Митте"},
    "latitude": 1,
    "longitude": 1,
    "hours": HOURS,
}


class Weighed(Visitor):
    """Measures what is looked at."""

    def __init__(self, shop: Shop, ask: Any, program: str = "coffee") -> None:
        super().__init__(shop, ask)
        self.api = SignedIn(shop, ask, "owner", program)


def example(address: str, method: str = "PUT") -> Any:
    """Return the body that the documentation shows."""
    (found,) = [
        one
        for module in (campaigns, owner, served_by("/v1/coupons"))
        for one in module.OPERATIONS
        if (one.path, one.method) == (address, method)
    ]
    return spoken(next(iter(found.examples.values())))


def spoken(body: Any) -> Any:
    """Return a body whose texts are there in both of the program's languages."""
    if isinstance(body, dict):
        both = {"ru": body["en"]} if "en" in body else {}
        return {**both, **{name: spoken(one) for name, one in body.items()}}
    return [spoken(one) for one in body] if isinstance(body, list) else body


def one_of_each(shop: Shop, api: SignedIn) -> dict[str, str]:
    """Make one of everything that has a page; return the names that its addresses have."""
    shop.world.put_program("coffee", locations=[MITTE])

    def put(address: str, template: str) -> Told:
        return api.ask(Ask("PUT", address, body=example(template), seen='"0"'))

    ann = shop.world.enrol()
    shop.world.sell("one", total=1_000, member=ann)
    shop.world.sell("nobodys", total=1_000)
    entry = api.get(f"/v1/members/{ann.member_id}/timeline")["lines"][0]["entry"]
    for name in ("hello", "runs"):
        put(f"/v1/campaigns/{name}", "/v1/campaigns/{campaign}")
    seen = api.ask(Ask("GET", "/v1/campaigns/runs")).tag
    api.ask(Ask("POST", "/v1/campaigns/runs/start", seen=seen))
    put("/v1/broadcasts/closed", "/v1/broadcasts/{broadcast}")
    put("/v1/causes/shelter", "/v1/causes/{cause}")
    put("/v1/draws/spring", "/v1/draws/{draw}")
    prize = {"text": spoken({"en": "A cake"}), "pot": "points", "points": 300}
    goal = {**example("/v1/savings-goals/{goal}"), "prizes": [prize]}
    api.ask(Ask("PUT", "/v1/savings-goals/brunch", body=goal, seen='"0"'))
    api.ask(Ask("POST", "/v1/coupons", body=example("/v1/coupons", "POST")))
    api.ask(Ask("POST", "/v1/receivers", body=example("/v1/receivers", "POST")))
    trade = api.get("/v1/templates")["templates"][0]["trade"]
    return {"member": ann.member_id, "entry": entry, "link": ann.link, "trade": trade}


def judged(address: str, look: Callable[[], str], largest: int = LARGEST) -> None:
    look()  # what is loaded once is loaded
    began = time.process_time()
    page = look()
    took, size = time.process_time() - began, len(gzip.compress(page.encode()))
    assert took <= LONGEST, f"{address}: {took * 1000:.0f} ms"
    assert size <= largest, f"{address}: {size} bytes"


def test_every_screen_is_weighed() -> None:
    shapes = {one.path for one in SCREENS} - ALONE - OF_JOBS - {*PLAIN}
    for shape in shapes:
        parts = shape.split("/")
        assert any(
            len(one.split("/")) == len(parts)
            and all(a == b or a.startswith("{") for a, b in zip(parts, one.split("/"), strict=True))
            for one in OF_ONE
        ), shape


def test_every_screen_is_small_and_quick(shop: Shop, ask: Any) -> None:
    visitor = Weighed(shop, ask)
    names = one_of_each(shop, visitor.api)  # type: ignore[arg-type]
    for one in (*PLAIN, *OF_ONE):
        address, _, query = one.format(**names).partition("?")
        asked = dict([query.split("=")]) if query else {}
        judged(one, lambda at=address, by=asked: visitor.look(at, **by))  # type: ignore[misc]


@pytest.mark.parametrize("program", ["coffee", "barber"])
def test_every_screen_is_drawn_where_there_is_nothing(shop: Shop, ask: Any, program: str) -> None:
    """No member, no sale, no location, no campaign: the first day of a shop."""
    for name in PLAIN:
        Weighed(shop, ask, program).look(name)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_customers_and_the_counter_load_is_small_and_quick(
    shop: Shop, ask: Any, language: str
) -> None:
    names = one_of_each(shop, SignedIn(shop, ask))
    headers = {"accept": "text/html", "accept-language": language}

    def page(module: Any, path: str, **query: str) -> str:
        answer = ask(module, http("GET", path, headers, query=query))
        assert answer["statusCode"] == 200, path
        return str(answer["body"])

    card = f"/c/{names['link']}"
    judged("/till", lambda: page(console, "/till"), LARGEST_TILL)
    judged("/join", lambda: page(join, "/join/coffee"))
    for path in (card, "/", "/causes/coffee/shelter", "/draws/coffee/spring"):
        judged(path, lambda at=path: page(card_page, at))  # type: ignore[misc]
    for view in ("history", "friends", "settings"):
        judged(view, lambda at=view: page(card_page, card, show=at))  # type: ignore[misc]
