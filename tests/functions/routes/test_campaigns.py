"""/v1/campaigns: made, tried, started, stopped and told by whoever knows the address only."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from functions import campaign_worker, campaigns
from tests.functions.routes.till import till
from tests.support.campaigning import Campaigning
from tests.support.events import Context, content, http, sqs

if TYPE_CHECKING:
    from tests.functions.conftest import Shop
    from tests.functions.routes.till import Till

SENT: dict[str, Any] = {
    "name": "Hello",
    "audience": {"all": []},
    "trigger": {"kind": "now"},
    "actions": [{"kind": "message", "text": {"en": "Hello {name}!", "ru": "Привет, {name}!"}}],
    "guards": {"control": 0, "hold_out": 0},
}


@pytest.fixture
def owner(shop: Shop, ask: Any) -> Till:
    shop.world.now = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
    return till(shop, ask, "owner")


def send(
    owner: Till, method: str, path: str, body: Any = None, tag: str = ""
) -> tuple[int, dict[str, Any], str]:
    headers = {"authorization": owner.key, **({"if-match": tag} if tag else {})}
    text = json.dumps(body) if body is not None else None
    answer = owner.send(campaigns, http(method, path, headers, text))
    return answer["statusCode"], content(answer), answer["headers"].get("ETag", "")


def worked(shop: Shop) -> None:
    """Let the schedule and the queue do what is to be done."""
    context: Any = Context()
    campaign_worker.handler({}, context)
    done = 0
    while len(bodies := shop.queues.bodies("campaigns")) > done:
        campaign_worker.handler(sqs([bodies[done]]), context)
        done += 1


def test_a_campaign_is_made_tried_started_paused_and_told(owner: Till, shop: Shop) -> None:
    ann = Campaigning(shop.world).join("Ann")
    path = "/v1/campaigns/hello"
    assert send(owner, "PUT", path, SENT)[0] == 428
    status, told, tag = send(owner, "PUT", path, SENT, '"0"')
    assert (status, told["state"], tag) == (200, "draft", '"1"')
    assert send(owner, "PUT", path, SENT, '"0"')[0] == 412
    assert send(owner, "PUT", path, SENT, tag)[1]["version"] == 1
    preview = send(owner, "GET", f"{path}/preview")[1]
    assert (preview["fitting"], preview["consenting"], preview["exact"]) == (1, 1, True)
    assert preview["texts"][0] == {
        "language": "en", "text": "Hello Ann!", "characters": 10, "parts": 1, "lock_screen": True,
        "picture": None,
    }  # fmt: skip
    worked(shop)
    assert shop.world.cards.by_member("coffee", ann.member_id, shop.now).field("message") is None  # type: ignore[union-attr]
    status, told, tag = send(owner, "POST", f"{path}/start", tag=tag)
    assert (status, told["state"]) == (200, "running")
    assert send(owner, "PUT", path, {**SENT, "name": "Other"}, tag)[0] == 409
    worked(shop)
    shown = shop.world.cards.by_member("coffee", ann.member_id, shop.now)
    assert shown is not None
    assert shown.field("message").text == "Hello Ann!"  # type: ignore[union-attr]
    results = send(owner, "GET", f"{path}/results")[1]
    assert (results["outcomes"], results["verdict"]) == ({"sent": 1}, "not_over")
    assert results["sentences"]["en"].startswith("It is too early")
    status, told, tag = send(owner, "POST", f"{path}/pause", tag=tag)
    assert (status, told["state"]) == (200, "paused")
    Campaigning(shop.world).join("Ben")
    worked(shop)
    assert send(owner, "GET", f"{path}/results")[1]["outcomes"] == {"sent": 1}
    tag = send(owner, "POST", f"{path}/resume", tag=tag)[2]
    worked(shop)
    assert send(owner, "GET", f"{path}/results")[1]["outcomes"] == {"sent": 2}
    assert send(owner, "POST", f"{path}/cancel", tag=tag)[1]["state"] == "cancelled"
    whats = [one["what"] for one in owner.told("GET", "/v1/audit")["changes"]]
    counted = Counter(one for one in whats if one.startswith("campaign."))
    assert counted == {
        "campaign.put": 1, "campaign.running": 2, "campaign.paused": 1, "campaign.cancelled": 1,
    }  # fmt: skip
    assert [one["id"] for one in owner.told("GET", "/v1/campaigns")["campaigns"]] == ["hello"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"audience": {"field": "hat"}}, "/audience/field", "unknown_field"),
        ({"trigger": {"kind": "at"}}, "/trigger/at", "not_a_time"),
        ({"trigger": {"kind": "at", "at": "2026-12-01T22:00"}}, "/trigger/time", "quiet"),
        ({"trigger": {"kind": "recurring", "rule": "FREQ=HOURLY", "first": "2026-05-04"}},
         "/trigger/rule", "not_a_rule"),
        ({"trigger": {"kind": "recurring", "rule": "EVERY DAY", "first": "2026-05-04"}},
         "/trigger/rule", "not_a_rule"),
        ({"trigger": {"kind": "expiring", "of": "gold"}}, "/trigger/of", "unknown_pot"),
        ({"trigger": {"kind": "near_reward", "of": "car", "amount": 5}}, "/trigger/of",
         "unknown_reward"),
        ({"trigger": {"kind": "near_level", "amount": 5}}, "/trigger/kind", "no_levels"),
        ({"trigger": {"kind": "birthday", "time": "21:00"}}, "/trigger/time", "quiet"),
        ({"actions": [{"kind": "message", "text": {"ru": "Привет"}}]}, "/actions/0/text",
         "language_missing"),
        ({"actions": [{"kind": "message", "text": {"en": "{hat}", "ru": "x"}}]},
         "/actions/0/text/en", "unknown_text_field"),
        ({"actions": [{"kind": "points", "pot": "gold", "points": 5}]}, "/actions/0/pot",
         "unknown_pot"),
        ({"actions": [{"kind": "reward", "reward": "car"}]}, "/actions/0/reward",
         "unknown_reward"),
        ({"guards": {"budget": 5}}, "/guards/budget", "no_cost"),
        ({"guards": {"control": 9_000}}, "/guards/control", "less_than_equal"),
    ],
    ids=str,
)  # fmt: skip
def test_what_contradicts_itself_is_pointed_at(
    owner: Till, change: Any, pointer: str, code: str
) -> None:
    status, told, _ = send(owner, "PUT", "/v1/campaigns/x", {**SENT, **change}, '"0"')
    assert status == 422
    assert (told["errors"][0]["pointer"], told["errors"][0]["code"]) == (pointer, code)
    assert owner.ask("GET", "/v1/campaigns/x")[0] == 404


def test_staff_and_tills_have_no_campaigns(shop: Shop, ask: Any) -> None:
    for scope in ("staff", "till"):
        assert till(shop, ask, scope).ask("GET", "/v1/campaigns")[0] == 403
