"""What sends events to receivers, signed with their secrets."""

from __future__ import annotations

import random
import time
from functools import cache
from typing import TYPE_CHECKING

from functions.wiring import environment, storage
from loyalty.outgoing import kept_secrets
from loyalty.outgoing.posting import Poster
from loyalty.outgoing.sending import Sender

if TYPE_CHECKING:
    from loyalty.store.receivers import Receiver


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


_changed: dict[str, int] = {}
"""When the secrets were changed that this process has read, by their names."""


def _secrets(receiver: Receiver) -> list[str]:
    """Return a receiver's secrets, read anew when they were changed since."""
    name = kept_secrets.name(receiver.program, receiver.id)
    fresh = _changed.get(name) != receiver.secrets_at
    found = kept_secrets.from_text(environment.secret(name, fresh=fresh))
    if not found:
        raise LookupError("a receiver without a secret")
    _changed[name] = receiver.secrets_at
    return found
