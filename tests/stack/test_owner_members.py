"""Staff find members and write of them over HTTP, under the role of the function that serves it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.web import ask, ask_json, until

if TYPE_CHECKING:
    from infra.local.web import Reply
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


def call(shop: Shop, method: str, path: str, content: Any = None) -> Reply:
    headers = {
        "Authorization": f"Bearer {shop.stack['owner_key']}",
        "Idempotency-Key": uuid.uuid4().hex,
    }
    return ask_json(method, f"{shop.stack['base_url']}{path}", content, headers)


def search(shop: Shop, **wanted: Any) -> list[str]:
    reply = call(shop, "POST", "/v1/members/search", wanted)
    assert reply.status == 200, reply
    return [one["member_id"] for one in reply.json()["members"]]


def test_a_member_is_found_written_of_told_and_erased(shop: Shop) -> None:
    name, tag = f"Zoe{uuid.uuid4().hex[:6]}", f"t{uuid.uuid4().hex[:8]}"
    zoe = shop.customer(first_name=name)
    member = zoe.card["member_id"]
    path = f"/v1/members/{member}"
    # The index is eventually consistent.
    assert until("the name to be found", lambda: search(shop, name=name)) == [member]
    assert search(shop, email=zoe.contact) == [member]
    assert search(shop, card_code=zoe.code) == [member]
    assert len(search(shop, limit=1)) == 1
    assert call(shop, "PUT", f"{path}/tags/{tag}").status == 200
    assert until("the tag to be found", lambda: search(shop, tag=tag)) == [member]
    said = {"given": True, "version": "2026-11"}
    assert call(shop, "PUT", f"{path}/consents/marketing/sms", said).status == 200
    assert call(shop, "PATCH", f"{path}/record", {"attributes": {}}).json()["tags"] == [tag]
    assert call(shop, "POST", f"{path}/notes", {"text": "likes tea"}).status == 200
    number = uuid.uuid4().int % 10**9
    shop.sell(zoe, 700, f"R-{number}")
    shop.settle()
    # By the number on the receipt, typed without its hyphen; the till is not said.
    typed = f"#r{number}"
    assert until("the receipt to be found", lambda: search(shop, receipt=typed)) == [member]
    assert search(shop, receipt=f"R-{number}x") == []
    lines = call(shop, "GET", f"{path}/timeline").json()["lines"]
    assert {"earn", "note"} <= {one["what"] for one in lines}
    (sale,) = [one for one in lines if one["order"]]
    why = call(shop, "GET", f"{path}/entries/{sale['entry']}/why").json()["sentence"]
    assert "70 points" in why
    kept = call(shop, "GET", f"{path}/data")
    assert kept.status == 200, kept
    data = kept.json()["data"]
    assert (data["tags"], data["notes"]) == ([tag], ["likes tea"])
    assert data["person"]["contact"]["value"] == zoe.contact
    assert "70 points" in next(one["why"] for one in data["entries"] if one["order"])
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    own = ask("POST", zoe.card["card_url"], b"data=yes", form)
    assert own.status == 200, own
    assert "attachment" in own.headers["content-disposition"]
    assert {**own.json(), "at": data["at"]} == data
    other = shop.customer().card["member_id"]
    preview = call(shop, "POST", f"{path}/merge/preview", {"other": other})
    assert preview.json()["together"]["points"] == 70, preview
    erased = call(shop, "POST", f"{path}/erase", {"reason": "asked for"})
    assert erased.json()["outcome"] == "left", erased
    assert until("nobody to be found", lambda: not search(shop, tag=tag))
    assert search(shop, name=name) == []
    assert call(shop, "GET", f"{path}/record").status == 404
