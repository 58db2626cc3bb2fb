"""What a member has off every bill: the program's own discount, or that of a level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.program.rules import ONE

if TYPE_CHECKING:
    from loyalty.program.rules import Level, Program


def discount(program: Program, level: int) -> tuple[int, Level | None]:
    """Return basis points off the bills of who stands on a level, and the level if they are its."""
    found = program.level(level)
    if found is not None and found.discount:
        return found.discount, found
    return (program.discount.basis_points if program.discount else 0), None


def taken_off(bill: int, basis_points: int) -> int:
    """Return how much less is paid of a bill, in minor units; parts of one are rounded down."""
    return bill * basis_points // ONE
