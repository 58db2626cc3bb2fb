"""A design that looks different since a deployment: its programs' cards have to be drawn anew.

Nobody puts a program when a shipped design changes, so whoever draws cards notices. (Publishing a
stored one marks its program itself.) A process looks once
for each program, and a deployment starts new processes. Where that fails, it looks again with the
next card, and before long somebody is told: until then no installed card gets its new look.
"""

from __future__ import annotations

from functions.aws.observability import count_apart, logger
from functions.wiring import environment, storage
from functions.wiring.designs import worn
from loyalty.store import program_marks
from passes.designs import archive

_noticed: set[str] = set()
_failed: dict[str, int] = {}
_OFTEN = 3
"""Failures in a row, in one process, after which it is no passing trouble of the tables."""


def notice(program: str, design: str) -> None:
    """Mark a program whose design looks different from what was noticed last.

    Failing is counted here and raised: a card is drawn and pushed all the same.
    """
    if program in _noticed or archive.is_reference(design):
        return
    now = int(environment.now().timestamp())
    try:
        changed = program_marks.notice_look(storage.tables(), program, worn(design).mark, now)
    except Exception:
        _failed[program] = _failed.get(program, 0) + 1
        if _failed[program] >= _OFTEN:
            count_apart("DesignNotNoticed")
        raise
    _noticed.add(program)
    _failed.pop(program, None)
    if changed:
        logger.info("a design has changed", extra={"program": program, "design": design})
