from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from infra.local.wallet import schema
from infra.local.wallet.rules import merge
from loyalty.card import Card, Fact, Place
from passes import design
from passes.google import linter, objects

OBJECT = Draft202012Validator(schema.schema("LoyaltyObject"))
CLASS = Draft202012Validator(schema.schema("LoyaltyClass"))
ISSUER = "3388000000012345678"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LOOK = objects.Look("#4a2c1d", "https://example.test/logo.png", "https://example.test/hero.png")

# Lone surrogates and control characters too: whatever a shop or a customer can get past a form.
texts = st.text(alphabet=st.characters(), max_size=600)


def _fact(key: str) -> st.SearchStrategy[Fact]:
    number = st.builds(
        Fact,
        st.just(key),
        texts,
        st.integers(min_value=-(10**12), max_value=10**12),
        st.just("number"),
        texts,
    )
    percent = st.builds(
        Fact, st.just(key), texts, st.integers(0, 10_000), st.just("percent"), texts
    )
    money = st.builds(
        Fact,
        st.just(key),
        texts,
        st.integers(-(10**12), 10**12),
        st.just("money"),
        texts,
        st.sampled_from(("EUR", "JPY", "KWD")),
    )
    text = st.builds(Fact, st.just(key), texts, texts, st.just("text"), texts)
    return st.one_of(number, percent, money, text)


FACT_KEYS = ("balance", "discount", "progress", "reward", "member", "message")
cards = st.builds(
    Card,
    program=st.just("coffee"),
    member=texts,
    program_name=texts,
    organization=texts,
    design=st.just("coffee"),
    serial=st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    code=st.from_regex(r"1\.a\.[A-Z0-9]{4,16}\.[A-Z0-9]{2,16}", fullmatch=True),
    language=st.sampled_from(("en", "ru")),
    version=st.integers(0, 10**9),
    facts=st.sets(st.sampled_from(FACT_KEYS)).flatmap(
        lambda keys: st.tuples(*(_fact(key) for key in sorted(keys)))
    ),
    lines=st.lists(texts, max_size=15).map(tuple),
    contact=st.lists(st.tuples(texts, texts), max_size=5).map(tuple),
    places=st.lists(
        st.builds(Place, st.floats(-90, 90), st.floats(-180, 180), texts), max_size=12
    ).map(tuple),
    voided=st.booleans(),
    expires_at=st.one_of(
        st.none(),
        st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    ),
)


def errors_of(body: dict[str, Any], issuer: str = ISSUER) -> list[linter.Finding]:
    return [one for one in linter.lint_object(body, issuer) if one.level == "error"]


@settings(max_examples=120, deadline=None)
@given(cards)
def test_any_card_becomes_an_object_that_google_accepts(card: Card) -> None:
    body = objects.loyalty_object(card, LOOK, ISSUER, NOW)
    assert list(OBJECT.iter_errors(body)) == []
    assert errors_of(body) == []
    assert json.loads(json.dumps(body, ensure_ascii=False).encode("utf-8")) == body
    assert card.member not in body.values()
    for module in body.get("textModulesData", []):
        assert len(module["header"]) <= 35
        assert 0 < len(module["body"]) <= 500


@settings(max_examples=80, deadline=None)
@given(cards, cards)
def test_a_patch_brings_any_card_to_any_other(before: Card, after: Card) -> None:
    before = dataclasses.replace(before, serial=after.serial)
    old = objects.loyalty_object(before, LOOK, ISSUER, NOW)
    new = objects.loyalty_object(after, LOOK, ISSUER, NOW)
    patch = objects.patch_of(new)
    assert list(OBJECT.iter_errors(schema.without_nulls(patch))) == []
    assert schema.without_nulls(merge(old, patch)) == new


@settings(max_examples=100, deadline=None)
@given(texts, texts, st.sampled_from(("en", "ru")))
def test_any_program_becomes_a_class_that_google_accepts(
    name: str, organization: str, language: str
) -> None:
    @dataclasses.dataclass(frozen=True)
    class Face:
        program: str
        name: str
        organization: str
        language: str

    body = objects.loyalty_class(Face("coffee", name, organization, language), LOOK, ISSUER)
    assert list(CLASS.iter_errors(body)) == []
    assert [one for one in linter.lint_class(body, ISSUER) if one.level == "error"] == []
    json.dumps(body, ensure_ascii=False).encode("utf-8")


def test_the_schema_refuses_what_google_refuses() -> None:
    good = {"id": "1.a", "classId": "1.b", "state": "ACTIVE"}
    assert list(OBJECT.iter_errors(good)) == []
    assert list(OBJECT.iter_errors(good | {"state": "Active"}))
    assert list(OBJECT.iter_errors(good | {"loyaltyPoint": {}}))
    assert list(OBJECT.iter_errors(good | {"loyaltyPoints": {"balance": {"int": 2**31}}}))
    assert list(OBJECT.iter_errors(good | {"loyaltyPoints": {"balance": {"int": "7"}}}))


def test_points_are_a_number_and_a_discount_is_text(world: Any) -> None:
    body = objects.loyalty_object(world.card(7), LOOK, ISSUER, NOW)
    assert body["loyaltyPoints"] == {"label": "Points", "balance": {"int": 7}}
    assert "secondaryLoyaltyPoints" not in body

    discount = Fact("discount", "Discount", 1000, "percent", "10 %")
    body = objects.loyalty_object(world.card(facts=(discount,)), LOOK, ISSUER, NOW)
    assert body["loyaltyPoints"] == {"label": "Discount", "balance": {"string": "10 %"}}

    both = (discount, Fact("balance", "Points", 7, "number", "7"))
    body = objects.loyalty_object(world.card(facts=both), LOOK, ISSUER, NOW)
    assert body["loyaltyPoints"]["balance"] == {"int": 7}
    assert body["secondaryLoyaltyPoints"]["balance"] == {"string": "10 %"}


@pytest.mark.parametrize(
    ("value", "currency", "micros"),
    [(1250, "EUR", "12500000"), (1250, "JPY", "1250000000"), (1250, "KWD", "1250000")],
)
def test_money_is_sent_in_millionths(world: Any, value: int, currency: str, micros: str) -> None:
    fact = Fact("balance", "Money", value, "money", "text", currency)
    body = objects.loyalty_object(world.card(facts=(fact,)), LOOK, ISSUER, NOW)
    expected = {"money": {"currencyCode": currency, "micros": micros}}
    assert body["loyaltyPoints"]["balance"] == expected


def test_a_number_beyond_int32_is_sent_as_text(world: Any) -> None:
    for value in (2**31, -(2**31) - 1, 10**12):
        body = objects.loyalty_object(world.card(value), LOOK, ISSUER, NOW)
        assert body["loyaltyPoints"]["balance"] == {"string": str(value)}
    body = objects.loyalty_object(world.card(2**31 - 1), LOOK, ISSUER, NOW)
    assert body["loyaltyPoints"]["balance"] == {"int": 2**31 - 1}


def test_a_change_of_balance_kind_deletes_the_other_kinds(world: Any) -> None:
    discount = Fact("discount", "Discount", 1000, "percent", "10 %")
    old = objects.loyalty_object(world.card(7), LOOK, ISSUER, NOW)
    new = objects.loyalty_object(world.card(facts=(discount,)), LOOK, ISSUER, NOW)
    assert objects.patch_of(new)["loyaltyPoints"]["balance"] == {
        "string": "10 %",
        "int": None,
        "double": None,
        "money": None,
    }
    # Negative control: sent as drawn, the merge keeps both kinds, which Google refuses.
    naive = merge(old, new)["loyaltyPoints"]["balance"]
    assert naive == {"int": 7, "string": "10 %"}
    assert errors_of(merge(old, new)) != []


def test_state(world: Any) -> None:
    def state(**changes: Any) -> str:
        body = objects.loyalty_object(world.card(**changes), LOOK, ISSUER, NOW)
        return str(body["state"])

    assert state() == "ACTIVE"
    assert state(voided=True) == "INACTIVE"
    assert state(expires_at=NOW) == "EXPIRED"
    assert state(expires_at=NOW + timedelta(seconds=1)) == "ACTIVE"


def test_a_code_too_long_for_the_account_is_shown_under_the_barcode_only(world: Any) -> None:
    body = objects.loyalty_object(world.card(), LOOK, ISSUER, NOW)
    assert body["barcode"]["alternateText"] == body["barcode"]["value"] == world.card().code
    assert "accountId" not in body
    assert body["accountName"] == "Anna"
    short = objects.loyalty_object(world.card(code="1234567"), LOOK, ISSUER, NOW)
    assert short["accountId"] == "1234567"


def test_long_texts_are_cut_and_sentences_keep_together(world: Any) -> None:
    lines = ("a" * 300, "b" * 199, "c" * 700)
    body = objects.loyalty_object(world.card(facts=(), lines=lines), LOOK, ISSUER, NOW)
    bodies = [module["body"] for module in body["textModulesData"]]
    assert bodies == ["a" * 300 + "\n" + "b" * 199, "c" * 499 + "…"]


def test_no_more_modules_and_places_than_google_shows(world: Any) -> None:
    lines = tuple(str(number) * 400 for number in range(15))
    places = tuple(Place(float(number), 0.0, "shop") for number in range(12))
    body = objects.loyalty_object(world.card(lines=lines, places=places), LOOK, ISSUER, NOW)
    assert len(body["textModulesData"]) == 10
    assert body["textModulesData"][0]["id"] == "progress"
    assert [place["latitude"] for place in body["merchantLocations"]] == list(range(10))


def test_the_places_nearest_to_the_members_home_are_told(world: Any) -> None:
    places = tuple(Place(float(number), 0.0, "shop") for number in range(12))
    body = objects.loyalty_object(world.card(places=places, home=places[11]), LOOK, ISSUER, NOW)
    latitudes = [place["latitude"] for place in body["merchantLocations"]]
    assert latitudes == list(range(11, 1, -1))


def test_clean() -> None:
    assert objects.clean("a\x00b\x1fc\nd ") == "abc\nd"
    assert objects.clean("\ud83d!") == "\ufffd!"
    assert objects.clean("👩\u200d🚀x" + "y" * 5, 4) == "👩\u200d🚀…"
    assert objects.clean("👩\u200d🚀x", 3) == "👩…"


def test_a_notification_is_asked_for_only_on_wish(world: Any) -> None:
    body = objects.loyalty_object(world.card(), LOOK, ISSUER, NOW)
    assert "notifyPreference" not in objects.patch_of(body)
    assert objects.patch_of(body, notify=True)["notifyPreference"] == "NOTIFY_ON_UPDATE"


def test_the_look_of_the_designs_that_ship() -> None:
    assert design.names()
    for name in design.names():
        look = objects.look_of(design.load(name), "https://shop.test")
        assert look.logo_url.startswith(f"https://shop.test/designs/{name}/")
        assert "?v=" in look.logo_url
        assert look.logo_url != look.hero_url
        assert objects.BALANCE_KINDS == linter._BALANCES
