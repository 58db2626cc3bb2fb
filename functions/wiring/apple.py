"""The pass certificate of this deployment, for signing passes and for opening the line to APNs."""

from __future__ import annotations

from functools import cache

from functions.wiring import environment
from passes.apple.identities import Identities


@cache
def identities() -> Identities:
    """Return the holder of the certificate; what it reads is kept for 15 minutes at most."""
    settings = environment.configuration()
    return Identities(_secret, settings.apple_pass_type_identifier, settings.apple_team_identifier)


def _secret(name: str) -> str | None:
    try:
        return environment.secret(name)
    except environment.SecretMissing:
        return None
