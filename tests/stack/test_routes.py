"""Every route of serverless.yml with every verb, through the edge, the gateway and the function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from infra.local.web import ask
from tests.support.routes import VERBS, route_of, routes

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
        "proxy": "orders",
    }  # fmt: skip
    base = shop.stack["base_url"]
    for path in sorted({route.path for route in routes()}):
        address = re.sub(r"\{(\w+)\+?\}", lambda match: names[match[1]], path)
        answers = {verb: ask(verb, f"{base}{address}") for verb in SENT}
        for verb, answer in answers.items():
            foreign = route_of(verb, address) is None
            if verb != "HEAD":
                told_by_the_gateway = answer.body == b'{"message":"Not Found"}'
                assert told_by_the_gateway is foreign, (verb, path, answer)
            assert answer.status == 404 if foreign else answer.status < 500, (verb, path, answer)
        get, head = answers["GET"], answers["HEAD"]
        assert (head.status, head.body) == (get.status, b""), path
        if route_of("GET", address):
            assert [head.headers.get(name) for name in SAME] == [
                get.headers.get(name) for name in SAME
            ], path


def test_a_doubled_slash_is_another_address(shop: Shop, ann: Customer) -> None:
    base, path = shop.stack["base_url"], ann.card["card_url"].removeprefix(shop.stack["base_url"])
    assert ask("GET", f"{base}{path}").status == 200
    for doubled in (f"/{path}", path.replace("/c/", "/c//"), "/apple//v1/log"):
        for verb in ("GET", "HEAD", "POST"):
            assert ask(verb, f"{base}{doubled}").status == 404, (verb, doubled)
