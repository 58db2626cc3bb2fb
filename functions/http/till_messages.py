"""What both webhook addresses and the inbox worker share: find the endpoint, check, read."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from functions.aws.observability import logger
from functions.http.answers import problem
from functions.wiring import access, environment, storage
from loyalty.tills import generic, signatures, square
from loyalty.tills.message import Door

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from aws_lambda_powertools.event_handler import Response

    from loyalty.access.keys import Endpoint
    from loyalty.core.order import OrderReport
    from loyalty.messages import Contact

LARGEST_MESSAGE = 80 * 1024
"""Bytes. In the queue a letter of two bytes is written with six: three times this, with what is
added on the way, stays below the 256 KiB that a queue has always taken."""


class _Nobody:
    """Names nobody: enough to check a message, and the public door needs no master key for it."""

    def read_card_code(self, _: str) -> str | None:
        return None

    def contact_key(self, _: str, __: Contact) -> str:
        return ""


def open_door(
    endpoint_id: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> Door | None:
    """Return the door a signed message came in by; None for any that is not genuine.

    It is for checking what was said; only the worker's door (``door``) knows customers.
    """
    endpoint = access.credentials().endpoint(endpoint_id)
    if endpoint is None:
        return None
    secrets = _secrets(endpoint.id)
    names = {name.lower(): value for name, value in headers.items()}
    if endpoint.scheme == "square":
        genuine = signatures.square(secrets, names, body, endpoint.notification_url)
    else:
        genuine = signatures.standard(secrets, names, body, now)
    if not genuine:
        logger.warning("message not authentic", extra={"endpoint": endpoint.id})
        return None
    return Door(endpoint, storage.programs().current(endpoint.program), _Nobody())


def door(endpoint: Endpoint) -> Door:
    """Return the door of an endpoint, with which customers are found."""
    program = storage.programs().current(endpoint.program)
    return Door(endpoint, program, access.tokens())


def read_order(opened: Door, message: Mapping[str, Any]) -> OrderReport | None:
    """Read a message in the endpoint's language; None where it is not about an order.

    Raises
    ------
    MessageProblem
        It cannot be used.
    """
    if opened.endpoint.scheme == "square":
        return square.read_order(opened, message)
    return generic.read_order(opened, message)


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


def not_signed() -> Response[str]:
    """Return the one answer for unknown endpoints and bad signatures alike."""
    detail = (
        "The endpoint is unknown, or the signature is missing, wrong or more than five minutes "
        "old. Check the address, the secret and the sender's clock; sign the raw body."
    )
    return problem(HTTPStatus.UNAUTHORIZED, "not_authentic", "Not authentic", detail)
