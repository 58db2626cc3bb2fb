"""Joining a program: whoever does gets a card of their own, whatever anybody typed before."""

from __future__ import annotations

import hmac
from base64 import b32encode
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from loyalty.access import short_code
from loyalty.access.tokens import digest
from loyalty.core.account import Account
from loyalty.core.decide import decide
from loyalty.core.decide.grants import Grant
from loyalty.core.draft import Decision
from loyalty.core.member import Application, Member
from loyalty.core.visible import visible
from loyalty.ledger.books import fingerprint
from loyalty.members import codes
from loyalty.members.indexing import found_as_person, found_by_record
from loyalty.program import sides
from loyalty.refusals import Busy, MessageNotSent, Refusal
from loyalty.store import contact_book, directory, member_records, membership
from loyalty.store.commit import Change
from loyalty.store.member_records import Record
from loyalty.store.membership import OutsideNames
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.ledger.books import Books
    from loyalty.messages import Contact, Message, MessageChannel
    from loyalty.program.rules import Bonus, Program
    from loyalty.store.tables import Write

REPEATABLE = timedelta(minutes=10)
"""How long the application that made a card is answered with that card when it comes again."""

_KEYED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new member: ids, what the barcode carries, the secret in the card page's address.

    ``replayed``: the same application has made the member minutes ago.
    """

    member_id: str
    card_code: str
    link: str
    short_code: str = ""
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class NewNames:
    """Random outside names for one member: 128 bits each, 80 bits for the card's reference.

    ``short`` is a random short code, of which some other card of the program may have the same.
    """

    member: str
    serial: str
    reference: str
    short: str

    @classmethod
    def made(cls, below: Callable[[int], int]) -> NewNames:
        """Return names from a source of randomness: a number below the one that it is given."""
        return cls(
            member=f"{below(2**128):032x}",
            serial=f"{below(2**128):032x}",
            reference=b32encode(below(2**80).to_bytes(10)).decode(),
            short=short_code.code(below(short_code.MANY)),
        )


class Enrolment:
    """The use case of joining.

    Parameters
    ----------
    names
        Makes fresh random names.
    code
        Makes a fresh random code of ``codes.DIGITS`` digits.
    card_page
        Turns a link token into the address of the card page.
    """

    def __init__(
        self,
        books: Books,
        channel: MessageChannel,
        *,
        names: Callable[[], NewNames],
        code: Callable[[], str],
        card_page: Callable[[str], str],
    ) -> None:
        self._books = books
        self._channel = channel
        self._names = names
        self._code = code
        self._card_page = card_page

    def enrol(  # noqa: PLR0917
        self,
        program_id: str,
        application: Application,
        now: datetime,
        key: str | None = None,
        actor: str | None = None,
        others: tuple[Contact, ...] = (),
    ) -> Enrolled:
        """Make a member with an empty account and a card of their own.

        Nothing depends on whether the contact is known: not the answer, not what is read and
        written, not whether a message goes out. Only the words of that message do, and only
        the contact's owner reads them. A location that the program does not have (any more) is no
        home, and no reason to turn anybody away.

        ``key`` is a random text that only the sender knows. The same application with the same
        key, sent again within REPEATABLE because the answer was lost, gets that answer. Where a
        till or staff enrol somebody (``actor``), their key stands for one application all day.

        ``others`` are further contacts of the same person, typed and not proved either.

        Raises
        ------
        Refusal
            ``unknown_program``, ``too_many_attempts`` or ``id_reused``: no member was made. Busy:
            perhaps one was; ask again.
        """
        program = self._books.programs.current(program_id)
        pseudonym = None
        if application.contact is not None:
            pseudonym = self._books.tokens.contact_key(program_id, application.contact)
            codes.count(self._books, program_id, pseudonym, now)
        content = repr((application, others))
        asked = None
        if key is not None:
            # Of a till the key alone says which application it is, as everywhere behind a key.
            told = (f"{actor} {key}", "") if actor else (key, content)
            asked = self._books.tokens.application(program_id, *told)
        for _ in self._books.attempts():
            made_before, enrolled = self._repeated(asked, now, content if actor else None)
            if enrolled is not None:
                return enrolled
            member = replace(self._new_member(program, application, now), asked=asked)
            sent, more = self._proof(program, member, pseudonym, now)
            if asked:
                seen = fingerprint(content) if actor else ""
                more.append(membership.remember_application(member, asked, made_before, seen))
            more += self._record(member, application)
            for other in others:
                pseudonym_of = self._books.tokens.contact_key(program_id, other)
                more += contact_book.claim(program_id, pseudonym_of, member.id)
            if self._store(program, member, pseudonym, more, now):
                self._send(sent)
                return self._enrolled(member)
        raise Busy

    def _record(self, member: Member, application: Application) -> list[Write]:
        """Return the writes of what the program asks for besides, and of being found by it."""
        if not application.attributes:
            return []
        said = Record(attributes=dict(application.attributes))
        return [
            member_records.change_record(member.program, member.id, Record(), said),
            *found_by_record(self._books.tokens, member, Record(), said),
        ]

    def _repeated(
        self, asked: str | None, now: datetime, content: str | None
    ) -> tuple[str | None, Enrolled | None]:
        """Return whom an application has made, and the answer where it is still repeated.

        Names that were renewed meanwhile are told to nobody who merely repeats.
        """
        found = membership.read_application(self._books.tables, asked) if asked else None
        if asked is None or found is None:
            return None, None
        owner, seen = found
        if content is not None and seen != fingerprint(content):
            detail = "The id was used before for something else; the first request stands."
            raise Refusal("reused", "id_reused", detail)
        member = membership.read_member(self._books.tables, *owner)
        within = _KEYED if content is not None else REPEATABLE
        if member is None or not _is_repeat(asked, member, now, within):
            return owner[1], None
        enrolled = replace(self._enrolled(member), replayed=True)
        return owner[1], enrolled

    def _proof(
        self, program: Program, member: Member, pseudonym: str | None, now: datetime
    ) -> tuple[Message | None, list[Write]]:
        """Return the message that carries a code and the write of that code, if one can go out."""
        if member.contact is None or pseudonym is None:
            return None, []
        if not self._reaches(program.id, member.contact):
            return None, []
        code = self._code()
        sent = codes.sent_code(self._books.tokens, pseudonym, member.id, code, now)
        card_page = self._known_card(member, pseudonym)
        message = codes.message(program, member, code, card_page)
        return message, [contact_book.put_code(program.id, member.id, sent)]

    def _reaches(self, program: str, contact: Contact) -> bool:
        """Tell whether words go out to a contact: of a test side to nobody."""
        return not sides.is_test(program) and self._channel.reaches(contact)

    def _known_card(self, member: Member, pseudonym: str) -> str | None:
        """Return the address of the card on which the contact was proved, if it was.

        Both cases read alike: where nobody is known, the place of the new member, who is not there.
        """
        owner = contact_book.read_contact(self._books.tables, member.program, pseudonym)
        proved = owner.member if owner and owner.verified else member.id
        known = membership.read_member(self._books.tables, member.program, proved)
        # Who was merged or forgotten has no contact, and a card that leads nowhere.
        return self._card_page(self._link(known)) if known and known.contact else None

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
            referrer=self._referrer(program.id, application.referrer_code, now),
            home=home.id if home else None,
            source=application.source,
            # Cards cost nothing to make: what they begin with is for who proves a contact,
            # wherever that is possible.
            welcome_due=(
                application.contact is not None and self._reaches(program.id, application.contact)
            ),
            short_code=names.short,
        )

    def _referrer(self, program: str, card_code: str | None, now: datetime) -> str | None:
        """Return the member who brought this one; there is one, and it cannot change later.

        Whoever joins is not told whether there is such a card, so nobody guesses here.
        """
        return self._books.by_code(program, card_code, None, now) if card_code else None

    def _store(
        self,
        program: Program,
        member: Member,
        pseudonym: str | None,
        more: list[Write],
        now: datetime,
    ) -> bool:
        """Write everything about a new member at once; False when it was not written."""
        names = outside_names(self._books, member)
        account = Account(member.program, member.id)
        welcome = None if member.welcome_due else program.welcome
        first = Change(account, _begin(program, account, welcome, now))
        claim = contact_book.claim(member.program, pseudonym, member.id) if pseudonym else []
        found = found_as_person(self._books.tokens, member)
        try:
            membership.add_member(self._books.tables, member, names, first, [*claim, *found, *more])
        except Cancelled:
            return False
        except OutcomeUnknown:
            # Names are random, so a member that carries ours is the one just written.
            return membership.read_shell(self._books.tables, member.program, member.id) is not None
        return True

    def _enrolled(self, member: Member) -> Enrolled:
        return Enrolled(member.id, member.card_code, self._link(member), member.short_code)

    def _link(self, member: Member) -> str:
        return self._books.tokens.link_token(member.program, member.id, member.link_generation)

    def _send(self, message: Message | None) -> None:
        """Send the code, if one goes out; joining does not wait for it."""
        if message is None:
            return
        try:
            self._channel.send(message)
        except MessageNotSent:
            # The member has the card; its page sends another code when it is asked to.
            return


def outside_names(books: Books, member: Member) -> OutsideNames:
    """Return what a member is found by."""
    link = books.tokens.link_token(member.program, member.id, member.link_generation)
    short = member.short_code
    return OutsideNames(
        str(books.tokens.read_card_code(member.card_code)),
        digest(link),
        directory.short_name(member.program, short) if short else "",
    )


def welcome_grant(bonus: Bonus) -> Grant:
    """Return the command that gives a welcome."""
    return Grant("welcome", "welcome", bonus.pot, bonus.points, "program")


def _begin(program: Program, account: Account, welcome: Bonus | None, now: datetime) -> Decision:
    """Return the first decision on an account: its welcome, or nothing but what it shows."""
    if welcome is not None:
        return decide(program, account, welcome_grant(welcome), now)
    shown = visible(program, account, now).fingerprint
    return Decision(replace(account, shown=shown), None, {})


def _is_repeat(asked: str, member: Member, now: datetime, within: timedelta) -> bool:
    if member.asked is None or now - member.enrolled_at > within:
        return False
    return hmac.compare_digest(asked.encode(), member.asked.encode())
