"""Check a program by its cards: every state, in every language, as both wallets would draw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.card import samples
from passes.designs import card_check

if TYPE_CHECKING:
    from loyalty.program.rules import Program


def card_faults(program: Program) -> tuple[str, ...]:
    """Return a sentence for everything that a wallet would refuse of this program's cards.

    Raises
    ------
    passes.designs.design.DesignError
        Its design cannot be used.
    """
    found = card_check.faults(samples.states(program), samples.profiles(program), samples.NOW)
    return tuple(found)
