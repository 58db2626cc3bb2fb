"""Revoke the link of a card: whoever holds the address of a card page can save its pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.access.tokens import digest
from loyalty.ledger.books import member_not_found
from loyalty.refusals import Busy
from loyalty.store import directory, membership
from loyalty.store.tables import Cancelled

if TYPE_CHECKING:
    from loyalty.core.member import Member
    from loyalty.ledger.books import Books


class Links:
    """Gives members new links to their cards."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def renew(self, program: str, member: str) -> str:
        """Return a member's new link; from then on the earlier one leads nowhere.

        The card page, the .pkpass and the way to Google behind the earlier link answer as if there
        had never been one. Passes that are in a wallet stay and go on changing: they do not know
        the link. A token for Google's save page, made for an earlier click, is out of our hands
        until it expires.

        Raises
        ------
        Refusal
            ``member_not_found``: there is none, or the person was forgotten and has no link. Busy:
            others write this member again and again; nothing happened.
        OutcomeUnknown
            It may have happened; once more makes another link.
        """
        tables = self._books.tables
        for _ in self._books.attempts():
            found = membership.read_member(tables, program, member)
            old = digest(self._link(found)) if found else ""
            if found is None or directory.find(tables, "link", old) is None:
                raise member_not_found(member)
            # The card's version rises as with every change of a member: who has read the earlier
            # form cannot write it back.
            renewed = replace(
                found,
                link_generation=found.link_generation + 1,
                card_version=found.card_version + 1,
            )
            link = self._link(renewed)
            try:
                membership.renew_link(tables, found, renewed, old, digest(link))
            except Cancelled:
                continue
            return link
        raise Busy

    def _link(self, member: Member) -> str:
        return self._books.tokens.link_token(member.program, member.id, member.link_generation)
