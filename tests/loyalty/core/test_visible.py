"""What a card shows, as figures; and when a device is told that they changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.account import NEVER, Hold, Pot
from loyalty.core.calendar import month_start
from loyalty.core.decide import decide
from loyalty.core.decide.grants import Grant
from loyalty.core.visible import visible
from tests.support.deciding import FAR, MAY, NOON, account, draft, program, second

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.draft import Draft
    from loyalty.core.visible import Visible
    from loyalty.program.rules import Program

NOW = int(NOON.timestamp())
DAY = 86_400
REWARDS = [
    {"id": "lunch", "pot": "points", "price": 90, "name": {"en": "Lunch"}},
    {"id": "cup", "pot": "points", "price": 10, "name": {"en": "Cup"}},
    {"id": "cake", "pot": "points", "price": 30, "name": {"en": "Cake"}},
]
LADDER = {
    "levels": [
        {"id": "new", "name": {"en": "New"}, "discount": 300},
        {"id": "old", "name": {"en": "Old"}, "spend": 900, "discount": 700},
    ],
    "down": "step",
    "warn_days": 30,
}


def shown(standing: Account, rules: Program | None = None, now: datetime = NOON) -> Visible:
    return visible(rules or program(), standing, now)


def test_balances_are_what_is_active_in_the_programs_order() -> None:
    rules = program(pots=[{"id": "stamps", "kind": "stamps"}, {"id": "points"}])
    standing = account(
        (FAR, 5), pending=((NOW + 9, FAR, 100),), holds={"a": Hold((("points", FAR, 2),), NOW + 9)}
    )
    standing = replace(standing, pots={**standing.pots, "stamps": Pot(((FAR, 1),))})
    assert shown(standing, rules).balances == (1, 7)
    assert shown(account(), rules).balances == (0, 0)


@pytest.mark.parametrize(
    ("points", "ready", "ahead", "missing"),
    [
        (0, None, "cup", 10),
        (9, None, "cup", 1),
        (10, "cup", "cake", 20),
        (30, "cake", "lunch", 60),
        (90, "lunch", None, 0),
        (99, "lunch", None, 0),
    ],
)
def test_rewards_that_can_be_had_and_the_next_one_ahead(
    points: int, ready: str | None, ahead: str | None, missing: int
) -> None:
    figures = shown(account((FAR, points)), program(rewards=REWARDS))
    assert (figures.ready, figures.next_reward, figures.missing) == (ready, ahead, missing)


def test_held_value_buys_no_reward() -> None:
    standing = account((FAR, 9), holds={"a": Hold((("points", FAR, 90),), NOW + 9)})
    assert shown(standing, program(rewards=REWARDS)).ready is None


@pytest.mark.parametrize(
    ("changes", "level", "discount", "shows_level"),
    [
        ({}, 0, None, None),
        ({"discount": {"basis_points": 500}}, 0, 500, None),
        ({"tiers": LADDER}, 0, 300, 0),
        ({"tiers": LADDER}, 1, 700, 1),
        ({"tiers": {"levels": [{"id": "new", "name": {"en": "New"}}]}}, 0, None, 0),
        ({"tiers": LADDER, "discount": {"basis_points": 500}}, 1, 500, 1),
        (
            {
                "tiers": {
                    "levels": [
                        {"id": "new", "name": {"en": "New"}},
                        {"id": "old", "name": {"en": "Old"}, "spend": 1, "discount": 700},
                    ]
                }
            },
            0,
            0,
            0,
        ),
    ],
)
def test_discounts_and_levels(
    changes: dict[str, Any], level: int, discount: int | None, shows_level: int | None
) -> None:
    figures = shown(account(level=level), program(**changes))
    assert (figures.discount, figures.level) == (discount, shows_level)


REMINDING = program(pots=[{"id": "points", "reminder_days": 10}])


@pytest.mark.parametrize(
    ("lots", "expiring"),
    [
        ((), None),
        (((NOW + 10 * DAY, 5),), ("points", NOW + 10 * DAY, 5)),
        (((NOW + 10 * DAY + 1, 5),), None),
        (((NOW + DAY, 5), (NOW + 2 * DAY, 6)), ("points", NOW + DAY, 5)),
        (((NEVER, 5),), None),
    ],
)
def test_what_ends_soon_is_said(lots: Any, expiring: Any) -> None:
    assert shown(account(*lots), REMINDING).expiring == expiring


def test_of_two_pots_the_sooner_end_is_said() -> None:
    rules = program(pots=[{"id": "points"}, {"id": "stamps", "kind": "stamps"}])
    standing = account((NOW + 3 * DAY, 5))
    pots = {**standing.pots, "stamps": Pot(((NOW + 2 * DAY, 1),))}
    assert shown(replace(standing, pots=pots), rules).expiring == ("stamps", NOW + 2 * DAY, 1)


@pytest.mark.parametrize(("days", "said"), [(29, True), (30, True), (31, False)])
def test_going_down_is_said_in_time(days: int, *, said: bool) -> None:
    standing = account(level=1, deadline=NOW + days * DAY)
    falling = shown(standing, program(tiers=LADDER)).falling
    assert falling == (NOW + days * DAY if said else None)


def test_a_quiet_time_that_ends_soon_is_said_too() -> None:
    rules = program(tiers={**LADDER, "quiet_months": 1})
    standing = account(level=1, counters={"visit": (MAY - 1, Fraction(1))})
    june = month_start(MAY + 1, "UTC")
    assert shown(standing, rules).falling == june
    assert shown(account(level=0), rules).falling is None


def test_a_closed_membership_shows() -> None:
    assert shown(account(closed=1)).closed is True
    assert shown(account()).closed is False


def test_the_fingerprint_is_of_all_figures() -> None:
    figures = shown(account((FAR, 5)), program(rewards=REWARDS))
    changes: tuple[dict[str, Any], ...] = (
        {"balances": (6,)},
        {"discount": 1},
        {"level": 1},
        {"ready": "x"},
        {"next_reward": "x"},
        {"missing": 1},
        {"expiring": ("points", 1, 1)},
        {"falling": 1},
        {"closed": True},
    )
    prints = {replace(figures, **change).fingerprint for change in changes}
    assert len({*prints, figures.fingerprint}) == len(changes) + 1
    assert len(figures.fingerprint) == 16


def test_a_card_changes_only_when_something_visible_did() -> None:
    rules = program()
    gift = Grant("gift", "g", "points", 5, "k")
    first = decide(rules, account(), gift, NOON).account
    assert (first.card_version, first.revision, first.seq) == (2, 1, 1)
    paying = replace(first, pots={"points": replace(first.pot("points"), debt=5)})
    second_gift = decide(rules, paying, gift, NOON).account
    assert (second_gift.card_version, second_gift.revision) == (2, 2)
    assert second_gift.shown == first.shown
    assert decide(rules, second_gift, gift, NOON).account.card_version == 3


# The draft's own tools


def test_spending_more_than_is_there_is_a_bug() -> None:
    made = draft(program(), account((FAR, 5)))
    with pytest.raises(ValueError, match="more is taken than is available"):
        made.spend("redeem", "points", 6)


def test_postings_of_nothing_are_left_out() -> None:
    made = draft(program(), account())
    made.post("earn", "points", "lot", 0, FAR)
    assert made.postings == []
    assert made.close(kind="earn", fact="f", actor="a", answer={}).entry is None


@pytest.mark.parametrize(
    ("expiry", "granted", "bucket"),
    [
        (None, NOON, NEVER),
        ({"inactivity_months": 3}, NOON, NEVER),
        ({"months": 1}, NOON, second(2026, 7, 1)),
        ({"months": 12}, NOON, second(2027, 6, 1)),
        ({"months": 1}, NOON + timedelta(days=27), second(2026, 7, 1)),
        ({"months": 1}, NOON + timedelta(days=28), second(2026, 8, 1)),
        ({"dates": ["12-31"]}, NOON, second(2027, 1, 1)),
    ],
)
def test_where_value_lives(expiry: Any, granted: datetime, bucket: int) -> None:
    made = draft(program(pots=[{"id": "points", "expiry": expiry}]), account())
    assert made.home("points", granted) == (0, bucket)


def test_value_that_waits_lives_from_when_it_is_active() -> None:
    pots = [{"id": "points", "pending_days": 30, "expiry": {"months": 1}}]
    made: Draft = draft(program(pots=pots), account())
    assert made.home("points", NOON) == (second(2026, 6, 3), second(2026, 8, 1))
    assert made.home("unknown", NOON) == (0, NEVER)


def test_a_grant_is_pending_until_its_second() -> None:
    pots = [{"id": "points", "pending_days": 1}]
    later = draft(program(pots=pots), account(), NOON)
    later.grant("earn", "points", 5, NOON)
    assert later.account.pot("points").pending == ((second(2026, 5, 5), NEVER, 5),)
    midnight = NOON.replace(day=5, hour=0)
    due = draft(program(pots=pots), account(), midnight)
    due.grant("earn", "points", 5, NOON)
    assert due.account.pot("points").lots == ((NEVER, 5),)
