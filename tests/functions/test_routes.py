"""Every route of serverless.yml with every verb: what is listed is served, HEAD is GET's head."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.events import http
from tests.support.routes import ELSEWHERE, VERBS, Route, route_of, routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop

MODULES = sorted({route.module for route in routes()})
# Answers HEAD from its GET, whatever the route (functions.http.head).
HEAD_FROM_GET = {"api", "campaigns", "console", "designs", "join", "owner", "program", "sign_in"}
# Given everything below an address: which of it is served stands in docs/openapi.json.
WHOLE = {"api", "campaigns", "designs", "owner", "program", "sign_in"}
SHOWN = {
    "/c/{link}",
    "/designs/{design}/{image}",
    "/join/{program}",
    "/join/{program}/kit/{piece}",
    "/robots.txt",
}
CHANGES_WITH_EVERY_CALL = {"date", "content-length", "ratelimit"}


def served(module: str) -> set[tuple[str, str]]:
    """Return verb and path of every route of a function, parameters without their names."""
    served_by = import_module(f"functions.{module}")
    if hasattr(served_by, "ROUTES"):  # the door for tills, which has no framework
        return {(verb, re.sub(r"\{\w+\}", "{}", path)) for verb, path in served_by.ROUTES}
    app = served_by.app
    found = {
        (route.method, re.sub(r"<\w+>", "{}", route.path))
        for route in (*app._static_routes, *app._dynamic_routes)
    }
    if module in HEAD_FROM_GET:
        found |= {("HEAD", path) for verb, path in found if verb == "GET"}
    return found


def listed(module: str) -> set[tuple[str, str]]:
    return {
        (route.verb, re.sub(r"\{\w+\}", "{}", route.path))
        for route in routes()
        if route.module == module and route.path != ELSEWHERE
    }


def test_the_list_is_read() -> None:
    assert {"api", "apple", "card_page", "google", "join"} <= set(MODULES)
    assert len(routes()) > 20
    assert route_of("GET", "/c/x") == Route("card_page", "GET", "/c/{link}")
    assert route_of("GET", "/c//x") == Route("card_page", "ANY", ELSEWHERE)
    assert route_of("PUT", "/v1/a/b") == Route("api", "ANY", "/v1/{proxy+}")
    assert route_of("PUT", "/v1/receivers/b") == Route("owner", "ANY", "/v1/receivers/{proxy+}")


@pytest.mark.parametrize("module", [name for name in MODULES if name not in WHOLE])
def test_the_gateway_lists_exactly_what_a_function_serves(module: str) -> None:
    assert listed(module) == served(module)


@pytest.mark.parametrize("module", MODULES)
def test_what_takes_get_takes_head_and_the_other_way_round(module: str) -> None:
    for known in (listed(module), served(module)):
        paths = {verb: {path for one, path in known if one == verb} for verb in ("GET", "HEAD")}
        assert paths["GET"] == paths["HEAD"]


def concrete(path: str, names: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\+?\}", lambda match: names[match[1]], path)


@pytest.fixture
def names(shop: Shop) -> dict[str, str]:
    """What stands for the parameters of a path: things that exist, where that is possible."""
    member = shop.world.enrol()
    return {
        "program": "coffee", "link": member.link, "design": "coffee",
        "image": "icon@2x.png", "device": "d0" * 16, "passType": "pass.dev.loyalty.card",
        "serial": "f" * 32, "endpoint": "unknown", "proxy": "orders", "piece": "poster",
        "key": "0123456789abcdef", "person": "p_0123456789", "session": "b" * 26,
        "coupon": "spring", "file": "0" * 32, "question": "nothing-here", "campaign": "lucky",
        "cause": "shelter", "draw": "spring", "goal": "brunch", "group": "abcdefghijkl",
        "secret": "a" * 43,
        "first": "members", "second": "new", "third": "7", "name": "worker.js",
        "stop": "x", "feed": "x", "member": "0" * 32,
    }  # fmt: skip


@pytest.mark.parametrize("path", sorted({route.path for route in routes()} - {ELSEWHERE}))
@pytest.mark.parametrize("known", ["known", "unknown"])
def test_every_route_with_every_verb(
    shop: Shop,
    ask: Callable[[Any, dict[str, Any]], dict[str, Any]],
    names: dict[str, str],
    path: str,
    known: str,
) -> None:
    if known == "unknown":
        names = dict.fromkeys(names, "nothing-here")
    address = concrete(path, names)
    headers = {"accept-language": "en", "authorization": shop.key("till")}
    answers = {}
    for verb in VERBS:
        route = route_of(verb, address)
        module = import_module(f"functions.{route.module}")
        if route.path == ELSEWHERE:
            answer = ask(module, http(verb, address, headers))
            assert answer["statusCode"] == 404, (verb, answer)
            continue
        answers[verb] = answer = ask(module, http(verb, address, headers))
        assert 200 <= answer["statusCode"] < 600
        # Below /v1 one function takes every verb, and says itself which an address has.
        never = {500} if path.startswith("/v1/") else {405, 500}
        assert answer["statusCode"] not in never, (verb, answer)
        if answer["statusCode"] == 405:
            assert verb not in answer["headers"]["Allow"].split(", ")
    assert ("GET" in answers) == ("HEAD" in answers)
    if "GET" in answers:
        get, head = answers["GET"], answers["HEAD"]
        assert head["statusCode"] == get["statusCode"]
        assert head.get("body", "") == ""
        assert kept(head) == kept(get)
        if path in SHOWN:
            assert get["statusCode"] == (200 if known == "known" or "{" not in path else 404)


def kept(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        name.lower(): value
        for name, value in answer.get("headers", {}).items()
        if name.lower() not in CHANGES_WITH_EVERY_CALL
    }
