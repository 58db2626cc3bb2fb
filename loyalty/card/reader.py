"""Find cards by the names that the outside knows, and draw them as they are right now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.access.tokens import digest
from loyalty.card.drawing import Beside, card
from loyalty.core.draft import Draft
from loyalty.core.settle import settle
from loyalty.store import directory, membership

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from loyalty.card.view import Card
    from loyalty.core.account import Account
    from loyalty.core.member import Member
    from loyalty.program.rules import Program
    from loyalty.store.directory import Kind
    from loyalty.store.program_versions import Programs
    from loyalty.store.tables import Tables


_MARKS = 1 << 16


class CardReader:
    """Reads cards with consistent reads only: what a phone fetches is what was committed.

    ``mark`` gives a number below 65536 for the look of a design of that name, another one where it
    looks different; versions then count it (`marked`).
    """

    def __init__(
        self, tables: Tables, programs: Programs, mark: Callable[[str], int] | None = None
    ) -> None:
        self._tables = tables
        self._programs = programs
        self._mark = mark

    def by_serial(self, serial: str, now: datetime) -> Card | None:
        """Return the card of a pass, in its member's language, with the others in ``also``."""
        return self._in_languages("serial", serial, now)

    def by_link_in_languages(self, link: str, now: datetime) -> Card | None:
        """Return the card behind a link token, in its member's language and the others."""
        return self._in_languages("link", digest(link), now)

    def by_link(self, link: str, now: datetime, language: str | None = None) -> Card | None:
        """Return the card behind a link token; None for unknown and revoked links alike."""
        return self._by_name("link", digest(link), now, language)

    def by_member(
        self, program: str, member: str, now: datetime, language: str | None = None
    ) -> Card | None:
        """Return a member's card."""
        found = self._settled(program, member, now)
        if found is None:
            return None
        rules, person, account, beside = found
        return card(rules, person, account, now, language, beside=beside)

    def in_languages(
        self, program: str, member: str, now: datetime, *, everybody: bool = True
    ) -> tuple[Card, ...]:
        """Return a member's card in every language of the program, the member's own first.

        All are drawn from one read, so they show the same state. Empty where there is no member.
        ``everybody``: with what is said on every card of the program, too.
        """
        found = self._settled(program, member, now)
        if found is None:
            return ()
        rules, person, account, beside = found
        if not everybody:
            rules = replace(rules, notice=None)
        first = rules.language(person.language)
        spoken = (first, *(one for one in rules.languages if one != first))
        return tuple(
            card(rules, person, account, now, language, beside=beside) for language in spoken
        )

    def _settled(
        self, program: str, member: str, now: datetime
    ) -> tuple[Program, Member, Account, Beside] | None:
        """Read a member once, consistently, with everything settled that has come due."""
        found = membership.read_card(self._tables, program, member)
        if found is None:
            return None
        person, account, told, appointments = found
        rules = self._programs.current(program)
        draft = Draft(rules, account, now)
        settle(draft)
        return rules, person, draft.account, Beside(told.news, appointments, told.coming)

    def versions(self, serials: Iterable[str]) -> dict[str, int]:
        """Return the version that each pass shows now; unknown serials are left out."""
        owners = directory.find_many(self._tables, "serial", serials)
        found = membership.read_card_versions(self._tables, owners.values())
        told = {}
        for serial, owner in owners.items():
            if owner in found:
                program = self._programs.current(owner[0])
                told[serial] = self._marked(program.card_version + found[owner], program.worn)
        return told

    def _marked(self, version: int, design: str) -> int:
        return marked(version, self._mark(design)) if self._mark else version

    def _by_name(
        self, kind: Kind, name: str, now: datetime, language: str | None = None
    ) -> Card | None:
        owner = directory.find(self._tables, kind, name)
        return self.by_member(*owner, now, language) if owner else None

    def _in_languages(self, kind: Kind, name: str, now: datetime) -> Card | None:
        owner = directory.find(self._tables, kind, name)
        found = self.in_languages(*owner, now) if owner else ()
        if not found:
            return None
        first, *others = found
        version = self._marked(first.version, first.design)
        return replace(first, version=version, also=tuple(others))


def marked(version: int, mark: int) -> int:
    """Return a version that also changes with the mark of a design.

    Higher versions stay higher whatever the marks are. A new look of a design gives another
    number, not a higher one: devices compare for being equal.
    """
    return version * _MARKS + mark % _MARKS
