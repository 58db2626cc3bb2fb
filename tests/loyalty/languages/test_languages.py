"""A language is one file of words: nothing else knows which there are. German is the proof."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from infra.program_cards import card_faults
from loyalty.card import samples
from loyalty.languages import LANGUAGES, spoken
from loyalty.program.checks import contradictions
from loyalty.program.describe import describe, warnings
from loyalty.program.describe.changes import changes
from passes.designs import design
from tests.support.deployed import ROOT
from tests.support.speaking import speaking
from tests.support.world import TEMPLATES, shipped

SHIPPED = sorted(file.stem for file in (TEMPLATES / "programs").glob("*.toml"))
_ENGLISH = re.compile(
    r"\b(the|for|every|of|your|you|with|after|from|until|and|or|is|points|stamps|visits|off)\b"
)
_RUSSIAN = re.compile(r"[а-яё]", re.IGNORECASE)
_OWN_PLACE = "loyalty/languages"


def test_the_languages_are_the_files_of_words_english_first() -> None:
    files = {file.stem for file in (ROOT / _OWN_PLACE).glob("??.py")}
    assert LANGUAGES[0] == "en"
    assert set(LANGUAGES) == files
    assert "de" in LANGUAGES


def test_nothing_else_names_german() -> None:
    naming = re.compile(r"""["'](de|de-DE|de_DE)["']|\bGerman\b""")
    found = [
        path.relative_to(ROOT).as_posix()
        for place in ("functions", "loyalty", "passes", "infra", "templates")
        for path in (ROOT / place).rglob("*")
        if path.suffix in {".py", ".toml", ".html", ".js", ".yml", ".css"}
        and _OWN_PLACE not in path.as_posix()
        and naming.search(path.read_text(encoding="utf-8"))
    ]
    # A noun's case is told in an example where it is made, and a holiday may be called so; no code
    # depends on either.
    assert sorted(found) == ["loyalty/campaigns/holiday_table.py", "loyalty/words/__init__.py"]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_program_says_everything_in_german(name: str) -> None:
    program = speaking(shipped(name), "de")
    less = replace(program, rewards=(), promotions=(), tiers=None, earning=(), referral=None)
    cards = [one for state in samples.states(program) for one in state.cards]
    german = [one for one in cards if one.language == "de"]
    assert german
    lines = [
        *describe(program, "de"),
        *describe(program, "de", "staff"),
        *warnings(program, "de"),
        *(one.sentence for one in (*changes(less, program, "de"), *changes(program, less, "de"))),
        *(text for one in german for field in one.fields for text in (field.label, field.text)),
        *(
            text
            for text in (field.change_message for one in german for field in one.fields)
            if text
        ),
    ]
    assert lines
    # What a shop and its member are called is theirs: changes quote it, in every language.
    own = re.compile(r"Name \(|Ж{3}|Anna|currency|stacking")
    foreign = [one for one in lines if _ENGLISH.search(one) or _RUSSIAN.search(one)]
    assert [one for one in foreign if not own.search(one)] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_both_wallets_take_a_german_card(name: str) -> None:
    program = speaking(shipped(name), "de")
    assert list(contradictions(program)) == []
    assert card_faults(program) == ()


@pytest.mark.parametrize("name", design.names())
def test_a_shipped_design_speaks_every_language(name: str) -> None:
    loaded = design.load(name)
    assert set(loaded.words) == set(LANGUAGES)
    for language, words in loaded.words.items():
        assert words["about"] == spoken(language).DESIGNS["about"]


def test_a_german_sentence_reads_as_people_say_it() -> None:
    program = speaking(shipped("cashback"), "de")
    said = [line.replace("\u00a0", " ") for line in describe(program, "de")]
    assert said[0].startswith("Von jedem Einkauf gibt es 5 % zurück")
