"""Finding members: every way begins in an index, and finds who fits and nobody else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions import api
from loyalty.messages import Contact
from tests.support.events import content, http

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]


@pytest.fixture
def call(shop: Shop, ask: Ask) -> Callable[..., tuple[int, dict[str, Any]]]:
    keys = {scope: shop.key(scope) for scope in ("staff", "owner")}
    acts = iter(range(1000))

    def send(
        method: str, path: str, body: Any = None, key: str = "staff", act: str = "", **query: str
    ) -> tuple[int, dict[str, Any]]:
        text = None if body is None else json.dumps(body)
        headers = {"authorization": keys[key], "idempotency-key": act or f"act-{next(acts)}"}
        answer = ask(api, http(method, path, headers, text, query=query))
        return answer["statusCode"], content(answer)

    return send


def mail(address: str) -> Contact:
    return Contact("email", address)


def found(call: Any, **wanted: Any) -> list[str]:
    status, page = call("POST", "/v1/members/search", wanted)
    assert status == 200, page
    return [one["first_name"] for one in page["members"]]


@pytest.fixture
def people(shop: Shop) -> dict[str, str]:
    """Member ids by name, in order of joining."""
    made: dict[str, str] = {}
    for name in ("Ann", "Anna Maria", "Антон", "Ben", "Émile", "Marianne"):
        made[name] = shop.world.enrol(mail(f"{len(made)}@example.com"), name=name).member_id
        shop.world.wait(minutes=1)
    return made


def test_names_are_found_by_how_their_words_begin(call: Any, people: dict[str, str]) -> None:
    assert found(call, name="an") == ["Ann", "Anna Maria"]
    assert found(call, name="ANNA") == ["Anna Maria"]
    assert found(call, name="mar an") == ["Anna Maria"]
    assert found(call, name="maria") == ["Anna Maria", "Marianne"]
    assert found(call, name="анто") == ["Антон"]
    assert found(call, name="emile") == ["Émile"]
    assert found(call, name="annabel") == []
    status, refused = call("POST", "/v1/members/search", {"name": "a"})
    assert (status, refused["errors"][0]["code"]) == (422, "name_too_short")


def test_all_are_listed_page_by_page(call: Any, people: dict[str, str]) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        status, page = call("POST", "/v1/members/search", {"limit": 2, "cursor": cursor})
        assert status == 200
        seen += [one["member_id"] for one in page["members"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == list(people.values())
    status, refused = call("POST", "/v1/members/search", {"cursor": "x"})
    assert (status, refused["errors"][0]["code"]) == (422, "invalid_cursor")


def test_a_contact_and_both_codes_find_one(call: Any, shop: Shop, people: dict[str, str]) -> None:
    assert found(call, email="3@example.com") == ["Ben"]
    assert found(call, email="nobody@example.com") == []
    new = shop.world.enrol(mail("new@example.com"), name="New")
    assert found(call, card_code=new.card_code) == ["New"]
    assert found(call, card_code=new.short_code) == ["New"]
    # What is asked for has to fit altogether.
    assert found(call, card_code=new.card_code, name="be") == []


def test_tags_and_attributes(call: Any, shop: Shop, people: dict[str, str]) -> None:
    shop.world.put_program(
        "coffee",
        attributes=[
            {"id": "milk", "name": {"en": "Milk", "ru": "Молоко"}, "kind": "choice",
             "choices": [{"id": "oat", "name": {"en": "Oat", "ru": "Овсяное"}}]},
            {"id": "dog", "name": {"en": "Dog", "ru": "Собака"}, "kind": "text"},
            {"id": "age", "name": {"en": "Age", "ru": "Возраст"}, "kind": "number", "most": 120},
        ],
    )  # fmt: skip
    ben, ann = people["Ben"], people["Ann"]
    for member in (ben, ann):
        status, told = call("PUT", f"/v1/members/{member}/tags/regular")
        assert (status, told["tags"]) == (200, ["regular"])
    assert found(call, tag="regular") == ["Ann", "Ben"]
    record = f"/v1/members/{ben}/record"
    status, told = call("PATCH", record, {"attributes": {"milk": "oat", "age": "33"}})
    assert (status, told["attributes"]) == (200, {"milk": "oat", "age": "33"})
    assert found(call, attribute={"id": "milk", "value": "oat"}) == ["Ben"]
    assert found(call, attribute={"id": "age", "value": "33"}, tag="regular") == ["Ben"]
    assert found(call, attribute={"id": "age", "value": "34"}) == []
    assert call("PATCH", record, {"attributes": {"age": "34"}})[0] == 200
    assert found(call, attribute={"id": "age", "value": "33"}) == []
    assert found(call, attribute={"id": "age", "value": "34"}) == ["Ben"]
    for name, value in (("milk", "cow"), ("milk", ""), ("dog", "re\u202ex"), ("dog", "rex\x00")):
        status, refused = call("PATCH", record, {"attributes": {name: value}})
        assert (status, refused["errors"][0]["code"]) == (422, "invalid_attribute")
    status, refused = call("PATCH", record, {"attributes": {"shoe": "44"}})
    assert (status, refused["errors"][0]["code"]) == (422, "unknown_attribute")
    assert call("DELETE", f"/v1/members/{ann}/tags/regular")[1]["tags"] == []
    assert found(call, tag="regular") == ["Ben"]
    assert call("PATCH", record, {"attributes": {"age": None}})[1]["attributes"] == {"milk": "oat"}


def test_where_they_came_from_and_belong(call: Any, shop: Shop, people: dict[str, str]) -> None:
    shop.world.put_program(
        "coffee",
        locations=[
            {"id": place, "name": {"en": place, "ru": place}, "latitude": at, "longitude": 2}
            for at, place in enumerate(("main-street", "station"))
        ],
    )
    application = replace(shop.world.applied(name="Zoe"), source="flyer", location="main-street")
    zoe = shop.world.enrolment.enrol("coffee", application, shop.world.now).member_id
    assert found(call, source="flyer") == ["Zoe"]
    assert found(call, source="window") == []
    assert found(call, home="main-street") == ["Zoe"]
    assert found(call, home="main-street", source="flyer", name="zo") == ["Zoe"]
    assert found(call, name="zo", source="window") == []
    status, told = call("GET", f"/v1/members/{zoe}/record")
    assert (status, told["source"], told["home"]) == (200, "flyer", "main-street")
    # Who moves is found at the new place only; who leaves nowhere.
    assert call("PATCH", f"/v1/members/{zoe}/record", {"home": "station"})[0] == 200
    assert (found(call, home="main-street"), found(call, home="station")) == ([], ["Zoe"])
    sent = {"reason": "asked for by letter"}
    assert call("POST", f"/v1/members/{zoe}/erase", sent, key="owner")[0] == 200
    assert (found(call, home="station"), found(call, source="flyer")) == ([], [])


def test_home_and_consents(call: Any, shop: Shop, people: dict[str, str]) -> None:
    ann = people["Ann"]
    home = shop.world.programs.current("coffee").locations[0].id
    assert call("PATCH", f"/v1/members/{ann}/record", {"home": home})[1]["home"] == home
    status, refused = call("PATCH", f"/v1/members/{ann}/record", {"home": "moon"})
    assert (status, refused["errors"][0]["code"]) == (422, "unknown_location")
    said = f"/v1/members/{ann}/consents/marketing/email"
    status, told = call("PUT", said, {"given": True, "version": "2026-11"})
    assert status == 200
    at = told["consents"][0]["at"]
    shop.world.wait(days=1)
    # The same again is no other consent; a withdrawal is.
    assert call("PUT", said, {"given": True, "version": "2026-11"})[1]["consents"][0]["at"] == at
    gone = call("PUT", said, {"given": False, "version": "2026-11"})[1]["consents"][0]
    assert (gone["given"], gone["at"] > at) == (False, True)
    assert call("PUT", f"/v1/members/{ann}/consents/sale/email", {})[0] == 404


def test_the_timeline_tells_everything_once(call: Any, shop: Shop) -> None:
    ann = shop.world.enrol()
    shop.world.sell(order="1", member=ann, total=700)
    shop.world.wait(minutes=1)
    path = f"/v1/members/{ann.member_id}"
    gift = {"points": 5, "reason": "cold coffee"}
    assert call("POST", f"{path}/gifts", gift)[1]["outcome"] == "given"
    shop.world.wait(minutes=1)
    for _ in range(2):
        assert call("POST", f"{path}/notes", {"text": "likes tea"}, act="note-1")[0] == 200
    lines: list[dict[str, Any]] = []
    cursor = ""
    while True:
        status, page = call("GET", f"{path}/timeline", limit="1", cursor=cursor)
        assert status == 200
        lines += page["lines"]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert [(one["what"], one["points"], one["said"]) for one in lines] == [
        ("note", {}, "likes tea"),
        ("gift", {"points": 5}, "cold coffee"),
        ("earn", {"points": 70}, None),
    ]
    sale = lines[2]
    assert sale["order"]["id"] == "1"
    assert call("GET", f"{path}/timeline")[1]["lines"] == lines
    why = call("GET", f"{path}/entries/{sale['entry']}/why")
    assert why == (200, {"sentence": "$7 → 70 points"})
    assert call("GET", f"{path}/entries/2/why") == (200, {"sentence": None})
    assert call("GET", f"{path}/entries/9/why") == (200, {"sentence": None})


def test_a_merge_is_seen_before_it_is_done(call: Any, shop: Shop) -> None:
    ann, ben = (shop.world.enrol() for _ in range(2))
    shop.world.sell(order="1", member=ann, total=700)
    shop.world.sell(order="2", member=ben, total=500)
    path = f"/v1/members/{ann.member_id}/merge"
    status, told = call("POST", f"{path}/preview", {"other": ben.member_id})
    assert status == 200
    assert told["member"]["balances"] == {"points": 70}
    assert told["other"]["balances"] == {"points": 50}
    assert told["together"] == {"points": 120}
    sent = {"other": ben.member_id, "reason": "joined twice"}
    assert call("POST", path, sent)[1]["outcome"] == "moved"
    pots = call("GET", f"/v1/members/{ann.member_id}")[1]["pots"]
    assert pots[0]["balance"] == told["together"]["points"]
    assert call("POST", f"{path}/preview", {"other": ben.member_id})[1]["code"] == "same_member"


def test_an_erased_person_is_found_by_nothing(call: Any, shop: Shop, people: Any) -> None:
    ben = people["Ben"]
    path = f"/v1/members/{ben}"
    call("PUT", f"{path}/tags/regular")
    call("POST", f"{path}/notes", {"text": "Ben's number is 5"})
    sent = {"reason": "asked for by letter"}
    assert call("POST", f"{path}/erase", sent)[0] == 403
    assert call("POST", f"{path}/erase", sent, key="owner")[1]["outcome"] == "left"
    assert found(call, name="ben") == []
    assert found(call, tag="regular") == []
    assert "Ben" not in found(call)
    assert call("GET", f"{path}/record")[0] == 404
    left = [one for one in shop.world.tables.items.values() if one["pk"].endswith(f"#M#{ben}")]
    assert not [one["sk"] for one in left if one["sk"].startswith(("FOUND", "RECORD", "NOTE"))]
    assert "Ben" not in json.dumps(left, default=str)
