"""Every route of serverless.yml with every verb, through the edge, the gateway and the function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infra.local.web import ask
from tests.support.routes import ELSEWHERE, VERBS, route_of, routes

if TYPE_CHECKING:
    from tests.stack.shop import Customer, Shop

pytestmark = pytest.mark.stack

# A gateway without CORS answers OPTIONS in words of its own, which differ between the two shapes.
SENT = tuple(verb for verb in VERBS if verb != "OPTIONS")
SAME = ("content-type", "last-modified", "cache-control", "content-disposition")


def test_every_route_takes_the_verbs_that_are_listed_and_no_other(
    shop: Shop, ann: Customer
) -> None:
    names = {
        "program": ann.program, "link": ann.card["card_url"].rpartition("/")[2],
        "design": "coffee", "image": "icon.png", "device": "d0" * 16, "serial": ann.serial,
        "passType": shop.stack["apple"]["pass_type_identifier"], "endpoint": "unknown",
        "proxy": "orders", "key": "0123456789abcdef", "person": "p_0123456789", "piece": "poster",
        "first": "members", "second": "new", "third": "7", "name": "worker.js",
        "stop": "x", "feed": "x", "member": "0" * 32,
        "coupon": "spring", "file": "0" * 32, "question": "nothing-here", "campaign": "lucky",
        "cause": "shelter", "draw": "spring", "goal": "brunch", "group": "abcdefghijkl",
        "session": "b" * 26, "secret": "a" * 43,
    }  # fmt: skip
    base = shop.stack["base_url"]
    for path in sorted({route.path for route in routes()} - {ELSEWHERE}):
        address = re.sub(r"\{(\w+)\+?\}", lambda match: names[match[1]], path)
        answers = {verb: ask(verb, f"{base}{address}") for verb in SENT}
        for verb, answer in answers.items():
            foreign = route_of(verb, address).path == ELSEWHERE
            if verb != "HEAD":
                nowhere = b"urn:problem:no_such_address" in answer.body
                assert nowhere is foreign, (verb, path, answer)
            assert answer.status == 404 if foreign else answer.status < 500, (verb, path, answer)
        get, head = answers["GET"], answers["HEAD"]
        assert (head.status, head.body) == (get.status, b""), path
        if route_of("GET", address).path != ELSEWHERE:
            assert [head.headers.get(name) for name in SAME] == [
                get.headers.get(name) for name in SAME
            ], path


def test_a_doubled_slash_is_another_address(shop: Shop, ann: Customer) -> None:
    base, path = shop.stack["base_url"], ann.card["card_url"].removeprefix(shop.stack["base_url"])
    assert ask("GET", f"{base}{path}").status == 200
    for doubled in (f"/{path}", path.replace("/c/", "/c//"), "/apple//v1/log"):
        for verb in ("GET", "HEAD", "POST"):
            assert ask(verb, f"{base}{doubled}").status == 404, (verb, doubled)


def test_whoever_looks_at_an_address_without_a_route_reads_a_page(shop: Shop) -> None:
    base = shop.stack["base_url"]
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "ru"}
    for path in ("/karte", "/join", "/c", "/join/coffee/more", "//c", "/designs/coffee"):
        answer = ask("GET", f"{base}{path}", headers=browser)
        assert answer.status == 404, path
        assert answer.headers["content-type"] == "text/html; charset=utf-8", path
        assert '<html lang="ru">' in answer.body.decode(), path
        told = ask("GET", f"{base}{path}", headers={"Accept": "application/json"})
        assert told.headers["content-type"] == "application/problem+json", path
    for path in ("/v1", "/webhooks", "/apple/v2/log", "/google/callback"):
        answer = ask("GET", f"{base}{path}", headers=browser)
        assert answer.status == 404, path
        assert answer.headers["content-type"] == "application/problem+json", path
