"""Joining a program, finding one's way back to a card, and proving to own a contact."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from loyalty import words
from loyalty.access.tokens import digest
from loyalty.core.account import Account
from loyalty.core.decide import decide
from loyalty.core.decide.grants import Grant
from loyalty.core.draft import Decision
from loyalty.core.instants import microseconds
from loyalty.core.member import Application, Member
from loyalty.core.visible import visible
from loyalty.messages import Contact, Message
from loyalty.refusals import Busy, MessageNotSent, Refusal
from loyalty.store import directory, membership
from loyalty.store.commit import Change
from loyalty.store.membership import OutsideNames
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.ledger.books import Books
    from loyalty.messages import MessageChannel
    from loyalty.program.rules import Program

Confirmation = Literal["open", "done", "refused"]

ATTEMPTS_PER_HOUR = 5
REPEATABLE = timedelta(minutes=10)
"""How long the application that made a card is answered with that card when it comes again."""
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new member: ids, what the barcode carries, the secret in the card page's address.

    ``replayed``: the same application has made the member minutes ago.
    """

    member_id: str
    card_code: str
    link: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class AlreadyEnrolled:
    """The contact has a card. ``link_sent`` is False where no channel reaches the contact."""

    link_sent: bool


@dataclass(frozen=True, slots=True)
class NewNames:
    """Random outside names for one member: 128 bits each, 80 bits for the card's reference."""

    member: str
    serial: str
    reference: str


class Enrolment:
    """Use cases about who is a member.

    Parameters
    ----------
    names
        Makes fresh random names.
    card_page
        Turns a link token into the address of the card page.
    """

    def __init__(
        self,
        books: Books,
        channel: MessageChannel,
        *,
        names: Callable[[], NewNames],
        card_page: Callable[[str], str],
    ) -> None:
        self._books = books
        self._channel = channel
        self._names = names
        self._card_page = card_page

    def enrol(
        self, program_id: str, application: Application, now: datetime, key: str | None = None
    ) -> Enrolled | AlreadyEnrolled:
        """Make a member with an empty account and a card.

        A contact that is enrolled already gets no second card: the link to the first one is sent
        to the contact, and nothing of it is told to whoever asked. A location that the program
        does not have (any more) is no home, and no reason to turn anybody away.

        ``key`` is a random text that only the sender knows. The same application with the same
        key, sent again within REPEATABLE because the answer was lost, gets that answer.

        Raises
        ------
        Refusal
            ``unknown_program`` or ``too_many_attempts``: no member was made. Busy: perhaps one
            was; ask again.
        MessageNotSent
            The contact is enrolled, but its link could not be sent now.
        """
        program = self._books.programs.current(program_id)
        pseudonym = self._books.tokens.contact_key(program_id, application.contact)
        self._count_attempt(program_id, pseudonym, now)
        asked = self._books.tokens.application(program_id, key, repr(application)) if key else None
        enrolled = self._find(program_id, pseudonym)
        if enrolled is None:
            member = replace(self._new_member(program, application, now), asked=asked)
            if self._store(program, member, pseudonym, now):
                self._welcome(program, member, application.contact, pseudonym)
                return Enrolled(member.id, member.card_code, self._link(member))
            enrolled = self._find(program_id, pseudonym)
            if enrolled is None:
                raise Busy
        if asked and _is_repeat(asked, enrolled, now):
            return Enrolled(enrolled.id, enrolled.card_code, self._link(enrolled), replayed=True)
        if not self._channel.reaches(application.contact):
            return AlreadyEnrolled(link_sent=False)
        to = application.contact
        self._channel.send(self._message(program, enrolled, to, pseudonym, "link"))
        return AlreadyEnrolled(link_sent=True)

    def recover(self, program_id: str, contact: Contact) -> str | None:
        """Return the link token of the contact's card, for staff who have seen the person.

        Staff vouch for the contact: it counts as confirmed from now on. None: not a member.
        """
        self._books.programs.current(program_id)
        pseudonym = self._books.tokens.contact_key(program_id, contact)
        member = self._find(program_id, pseudonym)
        if member is None:
            return None
        self._confirm(member, pseudonym)
        return self._link(member)

    def confirm(self, link: str, token: str) -> bool:
        """Mark the contact of the card behind the link as confirmed; return whether it is.

        Only the message to that contact carries a good token, so whoever acts on it owns it.
        """
        proved = self._proved(link, token)
        if proved is None:
            return False
        self._confirm(*proved)
        return True

    def confirmation(self, link: str, token: str) -> Confirmation:
        """Tell what `confirm` would find, and change nothing."""
        proved = self._proved(link, token)
        if proved is None:
            return "refused"
        member, pseudonym = proved
        contact = membership.read_contact(self._books.tables, member.program, pseudonym)
        return "done" if contact and contact.verified else "open"

    def _proved(self, link: str, token: str) -> tuple[Member, str] | None:
        """Return whose contact the token is for, with its pseudonym; None for a wrong token."""
        owner = directory.find(self._books.tables, "link", digest(link))
        member = membership.read_member(self._books.tables, *owner) if owner else None
        if member is None or member.contact is None:
            return None
        pseudonym = self._books.tokens.contact_key(member.program, member.contact)
        good = _same(token, self._books.tokens.confirmation(pseudonym, member.id))
        return (member, pseudonym) if good else None

    def _confirm(self, member: Member, pseudonym: str) -> None:
        membership.confirm_contact(self._books.tables, member.program, pseudonym, member.id)

    def _new_member(self, program: Program, application: Application, now: datetime) -> Member:
        names = self._names()
        home = program.location(application.location)
        return Member(
            program=program.id,
            id=names.member,
            serial=names.serial,
            card_code=self._books.tokens.card_code(names.reference),
            link_generation=1,
            card_version=0,
            first_name=application.first_name,
            contact=application.contact,
            birthday=application.birthday,
            language=application.language,
            consent_version=application.consent_version,
            marketing_consent_version=application.marketing_consent_version,
            enrolled_at=now,
            referrer=self._referrer(program.id, application.referrer_code),
            home=home.id if home else None,
        )

    def _referrer(self, program: str, card_code: str | None) -> str | None:
        """Return the member who brought this one; there is one, and it cannot change later."""
        return self._books.by_code(program, card_code) if card_code else None

    def _store(self, program: Program, member: Member, pseudonym: str, now: datetime) -> bool:
        """Write everything about a new member at once; False when the contact is taken."""
        reference = self._books.tokens.read_card_code(member.card_code)
        names = OutsideNames(str(reference), digest(self._link(member)), pseudonym)
        account = Account(member.program, member.id)
        first = Change(account, _begin(program, account, now))
        try:
            membership.add_member(self._books.tables, member, names, first)
        except Cancelled:
            return False
        except OutcomeUnknown:
            # Names are random, so a member that carries ours is the one just written.
            stored = self._find(member.program, pseudonym)
            return stored is not None and stored.id == member.id
        return True

    def _find(self, program: str, pseudonym: str) -> Member | None:
        contact = membership.read_contact(self._books.tables, program, pseudonym)
        if contact is None:
            return None
        return membership.read_member(self._books.tables, program, contact.member)

    def _link(self, member: Member) -> str:
        return self._books.tokens.link_token(member.program, member.id, member.link_generation)

    def _welcome(self, program: Program, member: Member, to: Contact, pseudonym: str) -> None:
        """Send the new card's link, which also proves the contact; joining does not wait."""
        if not self._channel.reaches(to):
            return
        try:
            self._channel.send(self._message(program, member, to, pseudonym, "welcome"))
        except MessageNotSent:
            # The member has the card; asking again with the contact sends the link again.
            return

    def _message(
        self, program: Program, member: Member, to: Contact, pseudonym: str, kind: str
    ) -> Message:
        language = program.language(member.language)
        token = self._books.tokens.confirmation(pseudonym, member.id)
        address = f"{self._card_page(self._link(member))}?confirm={token}"
        name = program.name[language]
        return Message(
            to=to,
            subject=words.phrase(language, f"message.{kind}.subject", program=name),
            text=words.phrase(language, f"message.{kind}.text", program=name, address=address),
        )

    def _count_attempt(self, program: str, pseudonym: str, now: datetime) -> None:
        second = microseconds(now) // 1_000_000
        hour = second // _HOUR
        count = membership.read_attempts(self._books.tables, program, pseudonym, hour)
        if count >= ATTEMPTS_PER_HOUR:
            wait = (hour + 1) * _HOUR - second
            raise Refusal(
                "too_many",
                "too_many_attempts",
                "This contact was tried too often; wait before the next attempt.",
                retry_after=wait,
            )
        try:
            membership.count_attempt(self._books.tables, program, pseudonym, hour, seen=count)
        except (Cancelled, OutcomeUnknown):
            # Somebody tries the same contact at this moment; one uncounted attempt is harmless.
            return


def _begin(program: Program, account: Account, now: datetime) -> Decision:
    """Return the first decision on an account: its welcome, or nothing but what it shows."""
    if program.welcome is not None:
        bonus = program.welcome
        command = Grant("welcome", "welcome", bonus.pot, bonus.points, "program")
        return decide(program, account, command, now)
    shown = visible(program, account, now).fingerprint
    return Decision(replace(account, shown=shown), None, {})


def _is_repeat(asked: str, member: Member, now: datetime) -> bool:
    if member.asked is None or now - member.enrolled_at > REPEATABLE:
        return False
    return _same(asked, member.asked)


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
