"""What an owner is warned of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty.program.describe import MOST_SENTENCES, describe, warnings
from loyalty.program.rules import (
    Basis,
    Bonus,
    Cap,
    Expiry,
    Filter,
    Goods,
    Level,
    Limit,
    PointsAsMoney,
    PotRule,
    Tiers,
)
from tests.loyalty.program.describe.saying import (
    BARBER,
    BARE,
    BASIC,
    COFFEE,
    GOLD,
    LEVELS,
    POINTS,
    RULE,
    STAMPS,
    plain,
    promotion,
)

WARNED: list[tuple[dict[str, Any], str, str]] = [
    ({}, "this program gives nothing", "программа ничего не даёт"),
    ({"currency": "ZZZ"}, "currency: ZZZ is no money", "currency: ZZZ — таких денег нет"),
    (
        {"rewards": COFFEE.rewards, "caps": (Cap(POINTS, "year", 99),)},
        "rewards.0: costs more than caps.0 lets anybody earn in a year",
        "rewards.0: стоит больше, чем caps.0 даёт заработать за год",
    ),
    (
        {"earning": (RULE, RULE)},
        "earning.1: says the same as earning.0",
        "earning.1: повторяет earning.0",
    ),
    (
        {"promotions": (promotion(), promotion(id="q"))},
        "promotions.1: says the same as promotions.0",
        "promotions.1: повторяет promotions.0",
    ),
    (
        {
            "earning": (replace(RULE, only=Filter(categories=("coffee",))),),
            "categories": (Goods("cofee", {"en": "Coffee", "ru": "Кофе"}),),
        },
        "categories.0.id: no rule names 'cofee'; did you mean 'coffee'?",
        "categories.0.id: ни одно правило не называет 'cofee'; имелось в виду 'coffee'?",
    ),
    (
        {"name": {"en": BARE.organization, "ru": BARE.organization}},
        "name and organization: a card says",
        "name и organization: карта дважды подряд скажет",
    ),
    (
        {"tiers": Tiers((Level("a", {"en": "Member", "ru": "Участник"}),))},
        "tiers.levels.0.name: 'Member' is what cards call something else",
        "tiers.levels.0.name: словом 'Участник' карты называют другое",
    ),
    (
        {"pots": (PotRule(POINTS, name={"en": "Crumbs", "ru": "Крошки"}),)},
        "pots.0: it is called 'Crumbs', but counted in points",
        "pots.0: это 'Крошки', а считается в «баллов»",
    ),
    (
        {"caps": (Cap(POINTS, "day", 9), Cap(POINTS, "order", 9))},
        "caps.1: a big purchase earns nothing at all",
        "caps.1: крупная покупка не приносит ничего",
    ),
    (
        {"promotions": (promotion(), promotion(id="q")), "stacking": "first"},
        "stacking = 'first': customers cannot tell",
        "stacking = 'first': клиент не поймёт",
    ),
    (
        {
            "pots": (
                PotRule("a", expiry=Expiry(months=3)),
                PotRule("b", "stamps", expiry=Expiry(inactivity_months=3)),
            )
        },
        "pots.0.expiry, pots.1.expiry: value ends in different ways",
        "pots.0.expiry, pots.1.expiry: сроки устроены по-разному",
    ),
    (
        {"pots": (STAMPS, PotRule("b", "stamps"))},
        "pots.0, pots.1: several pots of stamps",
        "pots.0, pots.1: несколько счетов вида stamps",
    ),
    (
        {"earning": (RULE,)},
        "pots.0: nothing can be bought with 'points'",
        "pots.0: на 'points' ничего нельзя купить",
    ),
    (
        {"rewards": COFFEE.rewards},
        "pots.0: nothing ever fills 'points'",
        "pots.0: ничто не пополняет 'points'",
    ),
    (
        {"earning": (RULE,) * 3},
        "earning.0, earning.1, earning.2: 3 rules fill 'points'",
        "earning.0, earning.1, earning.2: правил для 'points' — 3",
    ),
    (
        {"basis": Basis("before", "without", "with")},
        "basis: before discounts, without tax, and with tips at once",
        "basis: до скидок, без налога и с чаевыми сразу",
    ),
    ({"tiers": Tiers(LEVELS)}, "tiers.levels: 4 different ways up", "разных путей наверх — 4"),
    (
        {"tiers": Tiers(LEVELS, "rolling", down="fit")},
        "tiers: levels fall without notice",
        "tiers: уровни падают без предупреждения",
    ),
    (
        {"tiers": Tiers((Level("a", BASIC), Level("b", GOLD, spend=1)))},
        "tiers.levels.1: this level gives nothing",
        "tiers.levels.1: этот уровень не даёт ничего",
    ),
    (
        {"earning": (RULE,), "points_as_money": PointsAsMoney(POINTS, 1, 11_00)},
        "earning.0: spending gives back 55%",
        "earning.0: возвращается 55 %",
    ),
    (
        {"limits": (Limit("earn", "day", 1),), "cool_down_minutes": 5},
        "cool_down_minutes and limits.0: two limits",
        "cool_down_minutes и limits.0: два ограничения",
    ),
    (
        {"earning": (RULE,) * 7},
        "Customers would need 7 sentences to understand this program; more than 6",
        "Чтобы понять программу, клиенту нужно 7 предложений; больше 6",
    ),
]


@pytest.mark.parametrize(("rules", "english", "russian"), WARNED)
def test_an_owner_is_warned(rules: dict[str, Any], english: str, russian: str) -> None:
    program = replace(BARE, **rules)
    for language, text in (("en", english), ("ru", russian)):
        told = [plain(warning) for warning in warnings(program, language)]
        assert any(text in warning for warning in told), told


def test_a_clear_program_has_no_warnings() -> None:
    for program in (COFFEE, BARBER):
        assert warnings(program, "en") == warnings(program, "ru") == ()
    six = replace(
        COFFEE,
        earning=(*COFFEE.earning, replace(COFFEE.earning[0], points=1)),
        rewards=(*COFFEE.rewards, replace(COFFEE.rewards[0], price=1)),
        welcome=Bonus(POINTS, 1),
    )
    assert len(describe(six, "en")) == MOST_SENTENCES
    assert warnings(six, "en") == ()
    assert warnings(replace(six, birthday=Bonus(POINTS, 1)), "en") != ()
