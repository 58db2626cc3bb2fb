"""Eleven groups by recency, frequency and money, ranked inside the program."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import get_args

import pytest

from loyalty.figures import groups
from loyalty.figures.groups import SHOWN, Group, Seen, standings
from loyalty.figures.records import Visit, visits
from tests.loyalty.figures.test_coming import BEGIN, shop


@pytest.mark.parametrize(("members", "sales"), [(40, 300), (300, 900)])
def test_ranks_are_those_of_the_receipts(members: int, sales: int) -> None:
    by_hand, records = shop(3, members, sales)
    until = BEGIN + timedelta(500)
    people = {f"m{n}" for n in range(members)}
    found = standings(visits(records), people, until.toordinal())
    wanted = by_hand.ranked(until)
    assert found.keys() == people
    assert (len(wanted) >= 100) == (members == 300)
    for member, standing in found.items():
        ranks = standing.recency, standing.frequency, standing.money
        assert ranks == wanted.get(member, (1, 1, 1))
        assert (standing.group == "prospects") == (member not in wanted)


GRID = {
    # By recency, then by frequency and money together (2 to 10).
    5: [*["new"] * 2, *["active"] * 4, *["champions"] * 3],
    4: [*["promising"] * 2, *["active"] * 4, *["loyal"] * 3],
    3: [*["promising"] * 2, *["needs_attention"] * 4, *["loyal"] * 3],
    2: [
        *["dormant"] * 2,
        *["almost_lost"] * 2,
        *["at_risk"] * 2,
        *["previously_loyal"] * 3,
    ],
}
GRID[1] = GRID[2]


def test_the_grid_names_every_standing_once() -> None:
    for recency, row in GRID.items():
        for together, name in enumerate(row, 2):
            assert groups._group(recency, Fraction(together, 2)) == name
    named = {name for row in GRID.values() for name in row} | {"prospects"}
    assert named == {*get_args(Group)} == SHOWN.keys()
    assert {*SHOWN.values()} == {*get_args(Seen)}


def test_a_monthly_customer_is_not_lost_beside_a_daily_one() -> None:
    seen = []
    rhythms = {}
    for number in range(40):
        step = 1 if number % 2 else 30
        rhythms[f"m{number}"] = float(step)
        # Who comes daily came yesterday, who comes monthly half a month ago; m1 not for a month.
        last = 400 - (step // 2 or 1) - (30 if number == 1 else 0)
        seen += [Visit(f"m{number}", last - step * n, "", 1, 100) for n in range(5)]
    by_days = standings(seen, {*rhythms}, 401)
    by_rhythm = standings(seen, {*rhythms}, 401, rhythms)
    assert by_days["m0"].recency == 1
    assert by_rhythm["m0"].recency >= 3
    assert by_rhythm["m1"].recency == 1


def test_visits_of_more_than_a_year_ago_are_a_last_visit_and_nothing_more() -> None:
    old = Visit("old", 100, "", 1, 9_000)
    fresh = [Visit(f"m{n}", 460, "", 1, 100) for n in range(5)]
    found = standings([old, *fresh], {"old", "never", *(one.member for one in fresh)}, 466)
    assert (found["old"].frequency, found["old"].money, found["old"].group) == (1, 1, "dormant")
    assert found["never"].group == "prospects"
    assert found["never"].shown == "gone"
