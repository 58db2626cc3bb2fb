"""Use case of forgetting a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.access.tokens import digest
from loyalty.core.decide.grants import Leave
from loyalty.store import membership

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.ledger.act import Act
    from loyalty.ledger.books import Answer, Books
    from loyalty.store.tables import Write


class Erasure:
    """Forgets people, each act once per idempotency key."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def erase(self, act: Act, member: str, now: datetime) -> Answer:
        """Forget a person: their data goes, the card becomes void, the ledger's sums stay."""
        leaving = Leave("close", f"erase#{act.key}#{act.id}", f"key:{act.key}")

        def forget() -> list[Write]:
            account = self._books.account(act.program, member)
            # One who was merged is forgotten together with whom they have become.
            members = sorted({member, account.member} if account else {member})
            return [write for one in members for write in self._forget(act.program, one)]

        fact = act.fact("erase", member)
        return self._books.once(fact, act.program, member, lambda _: leaving, now, guards=forget)

    def _forget(self, program: str, member_id: str) -> list[Write]:
        member = membership.read_member(self._books.tables, program, member_id)
        if member is None:
            return []
        link = self._books.tokens.link_token(program, member_id, member.link_generation)
        writes: list[Write] = [
            *membership.forget_notes(self._books.tables, program, member_id),
            membership.change_member(member, member.forgotten()),
            membership.forget_link(digest(link)),
        ]
        if member.contact:
            pseudonym = self._books.tokens.contact_key(program, member.contact)
            writes.append(membership.forget_contact(program, pseudonym))
        return writes
