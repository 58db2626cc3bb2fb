"""What of a program's rewards is not to be had, for the card's page."""

from __future__ import annotations

from functools import cache

from functions.wiring import ledger
from loyalty.ledger.stock import Stock


@cache
def _stock() -> Stock:
    return Stock(ledger.books())


def out(program: str, language: str) -> tuple[str, ...]:
    """Return the names of the rewards that are out of stock; most programs count none."""
    return tuple(one.name[language] for one in _stock().out(program))
