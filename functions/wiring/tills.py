"""Tills put together: the sender of a message, from its endpoint, secrets, program and tokens."""

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
    from loyalty.messages import Contact
    from loyalty.program.rules import Program


class _Nobody:
    """Names nobody: enough to check a message, and a public function needs no master key for it."""

    def read_card_code(self, _: str) -> str | None:
        return None

    def contact_key(self, _: str, __: Contact) -> str:
        return ""


def signed_by(
    endpoint_id: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> Sender | None:
    """Return who has signed a message; None for any that is not genuine.

    It is for checking what was said: only the worker's sender (`sender`) knows customers.
    """
    endpoint = access.credentials().endpoint(endpoint_id)
    if endpoint is None:
        return None
    secrets = _secrets(endpoint.id)
    names = {name.lower(): value for name, value in headers.items()}
    connector = registry.connector(endpoint)
    if connector is None or not connector.verify(endpoint, secrets, names, body, now):
        logger.warning("message not authentic", extra={"endpoint": endpoint.id})
        return None
    return Sender(endpoint, _program(endpoint), _Nobody())


def sender(endpoint: Endpoint) -> Sender:
    """Return the sender behind an endpoint, with whom customers are found."""
    return Sender(endpoint, _program(endpoint), access.tokens())


def _program(endpoint: Endpoint) -> Program:
    try:
        return storage.programs().current(endpoint.program)
    except Refusal as refusal:
        # Nothing that the till could mend: a fault of ours, not an answer.
        raise LookupError(f"endpoint {endpoint.id}: {refusal.code}") from None


def _secrets(endpoint: str) -> list[str]:
    """Return an endpoint's secrets; none, which lets nothing pass, where they make no sense."""
    try:
        secrets = json.loads(environment.secret(f"endpoints/{endpoint}"))["secrets"]
        if isinstance(secrets, list) and secrets and all(map(_is_text, secrets)):
            return secrets
    except (environment.SecretMissing, ValueError, LookupError, TypeError):
        pass
    expected = 'expected JSON {"secrets": ["…"]}'
    logger.error("endpoint without secrets", extra={"endpoint": endpoint, "expected": expected})
    return []


def _is_text(secret: object) -> bool:
    return isinstance(secret, str) and secret != ""
