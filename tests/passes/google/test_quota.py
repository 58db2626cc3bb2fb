"""How fast and how often, decided purely; and the shared line of turns over the tables."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from passes.google import quota
from passes.google.quota import DAY, INTERVAL, SECOND, Allowance, Later, Timeline, Turns, Wave
from tests.support.turns import worst_window

NOW = 1_795_000_000 * SECOND
FAR = NOW + 30 * SECOND


def test_turns_follow_each_other() -> None:
    first = quota.reserve(Timeline(), 3, NOW, FAR)
    assert first == (Turns(NOW, 3), Timeline(NOW + 3 * INTERVAL))
    assert isinstance(first, tuple)
    second = quota.reserve(first[1], 2, NOW + 1, FAR)
    assert isinstance(second, tuple)
    assert second[0].instants == (NOW + 3 * INTERVAL, NOW + 4 * INTERVAL)
    idle = quota.reserve(second[1], 1, NOW + 60 * SECOND, NOW + 90 * SECOND)
    assert isinstance(idle, tuple)
    assert idle[0].first == NOW + 60 * SECOND, "what was not used is not saved up"


def test_no_turn_after_the_last_useful_instant() -> None:
    line = Timeline(NOW + SECOND)
    assert quota.reserve(line, 1, NOW, NOW + SECOND - 1) == Later(NOW + SECOND)
    got = quota.reserve(line, 9, NOW, NOW + SECOND + 2 * INTERVAL)
    assert isinstance(got, tuple)
    assert got[0].count == 3


def test_a_line_written_by_a_wrong_clock_stops_nobody() -> None:
    for line in (Timeline(NOW + quota.BELIEVABLE + 1), Timeline(NOW + DAY, NOW + DAY)):
        got = quota.reserve(line, 1, NOW, FAR)
        assert isinstance(got, tuple)
        assert got[0].first == NOW


def test_a_campaign_stands_back_while_live_updates_queue() -> None:
    busy = Timeline(NOW + 2 * INTERVAL)
    assert quota.reserve(busy, 9, NOW, FAR, "campaign") == Later(NOW + INTERVAL)
    got = quota.reserve(Timeline(), 9, NOW, FAR, "campaign")
    assert isinstance(got, tuple)
    assert got[0].count == quota.CAMPAIGN_BLOCK
    # Its share is used up for a while, though the line is free again.
    free = Timeline(NOW, got[1].campaigns)
    assert quota.reserve(free, 1, NOW + SECOND // 5, FAR, "campaign") == Later(got[1].campaigns)
    live = quota.reserve(got[1], 1, NOW, FAR)
    assert isinstance(live, tuple)
    assert live[0].first - NOW <= SECOND // 4, "a live update waits for one block at most"


asks = st.lists(
    st.tuples(
        st.integers(0, SECOND),  # time passes
        st.integers(1, 10),  # turns wanted
        st.sampled_from(["live", "live", "campaign"]),
        st.lists(st.integers(0, quota.GRACE), min_size=10, max_size=10),  # lateness of each
    ),
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(asks)
def test_no_window_of_a_second_holds_more_than_the_quota(asked: list[Any]) -> None:
    line, now, sent = Timeline(), NOW, []
    for passed, count, lane, late in asked:
        now += passed
        got = quota.reserve(line, count, now, now + 30 * SECOND, lane)
        if not isinstance(got, Later):
            turns, line = got
            sent += [turn + late[number] for number, turn in enumerate(turns.instants)]
    assert worst_window(sent) <= quota.QUOTA


def test_a_grace_twice_as_long_would_break_the_quota() -> None:
    """Negative control: the grace is as long as it may be."""
    turns = Turns(NOW, 40).instants
    assert worst_window([*turns[:20], *(turn + quota.GRACE for turn in turns[20:])]) <= 20
    late = [turn + (2 * quota.GRACE if turn < NOW + SECOND else 0) for turn in turns]
    assert worst_window(late) > 20


def test_three_notifications_in_a_day() -> None:
    notified: tuple[int, ...] = (NOW - DAY - quota.MARGIN, NOW - 3 * SECOND, NOW - 2 * SECOND)
    assert quota.allowance("message", notified, NOW) == Allowance(notify=True)
    notified = (*notified, NOW - SECOND)
    later = NOW - 3 * SECOND + DAY + quota.MARGIN
    assert quota.allowance("message", notified, NOW) == Allowance(notify=False, later=later)
    assert quota.allowance("notice", notified, NOW) == Allowance(notify=False)
    assert quota.allowance("message", notified, later) == Allowance(notify=True)
    assert quota.remembered(notified, NOW) == notified[1:]


def test_updates_leave_one_for_what_has_to_be_said() -> None:
    notified = (NOW - 2, NOW - 1)
    assert quota.allowance("update", notified[:1], NOW).notify
    assert quota.allowance("update", notified, NOW) == Allowance(notify=False)
    assert quota.allowance("message", notified, NOW).notify


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["update", "message", "notice"]), st.integers(0, DAY))))
def test_never_more_than_three_in_any_day(asked: list[Any]) -> None:
    notified: list[int] = []
    now = NOW
    for kind, passed in asked:
        now += passed // 4
        if quota.allowance(kind, notified, now).notify:
            notified.append(now)
    for instant in notified:
        assert sum(instant <= other < instant + DAY for other in notified) <= quota.NOTIFICATIONS


def test_the_eta_is_arithmetic() -> None:
    assert quota.eta([Wave(1200)], live=0) == 100.0
    assert quota.eta([Wave(1200)], live=13) == 200.0
    assert quota.eta([Wave(1200)], live=19) is None
    assert quota.eta([Wave(0)], live=0) is None
    assert quota.eta([Wave(1200)], live=0, requests=3) == 300.0
    # Those without a notification left today come when they have one.
    assert quota.eta([Wave(600, after=3600), Wave(1200)], live=0) == 3650.0
    assert quota.eta([Wave(600, after=50), Wave(1200)], live=0) == 150.0
    million = quota.eta([Wave(1_000_000)], live=2)
    assert million is not None
    assert 23 < million / 3600 < 24, "a million cards take a day: say it before it begins"


def test_cards_without_a_notification_left_come_in_a_later_wave() -> None:
    full = (NOW - 3 * SECOND, NOW - 2 * SECOND, NOW - SECOND)
    notified = [(), full[:2], full, full, ()]
    day = (DAY + quota.MARGIN) // SECOND - 3
    assert quota.waves(notified, NOW) == (Wave(3), Wave(2, after=day))
    assert quota.waves(notified, NOW, "notice") == (Wave(5),)
    assert quota.eta(quota.waves(notified, NOW), live=0) == day + 2 / quota.CAMPAIGN_RATE
    assert quota.waves([], NOW) == ()


def test_everybody_is_one_request() -> None:
    assert quota.best_way(1000, 1000) == "class"
    assert quota.best_way(999, 1000) == "objects"
    assert quota.best_way(0, 0) == "objects"
