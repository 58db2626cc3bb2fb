"""Do, and undo, what a plan says of each line: one fact a line, whatever happens in between."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

from loyalty.core.account import Account
from loyalty.core.decide import decide
from loyalty.core.decide.moving import MoveIn, TakeBack
from loyalty.core.member import Member
from loyalty.core.visible import visible
from loyalty.ledger.act import Act
from loyalty.ledger.books import fingerprint
from loyalty.members.enrolment import outside_names
from loyalty.members.erase import Erasure
from loyalty.members.indexing import found_as_person, found_by_record
from loyalty.members.moving_in import mapping as mappings
from loyalty.refusals import Busy
from loyalty.store import (
    commit,
    contact_book,
    google_saves,
    member_records,
    membership,
    reading,
    registrations,
)
from loyalty.store.commit import Change, FactWrite
from loyalty.store.member_records import Record
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from loyalty.ledger.books import Books
    from loyalty.members.enrolment import NewNames
    from loyalty.members.moving_in.plan import Line
    from loyalty.messages import Contact
    from loyalty.program.rules import Program
    from loyalty.store.import_book import ImportHead
    from loyalty.store.reading import StoredFact
    from loyalty.store.tables import Write

_OF_ITSELF = frozenset({"import", "settle", "close"})
"""Kinds of entries that a member has without ever having done anything."""


class Lines:
    """Works through lines of imports.

    What lines come to is counted by words: ``joined``, ``added``, ``known``, ``skipped``,
    ``wrong``; when they are undone ``removed``, ``taken_back``, ``left`` (who has left meanwhile),
    ``nothing``, and ``gone.<pot>`` for what was spent or had expired.
    """

    TWO: Final = "*"
    """Instead of a member: a line's contacts belong to two."""

    def __init__(self, books: Books, *, names: Callable[[], NewNames]) -> None:
        self._books = books
        self._names = names
        self._erasure = Erasure(books)

    def known(self, program: Program, rows: Mapping[int, Line]) -> dict[int, str]:
        """Return by row the member whom its contacts belong to; ``TWO`` where they are several."""
        contacts = {contact for line in rows.values() for contact in line.contacts}
        keys = {contact: self._key(program, contact) for contact in contacts}
        owners = contact_book.read_owners(self._books.tables, program.id, set(keys.values()))
        found: dict[int, str] = {}
        for row, line in rows.items():
            members = {
                owners[keys[contact]].member for contact in line.contacts if keys[contact] in owners
            }
            if members:
                found[row] = self.TWO if len(members) > 1 else members.pop()
        return found

    def run(
        self,
        program: Program,
        head: ImportHead,
        rows: Mapping[int, Line],
        now: datetime,
    ) -> Counter[str]:
        """Do what the plan says of these rows; return what they came to. Raises Busy."""
        done = self._facts(head, rows)
        known = self.known(program, {row: rows[row] for row in rows if row not in done})
        counts: Counter[str] = Counter()
        for row, line in rows.items():
            if line.doing != "enrol":
                counts["wrong" if line.doing == "wrong" else "skipped"] += 1
                continue
            stored = done.get(row)
            if stored is not None:
                counts["joined" if stored.answer.get("joined") else "added"] += 1
                continue
            counts[self._line(program, head, (row, line), known.get(row), now)] += 1
        return counts

    def _line(
        self,
        program: Program,
        head: ImportHead,
        numbered: tuple[int, Line],
        member: str | None,
        now: datetime,
    ) -> str:
        row, line = numbered
        for attempt in self._books.attempts():
            if attempt:
                stored = self._facts(head, [row]).get(row)
                if stored is not None:
                    return "joined" if stored.answer.get("joined") else "added"
                member = self.known(program, {row: line}).get(row)
            if member == self.TWO:
                return "wrong"
            if member is not None:
                return self._add(head, numbered, member, now)
            if self._join(program, head, numbered, now):
                return "joined"
        raise Busy

    def _add(self, head: ImportHead, numbered: tuple[int, Line], member: str, now: datetime) -> str:
        """Give a member who is there already what the file says, if the owner wants that."""
        if mapping_of(head).known == "skip":
            return "known"
        command = _move_in(head, *numbered)
        fact = _fact(head, numbered[0])
        answer = self._books.once(fact, head.program, member, partial(_same, command), now)
        return "added" if answer.body["outcome"] == "imported" else "left"

    def _join(
        self, program: Program, head: ImportHead, numbered: tuple[int, Line], now: datetime
    ) -> bool:
        """Make a member with what the file says, all at once; False when it was not written."""
        row, line = numbered
        mapping = mapping_of(head)
        member = self._member(program, head, line, now)
        account = Account(program.id, member.id)
        decision = decide(program, account, _move_in(head, row, line), now)
        if decision.entry is None:
            shown = visible(program, account, now).fingerprint
            decision = replace(decision, account=replace(account, shown=shown))
        answer = {**decision.answer, "joined": True, "member": member.id, "line": line.number}
        writes: list[Write] = [commit.put_fact(_fact(head, row), answer, now, decision.entry)]
        for contact in line.contacts:
            key = self._key(program, contact)
            if mapping.vouched:
                writes += contact_book.prove(program.id, key, member.id, None)
            else:
                writes += contact_book.tell(program.id, key, member.id)
        writes += found_as_person(self._books.tokens, member)
        if line.tags:
            record = Record(tags=line.tags)
            writes.append(member_records.change_record(program.id, member.id, Record(), record))
            writes += found_by_record(self._books.tokens, member, Record(), record)
        names = outside_names(self._books, member)
        change = Change(account, decision)
        try:
            membership.add_member(self._books.tables, member, names, change, writes)
        except Cancelled:
            return False
        except OutcomeUnknown:
            # Names are random, so a member that carries ours is the one just written.
            return membership.read_shell(self._books.tables, program.id, member.id) is not None
        return True

    def _member(self, program: Program, head: ImportHead, line: Line, now: datetime) -> Member:
        consent = f"import: {mapping_of(head).consent}"
        names = self._names()
        return Member(
            program=program.id,
            id=names.member,
            serial=names.serial,
            card_code=self._books.tokens.card_code(names.reference),
            short_code=names.short,
            link_generation=1,
            card_version=0,
            first_name=line.first_name,
            contact=line.contacts[0] if line.contacts else None,
            birthday=line.birthday,
            language=program.language(line.language),
            # They have agreed to this program's words nowhere: where they come from stands there.
            consent_version=f"import {head.id}",
            marketing_consent_version=consent if line.marketing else None,
            enrolled_at=now,
            home=line.home,
        )

    # Undoing

    def undo(
        self, program: Program, head: ImportHead, rows: Iterable[int], now: datetime
    ) -> Counter[str]:
        """Take back what these rows came to, as far as it is still there. Raises Busy."""
        rows = list(rows)
        done = self._facts(head, rows)
        counts: Counter[str] = Counter()
        for row in rows:
            stored = done.get(row)
            if stored is None:
                counts["nothing"] += 1
                continue
            made = stored.answer.get("member")
            if made and self._is_untouched(program, head, made):
                act = Act(program.id, f"import-{head.source}", str(row), "")
                self._erasure.erase(act, made, now)
                counts["removed"] += 1
            else:
                counts.update(self._take_back(head, row, stored, now))
        return counts

    def _is_untouched(self, program: Program, head: ImportHead, member: str) -> bool:
        """Tell whether a member has nothing but what the import has brought: no card, no act."""
        tables = self._books.tables
        account = reading.read_account(tables, program.id, member)
        if account is None or account.successor:
            return False
        kinds = {one.kind for one in reading.read_entries(tables, program.id, member)}
        if kinds - _OF_ITSELF:
            return False
        if registrations.read_phones(tables, program.id, member):
            return False
        if google_saves.standing(tables, [(program.id, member)], 0).known:
            return False
        keys = contact_book.read_contacts_of(tables, program.id, member)
        owners = contact_book.read_owners(tables, program.id, keys)
        proved = any(one.verified and one.member == member for one in owners.values())
        return mapping_of(head).vouched or not proved

    def _take_back(
        self, head: ImportHead, row: int, stored: StoredFact, now: datetime
    ) -> Counter[str]:
        member = next((name for name, _ in stored.entries), None)
        if member is None:
            return Counter(nothing=1)
        posted = tuple(
            posting
            for name, seq in stored.entries
            if (entry := reading.read_entry(self._books.tables, head.program, name, seq))
            for posting in entry.postings
            if posting.cause == "import"
        )
        command = TakeBack(f"import-undo#{head.source}#{row}", f"import:{head.id}", posted)
        fact = _undo_fact(head, row)
        answer = self._books.once(fact, head.program, member, partial(_same, command), now).body
        if answer["outcome"] != "taken_back":
            return Counter(left=1)
        gone = {f"gone.{pot}": amount for pot, amount in answer["gone"].items()}
        return Counter({"taken_back": 1, **gone})

    # What became of rows

    def made(self, head: ImportHead, rows: Iterable[int]) -> list[tuple[int, str]]:
        """Return the members that were made of rows, each with the line of the file."""
        found = self._facts(head, rows)
        return [
            (stored.answer["line"], stored.answer["member"])
            for _, stored in sorted(found.items())
            if stored.answer.get("joined")
        ]

    def spent(self, head: ImportHead, rows: Iterable[int]) -> list[tuple[str, dict[str, int]]]:
        """Return of whom not everything could be taken back, and what not, by pot."""
        rows = list(rows)
        undone = {_undo_fact(head, row): row for row in rows}
        found = reading.read_facts(self._books.tables, undone)
        return [
            (stored.entries[0][0], stored.answer["gone"])
            for _, stored in sorted((undone[fact], stored) for fact, stored in found.items())
            if stored.answer.get("gone") and stored.entries
        ]

    def _facts(self, head: ImportHead, rows: Iterable[int]) -> dict[int, StoredFact]:
        facts = {_fact(head, row): row for row in rows}
        found = reading.read_facts(self._books.tables, facts)
        return {facts[fact]: stored for fact, stored in found.items()}

    def _key(self, program: Program, contact: Contact) -> str:
        return self._books.tokens.contact_key(program.id, contact)


def mapping_of(head: ImportHead) -> mappings.Mapping:
    """Return what the owner has said of an import's file."""
    return _read(head.mapping)


@lru_cache(maxsize=8)
def _read(text: str) -> mappings.Mapping:
    return mappings.read(json.loads(text))


def _fact(head: ImportHead, row: int) -> FactWrite:
    hashed = fingerprint("import", head.mapping, row)
    return FactWrite(head.program, "import", head.source, str(row), hashed)


def _undo_fact(head: ImportHead, row: int) -> FactWrite:
    hashed = fingerprint("import-undo", row)
    return FactWrite(head.program, "import-undo", head.source, str(row), hashed)


def _move_in(head: ImportHead, row: int, line: Line) -> MoveIn:
    return MoveIn(
        fact=f"import#{head.source}#{row}",
        actor=f"import:{head.id}",
        value=line.value,
        spend=line.spend,
        visits=line.visits,
        level=line.level,
    )


def _same(command: Any, _: Account) -> Any:
    return command
