"""Short codes for cards that were made before there were any."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.refusals import Busy
from loyalty.store import membership
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.core.member import Member
    from loyalty.ledger.books import Books


class ShortCodes:
    """Gives each card a short code of its own.

    Parameters
    ----------
    make
        Makes a random short code.
    """

    def __init__(self, books: Books, make: Callable[[], str]) -> None:
        self._books = books
        self._make = make

    def give(self, seen: Member) -> bool:
        """Give a member's card a short code if it has none; tell whether it was given one now.

        Nobody is pushed for it: wallets show it with the next change of the card.

        Raises
        ------
        Busy
            Others write this member again and again; another night finds it.
        """
        if seen.short_code or seen.is_forgotten:
            return False
        for _ in self._books.attempts():
            member = membership.read_member(self._books.tables, seen.program, seen.id)
            # Who was forgotten or merged has a card that is void.
            if member is None or member.short_code or member.contact is None:
                return False
            named = replace(member, short_code=self._make(), card_version=member.card_version + 1)
            try:
                membership.name_shortly(self._books.tables, member, named)
            except (Cancelled, OutcomeUnknown):
                continue
            return True
        raise Busy
