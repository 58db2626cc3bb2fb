"""Giving people back their card: staff who see the person renew everything that was handed out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loyalty.ledger import deeds
from loyalty.ledger.act import Act
from loyalty.ledger.books import member_not_found
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
        self,
        program_id: str,
        contact: Contact,
        now: datetime,
        member: str | None = None,
        actor: str | None = None,
    ) -> str | SeveralCards | None:
        """Return a new link to the contact's card, for staff who have seen the person.

        Staff vouch for the contact: it counts as proved from now on. Whatever was handed out for
        the card before leads nowhere: link, code, the passes in wallets, repeats of the
        application, codes in messages. None: nobody has typed or proved that contact.

        Parameters
        ----------
        member
            Which of several cards it is, where nobody has proved the contact.
        actor
            ``key:…``, whose line is kept.

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
                return self._renew(*chosen, (pseudonym, owner), actor, now)
            except Moved:
                continue
        raise Busy

    def replace_card(self, program: str, member: str, actor: str, now: datetime) -> str:
        """Return the link to a new card of a member: for one that was lost, or seen by others.

        As ``recover``, but of the contact nothing is said: it stays proved or not as it was.

        Raises
        ------
        Refusal
            ``member_not_found`` (also who has left), or busy; nothing happened.
        """
        for _ in self._books.attempts():
            account = self._books.account(program, member)
            if account is None or account.closed:
                raise member_not_found(member)
            person = membership.read_member(self._books.tables, program, account.member)
            if person is None:
                raise member_not_found(member)
            try:
                return self._renew(person, account, None, actor, now)
            except Moved:
                continue
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
        vouched: tuple[str, ContactOwner | None] | None,
        actor: str | None,
        now: datetime,
    ) -> str:
        """Write the member under new names and return the link; the old ones are forgotten.

        ``vouched``: the contact (pseudonym, and whose it was) that staff say is theirs.
        """
        tables, program = self._books.tables, member.program
        for one in past.merged_into(self._books, program, member.id):
            merged = membership.read_shell(tables, program, one)
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
            welcome_due=member.welcome_due and vouched is None,
            card_version=member.card_version + 1,
        )
        old, new = outside_names(self._books, member), outside_names(self._books, renewed)
        writes: list[Write] = [
            *membership.rename(member, renewed, old, new),
            *(contact_book.prove(program, vouched[0], member.id, vouched[1]) if vouched else ()),
            contact_book.drop_code(program, member.id),
            # The object at Google has the old serial for a name: it is not written again.
            *google_saves.forget(program, member.id),
            *_line(renewed, actor, now),
        ]
        change = welcome(self._books, member, account, vouched[1], now) if vouched else None
        commit.commit_guarded(tables, change, writes, now)
        registrations.forget_phones(tables, program, renewed.id, member.serial)
        return self._link(renewed)

    def _link(self, member: Member) -> str:
        return self._books.tokens.link_token(member.program, member.id, member.link_generation)


def _line(renewed: Member, actor: str | None, now: datetime) -> list[Write]:
    """Return the writes that keep that a card was renewed, and how often it has been."""
    kind, _, key = (actor or "").partition(":")
    if kind != "key":
        return []
    number = renewed.link_generation
    act = Act(renewed.program, key, f"card {number}", "")
    before, after = {"card": number - 1}, {"card": number}
    return deeds.recorded(act, "card", renewed.id, before, after, now)
