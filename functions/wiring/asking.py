"""Owners' wishes at tills' addresses, which the worker behind the inbox fulfils."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from functions.wiring import queues, storage
from loyalty.tills import asking

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.access.keys import Endpoint


def test(endpoint: Endpoint, now: datetime) -> None:
    """Have a trial sent."""
    asking.test(storage.tables(), queues.inbox(), endpoint, secrets.token_hex(8), now)


def replay(endpoint: Endpoint, since: datetime, until: datetime) -> None:
    """Have the messages of a time worked on again."""
    asking.replay(queues.inbox(), endpoint, since, until)
