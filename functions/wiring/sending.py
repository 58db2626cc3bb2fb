"""What sends events to receivers, signed with their secrets."""

from __future__ import annotations

import random
import time
from functools import cache

from functions.wiring import environment, storage
from loyalty.outgoing import kept_secrets
from loyalty.outgoing.posting import Poster
from loyalty.outgoing.sending import Sender


@cache
def sender() -> Sender:
    """Return what sends an event to a receiver."""
    return Sender(
        storage.tables(),
        Poster(local=environment.configuration().development),
        secrets=_secrets,
        clock=environment.now,
        seconds=time.monotonic,
        random=random.random,
    )


def _secrets(program: str, receiver: str) -> list[str]:
    found = kept_secrets.from_text(environment.secret(kept_secrets.name(program, receiver)))
    if not found:
        raise LookupError("a receiver without a secret")
    return found
