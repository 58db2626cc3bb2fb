"""The nightly job: settle who is idle, let cards say what time has changed, look for faults.

Nothing depends on it: every decision settles by itself. It goes through the table in segments,
page by page; every step is harmless when repeated, so a page that was cut short is simply read
again, and days without a run are made good by the next one.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING
from zlib import crc32

from loyalty.core.calendar import birthday, local
from loyalty.core.decide import Settle, decide
from loyalty.core.decide.grants import Grant
from loyalty.core.draft import Draft
from loyalty.core.settle import settle
from loyalty.core.visible import visible
from loyalty.ledger.books import fingerprint
from loyalty.outgoing import bells
from loyalty.refusals import Refusal
from loyalty.store import (
    commit,
    counted,
    feedback_book,
    figure_lines,
    invitation_book,
    reading,
    rebuilding,
    walking,
)
from loyalty.store.commit import Change, FactWrite, Moved
from loyalty.store.sealing import unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from loyalty.core.account import Account
    from loyalty.core.decide import Command
    from loyalty.core.order import OrderKey
    from loyalty.ledger.books import Books
    from loyalty.ledger.reconcile import Reconciliation
    from loyalty.members.naming_cards import ShortCodes
    from loyalty.outgoing.bells import Asked, Bell
    from loyalty.program.rules import Program
    from loyalty.store.figure_lines import Head
    from loyalty.store.walking import Found

ANSWERS = 500
"""Answers of a program that others are told of in a night, where a bell was lost."""

PAGE = 100
BIRTHDAY_LATE = timedelta(days=7)
"""How long after the day a birthday is still given, where nights were missed."""

_UNREADABLE = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What reading leads to where something lies that nobody has written as it is."""

YOUNG = timedelta(days=3)
"""An order that was first heard of so lately is held against its line for figures every night."""

RECONCILE_NIGHTS = 28
"""Every account and every order is held against its entries and facts once in so many nights."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a walk through the table stands: one of ``segments`` parts, and the last key read."""

    segment: int
    segments: int
    after: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What became of one page. ``next`` is None at the end; ``faults`` name members, not people.

    ``untold`` are those of whom others have not been told everything, because a bell was lost;
    ``uncounted`` are members and orders that figures do not have, for the same reason. ``programs``
    are those that were met, ``answers`` their members' of which others were not told.
    """

    next: Cursor | None
    settled: int = 0
    shown: int = 0
    birthdays: int = 0
    reconciled: int = 0
    orders: int = 0
    rebuilt: int = 0
    faults: tuple[str, ...] = ()
    untold: tuple[Bell, ...] = ()
    uncounted: tuple[tuple[str, str] | OrderKey, ...] = ()
    programs: tuple[str, ...] = ()
    answers: tuple[Asked, ...] = ()


class Nightly:
    """Walks through all members."""

    def __init__(
        self, books: Books, reconciliation: Reconciliation, short_codes: ShortCodes
    ) -> None:
        self._books = books
        self._reconciliation = reconciliation
        self._short_codes = short_codes

    def run(self, cursor: Cursor, now: datetime) -> Page:
        """Work through one page; returning the same cursor again would do no harm."""
        tables = self._books.tables
        found, after = walking.page(tables, cursor.segment, cursor.segments, cursor.after, PAGE)
        found = walking.opened(tables, found, self._with_birthdays(found))
        settled = shown = birthdays = reconciled = orders = rebuilt = 0
        faults: list[str] = []
        seen: list[Bell] = []
        programs = tuple(one.place for one in found if one.kind == "program")
        for one in (one for one in found if one.kind != "program"):
            try:
                if one.kind == "order":
                    if self._due(one.place, now):
                        key = one.order
                        orders += 1
                        faults += _of(key.program, self._reconciliation.order_faults(key))
                    continue
                if one.kind == "member":
                    birthdays += self._birthday(one, now)
                    self._short_codes.give(one.member())
                    continue
                program, member = one.owner
                due = self._due(one.place, now)
                seen.append((program, member, one.account().seq))
                # First of all: an account that a restore left behind could not be written to.
                behind = due and rebuilding.catch_up(tables, program, member)
                moved = self._settle(one, now)
                settled, rebuilt = settled + moved, rebuilt + behind
                shown += self._show(one, now, moved=moved or behind)
                if due:
                    reconciled += 1
                    found_here = self._reconciliation.account_faults(program, member, now)
                    faults += _of(f"{program} {member}", found_here)
            except Refusal as refusal:
                if refusal.kind == "busy":
                    continue  # others write to it now, and with every write it is settled
                if refusal.kind not in {"not_found", "gone"}:
                    raise
                faults.append(f"{one.place}: {refusal.code}")
            except _UNREADABLE as error:
                # What lies there cannot be read: one account must not keep the night from others.
                # Where, and not what: the error's own words may quote what lies there.
                faults.append(f"{one.place}: {type(error).__name__} in {_place(error)}")
        following = Cursor(cursor.segment, cursor.segments, after) if after else None
        figures = (settled, shown, birthdays, reconciled, orders, rebuilt)
        untold, unreadable = self._untold(seen)
        lost, unreadable_heads = self._lost(found, now)
        faults += [*unreadable, *unreadable_heads]
        uncounted: tuple[tuple[str, str] | OrderKey, ...] = (*counted.behind(tables, seen), *lost)
        answers, unreadable = self._unheard(programs, int(now.timestamp()))
        faults += unreadable
        return Page(following, *figures, tuple(faults), untold, uncounted, programs, answers)

    def _unheard(self, programs: Iterable[str], second: int) -> tuple[tuple[Asked, ...], list[str]]:
        """Return answers that receivers wait for and of which these were not told; and faults.

        What cannot be read of one program keeps no other's receivers waiting.
        """
        tables = self._books.tables
        unheard: list[Asked] = []
        faults: list[str] = []
        for name in programs:
            try:
                if bells.heard(tables, [(name, "", 0)]):
                    answers = feedback_book.untold(tables, name, second, ANSWERS)
                    answers += invitation_book.untold(tables, name, second, ANSWERS)
                    unheard += [(name, *one) for one in answers]
            except _UNREADABLE as error:
                faults.append(f"{name}: {type(error).__name__} in {_place(error)}")
        return tuple(unheard), faults

    def _with_birthdays(self, found: Iterable[Found]) -> set[str]:
        """Return the programs whose members' birthdays matter: only theirs are read."""
        programs = set()
        for name in {one.owner[0] for one in found if one.kind == "member"}:
            try:
                program = self._books.programs.find(name)
            except _UNREADABLE:
                continue  # said where it is asked for again
            if program is not None and program.birthday is not None:
                programs.add(name)
        return programs

    def _untold(self, seen: list[Bell]) -> tuple[tuple[Bell, ...], list[str]]:
        """Return of whom others have not been told everything, and of which programs; and faults.

        What cannot be read of one program keeps no other's receivers waiting.
        """
        untold: list[Bell] = []
        faults: list[str] = []
        for name in dict.fromkeys(program for program, *_ in seen):
            try:
                program = self._books.programs.find(name)
                versions = [(name, "", program.version)] if program else []
                mine = [bell for bell in seen if bell[0] == name]
                untold += bells.untold(self._books.tables, [*versions, *mine])
            except _UNREADABLE as error:
                faults.append(f"{name}: {type(error).__name__} in {_place(error)}")
        return tuple(untold), faults

    def _settle(self, found: Found, now: datetime) -> bool:
        """Post what has come due; the page may be stale, so the account is read again."""
        program_id, member = found.owner
        program = self._books.programs.current(program_id)
        seen = found.account()
        if decide(program, seen, _settling(seen), now).entry is None:
            return False
        for _ in self._books.attempts():
            account = reading.read_account(self._books.tables, program_id, member)
            decision = decide(program, account, _settling(account), now) if account else None
            if account is None or decision is None or decision.entry is None:
                return False
            try:
                commit.commit_settled(self._books.tables, Change(account, decision), now)
            except Moved:
                continue
            return True
        return False

    def _show(self, found: Found, now: datetime, *, moved: bool) -> bool:
        """Ask for a push where the card says something else than it did, for time alone.

        Where the page already shows that nothing changed, nothing is read: a night costs little
        more than the walk.
        """
        program_id, member = found.owner
        program = self._books.programs.current(program_id)
        seen = found.account()
        if not moved and visible(program, seen, now).fingerprint == seen.shown:
            return False
        account = reading.read_account(self._books.tables, program_id, member)
        if account is None:
            return False
        shown = shows(program, account, now)
        if shown == account.shown:
            return False
        try:
            commit.commit_shown(self._books.tables, account, shown, now)
        except Moved:
            # Whoever wrote meanwhile has looked at what the card shows, too.
            return False
        return True

    def _birthday(self, found: Found, now: datetime) -> bool:
        """Give a birthday's points, once a year; a night that was missed is made good.

        Whoever joined after the day has no claim to it.
        """
        program_id, member = found.owner
        program = self._books.programs.current(program_id)
        bonus, person = program.birthday, found.member()
        if bonus is not None and found.is_sealed:
            raise unreadable()
        if bonus is None or person.birthday is None:
            return False
        today = local(now, program.zone).date()
        day = _last_birthday(person.birthday, today)
        if day < max(today - BIRTHDAY_LATE, local(person.enrolled_at, program.zone).date()):
            return False
        name = f"{member}#{day.year}"
        hashed = fingerprint("birthday", name)
        fact = FactWrite(program_id, "birthday", str(day.year), member, hashed)
        if day < today and self._books.stored_answer(fact) is not None:
            return False
        command = Grant("birthday", f"birthday#{name}", bonus.pot, bonus.points, "program")
        answer = self._books.once(fact, program_id, member, partial(_same, command), now)
        return not answer.replayed

    def _lost(self, found: Iterable[Found], now: datetime) -> tuple[list[OrderKey], list[str]]:
        """Return the orders of which figures lack what the head says; and faults.

        A member's entries tell of nearly every change, so heads are looked at while they are young
        or nobody's, and all others in turn.
        """
        heads: list[Head] = []
        faults: list[str] = []
        for one in (one for one in found if one.kind == "order"):
            try:
                head = one.head()
            except _UNREADABLE as error:
                faults.append(f"{one.place}: {type(error).__name__} in {_place(error)}")
                continue
            if now - head.first < YOUNG or not head.claimed or self._due(one.place, now):
                heads.append(head)
        return figure_lines.lost(self._books.tables, heads), faults

    def _due(self, place: str, now: datetime) -> bool:
        tonight = local(now, "UTC").toordinal() % RECONCILE_NIGHTS
        return crc32(place.encode()) % RECONCILE_NIGHTS == tonight


def shows(program: Program, account: Account, now: datetime) -> str:
    """Return the fingerprint of what a card shows now, with all that has come due."""
    draft = Draft(program, account, now)
    settle(draft)
    return visible(program, draft.account, now).fingerprint


def _last_birthday(born: date, today: date) -> date:
    """Return the last birthday until today, today included."""
    day = birthday(born, today.year)
    return day if day <= today else birthday(born, today.year - 1)


def _settling(account: Account) -> Settle:
    """Return the night's command, named by the entry it makes: each settling is one fact."""
    return Settle(f"settle#{account.seq + 1}", "nightly")


def _place(error: Exception) -> str:
    """Return the line that raised an error."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{PurePath(last.filename).name}:{last.lineno} {last.name}"


def _of(name: str, faults: list[str]) -> list[str]:
    return [f"{name}: {fault}" for fault in faults]


def _same(command: Command, _: Account) -> Command:
    return command
