"""Claim a sale by its receipt: the number, the amount and the day that stand on it.

For who paid without showing the card. Whoever asks is told one thing whatever is wrong: a receipt
that there is not, another amount, another day, and one that somebody has claimed already answer
alike, and each try counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.calendar import local
from loyalty.ledger import misses
from loyalty.ledger.sales import CLAIMABLE
from loyalty.refusals import Refusal
from loyalty.store import reading, receipts

if TYPE_CHECKING:
    from datetime import date, datetime

    from loyalty.core.order import Order
    from loyalty.ledger.books import Books
    from loyalty.ledger.sales import OrderOutcome, Sales

TRIES = 5
"""Of a customer in an hour."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands on it: the number, what was paid (minor units), the day in the shop's zone."""

    number: str
    amount: int
    day: date


class Receipts:
    """Finds parked orders by what a receipt says."""

    def __init__(self, books: Books, sales: Sales) -> None:
        self._books = books
        self._sales = sales

    def claim(
        self, program: str, receipt: Receipt, member: str, actor: str, now: datetime
    ) -> OrderOutcome:
        """Give the sale of a receipt to a member; the same again changes nothing.

        Parameters
        ----------
        actor
            ``key:…``, or ``member:…`` where the customer does it.

        Raises
        ------
        Refusal
            ``receipt_not_found`` for whatever does not fit, ``too_many_misses``,
            ``card_not_found`` (the membership has ended) or busy; nothing happened.
        """
        most = misses.MOST if actor.startswith("key:") else TRIES
        misses.count(self._books, program, actor, now, most)
        fitting = [
            order
            for key in receipts.find(self._books.tables, program, receipt.number)
            if (order := reading.read_order(self._books.tables, key)) is not None
            and self._fits(order, receipt, member, now)
        ]
        # Two sales that a receipt cannot tell apart are for staff to look at, with the list.
        if len(fitting) != 1:
            raise _receipt_not_found()
        try:
            outcome = self._sales.claim_for(fitting[0].key, member, actor, now)
        except Refusal as refusal:
            if refusal.code in {"order_taken", "order_not_found"}:
                raise _receipt_not_found() from None
            raise
        misses.take_back(self._books, program, actor, now)
        return outcome

    def _fits(self, order: Order, receipt: Receipt, member: str, now: datetime) -> bool:
        program = order.key.program
        zone = self._books.programs.current(program).zone
        totals = {order.total, order.basket.total if order.basket else order.total}
        if receipt.amount not in totals or order.total <= 0:
            return False
        if local(order.instant(now), zone).date() != receipt.day:
            return False
        if order.member is not None:
            return self._books.same_member(program, order.member, member)
        return not order.void and now - order.first_seen < CLAIMABLE


def _receipt_not_found() -> Refusal:
    detail = "No receipt of that number, amount and day waits for its customer."
    return Refusal("invalid", "receipt_not_found", detail, pointer="")
