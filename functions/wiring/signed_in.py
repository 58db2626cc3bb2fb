"""Who is signed in. Apart from keys, which the door for tills' messages loads, too."""

from __future__ import annotations

import base64
import secrets
from functools import cache

from functions.wiring import storage
from loyalty.access.sessions import Sessions


@cache
def sessions() -> Sessions:
    """Return who is signed in."""
    return Sessions(storage.tables(), _new_name, lambda: secrets.token_urlsafe(32))


def _new_name() -> str:
    return base64.b32encode(secrets.token_bytes(17)).decode()[:26].lower()
