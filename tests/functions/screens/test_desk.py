"""What a screen is drawn from: colours, and forms that stand there once for each of many."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.pages import drawing
from functions.screens import today
from functions.screens.desk import Desk, Say

ME = {"role": "owner", "name": "Ada", "form_token": "0" * 64, "person": "a" * 26}
PROGRAM = {
    "id": "coffee", "name": {"en": "Daily Cup"}, "design": "coffee", "languages": ["en"],
    "currency": "USD", "zone": "UTC", "pots": [{"id": "points"}],
}  # fmt: skip


class Api:
    """Answers one list of orders."""

    def get(self, address: str, **query: str) -> Any:
        assert address == "/v1/orders"
        named = {"total": 990, "source": "till", "member_id": None, "why": "same_visit",
                 "first_name": "", "other": None}  # fmt: skip
        at = {"occurred_at": "2026-05-04T12:00:00+00:00"}
        orders = [{**named, **at, "id": f"r{n}", "till_id": f"r{n}"} for n in range(3)]
        return {"orders": orders, "next": None}


def desk(**changes: Any) -> Desk:
    given = {"names": {"state": "parked"}, **changes}
    return Desk(Api(), "en", ME, {**PROGRAM, **given.pop("program", {})}, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ["parked", "double"])
def test_each_label_leads_to_a_field_of_its_own(state: str) -> None:
    here = desk(names={"state": state})
    html = str(here.draw(today.orders(here), "today").body)
    ids = re.findall(r'\bid="([^"]+)"', html)
    labels = re.findall(r'<label for="([^"]+)"', html)
    assert len(labels) == 6  # two for each of three
    assert len(set(ids)) == len(ids)
    assert set(labels) <= set(ids)


def test_a_design_of_ones_own_is_none_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr("functions.wiring.designs.count_apart", told.append)
    here = desk(program={"design": "corner"})
    assert here.design is None
    assert "<h1>" in str(here.draw(today.orders(here), "today").body)
    assert told == []
    assert desk().design == "coffee"


def test_a_pot_is_called_as_the_screen_speaks() -> None:
    pots: list[dict[str, Any]] = [
        {"id": "points"},
        {"id": "cups", "kind": "stamps"},
        {"id": "beans", "unit": {"en": "bean, beans", "ru": "зерно, зерна, зёрен"}},
        {"id": "own", "name": {"en": "Hugs", "ru": "Объятия"}},
    ]
    program = {**PROGRAM, "languages": ["en", "ru"], "pots": pots}
    ids = [one["id"] for one in pots]
    assert [Say("en", program).pot(one) for one in ids] == ["Points", "Stamps", "Beans", "Hugs"]
    assert [Say("de", program).pot(one) for one in ids[:2]] == ["Punkte", "Stempel"]
    russian = [Say("ru", program).pot(one) for one in ids]
    assert russian[:2] == ["Баллы", "Штампы"]
    assert russian[3] == "Объятия"


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 1, "1 visit"), ("en", 0, "0 visits"), ("en", 1200, "1,200 visits"),
        ("de", 1, "1 Besuch"), ("de", 2, "2 Besuche"), ("ru", 1, "1 посещение"),
        ("ru", 3, "3 посещения"), ("ru", 11, "11 посещений"), ("ru", 21, "21 посещение"),
    ],
)  # fmt: skip
def test_a_number_brings_its_plural(language: str, number: int, said: str) -> None:
    visits = drawing.words(language, "console")["members"]["visits"]
    assert Say(language, PROGRAM).count(visits, number) == said


def test_a_sentence_without_plurals_counts_as_well() -> None:
    assert Say("en", PROGRAM).count("{n} of {all} left", 1200, all="9") == "1,200 of 9 left"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["1 point", "2 beans", "3 Stars", "4 stamps"]),
        ("ru", ["1 балл", "2 зерна", "3 Stars", "4 штампа"]),
    ],
)
def test_what_a_pot_holds_is_counted_in_its_unit(language: str, said: list[str]) -> None:
    pots: list[dict[str, Any]] = [
        {"id": "points"},
        {"id": "beans", "unit": {"en": "bean, beans", "ru": "зерно, зерна, зёрен"}},
        {"id": "stars", "name": {"en": "Stars"}}, {"id": "cup", "kind": "stamps"},
    ]  # fmt: skip
    say = Say(language, {**PROGRAM, "pots": pots})
    assert [say.counted(one["id"], n) for n, one in enumerate(pots, 1)] == said


def test_a_day_is_over_where_the_shop_is() -> None:
    say = Say("en", {"zone": "Europe/Berlin"})
    today_there = datetime.now(ZoneInfo("Europe/Berlin")).date()
    assert say.is_over((today_there - timedelta(days=1)).isoformat())
    assert not say.is_over((today_there + timedelta(days=1)).isoformat())
