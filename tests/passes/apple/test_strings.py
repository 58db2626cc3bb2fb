"""A phone of another language shows the whole card in it."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest

from loyalty.card.view import CardField
from passes.apple import strings
from passes.apple.pass_json import pass_document
from passes.designs import design
from passes.designs.design import load
from tests.support.apple import make_card, make_fields, token_of
from tests.support.designs import drawn
from tests.support.pkpass import opened, read_strings, translated

if TYPE_CHECKING:
    from datetime import datetime

    from passes.apple.issue import Issuer
    from passes.apple.pass_json import Identity


@pytest.mark.parametrize("name", design.names())
@pytest.mark.parametrize("language", ["en", "ru"])
def test_phones_of_both_languages_find_their_words(
    issuer: Issuer, now: datetime, name: str, language: str
) -> None:
    tier = CardField("tier", "Level", "Gold", "text", "Gold")
    value = CardField("value", "Cashback", 300, "money", "$3", "USD")
    card = make_card(design=name, language=language, fields=(*make_fields(3), tier, value))
    files = opened(issuer.issue(card, now))
    english, russian = (read_strings(files[f"{one}.lproj/pass.strings"]) for one in ("en", "ru"))
    assert english.keys() == russian.keys()
    own = {"en": english, "ru": russian}[language]
    assert all(key == text for key, text in own.items())
    caption = json.loads(files["pass.json"])["storeCard"]["headerFields"][0]["label"]
    assert english[caption] != russian[caption]


@pytest.mark.parametrize("name", design.names())
def test_a_phone_of_the_other_language_shows_the_whole_card_in_it(
    issuer: Issuer, identity: Identity, now: datetime, name: str
) -> None:
    """Never captions in one language over values in the other."""
    tier = CardField("tier", "Level", "Gold", "text", "Gold")
    card = make_card(design=name, fields=(*make_fields(3), tier))
    files = opened(issuer.issue(card, now))
    shown = translated(json.loads(files["pass.json"]), read_strings(files["ru.lproj/pass.strings"]))
    assert shown == drawn(identity, card.also[0])
    assert shown != json.loads(files["pass.json"])


def test_a_card_of_one_language_is_shown_in_that(issuer: Issuer, now: datetime) -> None:
    files = opened(issuer.issue(make_card(also=()), now))
    assert not [name for name in files if "lproj" in name]


def test_a_text_that_stands_for_two_things_is_not_translated(issuer: Issuer, now: datetime) -> None:
    """A member called Gold stays Gold on a Russian phone, even if the level must stay so too."""
    english = make_card(
        design="membership",
        also=(),
        sentences=("Gold",),
        fields=(
            CardField("tier", "Level", "Gold", "text", "Gold"),
            CardField("member", "Member", "Gold", "text", "Gold"),
            CardField("progress", "Next", "3 more", "text", "3 more"),
        ),
    )
    russian = dataclasses.replace(
        english,
        language="ru",
        sentences=("Золотой",),
        fields=(
            CardField("tier", "Уровень", "Золото", "text", "Золото"),
            CardField("member", "Гость", "Gold", "text", "Gold"),
            CardField("progress", "Дальше", "Ещё 3", "text", "Ещё 3"),
        ),
    )
    for lines in (("Gold",), ("5 points",)):
        card = dataclasses.replace(english, sentences=lines, also=(russian,))
        files = opened(issuer.issue(card, now))
        told = read_strings(files["ru.lproj/pass.strings"])
        assert "Gold" not in told or told["Gold"] == "Gold"
        assert told["3 more"] == "Ещё 3"
        law = strings.files(
            "en",
            pass_document(card, load("membership"), issuer.identity, "t" * 16),
            {"ru": pass_document(russian, load("membership"), issuer.identity, "t" * 16)},
            load("membership").words,
        )
        assert told == read_strings(law["ru.lproj/pass.strings"])


def test_line_ends_and_tabs_are_escaped() -> None:
    """Texts of members too: what a bare line end does to the entry, no phone tells."""
    made = strings.files("en", {"label": "K"}, {"ru": {"label": "a\r\nb\tc"}}, {"en": {}, "ru": {}})
    text = made["ru.lproj/pass.strings"].decode("utf-16")
    assert text == '"K" = "a\\r\\nb\\tc";\n'


def test_strings_survive_quotes_and_every_plane() -> None:
    text = 'a "b" \\ c 👩‍👩‍👧 \u202bمرحبا 100%'
    made = strings.files("en", {"label": "K"}, {"ru": {"label": text}}, {"en": {}, "ru": {}})
    assert read_strings(made["ru.lproj/pass.strings"]) == {"K": text}
    assert strings.files("en", {"label": "K"}, {}, {"en": {}}) == {}


def test_a_name_that_is_one_of_the_words_is_not_translated(identity: Identity) -> None:
    """A customer called News must not become «Новости» on a Russian phone."""
    card = make_card(fields=make_fields(1, member="News"), program_name="News")
    document = pass_document(card, load("coffee"), identity, token_of(card.serial))
    (member,) = [one for one in document["storeCard"]["backFields"] if one["key"] == "member"]
    assert member["value"] != "News"
    assert member["value"].replace("\u2060", "") == "News"
    assert document["logoText"] not in load("coffee").words["en"].values()
