"""Use case of visits: what a booking tool tells becomes an appointment, and a sale once they came.

The tool's last state wins. The sale is an order like any other: who did not come after all, or paid
less, is the same order in another state, and the ledger posts the difference.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from loyalty.core.booking import USUAL_LENGTH, Appointment, with_one, yet_to_come
from loyalty.core.calendar import at
from loyalty.core.instants import microseconds
from loyalty.core.part import Part
from loyalty.core.report import OrderReport
from loyalty.ledger.buyers import matches
from loyalty.refusals import Busy, Refusal
from loyalty.store import appointments, commit
from loyalty.store.appointments import Booking
from loyalty.store.commit import Moved
from loyalty.store.reading import read_order

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.booking import VisitReport
    from loyalty.ledger.books import Books
    from loyalty.ledger.sales import OrderOutcome, Sales
    from loyalty.ledger.told_twice import ToldTwice
    from loyalty.store.tables import Write

_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class VisitOutcome:
    """What became of a report.

    ``result``: ``noted`` (it is kept, and shown where it is ahead), ``unchanged`` (told before),
    ``late`` (something newer was told), ``unknown`` (nobody has ever told of what is deleted).
    ``sale``: what became of it as a sale; None where it is none.
    """

    result: Literal["noted", "unchanged", "late", "unknown"]
    member: str | None = None
    sale: OrderOutcome | None = None


class Visits:
    """Visits on their way to the card and into the ledger."""

    def __init__(self, books: Books, sales: Sales, told_twice: ToldTwice | None = None) -> None:
        self._books = books
        self._sales = sales
        self._told_twice = told_twice

    def record(self, report: VisitReport, now: datetime) -> VisitOutcome:
        """Keep what was told of a visit, and post what it is worth once they came.

        Who is said to have come on a day that is yet to come is expected, and has come once that is
        told again.

        Raises
        ------
        Refusal
            Busy: report again; what was done is not done twice.
        """
        if report.status == "came" and report.at is not None:
            program = self._books.programs.current(report.key.program)
            location = program.location(report.location)
            zone = (location.zone if location else None) or program.zone
            if yet_to_come(report.at, zone, now):
                report = replace(report, status="booked", sale=None)
        outcome, kept = self._note(report, now)
        if kept is None or not kept.came:
            return outcome
        told = report.sale or self._taken_back(report, kept)
        if told is None:
            return outcome
        if self._told_twice is not None:
            self._told_twice.note(told.key.program, told.key.source, now)
        # Also of what was told before: the first attempt may have come no further than the note.
        sale = self._sales.record_order(told, now)
        return VisitOutcome(outcome.result, outcome.member, sale)

    def _taken_back(self, report: VisitReport, kept: Booking) -> OrderReport | None:
        """Return that a visit is no sale any more of which nothing is told but that it is gone."""
        if report.at is not None or not kept.order:
            return None
        key = replace(report.key, id=kept.order)
        order = read_order(self._books.tables, key)
        if order is None:
            return None
        part = Part(kept.part, report.version, "cancelled", 0)
        return OrderReport(key, order.currency, at(kept.at), (part,), (), report.actor)

    def _note(self, report: VisitReport, now: datetime) -> tuple[VisitOutcome, Booking | None]:
        """Keep the booking and the appointment; return it as kept, None where it is not."""
        tables = self._books.tables
        readable = True
        for _ in self._books.attempts():
            stored = appointments.read_booking(tables, report.key)
            if stored and stored.place > report.place:
                return VisitOutcome("late", stored.member), None
            if stored is None and report.at is None:
                return VisitOutcome("unknown"), None
            account = self._who(report, stored, now) if readable else None
            after = _noted(report, stored, account)
            try:
                writes = self._writes(report, stored, after, account, now)
                if not writes:
                    return VisitOutcome("unchanged", after.member), after
                commit.commit_guarded(tables, None, writes, now)
            except Moved:
                continue
            except Refusal as refusal:
                if refusal.code != "member_unreadable" or not readable:
                    raise
                # Their data key is gone: nothing of them can be kept, and their sales still count.
                readable = False
                continue
            return VisitOutcome("noted", after.member), after
        raise Busy

    def _who(self, report: VisitReport, stored: Booking | None, now: datetime) -> Account | None:
        """Return whose the visit is: whom the report names, else who had it before."""
        program = report.key.program
        known = [stored.member] if stored and stored.member else []
        named = matches(self._books, program, report.hints, None, now) if report.hints else known
        for member in named:
            account = self._books.account(program, member)
            if account and not account.closed:
                return account
        return None

    def _writes(
        self,
        report: VisitReport,
        stored: Booking | None,
        after: Booking,
        account: Account | None,
        now: datetime,
    ) -> list[Write]:
        """Return what has to be written; nothing where all of it is there."""
        program = report.key.program
        writes: list[Write] = []
        if stored and stored.member and stored.member != after.member:
            before = self._books.account(program, stored.member)
            if before is not None and (account is None or before.member != account.member):
                with suppress(Refusal):  # of whoever is unreadable there is nothing to take away
                    writes += self._shown(before, report, None, now)
        if account is not None:
            writes += self._shown(account, report, _appointment(report), now)
        if stored and not writes and _same(stored, after):
            return []
        return [appointments.put_booking(report.key, stored, after), *writes]

    def _shown(
        self, account: Account, report: VisitReport, one: Appointment | None, now: datetime
    ) -> list[Write]:
        """Return the writes of a member's appointments and of their card; none without a change."""
        program, member = account.program, account.member
        kept = appointments.read(self._books.tables, program, member)
        second = microseconds(now) // _MICROSECONDS
        after = with_one(kept.appointments, one, report.key.source, report.key.id, second)
        if after == kept.appointments:
            return []
        return [
            appointments.change(program, member, kept, after),
            commit.told(account, now),
        ]


def _noted(report: VisitReport, stored: Booking | None, account: Account | None) -> Booking:
    second = microseconds(report.at) // _MICROSECONDS if report.at else stored.at if stored else 0
    return Booking(
        version=report.version,
        status=report.status,
        member=account.member if account else None,
        came=report.status == "came" or bool(stored and stored.came),
        at=second,
        order=report.sale.key.id if report.sale else stored.order if stored else "",
        part=report.sale.parts[0].key if report.sale else stored.part if stored else "",
    )


def _same(stored: Booking, after: Booking) -> bool:
    return replace(stored, revision=0) == after


def _appointment(report: VisitReport) -> Appointment | None:
    if report.status != "booked" or report.at is None:
        return None
    begins = microseconds(report.at) // _MICROSECONDS
    ends = microseconds(report.ends) // _MICROSECONDS if report.ends else begins + USUAL_LENGTH
    source, name = report.key.source, report.key.id
    return Appointment(source, name, begins, max(begins + 1, ends), report.location)
