"""The issuer's turns at Google, shared by all processes through one item of the state table."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from loyalty.core.instants import microseconds
from loyalty.store import google_state
from loyalty.store.google_state import Turns, TurnsTaken
from loyalty.store.tables import Cancelled, OutcomeUnknown
from passes.google import quota

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.store.tables import Tables


class SharedPace:
    """Gives turns off the issuer's line, which all processes share through one item.

    Turns are taken in blocks, one write for as many requests as are expected. Losing a race costs
    no read: the refused write shows the line as it is. When the table cannot be written, the
    process goes on alone at `LOCAL_RATE`.

    Parameters
    ----------
    clock, sleep, random
        The present instant, waiting in seconds, randomness in [0, 1).
    """

    LOCAL_INTERVAL: Final = quota.SECOND // 2
    """Alone: two requests a second, so that two workers and some clicks stay within the quota."""
    LOCAL_TIME: Final = 5 * quota.SECOND
    MOST_TRIES: Final = 8
    MOST_TURNS: Final = 10

    def __init__(
        self,
        tables: Tables,
        issuer: str,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        random: Callable[[], float],
        lane: quota.Lane = "live",
    ) -> None:
        self._tables = tables
        self._issuer = issuer
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._lane: quota.Lane = lane
        self._lock = threading.Lock()
        self._line: quota.Timeline | None = None
        self._turns: list[int] = []
        self._expected = 0
        self._alone_until = 0
        self._alone_free = 0
        self.writes = 0

    def expect(self, requests: int) -> None:
        """Say how many requests are about to be sent: so many turns are taken at once."""
        with self._lock:
            self._expected = requests

    def take(self, seconds: float) -> bool:
        """Wait for a turn, for so long at most; False when there is none in that time."""
        latest = self._now() + int(seconds * quota.SECOND)
        while True:
            with self._lock:
                found = self._next(latest)
            if isinstance(found, quota.Later):
                if found.at > latest:
                    return False
                self._wait(found.at)
                continue
            self._wait(found)
            if not quota.missed(found, self._now()):
                return True

    def _next(self, latest: int) -> int | quota.Later:
        if self._turns:
            turn = self._turns.pop(0)
            return turn if turn <= latest else quota.Later(turn)
        wanted = max(1, min(self._expected, self.MOST_TURNS))
        reserved = self._reserve(wanted, latest)
        if isinstance(reserved, quota.Later):
            return reserved
        first, *self._turns = reserved
        self._expected = max(0, self._expected - len(reserved))
        return first

    def _reserve(self, count: int, latest: int) -> tuple[int, ...] | quota.Later:
        for number in range(self.MOST_TRIES):
            now = self._now()
            if now < self._alone_until:
                break
            if number > 1:
                self._sleep(self._random() * number / 100)
            line = self._line or quota.Timeline()
            got = quota.reserve(line, count, now, latest, self._lane)
            if isinstance(got, quota.Later):
                return got  # the line only grows, so an old one is not too late
            turns, following = got
            self.writes += 1
            try:
                self._write(following)
            except OutcomeUnknown:
                self._line = None  # if it was written, its turns are lost
            except TurnsTaken as taken:
                stands = taken.turns
                self._line = quota.Timeline(stands.free, stands.campaigns) if stands else None
            except Cancelled as cancelled:
                if cancelled.reasons[0].kind == "throttled":
                    break
            else:
                self._line = following
                return turns.instants
        return self._alone(latest)

    def _write(self, following: quota.Timeline) -> None:
        seen = _turns(self._line) if self._line else None
        google_state.move_turns(self._tables, self._issuer, seen, _turns(following))

    def _alone(self, latest: int) -> tuple[int, ...] | quota.Later:
        """Give a turn without the table; the table is asked again after a while."""
        now = self._now()
        if now >= self._alone_until:
            self._alone_until = now + self.LOCAL_TIME
        turn = max(now, self._alone_free)
        if turn > latest:
            return quota.Later(turn)
        self._alone_free = turn + self.LOCAL_INTERVAL
        return (turn,)

    def _wait(self, instant: int) -> None:
        if (left := instant - self._now()) > 0:
            self._sleep(left / quota.SECOND)

    def _now(self) -> int:
        return microseconds(self._clock())


def _turns(line: quota.Timeline) -> Turns:
    return Turns(line.free, line.campaigns)
