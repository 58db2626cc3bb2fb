"""What is kept of one person, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.wiring import ledger

if TYPE_CHECKING:
    from datetime import datetime


def of(program: str, member: str, now: datetime) -> dict[str, Any]:
    """Return everything that is kept of a member."""
    from loyalty.members.own_data import own_data  # noqa: PLC0415 - few ask for it

    return own_data(ledger.books(), program, member, now)
