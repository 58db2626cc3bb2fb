"""Saving together, put together."""

from __future__ import annotations

import secrets
from functools import cache

from functions.wiring import ledger
from loyalty.campaigns.saving import Savings

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@cache
def savings() -> Savings:
    """Return the use cases of goals that members save for together."""
    return Savings(ledger.books())


def new_code() -> str:
    """Return an id of a group that nobody guesses: whoever has it may join."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))
