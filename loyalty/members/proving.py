"""Proving a contact: a code that was sent to it is typed on the page of the card it is for."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from loyalty.access.tokens import digest
from loyalty.core.decide import decide
from loyalty.ledger.act import Act
from loyalty.members import codes
from loyalty.members.enrolment import outside_names, welcome_grant
from loyalty.members.records import united
from loyalty.program import sides
from loyalty.refusals import Busy
from loyalty.store import commit, contact_book, directory, membership
from loyalty.store.commit import Change, Moved
from loyalty.store.contact_book import ContactOwner
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.member import Member
    from loyalty.ledger.books import Books
    from loyalty.ledger.staff import Staff
    from loyalty.messages import MessageChannel
    from loyalty.store.contact_book import SentCode
    from loyalty.store.tables import Write

Standing = Literal["open", "proved", "none"]
"""Of a card's contact: a code may be typed, it is proved, or nobody can be written to."""

Proof = Literal["proved", "wrong", "used_up", "expired", "none"]
"""What a typed code was: right, wrong, one try too many, no longer good, or for no card."""


class Proving:
    """What the holder of a card does to prove its contact.

    Parameters
    ----------
    code
        Makes a fresh random code of ``codes.DIGITS`` digits.
    """

    def __init__(
        self,
        books: Books,
        staff: Staff,
        channel: MessageChannel,
        *,
        code: Callable[[], str],
        card_page: Callable[[str], str],
    ) -> None:
        self._books = books
        self._staff = staff
        self._channel = channel
        self._code = code
        self._card_page = card_page

    def standing(self, link: str) -> Standing:
        """Tell how things stand with the contact of the card behind a link."""
        member = self._member(link)
        if member is None or member.contact is None:
            return "none"
        if _is_theirs(self._owner(member), member):
            return "proved"
        # Of a test side words go out to nobody.
        reaches = not sides.is_test(member.program) and self._channel.reaches(member.contact)
        return "open" if reaches else "none"

    def send(self, link: str, now: datetime) -> bool:
        """Send another code, after which the one before is good no more; False: there is no need.

        Raises
        ------
        Refusal
            ``too_many_attempts``, busy or unavailable: nothing was sent.
        """
        member = self._member(link)
        if member is None or member.contact is None or self.standing(link) != "open":
            return False
        program = self._books.programs.current(member.program)
        pseudonym = self._pseudonym(member)
        codes.count(self._books, program.id, pseudonym, now)
        code = self._code()
        sent = codes.sent_code(self._books.tokens, pseudonym, member.id, code, now)
        try:
            contact_book.send_code(self._books.tables, program.id, member.id, sent)
        except (Cancelled, OutcomeUnknown):
            raise Busy from None
        self._channel.send(codes.message(program, member, code, self._known_card(member)))
        return True

    def prove(self, link: str, typed: str, now: datetime) -> Proof:
        """Make the contact the card's on which its code was typed, with all that it brings.

        A card on which the same contact was proved before is the same person's: it is merged into
        this one, and what was handed out for it leads nowhere.

        Raises
        ------
        Busy
            Nothing happened, but for a try that may have been counted.
        """
        member = self._member(link)
        if member is None or member.contact is None:
            return "none"
        if _is_theirs(self._owner(member), member):
            return "proved"
        code = self._try(member, now)
        if isinstance(code, str):
            return code
        given = self._books.tokens.proof(code.contact, member.id, codes.read_typed(typed))
        if not hmac.compare_digest(given.encode(), code.hash.encode()):
            return "wrong"
        return self._take(member, code, now)

    def _try(self, member: Member, now: datetime) -> SentCode | Proof:
        """Count a try before it is judged, so that no crowd has more of them than there are."""
        tables = self._books.tables
        for _ in self._books.attempts():
            code = contact_book.read_code(tables, member.program, member.id)
            if code is None or code.ends <= now.timestamp():
                return "expired"
            if code.contact != self._pseudonym(member):
                return "expired"
            if code.tries >= codes.TRIES:
                return "used_up"
            try:
                contact_book.count_try(tables, member.program, member.id, code)
            except (Cancelled, OutcomeUnknown):
                continue
            return code
        raise Busy

    def _take(self, member: Member, code: SentCode, now: datetime) -> Proof:
        for _ in self._books.attempts():
            owner = self._owner(member)
            if _is_theirs(owner, member):
                return "proved"
            account = self._books.account(member.program, member.id)
            if account is None or account.closed or account.member != member.id:
                return "none"
            before = self._books.account(member.program, owner.member) if owner else None
            try:
                if owner and owner.told and owner.member != member.id:
                    owner = self._confirm(member, owner, code)
                if owner and owner.verified and before and not before.closed:
                    self._merge(member, owner, code, now)
                else:
                    self._give(member, account, owner, code, now)
            except Moved:
                if self._is_open(member, code):
                    member = self._again(member)
                    continue
                # Another code was sent meanwhile, or this one was used.
                return "proved" if _is_theirs(self._owner(member), member) else "expired"
            return "proved"
        raise Busy

    def _confirm(self, member: Member, owner: ContactOwner, code: SentCode) -> ContactOwner:
        """Note on the card that the shop has told of that its contact is proved; the code stays.

        So the two are one person, and whatever interrupts the merge that follows, the next proof of
        that contact finds it.
        """
        if not self._is_open(member, code):
            raise Moved
        try:
            contact_book.confirm(self._books.tables, member.program, code.contact, owner.member)
        except (Cancelled, OutcomeUnknown):
            raise Moved from None
        return ContactOwner(owner.member, verified=True)

    def _give(
        self,
        member: Member,
        account: Account,
        owner: ContactOwner | None,
        code: SentCode,
        now: datetime,
    ) -> None:
        """Make the contact theirs, and give the welcome that waits for it."""
        writes = [
            contact_book.use_code(member.program, member.id, code),
            *contact_book.prove(member.program, code.contact, member.id, owner),
        ]
        change = welcome(self._books, member, account, owner, now)
        if member.welcome_due:
            writes.append(membership.change_member(member, _welcomed(member)))
        commit.commit_guarded(self._books.tables, change, writes, now)

    def _merge(self, member: Member, owner: ContactOwner, code: SentCode, now: datetime) -> None:
        """Merge the card on which the contact was proved before into this one.

        The contact moves with it. There is no second welcome: it was theirs before.
        """
        act = Act(member.program, "proof", f"{owner.member}-{member.id}", "", automatic=True)

        def guards() -> list[Write]:
            if not self._is_open(member, code):
                raise Moved
            current = self._again(member)
            joined, carried = united(self._books, owner.member, current, now)
            writes = [
                contact_book.use_code(member.program, member.id, code),
                *forget_names(self._books, member.program, owner.member),
                *carried,
            ]
            after = _welcomed(joined) if current.welcome_due else joined
            if after != current:
                writes.append(membership.change_member(current, after))
            return writes

        answer = self._staff.merge(act, owner.member, member.id, now, guards=guards)
        if answer.body.get("outcome") == "declined":
            raise Moved

    def _is_open(self, member: Member, code: SentCode) -> bool:
        found = contact_book.read_code(self._books.tables, member.program, member.id)
        return found is not None and found.hash == code.hash

    def _again(self, member: Member) -> Member:
        found = membership.read_member(self._books.tables, member.program, member.id)
        if found is None or found.contact is None:
            raise Busy
        return found

    def _member(self, link: str) -> Member | None:
        owner = directory.find(self._books.tables, "link", digest(link))
        return membership.read_member(self._books.tables, *owner) if owner else None

    def _pseudonym(self, member: Member) -> str:
        if member.contact is None:
            raise ValueError("nobody is there to be written to")
        return self._books.tokens.contact_key(member.program, member.contact)

    def _owner(self, member: Member) -> ContactOwner | None:
        return contact_book.read_contact(
            self._books.tables, member.program, self._pseudonym(member)
        )

    def _known_card(self, member: Member) -> str | None:
        owner = self._owner(member)
        if owner is None or not owner.verified:
            return None
        known = membership.read_member(self._books.tables, member.program, owner.member)
        if known is None or known.contact is None:
            return None
        link = self._books.tokens.link_token(known.program, known.id, known.link_generation)
        return self._card_page(link)


def welcome(
    books: Books, member: Member, account: Account, owner: ContactOwner | None, now: datetime
) -> Change | None:
    """Return the welcome that waits for a proof, if it does: once for a contact."""
    program = books.programs.current(member.program)
    if not member.welcome_due or program.welcome is None or (owner and owner.verified):
        return None
    return Change(account, decide(program, account, welcome_grant(program.welcome), now))


def forget_names(books: Books, program: str, member: str) -> list[Write]:
    """Return the writes by which a card's code and its link lead nowhere."""
    found = membership.read_shell(books.tables, program, member)
    if found is None:
        return []
    return membership.forget_names(outside_names(books, found))


def _welcomed(member: Member) -> Member:
    return replace(member, welcome_due=False, card_version=member.card_version + 1)


def _is_theirs(owner: ContactOwner | None, member: Member) -> bool:
    return owner is not None and owner.verified and owner.member == member.id
