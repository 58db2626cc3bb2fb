"""Who sends a till's message: from its endpoint, its secrets and its program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from functions.aws.observability import logger
from functions.wiring import access, environment, storage
from loyalty.refusals import Refusal
from loyalty.tills import registry
from loyalty.tills.incoming import Sender

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.program.rules import Program
    from loyalty.tills.incoming import Buyer


class _Nobody:
    """Names nobody: enough to check a message, and a public function needs no master key for it."""

    def hints(self, _: Program, __: Buyer) -> tuple[str, ...]:
        return ()


def signed_by(
    endpoint_id: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> Sender | None:
    """Return who has signed a message; None for any that is not genuine.

    It is for checking what was said: only the worker's sender (functions.wiring.vendors) knows
    customers.
    """
    endpoint = access.credentials().endpoint(endpoint_id)
    return None if endpoint is None else sender_at(endpoint, headers, body, now)


def sender_at(
    endpoint: Endpoint, headers: Mapping[str, str], body: bytes, now: datetime
) -> Sender | None:
    """Return who has signed a message to an endpoint; see `signed_by`."""
    secrets = _secrets(endpoint)
    names = {name.lower(): value for name, value in headers.items()}
    connector = registry.connector(endpoint)
    if connector is None or not connector.verify(endpoint, secrets, names, body, now):
        logger.warning("message not authentic", extra={"endpoint": endpoint.id})
        return None
    return Sender(endpoint, program_of(endpoint), _Nobody())


def has_token(endpoint: Endpoint) -> bool:
    """Tell whether the endpoint's vendor can be asked."""
    return endpoint.token if endpoint.secrets_at is not None else bool(kept(endpoint).get("token"))


def program_of(endpoint: Endpoint) -> Program:
    """Return the program that an endpoint speaks for."""
    try:
        return storage.programs().current(endpoint.program)
    except Refusal as refusal:
        # Nothing that the till could mend: a fault of ours, not an answer.
        raise LookupError(f"endpoint {endpoint.id}: {refusal.code}") from None


def _secrets(endpoint: Endpoint) -> list[str]:
    """Return an endpoint's secrets; none, which lets nothing pass, where they make no sense."""
    secrets = kept(endpoint).get("secrets")
    if isinstance(secrets, list) and secrets and all(map(_is_text, secrets)):
        return secrets
    expected = 'expected JSON {"secrets": ["…"]}'
    logger.error("endpoint without secrets", extra={"endpoint": endpoint.id, "expected": expected})
    return []


def newest_secret(endpoint: Endpoint) -> str:
    """Return the secret that an endpoint's till signs with, or soon will.

    Raises
    ------
    LookupError
        There is none.
    """
    secrets = _secrets(endpoint)
    if not secrets:
        raise LookupError("an endpoint without secrets")
    return secrets[-1]


_changed: dict[str, int] = {}
"""When the secrets were written that this process has read, by their endpoints."""


def kept(endpoint: Endpoint) -> Mapping[str, object]:
    """Return what is kept of an endpoint in the secret store: ``secrets``, perhaps a ``token``.

    Kept for 15 minutes, but read anew as soon as the endpoint says that it was written since.
    """
    written = endpoint.secrets_at
    fresh = written is not None and _changed.get(endpoint.id) != written
    try:
        kept = json.loads(environment.secret(f"endpoints/{endpoint.id}", fresh=fresh))
    except (environment.SecretMissing, ValueError):
        return {}
    if not isinstance(kept, dict):
        return {}
    # The store may still tell what was there before: it is asked again.
    if written is not None and (kept.get("token") or not endpoint.token):
        _changed[endpoint.id] = written
    return kept


def _is_text(secret: object) -> bool:
    return isinstance(secret, str) and secret != ""
