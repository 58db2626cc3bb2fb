"""Bring what was carried out of one deployment into an empty one: the same entries, card for card.

The ledger comes as it was, hash for hash, and each account is made anew as the sum of its entries;
what an export says of balances is only held against that. A file that was read before changes
nothing, so whatever was interrupted is done once more.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import fields, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from loyalty.core.account import Entry, fold
from loyalty.core.booking import Appointment
from loyalty.core.coupon import Coupon
from loyalty.core.draft import Draft
from loyalty.core.feedback import Feedback
from loyalty.core.invitation import Invited
from loyalty.core.member import Member
from loyalty.core.news import Marks
from loyalty.core.order import Order, OrderKey
from loyalty.core.referral import Referral
from loyalty.core.settle import settle
from loyalty.core.supply import ONCE
from loyalty.core.visible import visible
from loyalty.members.indexing import found_as_person, found_by_record
from loyalty.members.moving_out import exporting, looks, pictures, together, told
from loyalty.members.moving_out.records import FactRecord, built
from loyalty.refusals import Refusal
from loyalty.store import carrying, carrying_supplies, membership, reading
from loyalty.store.carrying import Person, Version
from loyalty.store.carrying_supplies import Counted
from loyalty.store.channel_book import Reach
from loyalty.store.member_records import Record
from loyalty.store.reading import StoredFact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.ledger.books import Books
    from loyalty.ledger.reconcile import Reconciliation
    from loyalty.members.moving_out.looks import Looks
    from loyalty.sheets.kept_files import Files

_OWN = {field.name for field in fields(Member)}


class Restoring:
    """The use case of bringing in what was carried out.

    Parameters
    ----------
    read
        Returns the lines of a file of an export, by kind and number of the page; None where there
        is no such file.
    kept, shown
        Where looks of designs, and pictures that news shows, are kept here.
    """

    def __init__(
        self,
        books: Books,
        reconciliation: Reconciliation,
        read: Callable[[str], bytes | None],
        kept: Looks,
        shown: Files,
    ) -> None:
        self._kept = kept
        self._shown = shown
        self._books = books
        self._reconciliation = reconciliation
        self._read = read

    def summary(self) -> dict[str, Any]:
        """Return what an export says of itself.

        Raises
        ------
        Refusal
            ``no_export``, ``export_too_new``.
        """
        data = self._read(exporting.SUMMARY)
        if data is None:
            detail = f"There is no {exporting.SUMMARY} here: the export has not ended."
            raise Refusal("invalid", "no_export", detail)
        found: dict[str, Any] = json.loads(data)
        if found.get("format") != exporting.FORMAT:
            detail = "The export was made by another version of this system: use that one."
            raise Refusal("invalid", "export_too_new", detail)
        return found

    def begin(self) -> None:
        """Write the versions of the program, and its designs and pictures before them.

        Raises
        ------
        Refusal
            ``not_empty``: somebody has joined a program of that id here already, or it is another.
            ``export_damaged``: of the pictures of a design, or of news.
        """
        program = self.summary()["program"]
        versions = [built(Version, one) for one in self._lines("programs", 0)]
        present = carrying.versions(self._books.tables, program)
        others = present and present != versions[: len(present)]
        if others or (not present and not carrying.is_empty(self._books.tables, program)):
            detail = f"There is another program {program} here already; begin with an empty one."
            raise Refusal("conflict", "not_empty", detail)
        found = self._lines("designs", 0)
        published = looks.put(self._books.tables, self._kept, found, self._read)
        shown = self._once("pictures")
        pictures.put(self._books.tables, self._shown, program, shown, self._read)
        beside = told.beside(self._once)
        carrying.put_versions(self._books.tables, program, versions, published, beside)

    def page(self, number: int, now: datetime) -> int:
        """Write one page; return how many members it has.

        Raises
        ------
        Refusal
            ``export_damaged``: entries are not chained as the members say.
        """
        program = self.summary()["program"]
        tables = self._books.tables
        entries = [built(Entry, one) for one in self._lines("entries", number)]
        by_member: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_member[entry.member].append(entry)
        rules = self._books.programs.current(program)
        people = [self._person(one, by_member) for one in self._lines("members", number)]
        carrying.put_entries(tables, entries)
        facts = [built(FactRecord, one) for one in self._lines("facts", number)]
        stored = [
            (one.name, StoredFact(one.fingerprint, one.answer, one.entries), one.at)
            for one in facts
        ]
        carrying.put_facts(tables, program, stored)
        orders = [built(Order, one) for one in self._lines("orders", number)]
        carrying.put_orders(tables, orders)
        doubles = [built(OrderKey, one) for one in self._lines("doubles", number)]
        carrying.put_doubles(tables, doubles, 0)
        told.put_ended(tables, program, self._lines("ended", number))
        for person in people:
            if membership.read_shell(tables, program, person.member.id):
                continue  # whoever lives here already is not made anew: their link may be another
            names = exporting.outside_names(self._books, person.member)
            draft = Draft(rules, person.account, now)
            settle(draft)
            shown = visible(rules, draft.account, now).fingerprint
            shown_now = replace(person, account=replace(person.account, shown=shown))
            found = [
                *found_as_person(self._books.tokens, person.member),
                *found_by_record(self._books.tokens, person.member, Record(), person.record),
            ]
            carrying.put_person(tables, shown_now, names, now, found)
        if number == self.summary()["pages"]:
            self._supplies(program)
            together.put(tables, program, self._once, now)
            told.put(self._books, program, self._once)
        return len(people)

    def paused(self) -> list[str]:
        """Return the campaigns that ran when they were carried out, and are paused here."""
        return told.were_running(self._once("campaigns"))

    def _supplies(self, program: str) -> None:
        """Write coupons and stock, and who has had what: that is known when all entries are."""
        coupons = [built(Coupon, one) for one in self._lines("coupons", 0)]
        counted = [built(Counted, one) for one in self._lines("stock", 0)]
        tables = self._books.tables
        carrying_supplies.put_coupons(tables, program, coupons)
        codes = ((one["coupon"], one["serial"], one["code"]) for one in self._lines("codes", 0))
        carrying_supplies.put_foreign_codes(tables, program, codes)
        carrying_supplies.put_counts(tables, program, counted, self._entries(), self._gone())

    def _gone(self) -> set[str]:
        """Return who was erased, and who had become one of these: of them nothing is kept."""
        successor: dict[str, str] = {}
        closed = set[str]()
        for number in range(1, self.summary()["pages"] + 1):
            for line in self._lines("members", number):
                if line["account"]["successor"]:
                    successor[line["id"]] = line["account"]["successor"]
                elif line["closed"]:
                    closed.add(line["id"])

        def last(member: str) -> str:
            while member in successor:
                member = successor[member]
            return member

        return {one for one in (*successor, *closed) if last(one) in closed}

    def _entries(self) -> Iterator[Entry]:
        for number in range(1, self.summary()["pages"] + 1):
            for line in self._lines("entries", number):
                yield built(Entry, line)

    def check(self, now: datetime) -> Iterator[str]:
        """Yield what does not hold of what was brought in: invariants, and sums of the export."""
        found = self.summary()
        program, counted = found["program"], 0
        sums: dict[str, int] = {}
        ended = told.Counting(self._books.tables, program)
        for number in range(1, found["pages"] + 1):
            for line in self._lines("members", number):
                account = reading.read_account(self._books.tables, program, line["id"])
                if account is None:
                    yield f"{line['id']}: is not there"
                    continue
                counted += 1
                sums = exporting.added(sums, exporting.standing([account]))
                for fault in self._reconciliation.account_faults(program, line["id"], now):
                    yield f"{line['id']}: {fault}"
            for line in self._lines("orders", number):
                key = built(OrderKey, line["key"])
                for fault in self._reconciliation.order_faults(key):
                    yield f"{key.source} {key.id}: {fault}"
            yield from ended.page(self._lines("ended", number))
        designs = self._lines("designs", 0)
        yield from looks.faults(self._books.tables, self._kept, designs, self._read)
        yield from self._supply_faults(program)
        yield from together.faults(self._books.tables, program, self._once)
        yield from told.faults(self._books, program, self._once)
        yield from ended.all(self._once("campaigns"), found["counts"].get("ended", 0))
        shown = self._once("pictures")
        yield from pictures.faults(self._books.tables, self._shown, program, shown)
        if sums != found["sums"]:
            yield f"members have {sums}, and {found['sums']} were carried out"
        if counted != found["counts"].get("members", 0):
            yield f"{counted} members are here, and {found['counts']['members']} were carried out"

    def _supply_faults(self, program: str) -> Iterator[str]:
        together = Counter[str]()
        for entry in self._entries():
            for one in entry.postings:
                if one.measure == "used" and one.at != ONCE:
                    together[one.ref] += int(one.amount) * one.at
        told = [built(Counted, one) for one in self._lines("stock", 0)]
        here = carrying_supplies.counts(self._books.tables, program, [one.what for one in told])
        for out, there in zip_longest(told, here):
            if out != there:
                yield f"{out} was carried out, and {there} is here"
            elif out.taken != together[out.what]:
                yield f"{out.what}: {out.taken} are counted, and {together[out.what]} were had"

    def _person(self, line: dict[str, Any], entries: dict[str, list[Entry]]) -> Person:
        member = built(Member, {name: one for name, one in line.items() if name in _OWN})
        account = self._account(member, line["account"], entries.get(member.id, []))
        known = {one["key"]: one["standing"] for one in line["contacts"]}
        if member.contact is not None:
            own = self._books.tokens.contact_key(member.program, member.contact)
            if own not in known and known:
                # Another master key: only the contact that stands on the member can be told anew.
                best = min(known.values(), key=("proved", "told", "typed").index)
                known = {own: best}
        reference = member.card_code.split(".")[2]
        if self._books.tokens.read_card_code(member.card_code) is None:
            member = replace(member, card_code=self._books.tokens.card_code(reference))
        referral = built(Referral, line["referral"]) if line["referral"] else None
        return Person(
            member,
            account,
            tuple(sorted(known.items())),
            tuple(line["names"]),
            tuple(line["merged"]),
            referral,
            built(Record, line["record"]) if "record" in line else Record(),
            tuple(built(Feedback, one) for one in line.get("feedback", ())),
            tuple(built(Invited, one) for one in line.get("invitations", ())),
            built(Marks, line.get("told", {})),
            built(Reach, line.get("reach", {})),
            tuple(built(Appointment, one) for one in line.get("appointments", ())),
        )

    def _account(self, member: Member, told: dict[str, Any], entries: Sequence[Entry]) -> Account:
        account = fold(member.program, member.id, sorted(entries, key=lambda one: one.seq))
        if (account.seq, account.head) != (told["seq"], told["head"]):
            detail = f"The entries of member {member.id} are not those that the export names."
            raise Refusal("invalid", "export_damaged", detail)
        return replace(
            account,
            revision=1,
            card_version=told["card_version"] + 1,
            successor=told["successor"],
        )

    def _once(self, kind: str) -> list[dict[str, Any]]:
        return self._lines(kind, 0)

    def _lines(self, kind: str, number: int) -> list[dict[str, Any]]:
        name = f"{kind}-{number:06d}.jsonl"
        data = self._read(name)
        found = [json.loads(one) for one in data.splitlines()] if data else []
        program = self.summary()["program"]
        # Whoever has altered a file writes into no other program with it.
        if any(_program_of(one, program) != program for one in found):
            detail = f"{name} of the export tells of another program."
            raise Refusal("invalid", "export_damaged", detail)
        return found


def _program_of(line: dict[str, Any], own: str) -> str:
    """Return the program that a line tells of; orders say it in their key."""
    key = line.get("key")
    return str((key if isinstance(key, dict) else line).get("program", own))
