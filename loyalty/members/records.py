"""Writing down of a member: tags, declared attributes, notes, consents, their home.

Each change leaves a line of who did it (`deed_log`), which names what was changed and no value that
tells something of a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from loyalty.core.instants import microseconds
from loyalty.core.member import MOST_TAGS
from loyalty.ledger import deeds
from loyalty.ledger.books import member_not_found
from loyalty.ledger.saving_groups import SavingGroups
from loyalty.members.indexing import (
    found_at_home,
    found_by_record,
    found_no_more_as_person,
)
from loyalty.program.unseen import acts_unseen
from loyalty.refusals import Busy, Refusal
from loyalty.store import appointments, campaign_marks, contact_book, member_records, membership
from loyalty.store.member_records import CHANNELS, Consent, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.core.client_report import ClientReport
    from loyalty.core.member import Member
    from loyalty.ledger.act import Act
    from loyalty.ledger.books import Books
    from loyalty.messages import Contact
    from loyalty.store.tables import Write


TAG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
PURPOSES = ("program", "marketing", "profiling")
_ASKED_AT_JOINING = "marketing/card"
LONGEST_NAME = 60
"""Letters of a name that a booking tool tells."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be different; None leaves something as it is.

    ``attributes``: values by id, None takes one away. ``home``: a location's id, empty for none.
    ``language``: one that the program speaks, for their card and messages.
    """

    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    attributes: Mapping[str, str | None] | None = None
    home: str | None = None
    language: str | None = None


class Records:
    """Reads and changes what is written down of members."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def read(self, program: str, member: str) -> tuple[Member, Record]:
        """Return a member as who they are now, and what is written down of them.

        Raises
        ------
        Refusal
            ``member_not_found``, also who has left.
        """
        account = self._books.account(program, member)
        if account is None or account.closed:
            raise member_not_found(member)
        person = membership.read_member(self._books.tables, program, account.member)
        if person is None:
            raise member_not_found(member)
        return person, member_records.read_record(self._books.tables, program, person.id)

    def change(
        self, act: Act, member: str, changes: Changes, now: datetime
    ) -> tuple[Member, Record]:
        """Change what is written down; return how it is now. The same again changes nothing.

        Raises
        ------
        Refusal
            ``member_not_found``; ``unknown_attribute``, ``invalid_attribute``, ``too_many_tags``,
            ``unknown_location``, ``unknown_language``; busy. Nothing was changed.
        """
        # Whose member it is comes first: what is wrong with a value is said to nobody else.
        self.read(act.program, member)
        program = self._books.programs.current(act.program)
        for name, value in (changes.attributes or {}).items():
            attribute = program.attribute(name)
            if attribute is None:
                known = ", ".join(one.id for one in program.attributes) or "none"
                detail = f"The program declares no such attribute; it has: {known}."
                raise Refusal("invalid", "unknown_attribute", detail, pointer=f"/attributes/{name}")
            fault = attribute.fault(value) if value is not None else None
            if fault:
                detail = f"The value {fault}."
                raise Refusal("invalid", "invalid_attribute", detail, pointer=f"/attributes/{name}")
        if changes.home and program.location(changes.home) is None:
            detail = "The program has no such location."
            raise Refusal("invalid", "unknown_location", detail, pointer="/home")
        if changes.language is not None and changes.language not in program.languages:
            detail = f"The program speaks: {', '.join(program.languages)}."
            raise Refusal("invalid", "unknown_language", detail, pointer="/language")

        def changed(person: Member, record: Record) -> tuple[Member, Record]:
            tags = [one for one in record.tags if one not in changes.remove_tags]
            tags += [one for one in changes.add_tags if one not in tags]
            if len(tags) > MOST_TAGS:
                detail = f"A member has at most {MOST_TAGS} tags."
                raise Refusal("conflict", "too_many_tags", detail)
            values = {**record.attributes, **(changes.attributes or {})}
            after = replace(
                record,
                tags=tuple(sorted(tags)),
                attributes={name: one for name, one in values.items() if one is not None},
            )
            home = person.home if changes.home is None else changes.home or None
            language = changes.language or person.language
            return replace(person, home=home, language=language), after

        return self._write(act, member, changed, now)

    def consent(
        self, act: Act, member: str, topic: tuple[str, str], said: tuple[bool, str], now: datetime
    ) -> tuple[Member, Record]:
        """Write down what a member says of a purpose and a channel, and to which text.

        Marketing on the card is what they were asked when they joined.
        """
        purpose, channel = topic
        given, version = said

        def changed(person: Member, record: Record) -> tuple[Member, Record]:
            kept = record.consents.get(f"{purpose}/{channel}")
            if kept and (kept.given, kept.version) == said:
                return person, record
            one = Consent(given, version, microseconds(now))
            consents = {**record.consents, f"{purpose}/{channel}": one}
            if topic == ("marketing", "card"):
                person = replace(person, marketing_consent_version=version if given else None)
            return person, replace(record, consents=consents)

        return self._write(act, member, changed, now)

    def tell(
        self, act: Act, member: str, told: ClientReport, contact: Contact | None, now: datetime
    ) -> tuple[Member, Record]:
        """Write down what a booking tool or CRM says of a member; return how it is now.

        It fills what nobody has said and overwrites nothing that the member has: name, contact,
        birthday, and what the program asks members for. ``contact`` is one that was typed, which
        nobody has proved.

        Raises
        ------
        Refusal
            ``member_not_found``, ``member_unreadable``; busy.
        """
        program = self._books.programs.current(act.program)

        def changed(person: Member, record: Record) -> tuple[Member, Record]:
            values = dict(record.attributes)
            for name, value in told.attributes.items():
                attribute = program.attribute(name)
                if attribute is None or (attribute.ask and name in values):
                    continue
                if value is None:
                    values.pop(name, None)
                elif attribute.fault(value) is None:
                    values[name] = value
            consents = dict(record.consents)
            for channel, given in told.consents.items():
                topic = f"marketing/{channel}@{told.source}"
                if channel in CHANNELS and (
                    topic not in consents or consents[topic].given != given
                ):
                    consents[topic] = Consent(given, "", microseconds(now))
            after = replace(record, attributes=values, consents=consents)
            return _filled(person, told, contact), after

        return self._write(act, member, changed, now)

    def note(self, act: Act, member: str, now: datetime) -> None:
        """Keep a note, which is the act's reason; the same act again keeps nothing more.

        Raises
        ------
        Refusal
            ``member_not_found``, ``limit_reached`` or busy.
        """
        for _ in self._books.attempts():
            person, _record = self.read(act.program, member)
            name = "note", act.key, act.id
            if membership.read_note(self._books.tables, act.program, person.id, name) is not None:
                return
            program = self._books.programs.current(act.program)
            line = deeds.recorded(replace(act, reason=""), "note", person.id, {}, {}, now)
            limits = deeds.within_limits(self._books, program, act, now)
            kept = membership.add_note(act.program, person.id, name, act.reason)
            if member_records.written(self._books.tables, kept, *line, *limits):
                return
        raise Busy

    def _write(
        self,
        act: Act,
        member: str,
        changed: Callable[[Member, Record], tuple[Member, Record]],
        now: datetime,
    ) -> tuple[Member, Record]:
        for _ in self._books.attempts():
            person, record = self.read(act.program, member)
            after, kept = changed(person, record)
            if (after, kept) == (person, record):
                return person, record
            writes: list[Write] = []
            if after != person:
                after = replace(after, card_version=person.card_version + 1)
                writes.append(membership.change_member(person, after))
                writes += found_at_home(self._books.tokens, person, after)
                if after.contact is not None and after.contact != person.contact:
                    pseudonym = self._books.tokens.contact_key(act.program, after.contact)
                    writes += contact_book.claim(act.program, pseudonym, person.id)
            if kept != record:
                writes.append(member_records.change_record(act.program, person.id, record, kept))
                writes += found_by_record(self._books.tokens, person, record, kept)
            writes += deeds.recorded(
                act, "record", person.id, _told(person, record), _told(after, kept), now
            )
            if member_records.written(self._books.tables, *writes):
                return after, replace(kept, version=record.version + (kept != record))
        raise Busy


def _filled(person: Member, told: ClientReport, contact: Contact | None) -> Member:
    """Return a member with what is missing of who they are, as far as a tool knows it."""
    name = told.name[:LONGEST_NAME]
    return replace(
        person,
        first_name=person.first_name or ("" if any(map(acts_unseen, name)) else name),
        birthday=person.birthday or told.birthday,
        contact=person.contact or contact,
    )


def united(books: Books, old: str, into: Member, now: datetime) -> tuple[Member, list[Write]]:
    """Return a member with whom another has become one, and the writes of what is written of both.

    Tags of both, as many as a member may have; of an attribute the value that ``into`` has, else
    the other's; of a consent what was said last. ``old`` keeps nothing and is not found any more.
    The member is for the caller to write.
    """
    tables, program = books.tables, into.program
    gone = membership.read_member(tables, program, old)
    if gone is None:
        return into, []
    leaving = member_records.read_record(tables, program, old)
    writes = found_no_more_as_person(books.tokens, gone)
    writes += appointments.unite(tables, program, old, into.id)
    writes += campaign_marks.unite(tables, program, old, into.id)
    writes += SavingGroups(books).unite(program, old, into.id, now)
    if leaving == Record():
        return into, writes
    before = member_records.read_record(tables, program, into.id)
    consents = {**leaving.consents}
    for topic, said in before.consents.items():
        if topic not in consents or consents[topic].at <= said.at:
            consents[topic] = said
    tags = [*before.tags, *(tag for tag in leaving.tags if tag not in before.tags)][:MOST_TAGS]
    after = replace(
        before,
        tags=tuple(sorted(tags)),
        attributes={**leaving.attributes, **before.attributes},
        consents=consents,
    )
    writes += [
        member_records.remove_record(program, old, leaving),
        *found_by_record(books.tokens, gone, leaving, Record()),
    ]
    if after != before:
        writes.append(member_records.change_record(program, into.id, before, after))
        writes += found_by_record(books.tokens, into, before, after)
    said_of_card = consents.get(_ASKED_AT_JOINING)
    if said_of_card is not None and said_of_card != before.consents.get(_ASKED_AT_JOINING):
        version = said_of_card.version if said_of_card.given else None
        into = replace(into, marketing_consent_version=version)
    return into, writes


def said(person: Member, record: Record) -> Mapping[str, Consent]:
    """Return what somebody has said by ``<purpose>/<channel>``, and what when they joined. Pure."""
    version = person.marketing_consent_version
    if version is None or _ASKED_AT_JOINING in record.consents:
        return record.consents
    joining = Consent(given=True, version=version, at=microseconds(person.enrolled_at))
    return {_ASKED_AT_JOINING: joining, **record.consents}


def _told(person: Member, record: Record) -> dict[str, Any]:
    """Return what a line tells of how things stood: names of what there is, no values.

    The line stays with the key that did it when the person is forgotten; a tag tells of somebody.
    """
    return {
        "tags": len(record.tags),
        "attributes": sorted(record.attributes),
        "home": person.home,
        "consents": {name: one.given for name, one in sorted(record.consents.items())},
    }
