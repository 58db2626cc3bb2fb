"""What purchases of a time come to, read off the entries of a member's ledger. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.core.account import Entry, Measure

Counts = Literal["points", "visits", "spend"]
"""Points that purchases earn, visits, or what is spent (minor units)."""

_MEASURES: Final[Mapping[Counts, Measure]] = {
    "points": "earned",
    "visits": "visits",
    "spend": "spend",
}
_OF_SALES: Final = frozenset({"earn", "reverse"})
_SECOND: Final = 1_000_000


def bought(counts: Counts, begins: int, ends: int, entry: Entry) -> int:
    """Return what an entry counts if a purchase or refund has made it in that time (seconds)."""
    if not begins <= entry.at / _SECOND < ends:
        return 0
    measure = _MEASURES[counts]
    return sum(
        int(posting.amount)
        for posting in entry.postings
        if posting.measure == measure and posting.cause in _OF_SALES
    )


def summed(amount: int, changes: Iterable[int]) -> int:
    """Return an amount after changes, each of which may take it to nothing and not below.

    So a refund of what was bought before the time began takes nothing of it.
    """
    for change in changes:
        amount = max(0, amount + change)
    return amount
