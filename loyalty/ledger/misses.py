"""Whoever types what there is not, short codes or receipts, is told so a few times an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core.instants import microseconds
from loyalty.refusals import Busy, Refusal
from loyalty.store import attempts
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.ledger.books import Books

MOST = 20
"""Misses in an hour. Of a million cards somebody meets one in a hundred and seventy hours."""
_HOUR = 3600


def count(books: Books, program: str, seeker: str, now: datetime, most: int = MOST) -> None:
    """Count one more try, before it is judged, so that no crowd has more of them than there are.

    Parameters
    ----------
    seeker
        Who asks: an API key, an endpoint, a member.

    Raises
    ------
    Refusal
        ``too_many_misses``: there were as many as may be in this hour.
    Busy
        It could not be counted now.
    """
    second = microseconds(now) // 1_000_000
    hour = second // _HOUR
    for _ in books.attempts():
        seen = attempts.read(books.tables, program, seeker, hour)
        if (seen or 0) >= most:
            detail = (
                f"{most} short codes of no card, or receipts of no sale, were tried within the "
                "hour; scan the card, or wait."
            )
            wait = (hour + 1) * _HOUR - second
            raise Refusal("too_many", "too_many_misses", detail, retry_after=wait)
        if _counted(books, (program, seeker, hour), seen, (seen or 0) + 1):
            return
    raise Busy


def take_back(books: Books, program: str, seeker: str, now: datetime) -> None:
    """Take a try back that was no miss; where others are always faster it stays counted."""
    hour = microseconds(now) // 1_000_000 // _HOUR
    for _ in books.attempts():
        seen = attempts.read(books.tables, program, seeker, hour)
        if not seen or _counted(books, (program, seeker, hour), seen, seen - 1):
            return


def _counted(books: Books, key: tuple[str, str, int], seen: int | None, following: int) -> bool:
    try:
        attempts.count(books.tables, key, seen, following)
    except (Cancelled, OutcomeUnknown):
        return False
    return True
