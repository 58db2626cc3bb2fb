"""Making one member of two: value, contacts, and what is written down of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.members.records import united
from loyalty.store import membership

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.ledger.act import Act
    from loyalty.ledger.books import Answer, Books
    from loyalty.ledger.staff import Staff
    from loyalty.store.tables import Write


class Merging:
    """The use case of whoever has joined twice."""

    def __init__(self, books: Books, staff: Staff) -> None:
        self._books = books
        self._staff = staff

    def merge(self, act: Act, old: str, into: str, now: datetime) -> Answer:
        """Move everything of ``old`` to ``into`` in one transaction; the old card becomes void.

        Raises
        ------
        Refusal
            As ``Staff.merge``.
        """

        def guards() -> list[Write]:
            # Either may have become somebody else by a merge before.
            gone = self._books.account(act.program, old)
            stays = self._books.account(act.program, into)
            if gone is None or stays is None:
                return []
            member = membership.read_member(self._books.tables, act.program, stays.member)
            if member is None:
                return []
            after, writes = united(self._books, gone.member, member, now)
            if after != member:
                writes.append(membership.change_member(member, after))
            return writes

        return self._staff.merge(act, old, into, now, guards=guards)
