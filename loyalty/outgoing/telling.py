"""Tell receivers what has happened to a member: everything since the last time, once.

Whoever rings may ring too often, too late or for nothing: what is told follows from how far it was
told before, and from what stands in the ledger now. So doubled, late and lost records of a stream
do no harm, provided that somebody rings some day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core.instants import microseconds
from loyalty.core.told import NOTHING, Told
from loyalty.outgoing import events
from loyalty.outgoing.events import Known
from loyalty.outgoing.queued import first
from loyalty.store import (
    derived,
    feedback_book,
    invitation_book,
    membership,
    reading,
    receivers,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.core.account import Entry
    from loyalty.outgoing.events import Event
    from loyalty.outgoing.queued import Sending, SendingQueue
    from loyalty.store.program_versions import Programs
    from loyalty.store.receivers import Receiver
    from loyalty.store.tables import Tables

PAGE = 50
"""Entries that are told at once, and written down as told."""


class Telling:
    """Turns entries into events, and hands these over to be sent."""

    def __init__(self, tables: Tables, programs: Programs, queue: SendingQueue) -> None:
        self._tables = tables
        self._programs = programs
        self._queue = queue

    def tell(self, program: str, member: str) -> int:
        """Tell what has happened to a member (to the program for "") and was not told yet.

        Returns how many entries or versions that was.
        """
        listening = receivers.read_receivers(self._tables, program)
        if not listening:
            return 0
        return (self._tell_member if member else self._tell_program)(program, member, listening)

    def answered(self, program: str, member: str, name: str) -> int:
        """Tell of a low score, or of an answer to an invitation; return 1 where that is new."""
        listening = receivers.read_receivers(self._tables, program)
        if not listening:
            return 0
        one = feedback_book.read_shell(self._tables, program, member, name)
        if one is not None:
            if not one.is_low or one.told >= one.changes:
                return 0
            self._hand(events.answered(one), listening)
            feedback_book.put_told(self._tables, one)
            return 1
        invited = invitation_book.read_shell(self._tables, program, member, name)
        if invited is None or invited.told >= invited.changes:
            return 0
        self._hand(events.invited(invited), listening)
        invitation_book.put_told(self._tables, invited)
        return 1

    def _hand(self, event: Event, listening: list[Receiver]) -> None:
        body = events.message(event)
        wanting = [first(to, event, body) for to in listening if _hears(to, event)]
        if wanting:
            self._queue.put(wanting)

    def _tell_member(self, program: str, member: str, listening: list[Receiver]) -> int:
        seen = derived.read_told(self._tables, program, member)
        count = 0
        if seen is None:
            person = membership.read_shell(self._tables, program, member)
            found = [events.joined(person)] if person and not person.is_forgotten else []
            told = Told(0)
            if not self._hand_over(program, member, (None, told), found, listening):
                return 0
            seen, count = told, 1
        while entries := reading.read_entries_after(self._tables, program, member, seen.seq, PAGE):
            told, found = seen, []
            for entry in entries:
                rules = self._programs.version(program, entry.program_version)
                found += events.derive(rules, entry, told, self._known(entry))
                told = events.advance(told, entry)
            if not self._hand_over(program, member, (seen, told), found, listening):
                break
            seen = told
            count += len(entries)
            if len(entries) < PAGE:
                break  # whatever has come meanwhile rings for itself
        return count

    def _tell_program(self, program: str, _: str, listening: list[Receiver]) -> int:
        seen = derived.read_told(self._tables, program)
        known = seen.seq if seen else NOTHING
        versions = self._programs.since(program, known)
        if not versions:
            return 0
        found = [events.program_changed(program, number, since) for number, since in versions]
        told = Told(versions[-1][0])
        done = self._hand_over(program, "", (seen, told), found, listening)
        return len(versions) if done else 0

    def _hand_over(
        self,
        program: str,
        member: str,
        step: tuple[Told | None, Told],
        found: Iterable[Event],
        listening: list[Receiver],
    ) -> bool:
        """Hand events over and write down that they are told; False where somebody else has.

        In this order: what is interrupted in between is told twice, under the same ids.
        """
        sendings: list[Sending] = []
        for event in found:
            wanting = [one for one in listening if _hears(one, event)]
            body = events.message(event) if wanting else ""
            sendings += [first(receiver, event, body) for receiver in wanting]
        if sendings:
            self._queue.put(sendings)
        return derived.put_told(self._tables, program, member, *step)

    def _known(self, entry: Entry) -> Known:
        """Return what an event tells and the entry itself does not."""
        if entry.kind == "redeem":
            fact = reading.read_fact_of(self._tables, entry)
            return Known(reward=fact.answer.get("reward") if fact else None)
        if entry.kind == "capture":
            placed = reading.read_fact_named(
                self._tables, entry.program, f"hold#{entry.fact.partition('#')[2]}"
            )
            return Known(reward=placed.answer.get("reward") if placed else None)
        if entry.kind in events.MOVED:
            fact = reading.read_fact_of(self._tables, entry)
            others = [name for name, _ in fact.entries if name != entry.member] if fact else []
            return Known(other=others[0] if others else None)
        return events.NOTHING_KNOWN


def _hears(receiver: Receiver, event: Event) -> bool:
    return receiver.wants(event.kind) and microseconds(receiver.since) <= event.at
