"""Whoever looks for a card is remembered for figures: who looked, whose it was, why there is none.

So an owner sees codes that were refused, and cards that were looked at without a sale.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from loyalty.refusals import Refusal
from loyalty.store import happenings
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.ledger.books import Books
    from loyalty.store.happenings import Looked

NO_CARD = "card_not_found"


def by_code(books: Books, program: str, code: str, who: str, now: datetime) -> str | None:
    """Return the member whose card has the code, scanned or typed; None where no card has.

    Raises
    ------
    Refusal
        As ``Books.by_code``.
    """
    try:
        member = books.by_code(program, code, who, now)
    except Refusal as refusal:
        if refusal.kind == "too_many":
            _keep(books, program, happenings.looked(who, "", refusal.code, now))
        raise
    _keep(books, program, happenings.looked(who, member or "", "" if member else NO_CARD, now))
    return member


def _keep(books: Books, program: str, line: Looked) -> None:
    # What is merely shown must not stop a sale: where it cannot be written, it is not counted.
    with suppress(Cancelled, OutcomeUnknown):
        happenings.put_looked(books.tables, program, line)
