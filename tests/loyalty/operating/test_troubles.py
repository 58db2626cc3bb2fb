"""What is said of what is wrong: when it is new, ever more rarely while it lasts, and after."""

from __future__ import annotations

import pytest

from loyalty.operating.troubles import DAY, Known, Trouble, compare, span

TILL = Trouble("till", "coffee-till", "No message has come.")
QUEUE = Trouble("queue", "inbox", "Messages are old.")


def days_told(length: int) -> list[int]:
    """Return on which days somebody is told of a trouble that lasts so long, looked at daily."""
    known: tuple[Known, ...] = ()
    told = []
    for day in range(length):
        report = compare(known, [TILL], (), day * DAY)
        known = report.known
        if not report.silent:
            told.append(day)
    return told


def test_a_lasting_trouble_is_told_again_ever_more_rarely() -> None:
    assert days_told(40) == [0, 1, 2, 4, 8, 16, 32]


def test_it_is_new_once_and_over_once() -> None:
    first = compare((), [TILL, QUEUE], (), 1000)
    assert [one.trouble for one in first.new] == [TILL, QUEUE]
    second = compare(first.known, [QUEUE, TILL], (), 1300)
    assert second.silent
    third = compare(second.known, [QUEUE], (), 1600)
    assert [one.trouble for one in third.over] == [TILL]
    assert [(one.trouble, one.since) for one in third.known] == [(QUEUE, 1000)]
    assert compare(third.known, [QUEUE], (), 1900).silent


def test_what_was_not_looked_at_stays_as_it_was() -> None:
    known = compare((), [TILL, QUEUE], (), 0).known
    report = compare(known, [], {"till"}, 300)
    assert [one.trouble for one in report.over] == [QUEUE]
    assert [one.trouble for one in report.known] == [TILL]


def test_other_words_of_the_same_trouble_are_not_told_again() -> None:
    known = compare((), [QUEUE], (), 0).known
    later = Trouble("queue", "inbox", "Messages are older.")
    report = compare(known, [later], (), 300)
    assert report.silent
    assert report.known[0].trouble.words == "Messages are older."


def test_the_message_says_all_that_is_told() -> None:
    known = (Known(QUEUE, 0, 0), Known(Trouble("till", "other", "Quiet."), 0, DAY))
    report = compare(known, [TILL, QUEUE, Trouble("till", "other", "Quiet.")], (), DAY)
    assert report.subject("loyalty") == "loyalty: 3 things are not as they should be"
    assert report.words() == (
        "New\n- No message has come. (since 1970-01-02 00:00 UTC)\n\n"
        "Still so\n- Messages are old. (since 1970-01-01 00:00 UTC)\n\n"
        "And 1 more, told before.\n\nWhat to do: docs/operating.md, Alarms."
    )
    over = compare((Known(TILL, 0, 0),), [], (), 60)
    assert over.subject("loyalty-production") == "loyalty-production: all is well again"
    assert over.words().startswith("Over\n- No message has come.")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (30, "30 seconds"),
        (60, "1 minute"),
        (3599, "59 minutes"),
        (7199, "119 minutes"),
        (7200, "2 hours"),
        (47 * 3600, "47 hours"),
        (2 * DAY, "2 days"),
    ],
)
def test_a_time_is_said_as_people_say_it(seconds: int, words: str) -> None:
    assert span(seconds) == words
