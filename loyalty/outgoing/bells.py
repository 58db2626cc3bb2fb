"""Whom something has to be told of: what streams, the night and the clock ring for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from loyalty.core.told import NOTHING
from loyalty.store import derived, receivers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loyalty.store.tables import Tables

Bell = tuple[str, str, int]
"""Program, member (or "" for the program itself), number of the last entry (or version)."""

Asked = tuple[str, str, str]
"""Program, member and id of a question that the member has answered."""


class TellingQueue(Protocol):
    """Where members wait of whom something is to be told."""

    def put(self, bells: Sequence[Bell]) -> None:
        """Put all of them, or raise; the same one again counts once for some minutes."""

    def put_answers(self, answers: Sequence[Asked], change: str) -> None:
        """Put answers, or raise; the same one with the same change counts once."""


def heard(tables: Tables, bells: Iterable[Bell]) -> list[Bell]:
    """Return these bells once each, with the highest number, of programs that have a receiver."""
    latest: dict[tuple[str, str], int] = {}
    for program, member, number in bells:
        latest[program, member] = max(number, latest.get((program, member), NOTHING))
    programs = dict.fromkeys(program for program, _ in latest)
    listening = {program for program in programs if receivers.read_receivers(tables, program)}
    return [(*who, number) for who, number in latest.items() if who[0] in listening]


def untold(tables: Tables, bells: Iterable[Bell]) -> list[Bell]:
    """Return those of ``heard`` of whom not everything was told: a bell was lost."""
    found = heard(tables, bells)
    told = derived.read_told_of(tables, [(program, member) for program, member, _ in found])
    return [bell for bell in found if told.get(bell[:2], NOTHING) < bell[2]]
