"""Forms of a program's rules: what they show, and the document that comes of what is typed."""

from __future__ import annotations

import copy
import json
import tomllib
from typing import Any

import pytest

from functions.pages.sentences import words
from functions.screens import rule_forms
from functions.screens.typed import TypedError
from loyalty.program import document as program_document
from loyalty.program import ready
from tests.support.world import TEMPLATES

PROGRAMS = sorted(file.stem for file in (TEMPLATES / "programs").glob("*.toml"))


def shipped(name: str) -> dict[str, Any]:
    text = (TEMPLATES / "programs" / f"{name}.toml").read_text(encoding="utf-8")
    read = program_document.read(tomllib.loads(text))
    return dict(json.loads(program_document.dump(read)))


def as_shown(document: dict[str, Any], section: str, **typed: str) -> dict[str, str]:
    """Return what a browser sends of the form as it is shown, with some fields changed."""
    fields = {
        field.name: field.value
        for row in rule_forms.rows(document, section)
        for field in row.fields
        # An unticked box is not sent.
        if field.kind != "yes" or field.value
    }
    return {**fields, **{name.replace("__", "."): value for name, value in typed.items()}}


@pytest.mark.parametrize("section", rule_forms.SECTIONS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_form_sent_as_it_was_shown_changes_nothing(name: str, section: str) -> None:
    before = program_document.read(shipped(name))
    document = json.loads(program_document.dump(before))
    after = rule_forms.changed(document, section, as_shown(document, section))
    assert program_document.read(after) == before


def test_a_number_is_changed_and_what_no_form_shows_stays() -> None:
    document = shipped("bakery")
    kept = copy.deepcopy(document)
    after = rule_forms.changed(
        document, "earning", as_shown(document, "earning", earning__0__points="3")
    )
    assert document == kept
    assert after["earning"][0] == {**document["earning"][0], "points": 3}
    assert {name: one for name, one in after.items() if name != "earning"} == {
        name: one for name, one in document.items() if name != "earning"
    }


def test_a_reward_is_added_named_and_taken_away() -> None:
    document = shipped("coffee")
    typed = as_shown(
        document, "rewards",
        rewards__1__name__en="Café crème", rewards__1__name__ru="Кофе со сливками",
        rewards__1__price="1 50", rewards__1__per_member="2", rewards__1__stocked="yes",
    )  # fmt: skip
    after = rule_forms.changed(document, "rewards", typed)
    assert after["rewards"][1] == {
        "id": "cafe-creme", "pot": "points", "price": 150, "per_member": 2, "stocked": True,
        "name": {"en": "Café crème", "ru": "Кофе со сливками"},
    }  # fmt: skip
    program_document.read(after)
    gone = rule_forms.changed(
        after, "rewards", {**as_shown(after, "rewards"), "rewards.0.remove": "yes"}
    )
    assert [one["id"] for one in gone["rewards"]] == ["cafe-creme"]


def test_names_without_latin_letters_have_ids_of_their_own() -> None:
    document = {**shipped("coffee"), "languages": ["ru"], "rewards": []}
    once = rule_forms.changed(
        document, "rewards", {"rewards.0.name.ru": "Кофе", "rewards.0.price": "5"}
    )
    typed = {**as_shown(once, "rewards"), "rewards.1.name.ru": "Чай", "rewards.1.price": "4"}
    twice = rule_forms.changed(once, "rewards", typed)
    ids = [one["id"] for one in twice["rewards"]]
    assert len(set(ids)) == 2
    assert all(one[0].isalpha() for one in ids)


def test_an_emptied_rule_is_taken_away_and_a_filled_one_made() -> None:
    document = shipped("coffee")
    with_gift = rule_forms.changed(
        document, "gifts", as_shown(document, "gifts", welcome__points="20")
    )
    assert with_gift["welcome"] == {"points": 20, "pot": "points"}
    assert "birthday" not in with_gift
    without = rule_forms.changed(
        with_gift, "gifts", as_shown(with_gift, "gifts", welcome__points="")
    )
    assert "welcome" not in without


@pytest.mark.parametrize(
    ("section", "name", "value", "code"),
    [
        ("earning", "earning.0.points", "many", "not_whole"),
        ("earning", "earning.0.amount", "lots", "not_money"),
        ("rewards", "rewards.1.price", "5", "missing"),
        ("money", "points_as_money.share", "150 parts", "not_percent"),
        ("promotions", "promotions.0.multiplier", "twice", "not_times"),
    ],
)
def test_what_cannot_be_read_names_its_field(
    section: str, name: str, value: str, code: str
) -> None:
    document = shipped("coffee")
    typed = as_shown(document, section)
    if section == "money":
        typed |= {"points_as_money.points": "1", "points_as_money.amount": "1"}
    if section == "promotions":
        typed |= {"promotions.0.name.en": "A", "promotions.0.name.ru": "А"}
    with pytest.raises(TypedError) as told:
        rule_forms.changed(document, section, {**typed, name: value})
    assert told.value.code == code
    assert told.value.field.startswith(name.rpartition(".")[0])


def test_levels_go_with_their_last_one() -> None:
    document = shipped("barber-ladder")
    typed = as_shown(document, "levels")
    gone = {f"tiers.levels.{number}.remove": "yes" for number in range(3)}
    assert "tiers" not in rule_forms.changed(document, "levels", {**typed, **gone})
    more = rule_forms.changed(
        document, "levels", {**typed, "tiers.levels.1.discount": "7,5", "tiers.down": "fit"}
    )
    assert more["tiers"]["levels"][1]["discount"] == 750
    assert more["tiers"]["down"] == "fit"
    program_document.read(more)


def test_forms_are_those_that_a_program_can_use() -> None:
    assert rule_forms.usable(shipped("coffee")) == tuple(rule_forms.SECTIONS)
    assert rule_forms.usable(shipped("barber-ladder")) == ("discount", "levels", "staff")


def test_every_field_and_part_has_a_word() -> None:
    said = words("en", "console")
    for one in ready.ready():
        document = json.loads(program_document.dump(one.program))
        for section in rule_forms.SECTIONS:
            assert section in said["sections"]
            for row in rule_forms.rows(document, section):
                part = row.part.replace(".", "_")
                assert any(f"{kind}_{part}" in said["rules"] for kind in ("one", "part")) or (
                    row.part == "pots"
                )
                assert not row.fresh or row.name == row.part or f"add_{part}" in said["rules"]
                for field in row.fields:
                    assert field.label in said["rules"], field
                    pots = {pot["id"] for pot in document.get("pots", ())}
                    assert set(field.choices) - pots <= set(said["rule_choices"])
