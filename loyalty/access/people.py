"""Who works for a program, and as what: owner, manager, accountant or staff.

A manager may do what an owner may, but for keys, people, erasing and exports; an accountant only
reads. A person is one id in every program that they work for; what they are called, each program
knows for itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from loyalty.access.key_ring import ended
from loyalty.refusals import Refusal
from loyalty.store import audit_log, credentials, people
from loyalty.store.audit_log import Changed
from loyalty.store.people import Person

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.access.key_ring import Asker
    from loyalty.store.people import Role
    from loyalty.store.tables import Tables, Write

MOST_PEOPLE: Final = 100
MOST_PROGRAMS: Final = 50
"""That one person works for."""


@dataclass(frozen=True, slots=True)
class Added:
    """Who was taken in; ``replayed``: by the same act before."""

    person: Person
    replayed: bool = False


class People:
    """The use cases."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def listed(self, program: str) -> list[Person]:
        """Return all who work for a program, by id."""
        return people.read_people(self._tables, program)

    def find(self, program: str, person: str) -> Person:
        """Return somebody.

        Raises
        ------
        Refusal
            ``no_such_person``; so do all that name one.
        """
        found = people.read_person(self._tables, program, person)
        if found is None:
            raise Refusal("not_found", "no_such_person")
        return found

    def add(  # noqa: PLR0917
        self,
        program: str,
        name: str,
        role: Role,
        known: str,
        act: str,
        asker: Asker,
        now: datetime,
    ) -> Added:
        """Take somebody into a program: a new person, or one who is ``known`` elsewhere by an id.

        ``act``, 26 small letters and digits, becomes the id of a new person: the same act again is
        answered with who was made by it.

        Raises
        ------
        Refusal
            ``unknown_person``, ``works_here_already``, ``too_many_people``, ``beyond_your_rights``,
            ``person_changed``, ``id_reused``.
        """
        unbounded(asker)
        there = {one.id: one for one in self.listed(program)}
        if not known and act in there:
            if (there[act].name, there[act].role) != (name, role):
                raise Refusal("reused", "id_reused")
            return Added(there[act], replayed=True)
        if known in there:
            detail = "They work here: change their role."
            raise Refusal("conflict", "works_here_already", detail, pointer="/id")
        if len(there) >= MOST_PEOPLE:
            detail = f"A program has {MOST_PEOPLE} people at most."
            raise Refusal("too_many", "too_many_people", detail)
        found = people.read_programs(self._tables, known or act)
        if known and found is None:
            raise Refusal("invalid", "unknown_person", "There is no such person.", pointer="/id")
        roles, revision = found or ({}, 0)
        if len(roles) >= MOST_PROGRAMS:
            raise Refusal("too_many", "too_many_people", "They work for too many programs.")
        made = Person(program, known or act, name, role, now)
        elsewhere = people.put_programs(made.id, {**roles, program: role}, revision + 1)
        writes = [*people.put_person(made), *elsewhere]
        self._write(writes, made, "person.added", {}, shown(made), asker, now)
        return Added(made)

    def change(
        self,
        program: str,
        person: str,
        asker: Asker,
        now: datetime,
        *,
        name: str | None = None,
        role: Role | None = None,
    ) -> Person:
        """Call somebody otherwise, or give them another role; their key has the new one at once.

        Raises
        ------
        Refusal
            ``last_owner``, ``beyond_your_rights``, ``person_changed``.
        """
        unbounded(asker)
        before = self.find(program, person)
        after = replace(before, revision=before.revision + 1)
        if name is not None:
            after = replace(after, name=name)
        writes: list[Write] = []
        if role is not None and role != before.role:
            self._keep_an_owner(before)
            after = replace(after, role=role)
            roles, revision = self._roles(person)
            writes += people.put_programs(person, {**roles, program: role}, revision + 1)
            stored = credentials.read_key(self._tables, before.key) if before.key else None
            if stored is not None:
                changed = replace(stored, scope=role, revision=stored.revision + 1)
                writes += credentials.put_key(before.key, changed)
        writes += people.put_person(after)
        self._write(writes, after, "person.changed", shown(before), shown(after), asker, now)
        return after

    def remove(self, program: str, person: str, asker: Asker, now: datetime) -> None:
        """Let somebody work here no more; their key opens nothing from now on.

        Raises
        ------
        Refusal
            ``last_owner``, ``beyond_your_rights``, ``person_changed``.
        """
        unbounded(asker)
        before = self.find(program, person)
        self._keep_an_owner(before)
        roles, revision = self._roles(person)
        left: dict[str, Role] = {one: role for one, role in roles.items() if one != program}
        writes = people.remove_person(before)
        writes += people.put_programs(person, left, revision + 1)
        stored = credentials.read_key(self._tables, before.key) if before.key else None
        if stored is not None and (stored.expires_at is None or stored.expires_at > now):
            writes += ended(before.key, stored, now)[0]
        self._write(writes, before, "person.removed", shown(before), {}, asker, now)

    def sign_out(self, program: str, person: str, asker: Asker, now: datetime) -> None:
        """End all that lets somebody in by a browser: sessions, links, passkeys. Their key stays.

        Raises
        ------
        Refusal
            ``beyond_your_rights``, ``person_changed``.
        """
        unbounded(asker)
        before = self.find(program, person)
        after = replace(before, since=now, revision=before.revision + 1)
        told = "person.signed_out"
        self._write(people.put_person(after), after, told, shown(before), shown(after), asker, now)

    def _roles(self, person: str) -> tuple[dict[str, Role], int]:
        return people.read_programs(self._tables, person) or ({}, 0)

    def _keep_an_owner(self, before: Person) -> None:
        owners = [one for one in self.listed(before.program) if one.role == "owner"]
        if before.role == "owner" and len(owners) == 1:
            detail = "They are the last owner: make somebody else one first."
            raise Refusal("conflict", "last_owner", detail)

    def _write(  # noqa: PLR0917
        self,
        writes: list[Write],
        person: Person,
        what: str,
        before: dict[str, Any],
        after: dict[str, Any],
        asker: Asker,
        now: datetime,
    ) -> None:
        told = (before, after, person.revision)
        change = Changed(person.program, now, asker.by, what, person.id, *told)
        if not credentials.write(self._tables, *writes, audit_log.put(change)):
            raise Refusal("conflict", "person_changed", "Somebody else has just changed them.")


def shown(person: Person) -> dict[str, Any]:
    """Return what is written down of a person: never what they are called."""
    return {"role": person.role, "key": person.key}


def unbounded(asker: Asker) -> None:
    """Refuse a key that has an end or speaks for some tills only: people have neither."""
    if asker.key is not None and (asker.key.expires_at or asker.key.sources):
        detail = "A key that ends, or speaks for some tills only, says nothing about people."
        raise Refusal("forbidden", "beyond_your_rights", detail)
