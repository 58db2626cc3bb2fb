"""How much the long suites try: a part in ``make test``, everything in ``make test-full``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

One = TypeVar("One")
Other = TypeVar("Other")

FULL = os.environ.get("TESTS") == "full"


def part(whole: int, some: int) -> int:
    """Return how many examples a property is tried with."""
    return whole if FULL else some


def paired(ones: Sequence[One], others: Sequence[Other], each: int) -> list[tuple[One, Other]]:
    """Return what is tried of every pair: all, or for each one so many others, in turn.

    Whatever there is of both is tried, with one or the other of its companions.
    """
    if FULL:
        return [(one, other) for one in ones for other in others]
    return [
        (one, others[(each * index + number) % len(others)])
        for index, one in enumerate(ones)
        for number in range(min(each, len(others)))
    ]
