"""Count wrong tokens by caller, and stop answering in full once somebody is guessing.

Kept in the process and nowhere else: a wrong token costs us no read, and a counter in a table would
cost more than what it holds off. A right token is never held up.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

MOST_WRONG = 20
"""Wrong tokens that one caller may send within :data:`SECONDS`."""
SECONDS = 60
_MOST_CALLERS = 2000


class WrongTokens:
    """Remembers when each caller was wrong lately."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def is_guessing(self, caller: str, now: datetime) -> bool:
        """Take note of a wrong token; tell whether there were too many of late."""
        instant = now.timestamp()
        times = self._seen.setdefault(caller, deque(maxlen=MOST_WRONG + 1))
        self._seen.move_to_end(caller)
        if len(self._seen) > _MOST_CALLERS:
            self._seen.popitem(last=False)
        while times and times[0] <= instant - SECONDS:
            times.popleft()
        times.append(instant)
        return len(times) > MOST_WRONG
