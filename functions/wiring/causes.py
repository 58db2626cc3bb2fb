"""Causes: what members give points to, put together."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.wiring import ledger, storage
from loyalty.ledger.donating import Causes
from loyalty.program.describe.speaker import Speaker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loyalty.core.cause import Cause
    from loyalty.languages import Language


@cache
def causes() -> Causes:
    """Return the use cases of causes."""
    return Causes(ledger.books())


def open_causes(program: str) -> Sequence[Cause]:
    """Return what can be given to, for the page of a card."""
    return causes().open(program)


def give(  # noqa: PLR0917
    program: str, member: str, cause: str, points: int, act: str, now: datetime
) -> str | None:
    """Give a member's points; return why not, None if it was done.

    Raises
    ------
    Refusal
        As ``Causes.give``.
    """
    answer = causes().give(program, member, cause, points, act, now)
    reason: str | None = answer.body.get("reason")
    return reason


def counted(program: str, language: Language, pot: str, points: int) -> str:
    """Return a number of a pot's points in words."""
    return Speaker(storage.programs().current(program), language).counted(pot, points)
