"""What a process runs in: the one clock of the product, its settings, its secrets."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from functools import cache

from aws_lambda_powertools.utilities.parameters import GetParameterError, SSMProvider

from functions.aws.configuration import Configuration
from functions.aws.time_left import DEADLINE
from loyalty.store.dynamodb import CLIENT_CONFIG, limit

_SECRET_SECONDS = 900


class SecretMissing(LookupError):  # noqa: N818
    """There is no secret of that name."""


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
    GetParameterError
        It cannot be read now.
    """
    path = f"{configuration().secrets_path}/{name}"
    try:
        return str(
            _parameters().get(path, decrypt=True, max_age=_SECRET_SECONDS, force_fetch=fresh)
        )
    except GetParameterError as error:
        # Powertools wraps every cause in this one kind.
        answer = getattr(error.__context__, "response", {})
        if answer.get("Error", {}).get("Code") == "ParameterNotFound":
            raise SecretMissing(name) from None
        raise


@cache
def _parameters() -> SSMProvider:
    provider = SSMProvider(boto_config=CLIENT_CONFIG)
    limit(provider.client, DEADLINE)
    return provider


def card_page_url(link: str) -> str:
    """Return the address of the card page behind a link token."""
    return f"{configuration().base_url}/c/{link}"


def new_key() -> str:
    """Return a random text that nobody can guess, for a form that may be sent twice."""
    return secrets.token_urlsafe(16)
