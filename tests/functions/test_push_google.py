"""The Google queue's worker: the object is brought up to date, whatever happens."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from functions import push_google
from functions.aws.observability import logger
from functions.wiring import environment
from functions.wiring import google as google_wallet
from passes.google import objects
from tests.support.events import Context
from tests.support.google_cards import add_member, click, messages, push, shop

__all__ = ["shop"]


def test_a_message_updates_the_object_in_one_request(shop: Any, world: Any, google: Any) -> None:
    click()
    google.ask("DELETE", "/inspect/requests")
    shop.cards_by_member["m1"] = world.card(8, 2)
    assert push("m1") == []
    assert google.object(objects.object_id(world.issuer, world.card().serial))["loyaltyPoints"] == {
        "label": "Points",
        "balance": {"int": 8},
    }
    assert google.counts() == {"POST token 200": 1, "PATCH loyaltyObject 200": 1}
    body = google.ask("GET", "/inspect/requests")["requests"][-1]["body"]
    assert "notifyPreference" not in body


def test_several_messages_of_one_card_send_its_last_state_once(
    shop: Any, world: Any, google: Any
) -> None:
    click()
    google.ask("DELETE", "/inspect/requests")
    shop.cards_by_member["m1"] = world.card(8, 5)
    assert push("m1", "m1", "m1") == []
    assert google.counts()["PATCH loyaltyObject 200"] == 1


def test_a_message_of_an_unmarked_member_asks_google_nothing(shop: Any, google: Any) -> None:
    assert push("m1") == []
    assert google.counts() == {}


def test_a_message_of_a_member_who_is_gone(shop: Any, google: Any) -> None:
    shop.marks.add(("coffee", "gone"))
    assert push("gone") == []
    assert google.counts() == {"POST token 200": 1, "POST loyaltyClass 200": 1}


def test_a_marked_member_without_object_gets_one(shop: Any, world: Any, google: Any) -> None:
    identifier = add_member(shop, world, "m2", "2" * 32)
    assert push("m2") == []
    assert google.object(identifier)["state"] == "ACTIVE"


def test_a_refused_card_holds_back_its_own_later_messages_only(
    shop: Any, world: Any, google: Any
) -> None:
    add_member(shop, world, "m2", "2" * 32)
    fine = add_member(shop, world, "m3", "3" * 32)
    google.fault(status=400, path=f"{world.issuer}.{'2' * 32}")
    assert push("m2", "m3", "m2") == ["message-0", "message-2"]
    assert google.object(fine)["state"] == "ACTIVE"


def test_when_google_is_down_everything_left_goes_back_at_once(
    shop: Any, world: Any, google: Any
) -> None:
    first = add_member(shop, world, "m2", "2" * 32)
    add_member(shop, world, "m3", "3" * 32)
    add_member(shop, world, "m4", "4" * 32)
    assert push("m2") == []
    google.ask("DELETE", "/inspect/requests")
    shop.cards_by_member["m2"] = world.card(8, 2, member="m2", serial="2" * 32)
    google.fault(status=503, path=f"{world.issuer}.{'3' * 32}", next=99)
    assert push("m2", "m3", "m4") == ["message-1", "message-2"]
    assert google.object(first)["loyaltyPoints"]["balance"] == {"int": 8}
    assert google.counts() == {"PATCH loyaltyObject 200": 1, "PATCH loyaltyObject 503": 3}


def test_a_worker_that_runs_out_of_time_gives_the_rest_back(shop: Any, world: Any) -> None:
    add_member(shop, world, "m2", "2" * 32)
    assert push("m2", "m2", context=Context(milliseconds=500)) == ["message-0", "message-1"]


def test_a_broken_message_goes_back_alone(shop: Any, world: Any) -> None:
    add_member(shop, world, "m2", "2" * 32)
    event = messages("m1", "m2")
    event["Records"][0]["body"] = "{}"
    answer = push_google.handler(event, Context())  # type: ignore[arg-type]
    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-0"}]}


def no_design(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    right = google_wallet._design

    def drawn(name: str) -> Any:
        if name == "broken":
            raise ZeroDivisionError(name)
        return right(name)

    monkeypatch.setattr(google_wallet, "_design", drawn)


def no_document(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    right = shop.profile

    def profile(program: str, language: str | None) -> Any:
        return None if program == "barber" else right(program, language)

    monkeypatch.setattr(shop, "profile", profile)


def a_document_of_another_shape(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    right = shop.profile

    def profile(program: str, language: str | None) -> Any:
        return object() if program == "barber" else right(program, language)

    monkeypatch.setattr(shop, "profile", profile)


def a_card_that_cannot_be_read(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    right = shop.in_languages

    def in_languages(program: str, member: str, now: Any, **_: bool) -> Any:
        if program == "barber":
            raise KeyError("p")
        return right(program, member, now)

    monkeypatch.setattr(shop, "in_languages", in_languages)


@pytest.mark.parametrize(
    "spoil",
    [no_design, no_document, a_document_of_another_shape, a_card_that_cannot_be_read],
    ids=lambda spoil: spoil.__name__,
)
@pytest.mark.parametrize("first", [True, False])
def test_one_programs_fault_is_no_other_programs(
    shop: Any, world: Any, google: Any, monkeypatch: pytest.MonkeyPatch, spoil: Any, *, first: bool
) -> None:
    fine = add_member(shop, world, "m2", "2" * 32)
    design = "broken" if spoil is no_design else "coffee"
    shop.cards_by_member["m3"] = world.card(
        program="barber", design=design, member="m3", serial="3" * 32
    )
    shop.marks.add(("barber", "m3"))
    spoil(shop, monkeypatch)
    event = messages(*(("m3", "m2") if first else ("m2", "m3")))
    for record in event["Records"]:
        member = record["attributes"]["MessageGroupId"]
        program = "barber" if member == "m3" else "coffee"
        record["body"] = json.dumps({"program": program, "member": member})
    answer = push_google.handler(event, Context())  # type: ignore[arg-type]
    bad = "message-0" if first else "message-1"
    assert answer == {"batchItemFailures": [{"itemIdentifier": bad}]}
    assert google.object(fine)["state"] == "ACTIVE"


def test_nothing_private_is_logged(
    shop: Any, world: Any, google: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    click()
    google.fault(status=503, next=100)
    click()
    push("m1")
    google.ask("DELETE", "/inspect/faults")
    google.fault(status=400, next=100)
    push("m1")
    # A card that Google refuses in words that quote it.
    monkeypatch.setattr(objects, "_state", lambda card, now: card.field("member").text)
    google.ask("DELETE", "/inspect/faults")
    push("m1")
    printed = stream.getvalue()
    assert "google is down" in printed
    assert "resource.state" in printed
    for private in ("Anna", "secret-link", world.card().code, "ya29", "gp/v/save"):
        assert private not in printed


def test_a_key_that_google_has_ended_is_read_anew_at_once(
    shop: Any, world: Any, google: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner stored another and deleted it: nobody waits for the quarter of an hour."""
    identifier = add_member(shop, world, "m2", "2" * 32)
    old = json.dumps(google.account)
    made = google.ask("POST", "/inspect/account/keys")
    new = json.dumps({**google.account, **made, "token_uri": google.account["token_uri"]})
    stored, read = {"new": old}, []

    def secret(_name: str, *, fresh: bool = False) -> str:
        read.append(fresh)
        return stored["new"] if fresh else old

    monkeypatch.setattr(environment, "secret", secret)
    google_wallet._wallet.cache_clear()
    assert push("m2") == []
    assert not any(read)
    ended = {"private_key_id": google.account["private_key_id"]}
    google.ask("DELETE", "/inspect/account/keys", ended)
    google.ask("DELETE", "/inspect/tokens")
    shop.cards_by_member["m2"] = world.card(8, 2, member="m2", serial="2" * 32)
    assert push("m2") == ["message-0"]  # the new one is not there yet
    assert push("m2") == ["message-0"]
    stored["new"] = new
    assert push("m2") == []
    assert google.object(identifier)["loyaltyPoints"]["balance"] == {"int": 8}
    assert google.ask("GET", "/inspect/account/keys")["used"][made["private_key_id"]] == 1
