"""When an event that a receiver did not take is sent again. Pure.

The schedule is that of Standard Webhooks ("Deliverability and reliability"), spread at random so
that what failed together does not come back together.
"""

from __future__ import annotations

SECONDS = (
    5,
    5 * 60,
    30 * 60,
    2 * 3600,
    5 * 3600,
    10 * 3600,
    14 * 3600,
    20 * 3600,
    24 * 3600,
)
"""Seconds from each failed attempt to the next one; after the last of them it is given up."""

SPREAD = 0.2
"""By how much of itself a wait is made longer, at most."""

_LONGEST = 24 * 3600
_FIRST_REST, _LONGEST_REST = 5, 60
_LEFT_ALONE_AFTER = 3


def wait(failed: int, asked: int, chance: float) -> int | None:
    """Return the seconds until the next attempt, None after the last one.

    Parameters
    ----------
    failed
        Attempts that have failed, this one too: 1 after the first.
    asked
        Seconds that the receiver asked for (Retry-After), 0 for nothing.
    chance
        A random number in [0, 1).
    """
    if failed > len(SECONDS):
        return None
    planned = SECONDS[failed - 1]
    return min(_LONGEST, max(planned, asked)) + int(planned * SPREAD * chance)


def rest(failures: int) -> int:
    """Return for how many seconds a receiver is left alone that failed so often in a row.

    What comes in that time counts as failed without being sent: a receiver that is down, or so
    slow that it is no use, must not cost the time of others.
    """
    if failures < _LEFT_ALONE_AFTER:
        return 0
    return min(_LONGEST_REST, _FIRST_REST << min(failures - _LEFT_ALONE_AFTER, 10))
