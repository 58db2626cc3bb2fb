"""Calendars that owners follow by the API: set up, asked at another address, left."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import owner
from loyalty.access.keys import Credentials
from loyalty.store import till_watch
from tests.support.events import content, http
from tests.support.till import TILL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

URL = "https://calendar.example/private-0123/basic.ics"


def ask_for(
    shop: Shop, ask: Ask, method: str, name: str = "salon-calendar", body: Any = None
) -> tuple[int, Any]:
    headers = {"authorization": shop.key("owner"), "content-type": "application/json"}
    sent = json.dumps(body).encode() if body is not None else b""
    answer = ask(owner, http(method, f"/v1/endpoints/{name}/calendar", headers, sent))
    return answer["statusCode"], content(answer)


def test_a_calendar_is_followed_at_another_address_and_left(shop: Shop, ask: Ask) -> None:
    assert ask_for(shop, ask, "PUT", body={"url": "webcal://calendar.example/a.ics"})[0] == 200
    kept = json.loads(shop.secrets["endpoints/salon-calendar"])
    assert kept["token"] == "https://calendar.example/a.ics"
    known = Credentials(shop.world.tables).endpoint("salon-calendar")
    assert known is not None
    assert (known.scheme, known.source, known.token) == ("calendar", "salon-calendar", True)
    assert till_watch.read(shop.world.tables, "coffee", "salon-calendar") is not None
    assert ask_for(shop, ask, "PUT", body={"url": URL, "location": "station"})[0] == 200
    assert json.loads(shop.secrets["endpoints/salon-calendar"])["token"] == URL
    again = Credentials(shop.world.tables).endpoint("salon-calendar")
    assert again is not None
    assert again.location == "station"
    assert "private-0123" not in shop.log.getvalue()
    assert ask_for(shop, ask, "DELETE")[0] == 200
    assert Credentials(shop.world.tables).endpoint("salon-calendar") is None
    assert till_watch.read(shop.world.tables, "coffee", "salon-calendar") is None
    assert shop.secrets["endpoints/salon-calendar"] == "{}"
    assert ask_for(shop, ask, "DELETE")[0] == 404


@pytest.mark.parametrize(
    ("name", "body", "refused"),
    [
        ("salon-calendar", {"url": "http://calendar.example/a.ics"}, (422, "bad_url")),
        ("salon-calendar", {"url": "https://127.0.0.1/a.ics"}, (422, "bad_url")),
        ("salon-calendar", {"url": URL, "location": "moon"}, (422, "unknown_location")),
        (TILL.id, {"url": URL}, (409, "endpoint_taken")),
    ],
)
def test_what_cannot_be_followed_is_refused(
    shop: Shop, ask: Ask, name: str, body: Any, refused: tuple[int, str]
) -> None:
    before = dict(shop.secrets)
    found, told = ask_for(shop, ask, "PUT", name, body)
    codes = {told.get("code"), *(one["code"] for one in told.get("errors", ()))}
    assert (found, refused[1] in codes) == (refused[0], True), told
    assert shop.secrets == before
    assert ask_for(shop, ask, "DELETE", TILL.id)[0] == 404, "no till is taken away by this"
