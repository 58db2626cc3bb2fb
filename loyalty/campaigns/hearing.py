"""What carriers and members say of a channel: no more, nobody is there, here is my chat."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty import words
from loyalty.access.tokens import digest
from loyalty.campaigns import reading
from loyalty.campaigns.channels.choosing import CHANNELS, TOPICS
from loyalty.core.instants import microseconds
from loyalty.ledger.act import Act
from loyalty.members.records import Records
from loyalty.messages import Contact
from loyalty.refusals import Refusal
from loyalty.store import channel_book, contact_book, membership, offers
from loyalty.store.channel_book import NOWHERE, Reach
from loyalty.store.tables import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.campaigns.channels.receipts import Receipt
    from loyalty.campaigns.channels.ses_events import Told
    from loyalty.campaigns.channels.telegram import Heard
    from loyalty.ledger.books import Books
    from loyalty.store.offers import Place

_STOP = re.compile(r"([a-z][a-z0-9-]{0,39})\.([A-Za-z0-9_-]{1,64})\.([a-z]{1,8})\.([A-Za-z0-9_-]+)")


class Hearing:
    """Takes what is said."""

    def __init__(self, books: Books) -> None:
        self._books = books

    # One click

    def stop_path(self, program: str, member: str, channel: str) -> str:
        """Return what of an address names whose channel ends there."""
        mac = self._books.tokens.stop_token(program, member, channel)
        return f"{program}.{member}.{channel}.{mac}"

    def read_stop(self, path: str) -> tuple[str, str, str] | None:
        """Return program, member and channel of such an address; None for any that is not ours."""
        match = _STOP.fullmatch(path)
        if match is None or match[3] not in CHANNELS:
            return None
        program, member, channel, _ = match.groups()
        return (program, member, channel) if self._genuine(path, match.groups()) else None

    def _genuine(self, path: str, parts: tuple[str, ...]) -> bool:
        program, member, channel, _ = parts
        return path == self.stop_path(program, member, channel)

    def stop(self, program: str, member: str, channel: str, now: datetime) -> None:
        """Write down that a member wants no offers by a channel; also of whoever has left.

        Raises
        ------
        Refusal
            Busy: it has to be said again.
        """
        self._consent(program, member, channel, given=False, now=now)

    def _consent(
        self, program: str, member: str, channel: str, *, given: bool, now: datetime
    ) -> None:
        act = Act(program, f"channel-{channel}", str(microseconds(now)), "", automatic=True)
        version = self._books.programs.current(program).consent.version
        try:
            Records(self._books).consent(
                act, member, ("marketing", TOPICS[channel]), (given, version), now
            )
        except Refusal as refusal:
            if refusal.code != "member_not_found":
                raise

    # Carriers

    def dead(self, program: str, member: str, channel: str, address: str) -> None:
        """Remember that nobody is at an address; another one is tried."""
        named = reading.named_as(self._books, program, channel, address)
        self._change(program, member, lambda one: replace(one, dead={**one.dead, channel: named}))

    def told(self, program: str, told: Told, now: datetime) -> str:
        """Take what SES tells of an e-mail; return what it was, empty for none of this program's.

        Twice, late and in any order: the first word about an e-mail stands, and whatever it says
        of the member is the same again.
        """
        place = offers.found(self._books.tables, "email", program, told.id)
        if place is None:
            return ""
        second = int(now.timestamp())
        if told.how == "complained":
            self.stop(program, place.member, "email", now)
        elif told.how == "dead":
            for address in told.addresses:
                self.dead(program, place.member, "email", address)
        claim = offers.read(self._books.tables, place)
        if claim is None or claim.state not in {"accepted", "sending"}:
            return told.how
        if told.how == "soft":
            self._change(program, place.member, lambda one: one.bounced("email", second))
        ended = "complained" if told.how == "complained" else "bounced"
        try:
            offers.write(self._books.tables, offers.end(place, claim.state, ended, claim.cost))
        except Cancelled:
            return told.how
        return told.how

    def received(self, program: str, receipt: Receipt, now: datetime) -> str:
        """Take what became of a text message; return it, empty for none of this program's.

        Twice, late and in any order: the first word about a message stands. Where nobody is there,
        or nobody who takes text messages, the channel has ended; three messages in a fortnight
        that did not come rest it.
        """
        place = offers.found(self._books.tables, "sms", program, receipt.id)
        claim = offers.read(self._books.tables, place) if place else None
        if place is None or claim is None:
            return ""
        if receipt.how == "dead":
            address = receipt.to or self._phone(place)
            if address:
                self.dead(program, place.member, "sms", address)
        if claim.state not in {"accepted", "sending"}:
            return receipt.how
        if receipt.how == "undelivered":
            second = int(now.timestamp())
            self._change(program, place.member, lambda one: one.bounced("sms", second))
        ended = "bounced" if receipt.how == "dead" else receipt.how
        try:
            offers.write(self._books.tables, offers.end(place, claim.state, ended, claim.cost))
        except Cancelled:
            return receipt.how
        return receipt.how

    def _phone(self, place: Place) -> str:
        """Return the phone that a member has, where a receipt does not say whom it is about."""
        person = membership.read_member(self._books.tables, place.program, place.member)
        contact = person.contact if person else None
        return contact.value if contact and contact.kind == "phone" else ""

    # A messenger

    def chat(self, program: str, heard: Heard, now: datetime) -> str:
        """Take what a chat says; return the answer, empty for none."""
        if heard.what == "start":
            return self._bind(program, heard.chat, heard.payload, now)
        return self._unbind(program, heard.chat, now) if heard.what == "stop" else ""

    def _bind(self, program: str, chat: str, payload: str, now: datetime) -> str:
        tables, rules = self._books.tables, self._books.programs.current(program)
        hashed = digest(payload)
        found = channel_book.read_link(tables, hashed, int(now.timestamp())) if payload else None
        person = None
        if found is not None and found[0] == program:
            person = membership.read_member(tables, program, found[1])
        named = self._named(program, chat)
        owner = contact_book.read_contact(tables, program, named)
        if person is None or person.is_forgotten:
            # Telegram repeats what it is not sure of: who is bound has had their answer.
            return "" if owner else words.phrase(rules.languages[0], "chat.old")
        if owner is not None and owner.member != person.id:
            # Somebody else's card was bound to this chat: it is theirs no more.
            self._change(program, owner.member, _without_chat)
            offers.write(tables, *contact_book.forget(tables, program, named, owner.member))
            owner = None
        before = channel_book.read_reach(tables, program, person.id)
        gone = {name: one for name, one in before.dead.items() if name != "telegram"}
        after = replace(before, chat=chat, dead=gone)
        try:
            offers.write(
                tables,
                channel_book.use_link(hashed, program),
                channel_book.change(program, person.id, before, after),
                *contact_book.prove(program, named, person.id, owner),
            )
        except Cancelled:
            return words.phrase(rules.languages[0], "chat.old")
        if before.chat and before.chat != chat:
            old = self._named(program, before.chat)
            offers.write(tables, *contact_book.forget(tables, program, old, person.id))
        self._consent(program, person.id, "telegram", given=True, now=now)
        language = rules.language(person.language)
        # Links are forwarded: whoever opens one learns a letter, not a name.
        name = f"{person.first_name[:1]}…"
        return words.phrase(language, "chat.bound", name=name, program=rules.name[language])

    def _unbind(self, program: str, chat: str, now: datetime) -> str:
        tables, rules = self._books.tables, self._books.programs.current(program)
        named = self._named(program, chat)
        owner = contact_book.read_contact(tables, program, named)
        if owner is None:
            return ""
        person = membership.read_member(tables, program, owner.member)
        self._consent(program, owner.member, "telegram", given=False, now=now)
        self._change(program, owner.member, _without_chat)
        offers.write(tables, *contact_book.forget(tables, program, named, owner.member))
        language = rules.language(person.language if person else None)
        return words.phrase(language, "chat.stopped")

    def _named(self, program: str, chat: str) -> str:
        return self._books.tokens.contact_key(program, Contact("chat", chat))

    def _change(self, program: str, member: str, changed: Callable[[Reach], Reach]) -> None:
        tables = self._books.tables
        person = membership.read_shell(tables, program, member)
        if person is None or person.is_forgotten:
            return  # nothing may be kept of whoever has left
        for _ in self._books.attempts():
            before = channel_book.read_reach(tables, program, member)
            after = changed(before)
            if after == before:
                return
            try:
                offers.write(tables, channel_book.change(program, member, before, after))
            except Cancelled:
                continue
            return


def _without_chat(reach: Reach) -> Reach:
    return replace(reach, chat=NOWHERE.chat)
