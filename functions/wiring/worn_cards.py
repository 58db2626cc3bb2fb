"""What finds cards for phones: a card's version changes with the look of its design, too."""

from __future__ import annotations

from functools import cache

from functions.wiring import storage
from functions.wiring.designs import mark
from loyalty.card.reader import CardReader


@cache
def cards() -> CardReader:
    """Return what finds and draws cards, with versions as phones compare them."""
    return CardReader(storage.tables(), storage.programs(), mark)
