"""What vendors ask for their customers' sake: whom it is about here, and answering it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.ledger.act import Act
from loyalty.refusals import Refusal
from loyalty.store import contact_book, customer_links, privacy_requests

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.ledger.books import Books
    from loyalty.members.erase import Erasure
    from loyalty.store.privacy_requests import PrivacyRequest
    from loyalty.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request, the second it came, and the members that it leads to."""

    request: PrivacyRequest
    second: int
    members: tuple[str, ...]


def members_of(tables: Tables, request: PrivacyRequest) -> tuple[str, ...]:
    """Return the members that a request leads to, by proved contacts and the till's customer."""
    found = []
    for hint in request.hints:
        kind, _, name = hint.partition(":")
        if kind == "contact":
            contact = contact_book.read_contact(tables, request.program, name)
            found.append(contact.member if contact and contact.verified else None)
        if kind == "customer":
            source, _, customer = name.partition(":")
            found.append(customer_links.read(tables, request.program, source, customer))
    return tuple(sorted({member for member in found if member}))


class Privacy:
    """Lists and answers requests, for owners."""

    def __init__(self, books: Books, erasure: Erasure) -> None:
        self._books = books
        self._erasure = erasure

    def waiting(self, program: str) -> tuple[Waiting, ...]:
        """Return the requests of a program that nobody has answered, the oldest first."""
        tables = self._books.tables
        return tuple(
            Waiting(request, second, members_of(tables, request))
            for second, request in privacy_requests.read(tables, program)
        )

    def answer(
        self, program: str, request: str, key: str, now: datetime, *, erase: bool
    ) -> tuple[str, ...]:
        """Answer a request and forget it; return the members who were erased.

        ``erase``: the members that it leads to are forgotten first, as the request asks. Without
        it the owner has answered in another way. Interrupted, it goes on when it is asked again.

        Raises
        ------
        Refusal
            ``request_not_found``: no such request waits. Busy: not everything is forgotten yet.
        """
        waiting = self.waiting(program)
        found = next((one for one in waiting if one.request.id == request), None)
        if found is None:
            raise Refusal("not_found", "request_not_found", "No such request waits.")
        members = found.members if erase else ()
        for member in members:
            act = Act(program, key, f"privacy {request} {member}", "")
            self._erasure.erase(act, member, now)
        privacy_requests.forget(self._books.tables, program, request)
        return members
