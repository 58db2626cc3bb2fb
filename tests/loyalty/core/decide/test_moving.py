"""Moving in: what somebody had elsewhere, the figures that keep their level, and taking it back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.account import NEVER, Month, Posting
from loyalty.core.decide import decide
from loyalty.core.decide.moving import MoveIn, TakeBack
from tests.support.deciding import FAR, MAY, NOON, account, program, told, well_formed

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.core.decide import Command
    from loyalty.core.draft import Decision
    from loyalty.program.rules import Program

NOW = int(NOON.timestamp())
LEVELS = [
    {"id": "new", "name": {"en": "New"}},
    {"id": "silver", "name": {"en": "Silver"}, "spend": 1000, "visits": 10},
    {"id": "gold", "name": {"en": "Gold"}, "points": 700},
    {"id": "friend", "name": {"en": "Friend"}, "referrals": 3},
]
POTS = [{"id": "points"}, {"id": "stamps", "expiry": {"months": 1}}]


def ladder(**changes: Any) -> Program:
    tiers = {"levels": LEVELS, "window": "rolling", "rolling_months": 2, "down": "fit", **changes}
    return program(pots=POTS, tiers=tiers)


def decided(command: Command, standing: Account, rules: Program | None = None) -> Decision:
    decision = decide(rules or program(pots=POTS), standing, command, NOON)
    well_formed(decision.entry.postings if decision.entry else ())
    return decision


def postings(decision: Decision) -> list[tuple[Any, ...]]:
    assert decision.entry is not None
    return told(list(decision.entry.postings))


def test_value_comes_with_its_end_or_with_the_programs_and_what_is_over_does_not() -> None:
    value = (("points", 0, 5), ("stamps", FAR, 2), ("stamps", NOW, 9), ("stamps", NOW + 1, 1))
    decision = decided(MoveIn("import#1", "key:o", value), account())
    assert decision.answer == {"outcome": "imported", "given": {"points": 5, "stamps": 3}}
    lots = {name: pot.lots for name, pot in decision.account.pots.items()}
    assert lots == {"points": ((NEVER, 5),), "stamps": ((NOW + 1, 1), (FAR, 2))}
    assert decision.entry is not None
    entry = decision.entry
    assert (entry.kind, entry.fact, entry.actor) == ("import", "import#1", "key:o")
    assert {posting.cause for posting in entry.postings} == {"import"}
    home = decided(MoveIn("f", "k", (("stamps", 0, 4),)), account()).account.pot("stamps").lots
    assert [amount for bucket, amount in home if NOW < bucket < NOW + 62 * 86_400] == [4]


def test_what_somebody_owes_is_paid_first() -> None:
    decision = decided(MoveIn("f", "k", (("points", FAR, 5),)), account(debt=2))
    assert postings(decision) == [("import", "debt", -2), ("import", "lot", 3, FAR)]
    assert decision.answer["given"] == {"points": 5}


def test_a_pot_that_the_program_does_not_have_is_a_fault() -> None:
    with pytest.raises(LookupError, match="beans"):
        decided(MoveIn("f", "k", (("beans", 0, 5),)), account())


def test_figures_of_the_time_before_count_from_today() -> None:
    decision = decided(MoveIn("f", "k", spend=900, visits=3), account())
    assert postings(decision) == [("import", "spend", 900, MAY), ("import", "visits", 3, MAY)]
    assert decision.account.months == {MAY: Month(900, 3, 0)}
    assert decided(MoveIn("f", "k"), account()).account.months == {}


@pytest.mark.parametrize(
    ("level", "spend", "figure", "reached"),
    [
        (0, 0, None, 0),
        (1, 0, ("spend", 1000, MAY), 1),
        (1, 400, ("spend", 600, MAY), 1),
        (1, 1000, None, 1),
        (2, 0, ("earned", 700, MAY), 2),
        (3, 0, ("referrals", 3), 3),
        (9, 0, ("referrals", 3), 3),
    ],
)
def test_a_level_is_reached_by_what_is_missing_of_its_first_figure(
    level: int, spend: int, figure: tuple[Any, ...] | None, reached: int
) -> None:
    decision = decided(MoveIn("f", "k", spend=spend, level=level), account(), ladder())
    assert decision.account.level == reached
    found = [one[1:] for one in postings(decision) if one[0] == "import"]
    if spend:
        found.remove(("spend", spend, MAY))
    if level or spend:
        found.remove(("counter", 1, MAY, "visit"))
    assert found == ([figure] if figure else [])


def test_a_quiet_time_begins_once_for_whoever_was_a_customer() -> None:
    for command in (MoveIn("f", "k", spend=1), MoveIn("f", "k", visits=1)):
        moved = decided(command, account(), ladder())
        assert ("import", "counter", 1, MAY, "visit") in postings(moved)
    nobody = decided(MoveIn("f", "k", (("points", FAR, 1),)), account(), ladder())
    assert ("import", "counter", 1, MAY, "visit") not in postings(nobody)
    known = account(counters={"visit": (MAY - 1, Fraction(1))})
    again = decided(MoveIn("f", "k", spend=1), known, ladder())
    assert again.account.latest("visit") == MAY - 1


MOVED = (
    Posting("import", "points", "lot", 10, FAR),
    Posting("import", "stamps", "lot", 3, FAR),
    Posting("import", "points", "debt", -2),
    Posting("import", "", "spend", 1000, at=MAY),
    Posting("import", "", "visits", 4, at=MAY),
    Posting("import", "", "earned", 7, at=MAY),
    Posting("import", "", "referrals", 1),
    Posting("import", "", "counter", 1, at=MAY, ref="visit"),
    Posting("tier", "", "level", 1),
)


def test_taking_back_takes_what_is_still_there_and_tells_the_rest() -> None:
    standing = account(
        (FAR, 6),
        (NEVER, 50),
        spend=1500,
        visits=5,
        earned=7,
        referrals=1,
        months={MAY: Month(1500, 5, 7)},
    )
    decision = decided(TakeBack("undo#1", "key:o", MOVED), standing)
    assert decision.answer == {
        "outcome": "taken_back",
        "taken": {"points": 6},
        "gone": {"points": 6, "stamps": 3},
    }
    assert postings(decision) == [
        ("import", "lot", -6, FAR),
        ("import", "spend", -1000, MAY),
        ("import", "visits", -4, MAY),
        ("import", "earned", -7, MAY),
        ("import", "referrals", -1),
    ]
    assert decision.entry is not None
    entry = decision.entry
    assert (entry.kind, entry.fact, entry.actor) == ("import", "undo#1", "key:o")
    assert decision.account.pot("points").lots == ((NEVER, 50),)


def test_a_level_goes_with_the_figures_that_had_reached_it() -> None:
    moved = decided(MoveIn("f", "k", level=1), account(), ladder(down="never"))
    assert moved.entry is not None
    back = decided(TakeBack("u", "k", moved.entry.postings), moved.account, ladder(down="never"))
    assert (moved.account.level, back.account.level) == (1, 0)
    assert back.answer == {"outcome": "taken_back", "taken": {}, "gone": {}}
    # What was bought since keeps it.
    bought = replace(moved.account, spend=2000, months={MAY: Month(2000, 1, 0)})
    kept = decided(TakeBack("u", "k", moved.entry.postings), bought, ladder(down="never"))
    assert kept.account.level == 1


def test_a_level_that_is_not_reached_any_more_is_reviewed() -> None:
    """Also where it had been reached before, by what has left the window since."""
    standing = account(level=1, spend=1000, months={MAY: Month(1000, 0, 0)}, visits=0)
    posted = (Posting("import", "", "spend", 1000, at=MAY),)
    assert decided(TakeBack("u", "k", posted), standing, ladder()).account.level == 0
