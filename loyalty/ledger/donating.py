"""Use cases of causes: naming one, giving points to it, telling what has come together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from loyalty.core.cause import Standing
from loyalty.core.decide.giving_away import GiveAway
from loyalty.ledger.books import fingerprint
from loyalty.program.by_language import faults as text_faults
from loyalty.program.by_language import fitted, worded
from loyalty.refusals import FieldRefusal, Refusal
from loyalty.store import audit_log, cause_book
from loyalty.store.audit_log import Changed
from loyalty.store.commit import FactWrite
from loyalty.store.program_versions import changed_meanwhile
from loyalty.store.tables import written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.core.cause import Cause
    from loyalty.ledger.books import Answer, Books
    from loyalty.program.rules import Program
    from loyalty.store.commit import Change
    from loyalty.store.tables import Write

MOST: Final = 20
"""Causes of a program."""
SOURCE: Final = "CARD"
"""Where gifts come from: the page of a card."""


class Causes:
    """What members give points to."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def all(self, program: str) -> list[Standing]:
        """Return all causes, and what each was given."""
        return [self._standing(program, one) for one in self._kept(program)]

    def open(self, program: str) -> list[Cause]:
        """Return the causes that something can be given to."""
        return [one for one in self._kept(program) if one.open]

    def one(self, program: str, name: str) -> Standing:
        """Return a cause, and what it was given. Raises ``cause_not_found``."""
        found = cause_book.read(self._books.tables, program, name)
        if found is None:
            raise Refusal("not_found", "cause_not_found", "There is no such cause.")
        return self._standing(program, self._fitted(program, found))

    def put(self, program: str, sent: Cause, seen: int, actor: str, now: datetime) -> Standing:
        """Make or change a cause; the same again changes nothing, and what was given stays.

        Raises
        ------
        Refusal
            ``invalid_cause``, ``too_many_causes``, ``precondition_failed``.
        """
        before = cause_book.read(self._books.tables, program, sent.id)
        if (before.version if before else 0) != seen:
            raise changed_meanwhile()
        rules = self._books.programs.current(program)
        _judge(sent, before, rules)
        names, texts = (worded(one, rules.languages) for one in (sent.names, sent.texts))
        after = replace(sent, names=names, texts=texts, version=seen + 1)
        if before and replace(self._fitted(program, before), version=seen + 1) == after:
            return self._standing(program, self._fitted(program, before))
        if before is None and len(cause_book.read_all(self._books.tables, program)) >= MOST:
            detail = f"A program has at most {MOST} causes."
            raise Refusal("conflict", "too_many_causes", detail)
        told = _told(before), _told(after)
        line = Changed(program, now, actor, "cause.put", sent.id, *told, after.version)
        if not written(self._books.tables, cause_book.put(program, after), audit_log.put(line)):
            raise changed_meanwhile()
        return self._standing(program, after)

    def give(  # noqa: PLR0917
        self, program: str, member: str, name: str, points: int, act: str, now: datetime
    ) -> Answer:
        """Let a member give points, once per act; what was given is counted with the entry.

        The answer is ``{"outcome": "given" | "declined", "points", "balance", "reason"}``.

        Raises
        ------
        Refusal
            ``cause_not_found``, ``cause_closed``, ``too_few_points``, ``id_reused`` or busy:
            nothing was given.
        """
        fact = FactWrite(program, "cause", SOURCE, act, fingerprint("cause", name, str(points)))
        if self._books.stored_answer(fact) is not None:
            return self._books.replay(fact)
        cause = self.one(program, name).cause
        if not cause.open:
            raise Refusal("conflict", "cause_closed", "Nothing more is collected for it.")
        if points < cause.least:
            detail = f"{cause.least} at least."
            raise Refusal("invalid", "too_few_points", detail)
        command = GiveAway(
            f"cause#{SOURCE}#{act}", cause.pot, points, f"member:{member}", f"cause:{name}"
        )

        def counted(_: Change) -> list[Write]:
            return [cause_book.count(program, name, points)]

        return self._books.once(fact, program, member, lambda _: command, now, guards=counted)

    def _kept(self, program: str) -> list[Cause]:
        found = cause_book.read_all(self._books.tables, program)
        return [self._fitted(program, one) for one in found]

    def _fitted(self, program: str, one: Cause) -> Cause:
        """Return a cause as it is told by now: in the languages that its program speaks."""
        languages = self._books.programs.current(program).languages
        return replace(one, names=fitted(one.names, languages), texts=fitted(one.texts, languages))

    def _standing(self, program: str, one: Cause) -> Standing:
        return Standing(one, cause_book.collected(self._books.tables, program, one.id))


def _judge(sent: Cause, before: Cause | None, program: Program) -> None:
    faults = []
    if program.pot(sent.pot) is None:
        faults.append(FieldRefusal("/pot", "unknown_pot", "The program has no such pot."))
    elif before is not None and before.pot != sent.pot:
        said = "What was given so far is of another pot: make another cause."
        faults.append(FieldRefusal("/pot", "pot_changed", said))
    for name, texts in (("name", sent.names), ("text", sent.texts)):
        faults += text_faults(texts, f"/{name}", program.languages)
    if sent.link and not sent.link.startswith("https://"):
        said = "Give an address with https://."
        faults.append(FieldRefusal("/link", "not_https", said))
    if faults:
        raise Refusal("invalid", "invalid_cause", fields=faults)


def _told(one: Cause | None) -> Mapping[str, Any]:
    if one is None:
        return {}
    return {
        "name": dict(one.names),
        "pot": one.pot,
        "least": one.least,
        "target": one.target,
        "open": one.open,
    }
