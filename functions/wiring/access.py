"""Who may do what: codes and tokens from the master key, API keys and endpoints."""

from __future__ import annotations

import base64
import secrets
from functools import cache

from functions.wiring import environment, storage
from loyalty.access.keys import Credentials, label
from loyalty.access.sessions import Sessions
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


@cache
def sessions() -> Sessions:
    """Return who is signed in."""
    return Sessions(storage.tables(), _new_name, lambda: secrets.token_urlsafe(32))


def _new_name() -> str:
    return base64.b32encode(secrets.token_bytes(17)).decode()[:26].lower()
