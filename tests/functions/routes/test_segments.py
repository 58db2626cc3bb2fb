"""/v1/segments: naming conditions, trying them, listing who fits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import campaigns
from loyalty.ledger.act import Act
from loyalty.members.records import Changes, Records
from tests.functions.routes.till import till
from tests.support.events import content, http

if TYPE_CHECKING:
    from tests.functions.conftest import Shop
    from tests.functions.routes.till import Till

REGULAR = {"field": "tag", "is": "regular"}


@pytest.fixture
def owner(shop: Shop, ask: Any) -> Till:
    return till(shop, ask, "owner")


@pytest.fixture
def people(shop: Shop) -> list[str]:
    found = [shop.world.enrol(name=f"P{number}").member_id for number in range(5)]
    for number, one in enumerate(found[:3]):
        act = Act("coffee", "owner", f"tag-{number}", "key:owner")
        Records(shop.world.books).change(act, one, Changes(add_tags=("regular",)), shop.now)
    return found


def put(owner: Till, name: str, body: Any, tag: str | None) -> tuple[int, dict[str, Any], str]:
    headers = {"authorization": owner.key, **({"if-match": tag} if tag else {})}
    path = f"/v1/segments/{name}"
    answer = owner.send(campaigns, http("PUT", path, headers, json.dumps(body)))
    return answer["statusCode"], content(answer), answer["headers"].get("ETag", "")


def test_a_segment_is_made_changed_and_forgotten(owner: Till) -> None:
    sent = {"name": "Regulars", "conditions": REGULAR}
    assert put(owner, "regulars", sent, None)[0] == 428
    status, told, tag = put(owner, "regulars", sent, '"0"')
    assert (status, tag) == (200, '"1"')
    assert told["said"]["en"] == "Members with: tag “regular”."
    assert told["said"]["ru"] == "Участники, у которых: метка — «regular»."
    assert put(owner, "regulars", sent, '"0"')[0] == 412
    # The same again changes nothing.
    assert put(owner, "regulars", sent, '"1"')[1]["version"] == 1
    changed = {**sent, "name": "Those who come"}
    assert put(owner, "regulars", changed, '"1"')[1]["version"] == 2
    assert owner.told("GET", "/v1/segments")["segments"] == [
        owner.told("GET", "/v1/segments/regulars")
    ]
    assert owner.told("DELETE", "/v1/segments/regulars") == {"id": "regulars"}
    assert owner.ask("GET", "/v1/segments/regulars")[0] == 404
    assert owner.ask("DELETE", "/v1/segments/regulars")[0] == 404
    changes = owner.told("GET", "/v1/audit")["changes"]
    whats = [one["what"] for one in changes]
    assert whats == ["segment.removed", "segment.put", "segment.put", "program.put"]


def test_what_cannot_be_read_is_refused_with_its_place(owner: Till) -> None:
    sent = {"name": "x", "conditions": {"all": [REGULAR, {"field": "visits", "at_least": "5"}]}}
    status, told, _ = put(owner, "x", sent, '"0"')
    assert status == 422
    [fault] = told["errors"]
    assert fault["pointer"] == "/conditions/all/1/at_least"
    assert fault["code"] == "not_a_number"
    body = {"conditions": {"field": "hat"}}
    status, told = owner.ask("POST", "/v1/segments/preview", body)
    assert (status, told["errors"][0]["pointer"]) == (422, "/conditions/field")


def test_a_preview_counts_and_shows_some(owner: Till, people: list[str]) -> None:
    told = owner.told("POST", "/v1/segments/preview", {"conditions": REGULAR})
    assert (told["fitting"], told["members"], told["exact"]) == (3, 5, True)
    assert {one["member_id"] for one in told["sample"]} == set(people[:3])


def test_members_of_a_segment_come_in_pages(owner: Till, people: list[str]) -> None:
    put(owner, "regulars", {"name": "R", "conditions": REGULAR}, '"0"')
    path = "/v1/segments/regulars/members"
    first = owner.told("GET", path, limit="2")
    rest = owner.told("GET", path, limit="2", cursor=first["next"])
    found = [one["member_id"] for page in (first, rest) for one in page["members"]]
    assert set(found) == set(people[:3])
    assert len(found) == 3
    assert owner.ask("GET", path, cursor="x")[0] == 422


def test_staff_and_tills_have_no_segments(shop: Shop, ask: Any) -> None:
    for scope in ("staff", "till"):
        assert till(shop, ask, scope).ask("GET", "/v1/segments")[0] == 403
