"""Prize draws, put together."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.aws.observability import logger
from functions.wiring import environment, ledger
from loyalty.core.draw import AHEAD, BELLS
from loyalty.ledger.drawing_prizes import Draws

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.draw import Beacon
    from loyalty.ledger.drand import Drand


@cache
def draws() -> Draws:
    """Return the use cases of prize draws."""
    settings = environment.configuration()
    ahead, bells = settings.draw_ahead_seconds, settings.draw_bells_seconds
    return Draws(ledger.books(), _is_signed, int(ahead or AHEAD), int(bells or BELLS))


def tick(now: datetime) -> dict[str, int]:
    """Let drand decide what is due; return what came of it."""
    return draws().tick(_ask, now)


@cache
def _drand() -> Drand:
    # Only where something is decided: every card's page knows of draws.
    import urllib3  # noqa: PLC0415

    from loyalty.ledger.drand import ADDRESSES, KEY, Drand  # noqa: PLC0415

    settings = environment.configuration()
    addresses = settings.drand_urls.split(",") if settings.drand_urls else ADDRESSES
    return Drand(urllib3.PoolManager(), addresses, settings.drand_key or KEY)


def _is_signed(beacon: Beacon) -> bool:
    return _drand().is_signed(beacon)


def _ask(number: int) -> Beacon | None:
    asked = _drand().round(number)
    if asked.faults:
        logger.warning("drand", extra={"round": number, "faults": asked.faults})
    return asked.beacon
