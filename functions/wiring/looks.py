"""A design that looks different since a deployment: its programs' cards have to be drawn anew.

Nobody puts a program when a design changes, so whoever draws cards notices. A process looks once
for each program, and a deployment starts new processes.
"""

from __future__ import annotations

from functions.aws.observability import logger
from functions.wiring import environment, storage
from functions.wiring.designs import worn
from loyalty.store import program_marks

_noticed: set[str] = set()


def notice(program: str, design: str) -> None:
    """Mark a program whose design looks different from what was noticed last."""
    if program in _noticed:
        return
    _noticed.add(program)
    now = int(environment.now().timestamp())
    if program_marks.notice_look(storage.tables(), program, worn(design).mark, now):
        logger.info("a design has changed", extra={"program": program, "design": design})
