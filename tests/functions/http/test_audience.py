"""Who reads a page at an address without a route, and who a problem document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import card_page
from functions.http.audience import reads_pages
from tests.support.events import Context, http

if TYPE_CHECKING:
    from collections.abc import Mapping

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/", "/karte", "/join/coffee/", "//c/x", "/v10", "/applepie"])
@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (CHROME, True),
        ("application/json, TEXT/HTML;q=0.1", True),
        ("application/xhtml+xml", True),
        ("*/*", False),
        ("image/avif,image/webp,*/*;q=0.8", False),
        ("application/json", False),
        ("text/htmlx", False),
        ("", False),
        (None, False),
    ],
)
def test_a_page_is_for_whoever_names_html(path: str, accept: str | None, *, page: bool) -> None:
    assert reads_pages(path, accept) is page


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/cards", "/webhooks", "/webhooks/x/y", "/apple/v1/log", "/google/callback"]
)
def test_nobody_reads_pages_where_programs_call(path: str) -> None:
    assert not reads_pages(path, CHROME)


def answer(verb: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    return card_page.handler(http(verb, path, headers), Context())  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "heading"), [("ru", "ru"), ("en", "en"), ("xx", "en")])
def test_the_page_is_in_the_visitors_language(language: str, heading: str) -> None:
    asked = {"accept": CHROME, "accept-language": language}
    found = answer("GET", "/nothing-here", asked)
    assert found["statusCode"] == 404
    assert found["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert f'<html lang="{heading}">' in found["body"]
    assert answer("HEAD", "/nothing-here", asked)["body"] == ""


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "DELETE"])
def test_a_program_gets_a_problem_document(verb: str) -> None:
    for path, accept in (("/nothing-here", "application/json"), ("/webhooks", CHROME)):
        found = answer(verb, path, {"accept": accept})
        assert found["statusCode"] == 404
        assert found["headers"]["Content-Type"] == "application/problem+json"
        assert json.loads(found["body"])["code"] == "no_such_address"


def test_a_verb_that_an_address_does_not_take_is_answered_the_same_way() -> None:
    for path in ("/join/coffee", "/c/some-link", "/robots.txt"):
        assert answer("DELETE", path, {"accept": CHROME})["statusCode"] == 404
        found = answer("DELETE", path, {"accept": "*/*"})
        assert found["headers"]["Content-Type"] == "application/problem+json"
