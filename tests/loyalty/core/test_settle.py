"""What time does by itself: activates, expires, lapses, reviews; in the order of its instants."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core import inactivity
from loyalty.core.account import NEVER, Hold
from loyalty.core.calendar import month_start
from loyalty.core.settle import let_go, let_go_of_rest, reviewed_monthly, settle
from tests.support.deciding import FAR, MAY, NOON, account, draft, program, told, well_formed

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.core.draft import Draft
    from loyalty.program.rules import Program

NOW = int(NOON.timestamp())
LEVELS = [{"id": "new", "name": {"en": "New"}}, {"id": "old", "name": {"en": "Old"}, "visits": 3}]
IDLE = [{"id": "points", "expiry": {"inactivity_months": 2}}]


def after(standing: Account, rules: Program | None = None, seconds: int = 0) -> Draft:
    made = draft(rules or program(), standing, NOON + timedelta(seconds=seconds))
    settle(made)
    well_formed(made.postings)
    return made


def test_value_is_gone_in_its_buckets_first_second() -> None:
    standing = account((NOW + 1, 5), (FAR, 2))
    assert after(standing).postings == []
    assert told(after(standing, seconds=1).postings) == [("expire", "lot", -5, NOW + 1)]
    assert after(standing, seconds=2).account.balance("points") == 2


def test_pending_value_becomes_spendable_in_its_second() -> None:
    standing = account(pending=((NOW + 1, FAR, 5), (NOW + 2, FAR, 7)))
    assert after(standing).postings == []
    made = after(standing, seconds=1)
    assert told(made.postings) == [
        ("activate", "pending", -5, FAR, NOW + 1),
        ("activate", "lot", 5, FAR),
    ]
    assert made.account.pot("points").available == 5
    assert after(standing, seconds=9).account.pot("points").available == 12


def test_what_is_owed_is_paid_by_what_becomes_spendable() -> None:
    standing = account(pending=((NOW, FAR, 5),), debt=3)
    made = after(standing)
    assert told(made.postings) == [
        ("activate", "pending", -5, FAR, NOW),
        ("activate", "debt", -3),
        ("activate", "lot", 2, FAR),
    ]
    assert made.account.pot("points").debt == 0


def test_value_that_activates_and_expires_at_once_pays_debts_first() -> None:
    made = after(account(pending=((NOW, NOW, 5),), debt=3))
    assert [one.cause for one in made.postings] == ["activate"] * 3 + ["expire"]
    assert made.account.pots == {}


def test_an_earlier_expiry_comes_before_a_later_activation() -> None:
    standing = account((NOW - 9, 4), pending=((NOW - 5, FAR, 5),))
    causes = [one.cause for one in after(standing).postings]
    assert causes == ["expire", "activate", "activate"]


def test_holds_lapse_in_the_second_of_their_deadline() -> None:
    hold = Hold((("points", FAR, 5),), NOW + 1)
    standing = account((FAR, 2), holds={"till:1": hold})
    assert after(standing).postings == []
    made = after(standing, seconds=1)
    assert told(made.postings) == [
        ("release", "held", -5, FAR, "till:1"),
        ("release", "lot", 5, FAR),
        ("release", "hold", -NOW - 1, "till:1"),
    ]
    assert made.account.holds == {}
    assert made.account.pot("points").lots == ((FAR, 7),)


def test_what_a_hold_kept_beyond_its_time_expires_when_it_lapses() -> None:
    hold = Hold((("points", NOW - 60, 5), ("points", FAR, 1)), NOW)
    made = after(account(holds={"a": hold}))
    assert told(made.postings)[-1] == ("expire", "lot", -5, NOW - 60)
    assert made.account.pot("points").lots == ((FAR, 1),)


def test_only_holds_that_are_due_lapse() -> None:
    holds = {"a": Hold((("points", FAR, 5),), NOW), "b": Hold((("points", FAR, 1),), NOW + 1)}
    assert after(account(holds=holds)).account.holds.keys() == {"b"}


def test_a_hold_that_came_to_nothing_no_longer_counts_against_limits() -> None:
    rules = program(limits=[{"action": "redeem", "period": "hour", "count": 1}], hold_minutes=90)
    hour = (NOW - 90 * 60) // 3600
    counters = {"redeem:hour": (hour, Fraction(1))}
    hold = Hold((("points", FAR, 5),), NOW, (("redeem:hour", hour),))
    standing = account(holds={"a": hold}, counters=counters)
    made = after(standing, rules)
    assert made.account.latest("redeem:hour") == hour
    assert made.account.count("redeem:hour", hour) == 0
    rest = draft(rules, standing)
    let_go_of_rest(rest, "a")
    assert rest.account.counters == counters
    let = draft(rules, standing)
    let_go(let, "a")
    assert told(let.postings)[-2:] == [
        ("release", "room", -1, hour, "a#redeem:hour"),
        ("release", "hold", -NOW, "a"),
    ]
    assert {one.cause for one in let.postings} == {"release"}
    assert let.account.count("redeem:hour", hour) == 0


@pytest.mark.parametrize(
    ("changes", "monthly"),
    [
        ({}, False),
        ({"tiers": {"levels": LEVELS}}, False),
        ({"tiers": {"levels": LEVELS, "down": "fit"}}, True),
        ({"tiers": {"levels": LEVELS, "down": "step"}}, True),
        ({"pots": IDLE}, True),
        ({"pots": [{"id": "points", "expiry": {"months": 2}}]}, False),
        ({"pots": [{"id": "stamps"}, *IDLE]}, True),
    ],
)
def test_which_programs_look_at_months(changes: dict[str, Any], *, monthly: bool) -> None:
    rules = program(**changes)
    assert reviewed_monthly(rules) is monthly
    made = after(account((FAR, 1)), rules)
    assert made.account.reviewed == (MAY if monthly else 0)
    assert [one.cause for one in made.postings] == (["settle"] if monthly else [])


def test_every_month_is_reviewed_once_however_late() -> None:
    rules = program(pots=IDLE)
    kept = {"active": (MAY, Fraction(1))}
    standing = account((FAR, 1), reviewed=MAY - 3, counters=kept)
    made = after(standing, rules)
    assert told(made.postings) == [("settle", "reviewed", 1)] * 3
    assert made.account.reviewed == MAY
    late = draft(rules, account((FAR, 1), reviewed=MAY, counters=kept), NOON)
    settle(late)
    assert late.postings == []


def test_a_month_begins_in_its_first_second() -> None:
    rules = program(pots=IDLE)
    june = month_start(MAY + 1, "UTC") - NOW
    standing = account((FAR, 1), reviewed=MAY)
    assert after(standing, rules, june - 1).account.reviewed == MAY
    assert after(standing, rules, june).account.reviewed == MAY + 1


@pytest.mark.parametrize(
    ("active", "left"),
    [(None, 5), (MAY, 5), (MAY - 1, 5), (MAY - 2, 5), (MAY - 3, 0), (MAY - 4, 0)],
)
def test_value_ends_after_whole_months_without_activity(active: int | None, left: int) -> None:
    counters = {} if active is None else {"active": (active, Fraction(1))}
    standing = account((NEVER, 3), (NEVER + 1, 2), reviewed=MAY - 1, counters=counters)
    made = after(standing, program(pots=IDLE))
    assert made.account.balance("points") == left
    if not left:
        assert [one.cause for one in made.postings] == ["settle", "expire", "expire"]


def test_only_pots_that_end_by_inactivity_do() -> None:
    rules = program(pots=[{"id": "stamps"}, *IDLE])
    standing = account((NEVER, 3), reviewed=MAY - 1, counters={"active": (MAY - 9, Fraction(1))})
    pots = {**standing.pots, "stamps": standing.pot("points")}
    made = after(replace(standing, pots=pots), rules)
    assert made.account.pots.keys() == {"stamps"}


def test_tiers_are_reviewed_as_the_month_begins() -> None:
    rules = program(
        tiers={"levels": LEVELS, "window": "rolling", "rolling_months": 1, "down": "fit"}
    )
    made = after(account(level=1, reviewed=MAY - 1), rules)
    assert told(made.postings) == [("settle", "reviewed", 1), ("tier", "level", -1)]


def test_settling_twice_posts_once() -> None:
    standing = account((NOW, 5), pending=((NOW, FAR, 5),), holds={"a": Hold((), NOW)})
    made = after(standing)
    again = draft(program(), made.account)
    settle(again)
    assert made.postings
    assert again.postings == []


def test_what_falls_due_within_a_month_begins_none() -> None:
    rules = program(pots=IDLE)
    lots = account((NOW, 5))
    within = after(replace(lots, reviewed=MAY), rules)
    assert told(within.postings) == [("expire", "lot", -5, NOW)]
    first = after(lots, rules)
    assert told(first.postings) == [("expire", "lot", -5, NOW), ("settle", "reviewed", MAY)]
    # A program that no longer looks at months does not go on to count them.
    assert told(after(replace(lots, reviewed=MAY - 3)).postings) == [("expire", "lot", -5, NOW)]


def test_value_of_every_pot_that_nothing_keeps_begins_its_time() -> None:
    """Whichever pots before it are empty, or end otherwise."""
    rules = program(
        pots=[
            {"id": "stamps"},
            {"id": "visits", "expiry": {"inactivity_months": 2}},
            *IDLE,
            {"id": "beans", "expiry": {"inactivity_months": 3}},
        ]
    )
    standing = account((NEVER, 3))
    pots = {**standing.pots, "beans": standing.pot("points"), "stamps": standing.pot("points")}
    made = draft(rules, replace(standing, pots=pots))
    inactivity.begin(made, NOW, "gift")
    assert told(made.postings) == [
        ("gift", "counter", 1, MAY, "since:points"),
        ("gift", "counter", 1, MAY, "since:beans"),
    ]
