"""Texts by language: the first is needed, and stands in for what the others lack."""

from __future__ import annotations

import pytest

from loyalty.languages import LANGUAGES, spoken
from loyalty.program.by_language import completed, faults, filled, told_in, worded
from loyalty.program.describe import describe
from loyalty.program.describe.speaker import Speaker
from loyalty.words import unit_forms
from tests.support.deciding import program


def test_the_first_language_stands_in_for_the_others() -> None:
    assert completed({"ru": "Да", "en": "Yes"}, ("en", "ru", "de")) == {
        "en": "Yes", "ru": "Да", "de": "Yes",
    }  # fmt: skip
    assert completed({"en": "Yes", "ru": ""}, ("en", "ru")) == {"en": "Yes", "ru": "Yes"}
    assert completed({"ru": "Да"}, ("en", "ru")) == {"ru": "Да"}


def test_only_texts_are_completed_in_what_was_sent() -> None:
    sent = {"text": {"en": "Hi"}, "prizes": [{"text": {"en": "A cup"}, "odds": 1}], "none": {}}
    assert worded(sent, ("en", "ru")) == {
        "text": {"en": "Hi", "ru": "Hi"},
        "prizes": [{"text": {"en": "A cup", "ru": "A cup"}, "odds": 1}],
        "none": {},
    }


@pytest.mark.parametrize(
    ("texts", "needed", "found"),
    [
        ({"en": "Hi"}, True, []),
        ({"en": "Hi", "ru": "Привет"}, True, []),
        ({}, False, []),
        ({}, True, ["/text language_missing"]),
        ({"ru": "Привет"}, False, ["/text language_missing"]),
        ({"en": "Hi", "de": "Hallo"}, True, ["/text/de unknown_language"]),
    ],
)
def test_what_is_wrong_with_a_text(
    texts: dict[str, str],
    needed: bool,  # noqa: FBT001 - as the table says it
    found: list[str],
) -> None:
    told = faults(texts, "/text", ("en", "ru"), needed=needed)
    assert [f"{one.pointer} {one.code}" for one in told] == found


@pytest.mark.parametrize("own", LANGUAGES)
@pytest.mark.parametrize("reader", LANGUAGES)
def test_a_noun_of_ones_own_has_the_forms_that_a_language_counts_with(
    own: str, reader: str
) -> None:
    forms = {"en": "bean, beans", "de": "Bohne, Bohnen", "ru": "боб, боба, бобов, бобы"}[own]
    pots = [{"id": "points", "unit": {own: forms}}]
    one = told_in(program(languages=[own], name={own: "Zq"}, pots=pots, rewards=[]), reader)
    unit = (one.pots[0].unit or {})[reader]
    assert reader == own or len(unit_forms(unit)) == len(spoken(reader).UNIT_FORMS)
    many = {"en": "5 beans", "de": "5 Bohnen", "ru": "5 бобов"}[own]
    assert Speaker(one, reader).counted("points", 5) == many


def test_a_program_is_told_in_a_language_that_it_does_not_speak() -> None:
    rewards = [{"id": "cup", "pot": "points", "price": 9, "name": {"en": "Cup"}}]
    one = program(languages=["en"], rewards=rewards)
    assert "Cup für 9 Punkte." in describe(one, "de")
    assert "Cup за 9 баллов." in describe(one, "ru")
    assert one.language("de") == "en", "customers are told in what the program speaks"
    assert filled(one) == one
