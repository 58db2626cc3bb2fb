"""Levels: up at once; down never, by a step or to what fits; grace, quiet times, warnings."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core import tier_review, tiers
from loyalty.core.account import Month
from loyalty.core.calendar import month_start
from tests.support.deciding import MAY, NOON, account, draft, program, told, well_formed

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.core.draft import Draft
    from loyalty.program.rules import Program, Tiers

NOW = int(NOON.timestamp())
LEVELS = [
    {"id": "new", "name": {"en": "New"}},
    {"id": "silver", "name": {"en": "Silver"}, "spend": 1000, "visits": 10},
    {"id": "gold", "name": {"en": "Gold"}, "spend": 5000, "points": 700, "referrals": 3},
]


def starts(number: int) -> int:
    return month_start(number, "UTC")


def ladder(**changes: Any) -> Program:
    return program(tiers={"levels": LEVELS, "window": "rolling", "rolling_months": 2, **changes})


def rules(**changes: Any) -> Tiers:
    found = ladder(**changes).tiers
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("figures", "level"),
    [
        ({}, 0),
        ({"spend": 999}, 0),
        ({"spend": 1000}, 1),
        ({"spend": 4999}, 1),
        ({"spend": 5000}, 2),
        ({"visits": 9}, 0),
        ({"visits": 10}, 1),
        ({"earned": 699}, 0),
        ({"earned": 700}, 2),
        ({"referrals": 2}, 0),
        ({"referrals": 3}, 2),
        ({"visits": 10, "referrals": 3}, 2),
    ],
)
def test_any_threshold_is_enough_and_the_highest_level_counts(
    figures: dict[str, Any], level: int
) -> None:
    assert tiers.qualifying(rules(window="lifetime"), account(**figures), MAY) == level


@pytest.mark.parametrize(
    ("window", "number", "level"),
    [
        ("rolling", MAY, 1),
        ("rolling", MAY - 1, 1),
        ("rolling", MAY - 2, 1),
        ("rolling", MAY - 3, 0),
        ("rolling", MAY + 1, 0),
        ("calendar_year", MAY, 1),
        ("calendar_year", MAY - 4, 1),  # January
        ("calendar_year", MAY - 5, 0),  # December
        ("calendar_year", MAY + 1, 0),
        ("lifetime", MAY, 0),
    ],
)
def test_what_counts_is_in_the_window(window: str, number: int, level: int) -> None:
    for month in (Month(1000), Month(0, 10)):
        standing = account(months={number: month})
        assert tiers.qualifying(rules(window=window), standing, MAY) == level
    earned = account(months={number: Month(0, 0, 700)})
    assert tiers.qualifying(rules(window=window), earned, MAY) == level * 2


def test_months_in_the_window_add_up_and_referrals_count_for_ever() -> None:
    months = {MAY: Month(400, 3, 300), MAY - 2: Month(600, 7, 400), MAY - 3: Month(9999, 9, 9)}
    assert tiers.qualifying(rules(), account(months={MAY: Month(400)}), MAY) == 0
    assert tiers.qualifying(rules(), account(months=months), MAY) == 2
    assert tiers.qualifying(rules(), account(referrals=3), MAY) == 2


def reviewed(rules: Program, standing: Account, second: int = NOW) -> Draft:
    made = draft(rules, standing)
    tier_review.review(made, second)
    well_formed(made.postings)
    return made


GOLD = {MAY: Month(5000)}
SILVER = {MAY: Month(1000)}


def test_up_is_at_once_and_ends_a_time_of_grace() -> None:
    made = reviewed(ladder(down="step"), account(months=GOLD, deadline=starts(MAY + 1)))
    assert told(made.postings) == [("tier", "level", 2), ("tier", "deadline", -starts(MAY + 1))]


def test_a_program_without_tiers_has_no_levels() -> None:
    assert reviewed(program(), account(months=GOLD, level=1)).postings == []


def test_never_down_forgets_a_deadline() -> None:
    made = reviewed(ladder(down="never"), account(level=2, deadline=NOW - 5))
    assert told(made.postings) == [("tier", "deadline", -(NOW - 5))]


def test_qualifying_again_ends_a_time_of_grace() -> None:
    made = reviewed(ladder(down="fit"), account(level=2, months=GOLD, deadline=NOW - 5))
    assert told(made.postings) == [("tier", "deadline", -(NOW - 5))]


def test_without_grace_down_is_at_once_to_what_fits_or_by_a_step() -> None:
    assert told(reviewed(ladder(down="fit"), account(level=2)).postings) == [("tier", "level", -2)]
    assert told(reviewed(ladder(down="fit"), account(level=2, months=SILVER)).postings) == [
        ("tier", "level", -1)
    ]
    made = reviewed(ladder(down="step"), account(level=2))
    assert told(made.postings) == [("tier", "level", -1), ("tier", "deadline", starts(MAY + 1))]
    assert told(reviewed(ladder(down="step"), account(level=2, months=SILVER)).postings) == [
        ("tier", "level", -1)
    ]


def test_grace_lasts_whole_months_and_ends_in_their_last_second() -> None:
    rules = ladder(down="fit", grace_months=2)
    made = reviewed(rules, account(level=2))
    assert told(made.postings) == [("tier", "deadline", starts(MAY + 2))]
    over = account(level=2, deadline=starts(MAY + 2))
    assert reviewed(rules, over, starts(MAY + 2) - 1).postings == []
    assert told(reviewed(rules, over, starts(MAY + 2)).postings) == [
        ("tier", "level", -2),
        ("tier", "deadline", -starts(MAY + 2)),
    ]


def test_steps_down_are_a_time_of_grace_apart() -> None:
    rules = ladder(down="step", grace_months=2)
    made = reviewed(rules, account(level=2, deadline=starts(MAY)), NOW)
    assert told(made.postings) == [
        ("tier", "level", -1),
        ("tier", "deadline", -starts(MAY)),
        ("tier", "deadline", starts(MAY + 2)),
    ]


def visited(month: int, *, quiet: int | None = None, level: int = 2, **more: Any) -> Account:
    counters = {"visit": (month, Fraction(1))}
    if quiet is not None:
        counters["quiet"] = (quiet, Fraction(1))
    return account(counters=counters, level=level, **more)


QUIET = {"down": "step", "quiet_months": 3}


@pytest.mark.parametrize(
    ("standing", "steps"),
    [
        (visited(MAY - 3, months=GOLD), 0),
        (visited(MAY - 4, months=GOLD), 1),
        (visited(MAY - 9, months=GOLD), 1),
        (visited(MAY - 4, months=GOLD, level=0), 2),  # up by spend, and one down
        (account(level=2, months=GOLD), 0),
        (visited(MAY - 7, quiet=MAY - 2, months=SILVER, level=1), 0),
        (visited(MAY - 7, quiet=MAY - 3, months=SILVER, level=1), 1),
    ],
)
def test_a_quiet_time_costs_one_step_whatever_was_spent(standing: Account, steps: int) -> None:
    made = reviewed(ladder(**QUIET), standing)
    down = [one for one in made.postings if one.measure == "level" and one.amount < 0]
    assert all((one.cause, one.amount) == ("tier", -1) for one in down)
    assert len(down) == min(steps, 1)
    counted = [one for one in made.postings if one.ref == "quiet"]
    assert [(one.amount, one.at) for one in counted] == [(1, MAY)] * len(down)


def test_only_a_visit_takes_up_again_after_a_quiet_step() -> None:
    stepped = visited(MAY - 4, quiet=MAY, level=1, months=GOLD)
    assert reviewed(ladder(**QUIET), stepped).postings == []
    came = visited(MAY, quiet=MAY, level=1, months=GOLD)
    assert told(reviewed(ladder(**QUIET), came).postings) == [("tier", "level", 1)]


def test_the_lowest_level_knows_no_quiet_time() -> None:
    made = reviewed(ladder(**QUIET), visited(MAY - 9, level=0))
    assert made.postings == []


@pytest.mark.parametrize(
    ("changes", "standing", "second"),
    [
        ({"down": "step"}, account(level=0, deadline=NOW), None),
        ({"down": "never"}, account(level=1, deadline=NOW), None),
        ({"down": "step"}, account(level=1), None),
        ({"down": "step"}, account(level=1, deadline=NOW + 5), NOW + 5),
        (QUIET, visited(MAY), starts(MAY + 4)),
        (QUIET, visited(MAY - 9, quiet=MAY - 1), starts(MAY + 2)),
        (QUIET, visited(MAY, quiet=MAY - 1), starts(MAY + 4)),
        (QUIET, visited(MAY, deadline=starts(MAY + 2)), starts(MAY + 2)),
        (QUIET, visited(MAY - 2, deadline=starts(MAY + 3)), starts(MAY + 2)),
        ({"down": "step"}, visited(MAY - 9), None),
    ],
)
def test_when_a_member_will_go_down(
    changes: dict[str, Any], standing: Account, second: int | None
) -> None:
    assert tiers.falls_at(ladder(**changes), standing) == second


def test_without_tiers_nobody_goes_down() -> None:
    assert tiers.falls_at(program(), account(level=1, deadline=5)) is None


def undone(before: Account, after: Account, rules: Program) -> list[tuple[Any, ...]]:
    made = draft(rules, after)
    tier_review.undo(made, before)
    well_formed(made.postings)
    return told(made.postings)


def test_a_level_that_only_what_was_taken_back_had_reached_goes_with_its_deadline() -> None:
    gold = account(level=2, deadline=77, spend=5000)
    for down in ("never", "step", "fit"):
        rules = ladder(window="lifetime", down=down)
        assert undone(gold, replace(gold, spend=999), rules) == [
            ("tier", "level", -2),
            ("tier", "deadline", -77),
        ]
        assert undone(gold, replace(gold, spend=1000), rules) == [
            ("tier", "level", -1),
            ("tier", "deadline", -77),
        ]


def test_a_level_that_was_kept_otherwise_is_not_undone() -> None:
    gold = account(level=2, spend=5000)
    rules = ladder(window="lifetime")
    # It is still reached, or was not reached by that before either: grace and the months decide.
    assert undone(gold, replace(gold, spend=5000), rules) == []
    kept = account(level=2, deadline=77, spend=4000)
    assert undone(kept, replace(kept, spend=900), rules) == []
    # Whoever stands below what is left has nothing to lose.
    low = account(level=1, spend=5000)
    assert undone(low, replace(low, spend=1000), rules) == []
    assert undone(account(spend=5000), account(spend=0), rules) == []
    assert undone(gold, replace(gold, spend=0), program()) == []


def spent(number: int, spend: int = 0, visits: int = 0) -> Account:
    return account(months={number: Month(spend, visits, 0)}, spend=spend, visits=visits)


def test_the_way_up_tells_what_is_missing_of_the_next_level() -> None:
    way = tiers.way_up(rules(), spent(MAY, 400, 3), MAY)
    assert way == tiers.Way(1, (("spend", 600), ("visits", 7)))
    silver = replace(spent(MAY, 1400), level=1, earned=90, referrals=1)
    way = tiers.way_up(rules(), silver, MAY)
    assert way == tiers.Way(2, (("spend", 3600), ("points", 700), ("referrals", 2)))
    assert tiers.way_up(rules(), replace(silver, level=2), MAY) is None
    # Reached by figures, and lost for want of visits.
    assert tiers.way_up(rules(), spent(MAY, 1000), MAY) == tiers.Way(1, (("visits", 1),))


def test_what_is_missing_for_a_level() -> None:
    figures = replace(spent(MAY, 400, 3), referrals=1)
    assert tiers.missing(rules(), figures, MAY, 0) == ()
    assert tiers.missing(rules(), figures, MAY, 1) == (("spend", 600), ("visits", 7))
    gold = (("spend", 4600), ("points", 700), ("referrals", 2))
    assert tiers.missing(rules(), figures, MAY, 2) == gold
    assert tiers.missing(rules(), replace(figures, referrals=3), MAY, 2) == ()
    assert tiers.missing(rules(), spent(MAY, visits=10), MAY, 1) == ()


def test_what_keeps_a_level_and_until_when() -> None:
    silver = replace(spent(MAY, 1000), level=1)
    # May's money counts for two months more; from August on nothing is left of it.
    falls = tiers.keeping(ladder(down="fit"), silver, MAY)
    needs = (("spend", 1000), ("visits", 10))
    assert falls == tiers.Keeping(starts(MAY + 3), needs)
    graced = tiers.keeping(ladder(down="fit", grace_months=2), silver, MAY)
    assert graced == tiers.Keeping(starts(MAY + 5), needs)
    # Where it is lost already, the deadline is what counts, and what counts in its last month.
    late = replace(silver, deadline=starts(MAY + 2), months={MAY - 1: Month(300, 0, 0)})
    assert tiers.keeping(ladder(down="fit"), late, MAY) == tiers.Keeping(
        starts(MAY + 2), (("spend", 700), ("visits", 10))
    )
    assert tiers.keeping(ladder(down="fit"), replace(late, deadline=starts(MAY + 3)), MAY) == (
        tiers.Keeping(starts(MAY + 3), (("spend", 1000), ("visits", 10)))
    )


def test_what_keeps_a_level_for_ever_or_not_at_all() -> None:
    silver = replace(spent(MAY, 1000), level=1)
    for_ever = tiers.Keeping(None, ())
    assert tiers.keeping(ladder(down="never"), silver, MAY) == for_ever
    assert tiers.keeping(ladder(down="fit", window="lifetime"), silver, MAY) == for_ever
    friends = replace(account(referrals=3), level=2)
    assert tiers.keeping(ladder(down="fit"), friends, MAY) == for_ever
    assert tiers.keeping(ladder(down="fit"), replace(silver, level=0), MAY) is None
    assert tiers.keeping(ladder(down="fit"), replace(silver, level=3), MAY) is None
    assert tiers.keeping(program(), silver, MAY) is None


def test_a_quiet_time_ends_a_level_where_it_comes_first() -> None:
    visited = {"visit": (MAY, Fraction(1))}
    silver = replace(spent(MAY, 1000), level=1, counters=visited)
    one_visit = (("visits", 1),)
    quiet = ladder(down="step", quiet_months=1)
    assert tiers.keeping(quiet, silver, MAY) == tiers.Keeping(starts(MAY + 2), one_visit)
    ever = ladder(down="step", quiet_months=1, window="lifetime")
    assert tiers.keeping(ever, silver, MAY) == tiers.Keeping(starts(MAY + 2), one_visit)
    slow = ladder(down="step", quiet_months=6)
    assert tiers.keeping(slow, silver, MAY) == tiers.Keeping(
        starts(MAY + 3), (("spend", 1000), ("visits", 10))
    )
