"""Whoever looks for a card, or is refused something, is remembered for figures.

So an owner sees codes that were refused, cards that were looked at without a sale, and who asks for
what is not allowed. Nothing is kept of what was answered again to the same request.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from loyalty.core.instants import microseconds
from loyalty.refusals import Refusal
from loyalty.store import happenings
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.ledger.books import Answer, Books
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


def declined(  # noqa: PLR0917
    books: Books, program: str, who: str, member: str | None, act: str, reason: str, now: datetime
) -> None:
    """Remember that somebody was refused something: an act, as answers of it are stored."""
    line = happenings.Declined(who, member or "", act, reason, microseconds(now))
    with suppress(Cancelled, OutcomeUnknown):
        happenings.put_declined(books.tables, program, line)


def told(  # noqa: PLR0917
    books: Books,
    program: str,
    who: str,
    member: str | None,
    act: str,
    answer: Answer,
    now: datetime,
) -> None:
    """Remember what was answered, if that was a refusal, and for the first time."""
    if answer.body["outcome"] == "declined" and not answer.replayed:
        declined(books, program, who, member, act, str(answer.body["reason"]), now)


def _keep(books: Books, program: str, line: Looked) -> None:
    # What is merely shown must not stop a sale: where it cannot be written, it is not counted.
    with suppress(Cancelled, OutcomeUnknown):
        happenings.put_looked(books.tables, program, line)
