"""What members answer to invitations, put together."""

from __future__ import annotations

from functools import cache

from functions.wiring import ledger
from loyalty.members.inviting import Invitations


@cache
def invitations() -> Invitations:
    """Return the use cases of invitations."""
    return Invitations(ledger.books())
