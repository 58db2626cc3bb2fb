"""How many turns at Google fall into one second."""

from __future__ import annotations

from passes.google.quota import SECOND


def worst_window(instants: list[int]) -> int:
    """Return the most of these in any window of a second."""
    ordered = sorted(instants)
    worst = first = 0
    for last, instant in enumerate(ordered):
        while instant - ordered[first] >= SECOND:
            first += 1
        worst = max(worst, last - first + 1)
    return worst
