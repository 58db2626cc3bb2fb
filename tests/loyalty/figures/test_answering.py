"""The net promoter score per location and period, held against another way to work it out."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.core.feedback import Feedback
from loyalty.figures.answering import Answers
from loyalty.store import answer_lines
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.figures.recommending import Promoters

ZONE = ZoneInfo("America/New_York")
MONDAY = date(2026, 5, 4)


def line(number: int, member: int, score: int | None, **values: Any) -> Feedback:
    made = Feedback(
        "coffee", f"{member:032x}", f"{number:016x}", "after", "once", "nps", {"en": "?"},
        place="main-street", score=score, changes=1,
        answered=round(datetime(2026, 5, 4, 16, tzinfo=UTC).timestamp()) * 1_000_000,
    )  # fmt: skip
    return replace(made, **values)


def kept(*found: Feedback) -> Answers:
    world = World()
    world.put_program()
    for one in found:
        world.tables.write(answer_lines.put(one))
    return Answers(world.tables, world.programs)


def told(
    answers: Answers, *, by: bool = False, days: int = 1, **values: Any
) -> dict[str, Promoters]:
    first = MONDAY.toordinal()
    return dict(answers.promoters("coffee", (first, first + days), by=by, **values))


def by_hand(scores: list[int]) -> tuple[int, int, int]:
    """Return score and interval as figures.md says, from one answer to the next."""
    worth = [100 if one in {9, 10} else 0 if one in {7, 8} else -100 for one in scores]
    weights = [(one, 1.0) for one in worth]
    if len(scores) < 50:
        weights += [(100, 0.75), (0, 1.5), (-100, 0.75)]
    whole = sum(weight for _, weight in weights)
    mean = sum(value * weight for value, weight in weights) / whole
    variance = sum(weight * (value - mean) ** 2 for value, weight in weights) / whole
    half = 1.96 * math.sqrt(variance / whole)
    ends = max(-100.0, mean - half), min(100.0, mean + half)
    score, low, high = (math.floor(one + 0.5) for one in (sum(worth) / len(worth), *ends))
    return score, low, high


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10),
            st.sampled_from(["main-street", "airport", ""]),
            st.integers(-30, 30),
        ),
        min_size=20,
        max_size=140,
    )
)
def test_equal_to_another_way_to_work_it_out(given_: list[tuple[int, str, int]]) -> None:
    noon = datetime(2026, 5, 4, 16, tzinfo=UTC)
    found = [
        line(
            number, number, score, place=place,
            answered=round((noon + timedelta(hours=hours)).timestamp()) * 1_000_000,
        )
        for number, (score, place, hours) in enumerate(given_)
    ]  # fmt: skip
    answers = kept(*found)
    mine: dict[str, list[int]] = {}
    for one in found:
        here = datetime.fromtimestamp(one.answered / 1_000_000, ZONE).date()
        if here == MONDAY and one.score is not None:
            mine.setdefault(one.place, []).append(one.score)
    everybody = [score for scores in mine.values() for score in scores]
    for group, scores in ((told(answers), {"": everybody}), (told(answers, by=True), mine)):
        assert set(group) == set(scores)
        for place, expected in scores.items():
            score = group[place]
            assert score.n == len(expected)
            if len(expected) < 30:
                assert (score.value, score.low, score.high, score.missing) == (
                    None,
                    None,
                    None,
                    "too_few",
                )
            else:
                assert (score.value, score.low, score.high) == by_hand(expected)


def test_the_reference_figures() -> None:
    thirds = [10] * 33 + [7] * 34 + [0] * 33
    found = told(kept(*(line(n, n, score) for n, score in enumerate(thirds))))[""]
    assert (found.value, found.low, found.high, found.n) == (0, -16, 16, 100)
    assert (found.promoters, found.passives, found.detractors) == (33, 34, 33)


def test_few_members_are_too_few_however_many_answers() -> None:
    found = told(kept(*(line(number, number % 29, 9) for number in range(200))))[""]
    assert (found.value, found.missing, found.n, found.members) == (None, "too_few", 200, 29)


def test_an_answer_that_is_changed_counts_once_and_as_it_is_now() -> None:
    people = [line(number, number, 10) for number in range(40)]
    changed = [replace(one, score=0, changes=2) for one in people[:20]]
    assert told(kept(*people, *changed))[""].value == 0


def test_other_questions_and_other_days_are_left_out() -> None:
    people = [line(number, number, 10) for number in range(40)]
    stars = [line(100 + n, 100 + n, 1, asks="stars", campaign="stars") for n in range(40)]
    words = line(200, 200, None, asks="text")
    answers = kept(*people, *stars, words)
    assert told(answers)[""].n == 40
    assert told(answers, campaign="other")[""].n == 0
    assert dict(answers.promoters("coffee", (1, MONDAY.toordinal()), by=False))[""].n == 0
    noon = datetime(2026, 5, 5, 12, tzinfo=UTC)
    found = answers.given("coffee", "stars", "stars", 0, noon)
    assert (found.answers, found.scores, found.average) == (40, {1: 40}, 100)
    found = answers.given("coffee", "after", "nps", 0, noon)
    assert (found.answers, found.words) == (41, 1)
