"""What members answer to questions, put together."""

from __future__ import annotations

from functools import cache

from functions.wiring import ledger
from loyalty.ledger.staff import Staff
from loyalty.members.feedback import Feedbacks


@cache
def feedbacks() -> Feedbacks:
    """Return the use cases of answers."""
    return Feedbacks(ledger.books(), Staff(ledger.books()))
