"""One deadline for everything that an invocation does, through all its retries.

A function is stopped when its time is over, and a gateway gives up before; whoever asked is then
told nothing, or nothing true. So nothing is begun that might not end in time: it is refused, and
the same request sent again finds what was done, because every effect is written with its answer.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable


class OutOfTime(Refusal):
    """Not enough time is left for what would come next."""

    def __init__(self) -> None:
        detail = "Something behind us is slow. Send the same request again; it counts once."
        super().__init__("unavailable", "unavailable", detail, retry_after=2)


class Deadline:
    """When the work that is under way has to be over; without a beginning there is no end.

    A process works on one invocation at a time, with however many threads, so it has one of these.

    Parameters
    ----------
    clock
        Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = math.inf

    @property
    def left(self) -> float:
        """Return the seconds that are left; negative when it is over."""
        return self._end - self._clock()

    def begin(self, seconds: float) -> None:
        """Let the work be over in so many seconds."""
        self._end = self._clock() + seconds

    def end(self) -> None:
        """Forget it: whatever is done now is not in a hurry."""
        self._end = math.inf

    def need(self, seconds: float) -> None:
        """Make sure that so many seconds are left.

        Raises
        ------
        OutOfTime
            They are not.
        """
        if self.left < seconds:
            raise OutOfTime
