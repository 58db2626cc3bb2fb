"""What owners do with calendars that are followed."""

from __future__ import annotations

import secrets

from functions.aws.parameters import SsmParameters
from functions.wiring import environment, receiving, storage
from loyalty.tills.calendar_following import Calendars


def calendars() -> Calendars:
    """Return who follows calendars."""
    settings = environment.configuration()
    return Calendars(
        storage.tables(),
        SsmParameters(receiving.parameters(), settings.secrets_path),
        secrets.token_urlsafe(32),
        local=settings.development,
    )
