"""Find programs: the current version, and any earlier one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from loyalty.program.rules import Program
from loyalty.program.stored import build
from loyalty.refusals import Refusal
from loyalty.store import keys, program_marks
from loyalty.store.tables import Absent, Equals, Put

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.store.tables import Tables

KEEP = timedelta(seconds=60)
"""How long a process goes on with the version it has read."""


@dataclass(frozen=True, slots=True)
class _Kept:
    program: Program
    read_at: datetime


class Programs:
    """Reads programs and keeps them for a minute; earlier versions never change.

    ``clock`` returns the present instant (aware UTC), by which that minute is told.
    """

    def __init__(self, tables: Tables, clock: Callable[[], datetime]) -> None:
        self._tables = tables
        self._clock = clock
        self._current: dict[str, _Kept] = {}
        self._versions: dict[tuple[str, int], Program] = {}

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
            item = self._tables.get(keys.program_key(program))
            if item is None:
                return None
            kept = _Kept(_read(item["document"], item["version"], item["card_version"]), now)
            self._current[program] = kept
        return kept.program

    def version(self, program: str, version: int) -> Program:
        """Return one version, for orders that were first decided with it."""
        kept = self._current.get(program)
        if kept is not None and kept.program.version == version:
            return kept.program
        key = (program, version)
        if key not in self._versions:
            item = self._tables.get(keys.program_version_key(program, version))
            if item is None:
                raise _unknown(f"{program} in version {version}")
            self._versions[key] = _read(item["document"], version, item["card_version"])
        return self._versions[key]

    def put(self, program: Program) -> Program:
        """Make this the current version; the same document again changes nothing."""
        from loyalty.program import document as program_document  # noqa: PLC0415 - readers need no schema library

        text = program_document.dump(program)
        item = self._tables.get(keys.program_key(program.id))
        if item and item["document"] == text:
            return _read(text, item["version"], item["card_version"])
        version = item["version"] + 1 if item else 1
        card_version = item["card_version"] + 1 if item else 1
        stored = {"document": text, "version": version, "card_version": card_version}
        unchanged = Equals("version", version - 1) if item else Absent()
        # Cards that are saved already are drawn anew in the background.
        mark = program_marks.changed_attributes(int(self._clock().timestamp())) if item else {}
        self._tables.write(
            Put(keys.program_key(program.id), stored | mark, unchanged),
            Put(keys.program_version_key(program.id, version), stored, Absent()),
        )
        return _read(text, version, card_version)


def _unknown(program: str) -> Refusal:
    return Refusal("not_found", "unknown_program", f"There is no program {program}.")


def _read(text: str, version: int, card_version: int) -> Program:
    data = {**json.loads(text), "version": version, "card_version": card_version}
    return build(Program, data)
