"""What we remember of Google: saves, turns, doubts, classes."""

from __future__ import annotations

import random
import time
from functools import cache
from typing import TYPE_CHECKING

from functions.aws.google_pace import SharedPace
from functions.aws.google_saves import TableGoogleSaves
from functions.aws.google_state import TableChecks, TableClasses, TableClosed
from functions.wiring import environment, storage

if TYPE_CHECKING:
    from passes.google.quota import Lane


@cache
def google_saves() -> TableGoogleSaves:
    """Return which members save to Google Wallet."""
    return TableGoogleSaves(storage.tables())


@cache
def google_pace(lane: Lane = "live") -> SharedPace:
    """Return what gives turns at Google; one per process and lane, for all its threads."""
    return SharedPace(
        storage.tables(),
        environment.configuration().google_issuer_id,
        clock=environment.now,
        sleep=time.sleep,
        random=random.random,
        lane=lane,
    )


@cache
def google_checks() -> TableChecks:
    """Return which objects at Google are to be looked at again."""
    return TableChecks(storage.tables(), environment.now)


@cache
def google_closed() -> TableClosed:
    """Return what the issuer may not use at Google."""
    issuer = environment.configuration().google_issuer_id
    return TableClosed(storage.tables(), issuer, environment.now)


@cache
def google_classes() -> TableClasses:
    """Return what is known of the classes at Google."""
    return TableClasses(storage.tables(), environment.now)
