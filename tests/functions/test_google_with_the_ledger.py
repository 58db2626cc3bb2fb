"""The Google functions over the real business in memory: what Google has is what was committed."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions.aws.configuration import Configuration
from functions.wiring import card_reading, environment
from functions.wiring import google as google_wallet
from loyalty.ledger.act import Act
from loyalty.members.links import Links
from passes.google import linter
from tests.support.google_shop import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.google_shop import Shop


@pytest.fixture
def shop(google: Any, world: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with opened(google, world.issuer, monkeypatch) as shop:
        yield shop


def test_a_sale_and_a_refund_reach_google(shop: Shop, world: Any) -> None:
    member = shop.enrol()
    assert shop.click(member) == 302
    assert shop.shown(member)["loyaltyPoints"]["balance"] == {"int": 0}
    for version, total, status in ((1, 1000, "completed"), (2, 0, "refunded")):
        shop.sell(version=version, total=total, status=status, member=member)
        shop.ring()
        shop.work()
        expected = {"int": shop.balance(member)}
        assert shop.shown(member)["loyaltyPoints"]["balance"] == expected
    drawn = {key: value for key, value in shop.shown(member).items() if key != "hasUsers"}
    assert [one for one in linter.lint_object(drawn, world.issuer) if one.level == "error"] == []


def test_a_discount_card(shop: Shop) -> None:
    member = shop.enrol(program="barber")
    assert shop.click(member) == 302
    (balance,) = shop.shown(member, "barber")["loyaltyPoints"]["balance"].values()
    assert "%" in balance


def test_what_changes_nothing_visible_sends_nothing(shop: Shop, google: Any) -> None:
    member = shop.enrol()
    shop.click(member)
    shop.sell(total=1000, member=member)
    shop.ring()
    shop.work()
    google.ask("DELETE", "/inspect/requests")
    shop.sell(total=1000, member=member)  # the same message again
    shop.ring()
    shop.work()
    assert google.counts() == {}


FAULTS: list[dict[str, Any]] = [
    {"status": 503, "next": 5},
    {"status": 429, "next": 2},
    {"status": 503, "after_commit": True},
    {"after_commit": True, "next": 3},
    {"next": 4},
    {"status": 404, "method": "PATCH"},
    {"status": 409, "method": "POST"},
    {"status": 401},
]


@pytest.mark.parametrize("seed", range(12))
def test_any_day_ends_with_every_object_at_its_cards_last_state(
    shop: Shop, google: Any, seed: int
) -> None:
    chance = random.Random(seed)
    members = [shop.enrol() for _ in range(3)]
    for number in range(40):
        member = chance.choice(members)
        match chance.randrange(6):
            case 0:
                shop.click(member)
            case 1 | 2:
                shop.sell(order=str(number), total=chance.randrange(3000), member=member)
            case 3:
                shop.ring()
                chance.shuffle(shop.messages)
            case 4:
                shop.work(doubled=chance.random() < 0.5)
            case 5:
                google.fault(**chance.choice(FAULTS))
    google.ask("DELETE", "/inspect/faults")
    shop.ring()
    shop.work()
    made = {one["id"]: one for one in google.ask("GET", "/inspect/objects")["objects"]}
    for member in members:
        card = card_reading.cards().by_member("coffee", member.member_id, shop.now)
        assert card is not None
        found = made.pop(f"3388000000012345678.{card.serial}", None)
        if found is not None:  # made by a click, even by one that failed half-way
            assert found["loyaltyPoints"]["balance"] == {"int": shop.balance(member)}
        assert shop.click(member) == 302
        assert shop.shown(member)["loyaltyPoints"]["balance"] == {"int": shop.balance(member)}
    assert made == {}


@pytest.mark.parametrize("seed", range(6))
def test_the_queue_alone_brings_saved_cards_up_to_date(shop: Shop, google: Any, seed: int) -> None:
    """As above, but no last click that would mend what the worker left behind."""
    chance = random.Random(seed)
    members = [shop.enrol() for _ in range(3)]
    for member in members:
        assert shop.click(member) == 302
    for number in range(30):
        shop.sell(order=str(number), total=chance.randrange(3000), member=chance.choice(members))
        if chance.random() < 0.4:
            google.fault(**chance.choice(FAULTS))
        if chance.random() < 0.5:
            shop.ring()
            shop.work(doubled=chance.random() < 0.3)
    google.ask("DELETE", "/inspect/faults")
    shop.ring()
    shop.work()
    for member in members:
        assert shop.shown(member)["loyaltyPoints"]["balance"] == {"int": shop.balance(member)}


def test_a_revoked_link_leads_nowhere_and_the_card_goes_on(shop: Shop) -> None:
    member = shop.enrol()
    assert shop.click(member) == 302
    link = Links(shop.books).renew("coffee", member.member_id)
    assert shop.click(member) == 404
    assert shop.click(replace(member, link=link)) == 302
    shop.sell(total=1000, member=member)
    shop.ring()
    shop.work()
    assert shop.shown(member)["loyaltyPoints"]["balance"] == {"int": shop.balance(member)}


def test_who_was_forgotten_has_no_link_and_no_name_at_google(shop: Shop) -> None:
    member = shop.enrol()
    assert shop.click(member) == 302
    act = Act("coffee", "owner", "1", "asked for it")
    shop.erasure.erase(act, member.member_id, shop.now)
    shop.ring()
    shop.work()
    assert shop.click(member) == 404
    shown = shop.shown(member)
    assert shown["state"] == "INACTIVE"
    assert "Ann" not in str(shown)


def languages(text: dict[str, Any]) -> list[str]:
    return [one["language"] for one in (text["defaultValue"], *text["translatedValues"])]


def test_google_has_class_and_card_in_every_language_of_the_program(
    shop: Shop, google: Any
) -> None:
    member = shop.enrol()
    assert shop.click(member) == 302
    shared = google.ask("GET", "/inspect/classes/3388000000012345678.coffee")
    assert languages(shared["localizedProgramName"]) == ["en", "ru"]
    assert languages(shown := shop.shown(member)["loyaltyPoints"]["localizedLabel"]) == ["en", "ru"]
    assert shown["translatedValues"][0]["value"] == "Баллы"
    assert shared["callbackOptions"] == {"url": "https://cards.example/google/callback"}


@pytest.mark.parametrize(
    ("stage", "base_url", "expected"),
    [
        ("production", "https://a.test", "https://a.test/google/callback"),
        ("local", "http://127.0.0.1:4100", "http://127.0.0.1:4100/google/callback"),
        ("production", "http://a.test", None),
    ],
)
def test_google_is_told_an_address_that_it_can_call(
    monkeypatch: pytest.MonkeyPatch, stage: str, base_url: str, expected: str | None
) -> None:
    settings = Configuration(stage=stage, base_url=base_url, state_table="s", ledger_table="l")
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    assert google_wallet._callback_url() == expected
