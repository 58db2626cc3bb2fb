"""Who does something on purpose, and the id by which it happens once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loyalty.ledger.books import fingerprint
from loyalty.store.commit import FactWrite

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody's act: the key that did it, its own idempotency key, and the reason in words.

    ``automatic``: nobody did it by hand, so it counts against nobody's limits. ``limits``: the
    key's own, by their names in the program's ``staff``; they only narrow. ``location``: where it
    was done, if that is known.
    """

    program: str
    key: str
    id: str
    reason: str
    automatic: bool = False
    limits: Mapping[str, int] = field(default_factory=dict)
    location: str = ""

    def fact(self, kind: str, *asked: object) -> FactWrite:
        """Return the fact that the act counts once by; a repeat must have ``asked`` the same."""
        hashed = fingerprint(kind, *(str(part) for part in asked))
        return FactWrite(self.program, kind, self.key, self.id, hashed)
