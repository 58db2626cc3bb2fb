"""What owners do with the addresses of their tills and tools. All languages are loaded with it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from functions.aws.parameters import SsmParameters
from functions.wiring import environment, receiving, storage

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.program.rules import Program
    from loyalty.tills.adding import Added, Addresses


def add(program: Program, actor: str, now: datetime, **wanted: Any) -> Added:
    """Make an address (``loyalty.tills.adding.Wanted``)."""
    from loyalty.tills.adding import Wanted  # noqa: PLC0415 - few ask

    return _addresses().add(program, Wanted(**wanted), actor, now)


def remove(program: str, name: str, actor: str, now: datetime) -> None:
    """Let one be gone."""
    _addresses().remove(program, name, actor, now)


def _addresses() -> Addresses:
    from loyalty.tills.adding import Addresses  # noqa: PLC0415 - as above

    settings = environment.configuration()
    return Addresses(
        storage.tables(),
        SsmParameters(receiving.parameters(), settings.secrets_path),
        settings.base_url,
        secrets.token_bytes,
        local=settings.development,
    )
