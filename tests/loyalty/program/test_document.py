"""One schema, strict, with faults that say where and what instead."""

from __future__ import annotations

import copy
import json
import math
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.program import SCHEMA, schema_text
from loyalty.money import exponent, is_currency
from loyalty.program import document as program_document
from loyalty.program.document import dump, json_schema, read, read_toml
from loyalty.program.rules import Program
from loyalty.program.stored import build
from loyalty.refusals import Refusal
from tests.support.metering import size
from tests.support.programs import programs, toml
from tests.support.world import TEMPLATES

TEXTS = {
    path.stem: path.read_text(encoding="utf-8") for path in (TEMPLATES / "programs").glob("*.toml")
}
COFFEE = json.loads(dump(read_toml(TEXTS["coffee"])))
ONE_NAME = {"en": "Tea", "ru": "Чай"}
PROMOTION: dict[str, Any] = {"id": "p", "name": ONE_NAME, "pot": "points", "multiplier": 20_000}
SHOP: dict[str, Any] = {"id": "shop", "name": ONE_NAME, "latitude": 52, "longitude": 13.25}
LEVELS: list[dict[str, Any]] = [
    {"id": "a", "name": ONE_NAME},
    {"id": "b", "name": ONE_NAME, "spend": 100},
]

# Making a program of all mechanics takes many choices; that is not what is tested.
many = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def changed(place: tuple[Any, ...], value: Any, document: Any = COFFEE) -> dict[str, Any]:
    """Return the document with one value put somewhere; ``...`` takes it away."""
    copied: dict[str, Any] = copy.deepcopy(document)
    here: Any = copied
    for step in place[:-1]:
        here = here[step]
    if value is ...:
        del here[place[-1]]
    else:
        here[place[-1]] = value
    return copied


def faults(document: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(Refusal) as caught:
        read(document)
    return tuple(field.detail for field in caught.value.fields)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_what_ships_is_read_and_comes_back_the_same(name: str) -> None:
    program = read_toml(TEXTS[name])
    assert read(json.loads(dump(program))) == program
    assert program.id == name


@many
@given(program=programs())
def test_dump_and_read_are_each_others_reverse(program: Program) -> None:
    assert read(json.loads(dump(program))) == program


@many
@given(program=programs())
def test_toml_and_json_are_one_document(program: Program) -> None:
    text = toml(json.loads(dump(program)))
    assert read_toml(text) == program
    assert dump(read_toml(text)) == dump(program)


@many
@given(program=programs())
def test_stored_programs_are_built_without_the_schema_library(program: Program) -> None:
    data = {**json.loads(dump(program)), "version": 3, "card_version": 2}
    assert build(Program, data) == program_document.with_versions(program, 3, 2)


@many
@given(program=programs())
def test_editors_accept_what_the_reader_accepts(program: Program) -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    validator.validate(json.loads(dump(program)))


def test_editors_refuse_what_the_reader_refuses() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    jsonschema.Draft202012Validator.check_schema(json_schema())
    for place, value in (
        (("curency",), "USD"),
        (("version",), 1),
        (("schema",), 2),
        (("pots", 0, "kind"), "bottles"),
        (("earning", 0, "points"), 0),
        (("name",), {"de": "Kaffee"}),
        (("consent",), ...),
    ):
        assert not validator.is_valid(changed(place, value)), place


def test_the_committed_schema_is_current() -> None:
    told = "stale: python -m infra.program schema > docs/program.schema.json"
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), told


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (("curency",), "USD", "curency: unknown key; did you mean 'currency'?"),
        (("pots", 0, "expire"), 3, "pots.0.expire: unknown key; did you mean 'expiry'?"),
        (("pots", 0, "expiry", "month"), 3, "pots.0.expiry.month: unknown key; did you mean 'mon"),
        (("rewards", 0, "prize"), 3, "rewards.0.prize: unknown key; did you mean 'price'?"),
        # Nearest within the object first: "period" of caps is as near, "points" is nearer by place.
        (("earning", 0, "pont"), 3, "earning.0.pont: unknown key; did you mean 'pot'?"),
        (("pots", 0, "price"), 3, "pots.0.price: unknown key; 'price' belongs to rewards"),
        (("quiet_month",), 3, "quiet_month: unknown key; 'quiet_months' belongs to tiers"),
        (("xyzzy",), 3, "xyzzy: unknown key"),
        (("version",), 3, "version: unknown key"),
        (("balance",), 10**6, "balance: unknown key"),
        (("consent", "versoin"), "1", "consent.versoin: unknown key; did you mean 'version'?"),
        (("schema",), 2, "schema: Input should be less than or equal to 1"),
        (("schema",), True, "schema: Input should be a valid integer"),
        (("id",), "Coffee", "id: 'Coffee' is not a name of small letters"),
        (("id",), "coffee#1", "id: 'coffee#1' is not a name"),
        (("id",), "coffee\n", "id: 'coffee\\n' is not a name"),
        (("currency",), "usd", "currency: 'usd' is not an ISO 4217 code such as USD"),
        (("currency",), "USD\n", "currency: String should have at most 3 characters"),
        (("zone",), "Berlin", "zone: 'Berlin' is not an IANA zone such as Europe/Berlin"),
        (("region",), "us", "region: 'us' is not an ISO 3166 code such as US"),
        (("languages",), [], "languages: Tuple should have at least 1 item"),
        (("languages",), ["de"], "languages.0: Input should be 'en' or 'ru'"),
        (("name",), {"en": "Cups"}, "name: has no text in 'ru'"),
        (("name", "ru"), "", "name.ru: String should have at least 1 character"),
        (("name", "de"), "Tassen", "name.de: Input should be 'en' or 'ru'"),
        (("earning", 0, "points"), 0, "earning.0.points: Input should be greater than or equal"),
        (("earning", 0, "points"), True, "earning.0.points: Input should be a valid integer"),
        (("earning", 0, "points"), "10", "earning.0.points: Input should be a valid integer"),
        (("earning", 0, "points"), 1.5, "earning.0.points: Input should be a valid integer"),
        (("earning", 0, "amount"), 0, "earning.0.amount: Input should be greater"),
        (("earning", 0, "amount"), 10**12 + 1, "earning.0.amount: Input should be less"),
        (("earning", 0, "amount"), ..., "per = 'amount' and amount = None do not fit"),
        (("earning", 0, "per"), "visit", "per = 'visit' and amount = 100 do not fit"),
        (("pots", 0, "expiry"), {"months": 121}, "pots.0.expiry.months: Input should be less"),
        (("pots", 0, "expiry"), {}, "give one of months, dates and inactivity_months"),
        (("pots", 0, "expiry"), {"dates": ["02-30"]}, "'02-30' is not a day of the year"),
        (("pots", 0, "expiry"), {"dates": ["2-3"]}, "'2-3' is not a day of the year (MM-DD)"),
        (("discount",), {"basis_points": 10_001}, "discount.basis_points: Input should be less"),
        (("promotions",), [PROMOTION | {"first_day": "2026-02-30"}], "is not a date (YYYY-MM-DD)"),
        (
            ("promotions",),
            [PROMOTION | {"windows": [{"start": "25:00"}]}],
            "promotions.0.windows.0.start: '25:00' is not a time of day (HH:MM)",
        ),
        (("contact",), [], "contact: Tuple should have at least 1 item"),
        (("consent",), ..., "consent: is missing"),
        (("pots",), 3, "pots: Input should be a valid"),
        (("location",), [], "location: unknown key; did you mean 'locations'?"),
        (
            ("locations",),
            [SHOP | {"longtitude": 1.0}],
            "locations.0.longtitude: unknown key; did you mean 'longitude'?",
        ),
        (("locations",), [SHOP | {"latitude": 90.5}], "locations.0.latitude: Input should be less"),
        (("locations",), [SHOP | {"longitude": -181}], "locations.0.longitude: Input should be gr"),
        (
            ("locations",),
            [SHOP | {"latitude": "52.5"}],
            "locations.0.latitude: Input should be a valid number",
        ),
        (("locations",), [SHOP | {"latitude": True}], "latitude: Input should be a valid number"),
        (("locations",), [SHOP | {"latitude": math.nan}], "holds what JSON has no form for"),
        (("locations",), [{"id": "shop", "name": ONE_NAME}], "locations.0.longitude: is missing"),
        (("locations",), [SHOP | {"id": "Shop 1"}], "locations.0.id: 'Shop 1' is not a name of"),
        (
            ("locations",),
            [SHOP | {"name": {"en": "Shop"}}],
            "locations.0.name: has no text in 'ru'",
        ),
        (("locations",), [SHOP | {"text": {"en": "Tea"}}], "locations.0.text: has no text in 'ru'"),
        (
            ("locations",),
            [SHOP | {"text": {"en": "x" * 101, "ru": "x"}}],
            "locations.0.text.en: String should have at most 100 characters",
        ),
        (("locations",), [SHOP | {"zone": "Mars"}], "locations.0.zone: 'Mars' is not an IANA zone"),
        (
            ("locations",),
            [SHOP | {"id": f"s{step}", "latitude": step / 100} for step in range(1001)],
            "locations: Tuple should have at most 1000 items",
        ),
    ],
)
def test_a_fault_names_its_place(place: tuple[Any, ...], value: Any, fault: str) -> None:
    found = faults(changed(place, value))
    assert any(fault in sentence for sentence in found), found
    if fault.endswith("unknown key"):
        assert found == (fault,)


def tiers(**more: Any) -> dict[str, Any]:
    return {"tiers": {"levels": LEVELS, "window": "rolling", **more}}


def level(**more: Any) -> dict[str, Any]:
    return {"tiers": {"levels": [LEVELS[0], {**LEVELS[1], **more}]}}


def cap(period: str, points: int) -> dict[str, Any]:
    return {"pot": "points", "period": period, "points": points}


def limit(period: str, count: int, action: str = "earn") -> dict[str, Any]:
    return {"action": action, "period": period, "count": count}


def reward(pot: str) -> dict[str, Any]:
    return {"id": "r", "pot": pot, "price": 3, "name": ONE_NAME}


GIFT = {"pot": "stamps", "points": 3}
LAST_MINUTE = PROMOTION | {"first_day": "2026-12-31", "last_day": "2026-12-01"}
NEVER = PROMOTION | {
    "first_day": "2026-05-04",
    "last_day": "2026-05-05",
    "windows": [{"weekdays": ["sun"]}],
}

CONTRADICTIONS: list[tuple[dict[str, Any], str]] = [
    # A name that nothing has.
    ({"rewards": [reward("stamps")]}, "rewards.0.pot: 'stamps' is none of the pots ['points']"),
    ({"caps": [cap("day", 9) | {"pot": "x"}]}, "caps.0.pot: 'x' is none of the pots ['points']"),
    ({"welcome": GIFT}, "welcome.pot: 'stamps' is none of the pots ['points']"),
    ({"birthday": GIFT}, "birthday.pot: 'stamps' is none of the pots ['points']"),
    (
        {"referral": {"pot": "stamps", "referrer": 1, "friend": 1}},
        "referral.pot: 'stamps' is none of the pots ['points']",
    ),
    (
        {"points_as_money": {"pot": "stamps", "points": 1, "amount": 1}},
        "points_as_money.pot: 'stamps' is none of the pots ['points']",
    ),
    # A name that two have.
    ({"languages": ["en", "en"]}, "languages: 'en' stands there twice"),
    ({"pots": [{"id": "points"}] * 2}, "pots: 'points' stands there twice"),
    ({"rewards": [reward("points")] * 2}, "rewards: 'r' stands there twice"),
    ({"promotions": [PROMOTION] * 2}, "promotions: 'p' stands there twice"),
    (
        {"promotions": [PROMOTION | {"windows": [{"weekdays": ["mon", "mon"]}]}]},
        "promotions.0.windows.0.weekdays: 'mon' stands there twice",
    ),
    (
        {"pots": [{"id": "points", "expiry": {"dates": ["06-30", "06-30"]}}]},
        "pots.0.expiry.dates: '06-30' stands there twice",
    ),
    (
        {"tiers": {"levels": [LEVELS[0], LEVELS[1], LEVELS[1] | {"spend": 200}]}},
        "tiers.levels: 'b' stands there twice",
    ),
    ({"locations": [SHOP, SHOP | {"latitude": 1}]}, "locations: 'shop' stands there twice"),
    # Two at one spot.
    (
        {"locations": [SHOP, SHOP | {"id": "a", "latitude": 1}, SHOP | {"id": "b"}]},
        (
            "locations.0 and locations.2 contradict each other: "
            "both are at latitude 52.0, longitude 13.25"
        ),
    ),
    (
        {"locations": [SHOP | {"longitude": 180}, SHOP | {"id": "a", "longitude": -180}]},
        (
            "locations.0 and locations.1 contradict each other: "
            "both are at latitude 52.0, longitude -180.0"
        ),
    ),
    (
        {
            "locations": [
                SHOP | {"latitude": -90},
                SHOP | {"id": "a", "latitude": -90, "longitude": 5},
            ]
        },
        (
            "locations.0 and locations.1 contradict each other: "
            "both are at latitude -90.0, longitude 5.0"
        ),
    ),
    # Filters.
    (
        {"promotions": [PROMOTION | {"only": {"items": ["a"], "exclude_items": ["a"]}}]},
        "promotions.0.only: 'a' is both in items and in exclude_items",
    ),
    (
        {
            "earning": [
                COFFEE["earning"][0]
                | {"only": {"categories": ["a"], "exclude_categories": ["a", "b"]}}
            ]
        },
        "earning.0.only: 'a' is both in categories and in exclude_categories",
    ),
    (
        {"earning": [COFFEE["earning"][0] | {"only": {"categories": ["gift_card"]}}]},
        "earning.0.only.categories: 'gift_card' never earns, so naming it has no effect",
    ),
    # Ends.
    (
        {"pots": [{"id": "points", "expiry": {"months": 3, "inactivity_months": 6}}]},
        "pots.0.expiry: months and inactivity_months contradict each other; keep one",
    ),
    (
        {"pots": [{"id": "points", "expiry": {"months": 3, "dates": ["12-31"]}}]},
        "pots.0.expiry: months and dates contradict each other; keep one",
    ),
    # Promotions.
    (
        {"promotions": [PROMOTION | {"bonus": 3}]},
        "promotions.0: multiplier and bonus contradict each other; keep one",
    ),
    (
        {"promotions": [{"id": "p", "name": ONE_NAME, "pot": "points"}]},
        "promotions.0: give a multiplier or a bonus",
    ),
    (
        {"promotions": [PROMOTION], "earning": []},
        (
            "promotions.0.multiplier and earning contradict each other: no rule earns 'points', "
            "so there is nothing to multiply"
        ),
    ),
    (
        {"promotions": [LAST_MINUTE]},
        "promotions.0: first_day 2026-12-31 is after last_day 2026-12-01",
    ),
    (
        {"promotions": [NEVER]},
        (
            "promotions.0.windows.0.weekdays and first_day, last_day contradict each other: "
            "none of these days comes between 2026-05-04 and 2026-05-05"
        ),
    ),
    # Caps and limits.
    (
        {"caps": [cap("order", 9)]},
        (
            "earning.0.points = 10 and caps.0 contradict each other: an order that brings "
            "more than 9 earns nothing, so the rule never gives any"
        ),
    ),
    (
        {"caps": [cap("order", 10)], "promotions": [PROMOTION | {"multiplier": None, "bonus": 11}]},
        (
            "promotions.0.bonus = 11 and caps.0 contradict each other: an order that brings "
            "more than 10 earns nothing, so the rule never gives any"
        ),
    ),
    (
        {"caps": [cap("week", 50), cap("day", 51)]},
        "caps.1 (51 a day) can never be reached: caps.0 allows only 50 a week",
    ),
    (
        {"caps": [cap("order", 51), cap("year", 50)]},
        "caps.0 (51 an order) can never be reached: caps.1 allows only 50 a year",
    ),
    (
        {"caps": [cap("day", 50), cap("day", 51)]},
        "caps.0 and caps.1 contradict each other: both speak of a day",
    ),
    (
        {"limits": [limit("hour", 3), limit("month", 2), limit("month", 1, "redeem")]},
        "limits.0 (3 an hour) can never be reached: limits.1 allows only 2 a month",
    ),
    (
        {"limits": [limit("day", 2, "redeem"), limit("day", 3, "redeem")]},
        "limits.0 and limits.1 contradict each other: both speak of a day",
    ),
    (
        {"limits": [limit("day", 26)], "cool_down_minutes": 60},
        "limits.0 (26 a day) can never be reached: cool_down_minutes = 60 allows only 25 a day",
    ),
    # Staff.
    (
        {"staff": {"at_once": 100, "per_shift": 99}},
        "staff.at_once = 100 can never be reached: staff.per_shift allows 99",
    ),
    (
        {"staff": {"per_shift": 900, "per_month": 899}},
        "staff.per_shift = 900 can never be reached: staff.per_month allows 899",
    ),
    # Levels.
    (
        {"tiers": {"levels": [LEVELS[1]]}},
        "tiers.levels.0: the first level is everybody's and has no threshold",
    ),
    (
        {"tiers": {"levels": [LEVELS[0], LEVELS[0] | {"id": "c"}]}},
        "tiers.levels.1: give at least one threshold of spend, visits, points, referrals",
    ),
    (
        {"tiers": {"levels": [*LEVELS, LEVELS[1] | {"id": "c"}]}},
        "tiers.levels.2.spend: 100 is not above tiers.levels.1.spend, which is 100",
    ),
    (
        {"discount": {"basis_points": 1}, **level(discount=500)},
        "discount and tiers.levels.1.discount: both set the discount; keep one",
    ),
    (
        {"tiers": {"levels": [LEVELS[0] | {"discount": 500}, LEVELS[1]]}},
        "tiers.levels.1.discount: 0 is less than tiers.levels.0.discount, which is 500",
    ),
    (
        {"tiers": {"levels": [LEVELS[0] | {"multiplier": 20_000}, LEVELS[1]]}},
        "tiers.levels.1.multiplier: 10000 is less than tiers.levels.0.multiplier, which is 20000",
    ),
    (
        {"earning": [], **level(multiplier=20_000)},
        "tiers.levels.1.multiplier and earning contradict each other: nothing is earned",
    ),
    (
        {"earning": [], **level(points=5)},
        "tiers.levels.1.points and earning contradict each other: nothing is earned",
    ),
    (
        level(referrals=5),
        "tiers.levels.1.referrals and referral contradict each other: nobody can bring friends",
    ),
    (
        tiers(grace_months=1),
        "tiers.down = 'never' and tiers.grace_months contradict each other",
    ),
    (
        tiers(quiet_months=1),
        "tiers.down = 'never' and tiers.quiet_months contradict each other",
    ),
    (tiers(warn_days=1), "tiers.down = 'never' and tiers.warn_days contradict each other"),
    (
        tiers(window="lifetime", down="fit"),
        (
            "tiers.down = 'fit' and tiers.window = 'lifetime' contradict each other: what counts "
            "for ever never falls off; set quiet_months or another window"
        ),
    ),
    (
        tiers(window="lifetime", down="step", quiet_months=3, grace_months=1),
        (
            "tiers.grace_months and tiers.window = 'lifetime' contradict each other: "
            "what counts for ever never falls off, and a quiet time has no grace"
        ),
    ),
    (
        tiers(window="calendar_year", rolling_months=6),
        "tiers.rolling_months and tiers.window = 'calendar_year' contradict each other",
    ),
]


@pytest.mark.parametrize(("rules", "fault"), CONTRADICTIONS)
def test_a_contradiction_names_both_rules(rules: dict[str, Any], fault: str) -> None:
    assert faults({**COFFEE, **rules}) == (fault,)


def test_only_the_checks_refuse_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without its checks the reader takes each of these documents."""
    monkeypatch.setattr(program_document, "contradictions", lambda _: ())
    for rules, _ in CONTRADICTIONS:
        read({**COFFEE, **rules})


@pytest.mark.parametrize(
    "rules",
    [
        {"caps": [cap("order", 10), cap("day", 10), cap("year", 10)]},
        {"limits": [limit("day", 25), limit("week", 169)], "cool_down_minutes": 60},
        {"staff": {"at_once": 5, "per_shift": 5, "per_month": 5}},
        tiers(down="step", rolling_months=6),
        {"promotions": [NEVER | {"windows": [{"weekdays": ["tue"]}]}]},
        {"promotions": [LAST_MINUTE | {"first_day": "2026-12-01"}]},
        {"locations": [SHOP | {"latitude": 90}, SHOP | {"id": "a", "latitude": -90}]},
        {"locations": [SHOP | {"longitude": 180}, SHOP | {"id": "a", "longitude": 0}]},
        {"locations": [SHOP | {"id": f"s{step}", "latitude": step / 100} for step in range(1000)]},
    ],
)
def test_what_just_fits_is_taken(rules: dict[str, Any]) -> None:
    read({**COFFEE, **rules})


def test_a_document_fits_into_one_item() -> None:
    # Four bytes a sign, the largest in UTF-8: few enough entries, too many bytes.
    long = {"en": "👩" * 100, "ru": "👩" * 100}
    shops = [
        SHOP | {"id": f"s{step}", "latitude": step / 100, "name": long, "text": long}
        for step in range(300)
    ]
    (fault,) = faults({**COFFEE, "locations": shops})
    assert re.fullmatch(r"the document: takes \d{6} bytes, at most 350000 fit; .+", fault)
    program = read({**COFFEE, "locations": shops[:200]})
    assert size({"pk": program.id, "sk": "PROGRAM#000001", "document": dump(program)}) < 400_000


def test_every_fault_is_told_at_once() -> None:
    document = changed(("zone",), "y") | {"staff": {"at_once": 9_999}}
    document["earning"][0]["pot"] = "z"
    assert len(faults(document)) == 3


def test_every_fault_has_its_pointer_and_code() -> None:
    document = changed(("earning", 0, "pionts"), 1) | {"staff": {"at_once": "x"}}
    with pytest.raises(Refusal) as caught:
        read(document)
    assert (caught.value.kind, caught.value.code) == ("invalid", "invalid_program")
    found = {field.pointer: field.code for field in caught.value.fields}
    assert found == {"/earning/0/pionts": "unknown_key", "/staff/at_once": "int_type"}
    with pytest.raises(Refusal) as caught:
        read(changed(("zone",), "y") | tiers(quiet_months=1))
    assert [(field.pointer, field.code) for field in caught.value.fields] == [
        ("/zone", "contradiction"),
        ("", "contradiction"),
    ]


def test_dates_may_be_written_as_toml_writes_them() -> None:
    text = TEXTS["coffee"] + (
        '\n[[promotions]]\nid = "p"\nname = { en = "Tea", ru = "Чай" }\npot = "points"\nbonus = 3\n'
        "first_day = 2026-12-01\nlast_day = 2026-12-24\nwindows = [{ start = 15:00:00 }]\n"
    )
    (promotion,) = read_toml(text).promotions
    assert (promotion.first_day, promotion.last_day) == ("2026-12-01", "2026-12-24")
    assert promotion.windows[0].start == "15:00"


@pytest.mark.parametrize(
    "text",
    ["", "schema = ", "schema = 1\nschema = 1", "\x00", "schema = inf", "id = 2026-01-01T00:00:00"],
)
def test_what_is_no_program_file(text: str) -> None:
    with pytest.raises(Refusal):
        read_toml(text)


PLACES: list[tuple[Any, ...]] = [
    *((name,) for name in COFFEE),
    ("pots", 0),
    ("pots", 0, "id"),
    ("pots", 0, "expiry"),
    ("earning", 0, "points"),
    ("rewards", 0, "name"),
    ("rewards", 0, "name", "en"),
    ("consent", "program"),
    ("contact", 0, "label"),
    ("tiers",),
    ("promotions",),
]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(place=st.sampled_from(PLACES), value=JSON_VALUES)
def test_any_value_in_any_place_is_read_or_refused(place: tuple[Any, ...], value: object) -> None:
    document = changed(place, value)
    try:
        read(document)
    except Refusal as refusal:
        told = [field.detail for field in refusal.fields]
    else:
        return
    assert told
    assert all(": " in sentence and not sentence.startswith(":") for sentence in told)


def test_currencies_have_their_digits() -> None:
    digits = {"USD": 2, "EUR": 2, "RUB": 2, "JPY": 0, "KRW": 0, "KWD": 3, "TND": 3, "CLF": 4}
    assert {code: exponent(code) for code in digits} == digits
    assert not any(is_currency(code) for code in ("", "US", "USDT", "usd", "USD\n", " USD", "ЦУД"))


def test_the_suite_sees_a_lenient_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a reader that passes over what it does not understand."""

    def lenient(document: dict[str, Any]) -> Program:
        return program_document.read(
            {key: value for key, value in document.items() if key != "curency"}
        )

    monkeypatch.setitem(globals(), "read", lenient)
    with pytest.raises(pytest.fail.Exception):
        test_a_fault_names_its_place(("curency",), "USD", "curency: unknown key")


def test_an_unknown_design_is_refused_and_the_known_ones_are_named() -> None:
    known = ("bakery", "plain")
    assert read(COFFEE | {"design": "bakery"}, known).design == "bakery"
    with pytest.raises(Refusal) as problem:
        read(COFFEE | {"design": "bakeryy"}, known)
    assert tuple(one.detail for one in problem.value.fields) == (
        "design: 'bakeryy' is none of the designs ['bakery', 'plain']; did you mean 'bakery'?",
    )


def test_an_unknown_pot_is_told_with_the_one_that_was_meant() -> None:
    document = COFFEE | {"welcome": {"pot": "point", "points": 5}}
    with pytest.raises(Refusal, match=r"'point' is none of the pots .*; did you mean 'points'"):
        read(document)


@pytest.mark.parametrize("region", ["ZZ", "EU", "XX"])
def test_a_region_that_is_no_country_is_refused(region: str) -> None:
    with pytest.raises(Refusal, match=f"region: '{region}' is not a country of ISO 3166"):
        read(COFFEE | {"region": region})


@pytest.mark.parametrize(
    ("unit", "fault"),
    [
        ({"en": "crumb", "ru": "к, к, к"}, "pots.0.unit.en: 'crumb' must be 2 words"),
        ({"en": "crumb, crumbs", "ru": "к, к"}, "pots.0.unit.ru: 'к, к' must be 3 words"),
        ({"en": "crumb, ", "ru": "к, к, к"}, "pots.0.unit.en: 'crumb, ' must be 2 words"),
    ],
)
def test_the_forms_of_a_unit_are_counted(unit: dict[str, str], fault: str) -> None:
    with pytest.raises(Refusal, match=re.escape(fault)):
        read(COFFEE | {"pots": [{"id": "points", "unit": unit}]})


@pytest.mark.parametrize(
    "letter", ["\r", "\n", "\t", "\x00", "\x85", "\u2028", "\u202e", "\u2066", "\u200f"]
)
@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("name.en", lambda text: {"name": {"en": text, "ru": "x"}}),
        ("organization", lambda text: {"organization": text}),
        ("contact.0.text", lambda text: {"contact": [{**COFFEE["contact"][0], "text": text}]}),
        (
            "rewards.0.name.en",
            lambda text: {"rewards": [{**COFFEE["rewards"][0], "name": {"en": text, "ru": "x"}}]},
        ),
        (
            "consent.program.en",
            lambda text: {"consent": {**COFFEE["consent"], "program": {"en": text, "ru": "x"}}},
        ),
    ],
)
def test_letters_that_break_or_turn_a_text_are_refused(letter: str, path: str, change: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        read(COFFEE | change(f"Daily{letter}Cup"))
    (fault,) = refusal.value.fields
    assert fault.detail.startswith(f"{path}: holds U+{ord(letter):04X}, which is no letter")
    assert fault.pointer == "/" + path.replace(".", "/")
