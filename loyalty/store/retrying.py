"""How often something is tried again that somebody else was in the way of, and after what pause."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyalty.store.deadline import Deadline

ATTEMPTS = 6
_FIRST_PAUSE = 0.025
_LONGEST_PAUSE = 0.4


def attempts(
    random: Callable[[], float], sleep: Callable[[float], None], deadline: Deadline
) -> Iterator[int]:
    """Count attempts; from the second on, wait a random time that grows (full jitter).

    Parameters
    ----------
    random
        Returns a float in [0, 1).
    sleep
        Waits that many seconds.
    deadline
        When all attempts together have to be over.

    Raises
    ------
    OutOfTime
        There is no time to wait; as after any refusal here, asking again tells what happened.
    """
    for attempt in range(ATTEMPTS):
        if attempt:
            longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1))
            pause = random() * longest
            deadline.need(pause)
            sleep(pause)
        yield attempt
