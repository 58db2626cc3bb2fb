"""Answers to questions: what is one, how long it may be changed, and what somebody has to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from loyalty.core import feedback
from loyalty.core.feedback import LOW, MOST_CHANGES, Feedback
from loyalty.refusals import Refusal

ASKED = 1_777_896_000_000_000
DAY = 86_400_000_000


def asked(asks: Any = "nps", **values: Any) -> Feedback:
    made = Feedback(
        "coffee",
        "ann",
        "5b" * 8,
        "after",
        "order-till-1",
        asks,
        {"en": "How was it?"},
        low=LOW.get(asks, ()),
        asked=ASKED,
        until=ASKED // 1_000_000 + 14 * 86_400,
    )
    return replace(made, **values)


def refused(one: Feedback, score: int | None, words: str = "", now: int = ASKED) -> str:
    with pytest.raises(Refusal) as found:
        feedback.answered(one, score, words, now)
    return found.value.code


@pytest.mark.parametrize(
    ("score", "state"), [(0, "open"), (6, "open"), (7, "noted"), (10, "noted")]
)
def test_detractors_are_a_task(score: int, state: str) -> None:
    found = feedback.answered(asked(), score, "", ASKED)
    assert (found.state, found.is_low, found.score) == (state, state == "open", score)


def test_words_alone_are_always_a_task() -> None:
    found = feedback.answered(asked("text"), None, " Lovely. ", ASKED)
    assert (found.state, found.is_low, found.score, found.words) == ("open", False, None, "Lovely.")


def test_an_option_is_low_where_the_owner_says_so() -> None:
    poll = asked("poll", options=({"en": "Warm"}, {"en": "Cold"}), low=(1,))
    assert feedback.answered(poll, 0, "", ASKED).state == "noted"
    assert feedback.answered(poll, 1, "", ASKED).state == "open"
    assert refused(poll, 2) == "answer_missing"


@pytest.mark.parametrize(
    ("asks", "score", "words"),
    [("nps", None, "Good"), ("nps", 11, ""), ("stars", 0, ""), ("stars", 6, ""), ("text", 5, " ")],
)
def test_what_is_no_answer(asks: str, score: int | None, words: str) -> None:
    assert refused(asked(asks), score, words) == "answer_missing"


def test_an_answer_may_be_changed_for_a_day_from_the_first_one_on() -> None:
    first = feedback.answered(asked(), 9, "", ASKED)
    later = feedback.answered(first, 2, "Cold", ASKED + DAY - 1)
    assert (later.answered, later.changed, later.changes) == (ASKED, ASKED + DAY - 1, 2)
    assert (later.state, later.score, later.version) == ("open", 2, 3)
    assert refused(later, 10, "", ASKED + DAY) == "answer_final"
    # The same again is no change, at any time.
    assert feedback.answered(later, 2, " Cold ", ASKED + 9 * DAY) is later


def test_it_cannot_be_answered_once_it_is_over() -> None:
    one = asked()
    assert refused(one, 9, "", one.until * 1_000_000) == "question_over"
    assert feedback.answered(one, 9, "", one.until * 1_000_000 - 1).changes == 1


def test_nobody_changes_it_without_end() -> None:
    one = asked()
    for number in range(MOST_CHANGES):
        one = feedback.answered(one, number % 2, "", ASKED + number)
    assert refused(one, 9, "", ASKED + 99) == "answer_final"


def test_words_are_kept_only_where_they_were_asked_for() -> None:
    assert feedback.answered(asked(comment=False), 9, "Hello", ASKED).words == ""
    assert len(feedback.answered(asked(), 9, "x" * 5_000, ASKED).words) == 1_000


def test_what_the_shop_does_stays_unless_the_member_is_unhappy_again() -> None:
    low = feedback.answered(asked(), 3, "", ASKED)
    told = feedback.replied(low, "Sorry!", "key:a", ASKED + 1)
    assert (told.state, told.reply, told.by) == ("answered", "Sorry!", "key:a")
    assert feedback.replied(told, "Sorry!", "key:b", ASKED + 2) is told
    better = feedback.answered(told, 9, "", ASKED + 3)
    assert (better.state, better.reply) == ("answered", "Sorry!")
    assert feedback.answered(better, 1, "", ASKED + 4).state == "open"
    done = feedback.resolved(told)
    assert feedback.resolved(done) is done
    assert feedback.replied(done, "And thank you.", "key:a", ASKED + 5).state == "resolved"


def test_nothing_is_said_to_who_has_not_answered() -> None:
    for act in (feedback.resolved, lambda one: feedback.replied(one, "Hi", "key:a", ASKED)):
        with pytest.raises(Refusal) as found:
            act(asked())
        assert found.value.code == "not_answered"


def test_a_gift_is_noted_once() -> None:
    low = feedback.answered(asked(), 3, "", ASKED)
    given = feedback.compensated(low, "key#1", 50)
    assert feedback.compensated(given, "key#1", 50) is given
    assert feedback.compensated(given, "key#2", 20).given == {"key#1": 50, "key#2": 20}
