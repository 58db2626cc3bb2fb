"""Nothing of a program's test side leaves for a phone, a wallet or a mailbox."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions import card_page, google, join, router
from functions.aws.mail import OutboxChannel
from functions.wiring import environment, joining, queues
from loyalty.store.publishing import ChangedCard
from tests.functions.routes.till import path_of, till
from tests.support.events import http, stream

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

PERSON = {"first_name": "Ann", "email": "ann@example.com", "consent": True}


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let every contact be reached, and keep what is sent."""
    sent: list[Any] = []
    channel = OutboxChannel("http://outbox.example")
    monkeypatch.setattr(OutboxChannel, "send", lambda _, message: sent.append(message))
    monkeypatch.setattr(joining, "_channel", lambda: channel)
    return sent


def enrol(counter: Any) -> dict[str, Any]:
    status, said = counter.ask("POST", "/v1/members", PERSON)
    assert status == 201, said
    return dict(said)


def test_who_joins_the_test_side_gets_no_mail(shop: Shop, ask: Any, mails: list[Any]) -> None:
    enrol(till(shop, ask, program="coffee.test"))
    assert mails == []
    enrol(till(shop, ask))
    assert len(mails) == 1


def test_a_changed_card_of_it_is_handed_to_no_wallet(shop: Shop, ask: Any) -> None:
    for program in ("coffee", "coffee.test"):
        counter = till(shop, ask, program=program)
        ann = enrol(counter)
        counter.sell(1250, ann["card_code"])
        ask(router, stream([(f"{program}#M#{ann['member_id']}", "ACCOUNT")]))
    for queue in ("apple", "google.fifo"):
        told = [json.loads(body)["program"] for body in shop.queues.bodies(queue)]
        assert told == ["coffee"]
    # The mark is gone all the same: the sweeper finds nothing to hand over.
    assert shop.world.unpublished() == []


def test_no_queue_takes_it_for_any_reason(shop: Shop) -> None:
    members = [("coffee", "a" * 32), ("coffee.test", "b" * 32)]
    queues.apple_queue().ring(members)
    queues.google_queue().ring(members, "why")
    queues.wallet_queues().put([ChangedCard(*members[1], 1)])
    for queue in ("apple", "google.fifo"):
        told = [json.loads(body)["program"] for body in shop.queues.bodies(queue)]
        assert told == ["coffee"]


def test_its_card_says_so_and_is_not_offered_to_google(
    shop: Shop, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(
        environment.configuration(),
        google_issuer_id="3388000000022000000",
        apple_pass_type_identifier="pass.com.example.loyalty",
    )
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    for program in ("coffee", "coffee.test"):
        ann = enrol(till(shop, ask, program=program))
        link = ann["card_url"].rpartition("/c/")[2]
        page = ask(card_page, http("GET", f"/c/{link}"))["body"]
        assert f"/c/{link}/apple" in page
        assert ("TEST Daily Cup Club" in page) == (program == "coffee.test")
        assert (f"/c/{link}/google" in page) == (program == "coffee")
    assert ask(google, http("GET", f"/c/{link}/google"))["statusCode"] == 404
    assert ask(join, http("GET", "/join/coffee.test"))["statusCode"] == 404


def test_neither_side_knows_the_others_cards_and_orders(shop: Shop, ask: Any) -> None:
    real, tried = till(shop, ask), till(shop, ask, program="coffee.test")
    ann, ben = enrol(real), enrol(tried)
    for counter, who in ((real, ann), (tried, ben)):
        assert counter.sell(1250, who["card_code"])["points"] == 125
        assert counter.told("GET", path_of(who["card_code"]))["pots"][0]["balance"] == 125
    assert real.ask("GET", path_of(ben["card_code"]))[0] == 404
    assert tried.ask("GET", path_of(ann["short_code"]))[0] == 404
