"""What the rules of one program may not say against each other."""

from __future__ import annotations

from typing import Any

import pytest

from loyalty.program import document as program_document
from loyalty.program.describe import about_tills
from loyalty.program.document import read
from tests.loyalty.program.documents import COFFEE, LEVELS, ONE_NAME, PROMOTION, SHOP, faults, tiers


def level(**more: Any) -> dict[str, Any]:
    return {"tiers": {"levels": [LEVELS[0], {**LEVELS[1], **more}]}}


def cap(period: str, points: int) -> dict[str, Any]:
    return {"pot": "points", "period": period, "points": points}


def limit(period: str, count: int, action: str = "earn") -> dict[str, Any]:
    return {"action": action, "period": period, "count": count}


def reward(pot: str) -> dict[str, Any]:
    return {"id": "r", "pot": pot, "price": 3, "name": ONE_NAME}


GIFT = {"pot": "stamps", "points": 3}
LAST_MINUTE = PROMOTION | {"first_day": "2026-12-31", "last_day": "2026-12-01"}
NEVER = PROMOTION | {
    "first_day": "2026-05-04",
    "last_day": "2026-05-05",
    "windows": [{"weekdays": ["sun"]}],
}


CONTRADICTIONS: list[tuple[dict[str, Any], str]] = [
    # A name that nothing has.
    ({"rewards": [reward("stamps")]}, "rewards.0.pot: 'stamps' is none of the pots ['points']"),
    ({"caps": [cap("day", 9) | {"pot": "x"}]}, "caps.0.pot: 'x' is none of the pots ['points']"),
    ({"welcome": GIFT}, "welcome.pot: 'stamps' is none of the pots ['points']"),
    ({"birthday": GIFT}, "birthday.pot: 'stamps' is none of the pots ['points']"),
    (
        {"referral": {"pot": "stamps", "referrer": 1, "friend": 1}},
        "referral.pot: 'stamps' is none of the pots ['points']",
    ),
    (
        {"points_as_money": {"pot": "stamps", "points": 1, "amount": 1}},
        "points_as_money.pot: 'stamps' is none of the pots ['points']",
    ),
    # A name that two have.
    ({"languages": ["en", "en"]}, "languages: 'en' stands there twice"),
    ({"pots": [{"id": "points"}] * 2}, "pots: 'points' stands there twice"),
    ({"rewards": [reward("points")] * 2}, "rewards: 'r' stands there twice"),
    ({"promotions": [PROMOTION] * 2}, "promotions: 'p' stands there twice"),
    (
        {"promotions": [PROMOTION | {"windows": [{"weekdays": ["mon", "mon"]}]}]},
        "promotions.0.windows.0.weekdays: 'mon' stands there twice",
    ),
    (
        {"pots": [{"id": "points", "expiry": {"dates": ["06-30", "06-30"]}}]},
        "pots.0.expiry.dates: '06-30' stands there twice",
    ),
    (
        {"tiers": {"levels": [LEVELS[0], LEVELS[1], LEVELS[1] | {"spend": 200}]}},
        "tiers.levels: 'b' stands there twice",
    ),
    ({"locations": [SHOP, SHOP | {"latitude": 1}]}, "locations: 'shop' stands there twice"),
    # Two at one spot.
    (
        {"locations": [SHOP, SHOP | {"id": "a", "latitude": 1}, SHOP | {"id": "b"}]},
        (
            "locations.0 and locations.2 contradict each other: "
            "both are at latitude 52.0, longitude 13.25"
        ),
    ),
    (
        {"locations": [SHOP | {"longitude": 180}, SHOP | {"id": "a", "longitude": -180}]},
        (
            "locations.0 and locations.1 contradict each other: "
            "both are at latitude 52.0, longitude -180.0"
        ),
    ),
    (
        {
            "locations": [
                SHOP | {"latitude": -90},
                SHOP | {"id": "a", "latitude": -90, "longitude": 5},
            ]
        },
        (
            "locations.0 and locations.1 contradict each other: "
            "both are at latitude -90.0, longitude 5.0"
        ),
    ),
    # Filters.
    (
        {"promotions": [PROMOTION | {"only": {"items": ["a"], "exclude_items": ["a"]}}]},
        "promotions.0.only: 'a' is both in items and in exclude_items",
    ),
    (
        {
            "earning": [
                COFFEE["earning"][0]
                | {"only": {"categories": ["a"], "exclude_categories": ["a", "b"]}}
            ]
        },
        "earning.0.only: 'a' is both in categories and in exclude_categories",
    ),
    (
        {"earning": [COFFEE["earning"][0] | {"only": {"categories": ["gift_card"]}}]},
        "earning.0.only.categories: 'gift_card' never earns, so naming it has no effect",
    ),
    # Ends.
    (
        {"pots": [{"id": "points", "expiry": {"months": 3, "inactivity_months": 6}}]},
        "pots.0.expiry: months and inactivity_months contradict each other; keep one",
    ),
    (
        {"pots": [{"id": "points", "expiry": {"months": 3, "dates": ["12-31"]}}]},
        "pots.0.expiry: months and dates contradict each other; keep one",
    ),
    # Promotions.
    (
        {"promotions": [PROMOTION | {"bonus": 3}]},
        "promotions.0: multiplier and bonus contradict each other; keep one",
    ),
    (
        {"promotions": [{"id": "p", "name": ONE_NAME, "pot": "points"}]},
        "promotions.0: give a multiplier or a bonus",
    ),
    (
        {"promotions": [PROMOTION], "earning": []},
        (
            "promotions.0.multiplier and earning contradict each other: no rule earns 'points', "
            "so there is nothing to multiply"
        ),
    ),
    (
        {"promotions": [LAST_MINUTE]},
        "promotions.0: first_day 2026-12-31 is after last_day 2026-12-01",
    ),
    (
        {"promotions": [NEVER]},
        (
            "promotions.0.windows.0.weekdays and first_day, last_day contradict each other: "
            "none of these days comes between 2026-05-04 and 2026-05-05"
        ),
    ),
    # Caps and limits.
    (
        {"caps": [cap("order", 9)]},
        (
            "earning.0.points = 10 and caps.0 contradict each other: an order that brings "
            "more than 9 earns nothing, so the rule never gives any"
        ),
    ),
    (
        {"caps": [cap("order", 10)], "promotions": [PROMOTION | {"multiplier": None, "bonus": 11}]},
        (
            "promotions.0.bonus = 11 and caps.0 contradict each other: an order that brings "
            "more than 10 earns nothing, so the rule never gives any"
        ),
    ),
    (
        {"caps": [cap("week", 50), cap("day", 51)]},
        "caps.1 (51 a day) can never be reached: caps.0 allows only 50 a week",
    ),
    (
        {"caps": [cap("order", 51), cap("year", 50)]},
        "caps.0 (51 an order) can never be reached: caps.1 allows only 50 a year",
    ),
    (
        {"caps": [cap("day", 50), cap("day", 51)]},
        "caps.0 and caps.1 contradict each other: both speak of a day",
    ),
    (
        {"limits": [limit("hour", 3), limit("month", 2), limit("month", 1, "redeem")]},
        "limits.0 (3 an hour) can never be reached: limits.1 allows only 2 a month",
    ),
    (
        {"limits": [limit("day", 2, "redeem"), limit("day", 3, "redeem")]},
        "limits.0 and limits.1 contradict each other: both speak of a day",
    ),
    (
        {"limits": [limit("day", 26)], "cool_down_minutes": 60},
        "limits.0 (26 a day) can never be reached: cool_down_minutes = 60 allows only 25 a day",
    ),
    # Staff.
    (
        {"staff": {"at_once": 100, "per_shift": 99}},
        "staff.at_once = 100 can never be reached: staff.per_shift allows 99",
    ),
    (
        {"staff": {"per_shift": 900, "per_month": 899}},
        "staff.per_shift = 900 can never be reached: staff.per_month allows 899",
    ),
    # Levels.
    (
        {"tiers": {"levels": [LEVELS[1]]}},
        "tiers.levels.0: the first level is everybody's and has no threshold",
    ),
    (
        {"tiers": {"levels": [LEVELS[0], LEVELS[0] | {"id": "c"}]}},
        "tiers.levels.1: give at least one threshold of spend, visits, points, referrals",
    ),
    (
        {"tiers": {"levels": [*LEVELS, LEVELS[1] | {"id": "c"}]}},
        "tiers.levels.2.spend: 100 is not above tiers.levels.1.spend, which is 100",
    ),
    (
        {"discount": {"basis_points": 1}, **level(discount=500)},
        "discount and tiers.levels.1.discount: both set the discount; keep one",
    ),
    (
        {"tiers": {"levels": [LEVELS[0] | {"discount": 500}, LEVELS[1]]}},
        "tiers.levels.1.discount: 0 is less than tiers.levels.0.discount, which is 500",
    ),
    (
        {"tiers": {"levels": [LEVELS[0] | {"multiplier": 20_000}, LEVELS[1]]}},
        "tiers.levels.1.multiplier: 10000 is less than tiers.levels.0.multiplier, which is 20000",
    ),
    (
        {"earning": [], **level(multiplier=20_000)},
        "tiers.levels.1.multiplier and earning contradict each other: nothing is earned",
    ),
    (
        {"earning": [], **level(points=5)},
        "tiers.levels.1.points and earning contradict each other: nothing is earned",
    ),
    (
        level(referrals=5),
        "tiers.levels.1.referrals and referral contradict each other: nobody can bring friends",
    ),
    (
        tiers(grace_months=1),
        "tiers.down = 'never' and tiers.grace_months contradict each other",
    ),
    (
        tiers(quiet_months=1),
        "tiers.down = 'never' and tiers.quiet_months contradict each other",
    ),
    (tiers(warn_days=1), "tiers.down = 'never' and tiers.warn_days contradict each other"),
    (
        tiers(window="lifetime", down="step"),
        (
            "tiers.down = 'step' and tiers.window = 'lifetime' contradict each other: what counts "
            "for ever falls only where it is paid back, and then at once; set quiet_months, "
            "another window, or down = 'fit'"
        ),
    ),
    (
        tiers(window="lifetime", down="step", quiet_months=3, grace_months=1),
        (
            "tiers.grace_months and tiers.window = 'lifetime' contradict each other: "
            "what counts for ever never falls off, and a quiet time has no grace"
        ),
    ),
    (
        tiers(window="calendar_year", rolling_months=6),
        "tiers.rolling_months and tiers.window = 'calendar_year' contradict each other",
    ),
]


@pytest.mark.parametrize(("rules", "fault"), CONTRADICTIONS)
def test_a_contradiction_names_both_rules(rules: dict[str, Any], fault: str) -> None:
    assert faults({**COFFEE, **rules}) == (fault,)


def test_only_the_checks_refuse_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without its checks the reader takes each of these documents."""
    monkeypatch.setattr(program_document, "contradictions", lambda _: ())
    for rules, _ in CONTRADICTIONS:
        read({**COFFEE, **rules})


@pytest.mark.parametrize(
    "rules",
    [
        {"caps": [cap("order", 10), cap("day", 10), cap("year", 10)]},
        {"limits": [limit("day", 25), limit("week", 169)], "cool_down_minutes": 60},
        {"staff": {"at_once": 5, "per_shift": 5, "per_month": 5}},
        tiers(down="step", rolling_months=6),
        {"promotions": [NEVER | {"windows": [{"weekdays": ["tue"]}]}]},
        {"promotions": [LAST_MINUTE | {"first_day": "2026-12-01"}]},
        {"locations": [SHOP | {"latitude": 90}, SHOP | {"id": "a", "latitude": -90}]},
        {"locations": [SHOP | {"longitude": 180}, SHOP | {"id": "a", "longitude": 0}]},
        {"locations": [SHOP | {"id": f"s{step}", "latitude": step / 100} for step in range(1000)]},
    ],
)
def test_what_just_fits_is_taken(rules: dict[str, Any]) -> None:
    read({**COFFEE, **rules})


@pytest.mark.parametrize(
    ("rule", "more", "whole"),
    [
        ({"points": 10**9, "amount": 1}, {}, 10**20),
        ({"points": 11, "amount": 1}, {}, 11 * 10**11),
        ({"points": 10**7 + 1, "per": "item"}, {}, 10**12 + 10**5),
        ({"points": 3, "amount": 1}, {"tiers": {"levels": []}}, 12 * 10**11),
    ],
)
def test_no_program_gives_more_for_one_order_than_can_be_kept(
    rule: dict[str, Any], more: dict[str, Any], whole: int
) -> None:
    if more:
        levels: list[dict[str, Any]] = [{"id": "a", "name": {"en": "a", "ru": "а"}}]
        levels.append({**levels[0], "id": "b", "spend": 1, "multiplier": 40_000})
        more = {"tiers": {"levels": levels}}
    document = {**COFFEE, **more, "caps": [], "earning": [{"pot": "points", **rule}]}
    (told,) = faults(document)
    assert told.startswith(f"earning.0.points: the largest order would bring {whole} of 'points',")
    # A cap of a period sums up what orders are worth, so that has to have its bounds as well.
    assert faults({**document, "caps": [{"pot": "points", "period": "year", "points": 10**9}]})
    read({**document, "caps": [{"pot": "points", "period": "order", "points": 10**9}]})
    read({**document, "earning": [{"pot": "points", "points": 10, "amount": 4}]})


def test_what_several_rules_give_is_added_up() -> None:
    rule = {"pot": "points", "points": 6, "amount": 1}
    document = {**COFFEE, "caps": [], "earning": [{**rule, "points": 5}, rule]}
    (told,) = faults(document)
    whole = 11 * 10**11
    assert told.startswith(f"earning.1.points: the largest order would bring {whole} of 'points',")
    read({**document, "earning": [{**rule, "points": 4}, rule]})
    bonus = {"id": "b", "name": {"en": "x", "ru": "x"}, "pot": "points", "bonus": 1}
    fits = {**document, "earning": [{**rule, "points": 10}]}
    read(fits)
    assert faults({**fits, "promotions": [bonus]})


def test_a_level_of_all_time_may_follow_what_was_kept() -> None:
    read({**COFFEE, **tiers(window="lifetime", down="fit")})


def test_a_program_says_what_it_needs_of_a_till() -> None:
    named = {"pot": "points", "points": 1, "amount": 100, "only": {"categories": ["coffee"]}}
    without = {**named, "only": {"exclude_categories": ["shipping"]}}
    items = {"pot": "points", "points": 1, "per": "item"}
    program = read({**COFFEE, "earning": [without, named, items]})
    assert program.needs_lines() == ("earning.1", "earning.2")
    (told,) = about_tills(program, "en")
    assert told.startswith("earning.1, earning.2: ")
    assert about_tills(read({**COFFEE, "earning": [without]}), "en") == ()
