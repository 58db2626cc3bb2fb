"""Making a program where there was none: by an owner of another one, whom the operator has allowed.

Whoever deploys decides who may: a deployment may host the shops of many who do not know each other,
and a program takes an id for good, and costs whoever runs it. The founder is its owner from the
first moment on, in the same transaction, so that there is no program that nobody can enter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.access.people import MOST_PROGRAMS, shown
from loyalty.program.document import dump
from loyalty.refusals import Refusal
from loyalty.store import audit_log, people
from loyalty.store.audit_log import Changed
from loyalty.store.people import Person
from loyalty.store.program_versions import changed_meanwhile

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.program.rules import Program
    from loyalty.store.people import Role
    from loyalty.store.program_versions import Programs
    from loyalty.store.tables import Tables


@dataclass(frozen=True, slots=True)
class Place:
    """A program that somebody works for, and as what."""

    program: Program
    role: Role


class Founding:
    """The use cases."""

    def __init__(self, tables: Tables, programs: Programs) -> None:
        self._tables = tables
        self._programs = programs

    def places(self, person: str) -> list[Place]:
        """Return the programs that somebody works for, by id."""
        roles, _ = people.read_programs(self._tables, person) or ({}, 0)
        found = ((self._programs.find(one), role) for one, role in sorted(roles.items()))
        return [Place(program, role) for program, role in found if program is not None]

    def may(self, person: str) -> bool:
        """Tell whether the operator has allowed somebody to make programs."""
        return people.is_founder(self._tables, person)

    def allow(self, person: str, now: datetime, *, allowed: bool) -> None:
        """Let somebody make programs, or no more: what whoever deploys does.

        Raises
        ------
        Refusal
            ``no_such_person``.
        """
        roles, _ = people.read_programs(self._tables, person) or ({}, 0)
        if not roles:
            raise Refusal("not_found", "no_such_person")
        people.allow_founder(self._tables, person, allowed=allowed)
        what = "person.may_found" if allowed else "person.may_not_found"
        for program in sorted(roles):
            line = Changed(program, now, audit_log.COMMAND, what, person, {}, {})
            audit_log.note(self._tables, line)

    def found(self, program: Program, founder: Person, now: datetime) -> Program:
        """Make a program whose only owner is the founder; the same again is answered with it.

        It is not on the customers' front page before its owner changes it for the first time.

        Raises
        ------
        Refusal
            ``founding_not_allowed``; ``program_exists``: one of that id is there already;
            ``too_many_people``: they work for too many programs.
        """
        if founder.role != "owner" or not self.may(founder.id):
            detail = "Whoever runs this deployment decides who makes programs in it."
            raise Refusal("forbidden", "founding_not_allowed", detail)
        roles, revision = people.read_programs(self._tables, founder.id) or ({}, 0)
        there = self._programs.find(program.id)
        if there is not None:
            if roles.get(program.id) != "owner" or dump(there) != dump(program):
                raise _taken()
            return there
        if len(roles) >= MOST_PROGRAMS:
            raise Refusal("too_many", "too_many_people", "You work for too many programs.")
        owner = Person(program.id, founder.id, founder.name, "owner", now)
        by = f"key:{founder.id}"
        added = Changed(program.id, now, by, "person.added", owner.id, {}, shown(owner), 1)
        beside = (
            *people.put_person(owner),
            *people.put_programs(owner.id, {**roles, program.id: "owner"}, revision + 1),
            audit_log.put(added),
        )
        try:
            return self._programs.put(program, 0, by, listed=False, beside=beside)
        except Refusal as refusal:
            if refusal.code == changed_meanwhile().code:
                raise _taken() from None
            raise


def _taken() -> Refusal:
    detail = "There is a program of that id: choose another one."
    return Refusal("conflict", "program_exists", detail, pointer="/document/id")
