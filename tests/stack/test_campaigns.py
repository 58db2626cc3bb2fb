"""A campaign over HTTP: made, tried, started, paused and told; the message is on both cards."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.web import ask, until

if TYPE_CHECKING:
    from infra.local.web import Reply
    from tests.stack.shop import Customer, Shop

pytestmark = pytest.mark.stack


def call(shop: Shop, method: str, path: str, content: Any = None, tag: str | None = None) -> Reply:
    headers = {"Authorization": f"Bearer {shop.stack['owner_key']}"}
    headers |= {"If-Match": tag} if tag else {}
    body = None
    if content is not None:
        body, headers["Content-Type"] = json.dumps(content).encode(), "application/json"
    return ask(method, f"{shop.stack['base_url']}{path}", body, headers)


def tagged(shop: Shop, customer: Customer, tag: str) -> None:
    member = customer.card["member_id"]
    reply = shop.api("PUT", f"/v1/members/{member}/tags/{tag}", "owner_key")
    assert reply.status == 200, reply.body


def test_a_campaign_reaches_both_cards_and_is_stopped_and_told(shop: Shop) -> None:
    tag = f"t{uuid.uuid4().hex[:12]}"
    ann = shop.customer(marketing_consent=True).install().save()
    ben = shop.customer(marketing_consent=False)
    for one in (ann, ben):
        tagged(shop, one, tag)
    only = {"field": "tag", "is": tag}

    put = call(shop, "PUT", f"/v1/segments/{tag}", {"name": "Mine", "conditions": only}, '"0"')
    assert put.status == 200, put.body
    counted = call(shop, "POST", "/v1/segments/preview", {"conditions": only}).json()
    assert (counted["fitting"], counted["exact"]) == (2, True)
    found = call(shop, "GET", f"/v1/segments/{tag}/members").json()
    assert len(found["members"]) <= 2

    text = f"Hello {{name}}, {tag}"
    languages = call(shop, "GET", "/v1/program").json()["document"]["languages"]
    sent = {
        "name": "Hello",
        "audience": only,
        "trigger": {"kind": "now"},
        "actions": [
            {"kind": "message", "text": dict.fromkeys(languages, text)},
            {"kind": "points", "pot": "points", "points": 5},
        ],
        # Whatever the time is where this runs.
        "guards": {"control": 0, "hold_out": 0, "quiet": ["03:00", "03:00"]},
    }
    path = f"/v1/campaigns/{tag}"
    made = call(shop, "PUT", path, sent, '"0"')
    assert made.status == 200, made.body
    preview = call(shop, "GET", f"{path}/preview").json()
    assert (preview["fitting"], preview["consenting"]) == (2, 1)
    started = call(shop, "POST", f"{path}/start", tag=made.headers["etag"])
    assert started.status == 200, started.body

    def told() -> dict[str, int] | None:
        outcomes: dict[str, int] = call(shop, "GET", f"{path}/results").json()["outcomes"]
        return outcomes if sum(outcomes.values()) == 2 else None

    assert until("the campaign to have reached whom it could", told, 120) == {
        "sent": 1, "no_consent": 1,
    }  # fmt: skip
    ann.phone.wait_for_push()
    assert ann.phone.fetch_news() == (ann.serial,)
    assert tag in json.dumps(ann.held.shown)
    until("the Google card to say it", lambda: tag in json.dumps(ann.google.object) or None, 60)
    page = ask("GET", ann.card["card_url"]).body
    assert f"Hello Ann, {tag}" in (page if isinstance(page, str) else page.decode())
    assert shop.balance(ann) == 5
    paused = call(shop, "POST", f"{path}/pause", tag=started.headers["etag"])
    assert paused.json()["state"] == "paused"
    assert call(shop, "GET", path).json()["state"] == "paused"
    results = call(shop, "GET", f"{path}/results").json()
    assert results["verdict"] == "not_over"
    habits = {"all": [only, {"field": "favourite", "is": "x"}, {"field": "wallet", "is": True}]}
    counted = call(shop, "POST", "/v1/segments/preview", {"conditions": habits}).json()
    assert counted["fitting"] == 0
    assert counted["looked_at"] <= 100
    assert call(shop, "DELETE", f"/v1/segments/{tag}").status == 200


def test_a_purchase_is_answered_on_the_card(shop: Shop) -> None:
    tag = f"t{uuid.uuid4().hex[:12]}"
    ann = shop.customer(marketing_consent=True).install()
    tagged(shop, ann, tag)
    languages = call(shop, "GET", "/v1/program").json()["document"]["languages"]
    sent = {
        "name": "Cake",
        "audience": {"field": "tag", "is": tag},
        "trigger": {"kind": "bought", "of": "coffee"},
        "actions": [{"kind": "message", "text": dict.fromkeys(languages, f"How was {tag}?")}],
        "guards": {"control": 0, "hold_out": 0, "quiet": ["03:00", "03:00"]},
    }
    path = f"/v1/campaigns/{tag}"
    made = call(shop, "PUT", path, sent, '"0"')
    assert made.status == 200, made.body
    started = call(shop, "POST", f"{path}/start", tag=made.headers["etag"])
    assert started.status == 200, started.body
    # By the ledger's stream, or, in its first half minute, by the first look at the campaign.
    shop.sell(ann, 300)

    def told() -> bool | None:
        ann.phone.fetch_news()
        return tag in json.dumps(ann.held.shown) or None

    assert until("the card to ask how it was", told, 120)
    assert call(shop, "GET", f"{path}/results").json()["outcomes"] == {"sent": 1}
    assert call(shop, "POST", f"{path}/cancel", tag=started.headers["etag"]).status == 200
