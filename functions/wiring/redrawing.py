"""The walk over the cards of changed programs, and noticing that a design has changed."""

from __future__ import annotations

from functools import cache

from functions.aws.redraw import Redraw
from functions.wiring import environment, queues, storage


@cache
def redraw() -> Redraw:
    """Return what walks over the cards of changed programs."""
    return Redraw(
        storage.tables(),
        queues.google_queue(),
        queues.apple_queue(),
        queues.nightly_queue(),
        environment.now,
    )
