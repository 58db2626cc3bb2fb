"""What owners do with keys and people."""

from __future__ import annotations

import secrets
import string
from functools import cache

from functions.wiring import environment, storage
from loyalty.access.key_ring import KeyRing
from loyalty.access.keys import label
from loyalty.access.people import People

_LETTERS = string.ascii_letters + string.digits


@cache
def key_ring() -> KeyRing:
    """Return the use cases of keys."""
    return KeyRing(storage.tables(), label(environment.configuration().stage), new_secret)


@cache
def people() -> People:
    """Return the use cases of people."""
    return People(storage.tables())


def new_secret() -> str:
    """Return a random secret of a key."""
    return "".join(secrets.choice(_LETTERS) for _ in range(40))
