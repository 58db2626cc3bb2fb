from __future__ import annotations

import re
from itertools import product
from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.pages import colours
from functions.pages import drawing as pages
from functions.pages.application_form import JoinRequest
from loyalty.languages import LANGUAGES
from passes.designs import design as designs

if TYPE_CHECKING:
    from collections.abc import Mapping


def flat(tables: Mapping[str, Any]) -> dict[str, str]:
    return {f"{table}.{key}": text for table, keys in tables.items() for key, text in keys.items()}


def test_every_language_has_every_sentence_with_the_same_parts() -> None:
    english = flat(pages.words("en"))
    for language in LANGUAGES:
        other = flat(pages.words(language))
        assert other.keys() == english.keys()
        for key, text in other.items():
            assert text.strip(), key
            parts = {name for _, name, _, _ in Formatter().parse(text) if name}
            expected = {name for _, name, _, _ in Formatter().parse(english[key]) if name}
            # English says "a minute" where other languages count it.
            assert parts == expected or key.endswith("_one"), key


PROPER_NAMES = {"Telegram"}
"""Written alike in every language."""


def test_russian_is_russian() -> None:
    for key, text in flat(pages.words("ru")).items():
        said = re.sub(r"\{[^}]*\}", "", text)
        if any(map(str.isalpha, said)) and said not in PROPER_NAMES:
            assert re.search(r"[\u0430-\u0451]", said), key


def test_no_sentence_of_the_pages_names_what_some_programs_count() -> None:
    """Not points where there are stamps or money, and none where a program has a discount only."""
    counted = re.compile(
        r"\bpoints\b|\bpunkt|stamp|stempel|cashback|балл|штамп|кэшб[эе]к", re.IGNORECASE
    )
    for language in LANGUAGES:
        for key, text in flat(pages.words(language)).items():
            assert not counted.search(text), (key, text)


def test_every_sentence_is_used_and_every_used_one_exists() -> None:
    project = pages.PAGES.parent.parent
    files = (*pages.PAGES.glob("*.html"), *project.glob("functions/**/*.py"))
    sources = "".join(path.read_text() for path in files)
    for key in flat(pages.words("en")):
        table, _, name = key.partition(".")
        computed = table in ("faults", "happened", "topics") or name.split("_")[0] in (
            "minutes",
            "hours",
        )
        wallet = key in ("card.apple", "card.google")
        assert computed or wallet or f"words.{key}" in sources or f'"{name}"' in sources, key


def test_every_fault_code_has_a_sentence() -> None:
    codes = set(pages.words("en")["faults"])
    source = (pages.PAGES.parent.parent / "functions/pages/application_form.py").read_text()
    used = set(re.findall(r'faults\["\w+"\] = "(\w+)"', source))
    assert used
    assert used <= codes
    assert {"invalid_phone", "invalid_email", "contact_missing", "phone_missing"} <= codes
    assert JoinRequest.model_config["extra"] == "forbid"


def readable_pairs(background: str, foreground: str, label: str) -> list[tuple[str, str, float]]:
    pairs = []
    for palette in (
        colours.light(background, foreground),
        colours.dark(background, foreground, label),
    ):
        for text, ground in product(
            (palette.ink, palette.soft, palette.accent_text, palette.wrong),
            (palette.page, palette.surface),
        ):
            pairs.append((text, ground, 4.5))
        pairs += [(palette.line, ground, 3.0) for ground in (palette.page, palette.surface)]
        pairs.append((palette.on_accent, palette.accent, 4.5))
    return pairs


hex_colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@settings(deadline=None, max_examples=200)
@given(hex_colours, hex_colours, hex_colours)
def test_any_design_gives_readable_pages(background: str, foreground: str, label: str) -> None:
    for text, ground, least in readable_pairs(background, foreground, label):
        assert colours.contrast(text, ground) >= least, (text, ground)


@pytest.mark.parametrize("name", designs.names())
def test_the_shipped_designs_are_readable_on_the_card_itself(name: str) -> None:
    loaded = designs.load(name)
    assert colours.contrast(loaded.foreground, loaded.background) >= 4.5
    assert colours.contrast(loaded.label, loaded.background) >= 4.5


def test_what_is_pressed_on_the_pages_of_a_pale_card_does_not_look_switched_off() -> None:
    """A white card with black words has black buttons, and a yellow one is yellow in the dark."""
    for pale in ("#ffffff", "#fefefe", "#ffe600", "#fff4e3"):
        day, night = colours.light(pale, "#141414"), colours.dark(pale, "#141414", "#5a5a5a")
        assert (day.accent, day.on_accent) == ("#141414", pale)
        assert (night.accent, night.on_accent) == (pale, "#141414")
        assert colours.contrast(day.ink, day.page) > 12


def test_the_contrast_measure_is_the_one_of_wcag() -> None:
    assert colours.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert colours.contrast("#ff0000", "#ff0000") == 1
    # Negative control: an unadjusted pale accent would have failed.
    assert colours.contrast("#fff4e3", colours.light("#fff4e3", "#4a2c1d").page) < 4.5
