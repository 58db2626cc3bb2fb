"""Finding members: by card, contact, receipt, beginning of a name, tag, attribute; or all of them.

Each way begins in an index and never in a scan; what is asked for besides is looked at on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loyalty.members import by_receipt, search_words
from loyalty.members.contact_people import people
from loyalty.refusals import Refusal
from loyalty.store import contact_book, member_index, member_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.core.order import Order
    from loyalty.ledger.books import Books
    from loyalty.messages import Contact
    from loyalty.store.member_records import Listed

MOST_READ = 5
"""Pages of an index that one page of answers reads at most: the next one goes on there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is looked for; everything that is given has to fit.

    ``code`` is scanned or typed. ``attribute`` is an id of the program's and a value. ``source``:
    what the link is called that they joined by. ``home``: the location where they belong.
    ``receipt``: the number on a receipt of theirs, of one of these ``tills`` if any are named.
    """

    code: str = ""
    contact: Contact | None = None
    name: str = ""
    tag: str = ""
    attribute: tuple[str, str] | None = None
    source: str = ""
    home: str = ""
    receipt: str = ""
    tills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Members; ``next`` is where to go on, None at the end. A page may be short, or even empty.

    ``receipts``: which of a member's sales have the number that was looked for, by member; those
    of nobody under an empty name.
    """

    members: tuple[Listed, ...]
    next: str | None
    receipts: Mapping[str, tuple[Order, ...]] = field(default_factory=dict)


class Finding:
    """Finds members of a program, for staff."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def page(  # noqa: PLR0917
        self, program: str, wanted: Wanted, cursor: str, limit: int, seeker: str, now: datetime
    ) -> FoundPage:
        """Return the next members who fit, in order of joining; who has left is not among them.

        Raises
        ------
        Refusal
            ``invalid_cursor``; ``name_too_short``; ``too_many_misses`` of short codes.
        """
        if wanted.receipt:
            return self._by_receipt(program, wanted, now)
        if wanted.code or wanted.contact:
            ids = self._at_once(program, wanted, seeker, now)
            return FoundPage(tuple(self._fitting(program, ids, wanted)), None)
        found: list[Listed] = []
        following: str | None = cursor
        for _ in range(MOST_READ):
            ids, following = self._indexed(program, wanted, following or "", limit - len(found))
            found += self._fitting(program, ids, wanted)
            if following is None or len(found) >= limit:
                break
        return FoundPage(tuple(found), following)

    def _by_receipt(self, program: str, wanted: Wanted, now: datetime) -> FoundPage:
        """Return whose these sales are by now: who was merged into somebody is that somebody."""
        whose: dict[str, list[Order]] = {}
        tables = self._books.tables
        for order in by_receipt.sales(tables, program, wanted.receipt, wanted.tills, now):
            account = self._books.account(program, order.member) if order.member else None
            if account is not None or order.member is None:
                whose.setdefault(account.member if account else "", []).append(order)
        people = self._fitting(program, (one for one in whose if one), wanted)
        told = {"", *(one.person.id for one in people)}
        receipts = {one: tuple(orders) for one, orders in whose.items() if one in told}
        return FoundPage(tuple(people), None, receipts)

    def _at_once(self, program: str, wanted: Wanted, seeker: str, now: datetime) -> Iterable[str]:
        if wanted.code:
            member = self._books.by_code(program, wanted.code, seeker, now)
            return [member] if member else []
        assert wanted.contact is not None  # noqa: S101 - for the type checker
        pseudonym = self._books.tokens.contact_key(program, wanted.contact)
        owner = contact_book.read_contact(self._books.tables, program, pseudonym)
        return [person.id for person, _ in people(self._books, program, pseudonym, owner)]

    def _indexed(
        self, program: str, wanted: Wanted, cursor: str, limit: int
    ) -> tuple[list[str], str | None]:
        tables = self._books.tables
        word = _narrowest(wanted)
        if word is None:
            page = member_index.page(tables, program, cursor, limit)
            return [one.id for one in page.members], page.next
        key = self._books.tokens.search_key(program, *word)
        return member_records.under(tables, program, key, cursor, limit)

    def _fitting(self, program: str, ids: Iterable[str], wanted: Wanted) -> list[Listed]:
        found = member_records.read_listed(self._books.tables, program, ids)
        return [one for one in found if not one.account.closed and _fits(one, wanted)]


def _narrowest(wanted: Wanted) -> search_words.Word | None:
    """Return the word of which fewest have to be looked at; None where all are listed."""
    if wanted.attribute is not None and not wanted.name and not wanted.tag:
        return ("attribute", "=".join(wanted.attribute))
    if wanted.name:
        word = search_words.of_name_asked(wanted.name)
        if word is None:
            detail = f"Type at least {search_words.SHORTEST} letters of a name."
            raise Refusal("invalid", "name_too_short", detail, pointer="/name")
        return word
    kinds = (("tag", wanted.tag), ("source", wanted.source), ("home", wanted.home))
    return next(((kind, value) for kind, value in kinds if value), None)


def _fits(one: Listed, wanted: Wanted) -> bool:
    if wanted.name and not search_words.fits(one.person.first_name, wanted.name):
        return False
    if wanted.tag and wanted.tag not in one.record.tags:
        return False
    if wanted.source and wanted.source != one.person.source:
        return False
    if wanted.home and wanted.home != one.person.home:
        return False
    name, value = wanted.attribute or ("", "")
    return not name or one.record.attributes.get(name) == value
