"""Who may do what: codes and tokens from the master key, API keys and endpoints."""

from __future__ import annotations

from functools import cache

from functions.wiring import environment, storage
from loyalty.access.keys import Credentials, label
from loyalty.access.tokens import Tokens


@cache
def tokens() -> Tokens:
    """Return what derives codes and tokens from the master key."""
    return Tokens.from_json(environment.secret("master-key"))


@cache
def credentials() -> Credentials:
    """Return API keys and webhook endpoints."""
    stage = environment.configuration().stage
    return Credentials(storage.tables(), label(stage), environment.now)
