"""The walk over saved cards of changed programs."""

from __future__ import annotations

from functools import cache

from functions.aws.google_redraw import Redraw
from functions.wiring import environment, queues, storage


@cache
def google_redraw() -> Redraw:
    """Return what walks over the saved cards of changed programs."""
    return Redraw(storage.tables(), queues.google_queue(), queues.nightly_queue(), environment.now)
