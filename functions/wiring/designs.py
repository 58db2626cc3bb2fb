"""Which design a card wears: the one its program names, or the plain one where that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.aws.observability import count_apart, logger
from functions.wiring import environment
from passes.designs import design as designs

if TYPE_CHECKING:
    from datetime import datetime

    from passes.designs.design import Design

QUIET_SECONDS = 60
"""A process tells of a missing design once in so long, however many cards would wear it."""

_told: dict[str, datetime] = {}


def worn(name: str) -> Design:
    """Return the design of that name; the plain one, with an alarm, where it cannot be used.

    A program is only taken with a design that can be used, but a later deployment may have lost
    it. The customer has a card all the same, and the owner is told.
    """
    try:
        return designs.load(name)
    except designs.DesignError as error:
        _tell(name, error)
        return designs.load(designs.PLAIN)


def _tell(name: str, error: designs.DesignError) -> None:
    now = environment.now()
    before = _told.get(name)
    if before is not None and 0 <= (now - before).total_seconds() < QUIET_SECONDS:
        return
    _told[name] = now
    logger.error("design cannot be used", extra={"design": name, "why": str(error)})
    count_apart("DesignMissing")  # several threads draw cards at once
