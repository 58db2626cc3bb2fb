"""Where somebody joins: from the QR code on the counter through the form to the application."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from tests.functions.pages.parsed import Page
from tests.functions.pages.shop import (
    ANNA,
    FORM,
    form_request,
    pointers,
    post,
    refuse_for,
    request,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.pages.shop import Shop

    Ask = Callable[[dict[str, Any]], dict[str, Any]]

AIRPORT = "location=airport"


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs)["href"])


def joined(shop: Shop) -> list[str | None]:
    return [application.location for _, application in shop.applications]


def test_the_form_carries_the_location_of_its_address(ask: Ask) -> None:
    body = ask(request("GET", "/join/coffee", query=AIRPORT))["body"]
    assert Page(body).inputs["location"] == {
        "type": "hidden",
        "name": "location",
        "value": "airport",
    }
    assert Links(body).found == [f"?language={code}&location=airport" for code in ("de", "ru")]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "location=",
        "location=moon",
        "location=airport&location=moon",
        'location=%22%3E<b id="x">',
    ],
)
def test_an_unknown_location_leaves_no_trace_on_the_form(ask: Ask, query: str) -> None:
    answer = ask(request("GET", "/join/coffee", query=query))
    assert answer["statusCode"] == 200
    assert "location" not in Page(answer["body"]).inputs
    assert Links(answer["body"]).found == ["?language=de", "?language=ru"]
    assert 'id="x"' not in answer["body"]


def test_another_programs_location_is_unknown(ask: Ask, shop: Shop) -> None:
    body = ask(request("GET", "/join/barber", query=AIRPORT))["body"]
    assert "location" not in Page(body).inputs
    ask(form_request(FORM | {"location": "airport"}, program="barber"))
    assert joined(shop) == [None]


@pytest.mark.parametrize(
    ("field", "query", "location"),
    [
        ({"location": "airport"}, "", "airport"),
        ({"location": " airport "}, "", "airport"),
        ({}, AIRPORT, "airport"),
        ({"location": "main-street"}, AIRPORT, "main-street"),
        ({"location": ""}, AIRPORT, "airport"),
        ({"location": "moon"}, "", None),
        ({"location": "moon"}, AIRPORT, None),
        ({}, "location=moon", None),
        ({}, "", None),
    ],
)
def test_nobody_in_a_shop_is_turned_away_for_a_location(
    ask: Ask, shop: Shop, field: dict[str, str], query: str, location: str | None
) -> None:
    answer = ask(form_request(FORM | field, query=query))
    assert answer["statusCode"] == 303
    assert joined(shop) == [location]


def test_a_faulty_form_keeps_its_location(ask: Ask) -> None:
    for request_ in (
        form_request(FORM | {"first_name": "", "location": "airport"}),
        form_request(FORM | {"first_name": ""}, query=AIRPORT),
    ):
        answer = ask(request_)
        assert answer["statusCode"] == 422
        assert Page(answer["body"]).inputs["location"]["value"] == "airport"
        assert Links(answer["body"]).found == [
            f"?language={code}&location=airport" for code in ("de", "ru")
        ]


def test_so_does_one_that_came_too_often(ask: Ask, shop: Shop) -> None:
    shop.outcome = refuse_for(60)
    body = ask(form_request(FORM | {"location": "airport"}))["body"]
    assert Page(body).inputs["location"]["value"] == "airport"
    assert Links(body).found == [f"?language={code}&location=airport" for code in ("de", "ru")]


@pytest.mark.parametrize(
    ("field", "query", "location"),
    [
        ({"location": "airport"}, "", "airport"),
        ({}, AIRPORT, "airport"),
        ({"location": "main-street"}, AIRPORT, "main-street"),
        ({"location": None}, AIRPORT, None),
        ({}, "", None),
    ],
)
def test_json_names_a_location(
    ask: Ask, shop: Shop, field: dict[str, Any], query: str, location: str | None
) -> None:
    assert ask(post(ANNA | field, query=query))["statusCode"] == 201
    assert joined(shop) == [location]


@pytest.mark.parametrize(
    ("field", "query", "code"),
    [
        ({"location": "moon"}, "", "unknown_location"),
        ({"location": ""}, "", "unknown_location"),
        ({}, "location=moon", "unknown_location"),
        ({"location": 5}, "", "wrong_type"),
        ({"location": ["airport"]}, "", "wrong_type"),
    ],
)
def test_json_that_names_none_of_the_programs_is_told(
    ask: Ask, shop: Shop, field: dict[str, Any], query: str, code: str
) -> None:
    answer = ask(post(ANNA | field, query=query))
    assert answer["statusCode"] == 422
    assert pointers(answer) == {"/location": code}
    assert json.loads(answer["body"])["errors"][0]["detail"]
    assert shop.applications == []


def test_a_form_sent_by_a_program_is_as_forgiving_as_a_form(ask: Ask, shop: Shop) -> None:
    headers = {"Accept": "application/json"}
    assert ask(form_request(FORM | {"location": "moon"}, headers=headers))["statusCode"] == 201
    assert joined(shop) == [None]


def sources(shop: Shop) -> list[str]:
    return [application.source for _, application in shop.applications]


def test_where_a_link_led_from_goes_with_the_application(ask: Ask, shop: Shop) -> None:
    body = ask(request("GET", "/join/coffee", query="source=flyer"))["body"]
    assert Page(body).inputs["source"]["value"] == "flyer"
    typed = {name: str(value) for name, value in ANNA.items()}
    assert ask(form_request({**typed, "source": "flyer"}))["statusCode"] == 303
    assert ask(post(ANNA | {"source": "mail"}))["statusCode"] == 201
    assert sources(shop) == ["flyer", "mail"]


def test_a_mistyped_source_turns_nobody_away(ask: Ask, shop: Shop) -> None:
    typed = {name: str(value) for name, value in ANNA.items()}
    assert ask(form_request({**typed, "source": "Ann Smith"}))["statusCode"] == 303
    assert sources(shop) == [""]
    answer = ask(post(ANNA | {"source": "Ann Smith"}))
    assert pointers(answer) == {"/source": "invalid_value"}
