"""What can go wrong with the Wallet API, sorted by what the caller can do about it.

Source of the classes: Google's page of error codes; a 403 is judged by ``errors[].reason`` only,
because its text mentions rates and quotas freely.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any, Final

RATE_REASONS: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})

# Members are named like 'resource.textModulesData[0].id'; values never begin that way.
_MEMBER: Final = re.compile(r"'(resource[\w.\[\]]*)'")


class GoogleError(Exception):
    """Google refused a request; saying it again as it is does not help.

    Attributes
    ----------
    status
        HTTP status, or 0 when there was no answer.
    reason
        Google's ``errors[0].reason``, or the status name when there is none.
    detail
        Google's sentence. It may quote what the card says, so it never goes into a log; the
        error's own text names only the members that Google complains of.
    """

    def __init__(self, action: str, status: int, reason: str, detail: str) -> None:
        members = ", ".join(dict.fromkeys(_MEMBER.findall(detail)))
        super().__init__(f"{action}: {status} {reason}" + (f" at {members}" if members else ""))
        self.status = status
        self.reason = reason
        self.detail = detail


class InvalidError(GoogleError):
    """400: our request is wrong. Mend the design or the code; the linter should have told."""


class NotAllowedError(GoogleError):
    """401 after a fresh token, or 403: the service account may not issue for this issuer.

    Mend: in the Google Pay & Wallet console, add the service account's e-mail address as a
    Developer of the issuer, and enable the Google Wallet API in its project.
    """


class NotThereError(GoogleError):
    """404: the object, or the class it belongs to, does not exist."""

    @property
    def is_class(self) -> bool:
        """Whether it is the class that is missing ("Wallet Object Class ... not found")."""
        return self.reason == "classNotFound" or "Wallet Object Class" in self.detail


class AlreadyThereError(GoogleError):
    """409: an insert found that the id is taken."""


class QuotaExceededError(GoogleError):
    """403 quotaExceeded: this card had its three notifications today; send without notifying."""


class UnavailableError(GoogleError):
    """429, 403 of the rate limits, 5xx, or no answer in time, still after all attempts.

    The request may or may not have been carried out.
    """


def failure(action: str, status: int, body: bytes) -> GoogleError:
    """Sort an error answer; `action` says what was tried, without personal data."""
    reason, message = _reason(body)
    if status == HTTPStatus.FORBIDDEN and reason == "quotaExceeded":
        return QuotaExceededError(action, status, reason, message)
    if status == HTTPStatus.FORBIDDEN and reason in RATE_REASONS:
        return UnavailableError(action, status, reason, message)
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UnavailableError(action, status, reason, message)
    kind = {
        HTTPStatus.BAD_REQUEST: InvalidError,
        HTTPStatus.UNAUTHORIZED: NotAllowedError,
        HTTPStatus.FORBIDDEN: NotAllowedError,
        HTTPStatus.NOT_FOUND: NotThereError,
        HTTPStatus.CONFLICT: AlreadyThereError,
    }.get(HTTPStatus(status) if status in set(HTTPStatus) else HTTPStatus.OK, GoogleError)
    return kind(action, status, reason, message)


def _reason(body: bytes) -> tuple[str, str]:
    """Read Google's error envelope; an answer of a proxy in between has none."""
    try:
        error: Any = json.loads(body)["error"]
        entries = error.get("errors") or [{}]
        reason = entries[0].get("reason") or error.get("status") or "unknown"
        return str(reason), str(error.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return "unknown", f"no error envelope in the answer ({len(body)} bytes)"
