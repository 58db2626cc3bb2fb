"""What can go wrong with the Wallet API, sorted by what the caller can do about it.

Source of the classes: Google's page of error codes; a 403 is judged by ``errors[].reason`` only,
because its text mentions rates and quotas freely.

Two questions matter to whoever repeats a request: does repeating help, and may the first one still
be carried out? The second has no answer after a time-out or a 5xx: such an error is ``unsure``.
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
        Google's sentence. It may quote what the card says, so it never goes into a log.
    members
        The members that Google complains of.
    """

    def __init__(self, action: str, status: int, reason: str, detail: str) -> None:
        self.members: tuple[str, ...] = tuple(dict.fromkeys(_MEMBER.findall(detail)))
        places = ", ".join(self.members)
        super().__init__(f"{action}: {status} {reason}" + (f" at {places}" if places else ""))
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
    """429, the rate limits, 408, 5xx, or no answer in time, still after all attempts.

    Attributes
    ----------
    unsure
        The request may have been carried out, or may yet be. False where Google says that it
        was not (429, rate limits) or where it never left this process.
    retry_after
        Seconds that Google asks to be left alone; 0 when it does not say.
    """

    def __init__(  # noqa: PLR0917  the first four are every error's
        self,
        action: str,
        status: int,
        reason: str,
        detail: str,
        unsure: bool = False,  # noqa: FBT001, FBT002
        retry_after: float = 0.0,
    ) -> None:
        super().__init__(action, status, reason, detail)
        self.unsure = unsure
        self.retry_after = retry_after


def failure(action: str, status: int, body: bytes, retry_after: float = 0.0) -> GoogleError:
    """Sort an error answer; `action` says what was tried, without personal data."""
    reasons, message = _reasons(body)
    reason = reasons[0]
    if status == HTTPStatus.FORBIDDEN and "quotaExceeded" in reasons:
        return QuotaExceededError(action, status, "quotaExceeded", message)
    limited = RATE_REASONS.intersection(reasons)
    if status == HTTPStatus.TOO_MANY_REQUESTS or (
        limited and status < HTTPStatus.INTERNAL_SERVER_ERROR
    ):
        reason = min(limited, default=reason)
        return UnavailableError(action, status, reason, message, retry_after=retry_after)
    if status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UnavailableError(
            action, status, reason, message, unsure=True, retry_after=retry_after
        )
    kind = {
        HTTPStatus.BAD_REQUEST: InvalidError,
        HTTPStatus.UNAUTHORIZED: NotAllowedError,
        HTTPStatus.FORBIDDEN: NotAllowedError,
        HTTPStatus.NOT_FOUND: NotThereError,
        HTTPStatus.CONFLICT: AlreadyThereError,
    }.get(HTTPStatus(status) if status in set(HTTPStatus) else HTTPStatus.OK, GoogleError)
    return kind(action, status, reason, message)


def _reasons(body: bytes) -> tuple[list[str], str]:
    """Read every reason of Google's error envelope; an answer of a proxy in between has none."""
    try:
        error: Any = json.loads(body)["error"]
        entries = error.get("errors") or []
        reasons = [str(entry["reason"]) for entry in entries if entry.get("reason")]
        return reasons or [str(error.get("status") or "unknown")], str(error.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ["unknown"], f"no error envelope in the answer ({len(body)} bytes)"
