"""What a card says: the way up a ladder, the program's own words, and nothing on a closed one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from loyalty.card.drawing import card
from loyalty.card.showcase import states
from loyalty.core.account import Account, Month, Pot
from loyalty.core.calendar import month
from loyalty.core.member import Member
from loyalty.core.tiers import VISIT
from loyalty.program.describe import describe
from loyalty.program.document import dump, read, read_toml
from passes.designs import design
from tests.support.world import TEMPLATES

if TYPE_CHECKING:
    from loyalty.languages import Language
    from loyalty.program.rules import Program

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
NOVEMBER = month(NOW, "UTC")
FAR = int((NOW + timedelta(days=900)).timestamp())


def shipped(name: str) -> Program:
    return read_toml((TEMPLATES / "programs" / f"{name}.toml").read_text(encoding="utf-8"))


SHIPPED = sorted(file.stem for file in (TEMPLATES / "programs").glob("*.toml"))
LADDER = shipped("ladder")
COFFEE = shipped("coffee")


def member(program: Program, language: str = "en") -> Member:
    return Member(
        program=program.id,
        id="m" * 32,
        serial="s" * 32,
        card_code="1.A.B.C",
        link_generation=1,
        card_version=0,
        first_name="Ann",
        contact=None,
        birthday=None,
        language=language,
        consent_version="1",
        marketing_consent_version=None,
        enrolled_at=datetime(2026, 3, 5, tzinfo=UTC),
        referrer=None,
    )


def said(program: Program, account: Account, language: str = "en") -> dict[str, tuple[str, str]]:
    """Return caption and text of every field of a card."""
    drawn = card(program, member(program, language), account, NOW, language)
    plain = "\u00a0\u202f"
    return {
        one.key: (one.label, "".join(" " if c in plain else c for c in one.text))
        for one in drawn.fields
    }


def climbed(level: int, **months: tuple[int, int, int]) -> Account:
    """Return a ladder's member; ``ago3=(spend, visits, points)`` is what was three months ago."""
    figures = {NOVEMBER - int(back[3:]): Month(*what) for back, what in months.items()}
    counters = {VISIT: (max(figures), Fraction(1))} if figures else {}
    return Account(LADDER.id, "ann", level=level, months=figures, counters=counters)


@pytest.mark.parametrize(
    ("language", "way", "keep"),
    [
        (
            "en",
            ("Level: Ten", "$160 more to 15%"),
            ("To keep your level", "1 visit by Feb 28"),
        ),
        (
            "ru",
            ("Уровень: Десять", "до 15 %: 160 $"),
            ("Сохранить уровень", "1 визит до 28.02"),
        ),
    ],
)
def test_the_ladder_card_sells_the_ladder(
    language: str, way: tuple[str, str], keep: tuple[str, str]
) -> None:
    fields = said(LADDER, climbed(1, ago0=(24000, 1, 0)), language)
    assert fields["way"] == way
    assert fields["keep"] == keep
    assert fields["climb"][1] in {"2 of 5", "2 из 5"}


def test_what_keeps_a_level_by_spend_is_told_with_amount_and_day() -> None:
    spending = replace(LADDER, tiers=replace(LADDER.tiers, quiet_months=None))  # type: ignore[type-var]
    account = climbed(1, ago12=(15000, 1, 0), ago0=(6000, 1, 0))
    # From December on only 60 of 200 count; two months of grace end with January.
    assert said(spending, account)["keep"][1] == "$140 by Jan 31"
    safe = climbed(1, ago0=(30000, 1, 0))
    assert said(spending, safe)["keep"][1] == "$200 by Jan 31, 2028"


def test_the_top_the_bottom_and_what_is_kept_for_ever() -> None:
    top = said(LADDER, climbed(4, ago0=(120000, 1, 0)))
    assert top["way"] == ("Level: Thirty", "The highest level")
    assert top["climb"][1] == "5 of 5"
    assert "keep" not in said(LADDER, climbed(0))
    ever = said(shipped("barber-ladder"), Account("barber-ladder", "ann", level=1, spend=30000))
    assert ever["keep"][1] == "Nothing to do: it stays yours"
    assert ever["way"] == ("Level: Regular", "$200 more to 10%")


def test_a_level_without_a_larger_discount_is_told_by_its_name() -> None:
    fields = said(shipped("membership"), Account("membership", "ann"))
    assert fields["way"] == ("Level: Bronze", "€500 more to Silver")
    russian = said(shipped("membership"), Account("membership", "ann"), "ru")
    assert russian["way"][1] == "ещё 500 € — и «Серебро»"


@pytest.mark.parametrize("name", ["barber-ladder", "ladder", "membership"])
def test_every_ladders_design_shows_way_and_level_in_front_and_at_google(name: str) -> None:
    worn = design.load(shipped(name).design)
    front = {place.field for place in worn.apple_fields if place.group != "back"}
    assert "way" in front
    poster = {place.field for place in worn.apple.poster_fields if place.group != "back"}
    assert "way" in poster
    google = worn.google.layout
    rows = {field for row in google.rows for place in row for field in place}
    assert {"way", "keep"} <= rows
    assert "tier" in {one.field for one in google.modules}, "Google translates no text in points"
    everywhere = {place.field for place in worn.apple_fields}
    assert {"keep", "tier"} <= everywhere


def test_cashback_shows_what_it_is_worth() -> None:
    cashback = shipped("cashback")
    account = Account("cashback", "ann", pots={"points": Pot(((FAR, 2600),))})
    fields = said(cashback, account)
    assert fields["balance"] == ("Cashback", "€26")
    assert fields["worth"] == ("Pays", "€26")
    for key in ("balance", "worth"):
        field = card(cashback, member(cashback), account, NOW).field(key)
        assert field
        assert (field.value, field.kind, field.currency) == (2600, "money", "EUR")
    # The same picture for a program whose points are spent on rewards only: a number, not nothing.
    rewards_only = replace(cashback, points_as_money=None)
    plain = card(rewards_only, member(rewards_only), account, NOW)
    assert plain.field("worth") is None
    balance = plain.field("balance")
    assert balance
    assert (balance.value, balance.kind, balance.text) == (2600, "number", "2,600")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_is_money_is_said_in_money_on_every_surface(language: Language) -> None:
    cashback = shipped("cashback")
    soon = int(NOW.timestamp()) + 86400
    account = Account("cashback", "ann", pots={"points": Pot(((soon, 2500), (FAR, 100)))})
    drawn = card(cashback, member(cashback, language), account, NOW, language)
    texts = [field.text for field in drawn.fields]
    told = [*texts, *drawn.sentences, *describe(cashback, language, "staff")]
    assert not [text for text in told if re.search(r"\bpoints?\b|балл", text)]
    assert drawn.field("expiry").text.startswith({"en": "€25 ", "ru": "25\u00a0€ "}[language])  # type: ignore[union-attr]
    named = replace(cashback.pots[0], name={"en": "Points", "ru": "Баллы"})
    counted = replace(cashback, pots=(named,))
    assert card(counted, member(counted), account, NOW).field("balance").text == "2,600"  # type: ignore[union-attr]
    assert describe(counted, "en")[0] == "5 points for every €1."


@pytest.mark.parametrize("name", SHIPPED)
def test_no_front_has_more_than_a_phone_has_room_for(name: str) -> None:
    """Two short texts fit into the row; on a poster a fourth line reaches into the picture."""
    program = shipped(name)
    for worn in (design.load(program.design), design.load(design.PLAIN)):
        for state in states(program, design.balances(worn)):
            has = {field.key for field in state.cards[0].fields}
            row = [
                one.field
                for one in worn.apple_fields
                if one.group in {"secondary", "auxiliary"} and one.field in has
            ]
            assert len(row) <= 2, state.what
            lines = [
                one.field
                for one in worn.apple.poster_fields
                if one.group == "primary" and one.field in has
            ]
            assert len(lines) <= 3, state.what


@pytest.mark.parametrize("name", design.names())
def test_every_design_shows_a_ready_reward_in_front(name: str) -> None:
    worn = design.load(name)
    for places in (worn.apple_fields, worn.apple.poster_fields):
        assert "reward" in {place.field for place in places if place.group != "back"}
    assert "reward" in {one for row in worn.google.layout.rows for place in row for one in place}


@pytest.mark.parametrize("name", design.names())
def test_no_front_says_the_level_twice(name: str) -> None:
    """The caption of `way` is the level's name, unless the design has another one."""
    worn = design.load(name)
    fronts = [
        {one.field: one.caption for one in places if one.group != "back"}
        for places in (worn.apple_fields, worn.apple.poster_fields)
    ]
    google = worn.google.layout
    rows = {one for row in google.rows for place in row for one in place}
    fronts.append({one.field: one.caption for one in google.modules if one.field in rows})
    for front in fronts:
        assert not ({"tier", "way"} <= front.keys() and front["way"] is None)


def test_a_closed_card_promises_nothing() -> None:
    pots = {"points": Pot(((int(NOW.timestamp()) + 86400, 60),))}
    living = said(COFFEE, Account("coffee", "ann", pots=pots))
    assert {"progress", "expiry"} <= living.keys()
    closed = said(COFFEE, Account("coffee", "ann", pots=pots, closed=1))
    assert closed.keys() == {"balance", "member", "shop", "since"}
    gone = Account("coffee", "ann", pots=pots, closed=1)
    assert card(COFFEE, member(COFFEE), gone, NOW).sentences == ()
    ladder = said(LADDER, replace(climbed(1, ago0=(24000, 1, 0)), closed=1))
    assert not {"way", "keep", "warning"} & ladder.keys()


NAMED = {
    "one of many": {"name": {"en": "Bonuses", "ru": "Бонусы"}},
    "own": {
        "name": {"en": "Crumbs", "ru": "Крошки"},
        "unit": {"en": "crumb, crumbs", "ru": "крошка, крошки, крошек, крошки"},
    },
}


@pytest.mark.parametrize(
    ("pot", "balance", "progress", "rule"),
    [
        ("one of many", "Бонусы", "Кофе: ещё 58 бонусов", "10 бонусов за каждый 1 $."),
        ("own", "Крошки", "Кофе: ещё 58 крошек", "10 крошек за каждый 1 $."),
    ],
)
def test_what_a_pot_counts_has_the_programs_word(
    pot: str, balance: str, progress: str, rule: str
) -> None:
    document = json.loads(dump(COFFEE))
    document["pots"] = [{"id": "points", **NAMED[pot]}]
    document["rewards"][0]["name"] = {"en": "Coffee", "ru": "Кофе"}
    program = read(document)
    account = Account("coffee", "ann", pots={"points": Pot(((FAR, 42),))})
    fields = said(program, account, "ru")
    assert fields["balance"] == (balance, "42")
    assert fields["progress"][1] == progress
    drawn = card(program, member(program, "ru"), account, NOW, "ru")
    assert drawn.sentences[0].replace("\u00a0", " ") == rule
    assert drawn.field("balance").change_message == f"{balance}: %@"  # type: ignore[union-attr]
