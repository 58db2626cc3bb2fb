"""Whose a contact is, or may be: who has proved it, else all who have typed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import contact_book, membership

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from loyalty.core.account import Account
    from loyalty.core.member import Member
    from loyalty.ledger.books import Books
    from loyalty.messages import Contact
    from loyalty.store.contact_book import ContactOwner


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card whose holder has typed a contact: what staff tell it from the others by."""

    member: str
    first_name: str
    joined: date
    proved: bool = False


def people(
    books: Books, program: str, contact: str, owner: ContactOwner | None
) -> list[tuple[Member, Account]]:
    """Return whose a contact (pseudonym, with its owner as read) may be, in order of joining.

    Whoever has proved it is alone; who has left, and who was merged into another, is not among
    them.
    """
    if owner and owner.verified:
        ids: tuple[str, ...] = (owner.member,)
    else:
        claims = contact_book.read_claims(books.tables, program, contact)
        ids = (*((owner.member,) if owner else ()), *claims)
    found: dict[str, tuple[Member, Account]] = {}
    for one in ids:
        account = books.account(program, one)
        if account is None or account.closed:
            continue
        person = membership.read_member(books.tables, program, account.member)
        if person is not None:
            found[person.id] = person, account
    return sorted(found.values(), key=lambda pair: (pair[0].enrolled_at, pair[0].id))


def same_people(
    books: Books, program: str, contacts: Iterable[Contact], besides: str
) -> tuple[Candidate, ...]:
    """Return members who may be one person with somebody, because they share a contact.

    For whoever sees the person: each is offered for merging, none is taken for proved.
    """
    found: dict[str, Candidate] = {}
    for contact in contacts:
        pseudonym = books.tokens.contact_key(program, contact)
        owner = contact_book.read_contact(books.tables, program, pseudonym)
        proved = owner is not None and owner.verified
        for person, _ in people(books, program, pseudonym, owner):
            if person.id != besides:
                joined = person.enrolled_at.date()
                found.setdefault(person.id, Candidate(person.id, person.first_name, joined, proved))
    return tuple(found.values())


def proved_owner(books: Books, program: str, contact: Contact) -> str | None:
    """Return the member who has proved a contact, as who they are now; None for anybody else's."""
    pseudonym = books.tokens.contact_key(program, contact)
    owner = contact_book.read_contact(books.tables, program, pseudonym)
    account = books.account(program, owner.member) if owner and owner.verified else None
    return account.member if account and not account.closed else None
