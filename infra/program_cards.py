"""Check a program by its cards: every state, in every language, as both wallets would draw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.card import samples
from passes.designs import card_check
from passes.designs.design import load

if TYPE_CHECKING:
    from loyalty.program.rules import Program
    from passes.designs.design import Design


def card_faults(program: Program, design: Design | None = None) -> tuple[str, ...]:
    """Return a sentence for everything that a wallet would refuse of this program's cards.

    ``design``: what they wear; the shipped one that the program names, if not said.

    Raises
    ------
    passes.designs.design.DesignError
        Its design cannot be used.
    """
    worn = design or load(program.design)
    found = card_check.faults(samples.states(program), samples.profiles(program), samples.NOW, worn)
    return tuple(found)
