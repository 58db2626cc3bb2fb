"""Looking at tills' addresses now and then."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.wiring import access, queues, storage
from loyalty.refusals import Refusal
from loyalty.tills.looking import Looking

if TYPE_CHECKING:
    from loyalty.program.rules import Program


@cache
def looking() -> Looking:
    """Return what looks at the addresses that are due."""
    return Looking(
        storage.tables(),
        queues.inbox(),
        endpoint=access.credentials().endpoint,
        program=_program,
    )


def _program(program: str) -> Program | None:
    try:
        return storage.programs().current(program)
    except Refusal:
        return None  # an address of a program that nobody has put yet
