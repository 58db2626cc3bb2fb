"""Every page within its budget: so many bytes to load, 300 ms of a function's time with /v1's.

Which pages there are follows from the routes of serverless.yml and the console's own table, so that
none is forgotten. A design that is being drawn is weighed on the running stack, where it is drawn.
"""

from __future__ import annotations

import gzip
import time
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from functions import campaigns, moving, owner
from functions.console import SCREENS
from functions.pages.kit import PAPERS
from functions.screens import rule_forms
from functions.screens.calling import Ask
from loyalty.access.keys import Credentials, Endpoint
from loyalty.campaigns.hearing import Hearing
from tests.functions.routes.till import served_by
from tests.functions.screens.browsing import SignedIn
from tests.functions.screens.visiting import Visitor
from tests.functions.test_group_page import PATH, SENT, call, invitation, send
from tests.functions.test_invitation_page import inviting
from tests.functions.test_question_page import asking
from tests.loyalty.campaigns.test_surprises import LUCKY
from tests.support.campaigning import OPEN, Campaigning
from tests.support.events import http
from tests.support.figure_streams import FigureStreams
from tests.support.routes import routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.screens.calling import Told
    from tests.functions.conftest import Shop

LARGEST = 30_000  # bytes, gzipped: page, style and script
LARGEST_TILL = 60_000
LONGEST = 0.3  # seconds of processor time: how busy the machine is makes no difference
DRAWN = {"/console/card/{design}"}
"""What needs the tools that draw: tests/stack/test_designs.py looks at it."""
PLAIN = sorted({one.path for one in SCREENS if "{" not in one.path})
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
    *("/console/export/{export}", "/console/import/{import}", "/console/visits/{visits}"),
    "/console/program/trials/{trial}",
)
NO_PAGES = {
    "/robots.txt", "/designs/{design}/{image}", "/calendar/{feed}", "/till/{name}",
    "/c/{link}/apple", "/c/{link}/google",
}  # fmt: skip
"""Files, pictures, and what leads elsewhere."""
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
    names = {"member": ann.member_id, "entry": entry, "link": ann.link, "trade": trade}
    return names | jobs(shop, api)


def jobs(shop: Shop, api: SignedIn) -> dict[str, str]:
    """Let everything that a worker makes be made; return the names that their pages have."""
    Credentials(shop.world.tables).put_endpoint(Endpoint("salon", "coffee", ("salon",), "visits"))
    streams = FigureStreams(shop.world)
    streams.ring(streams.news())

    def sent(address: str, content: bytes, then: str, body: Any) -> str:
        name = api.upload(address, content)
        api.ask(Ask("POST", f"{address}/{name}/{then}", body=body))
        return name

    people = "First name,E-mail\n" + "".join(f"P{one},p{one}@example.com\n" for one in range(300))
    visits = "ID,Date,Status,Amount,Card\n" + f"v1,2026-05-01 12:00,done,5,{'x' * 9}\n" * 300
    names = {
        "import": sent("/v1/imports", people.encode(), "plan", {}),
        "visits": sent("/v1/imports", visits.encode(), "visits", {"endpoint": "salon"}),
        "export": str(api.ask(Ask("POST", "/v1/exports")).content["id"]),
        "trial": "a" * 32,
    }
    document = {**api.get("/v1/program")["document"], "rewards": []}
    asked = {"program": document, "first_day": "2026-01-01", "templates": False}
    api.ask(Ask("POST", f"/v1/simulations/{names['trial']}/run", body=asked))
    done: list[str] = []
    while waiting := shop.queues.bodies("moving")[len(done) :]:
        done += waiting
        api.work(moving, waiting)
    return names


def judged(address: str, look: Callable[[], str], largest: int = LARGEST) -> None:
    look()  # what is loaded once is loaded
    began = time.process_time()
    page = look()
    took, size = time.process_time() - began, len(gzip.compress(page.encode()))
    assert took <= LONGEST, f"{address}: {took * 1000:.0f} ms"
    assert size <= largest, f"{address}: {size} bytes"


def test_every_screen_is_weighed() -> None:
    shapes = {one.path for one in SCREENS} - DRAWN - {*PLAIN}
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


def card(shop: Shop, ask: Any) -> list[str]:
    """Return a card's page, and all that stands behind it."""
    link = f"/c/{one_of_each(shop, SignedIn(shop, ask))['link']}"
    views = ("history", "friends", "settings", "together")
    return [link, *(f"{link}?show={one}" for one in views)]


def group(shop: Shop, ask: Any) -> list[str]:
    ann = shop.world.enrol()
    call(shop, ask, "PUT", PATH, SENT, '"0"')
    send(ask, ann, group_begin="brunch", shows="yes")
    return ["/together/" + invitation(ask, ann).partition("/together/")[2]]


def surprise(shop: Shop, _ask: Any) -> list[str]:
    campaigns = Campaigning(shop.world)
    for one in range(50):
        campaigns.join(f"P{one}")
    campaigns.start("lucky", actions=[LUCKY], guards={**OPEN, "quiet": ["03:00", "03:00"]})
    campaigns.run()
    campaigns.move("lucky", "cancelled")
    return ["/surprises/coffee/lucky"]


def stopped(shop: Shop, _ask: Any) -> list[str]:
    ann = shop.world.enrol()
    return [f"/u/{Hearing(shop.world.books).stop_path('coffee', ann.member_id, 'email')}"]


def of_each(address: str) -> Callable[[Shop, Any], list[str]]:
    def made(shop: Shop, ask: Any) -> list[str]:
        one_of_each(shop, SignedIn(shop, ask))
        return [address]

    return made


def kit(_shop: Shop, _ask: Any) -> list[str]:
    return [f"/join/coffee/kit/{one}" for one in sorted(PAPERS)]


SEEN: dict[str, Callable[[Shop, Any], list[str]]] = {
    "/": of_each("/"),
    "/till": of_each("/till"),
    "/join/{program}": of_each("/join/coffee"),
    "/join/{program}/kit/{piece}": kit,
    "/c/{link}": card,
    "/ask/{question}": lambda shop, _: [asking(shop, asks="nps"), *inviting(shop, "Ben")],
    "/surprises/{program}/{campaign}": surprise,
    "/causes/{program}/{cause}": of_each("/causes/coffee/shelter"),
    "/draws/{program}/{draw}": of_each("/draws/coffee/spring"),
    "/together/{program}/{goal}/{group}": group,
    "/u/{stop}": stopped,
    "/sign-in/{link}": lambda *_: ["/sign-in/" + "x" * 43],
}
"""By its route, what makes a page that anybody sees who is not signed in, and its addresses."""


def test_every_page_of_the_routes_is_weighed() -> None:
    pages = {one.path for one in routes() if one.verb in {"GET", "ANY"}}
    shown = {one for one in pages if not one.startswith(("/v1", "/console", "/apple/", "$"))}
    assert shown - NO_PAGES == {*SEEN}


@pytest.mark.parametrize("route", sorted(SEEN))
def test_what_customers_and_the_counter_load_is_small_and_quick(
    shop: Shop, ask: Any, route: str
) -> None:
    (module,) = {one.module for one in routes() if (one.verb, one.path) == ("GET", route)}
    handler = import_module(f"functions.{module}")

    def page(address: str, language: str) -> str:
        path, _, query = address.partition("?")
        headers = {"accept": "text/html", "accept-language": language}
        answer = ask(handler, http("GET", path, headers, query=dict(parse_qsl(query))))
        assert answer["statusCode"] == 200, path
        return str(answer["body"])

    for address in SEEN[route](shop, ask):
        for language in ("en", "ru", "de"):
            look = partial(page, address, language)
            judged(address, look, LARGEST_TILL if route == "/till" else LARGEST)
