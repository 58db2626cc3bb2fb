"""What a process runs in: the one clock of the product, its settings, its secrets."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from functools import cache

from functions.aws.configuration import Configuration
from functions.aws.secrets import SecretMissing, Secrets, SecretUnreadable
from functions.aws.time_left import DEADLINE
from loyalty.store.dynamodb import client, limit

__all__ = ("SecretMissing", "SecretUnreadable")

_SECRET_SECONDS = 900


def now() -> datetime:
    """Return the present instant, aware and UTC."""
    return datetime.now(UTC)


@cache
def configuration() -> Configuration:
    """Return the settings of this process."""
    return Configuration.from_environment(os.environ)


def secret(name: str, *, fresh: bool = False) -> str:
    """Return a secret from below ``SECRETS_PATH``; read again after 15 minutes, or now (``fresh``).

    Raises
    ------
    SecretMissing
        There is none of that name.
    SecretUnreadable
        It cannot be read now.
    """
    return _secrets().read(f"{configuration().secrets_path}/{name}", fresh=fresh)


@cache
def _secrets() -> Secrets:
    parameters = client("ssm")
    limit(parameters, DEADLINE)
    return Secrets(parameters, _SECRET_SECONDS)


def card_page_url(link: str) -> str:
    """Return the address of the card page behind a link token."""
    return f"{configuration().base_url}/c/{link}"


def new_key() -> str:
    """Return a random text that nobody can guess, for a form that may be sent twice."""
    return secrets.token_urlsafe(16)
