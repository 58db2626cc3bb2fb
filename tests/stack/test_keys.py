"""Keys and people of a running stack: made over HTTP, good at once, and not a moment longer."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from infra.commands.__main__ import main
from infra.local.web import ask, ask_json

if TYPE_CHECKING:
    from infra.local.web import Reply
    from tests.stack.running import RunningStack
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


def test_an_owner_gives_a_person_a_key_and_takes_it_back(
    shop: Shop, running: RunningStack, capsys: pytest.CaptureFixture[str]
) -> None:
    key, program = uuid.uuid4().hex[:20], shop.stack["program"]
    member = shop.customer().card["member_id"]

    def see(text: str) -> Reply:
        headers = {"Authorization": f"Bearer {text}"}
        return ask("GET", f"{shop.stack['base_url']}/v1/members/{member}", None, headers)

    def line(*words: str) -> str:
        capsys.readouterr()
        folder = ("--program", program, "--folder", str(running.folder))
        assert main([*words, *folder]) == 0
        return capsys.readouterr().out

    sent = {"name": "Anna", "role": "staff"}
    owner = {"Authorization": f"Bearer {shop.stack['owner_key']}", "Idempotency-Key": key}
    added = ask_json("POST", f"{shop.stack['base_url']}/v1/people", sent, owner)
    assert added.status == 201, added
    person = added.json()["id"]
    made = shop.api(
        "POST", "/v1/keys", "owner_key", {"id": key, "scope": "staff", "person": person}
    )
    assert made.status == 201, made
    first = made.json()["key"]
    assert see(first).status == 200
    assert key in line("key", "list")
    assert "Anna" in line("people", "list")

    renewed = shop.api("POST", f"/v1/keys/{key}/rotate", "owner_key", {"overlap_minutes": 1})
    assert (see(first).status, see(renewed.json()["key"]).status) == (200, 200)
    second = line("key", "rotate", key).strip()
    assert [see(text).status for text in (renewed.json()["key"], second)] == [401, 200]
    # Nobody but an owner sees or makes keys, and what staff may not, they may not by another route.
    staff: dict[str, Any] = {"Authorization": f"Bearer {second}"}
    for method, path in (("GET", "/v1/keys"), ("DELETE", f"/v1/keys/{key}"), ("GET", "/v1/audit")):
        assert ask(method, f"{shop.stack['base_url']}{path}", None, staff).status == 403

    began = time.monotonic()
    assert shop.api("DELETE", f"/v1/people/{person}", "owner_key").status == 200
    assert see(second).status == 401
    assert time.monotonic() - began < 60  # what is promised; it is the very next request
    changes = shop.api("GET", "/v1/audit?limit=100", "owner_key").json()["changes"]
    done = [one["what"] for one in reversed(changes) if one["which"] in {key, person}]
    assert done == ["person.added", "key.made", "key.rotated", "key.rotated", "person.removed"]
    told = line("people", "changes")
    assert f"command  key.rotated  {key}" in told
    assert "Anna" not in told


def test_a_key_of_a_location_speaks_for_that_one_and_for_no_other(shop: Shop) -> None:
    """Sales and acts are of the key's place; what names another one is refused."""
    key, member = uuid.uuid4().hex[:20], shop.customer().card["member_id"]
    sent = {"id": key, "scope": "staff", "location": "station"}
    made = shop.api("POST", "/v1/keys", "owner_key", sent)
    assert made.status == 201, made
    headers = {"Authorization": f"Bearer {made.json()['key']}"}

    def give(act: str, **more: str) -> Reply:
        path = f"{shop.stack['base_url']}/v1/members/{member}/gifts"
        body = {"points": 5, "reason": "late", **more}
        return ask_json("POST", path, body, {**headers, "Idempotency-Key": f"{key}{act}"})

    assert give("a").status == 200
    assert give("b", location="station").status == 200
    refused = give("c", location="airport")
    assert (refused.status, refused.json()["code"]) == (403, "location_not_allowed")
    acts = shop.api("GET", f"/v1/keys/{key}/acts", "owner_key").json()["acts"]
    assert [one["location"] for one in acts] == ["station", "station"]
    order = {
        "version": 1, "status": "completed", "occurred_at": "2026-05-04T12:00:00Z",
        "currency": "USD", "total": 1000,
    }  # fmt: skip
    path = f"{shop.stack['base_url']}/v1/orders/till/{uuid.uuid4().hex}"
    refused = ask_json("PUT", path, {**order, "location": "airport"}, headers)
    assert (refused.status, refused.json()["code"]) == (403, "location_not_allowed")
    assert ask_json("PUT", path, order, headers).status == 200
