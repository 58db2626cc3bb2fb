"""Carry everything of a program out, a page at a time, as JSON Lines and as tables.

Each page makes files of its own, named by its number: one that was cut short is simply written
again. It is no picture of one instant: sales go on meanwhile. Whoever moves out for good stops the
tills before.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from loyalty.access.tokens import digest
from loyalty.core.order import Paged
from loyalty.core.supply import of_reward
from loyalty.invariants.program import named
from loyalty.members.moving_out import looks, pictures, spread, together, told
from loyalty.members.moving_out.records import FactRecord, plain
from loyalty.store import (
    campaign_book,
    carrying,
    carrying_campaigns,
    carrying_supplies,
    coupon_book,
    directory,
    membership,
    reading,
)
from loyalty.store.membership import OutsideNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.core.account import Account, Entry
    from loyalty.core.member import Member
    from loyalty.ledger.books import Books
    from loyalty.members.moving_out.looks import Looks
    from loyalty.sheets.kept_files import Files
    from loyalty.store.carrying import Person

PAGE: Final = 500
"""Items of the table that are looked at in one page."""
ENDED: Final = 2_000
"""Occurrences of campaigns that have ended for members, in one page."""
FORMAT: Final = 1
"""Of what is written. It rises when an earlier version could not be read any more."""
SUMMARY: Final = "summary.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export has come; what a queue carries from page to page.

    ``walks``: through people and orders with everything of theirs, then through how occurrences of
    campaigns ended; ``after``: where it goes on. ``sums``: what members can spend and what waits,
    by pot; ``counts``: how many of each kind.
    """

    program: str
    folder: str
    page: int = 0
    after: tuple[str, str] | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    sums: Mapping[str, int] = field(default_factory=dict)
    ended: bool = False
    walks: Literal["people", "campaigns"] = "people"


class Exports:
    """The use case of moving out.

    Parameters
    ----------
    kept, shown
        Where looks of designs, and pictures that news shows, are kept here.
    """

    def __init__(self, books: Books, files: Files, kept: Looks, shown: Files) -> None:
        self._books = books
        self._files = files
        self._kept = kept
        self._shown = shown

    def step(self, progress: Progress, now: datetime) -> Progress:
        """Write one page, and with the last one what there is in all. Raises unknown_program."""
        if progress.ended:
            return progress
        walks_people = progress.walks == "people"
        after = self._people(progress) if walks_people else self._campaigns(progress)
        if after.ended:
            self._supplies(after)
            found = together.lines(self._books.tables, progress.program)
            found |= told.lines(self._books, progress.program)
            for kind, lines in found.items():
                self._lines(after, 0, kind, lines)
            self._summary(after, told.were_running(found["campaigns"]), now)
        return after

    def _campaigns(self, progress: Progress) -> Progress:
        """Write a page of how occurrences of campaigns ended for members."""
        tables, number = self._books.tables, progress.page + 1
        found, following = carrying_campaigns.ended(tables, progress.program, progress.after, ENDED)
        self._lines(progress, number, "ended", map(plain, found))
        counts = added(progress.counts, {"ended": len(found)})
        return replace(
            progress, page=number, after=following, counts=counts, ended=following is None
        )

    def _people(self, progress: Progress) -> Progress:
        """Write a page of people and orders."""
        program = self._books.programs.current(progress.program)
        if progress.page == 0:
            self._versions(progress)
            self._designs(progress)
            self._pictures(progress)
        found = carrying.page(self._books.tables, program.id, progress.after, PAGE)
        people = [one for one in map(self._person(program.id), found.members) if one]
        entries = {
            one.member.id: reading.read_entries(self._books.tables, program.id, one.member.id)
            for one in people
        }
        flat = [entry for one in entries.values() for entry in one]
        orders = reading.read_orders(self._books.tables, found.orders)
        facts = self._facts(flat)
        number = progress.page + 1
        self._lines(progress, number, "members", (_person(one) for one in people))
        self._lines(progress, number, "entries", map(plain, flat))
        self._lines(progress, number, "facts", map(plain, facts))
        whole = (plain(replace(one, paged=Paged())) for one in orders)
        self._lines(progress, number, "orders", whole)
        self._lines(progress, number, "doubles", map(plain, found.doubles))
        if people:
            self._text(progress, number, "members", spread.members(program, people))
            self._text(progress, number, "entries", spread.entries(flat))
        if orders:
            self._text(progress, number, "orders", spread.orders(orders))
        campaigns = campaign_book.read_all(self._books.tables, program.id)
        more = found.next is None and any(one.started for one in campaigns)
        return replace(
            progress,
            page=number,
            after=found.next,
            walks="campaigns" if more else "people",
            counts=added(
                progress.counts,
                {
                    "members": len(people),
                    "entries": len(flat),
                    "facts": len(facts),
                    "orders": len(orders),
                },
            ),
            sums=added(progress.sums, standing(one.account for one in people)),
            ended=found.next is None and not more,
        )

    def _versions(self, progress: Progress) -> None:
        found = carrying.versions(self._books.tables, progress.program)
        self._lines(progress, 0, "programs", map(plain, found))

    def _designs(self, progress: Progress) -> None:
        """Write designs, and each look that one has ever had as the archive of its folder."""
        found = looks.lines(self._books.tables, progress.program)
        gone = set()
        for look, name in looks.named(found).items():
            data = self._kept.get(look)
            if data is None:
                gone.add(look)
            else:
                self._files.put(f"{progress.folder}/{name}", data)
        self._lines(progress, 0, "designs", looks.without(found, gone))

    def _pictures(self, progress: Progress) -> None:
        """Write pictures that news shows, and what there is of them."""
        lines = []
        for line, data in pictures.carried(self._books.tables, self._shown, progress.program):
            self._files.put(f"{progress.folder}/{pictures.name_of(line)}", data)
            lines.append(line)
        self._lines(progress, 0, "pictures", lines)

    def _supplies(self, progress: Progress) -> None:
        """Write coupons, and what is left of them and of rewards: last, as entries count them."""
        tables, program = self._books.tables, progress.program
        coupons = coupon_book.every(tables, program)
        rewards = {
            reward["id"]
            for version in carrying.versions(tables, program)
            for reward in version.document.get("rewards", ())
        }
        counted = [one.counted_as for one in coupons]
        counted += [of_reward(one) for one in sorted(rewards)]
        found = carrying_supplies.counts(tables, program, counted)
        self._lines(progress, 0, "coupons", map(plain, coupons))
        self._lines(progress, 0, "stock", map(plain, found))
        foreign = (
            {"coupon": one.id, "serial": serial, "code": code}
            for one in coupons
            if one.foreign
            for serial, code in carrying_supplies.foreign_codes(tables, program, one)
        )
        self._lines(progress, 0, "codes", foreign)

    def _summary(self, progress: Progress, running: list[str], now: datetime) -> None:
        program = self._books.programs.current(progress.program)
        content = {
            "format": FORMAT,
            "program": program.id,
            "program_version": program.version,
            # A shipped design is in every deployment; one of the owner's has a line and its looks.
            "designs": [program.design],
            "at": now.isoformat().replace("+00:00", "Z"),
            "pages": progress.page,
            "counts": dict(progress.counts),
            "sums": dict(progress.sums),
            # They go on here: pause them before they are resumed elsewhere.
            "running": running,
        }
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        self._files.put(f"{progress.folder}/{SUMMARY}", text.encode())

    def _person(self, program: str) -> Any:
        def read(member_id: str) -> Person | None:
            member = membership.read_shell(self._books.tables, program, member_id)
            if member is None:
                return None
            names = outside_names(self._books, member)
            return carrying.read_person(self._books.tables, program, member_id, names)

        return read

    def _facts(self, entries: Iterable[Entry]) -> list[FactRecord]:
        """Return each fact once: with the first of its entries."""
        wanted = [entry for entry in entries if named(entry)]
        found = carrying.read_facts(self._books.tables, wanted)
        own = {(entry.member, entry.seq): entry.program for entry in wanted}
        return [
            FactRecord(own[fact.entries[0]], name, fact.fingerprint, fact.answer, fact.entries, at)
            for name, fact, at in found
            if fact.entries and fact.entries[0] in own
        ]

    def _lines(self, progress: Progress, number: int, kind: str, records: Iterable[Any]) -> None:
        lines = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in records]
        if lines:
            name = f"{progress.folder}/{kind}-{number:06d}.jsonl"
            self._files.put(name, "".join(f"{line}\n" for line in lines).encode())

    def _text(self, progress: Progress, number: int, kind: str, text: str) -> None:
        self._files.put(f"{progress.folder}/{kind}-{number:06d}.csv", text.encode())


def outside_names(books: Books, member: Member) -> OutsideNames:
    """Return what a member is found by; a card code of another master key by what it says."""
    link = books.tokens.link_token(member.program, member.id, member.link_generation)
    short = directory.short_name(member.program, member.short_code) if member.short_code else ""
    return OutsideNames(member.card_code.split(".")[2], digest(link), short)


def standing(accounts: Iterable[Account]) -> dict[str, int]:
    """Return what members have of each pot: can spend, hold, wait for, owe."""
    found: dict[str, int] = {}
    for account in accounts:
        for name, pot in account.pots.items():
            waits, owed = pot.waiting, pot.debt
            found = added(
                found,
                {
                    name: pot.available,
                    **({f"{name}.waiting": waits} if waits else {}),
                    **({f"{name}.owed": owed} if owed else {}),
                },
            )
        for hold in account.holds.values():
            for name, _, amount in hold.lots:
                found = added(found, {f"{name}.held": amount})
    return found


def added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Return the sums of two, by name."""
    found = dict(one)
    for name, amount in other.items():
        found[name] = found.get(name, 0) + amount
    return dict(sorted(found.items()))


def _person(one: Person) -> dict[str, Any]:
    account = one.account
    return {
        **plain(one.member),
        "contacts": [{"key": key, "standing": standing} for key, standing in one.contacts],
        "names": list(one.names),
        "merged": list(one.merged),
        "referral": plain(one.referral) if one.referral else None,
        "record": plain(one.record),
        "feedback": [plain(asked) for asked in one.asked],
        "invitations": [plain(invited) for invited in one.invited],
        "told": plain(one.told),
        "reach": plain(one.reach),
        "appointments": [plain(booked) for booked in one.booked],
        "account": {
            "seq": account.seq,
            "head": account.head,
            "card_version": account.card_version,
            "successor": account.successor,
        },
        "balances": {name: account.balance(name) for name in sorted(account.pots)},
        "level": account.level,
        "closed": bool(account.closed),
    }


def folder_of(program: str, name: str) -> str:
    """Return the folder of an export; ``name`` is random, so that nobody guesses it."""
    return f"exports/{program}/{hashlib.sha256(name.encode()).hexdigest()[:32]}"
