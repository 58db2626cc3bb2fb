"""One schema, strict, with faults that say where and what instead."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import program_document
from loyalty.money import exponent, is_currency
from loyalty.program_document import ProgramProblem, dump, read, read_toml, to_program
from tests.loyalty.test_pos_generic import json_values
from tests.support.world import TEMPLATES

TEXTS = {
    path.stem: path.read_text(encoding="utf-8") for path in (TEMPLATES / "programs").glob("*.toml")
}
COFFEE = json.loads(dump(read_toml(TEXTS["coffee"])))
BARBER = json.loads(dump(read_toml(TEXTS["barber"])))


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
    with pytest.raises(ProgramProblem) as problem:
        read(document)
    return problem.value.faults


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_what_ships_is_read_and_comes_back_the_same(name: str) -> None:
    document = read_toml(TEXTS[name])
    assert read(json.loads(dump(document))) == document
    assert dump(read(json.loads(dump(document)))) == dump(document)
    program = to_program(document, 3, 2)
    assert (program.id, program.version, program.card_version) == (name, 3, 2)


def test_it_becomes_what_the_deciding_modules_need() -> None:
    coffee = to_program(read(COFFEE), 1, 1)
    assert coffee.languages == ("en", "ru")
    assert [(rule.pot, rule.points, rule.per_amount) for rule in coffee.earning] == [
        ("points", 10, 100)
    ]
    assert coffee.discount is None
    reward = coffee.reward("free-coffee")
    assert reward is not None
    assert reward.name["ru"] == "Бесплатный кофе"
    assert coffee.reward("free-tea") is None
    barber = to_program(read(BARBER), 1, 1)
    assert barber.discount is not None
    assert (barber.discount.basis_points, barber.pots) == (1000, ())


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (("curency",), "USD", "curency: unknown key; did you mean 'currency'?"),
        (("pots", 0, "expire_after_months"), 3, "did you mean 'expires_after_months'?"),
        (("rewards", 0, "prize"), 3, "rewards.0.prize: unknown key; did you mean 'price'?"),
        (("pots", 0, "price"), 3, "pots.0.price: unknown key"),
        (("points",), 3, "points: unknown key; did you mean 'pots'?"),
        (("xyzzy",), 3, "xyzzy: unknown key"),
        (("balance",), 10**6, "balance: unknown key"),
        (("consent", "versoin"), "1", "consent.versoin: unknown key; did you mean 'version'?"),
        (("schema",), 2, "schema: Input should be less than or equal to 1"),
        (("schema",), True, "schema: Input should be a valid integer"),
        (("id",), "Coffee", "id: String should match"),
        (("id",), "coffee#1", "id: String should match"),
        (("id",), "coffee\n", "id: String should match"),
        (("currency",), "usd", "currency: 'usd' is not an ISO 4217 code such as USD"),
        (("currency",), "USD\n", "currency: 'USD\\n' is not an ISO 4217 code such as USD"),
        (("zone",), "Berlin", "zone: 'Berlin' is not an IANA zone such as Europe/Berlin"),
        (("region",), "usa", "region: String should match"),
        (("languages",), [], "languages: List should have at least 1 item"),
        (("languages",), ["de"], "languages.0: Input should be 'en' or 'ru'"),
        (("languages",), ["en", "en"], "languages: 'en' stands there twice"),
        (("name",), {"en": "Cups"}, "name: has no text in 'ru'"),
        (("name", "ru"), "", "name.ru: String should have at least 1 character"),
        (("earning", 0, "points"), 0, "earning.0.points: Input should be greater than or equal"),
        (("earning", 0, "points"), True, "earning.0.points: Input should be a valid integer"),
        (("earning", 0, "points"), "10", "earning.0.points: Input should be a valid integer"),
        (("earning", 0, "points"), 1.5, "earning.0.points: Input should be a valid integer"),
        (("earning", 0, "per_amount"), 0, "earning.0.per_amount: Input should be greater"),
        (("earning", 0, "per_amount"), 10**12 + 1, "earning.0.per_amount: Input should be less"),
        (("earning", 0, "pot"), "stamps", "earning.0.pot: 'stamps' is none of the pots"),
        (("rewards", 0, "pot"), "stamps", "rewards.0.pot: 'stamps' is none of the pots"),
        (("rewards", 0, "name"), {"ru": "Кофе"}, "rewards.0.name: has no text in 'en'"),
        (("pots", 0, "expires_after_months"), 121, "pots.0.expires_after_months: Input"),
        (("discount",), {"basis_points": 10_001}, "discount.basis_points: Input should be less"),
        (("contact",), [], "contact: List should have at least 1 item"),
        (("consent",), ..., "consent: Field required"),
    ],
)
def test_a_fault_names_its_place(place: tuple[Any, ...], value: Any, fault: str) -> None:
    found = faults(changed(place, value))
    assert any(fault in sentence for sentence in found), found
    if fault.endswith("unknown key"):
        assert not any("did you mean" in sentence for sentence in found), found


def test_names_stand_once() -> None:
    twice = changed(("pots",), [{"id": "points"}, {"id": "points"}])
    assert faults(twice) == ("pots: 'points' stands there twice",)
    rewards = COFFEE["rewards"] * 2
    assert faults(changed(("rewards",), rewards)) == ("rewards: 'free-coffee' stands there twice",)


def test_every_fault_is_told_at_once() -> None:
    document = changed(("currency",), "x") | {"zone": "y"}
    document["earning"][0]["pot"] = "z"
    assert len(faults(document)) == 3


@pytest.mark.parametrize(
    "text", ["", "schema = ", "schema = 1\nschema = 1", "\x00", "schema = inf"]
)
def test_what_is_no_program_file(text: str) -> None:
    with pytest.raises(ProgramProblem):
        read_toml(text)


PLACES: list[tuple[Any, ...]] = [
    *((name,) for name in COFFEE),
    ("pots", 0),
    ("pots", 0, "id"),
    ("earning", 0, "points"),
    ("rewards", 0, "name"),
    ("rewards", 0, "name", "en"),
    ("consent", "program"),
    ("contact", 0, "label"),
]


@given(place=st.sampled_from(PLACES), value=json_values)
def test_any_value_in_any_place_is_read_or_refused(place: tuple[Any, ...], value: object) -> None:
    document = changed(place, value)
    try:
        read(document)
    except ProgramProblem as problem:
        told = problem.faults
    else:
        return
    assert told
    assert all(": " in sentence for sentence in told)


def test_currencies_have_their_digits() -> None:
    digits = {"USD": 2, "EUR": 2, "RUB": 2, "JPY": 0, "KRW": 0, "KWD": 3, "TND": 3, "CLF": 4}
    assert {code: exponent(code) for code in digits} == digits
    assert not any(is_currency(code) for code in ("", "US", "USDT", "usd", "USD\n", " USD", "ЦУД"))


def test_the_suite_sees_a_lenient_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a reader that fills in what it does not understand."""

    def lenient(document: dict[str, Any]) -> object:
        known = {key: value for key, value in document.items() if key in COFFEE}
        return program_document.ProgramDocument.model_validate(known)

    monkeypatch.setitem(globals(), "read", lenient)
    with pytest.raises(pytest.fail.Exception):
        test_a_fault_names_its_place(("curency",), "USD", "curency: unknown key")
