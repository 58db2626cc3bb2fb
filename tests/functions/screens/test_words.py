"""The console and the page at the counter say the same things in every language they have."""

from __future__ import annotations

import re
import tomllib
from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest

from functions.pages.sentences import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOMS = ("console", "till")
BY_CODE = {
    *(
        "kit",
        "nav",
        "numbers",
        "orders.double",
        "orders.doubles",
        "orders.forgets",
        "orders.keeps",
        "orders.parked",
        "orders.why",
        "rewards",
        "team",
        "tills",
    ),
    "told",
}
"""Tables of which some sentence is named by what the API tells."""
DOCUMENTS = {"broadcasts", "causes", "draws", "saving"}
"""Tables that screens of several kinds say in the same words."""
COMPUTED = {
    "again",
    "addresses",
    "ago",
    "asks",
    "calendar",
    "campaign_actions",
    "campaign_states",
    "campaigns",
    "card",
    "changed",
    "channels",
    "chips",
    "choose_when",
    "coupons",
    "events",
    "done",
    "deployment",
    "draw_stages",
    "till_health",
    "faults",
    "feedback_filters",
    "feedback_states",
    "ended",
    "promotion_times",
    "figures",
    "groups",
    "lacks",
    "looks",
    "moved",
    "moving",
    "moving_answers",
    "moving_fields",
    "outcomes",
    "purposes",
    "roles",
    "rule_choices",
    "rules",
    "saving_counts",
    "sections",
    "start",
    "tools",
    "vendors",
    "visit_columns",
    "visit_faults",
    "visit_states",
    "visits",
    "ways",
    "week",
    "weekly",
    "what",
    "when",
}


FORMS = {"en": {"one", "other"}, "de": {"one", "other"}, "ru": {"one", "few", "many"}}
"""The plurals that a whole number needs in each language (CLDR)."""


def flat(found: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, text in found.items():
        if isinstance(text, dict) and not counts(text):
            yield from flat(text, f"{before}{name}.")
        elif isinstance(text, dict):
            yield f"{before}{name}", "\n".join(text.values())
        else:
            yield f"{before}{name}", "\n".join(text) if isinstance(text, list) else text


def counts(text: Mapping[str, Any]) -> bool:
    """Tell whether these are the forms of one sentence with a number in it."""
    return text.keys() <= {"zero", "one", "two", "few", "many", "other"}


def tables(room: str, language: str) -> dict[str, Any]:
    file = TEMPLATES / room / "words" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def words(room: str, language: str) -> dict[str, str]:
    return dict(flat(tables(room, language)))


def parts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("language", ["de", "ru"])
def test_a_language_says_everything_with_the_same_parts(room: str, language: str) -> None:
    english, other = words(room, "en"), words(room, language)
    assert other.keys() == english.keys()
    for key, text in other.items():
        assert text.strip(), key
        assert parts(text) == parts(english[key]), key


@pytest.mark.parametrize("room", ROOMS)
def test_no_russian_sentence_ends_with_a_day(room: str) -> None:
    # A day ends with a point of its own, behind the word for its year.
    ending = {key: text for key, text in words(room, "ru").items() if "{day}." in text}
    assert ending == {}


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("language", FORMS)
def test_what_is_counted_has_every_plural_of_its_language(room: str, language: str) -> None:
    found = [
        (f"{table}.{name}", text)
        for table, sentences in tables(room, language).items()
        for name, text in sentences.items()
        if isinstance(text, dict) and counts(text)
    ]
    assert found or room == "till"
    for key, text in found:
        assert text.keys() == FORMS[language], key
        # One thing may go without its number, where only one is told so: "every day".
        alone = {"one"} if "other" in text else set()
        said = {frozenset(parts(one)) for form, one in text.items() if form not in alone}
        assert len(said) == 1, key
        assert "n" in said.pop(), key


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_is_used(room: str) -> None:
    files = [path for path in (TEMPLATES / room).iterdir() if path.is_file()]
    files += (TEMPLATES.parent / "functions" / "screens").glob("*.py")
    sources = "".join(path.read_text(encoding="utf-8") for path in files)
    for key in words(room, "en"):
        table, _, name = key.rpartition(".")
        if table.split(".")[0] in COMPUTED:
            continue
        spelt = rf'words\.{table}\.{name}\b|words\.{table}\["{name}"\]|told\.{name}\b|"{name}"'
        by_code = table in BY_CODE or (
            table in DOCUMENTS and re.search(rf"said\.{name}\b", sources)
        )
        assert by_code or re.search(spelt, sources), key
