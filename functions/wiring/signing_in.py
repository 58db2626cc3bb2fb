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

    return Passkeys(storage.tables(), signed_in.sessions(), environment.configuration().base_url)
