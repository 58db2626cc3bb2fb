"""A program's cards in a design, ready for the page that shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.card import samples
from loyalty.card.showcase import states
from passes.designs.design import balances
from passes.preview.sheet import Shown, sheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.program.rules import Program
    from passes.designs.design import Design


def preview(title: str, programs: Iterable[tuple[Program, Design]]) -> str:
    """Return the page."""
    return sheet(title, [shown(program, design) for program, design in programs], samples.NOW)


def shown(program: Program, design: Design) -> Shown:
    """Return what is shown of a program in a design."""
    found = tuple(states(program, balances(design)))
    return Shown(program.id, design, samples.profiles(program), found)
