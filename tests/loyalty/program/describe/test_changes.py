"""What an owner reads of two versions: nothing that differs goes untold, in either language."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from loyalty.program.describe.changes import changes
from loyalty.program.rules import Expiry, Holiday, Location, Program, Window
from tests.loyalty.program.describe.saying import COFFEE
from tests.support.extent import part
from tests.support.programs import programs

MITTE = Location(
    "mitte",
    {"en": "Mitte", "ru": "Митте"},
    52.5,
    13.4,
    address={"en": "Torstr. 1", "ru": "Торштр. 1"},
    hours=(Window(("mon", "tue", "wed"), "08:00", "18:00"),),
    holidays=(
        Holiday("2026-12-24", hours=(Window((), "08:00", "12:00"),)),
        Holiday("2026-12-25", "2026-12-26", {"en": "Christmas", "ru": "Рождество"}),
    ),
)
SHOP = replace(COFFEE, locations=(MITTE,))


def told(before: Program, after: Program, language: Any = "en") -> dict[str, str]:
    return {
        one.path: one.sentence.replace("\xa0", " ").replace("\u202f", " ")
        for one in changes(before, after, language)
    }


def test_a_rule_is_told_as_it_is_said() -> None:
    (rule,) = SHOP.earning
    after = replace(SHOP, earning=(replace(rule, points=5),))
    assert told(SHOP, after) == {
        "earning": "Earning: until now “10 points for every $1.”, "
        "from now on “5 points for every $1.”"
    }
    assert told(SHOP, after, "ru") == {
        "earning": "Начисление: было «10 баллов за каждый 1 $.», стало «5 баллов за каждый 1 $.»"
    }
    assert told(SHOP, SHOP) == {}


def test_what_no_sentence_tells_is_told_beside_what_one_does() -> None:
    (pot,) = SHOP.pots
    after = replace(SHOP, pots=(replace(pot, reminder_days=3, expiry=Expiry(months=6)),))
    found = told(SHOP, after)
    assert found["pots"].startswith("How long value lives: until now “Points live 12 months")
    assert found["pots.points.reminder_days"] == (
        "Reminder before value ends, in days (pots.points.reminder_days): 14 becomes 3"
    )


def test_a_place_that_opens_moves_and_closes() -> None:
    assert told(COFFEE, SHOP)["locations.mitte"] == (
        "Locations (locations.mitte): new is “Mitte” Torstr. 1. Open Mon–Wed 8:00 AM–6:00 PM. "
        "On December 24, 2026 open 8:00 AM–12:00 PM. "
        "Closed on December 25, 2026 to December 26, 2026 (Christmas)."
    )
    moved = replace(SHOP, locations=(replace(MITTE, latitude=52.6, hours=()),))
    found = told(SHOP, moved)
    assert found["locations.mitte.latitude"].endswith(": 52.5 becomes 52.6")
    assert found["locations.mitte.hours"].endswith("6:00 PM is gone")
    gone = told(SHOP, replace(SHOP, locations=()))
    assert gone["locations.mitte"].startswith("Locations (locations.mitte): “Mitte”")


def test_a_text_in_one_language_is_told_to_who_reads_the_other() -> None:
    name = {**SHOP.name, "ru": "Иначе"}
    assert told(SHOP, replace(SHOP, name=name)) == {
        "name.ru": "Name (name.ru): “Клуб «Чашка дня»” becomes “Иначе”"
    }


# Rules of which one sentence may tell together.
_TOGETHER = (
    {"promotions", "stacking"},
    {"welcome", "birthday", "referral"},
    {"caps", "limits", "cool_down_minutes"},
    {"basis", "debt", "returned_value_days", "hold_minutes", "undo_minutes", "staff"},
)


@pytest.mark.parametrize("language", ["en", "ru"])
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=part(40, 20), deadline=None)
@given(before=programs(), after=programs())
def test_every_rule_that_differs_is_told(language: Any, before: Program, after: Program) -> None:
    heads = {path.partition(".")[0] for path in told(before, after, language)}
    for field in fields(Program):
        name = field.name
        if name in {"version", "card_version"}:
            continue
        if getattr(before, name) == getattr(after, name):
            continue
        mates = next((group for group in _TOGETHER if name in group), {name})
        assert mates & heads, name
