"""What owners do with the addresses of their tills and tools."""

from __future__ import annotations

import secrets

from functions.aws.parameters import SsmParameters
from functions.wiring import environment, receiving, storage
from loyalty.tills.adding import Addresses


def addresses() -> Addresses:
    """Return who makes addresses, and lets them be gone."""
    settings = environment.configuration()
    return Addresses(
        storage.tables(),
        SsmParameters(receiving.parameters(), settings.secrets_path),
        settings.base_url,
        secrets.token_bytes,
        local=settings.development,
    )
