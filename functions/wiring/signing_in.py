"""How people sign in, put together."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.wiring import environment, signed_in, storage
from loyalty.access.people import People

if TYPE_CHECKING:
    from loyalty.access.passkeys import Passkeys


@cache
def people() -> People:
    """Return the use cases of people."""
    return People(storage.tables())


@cache
def passkeys() -> Passkeys:
    """Return passkeys; what reads them is loaded late, since most requests need none."""
    from loyalty.access.passkeys import Passkeys  # noqa: PLC0415

    settings = environment.configuration()
    base_url = settings.base_url
    if settings.development:  # a passkey belongs to a name, never to a number (WebAuthn)
        base_url = base_url.replace("://127.0.0.1", "://localhost", 1)
    return Passkeys(storage.tables(), signed_in.sessions(), base_url)
