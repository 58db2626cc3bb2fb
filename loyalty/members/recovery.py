"""Giving people back their card: staff who see the person renew everything that was handed out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loyalty.members import past
from loyalty.members.contact_people import Candidate, people
from loyalty.members.enrolment import outside_names
from loyalty.members.proving import welcome
from loyalty.refusals import Busy
from loyalty.store import commit, contact_book, google_saves, membership, registrations
from loyalty.store.commit import Moved

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.member import Member
    from loyalty.ledger.books import Books
    from loyalty.members.enrolment import NewNames
    from loyalty.messages import Contact
    from loyalty.store.contact_book import ContactOwner
    from loyalty.store.tables import Write


@dataclass(frozen=True, slots=True)
class SeveralCards:
    """Several people have typed the contact and none has proved it: staff have to choose."""

    cards: tuple[Candidate, ...]


class Recovery:
    """What staff do for a person whom they see.

    Parameters
    ----------
    names
        Makes fresh random names.
    """

    def __init__(self, books: Books, *, names: Callable[[], NewNames]) -> None:
        self._books = books
        self._names = names

    def recover(
        self, program_id: str, contact: Contact, now: datetime, member: str | None = None
    ) -> str | SeveralCards | None:
        """Return a new link to the contact's card, for staff who have seen the person.

        Staff vouch for the contact: it counts as proved from now on. Whatever was handed out for
        the card before leads nowhere: link, code, the passes in wallets, repeats of the
        application, codes in messages. None: nobody has typed or proved that contact.

        Parameters
        ----------
        member
            Which of several cards it is, where nobody has proved the contact.

        Raises
        ------
        Busy
            Nothing happened.
        """
        self._books.programs.current(program_id)
        pseudonym = self._books.tokens.contact_key(program_id, contact)
        for _ in self._books.attempts():
            owner = contact_book.read_contact(self._books.tables, program_id, pseudonym)
            chosen = self._choose(program_id, pseudonym, owner, member)
            if chosen is None or isinstance(chosen, SeveralCards):
                return chosen
            try:
                renewed = self._renew(*chosen, pseudonym, owner, now)
            except Moved:
                continue
            registrations.forget_phones(
                self._books.tables, program_id, renewed.id, chosen[0].serial
            )
            return self._link(renewed)
        raise Busy

    def _choose(
        self, program: str, contact: str, owner: ContactOwner | None, wanted: str | None
    ) -> tuple[Member, Account] | SeveralCards | None:
        found = people(self._books, program, contact, owner)
        if wanted is not None:
            return next((pair for pair in found if pair[0].id == wanted), None)
        if len(found) > 1:
            return SeveralCards(
                tuple(
                    Candidate(person.id, person.first_name, person.enrolled_at.date())
                    for person, _ in found
                )
            )
        return next(iter(found), None)

    def _renew(
        self,
        member: Member,
        account: Account,
        contact: str,
        owner: ContactOwner | None,
        now: datetime,
    ) -> Member:
        """Write the member under new names; the old ones are forgotten with the same write."""
        tables, program = self._books.tables, member.program
        for one in past.merged_into(self._books, program, member.id):
            merged = membership.read_member(tables, program, one)
            if merged is not None:
                membership.void(tables, outside_names(self._books, merged))
        names = self._names()
        renewed = replace(
            member,
            serial=names.serial,
            card_code=self._books.tokens.card_code(names.reference),
            short_code=names.short,
            link_generation=member.link_generation + 1,
            asked=None,
            welcome_due=False,
            card_version=member.card_version + 1,
        )
        old, new = outside_names(self._books, member), outside_names(self._books, renewed)
        writes: list[Write] = [
            *membership.rename(member, renewed, old, new),
            *contact_book.prove(program, contact, member.id, owner),
            contact_book.drop_code(program, member.id),
            # The object at Google has the old serial for a name: it is not written again.
            *google_saves.forget(program, member.id),
        ]
        change = welcome(self._books, member, account, owner, now)
        commit.commit_guarded(tables, change, writes, now)
        return renewed

    def _link(self, member: Member) -> str:
        return self._books.tokens.link_token(member.program, member.id, member.link_generation)
