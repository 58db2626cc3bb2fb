"""Silence is judged by what is usual at that shop and hour."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from loyalty.tills.quiet import ENOUGH, SHORTEST, Quiet, judge

ZONE = ZoneInfo("Europe/Berlin")
BEGIN = datetime(2026, 3, 2, tzinfo=ZONE)  # a Monday; clocks go forward on 29 March
OPEN = range(9, 19)
CLOSED = 6  # Sunday
HOUR = 3600


def hours(weeks: int, per_hour: int, closed: int = CLOSED) -> dict[int, int]:
    """A shop that sells evenly while it is open, for so many weeks from BEGIN on."""
    found = {}
    for day in range(weeks * 7):
        date = BEGIN + timedelta(days=day)
        if date.weekday() != closed:
            for hour in OPEN:
                found[second(date.replace(hour=hour)) // HOUR] = per_hour
    return found


def second(instant: datetime) -> int:
    return int(instant.timestamp())


def local(week: int, weekday: int, hour: int, minute: int = 0) -> int:
    here = BEGIN + timedelta(days=7 * week + weekday)
    return second(here.replace(hour=hour, minute=minute))


def state(messages: dict[int, int], last: int, now: int) -> str:
    return judge(messages, last, now, "Europe/Berlin").state


def test_nothing_is_expected_while_the_shop_is_closed() -> None:
    """From Saturday evening to Monday morning is forty hours, and nobody is told."""
    messages = hours(4, 10)
    last = local(3, 5, 18, 59)
    for later in range(0, 38 * HOUR, HOUR):
        assert state(messages, last, last + later) == "usual"
    assert state(messages, last, local(4, 0, 10)) == "usual"
    assert state(messages, last, local(4, 0, 11)) == "quiet"


def test_the_clock_is_the_shops_also_after_summer_time_has_begun() -> None:
    """What is usual was learnt in winter: an hour of the shop, not of UTC."""
    messages = hours(4, 10)
    last = local(3, 5, 18)
    assert state(messages, last, local(4, 0, 9, 20)) == "usual"
    expected = judge(messages, last, local(4, 0, 10), "Europe/Berlin").expected
    assert expected == pytest.approx(20)  # an hour of Saturday, and one of Monday


def test_an_outage_while_it_is_open_is_seen_as_soon_as_enough_should_have_come() -> None:
    messages = hours(5, 30)
    last = local(4, 1, 10)
    assert state(messages, last, last + int(HOUR * ENOUGH / 30) - 60) == "usual"
    assert state(messages, last, last + int(HOUR * ENOUGH / 30) + 60) == "quiet"


def test_half_an_hour_is_never_too_long() -> None:
    messages = hours(5, 1000)
    last = local(4, 1, 10)
    assert state(messages, last, last + SHORTEST - 1) == "usual"
    assert state(messages, last, last + SHORTEST) == "quiet"


@pytest.mark.parametrize(("weeks", "per_hour"), [(0, 0), (1, 100), (2, 1), (1, 1)])
def test_of_a_new_till_nobody_can_say(weeks: int, per_hour: int) -> None:
    messages = hours(weeks, per_hour)
    if weeks == 2:
        messages = dict(list(messages.items())[::8])  # long enough, and too few
    last = max(messages, default=local(0, 0, 9) // HOUR) * HOUR
    assert judge(messages, last, last + 90 * 24 * HOUR, "Europe/Berlin") == Quiet("too_few")


def test_one_sunday_of_work_is_not_expected_again() -> None:
    messages = hours(6, 10)
    for hour in OPEN:
        messages[local(2, 6, hour) // HOUR] = 60
    assert state(messages, local(5, 5, 18, 59), local(5, 6, 23)) == "usual"


def test_holidays_of_last_week_do_not_make_today_usual() -> None:
    messages = {hour: n for hour, n in hours(5, 10).items() if hour * HOUR < local(3, 0, 0)}
    messages[local(4, 6, 12) // HOUR] = 1  # somebody tried the till on the way back
    assert state(messages, local(4, 6, 12), local(5, 1, 12)) == "quiet"


def test_the_silence_itself_is_not_learnt_from() -> None:
    messages, last = hours(4, 10), local(3, 2, 10)
    messages = {hour: n for hour, n in messages.items() if hour * HOUR <= last}
    for day in range(1, 60):
        assert state(messages, last, last + day * 24 * HOUR) == "quiet"


@pytest.mark.parametrize("per_hour", [2, 20])
def test_slow_days_raise_few_alarms(per_hour: int) -> None:
    """Days differ by two fifths, customers come as they like: once in two months at the most."""
    draw = random.Random(per_hour)
    messages: dict[int, int] = {}
    last, alarms = 0, set()
    for day in range(7 * 16):
        busy = draw.gammavariate(6.25, 1 / 6.25)
        at = float(second(BEGIN + timedelta(days=day, hours=OPEN[0])))
        end = second(BEGIN + timedelta(days=day, hours=OPEN[-1] + 1))
        look = at
        while (at := at + draw.expovariate(per_hour * busy / HOUR)) < end:
            # The only instant that matters is the last one before somebody comes.
            if day > 14 and at - look > SHORTEST and state(messages, last, int(at)) == "quiet":
                alarms.add(last)
            messages[int(at) // HOUR] = messages.get(int(at) // HOUR, 0) + 1
            last = int(look := at)
    assert len(alarms) <= 2
    assert state(messages, last, last + 21 * 24 * HOUR) == "quiet"


def test_a_slow_day_is_judged_by_its_own_pace() -> None:
    messages = hours(5, 20)
    today, last = local(5, 1, 0), local(5, 1, 15)
    assert state({**messages, today // HOUR + 9: 120}, last, last + 50 * 60) == "quiet"
    slow = {**messages, today // HOUR + 9: 5, today // HOUR + 14: 5}
    assert state(slow, last, last + 50 * 60) == "usual"
    assert state(slow, last, last + 4 * HOUR) == "usual", "it closes at seven"
    assert state(slow, last, local(5, 2, 10)) == "quiet", "the next day is a new one"


def test_midnight_belongs_to_the_day_that_it_falls_on() -> None:
    """A bar that is open on Friday and Saturday nights, over midnight."""
    messages = {}
    for week in range(5):
        for weekday, hour in ((4, 22), (4, 23), (5, 0), (5, 1), (5, 22), (5, 23), (6, 0), (6, 1)):
            messages[local(week, weekday, hour) // HOUR] = 20
    last = local(4, 6, 1, 50)
    assert state(messages, last, local(5, 4, 22)) == "usual", "a whole week has gone by"
    assert state(messages, last, local(5, 4, 23)) == "quiet"
    assert datetime.fromtimestamp(last, UTC).hour == 23


def test_a_holiday_that_the_shop_has_told_is_no_silence() -> None:
    """Closed on a Tuesday that is usually busy; open again on Wednesday, and silent then."""
    messages = hours(5, 30)
    last = local(4, 0, 18, 59)  # Monday evening
    tuesday, wednesday = local(4, 1, 0), local(4, 2, 0)

    def is_open(begin: int, end: int) -> float:
        return 0.0 if tuesday <= begin and end <= wednesday else 1.0

    assert judge(messages, last, local(4, 1, 12), "Europe/Berlin").state == "quiet"
    assert judge(messages, last, local(4, 1, 12), "Europe/Berlin", is_open).state == "usual"
    assert judge(messages, last, local(4, 2, 9), "Europe/Berlin", is_open).state == "usual"
    assert judge(messages, last, local(4, 2, 10), "Europe/Berlin", is_open).state == "quiet"


def test_half_an_hour_is_meant_while_the_shop_is_open() -> None:
    messages = hours(5, 1000)
    last, opens = local(4, 1, 12), local(4, 1, 12, 40)

    def is_open(begin: int, end: int) -> float:
        return max(0, end - max(begin, opens)) / (end - begin)

    judged = [
        judge(messages, last, opens + 60 * minutes, "Europe/Berlin", is_open).state
        for minutes in (0, 29, 31)
    ]
    assert judged == ["usual", "usual", "quiet"]
