"""/v1/campaigns/templates and …/calendar: an idea becomes a draft, and stands in the plan."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from functions import campaigns, channels
from tests.functions.routes.till import till
from tests.support.events import Context, content, http

if TYPE_CHECKING:
    from tests.functions.conftest import Shop
    from tests.functions.routes.till import Till

TEMPLATES = "/v1/campaigns/templates"


@pytest.fixture
def owner(shop: Shop, ask: Any) -> Till:
    shop.world.now = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    return till(shop, ask, "owner")


def send(owner: Till, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    text = json.dumps(body) if body is not None else None
    answer = owner.send(campaigns, http(method, path, {"authorization": owner.key}, text))
    return answer["statusCode"], content(answer)


def test_a_template_becomes_a_draft_by_one_call(owner: Till) -> None:
    listed = send(owner, "GET", TEMPLATES)[1]["templates"]
    assert len(listed) == len({one["id"] for one in listed}) == 10
    ideas = {one["id"]: one for one in listed}
    assert ideas["welcome"]["possible"] is True
    assert ideas["welcome"]["about"]["ru"].startswith("Через день")
    status, made = send(owner, "POST", f"{TEMPLATES}/regulars", {})
    assert (status, made["state"], made["id"]) == (201, "draft", "regulars")
    assert send(owner, "POST", f"{TEMPLATES}/regulars", {}) == (201, made)
    status, refused = send(owner, "POST", f"{TEMPLATES}/welcome", {"id": "regulars"})
    assert (status, refused["code"]) == (409, "campaign_exists")
    assert send(owner, "POST", f"{TEMPLATES}/nothing", {})[0] == 404
    impossible = [name for name, one in ideas.items() if not one["possible"]]
    for name in impossible:
        status, refused = send(owner, "POST", f"{TEMPLATES}/{name}", {})
        assert (status, refused["code"]) == (409, "template_not_possible")
    # Their addresses are no campaign's.
    assert send(owner, "GET", "/v1/campaigns/regulars")[1]["state"] == "draft"
    headers = {"authorization": owner.key, "if-match": '"0"'}
    event = http("PUT", TEMPLATES, headers, json.dumps(made["document"]))
    assert owner.send(campaigns, event)["statusCode"] in {404, 405}


def test_the_plan_of_a_year_is_told_and_subscribed_to(owner: Till, shop: Shop) -> None:
    send(owner, "POST", f"{TEMPLATES}/regulars", {})
    send(owner, "POST", f"{TEMPLATES}/birthday", {})
    told = send(owner, "GET", "/v1/campaigns/calendar")[1]
    firsts = [one["day"] for one in told["days"] if one["id"] == "regulars"]
    assert firsts[:2] == ["2026-06-01", "2026-07-01"]
    assert [one["id"] for one in told["standing"]] == ["birthday"]
    path = urlsplit(told["feed"]).path
    context: Any = Context()
    answer = channels.handler(http("GET", path), context)
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["body"].count("BEGIN:VEVENT") == len(told["days"])
    for wrong in (path[:-1], path.replace("coffee", "barber"), "/calendar/coffee."):
        assert channels.handler(http("GET", wrong), context)["statusCode"] == 404
    assert path not in shop.log.getvalue()


def test_the_address_of_the_calendar_is_replaced_and_the_old_one_leads_nowhere(
    owner: Till, shop: Shop
) -> None:
    send(owner, "POST", f"{TEMPLATES}/regulars", {})
    context: Any = Context()
    addresses = [send(owner, "GET", "/v1/campaigns/calendar")[1]["feed"]]
    for _ in range(2):
        status, told = send(owner, "POST", "/v1/campaigns/calendar/address")
        assert status == 200, told
        addresses.append(told["feed"])
    assert send(owner, "GET", "/v1/campaigns/calendar")[1]["feed"] == addresses[-1]
    assert len({*addresses}) == 3
    found = [
        channels.handler(http("GET", urlsplit(one).path), context)["statusCode"]
        for one in addresses
    ]
    assert found == [404, 404, 200]
    lines = [str(item) for key, item in shop.world.tables.items.items() if key.pk == "coffee#L"]
    assert sum("calendar.address" in one for one in lines) == 2
