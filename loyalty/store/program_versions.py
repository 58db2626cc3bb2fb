"""Find programs: the current version, and any earlier one.

Both sides of a program are read from its one document.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from loyalty.core.instants import instant, microseconds
from loyalty.program import sides
from loyalty.program.rules import Notice, Program
from loyalty.program.stored import build
from loyalty.refusals import Refusal
from loyalty.store import keys
from loyalty.store.tables import Absent, AllOf, Cancelled, Equals, Put

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from loyalty.store.tables import Item, Tables, Write

KEEP = timedelta(seconds=60)
"""How long a process goes on with the version it has read."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A version as it was put.

    Attributes
    ----------
    since
        When it came into force (aware UTC).
    actor
        Who put it, as ``key:<id>``; empty where nobody said (the command line).
    """

    program: Program
    since: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class _Kept:
    program: Program
    read_at: datetime
    since: int


class Programs:
    """Reads programs and keeps them for a minute; earlier versions never change.

    ``clock`` returns the present instant (aware UTC), by which that minute is told.
    """

    def __init__(self, tables: Tables, clock: Callable[[], datetime]) -> None:
        self._tables = tables
        self._clock = clock
        self._current: dict[str, _Kept] = {}
        self._versions: dict[tuple[str, int], _Kept] = {}

    def current(self, program: str) -> Program:
        """Return the current version.

        Raises
        ------
        Refusal
            ``unknown_program``: there is none of that id.
        """
        found = self.find(program)
        if found is None:
            raise _unknown(program)
        return found

    def find(self, program: str) -> Program | None:
        """Return the current version, or None where there is no such program."""
        now = self._clock()
        kept = self._current.get(program)
        if kept is None or now - kept.read_at > KEEP:
            item = self._tables.get(keys.program_key(sides.real(program)))
            if item is None:
                return None
            program_read = _read(program, item, item["version"])
            kept = _Kept(program_read, now, item.get("since", 0))
            self._current[program] = kept
        return kept.program

    def all(self, most: int) -> list[Program]:
        """Return the programs of this deployment by their ids, so many at most; no test sides.

        One that was last put before there was this list stands in it from its next change on.
        """
        first = keys.listed_program_key("")
        listed = self._tables.between("state", first.pk, "!", "~", most)
        found = (self.find(item["sk"]) for item in listed)
        return [program for program in found if program is not None]

    def in_force(self, program: str, at: datetime) -> Program:
        """Return the version in force at an instant; before there was any, the first."""
        self.current(program)
        kept = self._current[program]
        while kept.since > microseconds(at) and kept.program.version > 1:
            kept = self._version(program, kept.program.version - 1)
        return kept.program

    def version(self, program: str, version: int) -> Program:
        """Return one version, for orders that were posted with it."""
        return self._version(program, version).program

    def _version(self, program: str, version: int) -> _Kept:
        kept = self._current.get(program)
        if kept is not None and kept.program.version == version:
            return kept
        key = (program, version)
        if key not in self._versions:
            item = self._tables.get(keys.program_version_key(sides.real(program), version))
            if item is None:
                raise _unknown(f"{program} in version {version}")
            found = _read(program, item, version)
            self._versions[key] = _Kept(found, self._clock(), item.get("since", 0))
        return self._versions[key]

    def since(self, program: str, version: int) -> list[tuple[int, int]]:
        """Return the versions after that one, and the instant (µs) from which each is in force.

        Read anew: what a process has kept may be a minute old.
        """
        shared = sides.real(program)
        item = self._tables.get(keys.program_key(shared))
        current = item["version"] if item else 0
        numbers = range(max(version, 0) + 1, current + 1)
        places = {keys.program_version_key(shared, number): number for number in numbers}
        found = self._tables.get_many(places)
        return sorted((places[key], one.get("since", 0)) for key, one in found.items())

    def latest(self, program: str) -> Stored:
        """Return the current version, read anew; of a test side the document that both share.

        Raises
        ------
        Refusal
            ``unknown_program``: there is none of that id.
        """
        shared = sides.real(program)
        item = self._tables.get(keys.program_key(shared))
        if item is None:
            raise _unknown(program)
        return _stored(shared, item, item["version"])

    def history(self, program: str, below: int, limit: int) -> list[Stored]:
        """Return versions below that number, the newest first."""
        shared = sides.real(program)
        numbers = range(max(below - limit, 1), below)
        places = {keys.program_version_key(shared, number): number for number in numbers}
        found = self._tables.get_many(places)
        stored = [_stored(shared, item, places[key]) for key, item in found.items()]
        return sorted(stored, key=lambda one: -one.program.version)

    def put(
        self,
        program: Program,
        seen: int | None = None,
        actor: str = "",
        *,
        listed: bool = True,
        beside: Sequence[Write] = (),
    ) -> Program:
        """Make this the current version; the same document again changes nothing.

        ``seen``: the version that it takes the place of, where whoever puts it has seen one; 0 for
        none. ``listed``: the front page shows it to customers. ``beside``: what is written in the
        same transaction.

        Raises
        ------
        Refusal
            ``precondition_failed``: another version is in force by now; ``test_side``: that one
            has no document of its own.
        """
        # Readers need nothing of this, and a till waits for some of them.
        from loyalty.program import document as program_document  # noqa: PLC0415
        from loyalty.store import audit_log, designs, program_marks  # noqa: PLC0415

        if sides.is_test(program.id):
            detail = f"Change {sides.real(program.id)}: its test side follows."
            raise Refusal("conflict", "test_side", detail)
        text = program_document.dump(program)
        item = self._tables.get(keys.program_key(program.id))
        if seen is not None and (item["version"] if item else 0) != seen:
            raise changed_meanwhile()
        if item and item["document"] == text:
            return _read(program.id, item, item["version"])
        look, wearing = designs.worn_by(self._tables, program.id, program.design)
        version = item["version"] + 1 if item else 1
        card_version = item["card_version"] + 1 if item else 1
        stored = {
            "document": text,
            "version": version,
            "card_version": card_version,
            "since": microseconds(self._clock()),
            **({"by": actor} if actor else {}),
            **({"look": look} if look else {}),
        }
        unchanged = _unchanged(item) if item else Absent()
        # What all cards say at present is no part of the document, and outlives its changes.
        said = {name: item[name] for name in ("no", "wb") if name in item} if item else {}
        # Cards that are saved already are drawn anew in the background.
        mark = program_marks.changed_attributes(int(self._clock().timestamp())) if item else {}
        try:
            self._tables.write(
                Put(keys.program_key(program.id), stored | mark | said, unchanged),
                Put(keys.program_version_key(program.id, version), stored, Absent()),
                *([Put(keys.listed_program_key(program.id), {})] if listed else []),
                audit_log.put(
                    audit_log.Changed(
                        program.id,
                        self._clock(),
                        actor or audit_log.COMMAND,
                        "program.put",
                        program.id,
                        {"version": version - 1} if item else {},
                        {"version": version},
                        version,
                    )
                ),
                *wearing,
                *beside,
            )
        except Cancelled as cancelled:
            if seen is None or all(one.kind == "throttled" for one in cancelled.reasons):
                raise
            raise changed_meanwhile() from None
        return _read(program.id, stored | said, version)


def _unchanged(item: Item) -> AllOf:
    """Return that neither the document nor what cards show beside it has changed."""
    return AllOf((Equals("version", item["version"]), Equals("card_version", item["card_version"])))


def changed_meanwhile() -> Refusal:
    """Return the refusal of who changes something that is not any more what they have seen."""
    detail = "It was changed meanwhile: look at what is there now, and change that."
    return Refusal("conflict", "precondition_failed", detail)


def _unknown(program: str) -> Refusal:
    return Refusal("not_found", "unknown_program", f"There is no program {program}.")


def _stored(name: str, item: Item, version: int) -> Stored:
    program = _read(name, item, version)
    return Stored(program, instant(item.get("since", 0)), item.get("by", ""))


def _read(program: str, item: Item, version: int) -> Program:
    card_version, look = item["card_version"], item.get("look", "")
    found = _built(program, item["document"], version, card_version, look)
    return replace(found, notice=build(Notice, item["no"])) if "no" in item else found


def _built(program: str, text: str, version: int, card_version: int, look: str) -> Program:
    versions = {"version": version, "card_version": card_version, "look": look}
    found = build(Program, {**json.loads(text), **versions})
    return sides.as_test(found) if sides.is_test(program) else found
