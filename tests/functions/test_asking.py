"""What a program asks of whoever joins: less than usual, nothing at all, or more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from functions import card_page, join
from loyalty.store import member_records, membership
from tests.functions.routes.till import path_of, till
from tests.support.events import content, http
from tests.support.use_cases import UseCases

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

NOTHING = {"name": "never", "contact": "never", "birthday": "never"}
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}
MILK = {
    "id": "milk", "name": {"en": "Milk", "ru": "Молоко"}, "kind": "choice", "ask": "joining",
    "choices": [{"id": "oat", "name": {"en": "Oat", "ru": "Овсяное"}}],
}  # fmt: skip
AGE = {"id": "age", "name": {"en": "Age", "ru": "Возраст"}, "kind": "number", "most": 120}


def apply(ask: Ask, **fields: Any) -> dict[str, Any]:
    headers = {"accept": "application/json"}
    return ask(join, http("POST", "/join/coffee", headers, json.dumps({"consent": True, **fields})))


def joined(ask: Ask, **fields: Any) -> dict[str, Any]:
    answer = apply(ask, **fields)
    assert answer["statusCode"] == 201, answer
    return dict(content(answer))


def faults(answer: dict[str, Any]) -> dict[str, str]:
    assert answer["statusCode"] == 422
    return {one["pointer"]: one["code"] for one in content(answer)["errors"]}


def page(ask: Ask, module: Any, path: str) -> str:
    answer = ask(module, http("GET", path, {"accept": "text/html", "accept-language": "en"}))
    assert answer["statusCode"] == 200
    return str(answer["body"])


def test_a_program_that_asks_for_nothing(shop: Shop, ask: Ask) -> None:
    world = shop.world
    world.put_program("coffee", joining=NOTHING)
    shown = page(ask, join, "/join/coffee")
    for name in ("first_name", "phone", "email", "birthday"):
        assert f'name="{name}"' not in shown
    sent = urlencode({"consent": "yes", "consent_version": "2026-11", "language": "en"})
    answer = ask(join, http("POST", "/join/coffee", FORM, sent))
    assert answer["statusCode"] == 303, answer["body"]
    # And what a program or a browser's extension sends all the same is not kept.
    card = joined(ask, first_name="Ann", phone="+12125550123", birthday="1990-05-28")
    member = membership.read_member(world.tables, "coffee", card["member_id"])
    assert member is not None
    assert (member.first_name, member.contact, member.birthday) == ("", None, None)
    assert not member.is_forgotten
    kept = repr(world.tables.items)
    for personal in ("+12125550123", "1990-05-28", "'Ann'"):
        assert personal not in kept
    assert not [key for key in world.tables.items if key.sk.startswith(("CONTACT", "CLAIM"))]


def test_a_card_without_name_and_contact_works(shop: Shop, ask: Ask) -> None:
    """At the till, by its code; on its page; spending; with others; and until it is erased."""
    world = shop.world
    world.put_program("coffee", joining=NOTHING)
    card, other = joined(ask), joined(ask)
    counter, owner = till(shop, ask), till(shop, ask, "owner")
    counter.sell(20_000, card["card_code"])
    told = counter.told("GET", path_of(card["card_code"]))
    assert told["first_name"] == ""
    assert told["member_id"] == card["member_id"]
    found = owner.told("POST", "/v1/members/search", {"card_code": card["short_code"]})
    assert [one["member_id"] for one in found["members"]] == [card["member_id"]]
    shown = page(ask, card_page, card["card_url"].removeprefix("https://cards.example"))
    assert "2,000" in shown or "2000" in shown
    member = f"/v1/members/{card['member_id']}"
    assert owner.told("GET", f"{member}/data")["data"]["person"]["contact"] is None
    merged = owner.told("POST", f"/v1/members/{other['member_id']}/merge",
                        {"other": card["member_id"], "reason": "two cards"})  # fmt: skip
    assert merged["outcome"] == "moved"
    kept = UseCases(world.books, world.new_short_code)
    assert kept.staff is not None
    erased = owner.told("POST", f"/v1/members/{other['member_id']}/erase", {"reason": "asked"})
    assert erased["outcome"] == "left"
    gone = membership.read_member(world.tables, "coffee", other["member_id"])
    assert gone is not None
    assert gone.is_forgotten


def test_a_new_member_without_contact_is_told_to_others(shop: Shop, ask: Ask) -> None:
    """Nobody knows who they are, and yet they are not forgotten."""
    shop.world.put_program("coffee", joining=NOTHING)
    card = joined(ask)
    member = membership.read_member(shop.world.tables, "coffee", card["member_id"])
    assert member is not None
    assert not member.is_forgotten
    assert member.forgotten().is_forgotten


@pytest.mark.parametrize("said", [{}, {"first_name": "Ann"}, {"phone": "+12125550123"}], ids=str)
def test_what_is_optional_may_be_left_out(shop: Shop, ask: Ask, said: dict[str, str]) -> None:
    asked = {"name": "optional", "contact": "optional"}
    shop.world.put_program("coffee", joining=asked)
    shown = page(ask, join, "/join/coffee")
    assert shown.count("optional</span>") >= 3
    card = joined(ask, **said)
    member = membership.read_member(shop.world.tables, "coffee", card["member_id"])
    assert member is not None
    assert member.first_name == said.get("first_name", "")
    assert (member.contact is not None) == ("phone" in said)
    # What is given has to be right.
    assert "/phone" in faults(apply(ask, phone="nonsense"))


def test_what_is_required_is_required(ask: Ask, shop: Shop) -> None:
    assert shop.world.now
    assert {"/first_name", "/phone"} <= set(faults(apply(ask)))


def test_attributes_are_asked_for_at_joining(shop: Shop, ask: Ask) -> None:
    world = shop.world
    world.put_program("coffee", attributes=[MILK, AGE])
    shown = page(ask, join, "/join/coffee")
    assert 'name="attribute_milk"' in shown
    assert "attribute_age" not in shown, "that is for staff to fill in"
    person = {"first_name": "Ann", "email": "ann@example.com"}
    card = joined(ask, **person, attributes={"milk": "oat"})
    record = member_records.read_record(world.tables, "coffee", card["member_id"])
    assert dict(record.attributes) == {"milk": "oat"}
    owner = till(shop, ask, "owner")
    found = owner.told("POST", "/v1/members/search", {"attribute": {"id": "milk", "value": "oat"}})
    assert [one["member_id"] for one in found["members"]] == [card["member_id"]]
    wrong = faults(apply(ask, **person, attributes={"milk": "cow", "age": "33", "x/y": "1"}))
    assert wrong == {
        "/attributes/milk": "invalid_value",
        "/attributes/age": "unknown_field",
        "/attributes/x~1y": "unknown_field",
    }
    sent = urlencode({"first_name": "Ben", "contact_kind": "phone", "phone": "+12125550124",
                      "consent": "yes", "attribute_milk": ""})  # fmt: skip
    assert ask(join, http("POST", "/join/coffee", FORM, sent))["statusCode"] == 303
    again = urlencode({"first_name": "", "contact_kind": "phone", "phone": "+12125550125",
                       "consent": "yes", "attribute_milk": "oat"})  # fmt: skip
    typed = ask(join, http("POST", "/join/coffee", FORM, again))["body"]
    assert '<option value="oat" selected>' in typed, "what was chosen is kept"


def test_attributes_are_asked_for_on_the_card(shop: Shop, ask: Ask) -> None:
    world = shop.world
    world.put_program("coffee", attributes=[{**MILK, "ask": "card"}, {**AGE, "ask": "card"}])
    ann = world.enrol()
    path = f"/c/{ann.link}"
    assert 'name="attribute_age"' in page(ask, card_page, path)

    def say(**answers: str) -> dict[str, Any]:
        fields = {f"attribute_{name}": value for name, value in answers.items()}
        return ask(card_page, http("POST", path, FORM, urlencode({**fields, "answers": "yes"})))

    def kept() -> dict[str, str]:
        record = member_records.read_record(world.tables, "coffee", ann.member_id)
        return dict(record.attributes)

    assert say(milk="oat", age="33")["statusCode"] == 303
    assert kept() == {"milk": "oat", "age": "33"}
    shown = page(ask, card_page, path)
    assert '<option value="oat" selected>' in shown
    assert 'value="33"' in shown
    wrong = say(milk="oat", age="old")
    assert wrong["statusCode"] == 422
    assert "attribute_age-fault" in wrong["body"]
    assert kept() == {"milk": "oat", "age": "33"}
    # What nobody asks is not kept, and what is left empty is taken away.
    assert say(age="34", shoe="44")["statusCode"] == 303
    assert kept() == {"age": "34"}


def test_a_page_that_asks_for_nothing_more_is_as_before(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol()
    assert "attribute_" not in page(ask, card_page, f"/c/{ann.link}")
    assert "attribute_" not in page(ask, join, "/join/coffee")


def test_whoever_is_enrolled_with_a_key_of_one_place_is_at_home_there(shop: Shop, ask: Ask) -> None:
    named = {"name": {"en": "Harbour", "ru": "Порт"}, "longitude": 1.0}
    places = [
        {"id": "harbour", "latitude": 1.0, **named},
        {"id": "station", "latitude": 2.0, **named},
    ]
    shop.world.put_program("coffee", locations=places)
    ann = {"first_name": "Ann", "email": "ann@example.com", "consent": True}

    def home(place_of_key: str, **said: str) -> str | None:
        counter = till(shop, ask, "staff", location=place_of_key)
        status, told = counter.ask("POST", "/v1/members", {**ann, **said})
        if status != 201:
            return str(told["code"])
        member = membership.read_member(shop.world.tables, "coffee", told["member_id"])
        assert member is not None
        return member.home

    assert home("harbour") == "harbour"
    assert home("harbour", location="harbour") == "harbour"
    assert home("harbour", location="station") == "location_not_allowed"
    assert home("", location="station") == "station"
    assert home("gone") is None, "the program has no such place any more: nobody is turned away"
