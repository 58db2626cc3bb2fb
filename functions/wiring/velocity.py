"""What counts the calls of keys against their program's limits."""

from __future__ import annotations

import random
import time
from functools import cache
from typing import TYPE_CHECKING

from functions.aws.time_left import DEADLINE
from functions.wiring import storage
from loyalty.access.velocity import TooFast, Velocity, headers, narrowed
from loyalty.store.retrying import attempts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.access.keys import ApiKey
    from loyalty.access.velocity import Kind


@cache
def counter() -> Velocity:
    """Return what counts calls; it keeps what it has taken and not used."""
    return Velocity(
        storage.tables(), lambda: attempts(random.SystemRandom().random, time.sleep, DEADLINE)
    )


def count(key: ApiKey, kind: Kind, now: datetime) -> tuple[Mapping[str, str], TooFast | None]:
    """Count a call with a key; return the headers that tell of its limits, and why it may not be.

    Raises
    ------
    Busy
        It could not be counted now.
    """
    rules = narrowed(storage.programs().current(key.program).velocity, key.limits)
    try:
        return headers(counter().count(key.program, key.id, kind, rules, now)), None
    except TooFast as refused:
        return headers(refused.left), refused
