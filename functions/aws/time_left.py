"""The deadline of the invocation that this process works on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from loyalty.store.deadline import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterator

RESERVE = 2.5
"""Seconds kept back of an invocation's time: the SDK's longest pause before it asks whether another
attempt still fits, and the answer itself."""

DEADLINE = Deadline()


@contextmanager
def limited(context: object) -> Iterator[None]:
    """Let all that is done within end before the invocation does, as its context tells."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    if remaining is not None:
        DEADLINE.begin(remaining() / 1000 - RESERVE)
    try:
        yield
    finally:
        DEADLINE.end()
