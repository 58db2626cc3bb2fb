"""Whether a till has been quiet for longer than usual at that shop and hour. Pure.

What is usual is learnt from the messages of the last weeks, hour by hour of the week on the shop's
clock: a shop that is closed on Sundays expects nothing on a Sunday, and a bar nothing at noon. A
silence is longer than usual once so many messages should have come since the last one that their
absence is no chance any more; a slow day is judged by its own pace. Nothing is set per shop; where
a shop has told its opening hours and holidays, silence while it is closed is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyalty.store.till_watch import State

WEEKS = 6
"""Of messages that are learnt from."""
ENOUGH = 15.0
"""Messages that should have come. If they came by chance alone e**-15 would be the odds; shops have
slow days, so it is rather one false alarm in some months (tests/loyalty/tills/test_quiet.py)."""
SHORTEST = 30 * 60
"""Seconds of silence while it is open that are never too long, however busy the shop is."""

_FEWEST_DAYS, _FEWEST_MESSAGES = 14, 30
_HOUR, _WEEKDAYS = 3600, 7


@dataclass(frozen=True, slots=True)
class Quiet:
    """What is to be said of a silence.

    Attributes
    ----------
    state
        ``too_few``: two weeks and thirty messages have to be known before anything is said.
    expected
        Messages that should have come since the last one, at most about ``ENOUGH``.
    """

    state: State
    expected: float = 0.0


def always(_: int, __: int) -> float:
    """Say of any time that the shop may be open for all of it."""
    return 1.0


def judge(
    messages: Mapping[int, int],
    last: int,
    now: int,
    zone: str,
    is_open: Callable[[int, int], float] = always,
) -> Quiet:
    """Judge the silence between the last message and now.

    Parameters
    ----------
    messages
        How many came, by hours since 1970 (UTC).
    last, now
        Seconds since 1970.
    zone
        The shop's (IANA).
    is_open
        Returns which part of a time (two seconds since 1970) the shop is open by its own word: a
        holiday is no silence. What is usual is learnt all the same.
    """
    here = ZoneInfo(zone)
    usual = _usual(messages, last, here)
    if usual is None:
        return Quiet("too_few")
    today, pace = _place(last // _HOUR, here)[0], _pace(messages, usual, last, here)
    expected, silence, at = 0.0, 0.0, last
    while at < now and (expected < ENOUGH or silence < SHORTEST):
        end = min(now, (at // _HOUR + 1) * _HOUR)
        day, *place = _place(at // _HOUR, here)
        open_for = (end - at) * is_open(at, end)
        silence += open_for
        brings = usual.get(tuple(place), 0.0) * open_for / _HOUR
        expected += brings * (pace if day == today else 1.0)
        at = end
    silent = expected >= ENOUGH and silence >= SHORTEST
    return Quiet("quiet" if silent else "usual", expected)


def _pace(
    messages: Mapping[int, int], usual: Mapping[tuple[int, ...], float], last: int, zone: ZoneInfo
) -> float:
    """Return how much of the usual the day of the last message has brought, at most 1.

    Until much was to be expected it says little, and is drawn towards 1.
    """
    came, expected, hour = 0, 0.0, last // _HOUR
    today = _place(hour, zone)[0]
    while (place := _place(hour, zone))[0] == today:
        came += messages.get(hour, 0)
        expected += usual.get(place[1:], 0.0) * min(1.0, last / _HOUR - hour)
        hour -= 1
    return min(1.0, (came + ENOUGH) / (expected + ENOUGH))


def _usual(
    messages: Mapping[int, int], last: int, zone: ZoneInfo
) -> dict[tuple[int, ...], float] | None:
    """Return how many messages an hour brings, by weekday and hour; None where too few are known.

    The first day and the last one are parts of days, and what came after is the silence itself. A
    weekday without messages on most of its days is one on which the shop is closed: what one sale
    of Sunday brought is not expected again. Days without any on an open weekday were holidays.
    """
    end = _place(last // _HOUR, zone)[0]
    begin = max(
        end - WEEKS * _WEEKDAYS, min((_place(hour, zone)[0] for hour in messages), default=end) + 1
    )
    days: dict[int, dict[int, int]] = {}
    for hour, number in messages.items():
        day, _, here = _place(hour, zone)
        if begin <= day < end and number:
            hours = days.setdefault(day, {})
            hours[here] = hours.get(here, 0) + number
    known = sum(sum(hours.values()) for hours in days.values())
    if end - begin < _FEWEST_DAYS or known < _FEWEST_MESSAGES:
        return None
    found: dict[tuple[int, ...], float] = {}
    for weekday in range(_WEEKDAYS):
        all_days = [day for day in range(begin, end) if day % _WEEKDAYS == weekday]
        open_days = [days[day] for day in all_days if day in days]
        if 2 * len(open_days) <= len(all_days):
            continue
        for hours in open_days:
            for here, number in hours.items():
                place = (weekday, here)
                found[place] = found.get(place, 0.0) + number / len(open_days)
    return found


@lru_cache(maxsize=2**12)  # the hours of six weeks are 1008, and each is asked for many times
def _place(hour: int, zone: ZoneInfo) -> tuple[int, int, int]:
    """Return day (ordinal), weekday (its remainder by seven) and hour on the shop's clock."""
    here = datetime.fromtimestamp(hour * _HOUR, UTC).astimezone(zone)
    day = here.toordinal()
    return day, day % _WEEKDAYS, here.hour
