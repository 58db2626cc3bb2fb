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

from infra.commands.program import SCHEMA, schema_text
from loyalty.program import document as program_document
from loyalty.program.document import dump, json_schema, read, read_toml
from loyalty.program.rules import Program
from loyalty.program.stored import build
from loyalty.refusals import Refusal
from tests.loyalty.program import documents
from tests.loyalty.program.documents import (
    COFFEE,
    ONE_NAME,
    PROMOTION,
    SHOP,
    TEXTS,
    changed,
    faults,
    tiers,
)
from tests.support.extent import part
from tests.support.metering import size
from tests.support.programs import programs, toml
from tests.support.refusals import refused

# Making a program of all mechanics takes many choices; that is not what is tested.
many = settings(
    max_examples=part(100, 30), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


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
        (("name",), {"fr": "Café"}),
        (("consent",), ...),
    ):
        assert not validator.is_valid(changed(place, value)), place


def test_the_committed_schema_is_current() -> None:
    told = "stale: bin/loyalty program schema > docs/program.schema.json"
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
        (("languages",), ["fr"], "languages.0: Input should be 'en', 'de' or 'ru'"),
        (("name",), {"ru": "Чашки"}, "name: has no text in 'en', the program's first"),
        (("consent", "marketing"), {"en": "News?"}, "consent.marketing: has no text in 'ru'"),
        (("name", "ru"), "", "name.ru: String should have at least 1 character"),
        (("name", "fr"), "Tasses", "name.fr: Input should be 'en', 'de' or 'ru'"),
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
            [SHOP | {"name": {"ru": "Лавка"}}],
            "locations.0.name: has no text in 'en'",
        ),
        (("locations",), [SHOP | {"text": {"ru": "Чай"}}], "locations.0.text: has no text in 'en'"),
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


def test_the_suite_sees_a_lenient_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a reader that passes over what it does not understand."""

    def lenient(document: dict[str, Any]) -> Program:
        return program_document.read(
            {key: value for key, value in document.items() if key != "curency"}
        )

    monkeypatch.setattr(documents, "read", lenient)
    with pytest.raises(pytest.fail.Exception):
        test_a_fault_names_its_place(("curency",), "USD", "curency: unknown key")


@pytest.mark.parametrize("letter", ["\x00", "\x07", "\x7f", "\x85", "\u2028", "\u202e", "\u2066"])
@pytest.mark.parametrize("path", ["organization", "name.en", "rewards.0.name.ru"])
def test_what_nobody_sees_is_refused_in_an_owners_texts(path: str, letter: str) -> None:
    document = copy.deepcopy(COFFEE)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inside: Any = document
    for step in way:
        inside = inside[step]
    inside[last] = f"Da{letter}ily"
    with refused("invalid_program") as caught:
        read(document)
    (field,) = caught.value.fields
    assert field.pointer == "/" + path.replace(".", "/")
    assert f"U+{ord(letter):04X}" in field.detail
    assert letter not in field.detail


def test_what_was_stored_before_is_shown_without_it() -> None:
    kept = json.loads(dump(read(COFFEE)))
    kept["organization"] = "Da\x00il\u202ey\n👩\u200d🍳"
    kept["name"]["en"] = "\u2066Cup\u2069"
    program = build(Program, kept)
    assert program.organization == "Daily\n👩\u200d🍳"
    assert program.name["en"] == "Cup"


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
