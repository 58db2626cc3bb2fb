"""What counts answers."""

from __future__ import annotations

from functools import cache

from functions.wiring import storage
from loyalty.figures.answering import Answers


@cache
def answers() -> Answers:
    """Return what counts answers to questions."""
    return Answers(storage.tables(), storage.programs())
